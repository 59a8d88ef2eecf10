"""The Merkle log: proofs for any size, RFC 9162 hashes, no fork, no change."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymerkle import verify_consistency
from sqlalchemy import exc, text

from domain.errors import UnknownObjectError
from storage import Storage
from storage.log_check import check_log
from tests.storage.conftest import drop_triggers, said_to

LEAVES = [f"leaf {i}".encode() for i in range(34)]


@pytest.fixture
def grown(storage: Storage) -> Storage:
    for data in LEAVES:
        storage.log.append(data)
    return storage


def rfc_root(leaves: list[bytes]) -> bytes:
    """Merkle tree hash as RFC 9162, section 2.1.1 defines it."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + rfc_root(leaves[:split]) + rfc_root(leaves[split:])).digest()


def test_every_root_is_the_one_of_the_standard(grown: Storage) -> None:
    for seq in range(len(LEAVES)):
        assert grown.log.leaf(seq).root_hash == rfc_root(LEAVES[: seq + 1]).hex() == grown.log.root(seq + 1)
    assert grown.log.size() == len(LEAVES)


def test_empty_log_has_the_root_of_nothing(storage: Storage) -> None:
    assert storage.log.root() == hashlib.sha256(b"").hexdigest()
    assert storage.log.size() == 0


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_inclusion_and_consistency_hold_for_any_size(grown: Storage, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    seq = data.draw(st.integers(0, size - 1))
    proof = grown.log.prove_inclusion(seq, size)
    assert proof.holds()
    assert proof.root_hash == rfc_root(LEAVES[:size]).hex()
    old = data.draw(st.integers(1, size))
    states = (rfc_root(LEAVES[:old]), rfc_root(LEAVES[:size]))
    verify_consistency(*states, grown.log.prove_consistency(old, size))


def test_proof_of_another_leaf_does_not_hold(grown: Storage) -> None:
    proof = grown.log.prove_inclusion(5)
    assert not replace(proof, leaf_hash=grown.log.leaf(6).leaf_hash).holds()
    assert not replace(proof, root_hash=grown.log.root(20)).holds()


def test_leaf_that_is_not_there(grown: Storage) -> None:
    with pytest.raises(UnknownObjectError):
        grown.log.leaf(len(LEAVES))
    with pytest.raises(UnknownObjectError):
        grown.log.prove_inclusion(7, 7)
    with pytest.raises(UnknownObjectError):
        grown.log.prove_inclusion(0, len(LEAVES) + 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_leaves SET leaf = x'00' WHERE seq = 3",
        "DELETE FROM log_leaves WHERE seq = 33",
        "UPDATE log_nodes SET position = 99 WHERE level = 2 AND position = 1",
        "DELETE FROM log_nodes",
        "INSERT OR REPLACE INTO log_leaves SELECT seq, x'00', leaf_hash, root_hash, appended_at FROM log_leaves"
        " WHERE true KEY seq",
        f"INSERT INTO log_leaves SELECT 40, leaf, '{1:064}', '{2:064}', appended_at FROM log_leaves WHERE seq = 0",
    ],
)
def test_database_refuses_to_change_the_log(grown: Storage, statement: str) -> None:
    with pytest.raises(exc.IntegrityError, match=r"append-only|gaps"), grown.database.write() as connection:
        connection.execute(text(said_to(grown, statement)))
    with grown.database.read() as connection:
        assert list(check_log(connection)) == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE log_leaves SET leaf = leaf || x'00' WHERE seq = 7", [("leaf", "leaf 7")]),
        ("UPDATE log_leaves SET leaf = CAST(leaf || x'00' AS BLOB) WHERE seq = 7", [("leaf", "leaf 7")]),
        (f"UPDATE log_leaves SET leaf_hash = '{1:064}' WHERE seq = 7", [("leaf", "leaf 7")]),
        (f"UPDATE log_leaves SET root_hash = '{1:064}' WHERE seq = 7", [("root", "leaf 7")]),
        (f"UPDATE log_nodes SET hash = '{1:064}' WHERE level = 1 AND position = 2", [("node", "node 1/2")]),
        ("DELETE FROM log_nodes WHERE level = 1 AND position = 2", [("node", "node 1/2")]),
        (f"INSERT INTO log_nodes VALUES (9, 0, '{1:064}')", [("node", "node 9/0")]),
    ],
)
def test_check_names_the_one_thing_that_was_changed(
    grown: Storage, statement: str, expected: list[tuple[str, str]]
) -> None:
    drop_triggers(grown)
    with grown.database.write() as connection:
        connection.execute(text(said_to(grown, statement)))
    with grown.database.read() as connection:
        assert [(f.code, f.subject) for f in check_log(connection)] == expected


def test_check_names_a_missing_leaf(grown: Storage) -> None:
    drop_triggers(grown)
    with grown.database.write() as connection:
        connection.execute(text("DELETE FROM log_leaves WHERE seq = 7"))
    with grown.database.read() as connection:
        assert ("leaf", "leaf 7") in [(f.code, f.subject) for f in check_log(connection)]
