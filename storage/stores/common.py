"""What stores have in common: reading sources, comparing digests, and the words for what is wrong."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, ObjectMissingError, StorageError, StoreFullError, UnreadableFileError
from storage.digests import DigestPair, Digests, chunks, sha256_of
from storage.errors import StoreWriteError
from storage.stores.contract import Source, key_digest

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open ``source`` for one pass. Raises UnreadableFileError."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, Path):
        try:
            stream = source.open("rb")
        except OSError as error:
            raise unreadable(error, source) from error
        with stream:
            yield stream
    else:
        yield source


@contextmanager
def reading(key: str) -> Iterator[None]:
    """Report bytes that the medium no longer gives back as a damaged object."""
    try:
        yield
    except OSError as error:
        raise damaged(key, "内容", "可读取", f"读取失败（{error.strerror}）") from error


@contextmanager
def writing() -> Iterator[None]:
    """Report what the operating system refuses while locks are changed."""
    try:
        yield
    except OSError as error:
        raise write_error(error) from error


def unreadable(error: OSError, source: object) -> UnreadableFileError:
    """Return the refusal of a source that the operating system does not give."""
    name = Path(str(source)).name if isinstance(source, str | Path) else "输入流"
    return UnreadableFileError(f"无法读取 {name}：{error.strerror}", "请检查文件权限与介质后重新提交")


def damaged(key: str, what: str, expected: str, got: str) -> ObjectDamagedError:
    """Return the error that names what of the object is wrong."""
    return ObjectDamagedError(
        f"对象 {key} 已损坏：{what} 应为 {expected}，实为 {got}", "请停止使用该副本，从备份恢复后运行 archive verify"
    )


def verified(key: str, data: bytes) -> bytes:
    """Return ``data`` when it has the digest that ``key`` contains. Raises ObjectDamagedError."""
    got = sha256_of(data)
    if got != key_digest(key):
        raise damaged(key, "SHA-256", key_digest(key), got)
    return data


def check(ref: ObjectRef, got: Digests) -> None:
    """Compare what an object is with what it has to be.

    Raises:
        ObjectDamagedError: SHA-256, SM3 or size differ; names key, expected and got.
    """
    if key_digest(ref.key) != ref.sha256:
        raise damaged(ref.key, "SHA-256", ref.sha256, key_digest(ref.key))
    for name, expected, found in (
        ("SHA-256", ref.sha256, got.sha256),
        ("SM3", ref.sm3, got.sm3),
        ("大小", str(ref.size), str(got.size)),
    ):
        if expected != found:
            raise damaged(ref.key, name, expected, found)


def missing(key: str) -> ObjectMissingError:
    """Return the error for an object that is not there."""
    return ObjectMissingError(f"存储中缺少对象 {key}", "请从备份恢复该文件后运行 archive verify")


def copy(stream: BinaryIO, piece: BinaryIO) -> Digests:
    """Copy ``stream`` into ``piece``, hashing on the way. Errors of the two sides are told apart.

    Raises:
        UnreadableFileError: ``stream`` does not give its bytes.
        StoreFullError, StoreWriteError: ``piece`` does not take them.
    """
    pair = DigestPair()
    pieces = chunks(stream)
    while True:
        try:
            chunk = next(pieces, b"")
        except OSError as error:
            raise unreadable(error, getattr(stream, "name", None)) from error
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
            raise write_error(error) from error


def write_error(error: OSError) -> StorageError:
    """Return what it means that the operating system refuses to write."""
    if error.errno in _NO_ROOM:
        return StoreFullError(
            "存储空间不足，文件未被接收", "请清理磁盘或更换 JUANZONG_HOME 后重新运行，已接收的文件不受影响"
        )
    return StoreWriteError(f"无法写入存储：{error.strerror}", "请检查 JUANZONG_HOME 的权限与磁盘后重新运行")
