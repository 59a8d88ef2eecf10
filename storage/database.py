"""Opening, migrating and locking the database. SQLite on one machine, or PostgreSQL by its URL.

Reads see one snapshot. In SQLite writes are serialised (``BEGIN IMMEDIATE``) and on disk when they return (WAL,
``synchronous=FULL``); in PostgreSQL they wait for each other at named locks and at the rows they change. A repository
method that writes is exactly one transaction.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, exc, func, insert, inspect, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

from domain.errors import JuanzongError, StoreFullError
from storage.data_cipher import DataCipher, use_cipher
from storage.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseTooNewError,
    DatabaseUnusableError,
    StoreWriteError,
)
from storage.tables import HEAD, counters, data_keys

if TYPE_CHECKING:
    from storage.data_keys import DataKeySource

Clock = Callable[[], datetime]

BUSY_TIMEOUT_S = 60
"""Seconds a writer waits for its turn."""

_MIGRATING = 7_165_001
"""Number of PostgreSQL's lock that lets one process migrate while the others wait."""


def utc_now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


class Database:
    """Connections to one database, migrated to the newest revision when opened.

    Args:
        location: file of the SQLite database (its folder must exist), or an SQLAlchemy URL.
        clock: where repositories take the time from.
        keys: what sealed columns are written and read with; ``None`` where none of them is used.

    Raises:
        DataKeyError: a key is missing that the database was written with.
        DatabaseTooNewError: a newer Juanzong wrote it.
        DatabaseDamagedError: the file is no database.
        DatabaseBusyError, StoreFullError: as named.
    """

    def __init__(self, location: Path | str, clock: Clock = utc_now, keys: DataKeySource | None = None) -> None:
        self.now = clock
        self._file = location if isinstance(location, Path) else None
        url = f"sqlite:///{location}" if isinstance(location, Path) else location
        try:
            # Threads wait for the database, not for a connection.
            self._engine = create_engine(make_url(url), max_overflow=-1)
        except (exc.ArgumentError, exc.NoSuchModuleError) as error:
            raise DatabaseUnusableError(f"数据库地址无效：{url}", "请检查 JUANZONG_HOME 与数据库设置") from error
        self.dialect = self._engine.dialect
        self.is_sqlite = self.dialect.name == "sqlite"
        if self.is_sqlite:
            _configure_sqlite(self._engine)
            self._reader, self._writer = self._engine, self._engine.execution_options(begin="IMMEDIATE")
        else:
            # a snapshot for readers; writers must see what others committed while they waited for a lock
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")
            self._writer = self._engine.execution_options(isolation_level="READ COMMITTED")
        if keys is None:
            self._migrate()
        else:
            self._open_sealed(keys)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that sees one snapshot of the database."""
        with _translated(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self, lock: str | None = None) -> Iterator[Connection]:
        """Open a transaction that is committed at the end, or rolled back when an error leaves it.

        Args:
            lock: name of what must not be done by two at once (SQLite serialises all writers anyway).
        """
        with _translated(), self._writer.begin() as connection:
            if lock is not None:
                take_lock(connection, lock)
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def revision(self) -> str | None:
        """Return the migration the database is at, ``None`` when it is empty."""
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def _open_sealed(self, source: DataKeySource) -> None:
        """Migrate with the database's keys at hand, and remember the one that seals from now on."""
        from storage.data_keys import refuse_missing, remembered_keys

        with self.read() as connection:
            remembered = remembered_keys(connection)
        keys = source.load()
        if not keys and not remembered:
            keys = source.make()
        refuse_missing(keys, remembered)
        use_cipher(self.dialect, DataCipher(keys))
        self._migrate()
        if (current := keys[0].id.hex()) not in remembered:
            with self.write(lock="data_keys") as connection:
                refuse_missing(keys, remembered_keys(connection))  # another folder was faster with its own key
                insert_if_absent(connection, data_keys, id=current, first_used_at=self.now())

    def _migrate(self) -> None:
        if self.revision() == HEAD:
            return
        with self._one_at_a_time():
            found = self.revision()
            if found != HEAD:
                self._upgrade(found)

    def _upgrade(self, found: str | None) -> None:
        # Imported here: an up-to-date database must open without alembic.
        from alembic.util import CommandError

        from storage.migrations.runner import upgrade

        if self.is_sqlite and found is None:
            _use_wal(self._engine)
        try:
            with self.write() as connection:
                if not self.is_sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
                upgrade(connection)
        except CommandError as error:
            raise DatabaseTooNewError(
                f"数据库版本为 {found}，本程序只认识到 {HEAD}", "请使用写入该数据库的 Juanzong 版本或更新的版本"
            ) from error

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Let one process migrate while the others wait (PostgreSQL: by a lock inside the transaction)."""
        if self._file is None:
            yield
            return
        descriptor = os.open(self._file.with_name(self._file.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def insert_if_absent(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless one with the same key exists; return True when it was inserted."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key.columns)).one_or_none() is not None


def stored_bytes(value: bytes | str) -> bytes:
    """Return the bytes of a binary column; SQLite lets a changed row hold text there."""
    return value if isinstance(value, bytes) else str(value).encode()


def take_lock(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds the lock ``name``; held until this transaction ends."""
    row_name = f"lock:{name}"
    insert_if_absent(connection, counters, name=row_name, value=0)
    connection.execute(select(counters.c.value).where(counters.c.name == row_name).with_for_update())


def next_number(connection: Connection, name: str) -> int:
    """Return 1, 2, 3, ... for the counter ``name``: no gap and no repetition, a rolled-back number is given again."""
    row_name = f"number:{name}"
    if insert_if_absent(connection, counters, name=row_name, value=1):
        return 1
    connection.execute(update(counters).where(counters.c.name == row_name).values(value=counters.c.value + 1))
    return int(connection.execute(select(counters.c.value).where(counters.c.name == row_name)).scalar_one())


def insert_all(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert ``rows`` (may be none)."""
    if rows:
        connection.execute(insert(table), rows)


def _configure_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        # SQLAlchemy says BEGIN itself (below); the driver must not.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        # Else INSERT OR REPLACE would delete rows without the triggers that refuse it.
        cursor.execute("PRAGMA recursive_triggers = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def _use_wal(engine: Engine) -> None:
    """Switch to write-ahead logging (kept in the file). Called while no other process uses the new database."""
    with _translated():
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
        finally:
            raw.close()


_BUSY = ("database is locked", "database table is locked", "lock timeout")
_FULL = ("database or disk is full", "No space left on device")
_DAMAGED = ("malformed", "not a database")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what the driver says into errors that name the next step; leave everything else as it is."""
    try:
        yield
    except exc.DBAPIError as error:
        translated = _translate(str(error.orig))
        if translated is None:
            raise
        raise translated from error
    except ValueError as error:
        if "Couldn't parse" not in str(error):
            raise
        raise DatabaseDamagedError(f"数据库中的日期无法读取：{error}", _RESTORE) from error


_RESTORE = "请从备份恢复数据库后运行 archive verify"


def _translate(message: str) -> JuanzongError | None:
    if any(words in message for words in _BUSY):
        return DatabaseBusyError(
            f"数据库被其他进程占用超过 {BUSY_TIMEOUT_S} 秒", "请稍候再试；如无其他进程在运行，请重启本机"
        )
    if any(words in message for words in _FULL):
        return StoreFullError("数据库所在磁盘空间不足，本次操作未写入", "请清理磁盘后重新运行，已接收的文件不受影响")
    if any(words in message for words in _DAMAGED):
        return DatabaseDamagedError(f"数据库文件无法读取：{message}", _RESTORE)
    if "disk I/O error" in message:  # also what a full disk looks like from some of SQLite's files
        return StoreWriteError("数据库读写出错（disk I/O error），本次操作未写入", "请检查磁盘空间与磁盘状态后重新运行")
    if "readonly database" in message:
        return StoreWriteError("数据库文件为只读，本次操作未写入", "请检查 JUANZONG_HOME 的权限后重新运行")
    if "connection failed" in message or "connection refused" in message.lower():
        return DatabaseUnusableError(f"无法连接数据库：{message}", "请确认数据库正在运行，地址与口令正确")
    if "unable to open database file" in message:
        return DatabaseUnusableError("无法打开数据库文件", "请检查 JUANZONG_HOME 是否存在且可写")
    return None
