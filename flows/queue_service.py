"""What the queue's pages ask for, over storage; and lines of storage as entries of the pages."""

from __future__ import annotations

from domain.errors import DecisionError
from domain.queue import Lease
from domain.vocabulary import CaseStatus, Channel
from flows.wiring import Services
from review_ui.backend import CaseEntry, QueueCounts, QueueFilter, Remark
from review_ui.queue import texts
from review_ui.queue.backend import SavedView, Standing
from storage import rows


class QueueService:
    """Implements ``review_ui.queue.backend.QueueBackend``. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._storage = services.storage

    def standing(self, case_id: str) -> Standing:
        """Return whose hands a case is in."""
        line = self._storage.lists.line(case_id)
        if line is None:
            return Standing()
        return Standing(lease=line.lease, for_expert=line.for_expert, remarks=_remarks(line.acts))

    def take(self, case_id: str, person: str) -> Lease:
        """Take a case or renew one's own lease; return the lease that stands then."""
        return self._storage.leases.take(case_id, person)

    def take_over(self, case_id: str, person: str, reason: str) -> None:
        """Take a case out of another person's hands. Raises DecisionError without a reason."""
        self._storage.leases.take_over(case_id, person, _given(reason))

    def take_next(self, person: str, wanted: QueueFilter, after: str | None) -> str | None:
        """Take the most urgent case that nobody holds and that ``person`` did not skip. Raises UnknownCaseError."""
        if wanted.for_expert is None:
            wanted = wanted.model_copy(update={"for_expert": False})
        return self._storage.leases.take_next(person, stored(wanted), after)

    def release(self, case_id: str, person: str) -> None:
        """Give a case back."""
        self._storage.leases.release(case_id, person)

    def skip(self, case_id: str, person: str, reason: str) -> None:
        """Leave a case to others. Raises DecisionError without a reason."""
        self._storage.leases.skip(case_id, person, _given(reason))

    def hand_over(self, case_id: str, person: str, reason: str, *, to_expert: bool) -> None:
        """Hand a case to an expert, or back. Raises DecisionError, CaseHeldError."""
        self._storage.leases.hand_over(case_id, person, _given(reason), to_expert=to_expert)

    def views(self, person: str) -> tuple[SavedView, ...]:
        """Return the person's named filters."""
        found = self._storage.views.of_person(person)
        return tuple(SavedView(id=v.id, name=v.name, query=v.query) for v in found)

    def save_view(self, person: str, name: str, query: str) -> None:
        """Keep a filter."""
        self._storage.views.save(person, name, query)

    def delete_view(self, person: str, view: int) -> None:
        """Delete a filter of the person."""
        self._storage.views.delete(person, view)


def stored(wanted: QueueFilter) -> rows.QueueFilter:
    """Return the filter in storage's terms."""
    return rows.QueueFilter(**dict(wanted))


def entry_of(line: rows.CaseLine) -> CaseEntry:
    """Return the entry that the pages show for a line."""
    return CaseEntry(
        id=line.id,
        number=line.number,
        revision=line.revision,
        policy=line.policy,
        channel=line.channel,
        status=line.status,
        received_at=line.received_at,
        complainant=line.complainant_name,
        level=line.level,
        grave=line.grave,
        due_at=line.due_at,
        reasons=line.reasons,
        pages=line.pages,
        finished=line.finished,
        answered=line.answered,
        asked_since=line.asked_since,
        place=line.place,
        lease=line.lease,
        for_expert=line.for_expert,
        remarks=_remarks(line.acts),
    )


def counts_of(figures: rows.QueueFigures, *, cases: int, failed: int) -> QueueCounts:
    """Return the figures above the queue."""
    return QueueCounts(
        waiting=figures.waiting,
        grave=figures.grave,
        fitting=figures.fitting,
        cases=cases,
        failed=failed,
        by_reason=figures.by_reason,
        by_policy=figures.by_policy,
        by_status={CaseStatus(name): n for name, n in figures.by_status.items()},
        by_channel={Channel(name): n for name, n in figures.by_channel.items()},
        by_kind=figures.by_kind,
        by_level=figures.by_level,
        by_holder=figures.by_holder,
        nobody=figures.nobody,
        for_expert=figures.by_expert.get(True, 0),
        for_reviewer=figures.by_expert.get(False, 0),
    )


def _remarks(acts: tuple[rows.QueueAct, ...]) -> tuple[Remark, ...]:
    return tuple(Remark(person=a.person, at=a.at, act=a.act, reason=a.reason) for a in acts if a.reason is not None)


def _given(reason: str) -> str:
    if not reason.strip():
        raise DecisionError(texts.NO_REASON, texts.NO_REASON_STEP)
    return reason.strip()
