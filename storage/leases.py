"""Leases: a case is in one person's hands until a moment, and comes back by itself.

Taking is one conditional statement, so that of any number of threads and processes exactly one gets a free case.
(``flows.claims`` is something else: which process files a case.)
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import CaseHeldError
from domain.queue import LEASE, PASS, SKIP, Lease
from storage.database import Database
from storage.intake import CHINA, find_case
from storage.queue_lists import free_cases
from storage.rows import QueueAct, QueueFilter
from storage.tables import cases, leases, queue_acts

_TRIED_AT_ONCE = 32


class Leases:
    """Takes, renews and gives back cases. Safe for any number of threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, case_id: str, person: str) -> Lease:
        """Take a case, or renew one's own lease; return whose lease stands afterwards."""
        while True:
            with self._database.write() as connection:
                now = self._database.now()
                _take(connection, case_id, person, now)
                standing = _lease(connection, case_id, now)
            # None: the one who had it gave it back between the two statements; it is free once more.
            if standing is not None:
                return standing

    def hold(self, case_id: str, person: str) -> None:
        """Take a case or renew one's own lease.

        Raises:
            CaseHeldError: another person has it.
        """
        with self._database.write() as connection:
            hold(connection, case_id, person, self._database.now())

    def release(self, case_id: str, person: str) -> None:
        """Give a case back; that of another person stays."""
        with self._database.write() as connection:
            _release(connection, case_id, person)

    def take_over(self, case_id: str, person: str, reason: str) -> None:
        """Take a case out of whoever's hands it is in; the reason is recorded."""
        with self._database.write() as connection:
            now = self._database.now()
            _put(connection, case_id, person, now, None)
            _note(connection, QueueAct(case_id, person, now, "take_over", reason))

    def take_next(self, person: str, wanted: QueueFilter, after: str | None = None) -> str | None:
        """Take the most urgent case that nobody holds and that ``person`` did not skip; return its id.

        Args:
            person: who asks.
            wanted: only such cases.
            after: id of the case that the person leaves: it is given back and not offered again for a while.
        """
        if after is not None:
            self._leave(after, person)
        while True:
            found = self._free(person, wanted)
            for case_id in found:
                with self._database.write() as connection:
                    now = self._database.now()
                    if _put(connection, case_id, person, now, leases.c.until <= now):
                        return case_id
            if not found:
                return None

    def skip(self, case_id: str, person: str, reason: str) -> None:
        """Leave a case to others: it is not offered to ``person`` again until it changes or ``SKIP`` has passed."""
        with self._database.write() as connection:
            now = self._database.now()
            _note(connection, QueueAct(case_id, person, now, "skip", reason), now + SKIP)
            _release(connection, case_id, person)

    def hand_over(self, case_id: str, person: str, reason: str, *, to_expert: bool) -> None:
        """Mark a case for an expert (or take the mark away), and give it back.

        Raises:
            CaseHeldError: another person has it.
        """
        with self._database.write() as connection:
            now = self._database.now()
            hold(connection, case_id, person, now)
            act = "to_expert" if to_expert else "from_expert"
            _note(connection, QueueAct(case_id, person, now, act, reason))
            connection.execute(update(cases).where(cases.c.id == case_id).values(for_expert=to_expert))
            _release(connection, case_id, person)

    def _leave(self, case: str, person: str) -> None:
        with self._database.write() as connection:
            now = self._database.now()
            case_id = find_case(connection, case)
            waiting = select(cases.c.id).where(cases.c.id == case_id, cases.c.place.is_not(None))
            if connection.execute(waiting).one_or_none() is not None:
                _note(connection, QueueAct(case_id, person, now, "pass", None), now + PASS)
            _release(connection, case_id, person)

    def _free(self, person: str, wanted: QueueFilter) -> list[str]:
        with self._database.read() as connection:
            query = free_cases(person, wanted, self._database.now()).limit(_TRIED_AT_ONCE)
            return list(connection.execute(query).scalars())


def hold(connection: Connection, case_id: str, person: str, now: datetime) -> None:
    """Take or renew ``person``'s lease inside the caller's transaction.

    Raises:
        CaseHeldError: another person has the case.
    """
    query = select(leases, cases.c.number).join(cases, cases.c.id == leases.c.case_id)
    while not _take(connection, case_id, person, now):
        found = connection.execute(query.where(leases.c.case_id == case_id, leases.c.until > now)).one_or_none()
        if found is not None:  # else it was given back between the two statements
            until = f"{found.until.astimezone(CHINA):%H:%M}"
            raise CaseHeldError(
                f"案件 {found.number} 由{found.holder}办理中，至 {until} 止，您的操作未执行",
                "请办理下一件；确需由您办理时，请在案件页写明理由后接管",
            )


def _take(connection: Connection, case_id: str, person: str, now: datetime) -> bool:
    """Take a case that is free or the person's own; True when it is theirs."""
    return _put(connection, case_id, person, now, (leases.c.until <= now) | (leases.c.holder == person))


def _put(
    connection: Connection, case_id: str, person: str, now: datetime, replaces: ColumnElement[bool] | None
) -> bool:
    """Write the lease in one statement; one that stands gives way only where ``replaces`` holds (``None``: always).

    Returns:
        True when it was written.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(leases).values(case_id=case_id, holder=person, since=now, until=now + LEASE)
    renewed = (leases.c.holder == person) & (leases.c.until > now)
    statement = new.on_conflict_do_update(
        index_elements=[leases.c.case_id],
        set_={
            "holder": person,
            "since": case((renewed, leases.c.since), else_=new.excluded.since),
            "until": new.excluded.until,
        },
        where=replaces,
    )
    return connection.execute(statement.returning(leases.c.case_id)).one_or_none() is not None


def _lease(connection: Connection, case_id: str, now: datetime) -> Lease | None:
    query = select(leases).where(leases.c.case_id == case_id, leases.c.until > now)
    row = connection.execute(query).one_or_none()
    return None if row is None else Lease.model_validate(row._asdict())


def _release(connection: Connection, case_id: str, person: str) -> None:
    connection.execute(delete(leases).where(leases.c.case_id == case_id, leases.c.holder == person))


def _note(connection: Connection, act: QueueAct, until: datetime | None = None) -> None:
    revision = select(cases.c.current_revision).where(cases.c.id == act.case_id).scalar_subquery()
    connection.execute(insert(queue_acts).values(**asdict(act), revision=revision, until=until))
