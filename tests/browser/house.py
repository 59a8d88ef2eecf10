"""A whole house behind the pages: every desk over one home, with people of every role, for a look at every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext

from domain.access import Scope
from domain.case import Case, Decision
from domain.mailroom import BatchOrder
from domain.people import Role
from domain.sampling import AcceptedField
from domain.vocabulary import Channel
from domain.webhooks import EventType
from flows.accounts_service import AccountsService
from flows.four_eyes_service import FourEyesService
from flows.mailroom_service import MailroomService
from flows.papers_service import PapersService
from flows.people_settings import PeopleSettings
from flows.retention_service import RetentionService
from flows.systems_service import new_secret, open_systems
from flows.typing_service import TypingService
from flows.wiring import Services, load_policies
from review_ui.accounts.backend import AccountForm
from review_ui.accounts.visitor import SESSION
from review_ui.app import create_app
from review_ui.backend import CaseEntry
from review_ui.parts import Parts
from tests.domain.builders import NOW
from tests.flows.mailroom import say_read, send
from tests.review_ui.desk_home import ADOPTION, DeskHome, empty_home, worked_home
from tests.review_ui.drawn import POLICY, sheets
from tests.review_ui.people import CLIENT, PASSWORD
from tests.serving import served

RULES = "\nfour_eyes: {fields: [complainant_id_no], gravest_level: true, sample: 1.0}\n"
REVIEWER = "余审核"
"""Who answered before anybody looks."""


@dataclass(frozen=True)
class House:
    """A running application over a home, and what stands in it."""

    address: str
    desk: DeskHome
    accounts: AccountsService
    mailroom: MailroomService

    def person(self, name: str, *roles: Role) -> str:
        """Make an account; return the secret of a session."""
        form = AccountForm(name=name, roles=roles, staff_names=(name,))
        _, link = self.accounts.create(f"user{len(self.accounts.accounts())}", form)
        return self.accounts.use_link(link, PASSWORD, CLIENT).token

    def enter(self, context: BrowserContext, secret: str) -> None:
        """Sign a browser in."""
        context.add_cookies([{"name": SESSION, "value": secret, "url": self.address}])

    def pages(self) -> dict[str, str]:
        """Return name and path of every page that somebody with every role can open."""
        finished, waiting = (c.id for c in self._read())
        upload = self.mailroom.batches(1, 0)[0]
        sample = self.desk.services.storage.samples.waiting(1)[0]
        account = self.accounts.accounts()[0].person.id
        document = self.desk.review.case(finished).documents[0]
        original, paper = document.source.object.sha256, document.id
        return {
            "queue": "/",
            "queue-none": "/?policy=none",
            "station": f"/cases/{waiting}",
            "station-filed": f"/cases/{finished}",
            "cases": "/cases",
            "case-file": f"/cases/{finished}/file",
            "mailroom": "/mailroom",
            "batch": f"/mailroom/batches/{upload.batch.id}",
            "receipt": f"/mailroom/receipts/{upload.cases[0].number}",
            "sheets": "/mailroom/sheets",
            "separator": "/mailroom/sheets/document?kind=envelope",
            "archive": "/archive?q=欧阳",
            "verify": f"/archive/objects/{original}",
            "retention": "/archive/retention",
            "copies": f"/cases/{finished}/documents/{paper}/copies",
            "dashboard": "/dashboard?from=2026-11-10&to=2026-11-30",
            "statistics": "/statistics?month=2026-11",
            "four-eyes": "/four-eyes",
            "keying": f"/cases/{waiting}/keying",
            "sample": f"/samples/{sample.id}",
            "rescans": "/rescans",
            "health": "/health",
            "audit": "/audit",
            "accounts": "/admin/accounts",
            "account": f"/admin/accounts/{account}",
            "password": "/account/password",
            "tokens": "/admin/tokens",
            "webhooks": "/admin/webhooks",
            "error": "/nothing",
        }

    def _read(self) -> tuple[CaseEntry, CaseEntry]:
        finished = next(c for c in self.desk.review.cases(100, 0) if c.finished)
        waiting = next(c for c in self.desk.review.cases(100, 0) if not c.finished and c.reasons and c.complainant)
        return finished, waiting


@contextmanager
def house_in(folder: Path, empty: bool = False) -> Iterator[House]:
    """Serve a house with four cases and a batch of mail, or one where nothing has happened yet."""
    folder.mkdir(parents=True)
    desk = (empty_home if empty else worked_home)(folder / "home")
    desk.clock.now = NOW
    adoption = folder / "adoption.yaml"
    adoption.write_text(ADOPTION.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    policies = load_policies(desk.services.settings.policies, adoption)
    services = Services(desk.services.settings, policies, desk.services.storage)
    accounts = AccountsService(services.storage.people, policies, PeopleSettings(hash_memory=8, hash_passes=1))
    mailroom = MailroomService(services, lambda: None)
    if not empty:
        _work(desk, services, mailroom)
    parts = Parts(
        review=desk.review,
        queue=desk.parts.queue,
        accounts=accounts,
        audit=services.storage.audit,
        typing=TypingService(services),
        papers=PapersService(services),
        desk=desk.desk,
        copies=desk.parts.copies,
        mailroom=mailroom,
        four_eyes=FourEyesService(services, desk.review),
        systems=open_systems(services, lambda: None),
        retention=RetentionService(services),
    )
    try:
        with served(create_app(parts, clock=desk.clock)) as address:
            yield House(address, desk, accounts, mailroom)
    finally:
        desk.close()


def _decide(desk: DeskHome, case: Case, action: str, subject: str, value: str) -> None:
    said = {"actor": REVIEWER, "at": NOW, "action": action, "subject": subject, "value": value}
    desk.review.decide(case.id, case.revision, Decision.model_validate(said))
    desk.services.storage.leases.release(case.id, REVIEWER)


def _work(desk: DeskHome, services: Services, mailroom: MailroomService) -> None:
    """Let a first person key, a page wait for a rescan, a filed field be drawn, a batch come in and be told of."""
    services.storage.api_tokens.create("客户关系系统", (Scope.CASES_READ, Scope.UPLOADS_WRITE), 365, "管理员")
    address, events = "https://crm.example.com/juanzong", tuple(EventType)
    services.storage.webhooks.add_endpoint(address, events, new_secret(), "管理员")
    finished = next(c for c in desk.review.cases(100, 0) if c.finished)
    waiting = next(c for c in desk.review.cases(100, 0) if not c.finished and c.reasons)
    _decide(desk, desk.review.case(waiting.id), "correct", "field:complainant_id_no", "110105199003071239")
    # papers that change are read anew, and drawn ones lose their fields by that: a case of its own waits for a scan
    blurred = desk.read(desk.accept(NOW - timedelta(days=3), Channel.FAX))
    _decide(desk, blurred, "rescan", f"page:{blurred.documents[0].id}/1", "字迹模糊")
    drawn = AcceptedField(
        case_id=finished.id,
        revision=1,
        name="complaint_facts",
        producer="form/1",
        probability=0.99,
        filed_at=NOW,
    )
    services.storage.samples.note_filed((drawn,), 1.0)
    order = BatchOrder(policy=POLICY, channel=Channel.LETTER, received_at=NOW, expected_sheets=3)
    batch = mailroom.open_batch(order, "收发员")
    form, letter, _ = sheets()
    poor = send(mailroom, batch, form.picture.content + b"\0", "来信一.png")
    send(mailroom, batch, letter.picture.content + b"\0", "来信二.png")
    send(mailroom, batch, form.picture.content + b"\0", "来信一-又一次.png")
    say_read(services, poor, 1, "页面过暗", usable=False)
