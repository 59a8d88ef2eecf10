"""A real home with drawn papers: what the desk's pages stand on, with a clock that tests set."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from domain.case import Case, Decision
from domain.documents import Document, ReadPage, ScanBatch, SourceFile
from domain.marks import PageMarks, PageReading
from domain.ocr import OcrPage
from domain.review import apply_decision
from domain.vocabulary import Channel
from flows.copies_service import CopiesService
from flows.desk_service import DeskService
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.settings import ROOT, load_settings
from flows.stages import read_producer
from flows.wiring import Services, load_policies
from review_ui.parts import Parts
from storage import PageText, open_storage
from tests.domain.builders import NOW
from tests.review_ui.drawn import POLICY, Sheet, doubtful_case, sheets
from tests.review_ui.memory_typing import Doubt, drawn_line

ADOPTION = ROOT / "policies" / "adoption.example.yaml"
DOUBTS: dict[str, dict[int, Doubt]] = {
    "complainant_name": {2: (0.6, ("朋", "胆"))},
    "complainant_mobile": {4: (0.5, ("8", "6")), 9: (0.7, ("6",))},
}
"""Characters that the reader of the drawn papers was not sure of, by field and offset."""


@dataclass
class SetClock:
    """A clock that stands where a test puts it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class DeskHome:
    """An opened home, its clock, and the interfaces over it.

    Attributes:
        database: SQLAlchemy URL, ``None`` for SQLite in the home.
    """

    home: Path
    clock: SetClock = field(default_factory=SetClock)
    database: str | None = None

    def __post_init__(self) -> None:
        settings = load_settings(ADOPTION).model_copy(update={"home": self.home, "database_url": self.database})
        storage = open_storage(self.home, self.database, self.clock)
        self.services = Services(settings, load_policies(settings.policies, ADOPTION), storage)
        self.review = ReviewService(self.services)
        self.desk = DeskService(self.services, self.review)
        copies = CopiesService(self.services, self.review)
        self.parts = Parts(review=self.review, queue=QueueService(self.services), desk=self.desk, copies=copies)

    def close(self) -> None:
        self.services.close()

    def accept(self, received_at: datetime = NOW, channel: Channel = Channel.LETTER, policy: str = POLICY) -> Case:
        """Accept the three drawn papers as a case that has not been read; no other case has the same files."""
        storage = self.services.storage
        number = storage.cases.count_cases()
        files = [SourceFile(name=s.document.source.name, object=self._kept(s, number)) for s in sheets()]
        batch = ScanBatch(id=f"b-{number}", received_at=received_at, channel=channel, files=tuple(files))
        row = storage.intake.accept_batch(batch, policy, "EXM")
        documents = tuple(_document(s, f) for s, f in zip(sheets(), files, strict=False))
        changes = {"id": row.id, "number": row.number, "received_at": received_at, "channel": channel}
        return doubtful_case(*sheets()).model_copy(update={**changes, "policy": policy, "documents": documents})

    def read(self, case: Case, **changes: object) -> Case:
        """Save the first revision of an accepted case."""
        case = case.model_copy(update=changes)
        texts = tuple(PageText(s.id, 1, "\n".join(s.words.values())) for s in sheets())
        self.services.storage.cases.save_case(case, "assembled", None, texts=texts)
        return case

    def answer(self, case: Case, action: str, subject: str, value: str | None = None, **more: object) -> Case:
        """Save the revision after one answer, given now."""
        decision = Decision.model_validate(
            {"actor": "余审核", "at": self.clock(), "action": action, "subject": subject, "value": value, **more}
        )
        changed = apply_decision(case, decision)
        self.services.storage.cases.save_case(changed, action, case.revision)
        return changed

    def file(self, case: Case) -> Case:
        """File the revision."""
        self.services.storage.filing.file_case(case)
        return self.review.case(case.id)

    def _kept(self, sheet: Sheet, number: int):  # type: ignore[no-untyped-def]
        storage = self.services.storage
        # what follows the end of a picture does not show
        ref = storage.objects.put(sheet.picture.content + f"{number}".encode(), "image/png")
        storage.stages.put_stage(ref.sha256, "describe", "describe/1", json.dumps({"pages": 1}).encode())
        reading = b'{"reading":' + _reading(sheet).model_dump_json().encode() + b"}"
        storage.stages.put_stage(f"{ref.sha256}#1", "read", read_producer(self.services), reading)
        return ref


def _document(sheet: Sheet, source: SourceFile) -> Document:
    return sheet.document.model_copy(update={"source": source})


def _reading(sheet: Sheet) -> PageReading:
    page = sheet.document.pages[0]
    lines = tuple(drawn_line(sheet, name, DOUBTS.get(name)) for name in sheet.boxes)
    text = OcrPage(number=1, width=page.width, height=page.height, lines=lines, producer="drawn/1")
    return PageReading(read=ReadPage(page=page, text=text), marks=PageMarks(producer="drawn/1"))


@cache
def _templates() -> Path:
    """Return a folder for homes that are made once and copied: migrating one for every test is slow."""
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def empty_home(home: Path) -> DeskHome:
    """Return a home without a case."""
    template = _templates() / "empty"
    if not template.exists():
        DeskHome(template).close()
    shutil.copytree(template, home)
    return DeskHome(home)


def worked_home(home: Path) -> DeskHome:
    """Return a home with three cases: one answered, finished and filed, one read, one not read yet."""
    template = _templates() / "worked"
    if not template.exists():
        _work(empty_home(template))
    shutil.copytree(template, home)
    return DeskHome(home)


def _work(desk: DeskHome) -> None:
    desk.clock.now = NOW - timedelta(days=2)
    case = desk.read(desk.accept(NOW - timedelta(days=2, hours=3), Channel.FAX))
    desk.clock.now = NOW - timedelta(days=1)
    case = desk.answer(case, "correct", "field:complainant_id_no", "110105199003071239", comment="以身份证为准")
    case = desk.answer(case, "accept", "field:complainant_name")
    case = desk.answer(case, "correct", "field:complainant_name", "欧阳朋月", comment="原先看错")
    case = desk.answer(case, "set", "clock", "pause")
    case = desk.answer(case, "set", "clock", "resume")
    case = desk.answer(case, "reject", "materials:evidence", comment="来电核实没有证据")
    desk.clock.now = NOW - timedelta(hours=2)
    desk.file(desk.answer(case, "finish", "case"))
    desk.clock.now = NOW - timedelta(hours=1)
    desk.read(desk.accept(NOW - timedelta(hours=5)))
    desk.accept(NOW - timedelta(hours=2), Channel.IN_PERSON)
    desk.close()
