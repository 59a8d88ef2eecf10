"""Amendments of delivered cases: which revision stands now, and why it differs from what was handed out. Pure.

A case is delivered by the first filing after which nobody is asked any more: a person finished it, or the machine was
sure of everything. What changes afterwards has to be told to everybody who took the case before.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from domain.base import Model, UtcTime
from domain.case import Case, Decision
from domain.documents import PageKey, key_of
from domain.vocabulary import CaseStatus

AUDITED = "抽检发现有误"
"""Comment of the decisions by which an audit corrects a filed case."""
SETTLED = frozenset({CaseStatus.FILED, CaseStatus.REFERRED})
"""Where nobody is asked any more: what the machine accepted stands unless an audit finds otherwise."""
_CHANGES_NOTHING = frozenset({"comment", "finish", "undo"})


class AmendmentCause(StrEnum):
    """Why a delivered case has a later revision; an audit counts before other decisions."""

    AUDIT = "audit"
    DECISION = "decision"
    PAPERS = "papers"
    REFILED = "refiled"


class Amendment(Model):
    """What happened to a case after it was delivered.

    Attributes:
        revision: the revision that stands now.
        at: when it was filed, ``None`` while it is not filed again.
        cause: the gravest cause of all changes since the delivery.
        subjects: what was changed, each once, as in ``ReviewReason.subject``.
    """

    revision: int = Field(ge=2)
    at: UtcTime | None
    cause: AmendmentCause
    subjects: tuple[str, ...]


def amendment(delivered: Case, now: Case, at: UtcTime | None) -> Amendment | None:
    """Return how ``now`` amends ``delivered``.

    Args:
        delivered: the revision that was delivered first.
        now: the newest revision of the same case.
        at: when ``now`` was filed, ``None`` when it is not.

    Returns:
        ``None`` while nothing but words was added: no newer filing and no answer that changes something.
    """
    if now.revision <= delivered.revision:
        return None
    answers = _changes(delivered, now)
    if at is None and not answers and _papers(delivered) == _papers(now):
        return None
    return Amendment(
        revision=now.revision,
        at=at,
        cause=_cause(answers, same_papers=_papers(delivered) == _papers(now)),
        subjects=tuple(dict.fromkeys(d.subject for d in answers)),
    )


def _changes(delivered: Case, now: Case) -> tuple[Decision, ...]:
    known = len(delivered.decisions)
    later = now.decisions[known:]
    return tuple(d for d in now.standing if d.action not in _CHANGES_NOTHING and d in later)


def _cause(answers: tuple[Decision, ...], *, same_papers: bool) -> AmendmentCause:
    if any(d.comment == AUDITED for d in answers):
        return AmendmentCause.AUDIT
    if answers:
        return AmendmentCause.DECISION
    return AmendmentCause.REFILED if same_papers else AmendmentCause.PAPERS


def _papers(case: Case) -> frozenset[PageKey]:
    return frozenset(key_of(d, p) for d in case.documents for p in d.pages)
