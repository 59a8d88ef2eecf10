"""Copies of the database while it is in use: one moment of it, whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

from domain.errors import ConfigurationError
from storage.errors import OutputExistsError, StoreWriteError

_DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps what it does not link into the path of programs."""
SQLITE_FILE, POSTGRESQL_FILE = "juanzong.sqlite", "juanzong.pgdump"


def copy_sqlite(source: Path, folder: Path) -> Path:
    """Copy the database file ``source`` into ``folder`` through SQLite's own backup, which sees one moment.

    Raises:
        OutputExistsError: a copy is there already; it was left alone.
        StoreWriteError: the folder cannot be written.
    """
    target = _target(folder, SQLITE_FILE)
    piece = target.with_suffix(".part")
    piece.unlink(missing_ok=True)
    try:
        reading, writing = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(piece)
        try:
            reading.backup(writing)
        finally:
            reading.close()
            writing.close()
        piece.replace(target)
    except (sqlite3.Error, OSError) as error:
        piece.unlink(missing_ok=True)
        raise StoreWriteError(f"数据库无法备份到 {folder}：{error}", "请检查目标文件夹的权限与空间后重试") from error
    return target


def dump_postgresql(url: str, folder: Path) -> Path:
    """Write the database at ``url`` into ``folder`` with ``pg_dump``, which sees one moment; for ``pg_restore``.

    Raises:
        ConfigurationError: ``pg_dump`` is not installed.
        OutputExistsError: a copy is there already; it was left alone.
        StoreWriteError: it failed; what it said is told.
    """
    program = shutil.which("pg_dump") or next(map(str, sorted(_DEBIAN.glob("*/bin/pg_dump"))), None)
    if program is None:
        raise ConfigurationError("没有找到 pg_dump", "请安装 PostgreSQL 客户端程序后重试")
    target = _target(folder, POSTGRESQL_FILE)
    piece = target.with_suffix(".part")
    place = make_url(url)
    names = {"PGHOST": place.host, "PGPORT": place.port, "PGUSER": place.username, "PGPASSWORD": place.password}
    env = {**os.environ, **{name: str(value) for name, value in names.items() if value}}
    command = [program, "--format=custom", "--no-owner", f"--file={piece}", place.database or ""]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        piece.unlink(missing_ok=True)
        raise StoreWriteError(f"pg_dump 失败：{done.stderr.strip()}", "请按提示处理后重试")
    piece.replace(target)
    return target


def _target(folder: Path, name: str) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreWriteError(f"无法写入 {folder}：{error.strerror}", "请检查目标文件夹的权限与空间后重试") from error
    target = folder / name
    if target.exists():
        raise OutputExistsError(f"{target} 已存在", "每次备份请用新的文件夹")
    return target
