"""Recomputing the whole log from its leaves."""

from __future__ import annotations

from collections.abc import Iterator

from pymerkle.hasher import MerkleHasher
from sqlalchemy import Connection, select

from storage.archive_log import leaf_hasher
from storage.rows import Finding
from storage.tables import log_leaves, log_nodes


def check_log(connection: Connection) -> Iterator[Finding]:
    """Yield every leaf, root and subtree hash that is not what the leaves give.

    As every stored root is recomputed from the same leaves, roots that pass are consistent with each other.
    """
    hasher = leaf_hasher()
    nodes: dict[tuple[int, int], str] = {}
    frontier: list[tuple[int, bytes]] = []  # complete subtrees from left to right: (level, hash)
    rows = connection.execute(select(log_leaves).order_by(log_leaves.c.seq))
    for expected_seq, row in enumerate(rows):
        if row.seq != expected_seq:
            yield _finding("leaf", expected_seq, "存在", "缺失", "的记录缺失")
            return
        leaf_hash = hasher.hash_leaf(row.leaf)
        if leaf_hash.hex() != row.leaf_hash:
            yield _finding("leaf", row.seq, row.leaf_hash, leaf_hash.hex(), "的内容与其哈希不符")
        # Go on with the recorded hash: one changed leaf is then named once, not once more per later root.
        _grow(hasher, frontier, nodes, row.seq, bytes.fromhex(row.leaf_hash))
        root = _root(hasher, frontier).hex()
        if root != row.root_hash:
            yield _finding("root", row.seq, root, row.root_hash, "之后的根哈希与重新计算的结果不符")
    yield from _check_nodes(connection, nodes)


def _grow(
    hasher: MerkleHasher, frontier: list[tuple[int, bytes]], nodes: dict[tuple[int, int], str], seq: int, value: bytes
) -> None:
    level, position = 0, seq
    nodes[(0, seq)] = value.hex()
    while frontier and frontier[-1][0] == level:
        _, left = frontier.pop()
        value = hasher.hash_nodes(left, value)
        level, position = level + 1, position // 2
        nodes[(level, position)] = value.hex()
    frontier.append((level, value))


def _root(hasher: MerkleHasher, frontier: list[tuple[int, bytes]]) -> bytes:
    *left, (_, value) = frontier
    for _, sibling in reversed(left):
        value = hasher.hash_nodes(sibling, value)
    return value


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
    return Finding(code, f"leaf {seq}", expected, got, f"归档日志第 {seq} 项{what}：应为 {expected}，实为 {got}")
