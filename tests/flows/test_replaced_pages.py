"""A poor scan and the new one in its place, through the mailroom and the real store: only the new one counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.plain_pages import pages_of
from domain.case import Case, Decision
from domain.documents import PageQuality
from domain.evidence import Evidence, FieldValue
from domain.mailroom import MailBatch, PageRef, Upload
from domain.marks import PageReading
from extractors.page_worker import PageJob
from extractors.reading.settings import ReadingSettings
from flows.mailroom_service import MailroomService
from flows.review_service import ReviewService
from flows.stages import payload_of, read_producer
from flows.wiring import Services
from flows.workers import ReaderPool
from storage.intake import Intake
from storage.mail_pages import MailPages
from tests.flows import pages
from tests.flows.mailroom import batch_in, open_home, picture, send, service_over
from tests.flows.papers_read import read_pending

WRONG, RIGHT = "110105199003074237", "110105199003071239"
LETTER = """^^投诉书
投诉人：欧阳明月，身份证号码：{number}，联系电话：13800138000。
被投诉单位：云州恒泰商品经营有限公司。
投诉事实：本人于2026年9月在该公司开户，业务员承诺保本保息，代客操作本人账户，造成亏损十万元。
投诉请求：退还全部亏损并说明情况。
>>投诉人：欧阳明月
>>2026年11月18日
"""
POOR = PageQuality(sharpness=0.1, contrast=0.1, usable=False, problems=("图像模糊，请重新对焦或重新扫描",))


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_home(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def service(services: Services) -> MailroomService:
    return service_over(services)


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    """Nothing is left for it to read: the pages were read already."""
    made = ReaderPool(ReadingSettings(), 1, examine=_unexpected, load=pages.load_nothing)
    yield made
    made.close()


def _unexpected(job: PageJob) -> PageReading:
    raise AssertionError(job)


def say_read(services: Services, upload: Upload, number: str, quality: PageQuality | None = None) -> None:
    (reading,) = pages_of(LETTER.format(number=number))
    page = reading.read.page.model_copy(update={"quality": quality})
    reading = reading.model_copy(update={"read": reading.read.model_copy(update={"page": page})})
    key = f"{upload.order.sha256}#1"
    services.storage.stages.put_stage(key, "read", read_producer(services), payload_of(reading))


def poor_letter(services: Services, service: MailroomService) -> tuple[MailBatch, Upload]:
    batch = batch_in(service)
    poor = send(service, batch, picture(), "模糊.png")
    say_read(services, poor, WRONG, POOR)
    return batch, poor


def scanned_again(services: Services, service: MailroomService, batch: MailBatch, poor: Upload) -> Upload:
    place = PageRef(case_id=poor.case_id or "", sha256=poor.order.sha256, page=1)
    fresh = send(service, batch, picture(), "重扫.png", place)
    say_read(services, fresh, RIGHT)
    return fresh


def everywhere(case: Case) -> Iterator[Evidence]:
    for found in case.fields.values():
        yield from found.evidence
        yield from (e for c in found.candidates for e in c.evidence)
    assert case.judgement is not None
    yield from case.judgement.disposition.evidence
    yield from case.judgement.category.evidence
    yield from (e for s in case.judgement.severity.signals for e in s.evidence)
    yield from (e for i in case.judgement.materials.items for e in i.evidence)


def expect_only_the_new(case: Case, poor: Upload, fresh: Upload) -> None:
    by_file = {d.source.object.sha256: d for d in case.documents}
    old, new = by_file[poor.order.sha256], by_file[fresh.order.sha256]
    assert old.pages[0].replaced and not new.pages[0].replaced
    number = case.fields["complainant_id_no"]
    assert isinstance(number, FieldValue) and number.value == RIGHT
    assert {e.document_id for e in everywhere(case)} == {new.id}
    assert WRONG not in {c.value for f in case.fields.values() for c in f.candidates}
    assert case.mismatches == () and old.fields == () and not [r for r in case.review if old.id in r.subject]


@pytest.mark.parametrize("read_between", [True, False])
def test_only_the_new_scan_counts(
    services: Services, service: MailroomService, pool: ReaderPool, read_between: bool
) -> None:
    batch, poor = poor_letter(services, service)
    if read_between:
        (before,) = read_pending(services, pool)
        assert before.field_value("complainant_id_no") == WRONG
        assert any(r.code == "page_quality" for r in before.review)
    fresh = scanned_again(services, service, batch, poor)
    (case,) = read_pending(services, pool)
    expect_only_the_new(case, poor, fresh)
    texts = {t.document_id: t.text for t in services.storage.cases.case_texts(case.id)}
    assert texts[case.documents[0].id] == "" and RIGHT in texts[case.documents[1].id]
    filed = {o.sha256 for o in case.archive.objects}
    assert {poor.order.sha256, fresh.order.sha256} <= filed, "nothing is thrown away"
    assert services.storage.fixity.verify_archive() == ()


def test_later_work_and_later_papers_keep_it_so_until_a_person_says_otherwise(
    services: Services, service: MailroomService, pool: ReaderPool
) -> None:
    batch, poor = poor_letter(services, service)
    fresh = scanned_again(services, service, batch, poor)
    (case,) = read_pending(services, pool)
    review = ReviewService(services)

    def say(action: str, subject: str, value: str | None = None) -> Case:
        now = review.case(case.id)
        told = {"actor": "余审核", "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
        return review.decide(now.id, now.revision, Decision.model_validate(told))

    expect_only_the_new(say("correct", "field:complainant_phone", "020-88886666"), poor, fresh)
    expect_only_the_new(say("kind", f"document:{case.documents[0].id}", "complaint_letter"), poor, fresh)
    other = send(service, batch, picture(), "另一份.png")
    say_read(services, other, RIGHT)
    (later,) = read_pending(services, pool)
    assert later.documents[0].pages[0].replaced and later.field_value("complainant_id_no") == RIGHT
    back = say("restore", f"page:{case.documents[0].id}/1")
    assert not back.documents[0].pages[0].replaced and back.documents[0].fields
    assert {m.field for m in back.mismatches} == {"complainant_id_no"}
    last = send(service, batch, picture(), "又一份.png")
    say_read(services, last, RIGHT)
    (again,) = read_pending(services, pool)
    assert not again.documents[0].pages[0].replaced, "a run does not undo what a person said"


def test_a_request_of_the_station_is_answered_by_the_mailroom(
    services: Services, service: MailroomService, pool: ReaderPool
) -> None:
    batch, poor = poor_letter(services, service)
    (before,) = read_pending(services, pool)
    told = {"actor": "余审核", "at": datetime.now(UTC), "action": "rescan", "value": "字迹模糊"}
    decision = Decision.model_validate(told | {"subject": f"page:{before.documents[0].id}/1"})
    ReviewService(services).decide(before.id, before.revision, decision)
    fresh = send(service, batch, picture(), "补扫.png")
    say_read(services, fresh, RIGHT)
    (case,) = read_pending(services, pool)
    (request,) = case.papers.rescans
    assert request.closing == "新的扫描件已到：补扫.png" and services.storage.cases.open_rescans() == ()
    expect_only_the_new(case, poor, fresh)


def test_killed_between_the_replacement_and_the_case(
    services: Services, service: MailroomService, pool: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, poor = poor_letter(services, service)
    read_pending(services, pool)
    with monkeypatch.context() as killed:
        killed.setattr(Intake, "add_to_case", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            scanned_again(services, service, batch, poor)
    assert services.storage.intake.pending() == ()
    held = MailPages(services.storage.database).replacements(poor.case_id or "")
    again = service_over(services)
    again.resume()
    assert MailPages(services.storage.database).replacements(poor.case_id or "") == held
    (fresh,) = (u for u in services.storage.mail_uploads.of_batch(batch.id) if u.order.name == "重扫.png")
    say_read(services, fresh, RIGHT)
    (case,) = read_pending(services, pool)
    expect_only_the_new(case, poor, fresh)
