"""Rolling checks of all objects within a period, copies in the replica, repair from it.

Both kinds of work go object by object, the one that waits longest first, and note it as they go: stopped or killed,
the next run goes on where this one was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, ObjectMissingError
from storage.database import Database, insert_if_absent
from storage.delivery import Deliveries
from storage.objects import ObjectStore
from storage.registry import reference
from storage.retention.check import gone
from storage.stores.encrypted import EncryptedStore
from storage.stores.mirrored import MirroredStore
from storage.tables import objects
from storage.upkeep.records import Run, Trouble, UpkeepState
from storage.upkeep.tables import object_care, object_repairs, upkeep_runs

_AT_ONCE = 256
_READ = func.coalesce(object_care.c.checked_at, objects.c.stored_at)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast work may go, and how long.

    Attributes:
        bytes_per_second: most bytes that are read in a second, ``None`` for as fast as it goes.
        until: moment at which to stop, ``None`` for when all is done.
        sleep: waits for some seconds.
    """

    bytes_per_second: int | None = None
    until: datetime | None = None
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class _Count:
    started_at: datetime
    objects: int = 0
    size: int = 0
    troubles: list[Trouble] = field(default_factory=list)


class Upkeep:
    """Looks after the objects. Several processes may work at once; an object is then looked at twice at worst."""

    def __init__(self, database: Database, store: ObjectStore, deliveries: Deliveries) -> None:
        self._database, self._store, self._deliveries = database, store, deliveries
        inner = store.inner if isinstance(store, EncryptedStore) else store
        self._mirror = inner if isinstance(inner, MirroredStore) else None

    def check(self, period: timedelta, pace: Pace, made_by: str) -> tuple[Run, tuple[Trouble, ...]]:
        """Hash the objects whose bytes were not read for nine tenths of ``period``, so that none ever misses it.

        What is missing or damaged is repaired from the replica. Being stored counts as being read: it was hashed then.
        Every object that is missing or damaged raises an alarm, repaired or not.

        Raises:
            StoreUnavailableError: the store gives no answer; what was checked so far is noted.
        """
        count = _Count(self._database.now())
        due = count.started_at - 0.9 * period >= _READ
        try:
            for row in self._waiting(due, _READ, count, pace):
                trouble = self._checked(reference(row), made_by)
                count.troubles += [trouble] if trouble else []
                count.size += row.size
        finally:
            run = self._noted("check", count, due, made_by)
        return run, tuple(count.troubles)

    def copy(self, pace: Pace, made_by: str) -> tuple[Run, tuple[Trouble, ...]]:
        """Bring every object that is not in the replica yet over, with its lock; without a replica nothing is done.

        Raises:
            StoreUnavailableError, StoreFullError: a store gives no answer, or is full; what was copied is noted.
        """
        count = _Count(self._database.now())
        due = object_care.c.copied_at.is_(None)
        try:
            for row in self._waiting(due, objects.c.stored_at, count, pace) if self._mirror else ():
                count.size += self._copied(reference(row), count.troubles)
        finally:
            run = self._noted("copy", count, due, made_by)
        return run, tuple(count.troubles)

    def state(self, period: timedelta) -> UpkeepState:
        """Return how well the store is looked after; every object should be read within ``period``."""
        now = self._database.now()
        waits = object_care.c.copied_at.is_(None)
        with self._database.read() as connection:
            held = self._held()
            total = connection.execute(_of(held, func.count(), _size(), func.min(_READ))).one()
            due = connection.execute(_of(held, func.count()).where(now - 0.9 * period >= _READ)).scalar_one()
            overdue = connection.execute(_of(held, func.count()).where(now - period > _READ)).scalar_one()
            unsound = connection.execute(_of(held, func.count()).where(object_care.c.sound.is_(False))).scalar_one()
            left = _of(held, func.count(), _size(), func.min(objects.c.stored_at)).where(waits)
            waiting = connection.execute(left).one() if self._mirror else (0, 0, None)
            runs = {work: _last_run(connection, work) for work in ("check", "copy")}
        return UpkeepState(
            objects=total[0],
            size=int(total[1]),
            due=due,
            overdue=overdue,
            oldest=total[2],
            unsound=unsound,
            replicated=self._mirror is not None,
            waiting=waiting[0],
            waiting_size=int(waiting[1]),
            waiting_since=waiting[2],
            last_check=runs["check"],
            last_copy=runs["copy"],
        )

    def _waiting(
        self, due: ColumnElement[bool], order: ColumnElement[Any], count: _Count, pace: Pace
    ) -> Iterator[Row[Any]]:
        """Yield the registered objects that are due, those that wait longest first, each once, at the pace given."""
        begun = time.monotonic()
        seen: set[str] = set()
        stuck = 0  # objects that stay due: what could not be copied comes again and again
        while True:
            query = self._held().where(due).order_by(order, objects.c.key)
            with self._database.read() as connection:
                found = connection.execute(query.limit(_AT_ONCE + stuck)).all()
            rows = [row for row in found if row.key not in seen]
            stuck = len(found) - len(rows)
            if not rows:
                return
            for row in rows:
                if pace.until is not None and self._database.now() >= pace.until:
                    return
                seen.add(row.key)
                yield row
                count.objects += 1
                if pace.bytes_per_second:
                    ahead = count.size / pace.bytes_per_second - (time.monotonic() - begun)
                    if ahead > 0:
                        pace.sleep(ahead)

    def _held(self) -> Select[Any]:
        """Select what the store should hold: registered and not destroyed."""
        joined = objects.outerjoin(object_care, object_care.c.object_key == objects.c.key)
        return select(objects).select_from(joined).where(objects.c.key.not_in(gone()))

    def _checked(self, ref: ObjectRef, made_by: str) -> Trouble | None:
        """Hash an object and note it; what is wrong is an alarm, and repaired where the replica can."""
        try:
            self._deliveries.verify(ref)
        except (ObjectMissingError, ObjectDamagedError) as error:
            trouble = self._repaired(ref, error)
        else:
            self._care(ref.key, checked_at=self._database.now(), sound=True)
            return None
        with self._database.write() as connection:
            if trouble.repaired:
                values = {"object_key": ref.key, "at": self._database.now(), "found": trouble.found}
                connection.execute(insert(object_repairs).values(**values, made_by=made_by))
        self._care(ref.key, checked_at=self._database.now(), sound=trouble.repaired)
        return trouble

    def _repaired(self, ref: ObjectRef, error: ObjectMissingError | ObjectDamagedError) -> Trouble:
        if self._mirror is None:
            return Trouble(ref.key, error.fact, repaired=False, hindrance="没有配置副本存储")
        key = self._body_key(ref.key)
        try:
            has = self._mirror.mend_from_replica(key)
            if has:
                self._store.verify(ref)
        except (ObjectMissingError, ObjectDamagedError) as second:
            return Trouble(ref.key, error.fact, repaired=False, hindrance=second.fact)
        return Trouble(ref.key, error.fact, has, "" if has else "副本存储中也没有这个对象")

    def _copied(self, ref: ObjectRef, troubles: list[Trouble]) -> int:
        """Copy an object and note it; return the bytes that were copied."""
        assert self._mirror is not None
        try:
            key = self._body_key(ref.key)
            size = self._mirror.copy(key, ref.media_type)
        except (ObjectMissingError, ObjectDamagedError) as error:
            troubles.append(Trouble(ref.key, error.fact, repaired=False, hindrance="没有完好的副本可以复制"))
            return 0
        self._care(ref.key, copied_at=self._database.now())
        return size

    def _body_key(self, key: str) -> str:
        """Return the key under which the store with the replica has an object."""
        return self._store.body_key(key) if isinstance(self._store, EncryptedStore) else key

    def _care(self, key: str, **values: object) -> None:
        with self._database.write() as connection:
            if not insert_if_absent(connection, object_care, object_key=key, **values):
                connection.execute(update(object_care).where(object_care.c.object_key == key).values(**values))

    def _noted(self, work: str, count: _Count, due: ColumnElement[bool], made_by: str) -> Run:
        with self._database.write() as connection:
            remaining = connection.execute(_of(self._held().where(due), func.count())).scalar_one()
            run = Run(
                work=work,
                started_at=count.started_at,
                finished_at=self._database.now(),
                made_by=made_by,
                objects=count.objects,
                size=count.size,
                damaged=len(count.troubles),
                repaired=sum(t.repaired for t in count.troubles),
                remaining=remaining if work == "check" or self._mirror else 0,
            )
            values = {name: getattr(run, name) for name in Run.__slots__}
            connection.execute(insert(upkeep_runs).values(**values))
        return run


def _of(held: Select[Any], *columns: ColumnElement[Any]) -> Select[Any]:
    return held.with_only_columns(*columns, maintain_column_froms=True)


def _size() -> ColumnElement[Any]:
    return func.coalesce(func.sum(objects.c.size), 0)


def _last_run(connection: Connection, work: str) -> Run | None:
    query = select(upkeep_runs).where(upkeep_runs.c.work == work).order_by(upkeep_runs.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else Run(**{name: getattr(row, name) for name in Run.__slots__})
