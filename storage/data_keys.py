"""The keys that sealed columns are read with: where they come from, and that a database is opened with its own.

The database remembers the ids of its keys. Whoever opens it without one of them is told so at once: a new key made in
silence would leave a database of which one half cannot be read by anybody.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from storage.data_cipher import DataKey
from storage.errors import DataKeyError, StoreWriteError
from storage.key_lines import KEY_BYTES, KeyLineError, key_lines
from storage.secret_files import make_secret
from storage.tables import data_keys

_RESTORE = "请从备份恢复数据目录下的 keys/data.keys，或检查 JUANZONG_DATA_KEYS"


@dataclass(frozen=True, slots=True)
class DataKeySource:
    """Where the keys come from, one a line (``storage.key_lines``): the first seals, all open, the last makes digests.

    Attributes:
        file: the file that holds them; a first key is made when there is none.
        given: the keys themselves, in the place of the file; ``None`` for the file.
    """

    file: Path
    given: str | None = field(default=None, repr=False)

    def load(self) -> tuple[DataKey, ...]:
        """Return the keys, none when there is no file yet. Raises DataKeyError: they cannot be read."""
        try:
            text = self.file.read_text("utf-8") if self.given is None else self.given
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            raise DataKeyError(f"无法读取数据密钥 {self.file}：{error}", _RESTORE) from error
        return _parsed(text)

    def make(self) -> tuple[DataKey, ...]:
        """Make the first key. Raises StoreWriteError."""
        line = f"1:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}\n"
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = make_secret(self.file, line.encode())
        except OSError as error:
            raise StoreWriteError(
                f"无法写入数据密钥 {self.file}：{error.strerror}", "请检查数据目录的权限与空间"
            ) from error
        return _parsed(made.decode())


def _parsed(text: str) -> tuple[DataKey, ...]:
    try:
        keys = tuple(DataKey(name, secret) for name, secret in key_lines(text).items())
    except KeyLineError as error:
        raise DataKeyError(
            f"数据密钥第 {error.number} 行无效", "每行应为 名称:密钥（32 字节的 base64），名称不重复"
        ) from error
    if not keys:
        raise DataKeyError("没有数据密钥", "请设置至少一行 名称:密钥")
    return keys


def remembered_keys(connection: Connection) -> frozenset[str]:
    """Return the ids of the keys that the database was written with; none before there was encryption."""
    if not inspect(connection).has_table(data_keys.name):
        return frozenset()
    return frozenset(connection.execute(select(data_keys.c.id)).scalars())


def refuse_missing(keys: tuple[DataKey, ...], remembered: frozenset[str]) -> None:
    """Raise DataKeyError when a key is missing that the database was written with."""
    missing = remembered - {key.id.hex() for key in keys}
    if missing:
        raise DataKeyError(
            f"缺少数据库所用的数据密钥（编号 {'、'.join(sorted(missing))}），个人信息无法解密",
            f"{_RESTORE}；没有该密钥，数据库中的正文无法读出，原件与归档文件不受影响",
        )
