"""The queue of tests that are about something else: everybody's case is his own, nothing expires."""

from __future__ import annotations

from domain.queue import LEASE, Lease
from review_ui.backend import QueueFilter
from review_ui.queue.backend import SavedView, Standing
from tests.domain.builders import NOW
from tests.review_ui.memory_backend import MemoryBackend


class MemoryQueue:
    """``QueueBackend`` over a dictionary of leases; what persons do with leases is tested over real storage."""

    def __init__(self, cases: MemoryBackend) -> None:
        self._cases = cases
        self._leases: dict[str, Lease] = {}

    def standing(self, case_id: str) -> Standing:
        return Standing(lease=self._leases.get(case_id))

    def take(self, case_id: str, person: str) -> Lease:
        lease = Lease(case_id=case_id, holder=person, since=NOW, until=NOW + LEASE)
        return self._leases.setdefault(case_id, lease)

    def take_over(self, case_id: str, person: str, reason: str) -> None:
        self._leases.pop(case_id, None)
        self.take(case_id, person)

    def take_next(self, person: str, wanted: QueueFilter, after: str | None) -> str | None:
        waiting = (e.id for e in self._cases.queue(wanted) if e.id != after)
        return next(waiting, None)

    def release(self, case_id: str, person: str) -> None:
        self._leases.pop(case_id, None)

    def skip(self, case_id: str, person: str, reason: str) -> None:
        self._leases.pop(case_id, None)

    def hand_over(self, case_id: str, person: str, reason: str, *, to_expert: bool) -> None:
        self._leases.pop(case_id, None)

    def views(self, person: str) -> tuple[SavedView, ...]:
        return ()

    def save_view(self, person: str, name: str, query: str) -> None:
        raise NotImplementedError

    def delete_view(self, person: str, view: int) -> None:
        raise NotImplementedError
