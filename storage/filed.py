"""What the archive tables say about a case (shared by cases and filing)."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.case import ArchivedObject, ArchiveState
from storage.retention.state import dates_in_force, is_held
from storage.tables import archived_objects, filings, log_leaves, objects


def archive_state(connection: Connection, case_id: str) -> ArchiveState:
    """Return the last filing of a case (empty before the first)."""
    query = (
        select(filings.c.seq, log_leaves.c.root_hash)
        .join(log_leaves, log_leaves.c.seq == filings.c.seq)
        .where(filings.c.case_id == case_id)
        .order_by(filings.c.seq.desc())
        .limit(1)
    )
    last = connection.execute(query).one_or_none()
    if last is None:
        return ArchiveState()
    return ArchiveState(
        objects=_objects(connection, case_id, last.seq),
        log_index=last.seq,
        root=last.root_hash,
    )


def _objects(connection: Connection, case_id: str, seq: int) -> tuple[ArchivedObject, ...]:
    """Return the objects of the last filing, with the last day and the holds that are in force now."""
    rows = connection.execute(
        select(objects.c.key, objects.c.sha256, objects.c.sm3)
        .join(archived_objects, archived_objects.c.object_key == objects.c.key)
        .where(archived_objects.c.seq == seq)
        .order_by(archived_objects.c.position)
    )
    until, held = dates_in_force(connection, case_id)[case_id][0], is_held(connection, case_id)
    return tuple(
        ArchivedObject(key=r.key, sha256=r.sha256, sm3=r.sm3, retain_until=until, legal_hold=held) for r in rows
    )
