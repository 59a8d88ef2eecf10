"""What these pages need from the rest: wiring implements ``RetentionDesk``. Methods may be called from any thread."""

from __future__ import annotations

from typing import Protocol

from domain.base import Model
from domain.disposal import Capacity, DisposalList, Hold
from review_ui.backend import OriginalFile


class Undestroyed(Model):
    """A case of an approved list that could not be destroyed, and why."""

    number: str
    fact: str
    next_step: str


class DestructionReport(Model):
    """What became of a list.

    Attributes:
        disposal: the list afterwards; with its certificate when everything went.
        kept: cases that could not be destroyed.
    """

    disposal: DisposalList
    kept: tuple[Undestroyed, ...] = ()


class RetentionDesk(Protocol):
    """Everything these pages ask for. Cases are named by id or number; errors are in ``domain.retention_errors``."""

    def open_holds(self) -> tuple[Hold, ...]:
        """Return the open holds of all cases, oldest first."""
        ...

    def holds_of(self, case: str) -> tuple[Hold, ...]:
        """Return every hold a case ever had, oldest first. Raises UnknownCaseError."""
        ...

    def place_hold(self, case: str, reason: str, person: str) -> Hold:
        """Put a hold on a case. Raises UnknownCaseError, CaseDestroyedError, ReasonMissingError."""
        ...

    def ask_release(self, hold: int, reason: str, person: str) -> Hold:
        """Ask for the release of a hold. Raises UnknownHoldError, TwoPersonsError, ReasonMissingError."""
        ...

    def release(self, hold: int, person: str) -> Hold:
        """Confirm what another person asked for. Raises UnknownHoldError, TwoPersonsError."""
        ...

    def lists(self) -> tuple[DisposalList, ...]:
        """Return all disposal lists, newest first."""
        ...

    def load(self, number: str) -> DisposalList:
        """Return a list. Raises UnknownDisposalListError."""
        ...

    def make_list(self, person: str) -> DisposalList:
        """Look at the retention of every case again and list those that may go. Raises NothingToDisposeError."""
        ...

    def remove(self, number: str, case: str, reason: str, person: str) -> DisposalList:
        """Take a case from a list. Raises UnknownDisposalListError, DisposalStateError, ReasonMissingError."""
        ...

    def approve(self, number: str, capacity: Capacity, person: str) -> DisposalList:
        """Approve a list. Raises UnknownDisposalListError, DisposalStateError, TwoPersonsError."""
        ...

    def destroy(self, number: str, person: str) -> DestructionReport:
        """Destroy what an approved list holds, or go on with it, and write the certificate when all is gone.

        Raises:
            UnknownDisposalListError: there is no such list.
            DisposalStateError: two persons did not approve it, or it is done.
        """
        ...

    def book(self, number: str) -> OriginalFile:
        """Return a list as a workbook. Raises UnknownDisposalListError."""
        ...

    def certificate(self, number: str, form: str) -> OriginalFile:
        """Return the certificate as ``json`` or ``pdf``. Raises UnknownDisposalListError, DisposalStateError."""
        ...
