"""``juanzong backup``: the database and the keys of one moment, for another place."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from flows.settings import load_settings
from flows.wiring import open_services
from storage.backup import SQLITE_FILE, copy_sqlite, dump_postgresql

KEYS = "keys"


def backup(folder: Path) -> None:
    """Copy database and keys (signing, data) into ``folder``; objects are copied by the replica, or as files."""
    settings = load_settings()
    open_services(settings).close()  # migrated, and there
    if settings.database_url is None:
        copy = copy_sqlite(settings.home / SQLITE_FILE, folder)
    else:
        copy = dump_postgresql(settings.database_url, folder)
    keys = settings.home / KEYS
    if keys.is_dir():
        shutil.copytree(keys, folder / KEYS)
    sys.stdout.write(
        f"已备份数据库 {copy}{'与密钥（签名、数据）' if keys.is_dir() else ''}。原件不在其中：请配置副本存储，"
        "或另行复制对象文件夹。恢复后请运行 juanzong archive verify --all（docs/backup.md）。\n"
    )
