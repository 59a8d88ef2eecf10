"""Legal holds by case: placed by one person, released by two others' acts; all of them are leaves of the log."""

from __future__ import annotations

from sqlalchemy import Connection, Row, select

from domain.disposal import Hold, Signature
from domain.retention_errors import ReasonMissingError, TwoPersonsError, UnknownHoldError
from storage.database import Database
from storage.intake import find_case
from storage.retention.acts import Act, write_act
from storage.retention.locks import Locks
from storage.retention.state import refuse_destroyed
from storage.retention.tables import retention_acts
from storage.tables import cases

_ACTS = ("hold", "ask_release", "release")


class Holds:
    """Places and releases legal holds."""

    def __init__(self, database: Database, locks: Locks) -> None:
        self._database = database
        self._locks = locks

    def place(self, case: str, reason: str, person: str) -> Hold:
        """Put a hold on a case (number or id); a case may have several, each is released by itself.

        Raises:
            UnknownCaseError: there is no such case.
            CaseDestroyedError: there is nothing left to hold.
            ReasonMissingError: ``reason`` is empty.
        """
        words = _said(reason)
        with self._database.write(lock="log") as connection:
            case_id = find_case(connection, case)
            refuse_destroyed(connection, case_id)
            seq = write_act(connection, self._database, Act("hold", person, case_id, reason=words))
            placed = _one(connection, seq)
        self._locks.settle(case_id)
        return placed

    def ask_release(self, hold: int, reason: str, person: str) -> Hold:
        """Ask for the release of a hold (its number); another person must confirm it.

        Raises:
            UnknownHoldError: there is no such open hold.
            TwoPersonsError: the release was asked for already.
            ReasonMissingError: ``reason`` is empty.
        """
        words = _said(reason)
        with self._database.write(lock="log") as connection:
            found = _open(connection, hold)
            if found.asked is not None:
                raise TwoPersonsError(
                    f"案件 {found.case_number} 的解除已由{found.asked.person}提出", "请由另一人确认解除"
                )
            act = Act("ask_release", person, found.case_id, refers_to=hold, reason=words)
            write_act(connection, self._database, act)
            return _one(connection, hold)

    def release(self, hold: int, person: str) -> Hold:
        """Confirm a release that another person asked for: the hold ends.

        Raises:
            UnknownHoldError: there is no such open hold.
            TwoPersonsError: nobody asked for it yet, or ``person`` did.
        """
        with self._database.write(lock="log") as connection:
            found = _open(connection, hold)
            if found.asked is None:
                raise TwoPersonsError(f"案件 {found.case_number} 的解除尚未提出", "请先由一人提出解除并写明理由")
            if same_person(found.asked.person, person):
                raise TwoPersonsError(f"解除由{person}本人提出，不能由本人确认", "请由另一人确认解除")
            write_act(connection, self._database, Act("release", person, found.case_id, refers_to=hold))
            released = _one(connection, hold)
        self._locks.settle(found.case_id)
        return released

    def of_case(self, case: str) -> tuple[Hold, ...]:
        """Return every hold that a case (number or id) ever had, oldest first. Raises UnknownCaseError."""
        with self._database.read() as connection:
            return _holds(connection, find_case(connection, case))

    def open(self) -> tuple[Hold, ...]:
        """Return the open holds of all cases, oldest first."""
        with self._database.read() as connection:
            return tuple(hold for hold in _holds(connection, None) if hold.is_open)


def same_person(one: str, other: str) -> bool:
    """Return whether two names are one person's; the database compares in the same way."""
    return one.strip().lower() == other.strip().lower()


def signature_of(row: Row[tuple[object, ...]]) -> Signature:
    """Return who did what a row of ``retention_acts`` says."""
    return Signature(seq=row.seq, person=row.person, at=row.at, reason=row.reason)


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissingError("没有写明理由", "请写明保全或解除的理由，例如案号与来文单位")
    return reason.strip()


def _holds(connection: Connection, case_id: str | None) -> tuple[Hold, ...]:
    query = (
        select(retention_acts, cases.c.number.label("case_number"))
        .join(cases, cases.c.id == retention_acts.c.case_id)
        .where(retention_acts.c.act.in_(_ACTS))
        .order_by(retention_acts.c.seq)
    )
    if case_id is not None:
        query = query.where(retention_acts.c.case_id == case_id)
    found: dict[int, Hold] = {}
    for row in connection.execute(query):
        if row.act == "hold":
            found[row.seq] = Hold(case_id=row.case_id, case_number=row.case_number, placed=signature_of(row))
            continue
        name = "asked" if row.act == "ask_release" else "released"
        found[row.refers_to] = found[row.refers_to].model_copy(update={name: signature_of(row)})
    return tuple(found.values())


def _one(connection: Connection, hold: int) -> Hold:
    case_id = connection.execute(select(retention_acts.c.case_id).where(retention_acts.c.seq == hold)).scalar()
    found = [h for h in _holds(connection, case_id) if h.placed.seq == hold] if case_id else []
    if not found:
        raise UnknownHoldError(f"没有编号为 {hold} 的保全", "请刷新页面，或用 juanzong archive hold 查看")
    return found[0]


def _open(connection: Connection, hold: int) -> Hold:
    found = _one(connection, hold)
    if not found.is_open:
        raise UnknownHoldError(f"案件 {found.case_number} 的保全 {hold} 已经解除", "请刷新页面")
    return found
