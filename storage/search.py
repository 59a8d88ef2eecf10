"""Full-text search over cases: numbers, fields, file names, and the text of every page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select

from domain.case import Case
from domain.evidence import FieldValue
from domain.vocabulary import DocumentKind
from storage.case_lists import conditions
from storage.database import Database, insert_all
from storage.errors import SearchQueryError
from storage.full_text import CaseWords, full_text, index, remove
from storage.query import parsed
from storage.rows import CaseFilter, PageText
from storage.search_tables import search_cases, search_entries
from storage.tables import cases
from storage.tokens import Token, squeezed, tokens, whole_words, with_secrets

_CONTEXT = 24
"""Characters of text on each side of the first match in a snippet."""

_FIRST_PART = 200
"""Characters of a place that are cut into words first to find the match that is shown."""

_HITS_PER_CASE = 3

_MOST_TERMS = 20

_READ_AT_ONCE = 64
"""Cases whose texts are in memory at once."""

_MANY = 5000
"""Cases of a filter that are read at once, and cases with the words that are held against a filter one by one."""

_WORTH = ("number", "field", "file", "page")
"""Kinds of places, those that say most about a case first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a query was found.

    Attributes:
        source: ``number``, ``file``, ``field:NAME`` or ``page``.
        document_id: the document, ``None`` for numbers and file names.
        page: page inside the document, from 1, ``None`` when the place is no page.
        snippet: the words around the first match.
        marks: matches inside ``snippet`` as (start, end), 0-based, end exclusive.
    """

    case_id: str
    case_number: str
    source: str
    document_id: str | None
    page: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]


class SearchIndex:
    """Finds cases by words. The index is kept by ``CaseRepository.save_case``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self,
        query: str,
        case_filter: CaseFilter | None = None,
        kind: DocumentKind | None = None,
        limit: int = 50,
        most_cases: int | None = None,
    ) -> tuple[Hit, ...]:
        """Return the places that match, at most three of one case.

        First come cases that have all terms in number, fields or names of files, then the others; of each the case
        that was accepted last comes first. Terms are separated by white space; a case must have all of them, anywhere.
        A term matches as a phrase.

        Args:
            query: words, numbers (also their beginnings and last four or six characters), dates in any spelling; of
                one field with its label before a colon (``storage.query``).
            case_filter: only these cases.
            kind: only places in documents of this kind.
            limit: number of hits.
            most_cases: number of cases, as many as ``limit`` allows when ``None``.

        Raises:
            SearchQueryError: the query has nothing but punctuation, or too many terms.
        """
        said = parsed(query)
        if not said:
            raise SearchQueryError(f"检索词“{query}”中没有可检索的文字", "请输入姓名、编号、日期或正文中的词语")
        if len(said) > _MOST_TERMS:
            raise SearchQueryError(f"检索词多达 {len(said)} 个（上限 {_MOST_TERMS} 个）", "请只保留最能区分案件的词语")
        wanted = tuple(
            tuple(_Phrase(spelling, tokens(spelling), term.source) for spelling in term.spellings) for term in said
        )
        hits: list[Hit] = []
        found = 0
        with self._database.read() as connection:
            for places in self._cases(connection, wanted, case_filter or CaseFilter(), kind):
                matched = _hits(places, wanted, kind)
                found += bool(matched)
                hits += matched
                if len(hits) >= limit or found == most_cases:
                    break
        return tuple(hits[:limit])

    def _cases(
        self, connection: Connection, wanted: Wanted, case_filter: CaseFilter, kind: DocumentKind | None
    ) -> Iterator[list[Row[Any]]]:
        """Yield the places of each case that may have the words, in the order of the answer."""
        dialect = full_text(self._database.dialect)
        narrow = self._is_narrow(connection, wanted, case_filter)
        seen: set[str] = set()
        for facts_only in (True, False):
            matching = self._matching(wanted, case_filter, kind, facts_only=facts_only, narrow=narrow)
            for named in dialect.newest_first(connection, matching):
                new = [case_id for case_id in named if case_id not in seen]
                seen.update(new)
                for first in range(0, len(new), _READ_AT_ONCE):
                    yield from _places(connection, new[first : first + _READ_AT_ONCE])

    def _is_narrow(self, connection: Connection, wanted: Wanted, case_filter: CaseFilter) -> bool:
        """Tell whether the filter has few cases and the words have many: then those of the filter are read first.

        PostgreSQL sees that by itself; SQLite would hold every case that has the words against the filter.
        """
        if case_filter == CaseFilter() or not self._database.is_sqlite:
            return False
        named = select(index.c.rowid).where(self._condition(wanted, facts_only=False))
        return _are_many(connection, named) and not _are_many(connection, _numbers(case_filter))

    def _condition(self, wanted: Wanted, *, facts_only: bool) -> ColumnElement[bool]:
        phrases = [[phrase.words for phrase in term] for term in wanted]
        return full_text(self._database.dialect).matches(phrases, facts_only=facts_only)

    def _matching(
        self, wanted: Wanted, case_filter: CaseFilter, kind: DocumentKind | None, *, facts_only: bool, narrow: bool
    ) -> Select[Any]:
        """Select the cases that the index names, in no order."""
        statement = (
            select(index.c.rowid, search_cases.c.case_id)
            .select_from(index)
            .join(search_cases, search_cases.c.id == index.c.rowid)
            .where(self._condition(wanted, facts_only=facts_only))
        )
        if narrow:
            # "+ 0": the words are not looked for in one case after the other
            statement = statement.where((index.c.rowid + 0).in_(_numbers(case_filter)))
        elif case_filter != CaseFilter():  # destroyed cases are not in the index
            statement = statement.join(cases, cases.c.id == search_cases.c.case_id).where(*conditions(case_filter))
        if kind is not None:
            of_kind = select(search_entries.c.id).where(search_entries.c.kind == kind.value)
            statement = statement.where(of_kind.where(search_entries.c.case_id == search_cases.c.case_id).exists())
        return statement


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One spelling of a term: as it was written, its words, and the only kind of place that counts."""

    written: str
    words: tuple[Token, ...]
    source: str | None

    def stands_in(self, row: Row[Any], plain: str) -> bool:
        """Tell whether the text of a place, squeezed to ``plain``, has the phrase."""
        if self.source not in (None, row.source) or squeezed(self.written) not in plain:
            return False
        # ideographs are words wherever they stand; of a longer word a phrase must not be the middle
        return all(w.single for w in self.words) or bool(_occurrences(tokens(row.text), self.words))


Wanted = tuple[tuple[_Phrase, ...], ...]
"""Terms, each with its spellings."""


def _numbers(case_filter: CaseFilter) -> Select[Any]:
    """Select the numbers that the index has for the cases of a filter."""
    own = search_cases.alias()
    return select(own.c.id).join(cases, cases.c.id == own.c.case_id).where(*conditions(case_filter))


def _are_many(connection: Connection, rows: Select[Any]) -> bool:
    some = rows.limit(_MANY + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() > _MANY


def _places(connection: Connection, case_ids: list[str]) -> Iterator[list[Row[Any]]]:
    """Yield the places of each of these cases, in their order."""
    query = (
        select(search_entries, cases.c.number.label("case_number"))
        .join(cases, cases.c.id == search_entries.c.case_id)
        .where(search_entries.c.case_id.in_(case_ids))
        .order_by(search_entries.c.id)
    )
    held: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query):
        held.setdefault(row.case_id, []).append(row)
    yield from (held[case_id] for case_id in case_ids if case_id in held)


def _hits(places: list[Row[Any]], wanted: Wanted, kind: DocumentKind | None) -> list[Hit]:
    """Return the best places of one case, none when a term stands nowhere in it."""
    missing = set(range(len(wanted)))
    having: list[tuple[int, int, Row[Any]]] = []
    for row in places:
        plain = squeezed(row.text)
        found = {n for n, term in enumerate(wanted) if any(p.stands_in(row, plain) for p in term)}
        missing -= found
        if found and (kind is None or row.kind == kind.value):
            having.append((_WORTH.index(row.source.partition(":")[0]), -len(found), row))
    if missing:
        return []
    having.sort(key=lambda place: (place[:2], place[2].id))
    return [_hit(row, wanted) for *_, row in having[:_HITS_PER_CASE]]


def index_case(connection: Connection, case: Case, file_names: Iterable[str], texts: Iterable[PageText] | None) -> None:
    """Bring the index in line with ``case``, inside the caller's transaction.

    Args:
        connection: open transaction.
        case: the revision being saved.
        file_names: names of all files of the case.
        texts: text of every page; ``None`` leaves the pages as they are.
    """
    outdated = search_entries.c.case_id == case.id
    if texts is None:
        outdated &= search_entries.c.source != "page"
    connection.execute(delete(search_entries).where(outdated))
    entries = [*_facts(case, file_names), *(_page(case, page) for page in texts or ())]
    insert_all(connection, search_entries, [entry for entry in entries if tokens(str(entry["text"]))])
    index_words(connection, case.id)


def index_words(connection: Connection, case_id: str) -> None:
    """Write the words of all places of a case into the index, in the place of those that were there."""
    number = connection.execute(select(search_cases.c.id).where(search_cases.c.case_id == case_id)).scalar()
    if number is None:
        new = insert(search_cases).values(case_id=case_id).returning(search_cases.c.id)
        number = connection.execute(new).scalar_one()
    else:
        remove(connection, number)
    query = select(search_entries.c.source, search_entries.c.text).where(search_entries.c.case_id == case_id)
    known: list[tuple[Token, ...]] = []
    read: list[tuple[Token, ...]] = []
    for source, text in connection.execute(query):
        # the number of a case is no person's, and is asked for by its beginning
        words = tokens(text) if source == "number" else with_secrets(text)
        (read if source == "page" else known).append(words)
    index_of = full_text(connection.dialect)
    index_of.add(connection, number, CaseWords.of(known, read, index_of.blind))


def remove_case(connection: Connection, case_id: str) -> None:
    """Take everything of a case out of the index, inside the caller's transaction."""
    connection.execute(delete(search_entries).where(search_entries.c.case_id == case_id))
    number = connection.execute(select(search_cases.c.id).where(search_cases.c.case_id == case_id)).scalar()
    if number is not None:
        remove(connection, number)


def _facts(case: Case, file_names: Iterable[str]) -> Iterator[dict[str, object]]:
    yield _entry(case, "number", case.number)
    yield from (_entry(case, "file", name) for name in file_names)
    for name, field in case.fields.items():
        if isinstance(field, FieldValue):
            place = field.evidence[0] if field.evidence else None
            text = field.value if field.raw == field.value else f"{field.value} {field.raw}"
            yield _entry(case, f"field:{name}", text, (place.document_id, place.page) if place else (None, None))


def _page(case: Case, page: PageText) -> dict[str, object]:
    return _entry(case, "page", page.text, (page.document_id, page.page))


def _entry(
    case: Case, source: str, text: str, place: tuple[str | None, int | None] = (None, None)
) -> dict[str, object]:
    document_id, page = place
    document = case.document(document_id) if document_id else None
    return {
        "case_id": case.id,
        "source": source,
        "text": text,
        "document_id": document_id,
        "page": page,
        "kind": document.kind.kind.value if document else None,
    }


def _hit(row: Row[Any], wanted: Wanted) -> Hit:
    snippet, marks = _snippet(row.text, [phrase.words for term in wanted for phrase in term])
    return Hit(
        case_id=row.case_id,
        case_number=row.case_number,
        source=row.source,
        document_id=row.document_id,
        page=row.page,
        snippet=snippet,
        marks=marks,
    )


def _snippet(text: str, phrases: list[tuple[Token, ...]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    # what is asked for often stands early; cutting a whole page into words costs more than all else
    for length in (_FIRST_PART, len(text)):
        read = whole_words(text, length)
        words = tokens(text[:read])
        spans = sorted({span for phrase in phrases for span in _occurrences(words, phrase)})
        if spans and (read == len(text) or spans[0][1] + _CONTEXT <= read):
            start, end = max(0, spans[0][0] - _CONTEXT), min(len(text), spans[0][1] + _CONTEXT)
            return text[start:end], tuple((a - start, b - start) for a, b in spans if b <= end)
    return text[: 2 * _CONTEXT], ()


def _occurrences(words: tuple[Token, ...], phrase: tuple[Token, ...]) -> list[tuple[int, int]]:
    """Return where ``phrase`` stands in ``words``; its last word may be the beginning of a longer one."""
    *head, last = (token.word for token in phrase)
    width = len(phrase)
    spans = []
    for i in range(len(words) - width + 1):
        if head and words[i].word != head[0]:
            continue
        end = words[i + width - 1]
        fits = end.word.startswith(last)
        fits = fits or (not head and end.word.endswith(last))
        if fits and [w.word for w in words[i : i + width - 1]] == head:
            spans.append((words[i].start, end.end))
    return spans


def marks_of(text: str, query: str) -> tuple[tuple[int, int], ...]:
    """Return where the terms of ``query`` stand in ``text`` as (start, end), 0-based, end exclusive, in order."""
    words = tokens(text)
    phrases = [tokens(spelling) for term in parsed(query) for spelling in term.spellings]
    return tuple(sorted({span for phrase in phrases for span in _occurrences(words, phrase)}))
