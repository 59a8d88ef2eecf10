"""Recomputing the whole log from its leaves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.archive_log import leaf_hasher
from storage.database import stored_bytes
from storage.rows import Finding
from storage.tables import log_leaves, log_nodes


def check_log(connection: Connection) -> Iterator[Finding]:
    """Yield every leaf, root and subtree hash that is not what the leaves give.

    As every stored root is recomputed from the same leaves, roots that pass are consistent with each other.
    """
    tree = _Rebuilt()
    rows = connection.execute(select(log_leaves).order_by(log_leaves.c.seq))
    for expected_seq, row in enumerate(rows):
        if row.seq != expected_seq:
            yield _finding("leaf", expected_seq, "存在", "缺失", "的记录缺失")
            return
        yield from _check_leaf(tree, row)
    yield from _check_nodes(connection, tree.nodes)


def _check_leaf(tree: _Rebuilt, row: Row[Any]) -> Iterator[Finding]:
    """Add the leaf and yield what is wrong with its row.

    When the bytes and their recorded hash disagree, the recorded root tells which of them was changed.
    """
    recorded = row.leaf_hash
    computed = leaf_hasher().hash_leaf(stored_bytes(row.leaf)).hex()
    right = recorded if tree.root_with(recorded) == row.root_hash else computed
    if computed != recorded:
        what = "的内容被改动，其哈希" if right == recorded else "的哈希记录"
        yield _finding("leaf", row.seq, right, computed if right == recorded else recorded, what)
    tree.add(right)
    if tree.root() != row.root_hash:
        yield _finding("root", row.seq, tree.root(), row.root_hash, "之后的根哈希")


class _Rebuilt:
    """The tree as the leaves give it; ``nodes`` are the hashes of all complete subtrees by (level, position)."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[int, int], str] = {}
        self._size = 0
        self._hasher = leaf_hasher()
        # Complete subtrees from left to right, each larger than the next: (level, hash).
        self._frontier: list[tuple[int, bytes]] = []

    def add(self, leaf_hash: str) -> None:
        level, position, value = 0, self._size, bytes.fromhex(leaf_hash)
        self.nodes[level, position] = value.hex()
        while self._frontier and self._frontier[-1][0] == level:
            value = self._hasher.hash_nodes(self._frontier.pop()[1], value)
            level, position = level + 1, position // 2
            self.nodes[level, position] = value.hex()
        self._frontier.append((level, value))
        self._size += 1

    def root(self) -> str:
        return self._fold([value for _, value in self._frontier])

    def root_with(self, leaf_hash: str) -> str:
        """Return the root as it would be with one more leaf."""
        return self._fold([*(value for _, value in self._frontier), bytes.fromhex(leaf_hash)])

    def _fold(self, peaks: list[bytes]) -> str:
        # RFC 9162, section 2.1.1: the largest complete subtree stands on the left, so peaks join from the right.
        return reduce(lambda right, left: self._hasher.hash_nodes(left, right), reversed(peaks)).hex()


def _check_nodes(connection: Connection, expected: dict[tuple[int, int], str]) -> Iterator[Finding]:
    for row in connection.execute(select(log_nodes)):
        wanted = expected.pop((row.level, row.position), "不存在")
        if row.hash != wanted:
            yield _node_finding(row.level, row.position, wanted, row.hash)
    for (level, position), wanted in expected.items():
        yield _node_finding(level, position, wanted, "缺失")


def _node_finding(level: int, position: int, expected: str, got: str) -> Finding:
    message = f"归档日志节点（层 {level}，位置 {position}）应为 {expected}，实为 {got}"
    return Finding("node", f"node {level}/{position}", expected, got, message)


def _finding(code: str, seq: int, expected: str, got: str, what: str) -> Finding:
    return Finding(code, f"leaf {seq}", expected, got, f"归档日志第 {seq} 项{what}应为 {expected}，实为 {got}")
