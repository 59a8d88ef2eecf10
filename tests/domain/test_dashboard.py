"""The pure definitions of the dashboard's figures."""

from __future__ import annotations

import math
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.case import Case, Decision, ReviewReason
from domain.dashboard import (
    OLDER,
    age_band,
    band_starts,
    field_answers,
    first_reading,
    next_duty,
    outcome_of,
    percentile_rank,
)
from domain.evidence import FieldMissing
from domain.review import apply_decision
from domain.vocabulary import CaseStatus, Channel, MissingReason
from tests.domain.builders import NOW, field

TODAY = date(2026, 11, 20)


def case() -> Case:
    fields = {
        "complainant_name": field("complainant_name", "欧阳明月").model_copy(update={"accepted": True}),
        "complainant_mobile": field("complainant_mobile", "13800138000"),
        "complainant_email": FieldMissing(name="complainant_email", reason=MissingReason.BLANK_ON_FORM),
    }
    asked = ReviewReason(code="low_probability", subject="field:complainant_mobile", message="把握不足")
    return Case(
        id="c",
        number="EXM-2026-000001",
        revision=1,
        policy="exchange-member",
        channel=Channel.LETTER,
        received_at=NOW,
        status=CaseStatus.AWAITING_REVIEW,
        fields=fields,
        review=(asked,),
    )


def answer(action: str, name: str, value: str | None = None) -> tuple[str | None, str | None, bool, str]:
    before = case()
    decision = Decision.model_validate(
        {"actor": "余审核", "at": NOW, "action": action, "subject": f"field:{name}", "value": value}
    )
    (found,) = field_answers(before, apply_decision(before, decision))
    assert found.field == name and found.day == TODAY
    return found.machine, found.person, found.by_person, found.reason


def test_what_an_answer_says_of_the_machine() -> None:
    mobile = "13800138000"
    assert answer("accept", "complainant_mobile") == (mobile, mobile, False, "low_probability")
    assert answer("correct", "complainant_mobile", "139") == (mobile, "139", False, "low_probability")
    assert answer("illegible", "complainant_mobile") == (mobile, None, False, "low_probability")
    assert answer("correct", "complainant_name", "欧阳朋月") == ("欧阳明月", "欧阳朋月", False, "accepted")
    assert answer("correct", "complainant_email", "a@b.cn") == (None, "a@b.cn", False, "open")
    assert answer("not_present", "complainant_address") == (None, None, False, "open")


def test_an_answer_to_a_person_is_marked_as_one() -> None:
    first = Decision.model_validate(
        {"actor": "余", "at": NOW, "action": "correct", "subject": "field:complainant_name", "value": "甲"}
    )
    corrected = apply_decision(case(), first)
    again = apply_decision(corrected, first.model_copy(update={"value": "乙"}))
    (found,) = field_answers(corrected, again)
    assert found.by_person and found.machine is None and found.person == "乙"


def test_other_decisions_are_no_answers_about_fields() -> None:
    comment = Decision(actor="余", at=NOW, action="comment", subject="case", comment="已致电")
    assert field_answers(case(), apply_decision(case(), comment)) == ()
    assert field_answers(case(), case()) == ()


def test_outcomes() -> None:
    assert [outcome_of(m, p) for m, p in (("1", "1"), ("1", "2"), ("1", None), (None, "1"), (None, None))] == [
        "right",
        "wrong",
        "wrong",
        "added",
        "absent",
    ]


def test_first_reading_counts_values_and_what_needed_nobody() -> None:
    reading = first_reading(case())
    assert (reading.fields, reading.fields_alone, reading.alone) == (2, 1, False)
    assert first_reading(case().model_copy(update={"review": ()})).alone
    assert next_duty(case()) is None


@given(st.integers(min_value=0, max_value=4000))
def test_bands_by_age_and_by_first_day_are_the_same(age: int) -> None:
    received = TODAY - timedelta(days=age)
    by_start = next((name for name, first in band_starts(TODAY) if received >= first), OLDER)
    assert age_band(received, TODAY) == by_start


@given(st.lists(st.integers(0, 10**6), min_size=1), st.sampled_from([50, 90]))
def test_at_least_the_percentage_of_values_is_not_larger(values: list[int], percent: int) -> None:
    values.sort()
    rank = percentile_rank(len(values), percent)
    assert sum(v <= values[rank - 1] for v in values) * 100 >= percent * len(values)
    assert rank == math.ceil(len(values) * percent / 100)
