"""Claims: one process at a time settles and files a case, and work cut short leaves a trace.

A claim is a small file ``work/<case id>`` under the home, locked while its holder lives (the kernel drops the lock with
the process, however it ends) and removed when the work is done. A claim that nobody holds marks a case whose holder
was killed, perhaps between saving a revision and filing it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import DecisionError
from storage.errors import StoreWriteError


@contextmanager
def claimed(home: Path, case_id: str) -> Iterator[bool]:
    """Hold a case; wait while another thread or process holds it.

    A decision that is refused has changed nothing and leaves no claim behind; any other error leaves it.

    Yields:
        True when the last holder did not come to its end.

    Raises:
        StoreWriteError: the claim cannot be written.
    """
    path = _folder(home) / case_id
    descriptor, cut_short = _take(path)
    try:
        try:
            yield cut_short
        except DecisionError:
            path.unlink()
            raise
        path.unlink()
    finally:
        os.close(descriptor)


def cut_short(home: Path) -> tuple[str, ...]:
    """Return the ids of cases with a claim: held at this moment, or left by a process that was killed."""
    return tuple(sorted(path.name for path in _folder(home).iterdir()))


@dataclass(frozen=True)
class Claim:
    """A claim as it lies there: ``held`` when a living process has it, else its holder was killed."""

    case_id: str
    since: datetime
    held: bool


def claims(home: Path) -> tuple[Claim, ...]:
    """Return every claim of this moment, without waiting for any."""
    found = []
    for path in sorted(_folder(home).iterdir()):
        try:
            with path.open("rb") as file:
                since = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
                found.append(Claim(path.name, since, _is_held(file.fileno())))
        except FileNotFoundError:
            continue  # done meanwhile
    return tuple(found)


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _folder(home: Path) -> Path:
    folder = home / "work"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _take(path: Path) -> tuple[int, bool]:
    try:
        while True:
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_the_file(descriptor, path):
                break
            os.close(descriptor)  # its holder removed it between open and lock
        if os.fstat(descriptor).st_size:
            return descriptor, True
        os.write(descriptor, b"1")
        os.fsync(descriptor)
        _sync(path.parent)
    except OSError as error:
        raise StoreWriteError(
            f"无法写入 {path.parent}：{error.strerror}", "请检查 JUANZONG_HOME 的权限与磁盘后重新运行"
        ) from error
    return descriptor, False


def _is_the_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
