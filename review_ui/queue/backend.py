"""What the queue asks for beside lists of cases: leases, skips, hand-overs, saved filters."""

from __future__ import annotations

from typing import Protocol

from domain.base import Model
from domain.queue import Lease
from review_ui.backend import QueueFilter, Remark


class Standing(Model):
    """Whose hands a case is in, and what persons said when they left it.

    Attributes:
        lease: ``None`` when the case is in nobody's hands.
        for_expert: it was handed to an expert.
        remarks: oldest first.
    """

    lease: Lease | None = None
    for_expert: bool = False
    remarks: tuple[Remark, ...] = ()

    def held_by_other(self, person: str) -> bool:
        """Return whether ``person`` may look only."""
        return self.lease is not None and self.lease.holder != person


class SavedView(Model):
    """A named filter; ``query`` is the query string of the queue page."""

    id: int
    name: str
    query: str


class QueueBackend(Protocol):
    """Everything the queue's pages ask for. Cases are named by id; ``person`` is who acts."""

    def standing(self, case_id: str) -> Standing:
        """Return whose hands a case is in."""
        ...

    def take(self, case_id: str, person: str) -> Lease:
        """Take a case or renew one's own lease; return the lease that stands then, perhaps another person's."""
        ...

    def take_over(self, case_id: str, person: str, reason: str) -> None:
        """Take a case out of another person's hands. Raises DecisionError without a reason."""
        ...

    def take_next(self, person: str, wanted: QueueFilter, after: str | None) -> str | None:
        """Take the most urgent case that nobody holds and that ``person`` did not skip; return its id.

        Args:
            person: who asks.
            wanted: only such cases; without a word about experts, none that was handed to one.
            after: the case that the person leaves for it, given back.

        Raises:
            UnknownCaseError: there is no case ``after``.
        """
        ...

    def release(self, case_id: str, person: str) -> None:
        """Give a case back; that of another person stays."""
        ...

    def skip(self, case_id: str, person: str, reason: str) -> None:
        """Leave a case to others. Raises DecisionError without a reason."""
        ...

    def hand_over(self, case_id: str, person: str, reason: str, *, to_expert: bool) -> None:
        """Hand a case to an expert, or back to the reviewers.

        Raises:
            DecisionError: no reason was given.
            CaseHeldError: another person has the case.
        """
        ...

    def views(self, person: str) -> tuple[SavedView, ...]:
        """Return the person's named filters, oldest first."""
        ...

    def save_view(self, person: str, name: str, query: str) -> None:
        """Keep a filter; one of the same name is replaced."""
        ...

    def delete_view(self, person: str, view: int) -> None:
        """Delete a filter of the person; one that is gone is no error."""
        ...
