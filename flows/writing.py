"""Files for people: written whole, and never over another file."""

from __future__ import annotations

import hashlib
import os
import pwd
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from classifiers.deadlines import local_day
from domain.errors import ConfigurationError
from storage.errors import OutputExistsError


def write_new(path: Path, content: bytes) -> None:
    """Write ``content`` to the new file ``path`` and say so on stdout, with the SHA-256 for the record.

    Raises:
        OutputExistsError: there is a file of that name.
        ConfigurationError: the place cannot be written.
    """
    put_new(path, content)
    sys.stdout.write(f"已写入 {path}（SHA-256 {hashlib.sha256(content).hexdigest()}）\n")


def put_new(path: Path, content: bytes) -> None:
    """Write ``content`` to the new file ``path``. Raises OutputExistsError, ConfigurationError as ``write_new``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            target.write(content)
    except FileExistsError as error:
        raise OutputExistsError(f"{path} 已存在，没有覆盖", "请换一个文件名或文件夹，或先移走旧文件") from error
    except OSError as error:
        raise ConfigurationError(f"无法写入 {path}：{error.strerror}", "请换一个可写的路径") from error


def check_name(out: Path, ending: str) -> None:
    """Refuse a file name that says another format.

    Raises:
        ConfigurationError: ``out`` does not end with ``ending``.
    """
    if out.suffix.lower() != ending:
        raise ConfigurationError(f"输出文件名应以 {ending} 结尾，实际为 {out.name}", "请改正 --out 后重试")


def today() -> date:
    """Return the present day in China."""
    return local_day(datetime.now(UTC))


def terminal_user() -> str:
    """Return who is at this terminal, for records: as the system knows the process, whatever the environment says."""
    user = os.getuid()
    try:
        return f"命令行：{pwd.getpwuid(user).pw_name}"
    except KeyError:  # a user id without a name, as in some containers
        return f"命令行：{user}"
