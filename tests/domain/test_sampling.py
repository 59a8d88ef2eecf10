"""Chance draws the same fields every time and about the share asked for; intervals hold what they promise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calibration import at_most
from domain.case import Decision
from domain.review import apply_decision
from domain.sampling import AcceptedField, accepted_by_machine, alike, error_rate, interval, is_drawn
from tests.domain.builders import NOW, case, field


def accepted(name: str = "complainant_name", probability: float = 0.99, **changes: object) -> AcceptedField:
    values = {"case_id": "c-1", "revision": 1, "producer": "form/1", "filed_at": NOW}
    return AcceptedField.model_validate({**values, "name": name, "probability": probability, **changes})


def test_only_what_the_machine_accepted_and_nobody_answered_counts() -> None:
    fields = {
        "complainant_name": field("complainant_name", "欧阳明月").model_copy(update={"accepted": True}),
        "complainant_mobile": field("complainant_mobile", "13800138000").model_copy(update={"accepted": True}),
        "complainant_phone": field("complainant_phone", "0755-26001234"),
    }
    answered = apply_decision(
        case().model_copy(update={"fields": fields}),
        Decision(actor="甲", at=NOW, action="accept", subject="field:complainant_mobile"),
    )
    assert [f.name for f in accepted_by_machine(answered, NOW)] == ["complainant_name"]


@given(st.floats(0, 1), st.text(max_size=12))
def test_drawing_is_the_same_every_time_and_a_larger_share_draws_the_same_and_more(share: float, case_id: str) -> None:
    one = accepted(case_id=case_id)
    assert is_drawn(one, share) == is_drawn(one, share)
    assert not is_drawn(one, 0.0) and is_drawn(one, 1.0)
    assert not is_drawn(one, share) or is_drawn(one, min(1.0, share + 0.1))


def test_about_the_share_is_drawn() -> None:
    drawn = sum(is_drawn(accepted(case_id=f"case-{n}"), 0.1) for n in range(5000))
    assert 430 < drawn < 570  # more than three deviations to either side


def test_alike_is_the_same_field_and_producer_about_as_probable() -> None:
    assert alike(accepted(probability=0.99), accepted(probability=0.985))
    assert not alike(accepted(probability=0.99), accepted(probability=0.9))
    assert not alike(accepted(), accepted(producer="letter/1"))
    assert not alike(accepted(), accepted(name="complainant_phone"))


@settings(deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_leaves_a_fortieth_on_either_side(counts: tuple[int, int]) -> None:
    wrong, count = counts
    low, high = interval(wrong, count)
    assert 0 <= low <= wrong / count <= high <= 1
    if wrong < count:
        assert at_most(wrong, count, high) == pytest.approx(0.025, abs=1e-6)
    if wrong:
        assert 1 - at_most(wrong - 1, count, low) == pytest.approx(0.025, abs=1e-6)


def test_known_intervals() -> None:
    assert interval(0, 0) == (0.0, 1.0)
    assert interval(0, 100) == (0.0, pytest.approx(0.0362, abs=1e-4))
    assert interval(5, 100) == (pytest.approx(0.0164, abs=1e-4), pytest.approx(0.1128, abs=1e-4))
    assert error_rate("id", 10, 0, 0).rate is None
    assert error_rate("id", 10, 4, 1).rate == 0.25
