"""Recusal: to somebody whom a case names it does not exist. The backend of the pages, seen by the person who asks."""

from __future__ import annotations

from typing import Protocol

from domain.archive import ArchiveRecord
from domain.case import Case, Decision
from domain.people import Person
from domain.recusal import unknown_case
from domain.statistics import MonthlyStatistics
from review_ui.accounts.visitor import presence
from review_ui.backend import (
    EVERYTHING,
    CaseEntry,
    Choices,
    FailedInput,
    PageImage,
    PolicyName,
    QueueCounts,
    QueueFilter,
    ReviewBackend,
    SearchHit,
    StoredFile,
)

_HITS_PER_CASE = 3


class KnowsRecusal(Protocol):
    """Says from which cases somebody stands aside."""

    def recused_from(self, person: Person) -> dict[str, str]:
        """Return id to number of the cases that name ``person``."""
        ...


class Recusal:
    """Asks at most once for every request."""

    def __init__(self, known: KnowsRecusal | None) -> None:
        self._known = known

    def hidden(self) -> dict[str, str]:
        """Return id to number of the cases that do not exist for the person who is asking now."""
        request = presence.get()
        if request is None or request.visitor.person is None or self._known is None:
            return {}
        if request.hidden is None:
            request.hidden = self._known.recused_from(request.visitor.person)
        return request.hidden

    def shown(self, wanted: QueueFilter) -> QueueFilter:
        """Return ``wanted`` without what does not exist for the person who is asking now."""
        hidden = self.hidden()
        return wanted.model_copy(update={"without": tuple(sorted(hidden))}) if hidden else wanted

    def refuse(self, key: str) -> None:
        """Refuse the case with this id or number when it names the person who is asking.

        Raises:
            UnknownCaseError: the same as for a case that was never made.
        """
        hidden = self.hidden()
        if key in hidden or key.upper() in hidden.values():
            raise unknown_case(key)


class RecusedBackend:
    """``ReviewBackend`` without the cases that name the person who asks."""

    def __init__(self, backend: ReviewBackend, recusal: Recusal) -> None:
        self._backend = backend
        self._recusal = recusal

    def queue(self, wanted: QueueFilter, limit: int | None = None, after: str | None = None) -> tuple[CaseEntry, ...]:
        """Return the cases that wait."""
        return self._backend.queue(self._recusal.shown(wanted), limit, after)

    def counts(self, wanted: QueueFilter = EVERYTHING) -> QueueCounts:
        """Return the figures above the queue, of what is shown."""
        counts = self._backend.counts(self._recusal.shown(wanted))
        return counts.model_copy(update={"cases": self.number_of_cases(), "failed": len(self.failures())})

    def number_of_cases(self) -> int:
        """Return the number of cases that are shown."""
        return self._backend.number_of_cases() - len(self._recusal.hidden())

    def cases(self, limit: int, offset: int) -> tuple[CaseEntry, ...]:
        """Return all cases, newest first."""
        hidden = self._recusal.hidden()
        if not hidden:
            return self._backend.cases(limit, offset)
        shown = [e for e in self._backend.cases(offset + limit + len(hidden), 0) if e.id not in hidden]
        return tuple(shown[offset : offset + limit])

    def case(self, key: str) -> Case:
        """Return the newest revision; what it is linked to is hidden as well.

        Raises:
            UnknownCaseError: no such case, or none for this person.
        """
        self._recusal.refuse(key)
        case, hidden = self._backend.case(key), self._recusal.hidden()
        if not any(r.case_id in hidden for r in case.related):
            return case
        return case.model_copy(update={"related": tuple(r for r in case.related if r.case_id not in hidden)})

    def decide(self, case_id: str, expected_revision: int, decision: Decision) -> Case:
        """Apply one decision (errors as ``ReviewBackend.decide``)."""
        self._recusal.refuse(case_id)
        return self._backend.decide(case_id, expected_revision, decision)

    def page_image(self, case_id: str, document_id: str, page: int) -> PageImage:
        """Return a page's picture (errors as ``ReviewBackend.page_image``)."""
        self._recusal.refuse(case_id)
        return self._backend.page_image(case_id, document_id, page)

    def original(self, case_id: str, document_id: str, page: int = 1) -> StoredFile:
        """Return the file that a page of a document came from (errors as ``ReviewBackend.original``)."""
        self._recusal.refuse(case_id)
        return self._backend.original(case_id, document_id, page)

    def failures(self) -> tuple[FailedInput, ...]:
        """Return the inputs that could not be read."""
        numbers = set(self._recusal.hidden().values())
        return tuple(f for f in self._backend.failures() if f.case_number is None or f.case_number not in numbers)

    def choices(self, policy: str) -> Choices:
        """Return the labels of a pack."""
        return self._backend.choices(policy)

    def search(self, query: str, limit: int) -> tuple[SearchHit, ...]:
        """Return where the words were found."""
        hidden = self._recusal.hidden()
        hits = self._backend.search(query, limit + _HITS_PER_CASE * len(hidden))
        return tuple(h for h in hits if h.case_id not in hidden)[:limit]

    def filings(self, case_id: str) -> tuple[ArchiveRecord, ...]:
        """Return every filing of a case."""
        self._recusal.refuse(case_id)
        return self._backend.filings(case_id)

    def policies(self) -> tuple[PolicyName, ...]:
        """Return the packs."""
        return self._backend.policies()

    def statistics(self, policy: str, month: str) -> MonthlyStatistics:
        """Return the figures of a month; they name nobody."""
        return self._backend.statistics(policy, month)
