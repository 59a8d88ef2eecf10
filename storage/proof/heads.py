"""Signed tree heads: who has one can tell later whether the log still begins with what it was then.

A head is signed in a transaction of its own, right after whatever appended: trouble with a key or with the folder
outside never undoes a filing, and a head is exported only when it is in the database for good.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Row, func, insert, select

from domain.base import iso
from domain.errors import UnknownObjectError
from domain.proof import Consistency, HeadState, SignedHead, SignedKey, TimeStamp, TreeHead
from storage.archive_log import ArchiveLog
from storage.database import Database
from storage.errors import DatabaseDamagedError
from storage.proof.errors import HeadConflictError, HeadFolderError, NoAuthorityError
from storage.proof.head_folder import HeadFolder
from storage.proof.head_text import CLOCK_SET_BACK, head_text, parse_head
from storage.proof.keys import KeyRing
from storage.proof.tables import time_stamps, tree_heads
from storage.proof.time_stamps import Authority
from storage.tables import log_leaves

_INQUIRE = "请停止归档，用 archive verify --all 查明；若确认数据库只能从备份恢复，请把文件夹中多出的树头移出留存"


class TreeHeads:
    """Signs, keeps, exports and stamps heads.

    Args:
        database: where the rows are, and the clock.
        log: what is signed.
        keys: who signs.
        folder: where a copy of each head goes, ``None`` for nowhere.
        authority: who stamps, ``None`` for nobody.
    """

    def __init__(
        self, database: Database, log: ArchiveLog, keys: KeyRing, folder: HeadFolder | None, authority: Authority | None
    ) -> None:
        self._database = database
        self._log = log
        self._keys = keys
        self._folder = folder
        self._authority = authority

    def sign(self) -> SignedHead | None:
        """Sign the log as it is and export the head; ``None`` when the log is empty.

        A log that has not grown since the newest head keeps that head, unless the key was rotated.

        Raises:
            HeadConflictError: the log contradicts an earlier head, here or in the folder outside; nothing was signed.
            HeadFolderError: the head is signed, but not exported; the next call exports it.
            SigningKeyError: there is no key to sign with.
        """
        outside, trouble = self._outside()
        key = self._keys.current()
        with self._database.write(lock="log") as connection:
            head = self._next(connection, key, outside)
        if trouble is not None:
            raise trouble
        if head is not None:
            self._export(head)
        return head

    def state(self) -> HeadState:
        """Return how far the log is signed."""
        with self._database.read() as connection:
            leaves = connection.execute(select(func.coalesce(func.max(log_leaves.c.seq) + 1, 0))).scalar_one()
            newest = newest_head(connection)
        return HeadState(leaves=leaves, newest=newest, heads=newest.position + 1 if newest else 0)

    def check_outside(self) -> None:
        """Hold the log against the newest head in the folder outside. Raises HeadConflictError, HeadFolderError."""
        head = self._folder.newest() if self._folder else None
        if head is not None:
            with self._database.read() as connection:
                refuse_conflict(connection, head)

    def of_size(self, size: int) -> SignedHead:
        """Return the newest head of a tree of ``size`` leaves. Raises UnknownObjectError."""
        with self._database.read() as connection:
            query = select(tree_heads).where(tree_heads.c.size == size).order_by(tree_heads.c.position.desc()).limit(1)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownObjectError(f"没有对前 {size} 项签名的树头", "请填写证明书或树头文件中写明的项数")
        return head_of(row)

    def keys_of(self, head: SignedHead) -> tuple[SignedKey, ...]:
        """Return the public keys from the first one to that of ``head``."""
        keys = self._keys.public()
        ids = [key.key.id for key in keys]
        if head.head.key not in ids:
            raise HeadConflictError(f"树头 {head.position} 的签名公钥 {head.head.key} 不在 keys 文件夹中", _INQUIRE)
        return keys[: ids.index(head.head.key) + 1]

    def consistency(self, old_size: int, new_size: int) -> Consistency:
        """Prove that the tree of one head only added to that of an earlier one. Raises UnknownObjectError."""
        older, newer = self.of_size(min(old_size, new_size)), self.of_size(max(old_size, new_size))
        path = self._log.consistency_path(older.head.size, newer.head.size)
        keys = max(self.keys_of(older), self.keys_of(newer), key=len)
        return Consistency(older=older, newer=newer, path=path, keys=keys)

    def stamp(self, head: SignedHead) -> TimeStamp:
        """Have ``head`` stamped by the authority; a head that has a stamp keeps it.

        Raises:
            NoAuthorityError: none is set.
            TimeStampError: it gave none that can be trusted.
        """
        known = self.stamp_of(head)
        if known is not None:
            return known
        if self._authority is None:
            raise NoAuthorityError("没有设置时间戳服务", "请设置 JUANZONG_TSA 与 JUANZONG_TSA_CERTIFICATES")
        stamp = self._authority.stamp(head.text.encode())
        row = {"head": head.position, "stamped_at": stamp.at, "authority": stamp.authority, "response": stamp.response}
        with self._database.write(lock="log") as connection:
            known = _stamp(connection, head.position)  # another process was faster
            if known is None:
                connection.execute(insert(time_stamps).values(**row))
        return known or stamp

    def stamp_of(self, head: SignedHead) -> TimeStamp | None:
        """Return the stamp of ``head``, ``None`` when it has none."""
        with self._database.read() as connection:
            return _stamp(connection, head.position)

    def covering(self, seq: int) -> SignedHead:
        """Return the head that proves leaf ``seq`` best: the first stamped one that covers it, else the newest.

        A stamp proves that the leaf was there at the latest then: the earlier it was made, the more it says.

        Raises:
            UnknownObjectError: no head covers it yet.
        """
        covers = select(tree_heads).where(tree_heads.c.size > seq).limit(1)
        stamped = covers.join(time_stamps, time_stamps.c.head == tree_heads.c.position)
        with self._database.read() as connection:
            for query in (
                stamped.order_by(tree_heads.c.position),
                covers.order_by(tree_heads.c.position.desc()),
            ):
                row = connection.execute(query).one_or_none()
                if row is not None:
                    return head_of(row)
        raise UnknownObjectError(f"日志第 {seq} 项尚无签名树头", "请运行 archive head")

    def _outside(self) -> tuple[SignedHead | None, HeadFolderError | None]:
        """Return the newest head outside; when it cannot be read, what is to be said after signing."""
        try:
            return (self._folder.newest() if self._folder else None), None
        except HeadFolderError as error:
            return None, error

    def _next(self, connection: Connection, key: SignedKey, outside: SignedHead | None) -> SignedHead | None:
        last = newest_head(connection)
        earlier = [head for head in (last, outside) if head is not None]
        for known in earlier:
            refuse_conflict(connection, known)
        leaf = connection.execute(select(log_leaves).order_by(log_leaves.c.seq.desc()).limit(1)).one_or_none()
        if leaf is None:
            return None
        if last is not None and (last.head.size, last.head.key) == (leaf.seq + 1, key.key.id):
            return last
        now = self._database.now().astimezone(UTC).replace(microsecond=0)
        head = TreeHead(
            log=self._keys.public()[0].key.id,
            size=leaf.seq + 1,
            root=leaf.root_hash,
            at=now,
            key=key.key.id,
            note=_note(now, earlier),
        )
        text = head_text(head)
        signed = SignedHead(
            position=last.position + 1 if last else 0,
            text=text,
            signature=self._keys.sign(key, text.encode()),
            head=head,
        )
        _insert(connection, signed)
        return signed

    def _export(self, head: SignedHead) -> None:
        """Write ``head`` outside, and those before it that are not there (the folder was away, or is new)."""
        if self._folder is None:
            return
        for key in self.keys_of(head):
            self._folder.add_key(key)
        missing = [head]
        while missing[-1].position > 0:
            before = self._at(missing[-1].position - 1)
            if self._folder.holds(before):
                break
            missing.append(before)
        for each in reversed(missing):
            self._folder.add(each)

    def _at(self, position: int) -> SignedHead:
        with self._database.read() as connection:
            return head_of(connection.execute(select(tree_heads).where(tree_heads.c.position == position)).one())


def newest_head(connection: Connection) -> SignedHead | None:
    """Return the newest head, ``None`` before the first. Raises DatabaseDamagedError."""
    row = connection.execute(select(tree_heads).order_by(tree_heads.c.position.desc()).limit(1)).one_or_none()
    return None if row is None else head_of(row)


def head_of(row: Row[tuple[object, ...]]) -> SignedHead:
    """Return the head of a row; its signature is not checked here. Raises DatabaseDamagedError."""
    try:
        return parse_head(row.position, row.text, row.signature)
    except ValueError as error:
        raise DatabaseDamagedError(f"签名树头 {row.position} 的记录无法读取", "请从备份恢复数据库") from error


def refuse_conflict(connection: Connection, head: SignedHead) -> None:
    """Raise HeadConflictError when the log does not begin with what ``head`` states."""
    size = head.head.size
    root = connection.execute(select(log_leaves.c.root_hash).where(log_leaves.c.seq == size - 1)).scalar()
    if root is None:
        raise HeadConflictError(f"存证日志比已签名的树头短：树头 {head.position} 签的是前 {size} 项", _INQUIRE)
    if root != head.head.root:
        raise HeadConflictError(
            f"存证日志与已签名的树头 {head.position} 不符：前 {size} 项的根应为 {head.head.root}，实为 {root}", _INQUIRE
        )


def _note(now: datetime, earlier: list[SignedHead]) -> str | None:
    latest = max((head.head.at for head in earlier), default=now)
    return f"{CLOCK_SET_BACK}{iso(latest.astimezone(UTC))}" if now < latest else None


def _insert(connection: Connection, head: SignedHead) -> None:
    connection.execute(
        insert(tree_heads).values(
            position=head.position,
            size=head.head.size,
            root_hash=head.head.root,
            signed_at=head.head.at,
            text=head.text,
            signature=head.signature,
        )
    )


def _stamp(connection: Connection, position: int) -> TimeStamp | None:
    row = connection.execute(select(time_stamps).where(time_stamps.c.head == position)).one_or_none()
    if row is None:
        return None
    return TimeStamp(at=row.stamped_at, authority=row.authority, response=row.response)
