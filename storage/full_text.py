"""The full-text index in the database's own dialect: FTS5 in SQLite, ``tsvector`` in PostgreSQL.

The only module that speaks either. One row holds the grams (``storage.tokens``) of a whole case: of what is known about
it (number, fields, file names) and of all its pages. The index says which cases may have the words, newest first and
without reading a text; whether and where they have them is seen in the text itself. Grams hold letters and digits only,
so quoting them is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    and_,
    cast,
    column,
    delete,
    func,
    insert,
    literal_column,
    or_,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.types import Text

from storage.data_cipher import cipher_of
from storage.tokens import Blind, Token, Wanted, grams, tails, wanted

index = table("case_words", column("rowid"), column("facts"), column("pages"), column("tails"))
"""``rowid`` is ``search_cases.id``; ``facts`` and ``pages`` hold grams, ``tails`` the endings of long words."""

_LONGEST_LEXEME = 500
"""Characters of a word that PostgreSQL keeps (it refuses more than 2046 bytes)."""

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

    def newest_first(self) -> ColumnElement[Any]:
        """Return the order in which the index is read backwards."""
        return index.c.rowid.desc()

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
        return and_(*(or_(*(self._phrase(wanted(s, self.blind), facts_only) for s in term)) for term in terms))

    def newest_first(self) -> ColumnElement[Any]:
        """Return the order; no index has it, or the planner would walk through all cases for a word that few have."""
        return (index.c.rowid + 0).desc()

    def _phrase(self, phrase: Wanted, facts_only: bool) -> ColumnElement[bool]:
        parts = [" | ".join(_lexeme(gram) for gram in entry) for entry in phrase.entries]
        if phrase.beginning is not None:
            parts.append(" | ".join([f"{_lexeme(phrase.beginning)}:*", *map(_lexeme, phrase.instead)]))
        query = cast(" & ".join(f"({part})" for part in parts), TSQUERY)
        found = [self._facts.op("@@")(query)]
        if not facts_only:
            found.append(self._pages.op("@@")(query))
        if phrase.endings:
            found.append(self._tails.op("@@")(cast(" | ".join(map(_lexeme, phrase.endings)), TSQUERY)))
        return or_(*found)


def _lexeme(gram: str) -> str:
    return f"'{gram[:_LONGEST_LEXEME]}'"


def full_text(dialect: Dialect) -> SqliteText | PostgresText:
    """Return the index in the words of a dialect (SQLite or PostgreSQL), with the digests of its database."""
    blind = cipher_of(dialect).blind
    return SqliteText(blind) if dialect.name == "sqlite" else PostgresText(blind)


def remove(connection: Connection, case: int) -> None:
    """Take a case out of the index."""
    connection.execute(delete(index).where(index.c.rowid == case))
