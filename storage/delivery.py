"""Objects on their way out: hashed while they are sent, so that no client takes other bytes for an original.

The last piece is given out when the whole object has been hashed and is right: a receiver that was told the size sees
a broken transfer. An object that is no larger than one piece is therefore verified before its first byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, ObjectMissingError
from domain.records import ObjectAlarm
from storage.alarm_tables import object_alarms
from storage.database import Database
from storage.desk_tables import fixity_checks
from storage.objects import ObjectStore, key_digest
from storage.tables import archived_objects, case_files, filings
from storage.upkeep.tables import object_care

PIECE = 4 << 20
"""Bytes that are read, hashed and held back at a time: most scans are smaller and fail before anything is sent."""


class Deliveries:
    """Gives objects out and raises an alarm when one is not what it was. Safe to use from several threads."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store

    def pieces(self, ref: ObjectRef) -> Iterator[bytes]:
        """Yield the bytes of an object, at most ``PIECE`` at a time; memory does not grow with its size.

        Raises:
            ObjectMissingError, ObjectDamagedError: it is not what was registered; an alarm was raised and the last
                bytes were not given.
        """
        with self.watched(ref):
            yield from verified_pieces(self._store, ref)

    def verify(self, ref: ObjectRef) -> None:
        """Re-hash an object that a copy is made of; errors and alarm as for ``pieces``."""
        with self.watched(ref):
            self._store.verify(ref)

    @contextmanager
    def watched(self, ref: ObjectRef) -> Iterator[None]:
        """Raise an alarm when an object turns out to be missing or damaged inside the block; the error goes on."""
        try:
            yield
        except (ObjectMissingError, ObjectDamagedError) as error:
            self.raise_alarm(ref.key, error.fact)
            raise

    def raise_alarm(self, key: str, found: str) -> None:
        """Write down that an object is not what it was (``found``, for people)."""
        with self._database.write() as connection:
            values = {"object_key": key, "raised_at": self._database.now(), "found": found}
            connection.execute(insert(object_alarms).values(**values))

    def alarms(self) -> tuple[ObjectAlarm, ...]:
        """Return the objects whose alarm stands, the newest alarm of each, newest first.

        An alarm stands until a check of the whole archive, or of a case that holds the object, was begun after it
        and found nothing wrong, or until the rolling check found the object right, or mended it.
        """
        newest = select(func.max(object_alarms.c.id)).group_by(object_alarms.c.object_key)
        query = (
            select(object_alarms)
            .where(object_alarms.c.id.in_(newest), ~_cleared())
            .order_by(object_alarms.c.raised_at.desc(), object_alarms.c.id.desc())
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(ObjectAlarm(object_key=r.object_key, raised_at=r.raised_at, found=r.found) for r in rows)


def verified_pieces(store: ObjectStore, ref: ObjectRef) -> Iterator[bytes]:
    """Yield the bytes of ``ref``; the last of them only when all of them have its SHA-256 and size.

    Raises:
        ObjectMissingError: the store has it no more.
        ObjectDamagedError: other bytes came, or the medium gives them back no more.
    """
    digest, size, held = hashlib.sha256(), 0, b""
    with store.open(ref.key) as stream:
        while piece := _next(stream, ref):
            digest.update(piece)
            size += len(piece)
            if size > ref.size:
                break
            if held:
                yield held
            held = piece
    _compare(ref, digest.hexdigest(), size)
    if held:
        yield held


def _next(stream: BinaryIO, ref: ObjectRef) -> bytes:
    try:
        return stream.read(PIECE)
    except OSError as error:
        raise _damaged(ref, "内容", "可读取", f"读取失败（{error.strerror}）") from error


def _compare(ref: ObjectRef, sha256: str, size: int) -> None:
    if size > ref.size:
        raise _damaged(ref, "大小", str(ref.size), f"至少 {size}")
    for name, expected, found in (("SHA-256", ref.sha256, sha256), ("SHA-256", key_digest(ref.key), sha256)):
        if expected != found:
            raise _damaged(ref, name, expected, found)
    if size != ref.size:
        raise _damaged(ref, "大小", str(ref.size), str(size))


def _damaged(ref: ObjectRef, what: str, expected: str, found: str) -> ObjectDamagedError:
    return ObjectDamagedError(
        f"对象 {ref.key} 已损坏：{what} 应为 {expected}，实为 {found}",
        "请停止使用该副本，从备份恢复后运行 archive verify",
    )


def _cleared() -> ColumnElement[bool]:
    """Return the condition that a later check that found nothing wrong has read the object."""
    key = object_alarms.c.object_key
    received = exists().where(case_files.c.object_key == key, case_files.c.case_id == fixity_checks.c.case_id)
    filed = (
        select(filings.c.seq)
        .join(archived_objects, archived_objects.c.seq == filings.c.seq)
        .where(archived_objects.c.object_key == key, filings.c.case_id == fixity_checks.c.case_id)
        .exists()
    )
    checked = exists().where(
        and_(
            fixity_checks.c.findings == 0,
            fixity_checks.c.started_at > object_alarms.c.raised_at,
            or_(fixity_checks.c.case_id.is_(None), received, filed),
        )
    )
    looked_at = exists().where(
        object_care.c.object_key == key,
        object_care.c.sound.is_(True),
        object_care.c.checked_at >= object_alarms.c.raised_at,
    )
    return or_(checked, looked_at)
