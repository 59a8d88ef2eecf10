"""How long a case is kept, and what may go when: the longest rule wins, and a known date is never shortened.

Pure: no clock, no store. A day of retention is a day in China; ``until`` is the last day on which the case must still
be there, so the first day on which it may go is the day after.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from domain.base import Model

_LONGEST_YEAR_DAYS = 366


class StartEvent(StrEnum):
    """What a period of retention begins with."""

    RECEIVED = "received"
    CLOSED = "closed"


class Period(Model):
    """One rule that a case falls under.

    Attributes:
        basis: article of the regulation, or who set it.
        years: how long, ``None`` while the regulation lost it or left it blank and nobody set it.
        start: what it begins with, ``None`` while that is not known.
        missing: why years or start are not known (Chinese), "" when both are.
    """

    basis: str
    years: float | None
    start: StartEvent | None
    missing: str = ""


class Retention(Model):
    """How long a case is kept.

    Attributes:
        until: last day, ``None`` while a rule is undecided: then the case is kept for ever.
        basis: the rule that decided.
        undecided: why there is no last day (Chinese), one sentence for each rule.
    """

    until: date | None
    basis: str = ""
    undecided: tuple[str, ...] = ()


def years_after(day: date, years: float) -> date:
    """Return the last day of a period that begins on ``day``; the years of the calendar end with it.

    29 February ends on 1 March; a part of a year counts as that part of 366 days, never beyond the next whole year.
    """
    whole = math.floor(years)
    if day.year + whole + 1 > date.max.year:
        return date.max
    part = math.ceil((years - whole) * _LONGEST_YEAR_DAYS)
    return min(_anniversary(day, whole) + timedelta(days=part), _anniversary(day, whole + 1))


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def retention_of(periods: Iterable[Period], received: date, closed: date) -> Retention:
    """Return how long a case is kept under all rules that apply at once.

    Args:
        periods: the rules; one that is undecided leaves the whole undecided, and so does having none.
        received: day of receipt.
        closed: day of closing or of the last amendment after it; for an open case the present day, as it cannot close
            earlier: what comes out is then the least, and closing extends it.
    """
    rules = tuple(periods)
    undecided = tuple(f"{p.basis}：{p.missing or '未设定'}" for p in rules if p.years is None or p.start is None)
    if undecided or not rules:
        return Retention(until=None, undecided=undecided or ("制度未载明保存期限，采用单位尚未设定",))
    starts = {StartEvent.RECEIVED: received, StartEvent.CLOSED: closed}
    ends = [(years_after(starts[p.start], p.years), p.basis) for p in rules if p.start and p.years is not None]
    until, basis = max(ends, key=lambda end: end[0])
    return Retention(until=until, basis=basis)


def extended(longest: date | None, found: date | None) -> date | None:
    """Return the date in force from now on: undecided keeps for ever, and no known date comes earlier.

    Args:
        longest: the latest day that was ever recorded for the case, ``None`` when none was.
        found: what the rules say now, ``None`` while undecided.
    """
    if found is None or longest is None:
        return found
    return max(longest, found)


def is_over(until: date | None, today: date) -> bool:
    """Return whether the case may go on ``today``: the day after its last day, never while undecided."""
    return until is not None and until < today
