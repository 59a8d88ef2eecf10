"""Acts of retention: a leaf of the archive log and a row that says the same, written in one transaction.

The leaf is canonical JSON with the schema ``juanzong.act/1``::

    {"schema", "act", "at", "person", "case_id", "case_number", "reason", "refers_to", "retain_until", "capacity",
     "number", "certificate_sha256", "certificate_sm3", "objects": [{"sha256", "sm3", "size", "role"}]|null,
     "items": [{"case_number", "retain_until", "basis"}]|null}

``refers_to`` is the index of another act's leaf. What does not belong to an act is null.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from domain.base import iso
from domain.documents import ObjectRef
from storage.archive_log import append_leaf
from storage.canonical import canonical_json
from storage.database import Database
from storage.retention.tables import retention_acts
from storage.tables import cases

ACT_SCHEMA = "juanzong.act/1"


@dataclass(frozen=True, slots=True)
class Act:
    """One act before it has its place in the log; the columns of ``retention_acts``.

    Attributes:
        more: what only the leaf says, ``objects`` or ``items``.
    """

    act: str
    person: str
    case_id: str | None = None
    refers_to: int | None = None
    reason: str | None = None
    retain_until: date | None = None
    capacity: str | None = None
    number: str | None = None
    certificate: tuple[ObjectRef, ObjectRef] | None = None
    more: dict[str, Any] = field(default_factory=dict)


def write_act(connection: Connection, database: Database, act: Act) -> int:
    """Append the leaf and the row; return the index of the leaf. The caller's transaction holds the lock ``log``."""
    at = database.now()
    leaf = append_leaf(connection, _leaf(connection, act, at), database)
    paper, picture = act.certificate or (None, None)
    connection.execute(
        insert(retention_acts).values(
            seq=leaf.seq,
            act=act.act,
            case_id=act.case_id,
            refers_to=act.refers_to,
            person=act.person,
            at=at,
            reason=act.reason,
            retain_until=act.retain_until,
            capacity=act.capacity,
            number=act.number,
            certificate_key=paper.key if paper else None,
            certificate_pdf_key=picture.key if picture else None,
        )
    )
    return leaf.seq


def said(row: Row[Any], case_number: str | None) -> dict[str, Any]:
    """Return what the leaf of a recorded act must say, as far as its row knows."""
    return {
        "schema": ACT_SCHEMA,
        "act": row.act,
        "at": iso(row.at),
        "person": row.person,
        "case_id": row.case_id,
        "case_number": case_number,
        "reason": row.reason,
        "refers_to": row.refers_to,
        "retain_until": row.retain_until.isoformat() if row.retain_until else None,
        "capacity": row.capacity,
        "number": row.number,
    }


def _leaf(connection: Connection, act: Act, at: datetime) -> bytes:
    number = connection.execute(select(cases.c.number).where(cases.c.id == act.case_id)).scalar()
    paper = act.certificate[0] if act.certificate else None
    return canonical_json(
        {
            "schema": ACT_SCHEMA,
            "act": act.act,
            "at": iso(at),
            "person": act.person,
            "case_id": act.case_id,
            "case_number": number,
            "reason": act.reason,
            "refers_to": act.refers_to,
            "retain_until": act.retain_until.isoformat() if act.retain_until else None,
            "capacity": act.capacity,
            "number": act.number,
            "certificate_sha256": paper.sha256 if paper else None,
            "certificate_sm3": paper.sm3 if paper else None,
            "objects": act.more.get("objects"),
            "items": act.more.get("items"),
        }
    )
