"""Second keying and audits on real cases: blind, by another person, amending what was filed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from domain.case import Case, Decision
from domain.errors import DecisionError
from domain.sampling import AcceptedField, Outcome
from flows.calibrate import _all_judged
from flows.four_eyes_service import FourEyesService
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from review_ui.app import create_app
from review_ui.parts import Parts
from tests.flows.conftest import ADOPTION

FIELD = "complainant_mobile"


@pytest.fixture
def services(home: Path, tmp_path: Path) -> Iterator[Services]:
    adoption = tmp_path / "adoption.yaml"
    rules = f"\nfour_eyes: {{fields: [{FIELD}], sample: 1.0}}\n"
    adoption.write_text(ADOPTION.read_text(encoding="utf-8") + rules, encoding="utf-8")
    opened = open_services(load_settings(adoption).model_copy(update={"home": home}))
    yield opened
    opened.close()


@pytest.fixture
def review(services: Services) -> ReviewService:
    return ReviewService(services)


@pytest.fixture
def desk(services: Services, review: ReviewService) -> FourEyesService:
    return FourEyesService(services, review)


def said(review: ReviewService, number: str, actor: str, action: str, subject: str, value: str | None = None) -> Case:
    """The case after one answer; the person leaves it for the next one then."""
    case = review.case(number)
    decision = Decision.model_validate(
        {"actor": actor, "at": datetime.now(UTC), "action": action, "subject": subject, "value": value}
    )
    changed = review.decide(case.id, case.revision, decision)
    review._services.storage.leases.release(case.id, actor)
    return changed


def answer_all(review: ReviewService, number: str, actor: str) -> None:
    """Answer everything that is open as ``actor`` would, but not the fields for two."""
    for _ in range(60):
        reasons = [r for r in review.case(number).review if r.code not in ("second_keying", "keying_differs")]
        if not reasons:
            return
        subject = reasons[0].subject
        said(review, number, actor, "confirm" if subject.startswith("materials") else "accept", subject)


def test_the_second_person_sees_where_it_stands_and_not_what_was_said(
    review: ReviewService, desk: FourEyesService, numbers: tuple[str, str]
) -> None:
    said(review, numbers[0], "甲", "correct", f"field:{FIELD}", "13800138000")
    assert [k.case_number for k in desk.keyings("甲", 9) if "手机" in "".join(k.labels)] == []
    (entry,) = [k for k in desk.keyings("乙", 9) if k.case_number == numbers[0]]
    assert not entry.differs
    found = desk.keying(entry.case_id, "乙")
    (blind,) = found.subjects
    assert blind.subject == f"field:{FIELD}" and "13800138000" not in blind.model_dump_json()
    case = review.case(numbers[0])
    key = Decision(actor="乙", at=datetime.now(UTC), action="key", subject=blind.subject, value="13800138001")
    assert desk.key(case.id, case.revision, key) is False
    assert [k.differs for k in desk.keyings("丙", 9) if k.case_number == numbers[0]] == [True]
    assert desk.keyings("甲", 9) == () == desk.keyings("乙", 9)
    assert (
        said(review, numbers[0], "丙", "correct", f"field:{FIELD}", "13800138001").field_value(FIELD) == "13800138001"
    )
    assert desk.keyings("丁", 9) == ()


def test_an_audit_amends_the_filed_case_draws_its_like_and_feeds_the_calibration(
    review: ReviewService, desk: FourEyesService, services: Services, numbers: tuple[str, str]
) -> None:
    number = numbers[0]
    answer_all(review, number, "甲")
    case = review.case(number)
    for subject in [r.subject for r in case.review]:
        value = case.field_value(subject.partition(":")[2]) or (case.judgement and case.judgement.severity.level)
        said(review, number, "乙", "key", subject, value or "")
    filed = said(review, number, "甲", "finish", "case")
    assert filed.finished
    samples = desk.samples(99)
    assert samples and {s.case_number for s in samples} == {number}
    view = desk.sample(samples[0].id)
    assert filed.field_value(view.sample.name) == view.value
    with pytest.raises(DecisionError, match="须录入"):
        desk.answer_sample(view.sample.id, Outcome.WRONG, view.value, "稽核")
    before = len(review.filings(filed.id))
    desk.answer_sample(view.sample.id, Outcome.WRONG, "改正后的值", "稽核")
    amended = review.case(number)
    assert amended.field_value(view.sample.name) == "改正后的值" and amended.finished
    assert len(review.filings(filed.id)) == before + 1
    with pytest.raises(DecisionError, match="已有人答复"):
        desk.answer_sample(view.sample.id, Outcome.RIGHT, None, "稽核")
    desk.answer_sample(samples[1].id, Outcome.RIGHT, None, "稽核")
    judged = {(j.field, j.right) for j in _all_judged(services)}
    assert (view.sample.name, False) in judged and (samples[1].name, True) in judged
    total = desk.error_rates()[-1]
    assert (total.looked_at, total.wrong) == (2, 1)


def test_the_pages_of_both_desks(
    review: ReviewService, desk: FourEyesService, services: Services, numbers: tuple[str, str]
) -> None:
    said(review, numbers[0], "甲", "correct", f"field:{FIELD}", "13800138000")
    case = review.case(numbers[0])
    field = AcceptedField(
        case_id=case.id,
        revision=1,
        name="complainant_name",
        producer="form/1",
        probability=0.99,
        filed_at=case.received_at,
    )
    services.storage.samples.note_filed((field,), 1.0)
    app = create_app(Parts(review=review, queue=QueueService(services), four_eyes=desk))
    with TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=True) as client:
        assert case.number in client.get("/four-eyes").text
        blind = client.get(f"/cases/{case.id}/keying").text
        assert f'data-subject="field:{FIELD}"' in blind and "13800138000" not in blind
        form = {"subject": f"field:{FIELD}", "value": " 138 0013 8000 ", "expected_revision": str(case.revision)}
        stale = client.post(f"/cases/{case.id}/keying", data=form | {"expected_revision": "1"})
        assert stale.status_code == 422 and "请刷新" in stale.text
        assert client.post(f"/cases/{case.id}/keying", data=form).url.path == "/four-eyes"
        assert case.number not in client.get("/four-eyes").text.partition("samples-title")[0]
        (sample,) = desk.samples(9)
        page = client.get(f"/samples/{sample.id}").text
        value = case.field_value("complainant_name")
        assert value and f'data-saved="{value}"' in page
        unchanged = client.post(f"/samples/{sample.id}", data={"outcome": "wrong", "value": value})
        assert unchanged.status_code == 422 and "须录入" in unchanged.text
        done = client.post(f"/samples/{sample.id}", data={"outcome": "right", "value": value})
        assert done.url.path == "/four-eyes" and desk.samples(9) == ()
