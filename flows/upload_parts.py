"""Bytes of unfinished uploads: one file each below ``uploads/`` of the home, on disk before a row says so."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import StoreFullError
from storage.errors import StoreWriteError

_BLOCK = 1 << 20


class UploadParts:
    """The unfinished files of one home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "uploads"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, upload_id: str) -> Path:
        """Return the file of an upload (it may not exist yet)."""
        return self._folder / f"{upload_id}.part"

    @contextmanager
    def held(self, upload_id: str) -> Iterator[None]:
        """Hold an upload: nobody else writes or finishes it meanwhile, in this process or another."""
        with locked(self._folder / f"{upload_id}.lock"):
            yield

    def write(self, upload_id: str, offset: int, piece: bytes) -> None:
        """Put ``piece`` at ``offset`` and on disk; what a killed request left behind ``offset`` is overwritten.

        Raises:
            StoreFullError, StoreWriteError: as named; the bytes before ``offset`` are untouched.
        """
        try:
            descriptor = os.open(self.path(upload_id), os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                os.ftruncate(descriptor, offset)
                _write_all(descriptor, piece, offset)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreFullError("磁盘空间不足，上传已暂停", "请清理磁盘后继续，已传的部分仍在") from error
            raise StoreWriteError(
                f"无法写入上传文件夹：{error.strerror}", "请检查 JUANZONG_HOME 的权限与磁盘后继续"
            ) from error

    def sha256(self, upload_id: str) -> str:
        """Return the digest of the bytes that are on disk."""
        digest = hashlib.sha256()
        path = self.path(upload_id)
        if path.exists():
            with path.open("rb") as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
        return digest.hexdigest()

    def discard(self, upload_id: str) -> None:
        """Remove what is left of an upload that has ended."""
        self.path(upload_id).unlink(missing_ok=True)
        (self._folder / f"{upload_id}.lock").unlink(missing_ok=True)

    def discard_others(self, kept: frozenset[str]) -> None:
        """Remove left-overs of uploads that are not in ``kept``."""
        for path in (*self._folder.glob("*.part"), *self._folder.glob("*.lock")):
            if path.stem not in kept:
                path.unlink(missing_ok=True)


def _write_all(descriptor: int, piece: bytes, offset: int) -> None:
    rest = memoryview(piece)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        offset += written
        rest = rest[written:]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock ``path``; wait while another thread or process holds it. The kernel drops it with the process."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            break
        os.close(descriptor)  # its holder removed it between open and lock
    try:
        yield
    finally:
        os.close(descriptor)
