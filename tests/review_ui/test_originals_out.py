"""Originals over a real connection: whole and right, or a transfer that broke off and was told of."""

from __future__ import annotations

import http.client
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.audit import AuditFilter, Operation, Result
from domain.case import Case
from domain.documents import ObjectRef, SourceFile
from domain.people import Role
from flows.accounts_service import AccountsService
from flows.doctor import ALARMS, examine
from flows.people_settings import PeopleSettings
from review_ui.accounts.backend import AccountForm
from review_ui.accounts.visitor import SESSION
from review_ui.app import create_app
from storage import delivery
from tests.review_ui.desk_home import DeskHome, worked_home
from tests.review_ui.people import CLIENT, PASSWORD
from tests.serving import served
from tests.storage.conftest import batch_of, case_of, object_file

MIB = 1 << 20
SIZE = 11 * MIB + 137
PATHS = ("/cases/{case}/documents/{document}/original", "/api/v1/cases/{case}/documents/{document}/original")
DESK = "/archive/objects/{sha256}/file"


@dataclass(frozen=True)
class Answer:
    """What a client got, and whether it was as long as was announced."""

    status: int
    headers: Message
    content: bytes
    whole: bool


@dataclass
class Site:
    """A served home with one large original."""

    address: str
    home: DeskHome
    case: Case

    @property
    def ref(self) -> ObjectRef:
        return self.case.documents[0].source.object

    def ask(self, path: str, cookie: str = "") -> Answer:
        wanted = path.format(case=self.case.id, document=self.case.documents[0].id, sha256=self.ref.sha256)
        with closing(http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)) as connection:
            connection.request("GET", wanted, headers={"Cookie": cookie})
            with connection.getresponse() as answer:
                headers = answer.headers
                try:
                    return Answer(answer.status, headers, answer.read(), whole=True)
                except http.client.IncompleteRead as error:
                    return Answer(answer.status, headers, error.partial, whole=False)
                except ConnectionError:
                    return Answer(answer.status, headers, b"", whole=False)

    def damage(self, place: int) -> None:
        file = object_file(self.home.home, self.ref)
        file.chmod(0o644)
        with file.open("r+b") as stream:
            stream.seek(place)
            byte = stream.read(1)
            stream.seek(place)
            stream.write(bytes([byte[0] ^ 1]))

    def alarm(self) -> str:
        (line,) = examine(self.home.services.settings, (ALARMS,))
        return line.problem


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    home = worked_home(tmp_path / "home")
    storage = home.services.storage
    large = storage.objects.put(random.Random(7).randbytes(SIZE), "image/tiff")
    batch = batch_of(SourceFile(name="来信.tif", object=large), batch_id="b-large")
    case = case_of(storage.intake.accept_batch(batch, "exchange-member", "EXM"))
    storage.cases.save_case(case, "assembled", None)
    try:
        with served(create_app(replace(home.parts, audit=storage.audit), clock=home.clock)) as address:
            yield Site(address, home, case)
    finally:
        home.close()


def broken_off(answer: Answer) -> int:
    """Return how many bytes came before the transfer broke off; it must not end as a whole one."""
    assert answer.status == 200 and answer.headers["Content-Length"] == str(SIZE)
    assert not answer.whole
    return len(answer.content)


@pytest.mark.parametrize("path", [*PATHS, DESK])
def test_a_large_original_comes_whole_with_its_hash(site: Site, path: str) -> None:
    answer = site.ask(path)
    assert answer.whole and answer.content == site.home.services.storage.objects.read(site.ref.key)
    assert answer.headers["Repr-Digest"].startswith("sha-256=:")
    (entry,) = site.home.services.storage.audit.find(AuditFilter(operation=Operation.DOWNLOAD_ORIGINAL), 10)
    assert entry.event.details["sha256"] == site.ref.sha256
    assert site.alarm() == ""


@pytest.mark.parametrize("path", [*PATHS, DESK])
@pytest.mark.parametrize("place", [0, 5 * MIB, SIZE - 1])
def test_one_flipped_byte_breaks_the_transfer_off_and_raises_an_alarm(site: Site, path: str, place: int) -> None:
    if path == DESK:
        # the desk's own check comes first on its page; the file's address may be known without it
        assert site.ask(path).whole
    site.damage(place)
    assert broken_off(site.ask(path)) < SIZE
    entry = site.home.services.storage.audit.find(AuditFilter(operation=Operation.DAMAGE_FOUND), 10)[0]
    assert entry.event.result is Result.REFUSED and entry.event.details["sha256"] == site.ref.sha256
    assert entry.event.case_id == site.case.id
    assert site.ref.key in site.alarm()
    page = site.ask("/health").content.decode()
    assert ALARMS in page and site.ref.key in page and 'id="overall">需要处理' in page


def test_a_small_original_answers_with_the_error_instead(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PIECE", SIZE)
    site.damage(3)
    answer = site.ask(PATHS[0])
    assert answer.status == 500 and site.ref.key in answer.content.decode()
    assert site.ref.key in site.alarm()


def test_an_original_that_was_cut_or_is_gone(site: Site) -> None:
    file = object_file(site.home.home, site.ref)
    file.chmod(0o644)
    content = file.read_bytes()
    file.write_bytes(content[: 9 * MIB])
    broken_off(site.ask(PATHS[0]))
    file.write_bytes(content + b"more")
    broken_off(site.ask(PATHS[0]))
    file.unlink()
    assert site.ask(PATHS[0]).status == 500
    assert "缺少" in site.alarm()


def test_a_client_that_leaves_is_no_damage(site: Site) -> None:
    with closing(http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=30)) as connection:
        connection.request("GET", DESK.format(sha256=site.ref.sha256))
        with connection.getresponse() as answer:
            assert len(answer.read(10)) == 10
    assert site.ask(PATHS[0]).whole
    assert site.alarm() == ""
    assert site.home.services.storage.audit.find(AuditFilter(operation=Operation.DAMAGE_FOUND), 1) == ()


def test_the_log_names_who_was_being_served_when_the_transfer_broke_off(site: Site) -> None:
    services = site.home.services
    accounts = AccountsService(services.storage.people, services.policies, PeopleSettings(hash_memory=8, hash_passes=1))
    _, link = accounts.create("gu", AccountForm(name="顾砚秋", roles=(Role.ARCHIVIST,), staff_names=("顾砚秋",)))
    cookie = f"{SESSION}={accounts.use_link(link, PASSWORD, CLIENT).token}"
    site.damage(SIZE - 1)
    parts = replace(site.home.parts, audit=services.storage.audit, accounts=accounts)
    with served(create_app(parts, clock=site.home.clock)) as address:
        signed_in = Site(address, site.home, site.case)
        assert signed_in.ask(DESK).status == 303, "nobody gets it without signing in"
        broken_off(signed_in.ask(DESK, cookie))
    (entry,) = services.storage.audit.find(AuditFilter(operation=Operation.DAMAGE_FOUND), 10)
    assert entry.event.actor == "顾砚秋" and entry.event.address == "127.0.0.1"
