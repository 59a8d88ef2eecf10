"""Lines of the archive desk: cases by id in a given order, and cases that hold a paper of a kind."""

from __future__ import annotations

from sqlalchemy import select

from domain.vocabulary import DocumentKind
from storage.case_lists import conditions
from storage.cases import summaries_of
from storage.database import Database
from storage.rows import CaseFilter, CaseSummary
from storage.search_tables import search_entries
from storage.tables import cases


class FoundCases:
    """Reads lines of cases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summaries(self, case_ids: tuple[str, ...]) -> tuple[CaseSummary, ...]:
        """Return the lines of these cases in the order of ``case_ids``; unknown ids are left out."""
        with self._database.read() as connection:
            found = {s.id: s for s in summaries_of(connection, (cases.c.id.in_(case_ids),), None, 0)}
        return tuple(found[i] for i in case_ids if i in found)

    def numbered(self, number: str, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        """Return the matching case with this number, read or not (the index knows only what was read); none or one."""
        with self._database.read() as connection:
            return summaries_of(connection, (*conditions(wanted), cases.c.number == number), 1, 0)

    def with_kind(
        self, kind: DocumentKind | None, wanted: CaseFilter, limit: int, offset: int
    ) -> tuple[CaseSummary, ...]:
        """Return the matching cases that hold a paper of ``kind`` with text on it, newest receipt first."""
        holding = select(search_entries.c.case_id).where(search_entries.c.kind == kind)
        with self._database.read() as connection:
            chosen = (*conditions(wanted), cases.c.id.in_(holding))
            return summaries_of(connection, chosen, limit, offset)
