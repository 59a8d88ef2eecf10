"""What the pages need for work on papers beyond single decisions: moves between cases, taking back, rescans."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.base import Model, PageNumber, UtcTime
from domain.case import Case, Decision


class RescanEntry(Model):
    """One line of the list of open requests for rescans.

    Attributes:
        document_id: where the page lies now.
        page: number inside that document, from 1.
        file: name of the file, for people.
        source_page: number inside the file, from 1.
    """

    case_id: str
    case_number: str
    revision: int
    document_id: str
    page: PageNumber
    file: str
    source_page: PageNumber
    reason: str
    by: str
    at: UtcTime


class PapersBackend(Protocol):
    """Work on papers. Every method may be called from several threads at once."""

    def send(self, case_id: str, expected_revision: int, decision: Decision) -> tuple[Case, Case]:
        """Move a paper to the case whose number is ``decision.value``; return both cases, the giver first.

        Raises:
            UnknownCaseError: there is no such case.
            StaleRevisionError: the case is no longer at ``expected_revision``; nothing was changed.
            DecisionError: the paper cannot go there; nothing was changed.
        """
        ...

    def undo(self, case_id: str, expected_revision: int, actor: str, at: datetime) -> Case:
        """Take back the last answer of ``actor``; return the new revision.

        Raises:
            UnknownCaseError: there is no such case.
            StaleRevisionError: the case is no longer at ``expected_revision``; nothing was changed.
            DecisionError: there is nothing that can be taken back; nothing was changed.
        """
        ...

    def rescans(self) -> tuple[RescanEntry, ...]:
        """Return the open requests of all cases, oldest first."""
        ...
