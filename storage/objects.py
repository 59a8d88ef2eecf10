"""Write-once object store: bytes under a key that contains their SHA-256.

``ObjectStore`` is the contract; ``LocalObjectStore`` keeps objects as read-only files of one folder::

    <root>/sha256/ab/cd/abcd…   the objects, mode 0444
    <root>/tmp/                 pieces being written; left-overs of killed processes are removed at start

An object appears under its key only when its bytes and its folder entry are on disk, or not at all.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from domain.documents import ObjectRef
from domain.errors import (
    ObjectDamagedError,
    ObjectMissingError,
    StorageError,
    StoreFullError,
    UnknownObjectError,
    UnreadableFileError,
)
from storage.digests import DigestPair, Digests, chunks, digest_of
from storage.errors import StoreWriteError

Source = Path | bytes | BinaryIO

_KEY = re.compile(r"sha256/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_HARD_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class ObjectStore(Protocol):
    """What every store promises; one test suite (tests/storage/test_objects.py) checks each implementation."""

    def put(self, source: Source, media_type: str) -> ObjectRef:
        """Keep the bytes of ``source``; the same bytes twice are one object, re-hashed to be sure.

        Raises:
            UnreadableFileError: ``source`` cannot be read.
            StoreFullError: no room; nothing was kept.
            ObjectDamagedError: the store already holds this key with other bytes.
        """
        ...

    def exists(self, key: str) -> bool:
        """Return True when the store holds ``key`` (its bytes are not looked at)."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Open the bytes for reading, not verified. Raises ObjectMissingError, UnknownObjectError."""
        ...

    def read(self, key: str) -> bytes:
        """Return the bytes, verified against the key. Raises ObjectMissingError, ObjectDamagedError."""
        ...

    def path(self, key: str) -> Path:
        """Return a local read-only file with the bytes, not verified. Raises ObjectMissingError."""
        ...

    def verify(self, ref: ObjectRef) -> None:
        """Re-hash the bytes. Raises ObjectMissingError, ObjectDamagedError (names key, expected and got)."""
        ...

    def digests(self, key: str) -> Digests:
        """Return the digests the bytes have now. Raises ObjectMissingError, ObjectDamagedError (unreadable)."""
        ...


def object_key(sha256: str) -> str:
    """Return the store key of the bytes with this lower-case hexadecimal SHA-256."""
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def key_digest(key: str) -> str:
    """Return the SHA-256 that ``key`` contains.

    Raises:
        UnknownObjectError: ``key`` is not a store key.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise UnknownObjectError(
            f"“{key}”不是存储键", "存储键形如 sha256/ab/cd/<64 位十六进制>，可用 archive find 查到"
        )
    return match.group(3)


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
    """Objects as read-only files below ``root`` (created when absent). Safe for several processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._temporary = root / "tmp"
        try:
            self._temporary.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _write_error(error) from error
        self._remove_leftovers()

    def put(self, source: Source, media_type: str) -> ObjectRef:
        """See ``ObjectStore.put``: one pass over ``source``, durable when it returns."""
        with _opened(source) as stream, self._temporary_file() as (path, piece):
            digests = _copy(stream, piece)
            key = object_key(digests.sha256)
            ref = ObjectRef(key=key, sha256=digests.sha256, sm3=digests.sm3, size=digests.size, media_type=media_type)
            try:
                os.fchmod(piece.fileno(), 0o444)
                os.fsync(piece.fileno())
                is_new = self._place(path, self.root / key)
            except OSError as error:
                raise _write_error(error) from error
        if not is_new:
            self.verify(ref)
        return ref

    def exists(self, key: str) -> bool:
        """See ``ObjectStore.exists``."""
        return self._file(key).is_file()

    def open(self, key: str) -> BinaryIO:
        """See ``ObjectStore.open``."""
        with _reading(key):
            return self.path(key).open("rb")

    def read(self, key: str) -> bytes:
        """See ``ObjectStore.read``."""
        with self.open(key) as stream, _reading(key):
            data = stream.read()
        got = digest_of([data]).sha256
        if got != key_digest(key):
            raise _damaged(key, "SHA-256", key_digest(key), got)
        return data

    def path(self, key: str) -> Path:
        """See ``ObjectStore.path``."""
        file = self._file(key)
        if not file.is_file():
            raise ObjectMissingError(f"存储中缺少对象 {key}", "请从备份恢复该文件后运行 archive verify")
        return file

    def verify(self, ref: ObjectRef) -> None:
        """See ``ObjectStore.verify``."""
        got = self.digests(ref.key)
        if key_digest(ref.key) != ref.sha256:
            raise _damaged(ref.key, "SHA-256", ref.sha256, key_digest(ref.key))
        for name, expected, found in (
            ("SHA-256", ref.sha256, got.sha256),
            ("SM3", ref.sm3, got.sm3),
            ("大小", str(ref.size), str(got.size)),
        ):
            if expected != found:
                raise _damaged(ref.key, name, expected, found)

    def digests(self, key: str) -> Digests:
        """See ``ObjectStore.digests``."""
        with self.open(key) as stream, _reading(key):
            return digest_of(chunks(stream))

    def _file(self, key: str) -> Path:
        key_digest(key)
        return self.root / key

    def _place(self, piece: Path, target: Path) -> bool:
        """Give the finished ``piece`` its name without overwriting; return False when the name was taken."""
        _make_folders(self.root, target.parent)
        is_new = place(piece, target)
        # Also when the name was taken: the process that wrote it may not have come this far yet.
        _sync_folder(target.parent)
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
                raise _write_error(error) from error
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
                raise _write_error(error) from error


@contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, Path):
        try:
            stream = source.open("rb")
        except OSError as error:
            raise _unreadable(error, source) from error
        with stream:
            yield stream
    else:
        yield source


@contextmanager
def _reading(key: str) -> Iterator[None]:
    """Report bytes that the medium no longer gives back as a damaged object."""
    try:
        yield
    except OSError as error:
        raise _damaged(key, "内容", "可读取", f"读取失败（{error.strerror}）") from error


def _copy(stream: BinaryIO, piece: BinaryIO) -> Digests:
    """Copy ``stream`` into ``piece``, hashing on the way. Errors of the two sides are told apart."""
    pair = DigestPair()
    pieces = chunks(stream)
    while True:
        try:
            chunk = next(pieces, b"")
        except OSError as error:
            raise _unreadable(error, getattr(stream, "name", None)) from error
        if not chunk:
            break
        pair.update(chunk)
        _write(piece, chunk)
    return pair.finish()


def _write(piece: BinaryIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        try:
            rest = rest[piece.write(rest) :]
        except OSError as error:
            raise _write_error(error) from error


def _make_folders(root: Path, folder: Path) -> None:
    """Create ``folder`` below ``root``; every new entry is on disk before the next one is made."""
    missing = []
    while folder != root and not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _sync_folder(new.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_error(error: OSError) -> StorageError:
    if error.errno in _NO_ROOM:
        return StoreFullError(
            "存储空间不足，文件未被接收", "请清理磁盘或更换 JUANZONG_HOME 后重新运行，已接收的文件不受影响"
        )
    return StoreWriteError(f"无法写入存储：{error.strerror}", "请检查 JUANZONG_HOME 的权限与磁盘后重新运行")


def _unreadable(error: OSError, source: object) -> UnreadableFileError:
    name = Path(str(source)).name if isinstance(source, str | Path) else "输入流"
    return UnreadableFileError(f"无法读取 {name}：{error.strerror}", "请检查文件权限与介质后重新提交")


def _damaged(key: str, what: str, expected: str, got: str) -> ObjectDamagedError:
    return ObjectDamagedError(
        f"对象 {key} 已损坏：{what} 应为 {expected}，实为 {got}", "请停止使用该副本，从备份恢复后运行 archive verify"
    )
