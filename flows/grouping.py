"""From paths on the command line to groups of files: which files make one case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from domain.documents import Failure
from domain.errors import JuanzongError, UnreadableFileError

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


def failure_of(file: str, error: JuanzongError, page: int | None = None) -> Failure:
    """Return the visible failure for ``error``."""
    return Failure(file=file, error=type(error).__name__, reason=error.fact, next_step=error.next_step, page=page)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder`` in name order, without hidden files and leftovers of operating systems.

    Raises:
        OSError: a folder cannot be listed.
    """
    for entry in sorted(folder.iterdir(), key=lambda p: p.name):
        if entry.name.startswith(".") or entry.name in JUNK_NAMES:
            continue
        if entry.is_dir():
            yield from _walk(entry)
        else:
            yield entry


def _unreadable(path: Path, error: OSError) -> Failure:
    fact = "路径不存在" if isinstance(error, FileNotFoundError) else f"无法读取：{error.strerror}"
    return failure_of(str(path), UnreadableFileError(fact, "请检查路径和读取权限后重新导入"))


def group_paths(paths: tuple[Path, ...], mode: GroupMode) -> Grouping:
    """Group ``paths`` into cases.

    With ``case`` every folder is one case and the files named directly are one case together; with ``cases`` every file
    is a case of its own; with ``stack`` every folder is one stack in name order.
    """
    groups: list[FileGroup] = []
    failures: list[Failure] = []
    loose: list[Path] = []
    for path in paths:
        try:
            if not path.is_dir():
                path.lstat()
                loose.append(path)
                continue
            files = tuple(_walk(path))
        except OSError as error:
            failures.append(_unreadable(path, error))
            continue
        if not files:
            failures.append(
                failure_of(str(path), UnreadableFileError("文件夹里没有文件", "请确认扫描件已存入该文件夹"))
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
