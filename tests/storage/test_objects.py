"""What is special about the store in a local folder; the contract of every store: tests/storage/stores."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from domain.errors import (
    ObjectDamagedError,
    StoreFullError,
    UnreadableFileError,
)
from storage.digests import CHUNK
from storage.errors import Sm3UnavailableError, StoreWriteError
from storage.objects import LocalObjectStore
from tests.storage.conftest import flip_byte


@pytest.fixture
def local(tmp_path: Path) -> LocalObjectStore:
    return LocalObjectStore(tmp_path / "local")


def files_in(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


def test_one_flipped_byte_is_found_and_named(local: LocalObjectStore) -> None:
    ref = local.put(b"original", "text/plain")
    flip_byte(local.path(ref.key))
    got = hashlib.sha256(local.path(ref.key).read_bytes()).hexdigest()
    for use in (lambda: local.verify(ref), lambda: local.read(ref.key), lambda: local.put(b"original", "text/plain")):
        with pytest.raises(ObjectDamagedError) as caught:
            use()
        assert all(words in str(caught.value) for words in (ref.key, ref.sha256, got))


def test_object_is_a_read_only_file_and_stays_the_same_one(local: LocalObjectStore) -> None:
    ref = local.put(b"original", "text/plain")
    before = local.path(ref.key).stat()
    local.put(b"original", "image/tiff")
    after = local.path(ref.key).stat()
    assert before.st_mode & 0o777 == 0o444
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert files_in(local.root) == [local.path(ref.key)]


def test_leftovers_go_at_start_but_not_those_of_a_living_writer(local: LocalObjectStore) -> None:
    dead, living = local.root / "tmp" / "dead.part", local.root / "tmp" / "living.part"
    dead.write_bytes(b"half")
    with living.open("wb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        LocalObjectStore(local.root)
        assert not dead.exists()
        assert living.exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("after", [0, 1])
def test_full_disk_leaves_nothing(
    local: LocalObjectStore, monkeypatch: pytest.MonkeyPatch, code: int, after: int
) -> None:
    real = local._create_locked
    monkeypatch.setattr(local, "_create_locked", lambda: _filling(real(), after, code))
    with pytest.raises(StoreFullError):
        local.put(os.urandom(3 * CHUNK), "image/tiff")
    assert files_in(local.root) == []


@pytest.mark.parametrize(
    ("call", "code", "expected"),
    [
        ("fsync", errno.ENOSPC, StoreFullError),
        ("fsync", errno.EIO, StoreWriteError),
        ("link", errno.ENOSPC, StoreFullError),
        ("link", errno.EROFS, StoreWriteError),
        ("fchmod", errno.EIO, StoreWriteError),
    ],
)
def test_failing_system_call_leaves_nothing(
    local: LocalObjectStore, monkeypatch: pytest.MonkeyPatch, call: str, code: int, expected: type[Exception]
) -> None:
    def fail(*_args: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(expected):
        local.put(b"paper", "image/tiff")
    assert files_in(local.root) == []


def test_file_system_without_hard_links(local: LocalObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    ref = local.put(b"paper", "image/tiff")
    assert local.put(b"paper", "image/tiff") == ref
    assert files_in(local.root) == [local.path(ref.key)]


def test_source_that_cannot_be_read(local: LocalObjectStore, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="gone"):
        local.put(tmp_path / "gone.pdf", "application/pdf")
    with pytest.raises(UnreadableFileError):
        local.put(tmp_path, "application/pdf")
    with pytest.raises(UnreadableFileError):
        local.put(_BrokenReader(), "application/pdf")
    assert files_in(local.root) == []


def test_medium_that_gives_an_object_no_longer_back(local: LocalObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = local.put(b"paper", "image/tiff")

    def fail(_stream: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("storage.objects.digest_of", fail)
    with pytest.raises(ObjectDamagedError, match=ref.key):
        local.verify(ref)


def test_python_without_sm3_says_so(local: LocalObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", missing)
    with pytest.raises(Sm3UnavailableError, match="SM3"):
        local.put(b"paper", "image/tiff")
    assert files_in(local.root) == []


class _BrokenReader(io.RawIOBase):
    def read(self, _size: int = -1) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


class _FullDisk:
    """A piece on a disk that fills up after some writes."""

    def __init__(self, piece: BinaryIO, writes_left: int, code: int) -> None:
        self._piece, self._left, self._code = piece, writes_left, code

    def write(self, data: memoryview) -> int:
        if self._left == 0:
            raise OSError(self._code, os.strerror(self._code))
        self._left -= 1
        return self._piece.write(data)

    def __enter__(self) -> _FullDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self._piece.close()


def _filling(created: tuple[Path, BinaryIO], writes: int, code: int) -> tuple[Path, _FullDisk]:
    return created[0], _FullDisk(created[1], writes, code)
