"""Locks in the store follow the database: retention to the last day in force, a hold while anything keeps for ever.

The database decides what may be destroyed; the store's own locks stop whoever goes past it. An object of several cases
has the longest retention of them. An object is held while a case that needs it is under a legal hold, or while its
retention is undecided: what has no last day must not look as if it could go.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, select, union

from domain.errors import ObjectMissingError
from storage.database import Database
from storage.intake import CHINA, find_case
from storage.retention.state import dates_in_force, destruction_of, open_holds
from storage.retention.tables import object_needs
from storage.stores.contract import ObjectStore
from storage.tables import archived_objects, filings

_LAST_LOCKABLE = date(9998, 12, 31)


class Locks:
    """Brings the locks of the store in line with what the database says."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store

    def settle(self, case: str) -> None:
        """Lock every object of a case (number or id) as it must be; can be repeated.

        An object that is missing is passed over: fixity tells of it, and it must not keep the others unlocked.

        Raises:
            UnknownCaseError: there is no such case.
            LockUnreadableError, LockNotKeptError: an object cannot be locked.
        """
        # One at a time: who looked before a hold was placed must not let go after it was put on.
        with self._database.write(lock="locks") as connection:
            for key, (until, held) in _wanted(connection, find_case(connection, case)).items():
                with suppress(ObjectMissingError):
                    keep(self._store, [key], until, self._database.now())
                    if held:
                        self._store.hold(key)
                    elif self._store.lock_of(key).hold:
                        self._store.release(key)

    def behind(self) -> tuple[str, ...]:
        """Return the keys of objects that the store locks less than it must: a server that forgot, an older archive.

        Raises:
            LockUnreadableError: what locks an object cannot be read.
        """
        with self._database.read() as connection:
            wanted = _wanted(connection, None)
        return tuple(key for key, (until, held) in sorted(wanted.items()) if self._is_behind(key, until, held=held))

    def settle_all(self) -> None:
        """Lock every object of every case as it must be. Raises as ``settle``."""
        with self._database.read() as connection:
            found = connection.execute(select(object_needs.c.case_id).distinct()).scalars().all()
        for case_id in found:
            self.settle(case_id)

    def _is_behind(self, key: str, until: date | None, *, held: bool) -> bool:
        try:
            lock = self._store.lock_of(key)
        except ObjectMissingError:
            return False
        end = None if until is None else end_of(until)
        short = (
            end is not None and end > self._database.now() and (lock.retain_until is None or lock.retain_until < end)
        )
        return short or (held and not lock.hold)


def keep(store: ObjectStore, keys: Iterable[str], until: date | None, now: datetime) -> None:
    """Lock objects to the end of their last day in China; ``None`` holds them, a day that is over needs no lock."""
    for key in keys:
        if until is None:
            store.hold(key)
        elif (end := end_of(until)) > now:
            store.retain(key, end)


def end_of(until: date) -> datetime:
    """Return the moment at which the last day ends in China."""
    return datetime.combine(min(until, _LAST_LOCKABLE) + timedelta(days=1), time(), CHINA)


def _wanted(connection: Connection, case_id: str | None) -> dict[str, tuple[date | None, bool]]:
    """Return by object key the last day (``None`` when nobody has one) and whether the object is held.

    Args:
        connection: open transaction.
        case_id: only the objects of this case; of all cases when ``None``.
    """
    needs = union(
        select(object_needs.c.object_key, object_needs.c.case_id),
        select(archived_objects.c.object_key, filings.c.case_id).join(filings, filings.c.seq == archived_objects.c.seq),
    ).subquery()
    query = select(needs.c.object_key, needs.c.case_id, open_holds(needs.c.case_id).exists().label("held")).where(
        ~destruction_of(needs.c.case_id).exists()
    )
    if case_id is not None:
        mine = select(needs.c.object_key).where(needs.c.case_id == case_id)
        query = query.where(needs.c.object_key.in_(mine))
    dates: dict[str, date | None] = {}
    wanted: dict[str, tuple[date | None, bool]] = {}
    for row in connection.execute(query).all():
        if row.case_id not in dates:
            dates[row.case_id] = dates_in_force(connection, row.case_id).get(row.case_id, (None, None))[0]
        until, held = wanted.get(row.object_key, (None, False))
        own = dates[row.case_id]
        longest = own if until is None or (own is not None and own > until) else until
        wanted[row.object_key] = (longest, held or row.held or own is None)
    return wanted
