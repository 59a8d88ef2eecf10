"""The audit log: rows in a hash chain, appended one at a time, re-computed when an auditor asks.

The hash of an entry is SHA-256 over the canonical JSON (``storage.canonical``) of its number, its event and the hash of
the entry before. Cutting off the tail, or re-computing everything after a change, is seen by whoever wrote down an
earlier head (number and hash).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select

from domain.audit import (
    NO_HASH,
    REVEALS,
    AuditEntry,
    AuditEvent,
    AuditFilter,
    ChainFault,
    ChainReport,
    Operation,
    Result,
    Revealed,
)
from storage.audit_tables import audit_entries as rows
from storage.canonical import canonical_json
from storage.database import Database
from storage.digests import sha256_of
from storage.errors import AuditHeadError, StoreWriteError
from storage.secret_files import make_secret

KEY_BYTES = 32
_LOCK = "audit"
_AT_ONCE = 1000
_HEAD = re.compile(r"(\d{1,15}):([0-9a-f]{64})")


class AuditLog:
    """Writes, reads and checks the log. Safe to use from several threads and processes.

    Args:
        database: where the rows are.
        key_file: the secret of ``digest``; made when absent. It lies beside the database, not in it: who has only
            the rows cannot try out names.
    """

    def __init__(self, database: Database, key_file: Path) -> None:
        self._database = database
        self._key_file = key_file

    def record(self, event: AuditEvent) -> AuditEntry:
        """Append one entry; it is on disk when this returns.

        Raises:
            StorageError: it could not be written; then what it tells about must not happen.
        """
        with self._database.write(lock=_LOCK) as connection:
            return _append(connection, event)

    def record_once(self, event: AuditEvent, within: timedelta) -> AuditEntry | None:
        """Append ``event`` unless the same person did the same to the same thing within ``within`` before it."""
        same = (
            (rows.c.actor == event.actor)
            & (rows.c.case_id == event.case_id)
            & (rows.c.at > event.at - within)
            & (rows.c.at <= event.at)
            & (rows.c.operation == event.operation.value)
            & (rows.c.subject == event.subject)
            & (rows.c.result == event.result.value)
        )
        with self._database.read() as connection:
            if connection.execute(select(rows.c.number).where(same).limit(1)).first() is not None:
                return None
        return self.record(event)

    def revealed(self, actor: str, case_id: str, since: datetime) -> Revealed:
        """Return what ``actor`` revealed of a case after ``since``: the log itself is the memory."""
        wanted = (
            (rows.c.actor == actor)
            & (rows.c.case_id == case_id)
            & (rows.c.at > since)
            & rows.c.operation.in_([o.value for o in REVEALS])
            & (rows.c.result == Result.ALLOWED.value)
        )
        with self._database.read() as connection:
            subjects = connection.execute(select(rows.c.subject).where(wanted)).scalars().all()
        return Revealed(subjects=frozenset(s for s in subjects if s is not None))

    def find(self, wanted: AuditFilter, limit: int, offset: int = 0) -> tuple[AuditEntry, ...]:
        """Return matching entries, newest first."""
        query = select(rows).where(*_conditions(wanted)).order_by(rows.c.number.desc()).limit(limit).offset(offset)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def entries(self, wanted: AuditFilter) -> Iterator[AuditEntry]:
        """Yield every matching entry, oldest first, without holding all of them."""
        query = select(rows).where(*_conditions(wanted)).order_by(rows.c.number)
        with self._database.read() as connection, closing(_streamed(connection, query)) as found:
            for row in found:
                yield _entry(row)

    def verify(self, head: str | None = None) -> ChainReport:
        """Re-compute the whole chain.

        Args:
            head: ``NUMBER:HASH`` that was written down earlier, ``None`` when there is none.

        Raises:
            AuditHeadError: ``head`` has another form.
        """
        known = _known_head(head)
        check = _Check(known)
        query = select(rows).order_by(rows.c.number)
        with self._database.read() as connection, closing(_streamed(connection, query)) as found:
            if all(check.passes(row) for row in found):
                check.end()
        return check.report()

    def digest(self, words: str) -> str:
        """Return a keyed digest of ``words`` (32 hexadecimal characters): the same for the same words, no way back."""
        key = self._key()
        return hmac.new(key, " ".join(words.split()).casefold().encode(), hashlib.sha256).hexdigest()[:32]

    def _key(self) -> bytes:
        try:
            return self._key_file.read_bytes()
        except FileNotFoundError:
            return _make_key(self._key_file)


class _Check:
    """Takes the rows in the order of their numbers and stops at the first that is wrong."""

    def __init__(self, known: tuple[int, str] | None) -> None:
        self._known = known
        self._count = 0
        self._last = NO_HASH
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None
        self._fault: ChainFault | None = None

    def passes(self, row: Row[Any]) -> bool:
        number = self._count + 1
        self._fault = self._wrong(row, number)
        if self._fault is not None:
            return False
        self._count, self._last, self._last_at = number, row.hash, row.at
        self._first_at = self._first_at or row.at
        return True

    def _wrong(self, row: Row[Any], number: int) -> ChainFault | None:
        if row.number != number:
            return ChainFault(number=number, kind="missing", expected=str(number), got=str(row.number))
        if row.previous != self._last:
            return ChainFault(number=number, kind="link", expected=self._last, got=row.previous)
        computed = _computed(row)
        if computed != row.hash:
            return ChainFault(number=number, kind="content", expected=row.hash, got=computed)
        if self._known is not None and self._known[0] == number and self._known[1] != row.hash:
            return ChainFault(number=number, kind="head", expected=self._known[1], got=row.hash)
        return None

    def end(self) -> None:
        if self._known is not None and self._known[0] > self._count:
            self._fault = ChainFault(
                number=self._count + 1, kind="cut", expected=str(self._known[0]), got=str(self._count)
            )

    def report(self) -> ChainReport:
        return ChainReport(
            entries=self._count,
            first_at=self._first_at,
            last_at=self._last_at,
            head=f"{self._count}:{self._last}" if self._count else None,
            fault=self._fault,
        )


def entry_hash(number: int, event: AuditEvent, previous: str) -> str:
    """Return the hash of an entry (lower-case hexadecimal)."""
    content = event.model_dump(mode="json", exclude={"at"})
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256_of(canonical_json({"number": number, "event": content | {"at": at}, "previous": previous}))


def _append(connection: Connection, event: AuditEvent) -> AuditEntry:
    """Append inside a transaction that holds the lock; two writers cannot follow the same entry."""
    last = connection.execute(select(rows.c.number, rows.c.hash).order_by(rows.c.number.desc()).limit(1)).first()
    number, previous = (last.number + 1, last.hash) if last is not None else (1, NO_HASH)
    entry = AuditEntry(number=number, event=event, previous=previous, hash=entry_hash(number, event, previous))
    connection.execute(
        insert(rows).values(
            number=number,
            previous=previous,
            hash=entry.hash,
            details=canonical_json(event.details).decode(),
            operation=event.operation.value,
            result=event.result.value,
            **event.model_dump(exclude={"details", "operation", "result"}),
        )
    )
    return entry


def _computed(row: Row[Any]) -> str:
    """Return the hash that a row's content gives; what is no event any more gives none."""
    try:
        return entry_hash(row.number, _event(row), row.previous)
    except (ValueError, TypeError) as error:
        return f"unreadable: {type(error).__name__}"


def _event(row: Row[Any]) -> AuditEvent:
    return AuditEvent(
        at=row.at,
        actor=row.actor,
        address=row.address,
        operation=Operation(row.operation),
        case_id=row.case_id,
        case_number=row.case_number,
        subject=row.subject,
        reason=row.reason,
        result=Result(row.result),
        details=json.loads(row.details),
    )


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(number=row.number, event=_event(row), previous=row.previous, hash=row.hash)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor is not None:
        found.append(rows.c.actor == wanted.actor)
    if wanted.case is not None:
        found.append(or_(rows.c.case_id == wanted.case, rows.c.case_number == wanted.case))
    if wanted.operation is not None:
        found.append(rows.c.operation == wanted.operation.value)
    if wanted.since is not None:
        found.append(rows.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(rows.c.at < wanted.until)
    if wanted.refused_only:
        found.append(rows.c.result == Result.REFUSED.value)
    if wanted.query_digest is not None:
        found.append(rows.c.details.contains(f'"query_digest":"{wanted.query_digest}"', autoescape=True))
    return found


def _streamed(connection: Connection, query: Any) -> Generator[Row[Any], None, None]:
    """Yield rows without holding all of them; close it to stop early, a server keeps a cursor open for it."""
    with connection.execution_options(yield_per=_AT_ONCE).execute(query) as found:
        yield from found


def _known_head(head: str | None) -> tuple[int, str] | None:
    if head is None:
        return None
    found = _HEAD.fullmatch(head.strip())
    if found is None:
        raise AuditHeadError(f"记下的末条应为“序号:哈希”，实际为 {head}", "请照上次校验打印的原样填写")
    return int(found[1]), found[2]


def _make_key(file: Path) -> bytes:
    try:
        return make_secret(file, os.urandom(KEY_BYTES))
    except OSError as error:
        raise StoreWriteError(
            f"无法写入审计密钥 {file}：{error.strerror}", "请检查 JUANZONG_HOME 的权限后重新运行"
        ) from error
