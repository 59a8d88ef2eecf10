"""Copies of papers that are handed out: what was asked for, and who took what. Pure: no clock."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.audit import AuditEntry, Operation, Result
from domain.base import Model, Sha256, UtcTime

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class CopyKind(StrEnum):
    """What leaves the archive."""

    READING = "reading"
    REDACTED = "redacted"


class CopyOrder(Model):
    """Who asks for a copy.

    Attributes:
        requester: who takes it away.
        reason: what for.
        at: when it is made.
    """

    requester: Annotated[Words, Field(max_length=40)]
    reason: Annotated[Words, Field(max_length=80)]
    at: UtcTime


class HandedOut(Model):
    """One time that something of a case left the archive, or should have.

    Attributes:
        by: who handed it out.
        requester: who took it, ``None`` when it was the same person.
        copy_kind: ``original``, ``copy``, ``reading``, ``redacted``, or ``broken`` when it turned out to be damaged and
            was not handed out whole.
        subject: ``document:ID``, ``object:SHA256``, ``notice:NUMBER``.
        sha256: of what was handed out, ``None`` where it was not noted.
    """

    at: UtcTime
    by: str
    requester: str | None
    reason: str | None
    copy_kind: str
    subject: str | None
    sha256: Sha256 | None


_TAKEN = {
    Operation.HAND_OUT: None,
    Operation.DOWNLOAD_ORIGINAL: "original",
    Operation.DOWNLOAD_COPY: "copy",
    Operation.DAMAGE_FOUND: "broken",
}
TAKING = tuple(_TAKEN)
"""Operations after which something has left the archive."""


def handed_out(entries: Iterable[AuditEntry]) -> tuple[HandedOut, ...]:
    """Return who took what, newest first.

    Args:
        entries: entries of the audit log; those that tell of nothing taken are left out.
    """
    found = [_taken(entry) for entry in sorted(entries, key=lambda e: -e.number) if _is_taking(entry)]
    return tuple(found)


def _is_taking(entry: AuditEntry) -> bool:
    event = entry.event
    return event.operation in _TAKEN and (event.result is Result.ALLOWED or event.operation is Operation.DAMAGE_FOUND)


def _taken(entry: AuditEntry) -> HandedOut:
    event = entry.event
    requester, sha256 = event.details.get("requester"), event.details.get("sha256")
    return HandedOut(
        at=event.at,
        by=event.actor,
        requester=None if requester is None else str(requester),
        reason=event.reason,
        copy_kind=_TAKEN[event.operation] or str(event.details.get("copy", "copy")),
        subject=event.subject,
        sha256=None if sha256 is None else str(sha256),
    )
