"""The list of stored objects: what the database says about each (shared by the repositories)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, select

from domain.documents import ObjectRef
from storage.database import insert_if_absent
from storage.errors import ObjectConflictError
from storage.tables import objects


def register(connection: Connection, refs: Iterable[ObjectRef], now: datetime) -> None:
    """Add ``refs`` to the list; objects already there must have the same digests and size.

    Raises:
        ObjectConflictError: one SHA-256 with another SM3 or size.
    """
    for ref in refs:
        values = {"sha256": ref.sha256, "sm3": ref.sm3, "size": ref.size}
        if insert_if_absent(connection, objects, key=ref.key, media_type=ref.media_type, stored_at=now, **values):
            continue
        known = find(connection, ref.key)
        if known is None or (known.sha256, known.sm3, known.size) != (ref.sha256, ref.sm3, ref.size):
            raise ObjectConflictError(
                f"对象 {ref.key} 的登记信息与内容不一致：登记为 {known}，实为 {ref}",
                "请运行 archive verify 查明哪一处被改动",
            )


def find(connection: Connection, key: str) -> ObjectRef | None:
    """Return what is registered under ``key``."""
    row = connection.execute(select(objects).where(objects.c.key == key)).one_or_none()
    return None if row is None else reference(row)


def reference(row: Row[tuple[object, ...]]) -> ObjectRef:
    """Build the reference from a row that has the columns of ``objects``."""
    return ObjectRef.model_construct(
        key=row.key, sha256=row.sha256, sm3=row.sm3, size=row.size, media_type=row.media_type
    )
