"""The full-text index in the database's own dialect: FTS5 in SQLite, ``tsvector`` in PostgreSQL.

The only module that speaks either. One row holds the grams (``storage.tokens``) of a whole case: of what is known about
it (number, fields, file names) and of all its pages. The index says which cases may have the words, newest first and
without reading a text; whether and where they have them is seen in the text itself. Grams hold letters and digits only,
so quoting them is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Select,
    and_,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.types import Text

from storage.data_cipher import cipher_of
from storage.tokens import Blind, Token, Wanted, grams, tails, wanted

index = table("case_words", column("rowid"), column("facts"), column("pages"), column("tails"))
"""``rowid`` is ``search_cases.id``; ``facts`` and ``pages`` hold grams, ``tails`` the endings of long words."""

_LONGEST_LEXEME = 500
"""Characters of a word that PostgreSQL keeps (it refuses more than 2046 bytes)."""

_FIRST_LOOK, _LONGEST_LOOK = 64, 4096
"""Cases asked of the index at once: few first, because people read the first page of an answer."""

_WALK, _LONGEST_WALK = 8, 64
"""Cases that PostgreSQL walks through for each that is asked for, and at most for each that is found."""

Spelling = tuple[Token, ...]
"""Words that must stand one after the other."""

Term = Sequence[Spelling]
"""Spellings one of which a case must have."""


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What the index keeps of a case: grams of its facts and of its pages, endings of the long words of both."""

    facts: frozenset[str]
    pages: frozenset[str]
    tails: frozenset[str]

    @staticmethod
    def of(facts: Iterable[Spelling], pages: Iterable[Spelling], blind: Blind) -> CaseWords:
        """Return the words of places; grams never reach from one place into the next, secret words are digests."""
        known, read = tuple(facts), tuple(pages)
        return CaseWords(
            facts=frozenset(g for words in known for g in grams(words, blind)),
            pages=frozenset(g for words in read for g in grams(words, blind)),
            tails=frozenset(t for words in (*known, *read) for t in tails(words, blind)),
        )


class SqliteText:
    """FTS5. ``blind`` makes the digests that stand for numbers of people."""

    def __init__(self, blind: Blind) -> None:
        self.blind = blind

    _whole: ColumnElement[Any] = literal_column("case_words")

    def add(self, connection: Connection, case: int, words: CaseWords) -> None:
        """Put the words of one case into the index."""
        columns = {"facts": words.facts, "pages": words.pages, "tails": words.tails}
        values = {name: " ".join(sorted(held)) for name, held in columns.items()}
        connection.execute(insert(index).values(rowid=case, **values))

    def matches(self, terms: Sequence[Term], *, facts_only: bool) -> ColumnElement[bool]:
        """Return the condition that a case may have all ``terms``, among its facts or anywhere."""
        where = "facts" if facts_only else "{facts pages}"
        said = " AND ".join(
            f"({' OR '.join(self._phrase(wanted(s, self.blind), where) for s in term)})" for term in terms
        )
        return self._whole.op("MATCH", is_comparison=True)(said)

    def newest_first(self, connection: Connection, matching: Select[Any]) -> Iterator[list[str]]:
        """Yield the ids of the cases that ``matching`` selects, the newest first; the index is read in this order."""
        with connection.execute(matching.order_by(index.c.rowid.desc())) as rows:
            for some in rows.partitions(_FIRST_LOOK):
                yield [row.case_id for row in some]

    def _phrase(self, phrase: Wanted, where: str) -> str:
        parts = [" OR ".join(f'{where} : "{gram}"' for gram in entry) for entry in phrase.entries]
        if phrase.beginning is not None:
            digests = (f' OR {where} : "{digest}"' for digest in phrase.instead)
            parts.append(f'{where} : "{phrase.beginning}" *{"".join(digests)}')
        said = " AND ".join(f"({part})" for part in parts)
        endings = (f' OR tails : "{ending}"' for ending in phrase.endings)
        return f"(({said}){''.join(endings)})"


class PostgresText:
    """``tsvector`` of words that we cut, because PostgreSQL's own parser cuts Chinese wrongly; ``blind`` as above."""

    def __init__(self, blind: Blind) -> None:
        self.blind = blind

    _facts: ColumnElement[Any] = literal_column("case_words.facts", TSVECTOR)
    _pages: ColumnElement[Any] = literal_column("case_words.pages", TSVECTOR)
    _tails: ColumnElement[Any] = literal_column("case_words.tails", TSVECTOR)

    def add(self, connection: Connection, case: int, words: CaseWords) -> None:
        """Put the words of one case into the index."""
        columns = {"facts": words.facts, "pages": words.pages, "tails": words.tails}
        values = {
            name: func.array_to_tsvector(cast(sorted({w[:_LONGEST_LEXEME] for w in held}), ARRAY(Text)))
            for name, held in columns.items()
        }
        connection.execute(insert(index).values(rowid=case, **values))

    def matches(self, terms: Sequence[Term], *, facts_only: bool) -> ColumnElement[bool]:
        """Return the condition that a case may have all ``terms``, among its facts or anywhere."""
        phrases = [[wanted(spelling, self.blind) for spelling in term] for term in terms]
        each = [or_(*(self._phrase(phrase, facts_only) for phrase in term)) for term in phrases]
        return and_(*each) if len(each) == 1 else and_(*each, self._together(phrases, facts_only))

    def _together(self, terms: list[list[Wanted]], facts_only: bool) -> ColumnElement[bool]:
        """Return what follows from having each term: all are on the pages, or one is elsewhere.

        This the index answers alone. Without it the planner takes the cases that have one term, perhaps a sixth of
        all, and reads the words of each to look for the others.
        """
        said = [f"({' | '.join(f'({self._said(phrase)})' for phrase in term)})" for term in terms]
        endings = [_lexeme(ending) for term in terms for phrase in term for ending in phrase.endings]
        found = [(self._facts if facts_only else self._pages).op("@@")(cast(" & ".join(said), TSQUERY))]
        if not facts_only:
            found.append(self._facts.op("@@")(cast(" | ".join(said), TSQUERY)))
        if endings:
            found.append(self._tails.op("@@")(cast(" | ".join(endings), TSQUERY)))
        return or_(*found)

    def newest_first(self, connection: Connection, matching: Select[Any]) -> Iterator[list[str]]:
        """Yield the ids of the cases that ``matching`` selects, the newest first.

        PostgreSQL's index names all cases that have the words, in no order. Words that many have are therefore looked
        for in one case after the other, the newest first, while enough have them; then the index is asked for the rest.
        """
        # The planner does not know what reading the words of every case costs.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL jit = off"))
        newest = connection.execute(select(func.max(index.c.rowid))).scalar()
        below, look, walking = (newest or 0) + 1, _FIRST_LOOK, True
        while below > 0:
            oldest = below - _WALK * look if walking else 0
            # An order that no index has, or the planner would walk through all cases for a word that few have.
            order = index.c.rowid if walking else index.c.rowid + 0
            within = matching.where(index.c.rowid < below, index.c.rowid >= oldest)
            rows = connection.execute(within.order_by(order.desc()).limit(look)).all()
            yield [row.case_id for row in rows]
            if len(rows) == look:
                below = rows[-1].rowid
            else:
                below, walking = oldest, walking and len(rows) * _LONGEST_WALK >= _WALK * look
            look = min(4 * look, _LONGEST_LOOK)

    def _phrase(self, phrase: Wanted, facts_only: bool) -> ColumnElement[bool]:
        query = cast(self._said(phrase), TSQUERY)
        found = [self._facts.op("@@")(query)]
        if not facts_only:
            found.append(self._pages.op("@@")(query))
        if phrase.endings:
            found.append(self._tails.op("@@")(cast(" | ".join(map(_lexeme, phrase.endings)), TSQUERY)))
        return or_(*found)

    @staticmethod
    def _said(phrase: Wanted) -> str:
        parts = [" | ".join(_lexeme(gram) for gram in entry) for entry in phrase.entries]
        if phrase.beginning is not None:
            parts.append(" | ".join([f"{_lexeme(phrase.beginning)}:*", *map(_lexeme, phrase.instead)]))
        return " & ".join(f"({part})" for part in parts)


def _lexeme(gram: str) -> str:
    return f"'{gram[:_LONGEST_LEXEME]}'"


def full_text(dialect: Dialect) -> SqliteText | PostgresText:
    """Return the index in the words of a dialect (SQLite or PostgreSQL), with the digests of its database."""
    blind = cipher_of(dialect).blind
    return SqliteText(blind) if dialect.name == "sqlite" else PostgresText(blind)


def remove(connection: Connection, case: int) -> None:
    """Take a case out of the index."""
    connection.execute(delete(index).where(index.c.rowid == case))
