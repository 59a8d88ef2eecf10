"""The archive log when it is large: appending, proving, verifying, and how many bytes a proof has.

``python -m benchmarks.archive.log --leaves 10000000`` builds a log of made-up filings in bulk (not timed: SQLite,
about 0.9 GB and a minute or two for each million), then times the same calls that filing and certificates make.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import reduce
from itertools import islice
from pathlib import Path

from pymerkle import verify_consistency

from storage import Storage, open_storage
from storage.archive_log import InclusionProof

AT_ONCE = 20_000
_INSERT_LEAF = "INSERT INTO log_leaves (seq, leaf, leaf_hash, root_hash, appended_at) VALUES (?, ?, ?, ?, ?)"
_INSERT_NODE = "INSERT INTO log_nodes (level, position, hash) VALUES (?, ?, ?)"
_FAST = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000", "locking_mode = EXCLUSIVE")

LeafRow = tuple[int, bytes, str, str, str]
NodeRow = tuple[int, int, str]


def made_up_leaf(number: int) -> bytes:
    """Return a leaf as long as those of real filings."""
    digest = hashlib.sha256(b"%d" % number).hexdigest()
    said = {
        "case_id": f"case-{digest[:20]}",
        "filed_at": "2026-11-26T08:30:00+00:00",
        "kind": "filing",
        "manifest_sha256": digest,
        "manifest_sm3": digest[::-1],
        "revision": 1,
        "schema": "juanzong.leaf/1",
    }
    return json.dumps(said, separators=(",", ":")).encode()


def tree_rows(leaves: int) -> Iterator[tuple[LeafRow, list[NodeRow]]]:
    """Yield the row of each leaf with its root, and the nodes that it completes (RFC 9162, section 2.1.1)."""
    peaks: list[tuple[int, bytes]] = []
    for seq in range(leaves):
        leaf = made_up_leaf(seq)
        value = hashlib.sha256(b"\0" + leaf).digest()
        leaf_hash, level, position = value.hex(), 0, seq
        nodes = [(level, position, leaf_hash)]
        while peaks and peaks[-1][0] == level:
            value = _node(peaks.pop()[1], value)
            level, position = level + 1, position >> 1
            nodes.append((level, position, value.hex()))
        peaks.append((level, value))
        root = reduce(lambda right, left: _node(left, right), (p for _, p in reversed(peaks)))
        yield (seq, leaf, leaf_hash, root.hex(), "2026-11-26 08:30:00.000000"), nodes


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def build(file: Path, leaves: int) -> None:
    """Fill the empty log of a migrated database; its triggers are put back as they were."""
    connection = sqlite3.connect(file, isolation_level=None)
    for setting in _FAST:
        connection.execute(f"PRAGMA {setting}")
    named = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('log_leaves', 'log_nodes')"
    triggers = connection.execute(named).fetchall()
    connection.execute("BEGIN")
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    rows = tree_rows(leaves)
    while some := list(islice(rows, AT_ONCE)):
        connection.executemany(_INSERT_LEAF, [leaf for leaf, _ in some])
        connection.executemany(_INSERT_NODE, [node for _, nodes in some for node in nodes])
    for _, statement in triggers:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def timed(name: str, calls: list[Callable[[], object]]) -> list[object]:
    """Make the calls; print median and 95th percentile in milliseconds; return their results."""
    results, taken = [], []
    for call in calls:
        started = time.perf_counter()
        results.append(call())
        taken.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(f"| {name} | {len(calls):,} | {statistics.median(taken):.2f} | {p95:.2f} |", flush=True)
    return results


def measure(storage: Storage, leaves: int, appends: int = 200, proofs: int = 1000) -> None:
    """Time everything on the log as it is: so many appended leaves, so many proofs."""
    chosen = random.Random(7)
    log = storage.log
    print(f"\n{leaves:,} leaves, SQLite\n\n| call | times | median ms | p95 ms |\n|---|---|---|---|")
    timed("append a leaf, on disk", [lambda n=n: log.append(b"new %d" % n) for n in range(appends)])

    def append_and_sign(number: int) -> object:
        log.append(b"signed %d" % number)
        return storage.proof.heads.sign()

    timed("append a leaf and sign the head", [lambda n=n: append_and_sign(n) for n in range(appends)])
    size = log.size()
    seqs = [chosen.randrange(size) for _ in range(proofs)]
    proven = timed("prove that a leaf is in", [lambda s=s: log.prove_inclusion(s) for s in seqs])
    found = [p for p in proven if isinstance(p, InclusionProof)]
    assert all(timed("verify it", [p.holds for p in found]))
    sizes = [tuple(sorted((chosen.randrange(1, size), size))) for _ in range(proofs // 5)]
    paths = timed("prove two heads consistent", [lambda s=s: log.consistency_path(*s) for s in sizes])
    states = [(bytes.fromhex(log.root(a)), bytes.fromhex(log.root(b)), log.prove_consistency(a, b)) for a, b in sizes]
    timed("verify it", [lambda s=s: verify_consistency(*s) for s in states])
    longest = max(len(p.path) for p in found)
    as_json = max(len(json.dumps(p.path)) for p in found)
    steps = max(len(p) for p in paths if isinstance(p, tuple))
    print(f"\ninclusion proof: at most {longest} hashes, {longest * 32} bytes ({as_json} as JSON)")
    print(f"consistency proof: at most {steps} hashes, {steps * 32} bytes")


def main() -> None:
    """Build, measure, print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--leaves", type=int, default=1_000_000)
    leaves = words.parse_args().leaves
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        open_storage(home).close()
        started = time.perf_counter()
        build(home / "juanzong.sqlite", leaves)
        size = (home / "juanzong.sqlite").stat().st_size
        print(f"built in {time.perf_counter() - started:.0f} s, {size / 1e9:.2f} GB")
        storage = open_storage(home)
        measure(storage, leaves)
        storage.close()


if __name__ == "__main__":
    main()
