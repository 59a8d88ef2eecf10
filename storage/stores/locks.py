"""Locks of objects: retention that only grows, and holds; the lock facts of a folder as small files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from domain.base import iso
from storage.canonical import canonical_json
from storage.errors import LockUnreadableError, ObjectLockedError
from storage.stores.folders import one_at_a_time, sync_folder

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Lock:
    """What keeps an object from being destroyed.

    Attributes:
        retain_until: aware moment before which it cannot be destroyed, ``None`` when no retention was set.
        hold: a legal hold is on it; it has no end of its own.
    """

    retain_until: datetime | None = None
    hold: bool = False

    def extended(self, until: datetime) -> Lock:
        """Return the lock with retention to ``until`` at least; an earlier moment changes nothing.

        Raises:
            ValueError: ``until`` has no time zone.
        """
        if until.tzinfo is None:
            raise ValueError(f"end of retention has no time zone: {until}")
        until = until.astimezone(UTC).replace(microsecond=0)
        if self.retain_until is not None and self.retain_until >= until:
            return self
        return replace(self, retain_until=until)

    def forbids(self, now: datetime) -> bool:
        """Return whether an object with this lock may not be destroyed at ``now``."""
        return self.hold or (self.retain_until is not None and now < self.retain_until)


def locked_error(key: str, lock: Lock) -> ObjectLockedError:
    """Return the refusal to destroy ``key``; it names what locks it."""
    reasons = [
        *(["处于法律保全中"] if lock.hold else []),
        *([f"保管至 {iso(lock.retain_until)}"] if lock.retain_until else []),
    ]
    return ObjectLockedError(
        f"对象 {key} 已锁定（{'，'.join(reasons)}），不能销毁", "请待保管期满并解除保全后，按销毁程序办理"
    )


class LockFiles:
    """Lock facts of a folder: one canonical JSON file for each locked object, below ``root`` (created when needed).

    Writers queue behind one file lock, so that nothing is shortened by two who change a lock at once.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, key: str) -> Lock:
        """Return the lock of ``key``; no file is no lock.

        Raises:
            LockUnreadableError: there is a file, but not as it was written; the object counts as locked.
        """
        try:
            return _parsed(self._file(key).read_bytes())
        except FileNotFoundError:
            return Lock()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LockUnreadableError(
                f"对象 {key} 的锁定记录 {self._file(key)} 无法读取", "该对象按已锁定处理；请从备份恢复该记录"
            ) from error

    def write(self, key: str, lock: Lock) -> None:
        """Replace the lock of ``key``, durable when it returns. Only while ``changing``. Raises OSError."""
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        until = None if lock.retain_until is None else lock.retain_until.isoformat()
        piece = file.with_suffix(".part")
        piece.unlink(missing_ok=True)
        with piece.open("xb") as stream:
            stream.write(canonical_json({"hold": lock.hold, "retain_until": until}))
            stream.flush()
            os.fchmod(stream.fileno(), 0o444)
            os.fsync(stream.fileno())
        piece.replace(file)
        for folder in (file.parent, *file.parent.parents[:4]):
            sync_folder(folder)

    def forget(self, key: str) -> None:
        """Remove the lock of a destroyed object. Only while ``changing``. Raises OSError."""
        self._file(key).unlink(missing_ok=True)

    def changing(self) -> AbstractContextManager[None]:
        """Wait until nobody else changes locks or destroys. Raises OSError."""
        return one_at_a_time(self._root / "changing")

    def _file(self, key: str) -> Path:
        return self._root / f"{key}.json"


def _parsed(data: bytes) -> Lock:
    """Return the lock that ``LockFiles.write`` wrote. Raises ValueError, KeyError, TypeError for anything else."""
    facts = json.loads(data)
    until, hold = facts["retain_until"], facts["hold"]
    moment = None if until is None else datetime.fromisoformat(until)
    if not isinstance(hold, bool) or (moment is not None and moment.tzinfo is None):
        raise ValueError(f"no lock: {facts}")
    return Lock(moment, hold)
