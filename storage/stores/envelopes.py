"""Envelopes of encrypted objects: where the body lies and its wrapped key, the newest generation counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Row, and_, func, insert, select

from storage.database import Database
from storage.stores.envelope_tables import object_envelopes as rows
from storage.stores.masters import MasterKeys, WrappedKey

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is needed to read an encrypted object.

    Attributes:
        key: store key of the plain text.
        generation: from 1; a new one replaces the one before.
        body_key: store key of the sealed body.
    """

    key: str
    generation: int
    body_key: str
    wrapped: WrappedKey


class Envelopes:
    """The table ``object_envelopes``; rows are added, never changed or removed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str) -> Envelope | None:
        """Return the newest envelope of ``key``."""
        query = select(rows).where(rows.c.key == key).order_by(rows.c.generation.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _envelope(row)

    def add(self, key: str, body_key: str, wrapped: WrappedKey, after: Envelope | None) -> Envelope:
        """Add the envelope that replaces ``after`` (``None``: the first); return the one in force.

        Should somebody else have been faster, theirs stays in force and is returned.
        """
        generation = 1 if after is None else after.generation + 1
        with self._database.write(lock="envelopes") as connection:
            newest = select(func.max(rows.c.generation)).where(rows.c.key == key)
            if (connection.execute(newest).scalar() or 0) < generation:
                values = {"key": key, "generation": generation, "body_key": body_key, "master": wrapped.master}
                moment = self._database.now()
                connection.execute(insert(rows).values(**values, wrapped=wrapped.data, written_at=moment))
        found = self.find(key)
        return found or Envelope(key, generation, body_key, wrapped)

    def rewrap(self, masters: MasterKeys) -> int:
        """Wrap the key of every object with the current master key; return how many were not.

        Bodies are not touched. Can be repeated after a kill. When it returns, older master keys are needed for
        nothing any more, unless objects were put meanwhile by a process that still has them.

        Raises:
            MasterKeyError: a master key is missing; what was wrapped so far stays wrapped.
        """
        count = 0
        for old in self.not_under(masters.current()):
            self.add(old.key, old.body_key, masters.wrap(masters.unwrap(old.wrapped, old.key), old.key), old)
            count += 1
        return count

    def not_under(self, master: str) -> Iterator[Envelope]:
        """Yield the newest envelope of every object whose key another master key wraps."""
        newest = select(rows.c.key, func.max(rows.c.generation).label("generation")).group_by(rows.c.key).subquery()
        query = (
            select(rows)
            .join(newest, and_(newest.c.key == rows.c.key, newest.c.generation == rows.c.generation))
            .where(rows.c.master != master)
            .order_by(rows.c.key)
            .limit(_AT_ONCE)
        )
        last = ""
        while True:
            with self._database.read() as connection:
                found = connection.execute(query.where(rows.c.key > last)).all()
            if not found:
                return
            yield from (_envelope(row) for row in found)
            last = found[-1].key


def _envelope(row: Row[tuple[object, ...]]) -> Envelope:
    return Envelope(row.key, row.generation, row.body_key, WrappedKey(row.master, bytes(row.wrapped)))
