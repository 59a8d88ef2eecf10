"""The full-text index in the database's own dialect: FTS5 in SQLite, ``tsvector`` in PostgreSQL.

The only module that speaks either. Words hold letters and digits only (``storage.tokens``), so quoting them is safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, cast, column, delete, func, insert, literal_column, or_, table
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from storage.tokens import Token, tails

index = table("search_index", column("rowid"), column("body"), column("tails"))

_LONGEST_LEXEME = 500
"""Characters of a word that PostgreSQL keeps (it refuses more than 2046 bytes)."""

Spelling = tuple[Token, ...]
"""Words that must stand one after the other."""


class SqliteText:
    """FTS5."""

    _whole: ColumnElement[Any] = literal_column("search_index")

    def add(self, connection: Connection, entry_id: int, words: Sequence[Token]) -> None:
        """Put the words of one entry into the index."""
        body, ends = " ".join(t.word for t in words), " ".join(tails(tuple(words)))
        connection.execute(insert(index).values(rowid=entry_id, body=body, tails=ends))

    def matches(self, spellings: Sequence[Spelling]) -> ColumnElement[bool]:
        """Return the condition that an entry has one of the spellings."""
        return self._whole.op("MATCH", is_comparison=True)(" OR ".join(_fts_phrase(s) for s in spellings))

    def score(self, spellings: Sequence[Spelling]) -> ColumnElement[float]:
        """Return how well an entry matches, larger is better; used together with ``matches``."""
        return -func.bm25(self._whole)


class PostgresText:
    """``tsvector`` with positions that we give, because PostgreSQL's own parser cuts Chinese wrongly."""

    _body: ColumnElement[Any] = column("body", TSVECTOR)
    _tails: ColumnElement[Any] = column("tails", TSVECTOR)

    def add(self, connection: Connection, entry_id: int, words: Sequence[Token]) -> None:
        """Put the words of one entry into the index."""
        body = " ".join(f"'{t.word[:_LONGEST_LEXEME]}':{n}" for n, t in enumerate(words, 1))
        ends = " ".join(f"'{word}'" for word in tails(tuple(words)))
        values = {"rowid": entry_id, "body": cast(body, TSVECTOR), "tails": cast(ends, TSVECTOR)}
        connection.execute(insert(index).values(**values))

    def matches(self, spellings: Sequence[Spelling]) -> ColumnElement[bool]:
        """Return the condition that an entry has one of the spellings."""
        found = [self._body.op("@@")(self._query(spellings))]
        ends = [s[0].word for s in spellings if len(s) == 1 and _found_by_parts(s)]
        if ends:
            found.append(self._tails.op("@@")(cast(" | ".join(f"'{word}'" for word in ends), TSQUERY)))
        return or_(*found)

    def score(self, spellings: Sequence[Spelling]) -> ColumnElement[float]:
        """Return how well an entry matches, larger is better; used together with ``matches``."""
        return func.ts_rank(self._body, self._query(spellings))

    def _query(self, spellings: Sequence[Spelling]) -> ColumnElement[Any]:
        return cast(" | ".join(f"({_ts_phrase(s)})" for s in spellings), TSQUERY)


def full_text(dialect: str) -> SqliteText | PostgresText:
    """Return the index of a dialect (``sqlite`` or ``postgresql``)."""
    return SqliteText() if dialect == "sqlite" else PostgresText()


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Take entries out of the index."""
    connection.execute(delete(index).where(index.c.rowid.in_(ids)))


def _found_by_parts(words: Spelling) -> bool:
    """True when the last word may be the beginning (and a lone word the end) of a longer one."""
    return words[-1].word.isascii() and len(words[-1].word) >= 2


def _fts_phrase(words: Spelling) -> str:
    phrase = '"' + " ".join(t.word for t in words) + '"'
    if not _found_by_parts(words):
        return f"body : {phrase}"
    beginning = f"body : {phrase} *"
    return f"({beginning} OR tails : {phrase})" if len(words) == 1 else beginning


def _ts_phrase(words: Spelling) -> str:
    phrase = " <-> ".join(f"'{t.word[:_LONGEST_LEXEME]}'" for t in words)
    return f"{phrase}:*" if _found_by_parts(words) else phrase
