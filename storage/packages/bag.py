"""BagIt (RFC 8493): writing a bag under a temporary name, and reading one only when every byte is right.

The manifests are written here because the library ``bagit`` knows no SM3 and puts its own clock and name into a bag;
the library then validates what was written. A bag is read strictly: manifests must be, byte for byte, what the files
give, so that no byte of a package can change unseen.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import bagit

from domain.errors import StorageError, StoreFullError
from storage.digests import DigestPair, Digests, chunks, digest_of
from storage.errors import OutputExistsError, StoreWriteError
from storage.packages.errors import PackageRefusedError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"
ALGORITHMS = ("sha256", "sm3")
SEAL = "tagmanifest-sha256.txt"
"""Covers every other file of a bag; its digests are the digests of the package."""

_TEMPORARY = ".juanzong-*.part"
_LONGEST_STEM = 120
"""Bytes of a name's stem: with number, folder and ending it stays below the 255 bytes of common file systems."""
_UNSAFE = frozenset('\\/:*?"<>|%')
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag whose every byte was checked.

    Attributes:
        folder: where it lies.
        files: digests of every file but the tag manifests, by path inside the bag.
        seal: digests of ``SEAL``.
    """

    folder: Path
    files: dict[str, Digests]
    seal: Digests

    @property
    def payload(self) -> dict[str, Digests]:
        """Return the files below ``data/``."""
        return {path: digests for path, digests in self.files.items() if path.startswith(PAYLOAD)}

    def read(self, path: str) -> bytes:
        """Return the bytes of one file, once more verified: the folder is not ours.

        Raises:
            PackageRefusedError: the bag has no such file, or it changed since the bag was checked.
        """
        if path not in self.files:
            raise _refused(self.folder, f"缺少文件 {path}")
        data = (self.folder / path).read_bytes()
        if digest_of([data]) != self.files[path]:
            raise _refused(self.folder, f"{path} 在导入时被改动")
        return data


class BagWriter:
    """Writes files into a new folder, hashing on the way; ``finish`` writes the manifests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Digests] = {}

    def add(self, path: str, pieces: Iterable[bytes]) -> Digests:
        """Write a file of the bag and return its digests.

        Args:
            path: inside the bag, with forward slashes.
            pieces: its bytes; what they raise goes through.

        Raises:
            StoreFullError, StoreWriteError: the medium does not take them.
        """
        target = self._folder / path
        with _writing(self._folder):
            target.parent.mkdir(parents=True, exist_ok=True)
            stream = target.open("xb")
        pair = DigestPair()
        with stream:
            for piece in pieces:
                pair.update(piece)
                with _writing(self._folder):
                    stream.write(piece)
            with _writing(self._folder):
                stream.flush()
                os.fsync(stream.fileno())
        self._files[path] = pair.finish()
        return self._files[path]

    def finish(self, info: Iterable[tuple[str, str]]) -> Bag:
        """Write declaration, ``bag-info.txt`` and manifests; return the bag as it is now.

        Args:
            info: labels of RFC 8493, section 2.2.2, with their values; Payload-Oxum and Bag-Size are added.
        """
        payload = {path: digests for path, digests in self._files.items() if path.startswith(PAYLOAD)}
        size = sum(d.size for d in payload.values())
        counted = (("Payload-Oxum", f"{size}.{len(payload)}"), ("Bag-Size", _readable(size)))
        self.add("bagit.txt", [DECLARATION])
        self.add("bag-info.txt", [b"".join(_tag(*line) for line in (*info, *counted))])
        for name, manifest in _manifests(payload, "manifest").items():
            self.add(name, [manifest])
        covered = dict(self._files)
        for name, manifest in _manifests(covered, "tagmanifest", but=PAYLOAD).items():
            self.add(name, [manifest])
        return Bag(self._folder, covered, self._files[SEAL])


def check_bag(folder: Path) -> Bag:
    """Read every byte of the bag in ``folder`` and return it.

    Raises:
        PackageRefusedError: a file is missing, changed, added, or no plain file; or the bag is not valid.
    """
    files = _hashed(folder)
    covered = {path: digests for path, digests in files.items() if not path.startswith("tagmanifest-")}
    payload = {path: digests for path, digests in covered.items() if path.startswith(PAYLOAD)}
    expected = {
        "bagit.txt": DECLARATION,
        **_manifests(payload, "manifest"),
        **_manifests(covered, "tagmanifest", but=PAYLOAD),
    }
    for name, content in expected.items():
        if name not in files:
            raise _refused(folder, f"缺少 {name}")
        if files[name] != digest_of([content]):
            raise _refused(folder, _difference(name, content, (folder / name).read_bytes()))
    surplus = sorted(set(files) - set(covered) - set(expected))
    if surplus:
        raise _refused(folder, f"有多余的文件 {surplus[0]}")
    validate(folder)
    return Bag(folder, covered, files[SEAL])


def validate(folder: Path) -> None:
    """Let the library validate the bag. Raises PackageRefusedError."""
    try:
        bagit.Bag(str(folder)).validate()
    except (bagit.BagError, UnicodeDecodeError) as error:
        raise _refused(folder, f"BagIt 校验未通过（{error}）") from error


@contextmanager
def new_folder(out: Path, name: str) -> Iterator[Path]:
    """Give an empty folder that becomes ``out / name`` at the end, whole; on an error nothing is left.

    What killed processes left in ``out`` is removed first.

    Raises:
        OutputExistsError: ``out / name`` exists when the work is done; it is left alone.
        StoreFullError, StoreWriteError: the medium does not take it.
    """
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(out)
        work, lock = _locked_folder(out)
    try:
        inside = work / name
        with _writing(out):
            inside.mkdir()
        yield inside
        with _writing(out):
            _sync_folders(inside)
            _put_in_place(inside, out / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        os.close(lock)


def safe_name(name: str) -> str:
    """Return ``name`` as every file system and every BagIt reader takes it; it stays recognisable for people."""
    plain = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    kept = "".join("_" if c in _UNSAFE or unicodedata.category(c)[0] == "C" else c for c in plain).strip(" .")
    stem, suffix = PurePosixPath(kept or "_").stem, PurePosixPath(kept or "_").suffix
    suffix = suffix if len(suffix.encode()) <= 16 else ""
    cut = stem.encode()[:_LONGEST_STEM].decode(errors="ignore").rstrip(" .")
    return (cut or "_") + suffix


def _locked_folder(out: Path) -> tuple[Path, int]:
    """Make a folder that is locked while its process lives, so that nobody takes it for a left-over."""
    while True:
        work = out / f".juanzong-{uuid.uuid4().hex}.part"
        work.mkdir()
        try:
            lock = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        fcntl.flock(lock, fcntl.LOCK_EX)
        if work.exists():  # else a starting process removed it between making and lock
            return work, lock
        os.close(lock)


def _put_in_place(inside: Path, target: Path) -> None:
    if target.exists():
        raise OutputExistsError(f"{target} 已存在，没有覆盖", "请换一个输出文件夹，或先移走旧的资料包")
    try:
        inside.rename(target)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):  # another process was faster
            raise OutputExistsError(f"{target} 已存在，没有覆盖", "请换一个输出文件夹，或先移走旧的资料包") from error
        raise
    _sync(target.parent)


def _remove_leftovers(out: Path) -> None:
    for left in out.glob(_TEMPORARY):
        try:
            lock = os.open(left, os.O_RDONLY | os.O_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            continue  # its writer is alive
        finally:
            os.close(lock)


def _sync_folders(folder: Path) -> None:
    for inner in folder.rglob("*"):
        if inner.is_dir():
            _sync(inner)
    _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hashed(folder: Path) -> dict[str, Digests]:
    """Return the digests of every file; links and anything else that is no plain file are refused."""
    if not folder.is_dir():
        raise _refused(folder, "没有这个文件夹")
    found = {}
    for path in sorted(folder.rglob("*")):
        mode, name = path.lstat().st_mode, path.relative_to(folder).as_posix()
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise _refused(folder, f"{name} 不是普通文件")
        try:
            with path.open("rb") as stream:
                found[name] = digest_of(chunks(stream))
        except OSError as error:
            raise _refused(folder, f"{name} 无法读取（{error.strerror}）") from error
    return found


def _manifests(files: dict[str, Digests], kind: str, but: str | None = None) -> dict[str, bytes]:
    """Return the manifests over ``files`` (those whose path begins with ``but`` left out), by file name."""
    chosen = sorted((path, d) for path, d in files.items() if but is None or not path.startswith(but))
    read: dict[str, Callable[[Digests], str]] = {"sha256": lambda d: d.sha256, "sm3": lambda d: d.sm3}
    return {
        f"{kind}-{name}.txt": "".join(f"{read[name](d)}  {path}\n" for path, d in chosen).encode()
        for name in ALGORITHMS
    }


def _tag(label: str, value: str) -> bytes:
    return f"{label}: {' '.join(value.split())}\n".encode()


def _difference(name: str, expected: bytes, got: bytes) -> str:
    """Name the first line in which a manifest is not what the files give."""
    told = got.decode(errors="replace").split("\n")
    for number, line in enumerate(expected.decode().split("\n")):
        found = told[number] if number < len(told) else "（缺行）"
        if found != line:
            return f"{name} 第 {number + 1} 行与文件不符：按文件应为“{line}”，实为“{found}”"
    return f"{name} 末尾有多余内容"


def _readable(size: int) -> str:
    amount, unit = float(size), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f} {unit}"


def _refused(folder: Path, fact: str) -> PackageRefusedError:
    return PackageRefusedError(f"资料包 {folder.name} 不完整或被改动：{fact}", "没有导入任何内容；请向移交方重新索取")


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _write_error(out, error) from error


def _write_error(out: Path, error: OSError) -> StorageError:
    if error.errno in _NO_ROOM:
        return StoreFullError(f"{out} 所在磁盘空间不足，资料包没有写成", "请换一个有空间的文件夹后重试")
    return StoreWriteError(f"无法写入 {out}：{error.strerror}", "请检查目标文件夹的权限与磁盘后重试")
