"""Which cases name somebody: from the texts of the search index, without loading a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from domain.recusal import NAMING_FIELDS, is_named
from storage.database import Database
from storage.errors import SearchQueryError
from storage.search import SearchIndex
from storage.search_tables import search_entries
from storage.tables import cases

_AT_ONCE = 500
"""Cases asked for in one statement: databases limit the number of parameters."""

_MOST_HITS = 100_000


class NamedStaff:
    """Finds the cases from which somebody stands aside."""

    def __init__(self, database: Database, search: SearchIndex) -> None:
        self._database = database
        self._search = search

    def cases_naming(self, names: tuple[str, ...], colleagues: tuple[str, ...]) -> dict[str, str]:
        """Return id to number of every case whose fields name somebody (``domain.recusal.is_named``)."""
        candidates = sorted({hit for name in names for hit in self._found(name)})
        values: dict[str, dict[str, str]] = defaultdict(dict)
        numbers: dict[str, str] = {}
        sources = [f"field:{name}" for name in NAMING_FIELDS]
        for first in range(0, len(candidates), _AT_ONCE):
            query = (
                select(search_entries.c.case_id, cases.c.number, search_entries.c.source, search_entries.c.text)
                .join(cases, cases.c.id == search_entries.c.case_id)
                .where(search_entries.c.case_id.in_(candidates[first : first + _AT_ONCE]))
                .where(search_entries.c.source.in_(sources))
            )
            with self._database.read() as connection:
                for case_id, number, source, text in connection.execute(query):
                    values[case_id][source.partition(":")[2]] = text
                    numbers[case_id] = number
        return {i: numbers[i] for i, found in values.items() if is_named(found, names, colleagues)}

    def _found(self, name: str) -> Iterable[str]:
        try:
            return {hit.case_id for hit in self._search.find(name, limit=_MOST_HITS)}
        except SearchQueryError:  # a name of nothing but marks names nobody
            return ()
