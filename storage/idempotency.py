"""Idempotency keys: a request that is sent again gets the first answer. Right with many requests at once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from domain.system_errors import IdempotencyInProgressError, IdempotencyKeyReusedError
from storage.database import Database, insert_if_absent
from storage.system_tables import idempotency_keys

KEPT_FOR = timedelta(hours=48)
"""How long an answer is kept; callers are promised 24 hours."""
ABANDONED_AFTER = timedelta(minutes=10)
"""A request that has no answer after that long was killed: the next one with its key does the work."""


class IdempotencyKeys:
    """Answers by owner and key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, owner: str, key: str, fingerprint: str) -> str | None:
        """Take the key; return the answer that was given before, ``None`` when the caller must do the work.

        Args:
            owner: keys of different owners have nothing to do with each other.
            key: as the caller sent it.
            fingerprint: SHA-256 of everything that makes the request.

        Raises:
            IdempotencyKeyReusedError: the key belongs to another request.
            IdempotencyInProgressError: another request with this key is being worked on.
        """
        now = self._database.now()
        mine = (idempotency_keys.c.owner == owner) & (idempotency_keys.c.key == key)
        with self._database.write(lock="idempotency") as connection:
            connection.execute(delete(idempotency_keys).where(idempotency_keys.c.begun_at < now - KEPT_FOR))
            values = {"owner": owner, "key": key, "fingerprint": fingerprint, "begun_at": now}
            if insert_if_absent(connection, idempotency_keys, **values):
                return None
            known = connection.execute(select(idempotency_keys).where(mine)).one()
            if known.fingerprint != fingerprint:
                raise IdempotencyKeyReusedError(
                    "这个 Idempotency-Key 已用于另一个请求", "请为每个不同的请求使用新的键，重发同一请求时才用同一个键"
                )
            if known.answer is not None:
                return str(known.answer)
            if known.begun_at >= now - ABANDONED_AFTER:
                raise IdempotencyInProgressError("使用这个 Idempotency-Key 的请求仍在处理", "请稍候用同一个键重发")
            connection.execute(update(idempotency_keys).where(mine).values(begun_at=now))
            return None

    def finish(self, owner: str, key: str, answer: str) -> None:
        """Keep the answer to the request that took the key."""
        mine = (idempotency_keys.c.owner == owner) & (idempotency_keys.c.key == key)
        with self._database.write() as connection:
            connection.execute(update(idempotency_keys).where(mine).values(answer=answer))

    def release(self, owner: str, key: str) -> None:
        """Give the key back: the request failed, it may be sent again."""
        mine = (idempotency_keys.c.owner == owner) & (idempotency_keys.c.key == key)
        with self._database.write() as connection:
            connection.execute(delete(idempotency_keys).where(mine, idempotency_keys.c.answer.is_(None)))
