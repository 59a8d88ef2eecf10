"""Checking heads: each is signed by a key of the chain, and the log begins with what each of them states.

The roots that the log is compared with are recomputed from its leaves by ``storage.log_check`` in the same run. Heads
that pass are therefore roots of one growing tree: any two of them are consistent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from domain.base import iso
from domain.errors import ConfigurationError
from domain.proof import SignedHead, SignedKey, TimeStamp
from storage.errors import DatabaseDamagedError
from storage.proof.errors import HeadFolderError, SigningKeyError, TimeStampError
from storage.proof.head_folder import HeadFolder, read_head
from storage.proof.head_text import CLOCK_SET_BACK
from storage.proof.heads import head_of
from storage.proof.keys import KeyRing, is_signed
from storage.proof.tables import time_stamps, tree_heads
from storage.proof.time_stamps import Authority
from storage.rows import Finding
from storage.tables import log_leaves


@dataclass(frozen=True, slots=True)
class HeadCheck:
    """Checks every head kept in the database and in the folder outside.

    Attributes:
        folder: ``None`` when none is set.
        authority: ``None`` when none is set; then a kept stamp cannot be checked, which is a finding.
    """

    keys: KeyRing
    folder: HeadFolder | None
    authority: Authority | None

    def findings(self, connection: Connection) -> Iterator[Finding]:
        """Yield what is wrong with heads, keys and stamps, and where the log contradicts a head."""
        try:
            known = {key.key.id: key for key in self.keys.public()}
        except SigningKeyError as error:
            yield Finding("head_key", "keys", "一条完整的签名链", error.fact, str(error))
            return
        log = next(iter(known), "")
        yield from self._kept(connection, known, log)
        if self.folder is not None:
            yield from self._outside(connection, self.folder, known, log)
        yield from self._stamps(connection)

    def _kept(self, connection: Connection, known: dict[str, SignedKey], log: str) -> Iterator[Finding]:
        before: SignedHead | None = None
        for expected, row in enumerate(connection.execute(select(tree_heads).order_by(tree_heads.c.position)).all()):
            if row.position != expected:
                yield _finding("head", expected, "存在", "缺失", "的记录")
                return
            try:
                head = head_of(row)
            except DatabaseDamagedError as error:
                yield _finding("head", expected, "可读", error.fact, "的记录")
                continue
            yield from _signature(head, known, log)
            yield from _row(row, head)
            yield from _log(connection, head, "数据库")
            yield from _order(before, head, list(known))
            before = head

    def _outside(
        self, connection: Connection, folder: HeadFolder, known: dict[str, SignedKey], log: str
    ) -> Iterator[Finding]:
        try:
            files = folder.files()
        except HeadFolderError as error:
            yield Finding("head_folder", str(folder.folder), "可读", error.fact, str(error))
            return
        for file in files:
            try:
                head = read_head(file)
            except HeadFolderError as error:
                yield Finding("head_folder", file.name, "可读", error.fact, str(error))
                continue
            if folder.file_of(head) != file:
                yield _finding("head_folder", head.position, folder.file_of(head).name, file.name, "的文件名")
            yield from _signature(head, known, log)
            yield from _log(connection, head, "外部文件夹")
        for row in connection.execute(select(tree_heads).order_by(tree_heads.c.position)).all():
            try:
                missing = not folder.holds(head_of(row))
            except DatabaseDamagedError:
                continue  # named by _kept
            if missing:
                what = "在外部文件夹中的文件（可运行 archive head 补出）"
                yield _finding("head_folder", row.position, "存在", "缺失", what)

    def _stamps(self, connection: Connection) -> Iterator[Finding]:
        query = select(tree_heads, time_stamps).join(time_stamps, time_stamps.c.head == tree_heads.c.position)
        for row in connection.execute(query.order_by(tree_heads.c.position)).all():
            stamp = TimeStamp(at=row.stamped_at, authority=row.authority, response=row.response)
            if self.authority is None:
                yield _finding("stamp", row.position, "可核验", "没有设置 JUANZONG_TSA_CERTIFICATES", "的时间戳")
                continue
            try:
                self.authority.check(row.text.encode(), stamp)
            except (TimeStampError, ConfigurationError) as error:
                yield _finding("stamp", row.position, "可核验", error.fact, "的时间戳")


def _signature(head: SignedHead, known: dict[str, SignedKey], log: str) -> Iterator[Finding]:
    key = known.get(head.head.key)
    if key is None:
        yield _finding("head_key", head.position, "keys 文件夹中的公钥", head.head.key, "的签名公钥")
    elif not is_signed(key, head.text, head.signature):
        yield _finding("head", head.position, "成立", "不成立", "的签名")
    if key is not None and head.head.log != log:
        yield _finding("head", head.position, log, head.head.log, "所属的日志")


def _row(row: Row[tuple[object, ...]], head: SignedHead) -> Iterator[Finding]:
    facts = (("size", row.size), ("root", row.root_hash), ("at", row.signed_at))
    for name, got in facts:
        expected = getattr(head.head, name)
        if got != expected:
            yield _finding("head", head.position, expected, got, f"的 {name}")


def _log(connection: Connection, head: SignedHead, where: str) -> Iterator[Finding]:
    """Compare the log with a head, wherever it was kept."""
    size = head.head.size
    root = connection.execute(select(log_leaves.c.root_hash).where(log_leaves.c.seq == size - 1)).scalar()
    if root is None:
        what = f"（{where}）之后存证日志变短，第 {size} 项"
        yield _finding("head_log", head.position, "存在", "缺失", what)
    elif root != head.head.root:
        what = f"（{where}）之后历史被改写，前 {size} 项的根"
        yield _finding("head_log", head.position, head.head.root, root, what)


def _order(before: SignedHead | None, head: SignedHead, keys: list[str]) -> Iterator[Finding]:
    """Sizes, times and keys only go forward; a clock that was set back must be noted by the head itself."""
    if before is None:
        return
    if head.head.size < before.head.size:
        yield _finding("head", head.position, f"至少 {before.head.size}", head.head.size, "的项数")
    if {head.head.key, before.head.key} <= set(keys) and keys.index(head.head.key) < keys.index(before.head.key):
        yield _finding("head", head.position, before.head.key, head.head.key, "的签名密钥已经更换过")
    if head.head.at < before.head.at and not (head.head.note or "").startswith(CLOCK_SET_BACK):
        yield _finding("head", head.position, f"不早于 {iso(before.head.at)}", iso(head.head.at), "的时间")


def _finding(code: str, position: int, expected: object, got: object, what: str) -> Finding:
    message = f"签名树头 {position} {what} 应为 {expected}，实为 {got}"
    return Finding(code, f"head {position}", str(expected), str(got), message)
