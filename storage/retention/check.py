"""Checking acts of retention against their leaves, and that what was destroyed is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, select

from storage.database import stored_bytes
from storage.retention.acts import said
from storage.retention.state import all_destroyed, destruction_of
from storage.retention.tables import destroyed_objects, disposal_items, object_needs, retention_acts
from storage.rows import Finding
from storage.tables import cases, log_leaves, objects


def check_acts(connection: Connection, case_id: str | None) -> Iterator[Finding]:
    """Yield every act whose row, items or objects differ from what its leaf says."""
    query = (
        select(retention_acts, cases.c.number.label("case_number"), log_leaves.c.leaf)
        .join(log_leaves, log_leaves.c.seq == retention_acts.c.seq)
        .outerjoin(cases, cases.c.id == retention_acts.c.case_id)
        .order_by(retention_acts.c.seq)
    )
    if case_id is not None:
        query = query.where(retention_acts.c.case_id == case_id)
    for row in connection.execute(query).all():
        leaf = _parsed(stored_bytes(row.leaf))
        facts = {**said(row, row.case_number), **_more(connection, row)}
        for name, got in facts.items():
            if leaf.get(name) != got:
                yield _finding(row, name, leaf.get(name), got)


def check_gone(connection: Connection, exists: Callable[[str], bool]) -> Iterator[Finding]:
    """Yield destroyed objects that the store still has."""
    for key in sorted(gone_objects(connection)):
        if exists(key):
            yield Finding("not_destroyed", key, "已销毁", "仍在存储中", f"对象 {key} 已登记销毁，但仍在存储中")


def gone_objects(connection: Connection) -> frozenset[str]:
    """Return the keys of destroyed objects that no case needs (again)."""
    return frozenset(connection.execute(gone()).scalars())


def gone() -> Select[str]:
    """Select the keys of destroyed objects that no case needs (again)."""
    alive = select(object_needs.c.object_key).where(~destruction_of(object_needs.c.case_id).exists())
    return select(destroyed_objects.c.object_key).where(destroyed_objects.c.object_key.not_in(alive))


def destroyed_cases(connection: Connection) -> frozenset[str]:
    """Return the ids of the destroyed cases."""
    return frozenset(connection.execute(all_destroyed()).scalars())


def _more(connection: Connection, row: Any) -> dict[str, Any]:
    """Return what the leaf says beyond the row, from the other tables."""
    if row.act == "list":
        items = connection.execute(
            select(disposal_items, cases.c.number)
            .join(cases, cases.c.id == disposal_items.c.case_id)
            .where(disposal_items.c.list_seq == row.seq)
        )
        told = [{"case_number": i.number, "retain_until": i.retain_until.isoformat(), "basis": i.basis} for i in items]
        return {"items": sorted(told, key=lambda item: str(item["case_number"]))}
    if row.act == "destroy":
        gone = connection.execute(
            select(destroyed_objects)
            .where(destroyed_objects.c.act_seq == row.seq)
            .order_by(destroyed_objects.c.object_key)
        )
        return {"objects": [{"sha256": o.sha256, "sm3": o.sm3, "size": o.size, "role": o.role} for o in gone]}
    if row.act == "certify":
        found = connection.execute(select(objects).where(objects.c.key == row.certificate_key)).one_or_none()
        return {
            "certificate_sha256": found.sha256 if found else None,
            "certificate_sm3": found.sm3 if found else None,
        }
    return {}


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _finding(row: Any, name: str, expected: object, got: object) -> Finding:
    subject = f"act {row.seq}"
    return Finding(
        "act_row",
        subject,
        str(expected),
        str(got),
        f"{subject} 的 {name} 应为 {expected}，实为 {got}",
        row.case_id,
        row.case_number,
    )
