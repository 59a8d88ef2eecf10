"""Append-only Merkle log of filings (pymerkle, hashing of RFC 9162, section 2.1: SHA-256, 0x00 leaves, 0x01 nodes).

Leaves, the root after every leaf, and the hashes of complete subtrees are rows. Subtree hashes make appending and
proving cost O(log n) reads; checking (``storage.fixity``) does not trust them and computes everything from the leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pymerkle import BaseMerkleTree, InvalidProof, MerkleProof, verify_inclusion
from sqlalchemy import Connection, func, insert, select

from domain.errors import LogBrokenError, UnknownObjectError
from storage.database import Database
from storage.tables import log_leaves, log_nodes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as recorded: 0-based index, the bytes, their leaf hash and the root of ``seq + 1`` leaves (hex)."""

    seq: int
    data: bytes
    leaf_hash: str
    root_hash: str


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Proof that a leaf is in the tree of ``size`` leaves with the recorded root ``root_hash``.

    Attributes:
        seq: 0-based index of the leaf.
        proof: the hashes from leaf to root, in pymerkle's form.
    """

    seq: int
    size: int
    leaf_hash: str
    root_hash: str
    proof: MerkleProof

    def holds(self) -> bool:
        """Return True when the path leads from the leaf hash to the root hash."""
        try:
            verify_inclusion(bytes.fromhex(self.leaf_hash), bytes.fromhex(self.root_hash), self.proof)
        except InvalidProof:
            return False
        return True

    @property
    def path(self) -> tuple[str, ...]:
        """Return the sibling hashes (hexadecimal) from leaf to root, as RFC 9162, section 2.1.3.1 lists them."""
        return tuple(value.hex() for value in self.proof.path[1:])


class _Tree(BaseMerkleTree):  # type: ignore[misc]
    """pymerkle's tree over the rows of one open transaction. pymerkle counts leaves from 1, rows from 0."""

    def __init__(self, connection: Connection) -> None:
        super().__init__("sha256")
        self._connection = connection

    def _encode_leaf(self, entry: bytes) -> bytes:
        return entry

    def _store_leaf(self, entry: bytes, value: bytes) -> int:
        raise NotImplementedError("rows are written by append_leaf, together with their root")

    def _get_leaf(self, index: int) -> bytes:
        return self._node(0, index - 1)

    def _get_size(self) -> int:
        return int(self._connection.execute(select(func.coalesce(func.max(log_leaves.c.seq) + 1, 0))).scalar_one())

    def hash_range(self, start: int, end: int) -> bytes:
        """Return the hash over leaves start..end-1; complete subtrees are looked up."""
        width = end - start
        if width > 0 and width & (width - 1) == 0 and start % width == 0:
            return self._node(width.bit_length() - 1, start // width)
        return bytes(super().hash_range(start, end))

    def _node(self, level: int, position: int) -> bytes:
        mine = (log_nodes.c.level == level) & (log_nodes.c.position == position)
        found = self._connection.execute(select(log_nodes.c.hash).where(mine)).scalar()
        if found is None:
            raise LogBrokenError(
                f"归档日志缺少节点（层 {level}，位置 {position}）", "请运行 archive verify，并从备份恢复数据库"
            )
        return bytes.fromhex(found)


class ArchiveLog:
    """Reads and proves the log. ``append_leaf`` writes it, inside the transaction of what is logged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, data: bytes) -> Leaf:
        """Append a leaf in a transaction of its own."""
        with self._database.write(lock="log") as connection:
            return append_leaf(connection, data, self._database)

    def size(self) -> int:
        """Return the number of leaves."""
        with self._tree() as tree:
            return int(tree.get_size())

    def root(self, size: int | None = None) -> str:
        """Return the root (hex) of the first ``size`` leaves, all when ``None``."""
        with self._tree() as tree:
            return str(tree.get_state(size).hex())

    def leaf(self, seq: int) -> Leaf:
        """Return the leaf with the 0-based index ``seq``. Raises UnknownObjectError."""
        with self._database.read() as connection:
            row = connection.execute(select(log_leaves).where(log_leaves.c.seq == seq)).one_or_none()
        if row is None:
            raise UnknownObjectError(f"归档日志没有第 {seq} 项", "请用 archive find 查到正确的归档序号")
        return Leaf(row.seq, row.leaf, row.leaf_hash, row.root_hash)

    def prove_inclusion(self, seq: int, size: int | None = None) -> InclusionProof:
        """Prove that leaf ``seq`` (0-based) is in the tree of the first ``size`` leaves (all when ``None``).

        Raises:
            UnknownObjectError: there is no such leaf in a tree of that size.
            LogBrokenError: rows of the log are missing.
        """
        leaf = self.leaf(seq)
        with self._tree() as tree:
            total = tree.get_size()
            wanted = total if size is None else size
            if not seq < wanted <= total:
                raise UnknownObjectError(f"归档日志的前 {wanted} 项不含第 {seq} 项", f"日志现有 {total} 项")
            proof = tree.prove_inclusion(seq + 1, wanted)
        return InclusionProof(seq, wanted, leaf.leaf_hash, self.leaf(wanted - 1).root_hash, proof)

    def prove_consistency(self, old_size: int, new_size: int | None = None) -> MerkleProof:
        """Prove that the tree of ``new_size`` leaves (all when ``None``) only added to the one of ``old_size``."""
        with self._tree() as tree:
            return tree.prove_consistency(old_size, new_size)

    def consistency_path(self, old_size: int, new_size: int) -> tuple[str, ...]:
        """Return the proof of RFC 9162, section 2.1.4.1, in its own order (hexadecimal hashes).

        Args:
            old_size: leaves of the earlier tree, at least 1.
            new_size: leaves of the later tree, not less.
        """
        with self._tree() as tree:
            return tuple(value.hex() for value in _subproof(tree, (0, new_size), old_size, known=True))

    @contextmanager
    def _tree(self) -> Iterator[Any]:
        with self._database.read() as connection:
            yield _Tree(connection)


def append_leaf(connection: Connection, data: bytes, database: Database) -> Leaf:
    """Append a leaf inside the caller's writing transaction (which holds the lock ``log``).

    Two processes cannot fork the log: writers are serialised, and a second row with the same index is refused.
    """
    tree = _Tree(connection)
    seq = int(tree.get_size())
    leaf_hash = tree.hash_leaf(data)
    _add_nodes(connection, tree, seq, leaf_hash)
    leaf = Leaf(seq, data, leaf_hash.hex(), tree.get_state(seq + 1).hex())
    connection.execute(
        insert(log_leaves).values(
            seq=leaf.seq,
            leaf=leaf.data,
            leaf_hash=leaf.leaf_hash,
            root_hash=leaf.root_hash,
            appended_at=database.now(),
        )
    )
    return leaf


def _subproof(tree: _Tree, leaves: tuple[int, int], old_size: int, *, known: bool) -> list[bytes]:
    """Return SUBPROOF of RFC 9162, section 2.1.4.1, over the leaves start..end-1.

    Args:
        tree: the tree.
        leaves: start and end.
        old_size: how many of these leaves, from the left, the earlier tree had.
        known: the hash over them is the earlier root, which whoever checks has.
    """
    start, end = leaves
    if old_size == end - start:
        return [] if known else [tree.hash_range(start, end)]
    middle = start + (1 << ((end - start - 1).bit_length() - 1))
    if old_size <= middle - start:
        return [*_subproof(tree, (start, middle), old_size, known=known), tree.hash_range(middle, end)]
    rest = _subproof(tree, (middle, end), old_size - (middle - start), known=False)
    return [*rest, tree.hash_range(start, middle)]


def leaf_hasher() -> _Tree:
    """Return the hashing rules of the log, for recomputing without its rows."""
    tree = _Tree.__new__(_Tree)
    BaseMerkleTree.__init__(tree, "sha256")
    return tree


def _add_nodes(connection: Connection, tree: _Tree, seq: int, value: bytes) -> None:
    """Write the hash of the new leaf and of every subtree that it completes."""
    level, position = 0, seq
    while True:
        connection.execute(insert(log_nodes).values(level=level, position=position, hash=value.hex()))
        if position % 2 == 0:
            return
        value = tree.hash_nodes(tree._node(level, position - 1), value)
        level, position = level + 1, position // 2
