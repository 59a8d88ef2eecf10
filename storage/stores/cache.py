"""Local files of objects that lie elsewhere, because renderers need a path; bounded, verified when they come in."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from storage.objects import LocalObjectStore
from storage.stores.common import damaged
from storage.stores.contract import key_digest
from storage.stores.locks import Clock, utc_now

MOST_BYTES = 2 << 30
"""What the files may take together; the least recently asked for go first."""
UNDISTURBED = timedelta(hours=1)
"""A file asked for within this time stays, whatever the others take: a renderer may still be about to open it."""


class VerifiedCache:
    """Read-only files below ``root`` (created when absent). Safe for several processes.

    Args:
        root: folder; lost files are fetched again.
        most_bytes: bound on all files together.
        clock: the moment that ages are counted from; aware.
    """

    def __init__(self, root: Path, most_bytes: int = MOST_BYTES, clock: Clock = utc_now) -> None:
        self._files = LocalObjectStore(root)
        self._most, self._now = most_bytes, clock

    def path(self, key: str, opened: Callable[[], BinaryIO]) -> Path:
        """Return the file of ``key``; it is read from ``opened()`` when it is not here.

        Raises:
            ObjectDamagedError: the bytes read are not those of the key; nothing is kept.
            StoreFullError, StoreWriteError: the file cannot be written.
        """
        key_digest(key)
        file = self._files.root / key
        if not self._was_asked(file):
            with opened() as stream:
                came = self._files.put(stream, "")
            if came.key != key:
                self._files.path(came.key).unlink(missing_ok=True)
                raise damaged(key, "SHA-256", key_digest(key), came.sha256)
            self._was_asked(file)
            self._make_room()
        return file

    def forget(self, key: str) -> None:
        """Remove the file of a destroyed object."""
        (self._files.root / key).unlink(missing_ok=True)

    def _was_asked(self, file: Path) -> bool:
        """Note that ``file`` was asked for; return False when it is not here (another process may have removed it)."""
        try:
            os.utime(file, (self._now().timestamp(),) * 2)
        except FileNotFoundError:
            return False
        return True

    def _make_room(self) -> None:
        found = []
        for file in (self._files.root / "sha256").glob("*/*/*"):
            with suppress(FileNotFoundError):  # another process makes room too
                facts = file.stat()
                found.append((facts.st_mtime, facts.st_size, file))
        excess = sum(size for _, size, _ in found) - self._most
        oldest_kept = (self._now() - UNDISTURBED).timestamp()
        for asked, size, file in sorted(found):
            if excess <= 0 or asked > oldest_kept:
                return
            file.unlink(missing_ok=True)
            excess -= size
