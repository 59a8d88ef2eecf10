"""Conditions that select cases, shared by lists, the review queue and search."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement

from storage.intake import CHINA
from storage.retention.state import all_destroyed
from storage.rows import CaseFilter
from storage.tables import cases


def conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """Return the conditions on ``cases`` that ``wanted`` stands for."""
    same = {
        cases.c.policy: wanted.policy,
        cases.c.status: wanted.status,
        cases.c.level: wanted.level,
        cases.c.channel: wanted.channel,
        cases.c.finished: wanted.finished,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in same.items() if value is not None]
    if wanted.received_from is not None:
        found.append(cases.c.received_at >= datetime.combine(wanted.received_from, time(), CHINA))
    if wanted.received_to is not None:
        next_day = wanted.received_to + timedelta(days=1)
        found.append(cases.c.received_at < datetime.combine(next_day, time(), CHINA))
    # Not correlated: the few destroyed cases are found once, not looked for at every case.
    found.append(cases.c.id.not_in(all_destroyed()))
    if wanted.without:
        found.append(cases.c.id.not_in(wanted.without))
    return found
