"""Write-once object store: bytes under a key that contains their SHA-256.

``ObjectStore`` (``storage.stores.contract``) is the contract; ``LocalObjectStore`` keeps objects as read-only files of
one folder::

    <root>/sha256/ab/cd/abcd…   the objects, mode 0444
    <root>/tmp/                 pieces being written; left-overs of killed processes are removed at start
    <root>/locks/sha256/…json   retention and hold of the objects that have one
    <root>/damaged/             damaged files in whose place good ones were put

An object appears under its key only when its bytes and its folder entry are on disk, or not at all.
"""

from __future__ import annotations

import errno
import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from domain.documents import ObjectRef
from storage.digests import Digests, chunks, digest_of
from storage.stores.common import check, copy, damaged, missing, opened, reading, verified, write_error, writing
from storage.stores.contract import ObjectStore, Source, key_digest, object_key
from storage.stores.folders import sync_folder
from storage.stores.locks import Clock, Lock, LockFiles, locked_error, utc_now

__all__ = ["LocalObjectStore", "ObjectStore", "Source", "key_digest", "object_key", "place"]

_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def place(piece: Path, target: Path) -> bool:
    """Give the finished file ``piece`` the name ``target`` without overwriting; return False when the name is taken."""
    try:
        os.link(piece, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # A file system without hard links (memory sticks, some network drives): look first, then rename.
        if target.exists():
            return False
        piece.rename(target)
    return True


class LocalObjectStore:
    """Objects as read-only files below ``root`` (created when absent). Safe for several processes at once.

    Args:
        root: folder of the store.
        clock: the moment that retention is compared with; aware.
    """

    def __init__(self, root: Path, clock: Clock = utc_now) -> None:
        self.root = root
        self._now = clock
        self._locks = LockFiles(root / "locks")
        self._temporary = root / "tmp"
        try:
            self._temporary.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(error) from error
        self._remove_leftovers()

    def put(self, source: Source, media_type: str) -> ObjectRef:
        """See ``ObjectStore.put``: one pass over ``source``, durable when it returns."""
        with opened(source) as stream, self._temporary_file() as (path, piece):
            digests = copy(stream, piece)
            key = object_key(digests.sha256)
            ref = ObjectRef(key=key, sha256=digests.sha256, sm3=digests.sm3, size=digests.size, media_type=media_type)
            try:
                os.fchmod(piece.fileno(), 0o444)
                os.fsync(piece.fileno())
                is_new = self._place(path, self.root / key)
            except OSError as error:
                raise write_error(error) from error
        if not is_new:
            self.verify(ref)
        return ref

    def exists(self, key: str) -> bool:
        """See ``ObjectStore.exists``."""
        return self._file(key).is_file()

    def open(self, key: str) -> BinaryIO:
        """See ``ObjectStore.open``."""
        with reading(key):
            return self.path(key).open("rb")

    def read(self, key: str) -> bytes:
        """See ``ObjectStore.read``."""
        with self.open(key) as stream, reading(key):
            return verified(key, stream.read())

    def path(self, key: str) -> Path:
        """See ``ObjectStore.path``."""
        file = self._file(key)
        if not file.is_file():
            raise missing(key)
        return file

    def verify(self, ref: ObjectRef) -> None:
        """See ``ObjectStore.verify``."""
        check(ref, self.digests(ref.key))

    def digests(self, key: str) -> Digests:
        """See ``ObjectStore.digests``."""
        with self.open(key) as stream, reading(key):
            return digest_of(chunks(stream))

    def mend(self, key: str, good: BinaryIO) -> None:
        """See ``ObjectStore.mend``: a damaged file is moved into ``damaged/``."""
        file = self._file(key)
        with opened(good) as stream, self._temporary_file() as (path, piece):
            found = copy(stream, piece)
            if found.sha256 != key_digest(key):
                raise damaged(key, "SHA-256（另一存储的副本）", key_digest(key), found.sha256)
            if file.is_file() and self.digests(key).sha256 == key_digest(key):
                return
            with writing(), self._locks.changing():
                os.fchmod(piece.fileno(), 0o444)
                os.fsync(piece.fileno())
                if file.exists():
                    aside = self.root / "damaged" / f"{key_digest(key)}.{uuid.uuid4().hex}"
                    aside.parent.mkdir(exist_ok=True)
                    file.rename(aside)
                    sync_folder(aside.parent)
                self._place(path, file)

    def retain(self, key: str, until: datetime) -> Lock:
        """See ``ObjectStore.retain``."""
        return self._change(key, lambda lock: lock.extended(until))

    def hold(self, key: str) -> Lock:
        """See ``ObjectStore.hold``."""
        return self._change(key, lambda lock: replace(lock, hold=True))

    def release(self, key: str) -> Lock:
        """See ``ObjectStore.release``."""
        return self._change(key, lambda lock: replace(lock, hold=False))

    def lock_of(self, key: str) -> Lock:
        """See ``ObjectStore.lock_of``."""
        self.path(key)
        return self._locks.read(key)

    def destroy(self, key: str) -> None:
        """See ``ObjectStore.destroy``: the object goes before its lock, so a kill leaves no object without one."""
        with writing(), self._locks.changing():
            lock = self.lock_of(key)
            if lock.forbids(self._now()):
                raise locked_error(key, lock)
            file = self.path(key)
            file.unlink()
            sync_folder(file.parent)
            self._locks.forget(key)

    def _change(self, key: str, changed: Callable[[Lock], Lock]) -> Lock:
        with writing(), self._locks.changing():
            present = self.lock_of(key)
            lock = changed(present)
            if lock != present:
                self._locks.write(key, lock)
        return lock

    def _file(self, key: str) -> Path:
        key_digest(key)
        return self.root / key

    def _place(self, piece: Path, target: Path) -> bool:
        """Give the finished ``piece`` its name without overwriting; return False when the name was taken."""
        _make_folders(self.root, target.parent)
        is_new = place(piece, target)
        # Also when the name was taken: the process that wrote it may not have come this far yet.
        sync_folder(target.parent)
        return is_new

    @contextmanager
    def _temporary_file(self) -> Iterator[tuple[Path, BinaryIO]]:
        path, piece = self._create_locked()
        try:
            with piece:
                yield path, piece
        finally:
            path.unlink(missing_ok=True)

    def _create_locked(self) -> tuple[Path, BinaryIO]:
        """Create a piece that is locked while its process lives, so that nobody takes it for a left-over."""
        while True:
            path = self._temporary / f"{uuid.uuid4().hex}.part"
            try:
                # Unbuffered: a buffer would try to write once more on close and hide the first error.
                piece = cast("BinaryIO", path.open("xb", buffering=0))
            except OSError as error:
                raise write_error(error) from error
            fcntl.flock(piece, fcntl.LOCK_EX)
            if path.exists():  # else a starting process removed it between open and lock
                return path, piece
            piece.close()

    def _remove_leftovers(self) -> None:
        for path in self._temporary.glob("*.part"):
            try:
                with path.open("rb") as piece:
                    fcntl.flock(piece, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink(missing_ok=True)
            except (BlockingIOError, FileNotFoundError):
                continue  # its writer is alive, or another starting process was faster
            except OSError as error:
                raise write_error(error) from error


def _make_folders(root: Path, folder: Path) -> None:
    """Create ``folder`` below ``root``; every new entry is on disk before the next one is made."""
    missing = []
    while folder != root and not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)
