"""What acts say about a case now: held, destroyed. Imports nothing of the repositories, so all of them may ask."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Select, exists, select, union_all

from domain.retention_errors import CaseDestroyedError
from storage.retention.tables import destroyed_objects, object_needs, retention_acts
from storage.tables import cases, filings


def destruction_of(case_id: object) -> Select[int]:
    """Select the act by which a case (id or column) was destroyed."""
    return select(retention_acts.c.seq).where(retention_acts.c.act == "destroy", retention_acts.c.case_id == case_id)


def all_destroyed() -> Select[str]:
    """Select the ids of all destroyed cases."""
    return select(retention_acts.c.case_id).where(retention_acts.c.act == "destroy")


def open_holds(case_id: object) -> Select[int]:
    """Select the open holds of a case (id or column)."""
    other = retention_acts.alias("released")
    released = exists().where(other.c.act == "release", other.c.refers_to == retention_acts.c.seq)
    return select(retention_acts.c.seq).where(
        retention_acts.c.act == "hold", retention_acts.c.case_id == case_id, ~released
    )


def is_held(connection: Connection, case_id: str) -> bool:
    """Return whether a legal hold on the case is open."""
    return bool(connection.execute(select(open_holds(case_id).exists())).scalar())


def is_destroyed(connection: Connection, case_id: str) -> bool:
    """Return whether the case was destroyed."""
    return bool(connection.execute(select(destruction_of(case_id).exists())).scalar())


def refuse_destroyed(connection: Connection, case_id: str) -> None:
    """Do nothing for a case that is there.

    Raises:
        CaseDestroyedError: it was destroyed; names the list and the day.
    """
    made = retention_acts.alias("made")
    query = (
        select(cases.c.number, retention_acts.c.at, made.c.number.label("list"))
        .join(made, made.c.seq == retention_acts.c.refers_to)
        .join(cases, cases.c.id == retention_acts.c.case_id)
        .where(retention_acts.c.seq.in_(destruction_of(case_id)))
    )
    row = connection.execute(query).one_or_none()
    if row is not None:
        raise CaseDestroyedError(
            f"案件 {row.number} 已于 {row.at:%Y-%m-%d} 依销毁清册 {row.list} 销毁",
            "其哈希与日志仍在；销毁证明见“保管与销毁”页或 juanzong archive dispose list",
        )


def refuse_gone(connection: Connection, key: str) -> None:
    """Do nothing for an object that was not destroyed, or that a case needs again.

    Raises:
        CaseDestroyedError: it went with a case; names the list and the day.
    """
    alive = ~destruction_of(object_needs.c.case_id).exists()
    if connection.execute(select(exists().where(object_needs.c.object_key == key, alive))).scalar():
        return
    query = (
        select(retention_acts.c.case_id)
        .join(destroyed_objects, destroyed_objects.c.act_seq == retention_acts.c.seq)
        .where(destroyed_objects.c.object_key == key)
        .limit(1)
    )
    case_id = connection.execute(query).scalar()
    if case_id is not None:
        refuse_destroyed(connection, case_id)


def dates_in_force(connection: Connection, case_id: str | None = None) -> dict[str, tuple[date | None, date | None]]:
    """Return by case id the last day in force (``None`` for ever) and the latest one ever recorded.

    Args:
        connection: open transaction.
        case_id: only this case.
    """
    acts = retention_acts
    filed = select(filings.c.case_id, filings.c.seq, filings.c.retain_until)
    recorded = select(acts.c.case_id, acts.c.seq, acts.c.retain_until).where(acts.c.act == "retain")
    if case_id is not None:  # in both halves, so that each goes by its index
        filed, recorded = filed.where(filings.c.case_id == case_id), recorded.where(acts.c.case_id == case_id)
    told = union_all(filed, recorded).subquery()
    query = select(told).order_by(told.c.case_id, told.c.seq)
    found: dict[str, tuple[date | None, date | None]] = {}
    for row in connection.execute(query):
        _, longest = found.get(row.case_id, (None, None))
        later = row.retain_until if longest is None else max(longest, row.retain_until or longest)
        found[row.case_id] = (row.retain_until, later)
    return found
