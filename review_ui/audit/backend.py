"""What the pages need from the audit log; ``storage.audit_log.AuditLog`` is one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from domain.audit import AuditEntry, AuditEvent, AuditFilter, ChainReport, Revealed


class AuditBackend(Protocol):
    """An append-only, hash-chained log. Every method may be called from several threads at once."""

    def record(self, event: AuditEvent) -> AuditEntry:
        """Append one entry; it is durable when this returns.

        Raises:
            StorageError: it could not be written.
        """
        ...

    def record_once(self, event: AuditEvent, within: timedelta) -> AuditEntry | None:
        """Append ``event`` unless the same person did the same to the same thing within ``within`` before it."""
        ...

    def revealed(self, actor: str, case_id: str, since: datetime) -> Revealed:
        """Return what ``actor`` revealed of a case after ``since``."""
        ...

    def find(self, wanted: AuditFilter, limit: int, offset: int = 0) -> tuple[AuditEntry, ...]:
        """Return matching entries, newest first."""
        ...

    def entries(self, wanted: AuditFilter) -> Iterator[AuditEntry]:
        """Yield every matching entry, oldest first."""
        ...

    def verify(self, head: str | None = None) -> ChainReport:
        """Re-compute the chain; ``head`` is a ``NUMBER:HASH`` that was written down earlier.

        Raises:
            ConfigurationError: ``head`` has another form.
        """
        ...

    def digest(self, words: str) -> str:
        """Return a keyed digest of searched words."""
        ...
