"""Filling a new store from an old one: how an archive moves from a folder into a bucket, or becomes encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, ObjectMissingError
from storage.database import Database
from storage.objects import ObjectStore
from storage.registry import reference
from storage.tables import objects

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Filled:
    """What a filling did.

    Attributes:
        copied: objects that were put, each verified before and by the put.
        present: objects that were there already.
        failures: what is wrong with each object that could not be copied; it stays where it is.
    """

    copied: int
    present: int
    failures: tuple[str, ...]


def fill_store(database: Database, source: ObjectStore, target: ObjectStore) -> Filled:
    """Copy every registered object, with its retention and hold, into ``target``; nothing of ``source`` is changed.

    Can be repeated after a kill: what is there is not copied again, but its lock is carried over again.

    Raises:
        StoreUnavailableError, StoreDeniedError, StoreFullError, LockNotKeptError: ``target`` does not take objects.
    """
    copied, present, failures = 0, 0, []
    for ref in _registered(database):
        try:
            is_new = _copy(ref, source, target)
        except (ObjectMissingError, ObjectDamagedError) as error:
            failures.append(str(error))
            continue
        copied, present = copied + is_new, present + (not is_new)
    return Filled(copied, present, tuple(failures))


def _copy(ref: ObjectRef, source: ObjectStore, target: ObjectStore) -> bool:
    is_new = not target.exists(ref.key)
    if is_new:
        source.verify(ref)  # else a damaged original would be put, and locked, under another key
        with source.open(ref.key) as stream:
            target.put(stream, ref.media_type)
    elif not source.exists(ref.key):  # stored since the new store is in use
        return False
    lock = source.lock_of(ref.key)
    if lock.retain_until is not None:
        target.retain(ref.key, lock.retain_until)
    if lock.hold:
        target.hold(ref.key)
    return is_new


def _registered(database: Database) -> Iterator[ObjectRef]:
    query = select(objects).order_by(objects.c.key).limit(_AT_ONCE)
    last = ""
    while True:
        with database.read() as connection:
            rows = connection.execute(query.where(objects.c.key > last)).all()
        if not rows:
            return
        yield from (reference(row) for row in rows)
        last = rows[-1].key
