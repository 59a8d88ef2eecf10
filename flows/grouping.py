"""From paths on the command line to groups of files: which files make one case."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from domain.documents import Failure
from domain.errors import UnreadableFileError
from flows.failures import failure_of, readable_name

JUNK_NAMES = frozenset({"Thumbs.db", "desktop.ini"})
"""Files that operating systems leave in folders; they are nobody's paper."""


class GroupMode(StrEnum):
    """What a folder is (``--as``)."""

    CASE = "case"
    CASES = "cases"
    STACK = "stack"


@dataclass(frozen=True)
class FileGroup:
    """Files of one case in name order.

    Attributes:
        name: of the folder or file.
        root: the folder they were found in, ``None`` for files named one by one.
        stack: pages of several cases may lie on top of each other.
    """

    name: str
    files: tuple[Path, ...]
    root: Path | None = None
    stack: bool = False


@dataclass(frozen=True)
class Grouping:
    """All groups of one call and the paths that cannot be opened."""

    groups: tuple[FileGroup, ...]
    failures: tuple[Failure, ...]


def _walk(folder: Path, failures: list[Failure], above: frozenset[tuple[int, int]] = frozenset()) -> Iterator[Path]:
    """Yield the files below ``folder`` in name order, without hidden files and leftovers of operating systems.

    What cannot be opened is added to ``failures``; the rest goes on.
    """
    try:
        status = folder.stat()
        here = (status.st_dev, status.st_ino)
        if here in above:
            raise UnreadableFileError("链接指回上级文件夹，形成循环", "请删除该链接后重新导入")  # noqa: TRY301
        entries = sorted(folder.iterdir(), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        failures.append(_unreadable(folder, error))
        return
    except UnreadableFileError as error:
        failures.append(failure_of(readable_name(folder), error))
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in JUNK_NAMES:
            continue
        if entry.is_dir():
            yield from _walk(entry, failures, above | {here})
        elif _is_paper(entry, failures):
            yield entry


def _below(root: Path, failure: Failure) -> Failure:
    """Return ``failure`` named with the folder that was handed in, as refused files are."""
    folder = readable_name(Path(root.resolve().name))
    inside = failure.file.removeprefix(readable_name(root)).lstrip("/")
    return failure.model_copy(update={"file": f"{folder}/{inside}"}) if inside else failure


def _is_paper(path: Path, failures: list[Failure]) -> bool:
    """Tell whether ``path`` can be read like a file; reading a pipe or a device would never end."""
    try:
        ordinary = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        failures.append(_unreadable(path, error))
        return False
    if not ordinary:
        failures.append(failure_of(readable_name(path), UnreadableFileError("不是普通文件", "请只放入扫描得到的文件")))
    return ordinary


def _unreadable(path: Path, error: OSError) -> Failure:
    if path.is_symlink():
        fact = "链接成环" if error.errno == errno.ELOOP else "链接指向的文件不存在或无法读取"
    else:
        fact = "路径不存在" if isinstance(error, FileNotFoundError) else f"无法读取：{error.strerror}"
    return failure_of(readable_name(path), UnreadableFileError(fact, "请检查路径和读取权限后重新导入"))


def group_paths(paths: tuple[Path, ...], mode: GroupMode) -> Grouping:
    """Group ``paths`` into cases.

    With ``case`` every folder is one case and the files named directly are one case together; with ``cases`` every file
    is a case of its own; with ``stack`` every folder is one stack in name order.
    """
    groups: list[FileGroup] = []
    failures: list[Failure] = []
    loose: list[Path] = []
    for path in paths:
        if not path.is_dir():
            loose.extend([path] if _is_paper(path, failures) else [])
            continue
        unopened: list[Failure] = []
        files = tuple(_walk(path, unopened))
        failures.extend(_below(path, failure) for failure in unopened)
        if not files and unopened:
            continue
        if not files:
            failures.append(
                failure_of(readable_name(path), UnreadableFileError("文件夹里没有文件", "请确认扫描件已存入该文件夹"))
            )
        elif mode is GroupMode.CASES:
            groups.extend(FileGroup(file.name, (file,), path) for file in files)
        else:
            groups.append(FileGroup(path.name, files, path, stack=mode is GroupMode.STACK))
    if mode is GroupMode.CASES:
        groups.extend(FileGroup(file.name, (file,)) for file in loose)
    elif loose:
        groups.append(FileGroup(loose[0].name, tuple(loose), stack=mode is GroupMode.STACK))
    return Grouping(tuple(groups), tuple(failures))
