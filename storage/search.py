"""Full-text search over cases: numbers, fields, file names, and the text of every page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from domain.case import Case
from domain.evidence import FieldValue
from domain.vocabulary import DocumentKind
from storage.case_lists import conditions
from storage.database import Database
from storage.errors import SearchQueryError
from storage.full_text import PostgresText, Spelling, SqliteText, full_text, index, remove
from storage.rows import CaseFilter, PageText
from storage.tables import cases, search_entries
from storage.tokens import Token, terms, tokens

_CONTEXT = 24
"""Characters of text on each side of the first match in a snippet."""

_HITS_PER_CASE = 3

_MOST_TERMS = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a query was found.

    Attributes:
        source: ``number``, ``file``, ``field:NAME`` or ``page``.
        document_id: the document, ``None`` for numbers and file names.
        page: page inside the document, from 1, ``None`` when the place is no page.
        snippet: the words around the first match.
        marks: matches inside ``snippet`` as (start, end), 0-based, end exclusive.
        score: larger is better; comparable within one answer only.
    """

    case_id: str
    case_number: str
    source: str
    document_id: str | None
    page: int | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float


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
    ) -> tuple[Hit, ...]:
        """Return the places that match, best first, at most three of one case.

        Terms are separated by white space; a case must have all of them, anywhere. A term matches as a phrase.

        Args:
            query: words, numbers (also their beginnings and last four or six characters), dates in any spelling.
            case_filter: only these cases.
            kind: only places in documents of this kind.
            limit: number of hits.

        Raises:
            SearchQueryError: the query has nothing but punctuation, or too many terms.
        """
        wanted = terms(query)
        if not wanted:
            raise SearchQueryError(f"检索词“{query}”中没有可检索的文字", "请输入姓名、编号、日期或正文中的词语")
        if len(wanted) > _MOST_TERMS:
            raise SearchQueryError(
                f"检索词多达 {len(wanted)} 个（上限 {_MOST_TERMS} 个）", "请只保留最能区分案件的词语"
            )
        places = _Places(full_text(self._database.dialect), kind)
        statement = places.best(wanted, case_filter or CaseFilter()).limit(limit)
        with self._database.read() as connection:
            return tuple(_hit(row, wanted) for row in connection.execute(statement))


def index_case(connection: Connection, case: Case, file_names: Iterable[str], texts: Iterable[PageText] | None) -> None:
    """Bring the index in line with ``case``, inside the caller's transaction.

    Args:
        connection: open transaction.
        case: the revision being saved.
        file_names: names of all files of the case.
        texts: text of every page; ``None`` leaves the pages as they are.
    """
    _remove(connection, case.id, pages_too=texts is not None)
    _write(connection, case.id, source="number", text=case.number)
    for name in file_names:
        _write(connection, case.id, source="file", text=name)
    for name, field in case.fields.items():
        if isinstance(field, FieldValue):
            place = field.evidence[0] if field.evidence else None
            _write(
                connection,
                case.id,
                source=f"field:{name}",
                text=field.value if field.raw == field.value else f"{field.value} {field.raw}",
                document_id=place.document_id if place else None,
                page=place.page if place else None,
                kind=_kind(case, place.document_id if place else None),
            )
    for page in texts or ():
        _write(
            connection,
            case.id,
            source="page",
            text=page.text,
            document_id=page.document_id,
            page=page.page,
            kind=_kind(case, page.document_id),
        )


def remove_case(connection: Connection, case_id: str) -> None:
    """Take everything of a case out of the index, inside the caller's transaction."""
    _remove(connection, case_id, pages_too=True)


def _kind(case: Case, document_id: str | None) -> str | None:
    document = case.document(document_id) if document_id else None
    return document.kind.kind.value if document else None


def _remove(connection: Connection, case_id: str, *, pages_too: bool) -> None:
    mine = search_entries.c.case_id == case_id
    if not pages_too:
        mine &= search_entries.c.source != "page"
    ids = connection.execute(select(search_entries.c.id).where(mine)).scalars().all()
    if ids:
        remove(connection, ids)
        connection.execute(delete(search_entries).where(mine))


def _write(connection: Connection, case_id: str, *, source: str, text: str, **place: object) -> None:
    words = tokens(text)
    if not words:
        return
    entry = insert(search_entries).values(case_id=case_id, source=source, text=text, **place)
    entry_id = connection.execute(entry.returning(search_entries.c.id)).scalar_one()
    full_text(connection.dialect.name).add(connection, entry_id, words)


def _spellings(term: tuple[str, ...]) -> list[Spelling]:
    return [tokens(spelling) for spelling in term]


class _Places:
    """Selects places in one dialect, in documents of one kind or of any."""

    def __init__(self, text: SqliteText | PostgresText, kind: DocumentKind | None) -> None:
        self._text = text
        self._kind = kind

    def _matching(self, spellings: list[Spelling]) -> Select[Any]:
        found = (
            select(search_entries.c.id, search_entries.c.case_id)
            .select_from(index)
            .join(search_entries, search_entries.c.id == index.c.rowid)
            .where(self._text.matches(spellings))
        )
        return found if self._kind is None else found.where(search_entries.c.kind == self._kind.value)

    def best(self, wanted: tuple[tuple[str, ...], ...], case_filter: CaseFilter) -> Select[Any]:
        """Select places with any term, in cases that have all terms, a few of each case, best first."""
        having = [self._matching(_spellings(term)).with_only_columns(search_entries.c.case_id) for term in wanted]
        allowed = select(cases.c.id).where(*conditions(case_filter), *(cases.c.id.in_(h) for h in having))
        any_term = [spelling for term in wanted for spelling in _spellings(term)]
        matched = (
            self._matching(any_term)
            .add_columns(self._text.score(any_term).label("score"))
            .where(search_entries.c.case_id.in_(allowed))
            .cte("matched")
            .prefix_with("MATERIALIZED", dialect="sqlite")
        )
        order = (matched.c.score.desc(), matched.c.id)
        place = func.row_number().over(partition_by=matched.c.case_id, order_by=order).label("place")
        ranked = select(matched, place).subquery("ranked")
        return (
            select(search_entries, cases.c.number.label("case_number"), ranked.c.score)
            .join(ranked, ranked.c.id == search_entries.c.id)
            .join(cases, cases.c.id == search_entries.c.case_id)
            .where(ranked.c.place <= _HITS_PER_CASE)
            .order_by(ranked.c.score.desc(), search_entries.c.id)
        )


def _hit(row: Row[Any], wanted: tuple[tuple[str, ...], ...]) -> Hit:
    snippet, marks = _snippet(row.text, [tokens(s) for term in wanted for s in term])
    return Hit(
        case_id=row.case_id,
        case_number=row.case_number,
        source=row.source,
        document_id=row.document_id,
        page=row.page,
        snippet=snippet,
        marks=marks,
        score=row.score,
    )


def _snippet(text: str, phrases: list[tuple[Token, ...]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    words = tokens(text)
    spans = sorted({span for phrase in phrases for span in _occurrences(words, phrase)})
    if not spans:
        return text[: 2 * _CONTEXT], ()
    start = max(0, spans[0][0] - _CONTEXT)
    end = min(len(text), spans[0][1] + _CONTEXT)
    return text[start:end], tuple((a - start, b - start) for a, b in spans if b <= end)


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
    phrases = [tokens(spelling) for term in terms(query) for spelling in term]
    return tuple(sorted({span for phrase in phrases for span in _occurrences(words, phrase)}))
