"""A reviewer's answers on real cases: applied, judged anew, kept, filed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image

from domain.case import Case, Decision, DecisionAction
from domain.errors import DecisionError, StaleRevisionError, UnknownCaseError, UnknownObjectError
from domain.evidence import FieldMissing, FieldValue
from domain.vocabulary import MaterialStatus, MissingReason
from flows.claims import cut_short
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from review_ui.backend import QueueFilter
from tests.flows.conftest import ADOPTION, INCOMPLETE, POLICY

MAJOR_LEVEL, COMMON_LEVEL = "重大投诉", "一般投诉"


@pytest.fixture
def services(home: Path) -> Iterator[Services]:
    opened = open_services(load_settings(ADOPTION).model_copy(update={"home": home}))
    yield opened
    opened.close()


@pytest.fixture
def service(services: Services) -> ReviewService:
    return ReviewService(services)


def answered(service: ReviewService, number: str, action: str, subject: str, value: str | None = None) -> Case:
    """The case after one answer on its newest revision."""
    assert action in get_args(DecisionAction)
    case = service.case(number)
    decision = Decision.model_validate(
        {"actor": "余审核", "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
    )
    return service.decide(case.id, case.revision, decision)


def subjects(case: Case) -> set[str]:
    return {reason.subject for reason in case.review}


def level(case: Case) -> str | None:
    assert case.judgement is not None
    return case.judgement.severity.level


def test_queue_has_the_gravest_first_and_counts_agree(service: ReviewService, numbers: tuple[str, str]) -> None:
    queue = service.queue(QueueFilter())
    assert [entry.number for entry in queue] == [numbers[1], numbers[0]]
    assert queue[0].grave and queue[0].level == MAJOR_LEVEL
    counts = service.counts()
    assert (counts.waiting, counts.grave, counts.cases, counts.failed) == (2, 1, 2, 0)
    assert counts.by_policy == {POLICY: 2}
    code = queue[1].reasons[0].code
    assert {e.number for e in service.queue(QueueFilter(reason=code))} >= {numbers[1 - 1]}
    assert service.queue(QueueFilter(reason="no_such_reason")) == ()
    assert {e.number for e in service.cases(10, 0)} == set(numbers)
    assert len(service.cases(1, 1)) == 1
    choices = service.choices(POLICY)
    assert choices.levels[0] == MAJOR_LEVEL and len(choices.categories) == 8


def test_field_answers(service: ReviewService, numbers: tuple[str, str]) -> None:
    number = numbers[0]
    before = service.case(number)
    doubtful = sorted(s.removeprefix("field:") for s in subjects(before) if s.startswith("field:"))
    sure = sorted(n for n, f in before.fields.items() if isinstance(f, FieldValue) and n not in doubtful)
    first, second, third = (*doubtful, *sure)[:3]

    accepted = answered(service, number, "accept", f"field:{first}").fields[first]
    assert isinstance(accepted, FieldValue) and accepted.accepted
    assert accepted.value == before.field_value(first)

    corrected = answered(service, number, "correct", f"field:{second}", "改正后的值").fields[second]
    assert isinstance(corrected, FieldValue) and corrected.value == "改正后的值" and corrected.accepted
    assert corrected.producer == "person:余审核" and corrected.probability == 1.0
    machine = before.fields[second]
    assert isinstance(machine, FieldValue) and machine.value in {c.value for c in corrected.candidates}
    assert corrected.evidence == machine.evidence

    case = answered(service, number, "illegible", f"field:{third}")
    gone = case.fields[third]
    assert isinstance(gone, FieldMissing) and gone.reason is MissingReason.ILLEGIBLE and gone.accepted
    assert case.revision == before.revision + 3 and len(case.decisions) == 3
    assert not subjects(case) & {f"field:{n}" for n in (first, second, third)}

    absent = answered(service, number, "not_present", "field:complainant_employer").fields["complainant_employer"]
    assert isinstance(absent, FieldMissing) and absent.reason is MissingReason.NOT_FOUND
    # all earlier answers still stand
    now = service.case(number)
    assert now.field_value(second) == "改正后的值" and now.field_value(third) is None
    with pytest.raises(DecisionError):
        answered(service, number, "accept", "field:complainant_employer")
    with pytest.raises(DecisionError):
        answered(service, number, "correct", f"field:{first}", "")
    assert service.case(number).revision == now.revision


def test_verdicts_are_judged_anew_and_a_persons_verdict_stays(service: ReviewService, numbers: tuple[str, str]) -> None:
    number = numbers[0]
    assert level(service.case(number)) == COMMON_LEVEL
    small = answered(service, number, "correct", "field:amount_involved", "99999.99")
    assert level(small) == COMMON_LEVEL
    raised = answered(service, number, "correct", "field:amount_involved", "100000.01")
    assert level(raised) == MAJOR_LEVEL
    assert raised.judgement and any(s.signal == "amount" for s in raised.judgement.severity.signals)
    lowered = answered(service, number, "set", "severity", COMMON_LEVEL)
    assert level(lowered) == COMMON_LEVEL
    again = answered(service, number, "correct", "field:amount_involved", "5000000")
    assert again.judgement and again.judgement.severity.level == COMMON_LEVEL
    assert again.judgement.severity.producer == "person:余审核"
    category = service.choices(POLICY).categories[2]
    set_by_hand = answered(service, number, "set", "category", category)
    later = answered(service, number, "set", "disposition", "inquiry")
    assert set_by_hand.judgement and later.judgement and later.judgement.category.value == category
    assert later.judgement.disposition.value == "inquiry"


def test_signals_and_materials(service: ReviewService, numbers: tuple[str, str]) -> None:
    before = service.case(numbers[1])
    assert before.judgement is not None
    codes = [s.signal for s in before.judgement.severity.signals]
    assert "regulator" in codes
    case = answered(service, numbers[1], "reject", "signal:regulator")
    case = answered(service, numbers[1], "correct", "field:amount_involved", "1.00")
    assert case.judgement is not None
    assert [s.confirmed for s in case.judgement.severity.signals if s.signal == "regulator"] == [False]
    with pytest.raises(DecisionError):
        answered(service, numbers[1], "reject", "signal:personal_injury")

    case = answered(service, numbers[0], "confirm", "materials:complaint_letter")
    assert case.judgement is not None
    states = {i.material: i.status for i in case.judgement.materials.items}
    assert states["complaint_letter"] is MaterialStatus.PRESENT
    assert "materials:complaint_letter" not in subjects(case)
    assert case.judgement.materials.complete is False, "other papers are still missing"


def test_stale_revision_is_refused(service: ReviewService, numbers: tuple[str, str]) -> None:
    case = service.case(numbers[0])
    answered(service, numbers[0], "accept", "field:complaint_no")
    decision = Decision(actor="余审核", at=datetime.now(UTC), action="accept", subject="field:complaint_date")
    with pytest.raises(StaleRevisionError, match="请刷新"):
        service.decide(case.id, case.revision, decision)
    assert service.case(numbers[0]).revision == case.revision + 1


def test_a_case_in_work_stays_in_the_queue_until_finished_and_is_filed_again(
    service: ReviewService, services: Services, numbers: tuple[str, str]
) -> None:
    number = numbers[0]
    case = service.case(number)
    while case.review:
        subject = case.review[0].subject
        scope = subject.split(":")[0]
        action = {"field": "accept", "materials": "confirm"}.get(scope, "accept")
        case = answered(service, number, action, subject)
    assert number in {e.number for e in service.queue(QueueFilter())}, "answered, not finished"
    leaves = services.storage.log.size()
    assert len(service.filings(case.id)) == 1
    finished = answered(service, number, "finish", "case")
    assert finished.finished and finished.archive.log_index == leaves == services.storage.log.size() - 1
    assert len(service.filings(case.id)) == 2
    assert service.case(number).archive == finished.archive
    with pytest.raises(DecisionError, match="没有改动"):
        answered(service, number, "finish", "case")
    assert service.case(number) == finished
    assert services.storage.log.size() == finished.archive.log_index + 1, "an impatient key files nothing again"
    assert number not in {e.number for e in service.queue(QueueFilter())}
    assert services.storage.fixity.verify_archive() == ()
    assert services.storage.log.prove_inclusion(leaves).holds()
    assert cut_short(services.settings.home) == ()


def test_answers_are_taken_when_the_reading_is_not_at_hand(
    service: ReviewService, services: Services, numbers: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.stages.READ", "read/from-another-version")
    case = answered(service, numbers[1], "accept", "field:amount_involved")
    assert level(case) == MAJOR_LEVEL
    assert answered(service, numbers[1], "finish", "case").finished
    assert services.storage.fixity.verify_archive() == ()


def test_page_pictures_have_the_size_that_evidence_boxes_refer_to(
    service: ReviewService, numbers: tuple[str, str]
) -> None:
    for number in numbers:
        case = service.case(number)
        for document in case.documents:
            for page in document.pages:
                picture = service.page_image(case.id, document.id, page.number)
                with Image.open(io.BytesIO(picture.content)) as image:
                    assert image.size == (page.width, page.height)
                    assert Image.MIME[image.format or ""] == picture.media_type
    with pytest.raises(UnknownObjectError):
        service.page_image(case.id, document.id, 99)
    with pytest.raises(UnknownObjectError):
        service.page_image(case.id, "doc-none", 1)
    with pytest.raises(UnknownCaseError):
        service.case("EXM-2026-999999")


def test_originals_and_search(service: ReviewService, numbers: tuple[str, str]) -> None:
    case = service.case(numbers[0])
    for document in case.documents:
        original = service.original(case.id, document.id)
        assert b"".join(original.pieces) == (INCOMPLETE / document.source.name).read_bytes()
        assert original.name == document.source.name
    name = case.field_value("complainant_name")
    assert name
    hits = service.search(name, 10)
    assert hits and {hit.case_number for hit in hits} == {numbers[0]}
    for hit in hits:
        assert [hit.snippet[a:b] for a, b in hit.marks] and all(hit.snippet[a:b] in name for a, b in hit.marks)
    assert service.search(numbers[1], 5)[0].case_number == numbers[1]
    answered(service, numbers[0], "correct", "field:complainant_name", "令狐新名")
    assert {hit.case_number for hit in service.search("令狐新名", 5)} == {numbers[0]}
