from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.calibration import Calibration, ClassCalibration, FieldClass, bins_of
from domain.case import Case, Decision
from domain.evidence import Evidence, FieldValue
from domain.review import apply_decision
from domain.vocabulary import CaseStatus, Channel
from flows.calibrate import Judged, judged_fields, refitted

PLACE = Evidence(document_id="d", page=1, bbox=(0, 0, 10, 10), quote="张三")
BASE = Calibration(
    source="随附", classes={FieldClass.NAME: ClassCalibration(bins=bins_of([(0.97, True)] * 1999 + [(0.97, False)]))}
)


def case() -> Case:
    value = FieldValue(
        name="complainant_name", value="张三", raw="张三", probability=0.97, producer="form/1", evidence=(PLACE,)
    )
    return Case(
        id="c",
        number="EXM-2026-000001",
        revision=1,
        policy="exchange-member",
        channel=Channel.LETTER,
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=CaseStatus.AWAITING_REVIEW,
        fields={"complainant_name": value},
    )


def decided(action: str, value: str | None = None) -> Case:
    decision = Decision(
        actor="lin", at=datetime(2026, 11, 2, tzinfo=UTC), subject="field:complainant_name", action=action, value=value
    )
    return apply_decision(case(), decision)


@pytest.mark.parametrize(
    ("action", "value", "right"),
    [("accept", None, True), ("correct", "张山", False), ("correct", "张三", True), ("not_present", None, False)],
)
def test_a_decision_judges_the_machine_value(action: str, value: str | None, right: bool) -> None:
    assert list(judged_fields(decided(action, value))) == [Judged("complainant_name", 0.97, right)]


def test_an_illegible_place_says_nothing_about_the_value() -> None:
    assert list(judged_fields(decided("illegible"))) == []
    assert list(judged_fields(case())) == []


def test_without_decisions_nothing_changes() -> None:
    assert refitted(BASE, []).classes == BASE.classes


def test_errors_lower_the_map_and_stop_acceptance() -> None:
    judged = [Judged("complainant_name", 0.97, right=k % 3 > 0) for k in range(90)]
    fresh = refitted(BASE, judged).classes[FieldClass.NAME]
    assert fresh.calibrated(0.97) < 0.9
    assert BASE.classes[FieldClass.NAME].threshold(0.005) is not None
    assert fresh.threshold(0.005) is None


def test_right_values_confirm_the_map() -> None:
    judged = [Judged("complainant_name", 0.97, right=True) for _ in range(200)]
    fresh = refitted(BASE, judged).classes[FieldClass.NAME]
    assert fresh.calibrated(0.97) > 0.97
    assert sum(b.count for b in fresh.bins) == 2200


def test_refitting_never_turns_the_order_of_probabilities() -> None:
    judged = [
        Judged("complainant_name", p, right=p < 0.9) for p in (0.5, 0.6, 0.7, 0.95, 0.97, 0.99) for _ in range(30)
    ]
    fresh = refitted(BASE, judged).classes[FieldClass.NAME]
    assert fresh.slope > 0
