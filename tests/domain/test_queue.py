"""The order of the queue as a law."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.case import ReviewReason
from domain.queue import is_grave, next_due, place_of, waits
from tests.domain.builders import case

FIRST = datetime(1990, 1, 1, tzinfo=UTC)
moments = st.integers(0, 200 * 365 * 24 * 3600).map(lambda seconds: FIRST + timedelta(seconds=seconds))
places = st.tuples(st.booleans(), st.none() | moments, moments, st.text("0123456789abcdef", min_size=3, max_size=3))


@given(st.lists(places, max_size=20))
def test_grave_first_then_the_clock_then_age_then_id(lines: list[tuple[bool, datetime | None, datetime, str]]) -> None:
    never = datetime.max.replace(tzinfo=UTC)
    by_place = sorted(lines, key=lambda e: place_of(e[3], e[0], e[1], e[2]))
    by_rule = sorted(lines, key=lambda e: (not e[0], e[1] is None, e[1] or never, e[2], e[3]))
    assert by_place == by_rule


def test_what_waits_and_what_is_grave() -> None:
    open_case = case()
    assert waits(open_case)
    assert not waits(open_case.model_copy(update={"finished": True}))
    assert not waits(open_case.model_copy(update={"review": (), "decisions": ()}))
    assert is_grave(open_case, "重大投诉")
    assert not is_grave(open_case.model_copy(update={"review": ()}), "特大投诉")
    possible = ReviewReason(code="possible_major", subject="severity", message="可能重大")
    assert is_grave(open_case.model_copy(update={"review": (possible,), "judgement": None}), None)
    assert next_due(open_case.model_copy(update={"judgement": None})) is None
