"""The list of cases of tests that are about something else: the cases of ``MemoryBackend`` in their order."""

from __future__ import annotations

from datetime import datetime

from review_ui.systems.backend import CaseLine, CaseQuery
from tests.review_ui.memory_backend import MemoryBackend


class MemoryListing:
    """``CaseListing`` that knows no filter but what does not exist for the person who asks."""

    def __init__(self, cases: MemoryBackend) -> None:
        self._cases = cases

    def portion(
        self, wanted: CaseQuery, after: tuple[datetime, str] | None, limit: int, *, newest_first: bool
    ) -> tuple[CaseLine, ...]:
        lines = sorted(self._lines(wanted), key=lambda line: (line.accepted_at, line.number), reverse=newest_first)
        if after is not None:
            places = [(line.accepted_at, line.number) for line in lines]
            lines = lines[places.index(after) + 1 :]
        return tuple(lines[:limit])

    def count(self, wanted: CaseQuery) -> int:
        return len(self._lines(wanted))

    def _lines(self, wanted: CaseQuery) -> list[CaseLine]:
        entries = (e for e in self._cases.cases(1000, 0) if e.id not in wanted.without)
        return [
            CaseLine(
                id=e.id,
                number=e.number,
                revision=e.revision,
                policy=e.policy,
                channel=e.channel,
                status=e.status,
                received_at=e.received_at,
                accepted_at=e.received_at,
                complainant=e.complainant,
                level=e.level,
                category=None,
                pages=e.pages,
                review_items=len(e.reasons),
                finished=e.finished,
            )
            for e in entries
        ]
