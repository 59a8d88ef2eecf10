"""A page that the machine read the wrong way up: a person turns it, and it is read anew as it lies then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from domain.case import Case, Decision
from domain.documents import Page
from domain.errors import DamagedImageError, StaleRevisionError
from domain.evidence import FieldValue
from domain.mailroom import Upload
from domain.marks import PageReading
from extractors.page_worker import PageJob
from extractors.reading.settings import ReadingSettings
from flows.papers_service import PapersService
from flows.review_service import ReviewService
from flows.stages import payload_of, read_producer
from flows.typing_service import TypingService
from flows.wiring import Services
from flows.workers import ReaderPool
from storage.objects import object_key
from tests.domain.paper_cases import expect_sound
from tests.flows import pages
from tests.flows.mailroom import batch_in, open_home, send, service_over
from tests.flows.papers_read import read_pending

NUMBER = "110105199003071239"
LINES = (
    "投诉书",
    "投诉人：欧阳明月",
    f"身份证号码：{NUMBER}",
    "联系电话：13800138000",
    "被投诉单位：云州恒泰商品经营有限公司",
    "投诉事实：业务员承诺保本保息，代客操作本人账户，造成亏损。",
    "投诉请求：退还全部亏损并说明情况。",
)
WIDTH, HEIGHT = 1000, 760


def letter() -> bytes:
    font = ImageFont.truetype(BytesIO(pymupdf.Font("china-s").buffer), 32)
    sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(sheet)
    for row, words in enumerate(LINES):
        pen.text((60, 60 + row * 90), words, font=font, fill="black")
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    made = ReaderPool(ReadingSettings(), 1)
    yield made
    made.close()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_home(tmp_path / "home")
    yield opened
    opened.close()


def misread(services: Services, pool: ReaderPool, turned: int) -> Upload:
    """Take the letter in; the machine is sure that it must be turned by ``turned`` degrees, and reads that."""
    service = service_over(services)
    upload = send(service, batch_in(service), letter(), "来信.png")
    across = turned in (90, 270)
    size = (HEIGHT, WIDTH) if across else (WIDTH, HEIGHT)
    wrong = Page(number=1, source_page=1, width=size[0], height=size[1], turned=turned)
    path = services.storage.objects.path(object_key(upload.order.sha256))
    (outcome,) = pool.read((PageJob(str(path), "image/png", 1, wrong),))
    assert isinstance(outcome, PageReading)
    key = f"{upload.order.sha256}#1"
    services.storage.stages.put_stage(key, "read", read_producer(services), payload_of(outcome))
    return upload


class Reviewer:
    """A person at work on the newest revision, and what the reading process was told."""

    def __init__(self, services: Services, case: Case) -> None:
        self.woken = 0
        self._review = ReviewService(services, self._wake)
        self.papers = PapersService(services, self._wake)
        self._id = case.id

    def _wake(self) -> None:
        self.woken += 1

    @property
    def case(self) -> Case:
        return self._review.case(self._id)

    def say(self, action: str, subject: str, value: str | None = None, revision: int | None = None) -> Case:
        told = {"actor": "余审核", "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
        seen = self.case.revision if revision is None else revision
        return self._review.decide(self._id, seen, Decision.model_validate(told))

    def turn(self, degrees: int) -> Case:
        return self.say("turn", f"page:{self.case.documents[0].id}/1", str(degrees))


@pytest.mark.parametrize("wrong", [180, 90])
def test_a_turned_page_is_read_anew(services: Services, pool: ReaderPool, wrong: int) -> None:
    misread(services, pool, wrong)
    (before,) = read_pending(services, pool)
    # lines that stand on end are turned one by one when they are read; upside down nothing can be read
    assert before.field_value("complainant_id_no") == (None if wrong == 180 else NUMBER)
    person = Reviewer(services, before)
    person.say("correct", "field:complainant_mobile", "13900139000")

    waiting = person.turn(360 - wrong)
    assert waiting.documents[0].pages[0].awaits_reading and person.woken == 1
    assert (waiting.documents[0].pages[0].width, waiting.documents[0].pages[0].turned) == (WIDTH, 0)
    answered = person.say("not_present", "field:complaint_no")
    assert answered.documents[0].pages[0].awaits_reading, "other work goes on meanwhile"
    assert [row.id for row in services.storage.intake.pending()] == [before.id]

    (read,) = read_pending(services, pool)
    page = read.documents[0].pages[0]
    assert not page.awaits_reading and services.storage.intake.pending() == ()
    number = read.fields["complainant_id_no"]
    assert isinstance(number, FieldValue) and number.value == NUMBER
    (place,) = number.evidence
    assert 230 < place.bbox[0] < 300 and 220 < place.bbox[1] < 290, "where it stands on the page as it is shown"
    assert read.field_value("complainant_mobile") == "13900139000" and read.field_value("complaint_no") is None
    assert read.decisions == answered.decisions and read.documents[0].id == waiting.documents[0].id
    expect_sound(read)
    (text,) = services.storage.cases.case_texts(read.id)
    assert NUMBER in text.text.replace(" ", "")
    typing = TypingService(services)
    characters = typing.page_characters(read.id, read.documents[0].id, 1).characters
    assert any(c.text == "投" and c.bbox[1] < 120 for c in characters)
    assert typing.read_box(read.id, place, "complainant_id_no", 0).value == NUMBER
    assert services.storage.fixity.verify_archive() == ()
    with pytest.raises(StaleRevisionError):
        person.say("correct", "field:complaint_request", "退款", revision=answered.revision)


def test_every_position_is_read_once(services: Services, pool: ReaderPool) -> None:
    misread(services, pool, 180)
    (before,) = read_pending(services, pool)
    person = Reviewer(services, before)
    person.turn(180)
    (read,) = read_pending(services, pool)
    back = person.turn(180)
    assert not back.documents[0].pages[0].awaits_reading and back.field_value("complainant_id_no") is None
    again = person.turn(180)
    assert not again.documents[0].pages[0].awaits_reading
    assert again.field_value("complainant_id_no") == NUMBER and again.documents == read.documents
    assert person.woken == 1 and services.storage.intake.pending() == ()
    assert person.papers.undo(again.id, again.revision, "余审核", datetime.now(UTC)).documents == back.documents


def test_taken_back_before_it_was_read_nothing_waits(services: Services, pool: ReaderPool) -> None:
    misread(services, pool, 180)
    (before,) = read_pending(services, pool)
    person = Reviewer(services, before)
    turned = person.turn(180)
    assert services.storage.intake.pending() != ()
    assert person.papers.undo(turned.id, turned.revision, "余审核", datetime.now(UTC)).documents == before.documents
    assert services.storage.intake.pending() == ()


def _damaged(job: PageJob) -> PageReading:
    raise DamagedImageError(f"第 {job.source_page} 页不完整", "请重新扫描")


def test_a_turned_page_that_cannot_be_read_is_told_and_waits_no_more(services: Services, pool: ReaderPool) -> None:
    misread(services, pool, 180)
    (before,) = read_pending(services, pool)
    person = Reviewer(services, before)
    person.turn(180)
    broken = ReaderPool(ReadingSettings(), 1, examine=_damaged, load=pages.load_nothing)
    (read,) = read_pending(services, broken)
    broken.close()
    assert not read.documents[0].pages[0].awaits_reading and services.storage.intake.pending() == ()
    (failure,) = read.failures
    assert (failure.file, failure.page, failure.error) == ("来信.png", 1, "DamagedImageError")
    assert read.documents[0].pages[0].turned == 0, "it lies as the person turned it"
