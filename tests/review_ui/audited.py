"""The real audit log in a folder of a test."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from domain.audit import AuditEntry, AuditEvent, AuditFilter
from domain.errors import StoreFullError
from storage.audit_log import AuditLog
from storage.database import Database


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "juanzong.sqlite"
        Database(file).close()
        return file.read_bytes()


def audit_in(folder: Path) -> AuditLog:
    """Return an empty log; migrating a database for every test would take long."""
    file = folder / "juanzong.sqlite"
    file.write_bytes(_migrated())
    return AuditLog(Database(file), folder / "audit.key")


def acts(audit: AuditLog) -> list[tuple[str, str | None]]:
    """Return operation and subject of every entry, oldest first."""
    return [(e.event.operation.value, e.event.subject) for e in audit.entries(AuditFilter())]


class FullAudit(AuditLog):
    """A log on a disk without room."""

    def record(self, event: AuditEvent) -> AuditEntry:
        raise StoreFullError("数据库所在磁盘空间不足", "请清理磁盘")

    def record_once(self, event: AuditEvent, within: timedelta) -> AuditEntry | None:
        raise StoreFullError("数据库所在磁盘空间不足", "请清理磁盘")
