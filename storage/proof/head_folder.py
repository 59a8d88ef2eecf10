"""Heads outside the database: a folder with one file for each head that was signed, and the public keys.

The folder belongs on another machine or a write-once share. A database that is restored from yesterday, or rewritten
together with its own heads, contradicts it.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from domain.proof import SignedHead, SignedKey
from storage.objects import place
from storage.proof.errors import HeadConflictError, HeadFolderError
from storage.proof.head_text import head_file, parse_head_file
from storage.proof.keys import key_file

_LOOK = "请检查 JUANZONG_HEADS 指向的文件夹是否已挂载、可读写"


class HeadFolder:
    """The folder ``JUANZONG_HEADS``. It must exist: a share that is not mounted must not be taken for an empty one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> tuple[Path, ...]:
        """Return the files of heads, smallest tree first. Raises HeadFolderError."""
        try:
            names = sorted(entry.name for entry in os.scandir(self.folder) if entry.name.startswith("head-"))
        except OSError as error:
            raise HeadFolderError(f"无法读取树头文件夹 {self.folder}：{error.strerror}", _LOOK) from error
        return tuple(self.folder / name for name in names)

    def newest(self) -> SignedHead | None:
        """Return the head of the largest tree, ``None`` for an empty folder.

        Raises:
            HeadFolderError: the folder or the file cannot be read.
        """
        files = self.files()
        return None if not files else read_head(files[-1])

    def holds(self, head: SignedHead) -> bool:
        """Return whether there is a file of the name of ``head``."""
        return self.file_of(head).exists()

    def add(self, head: SignedHead) -> None:
        """Write the file of a head; the same one may be there already.

        Raises:
            HeadConflictError: another head of the same size and number is there.
            HeadFolderError: it cannot be written.
        """
        self._write(self.file_of(head), head_file(head))

    def add_key(self, key: SignedKey) -> None:
        """Write the file of a public key. Raises like ``add``."""
        self._write(self.folder / f"key-{key.key.id}.json", key_file(key))

    def file_of(self, head: SignedHead) -> Path:
        """Return where the file of ``head`` belongs."""
        return self.folder / f"head-{head.head.size:012d}-{head.position:08d}.json"

    def _write(self, target: Path, content: bytes) -> None:
        try:
            if not target.exists() and self._written(target, content):
                return
            if target.read_bytes() == content:
                return
        except OSError as error:
            raise HeadFolderError(f"无法写入树头文件 {target}：{error.strerror}", _LOOK) from error
        raise HeadConflictError(
            f"树头文件夹中的 {target.name} 内容不同：曾为另一段历史签名",
            "请停止归档，用 archive verify --all 查明数据库是否被替换或恢复过",
        )

    def _written(self, target: Path, content: bytes) -> bool:
        piece = target.with_name(f".{uuid.uuid4().hex}.part")
        try:
            with piece.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            piece.chmod(0o444)
            return place(piece, target)
        finally:
            piece.unlink(missing_ok=True)


def read_head(file: Path) -> SignedHead:
    """Return the head in ``file``; its signature is not checked here. Raises HeadFolderError."""
    try:
        return parse_head_file(file.read_bytes())
    except OSError as error:
        raise HeadFolderError(f"无法读取树头文件 {file}：{error.strerror}", _LOOK) from error
    except ValueError as error:
        raise HeadFolderError(f"树头文件 {file} 已损坏", "请从该文件夹的备份恢复此文件后重试") from error
