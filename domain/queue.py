"""The queue's order and the rules of working it alone: which case is first, and for how long it is one person's.

Pure: no clock, no store.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.base import Model, UtcTime
from domain.case import Case

POSSIBLE_MAJOR = "possible_major"
"""Reason code of a case that may be of the gravest level."""

LEASE = timedelta(minutes=15)
"""How long a case is one person's after the last sign of that person."""

SKIP = timedelta(hours=4)
"""How long a skipped case is not offered again to who skipped it, while it does not change."""

PASS = timedelta(minutes=30)
"""The same for a case that was left for the next one without a word."""


class Lease(Model):
    """A case is in one person's hands.

    Attributes:
        holder: who; only this person's decisions are taken.
        since: when the case was taken.
        until: when it comes back by itself.
    """

    case_id: str
    holder: str
    since: UtcTime
    until: UtcTime


def waits(case: Case) -> bool:
    """Return whether ``case`` belongs into the queue: asked about, or answered in part and not finished."""
    return not case.finished and bool(case.review or case.standing)


def is_grave(case: Case, gravest: str | None) -> bool:
    """Return whether the level is the gravest of its pack (label ``gravest``), or may be."""
    level = case.judgement.severity.level if case.judgement else None
    return any(r.code == POSSIBLE_MAJOR for r in case.review) or (level is not None and level == gravest)


def next_due(case: Case) -> datetime | None:
    """Return the earliest due time of the case's duties, ``None`` when none has one."""
    deadlines = case.judgement.deadlines if case.judgement else ()
    return min((d.due_at for d in deadlines if d.due_at is not None), default=None)


def reason_codes(case: Case) -> tuple[str, ...]:
    """Return the codes of what is asked, each once, sorted."""
    return tuple(sorted({r.code for r in case.review}))


def document_kinds(case: Case) -> tuple[str, ...]:
    """Return the kinds of the case's papers, each once, sorted."""
    return tuple(sorted({d.kind.kind.value for d in case.documents}))


_NEVER = "9" * 14


def place_of(case_id: str, grave: bool, due_at: datetime | None, received_at: datetime) -> str:
    """Return a word that sorts cases: grave ones first, then by due time (none: last), then by age, then by id."""
    due = _NEVER if due_at is None else _stamp(due_at)
    return f"{0 if grave else 1}{due}{_stamp(received_at)}{case_id}"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"
