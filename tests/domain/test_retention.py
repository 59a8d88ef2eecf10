"""Retention: the longest rule wins, what is unknown keeps for ever, a known day is never shortened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.retention import Period, StartEvent, extended, is_over, retention_of, years_after

DAYS = st.dates(date(2000, 1, 1), date(2200, 12, 31))
YEARS = st.floats(min_value=0, max_value=120, allow_nan=False)
STARTS = st.sampled_from(StartEvent)


def period(years: float | None = 5, start: StartEvent | None = StartEvent.CLOSED) -> Period:
    return Period(basis="归档规定", years=years, start=start)


PERIODS = st.lists(st.builds(period, YEARS, STARTS), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (date(2026, 11, 22), 20, date(2046, 11, 22)),
        (date(2028, 2, 29), 20, date(2048, 2, 29)),
        (date(2028, 2, 29), 1, date(2029, 3, 1)),
        (date(2026, 1, 1), 0.5, date(2026, 7, 3)),
        (date(2026, 1, 1), 9000, date.max),
    ],
)
def test_years_end_with_the_calendar(day: date, years: float, last: date) -> None:
    assert years_after(day, years) == last


@given(DAYS, YEARS, YEARS)
def test_more_years_never_end_earlier(day: date, years: float, more: float) -> None:
    assert years_after(day, years) <= years_after(day, years + more)


@given(DAYS, DAYS, YEARS)
def test_a_later_start_never_ends_earlier(day: date, other: date, years: float) -> None:
    first, last = sorted((day, other))
    assert years_after(first, years) <= years_after(last, years)


@given(PERIODS, DAYS, DAYS)
def test_longest_rule_wins(periods: list[Period], received: date, closed: date) -> None:
    found = retention_of(periods, received, closed)
    alone = [retention_of([p], received, closed).until for p in periods]
    assert found.until == max(day for day in alone if day)
    assert not found.undecided


@given(PERIODS, st.builds(period, YEARS, STARTS), DAYS, DAYS)
def test_another_rule_only_lengthens(periods: list[Period], other: Period, received: date, closed: date) -> None:
    before, after = retention_of(periods, received, closed), retention_of([*periods, other], received, closed)
    assert before.until is not None
    assert after.until is not None
    assert before.until <= after.until


@given(PERIODS, st.sampled_from([period(years=None), period(start=None)]), DAYS)
def test_one_undecided_rule_keeps_for_ever_and_is_named(periods: list[Period], blank: Period, day: date) -> None:
    found = retention_of([*periods, blank], day, day)
    assert found.until is None
    assert found.undecided == ("归档规定：未设定",)
    assert not is_over(found.until, date.max)


def test_no_rule_at_all_keeps_for_ever() -> None:
    found = retention_of((), date(2026, 1, 1), date(2026, 1, 1))
    assert found.until is None
    assert found.undecided


@given(st.lists(st.none() | DAYS, min_size=1, max_size=12))
def test_a_known_day_is_never_shortened(found: list[date | None]) -> None:
    """Whatever the rules say over the years, no day in force is earlier than one that was in force before."""
    longest: date | None = None
    for day in found:
        now = extended(longest, day)
        assert (now is None) == (day is None)
        if now is not None:
            assert longest is None or now >= longest
            longest = now


@given(DAYS)
def test_the_last_day_still_counts(day: date) -> None:
    assert not is_over(day, day)
    assert is_over(day, day + timedelta(days=1))
