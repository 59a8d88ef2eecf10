"""History is rewritten in every way that somebody with the database could: the heads tell.

The intruder may write every file of the home. In the first half he has no signing key and cannot reach the folder
outside; in the second half he has the key as well, and only the folder is left to contradict him.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage import ProofOptions, Storage, open_storage
from storage.log_check import check_log
from storage.proof.errors import HeadConflictError
from tests.storage.conftest import drop_triggers, saved

CASES = 6


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def filed(home: Path, empty_home: Path, outside: Path) -> Iterator[Storage]:
    shutil.copytree(empty_home, home)
    opened = open_storage(home, proof=ProofOptions(heads=outside))
    for number in range(CASES):
        file_one(opened, b"letter %d" % number)
    assert opened.fixity.verify_archive() == ()
    yield opened
    opened.close()


def file_one(storage: Storage, content: bytes) -> None:
    storage.filing.file_case(saved(storage, content))
    storage.proof.heads.sign()


def recompute(connection: Connection, database: Storage) -> None:
    """Append all leaves anew, so that hashes, nodes and roots fit what the leaves now say."""
    leaves = connection.execute(text("SELECT leaf FROM log_leaves ORDER BY seq")).scalars().all()
    kept = connection.execute(text("SELECT * FROM filings")).mappings().all()
    objects = connection.execute(text("SELECT * FROM archived_objects")).mappings().all()
    for table in ("archived_objects", "filings", "log_nodes", "log_leaves"):
        connection.execute(text(f"DELETE FROM {table}"))
    from storage.archive_log import append_leaf

    for leaf in leaves:
        append_leaf(connection, leaf, database.database)
    for table, rows in (("filings", kept), ("archived_objects", objects)):
        for row in rows:
            names = ", ".join(row)
            places = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), dict(row))


def rewrite_a_leaf(storage: Storage) -> None:
    """Say that the third case was filed a year earlier, in leaf, row and tree."""
    drop_triggers(storage)
    with storage.database.write() as connection:
        leaf = connection.execute(text("SELECT leaf FROM log_leaves WHERE seq = 2")).scalar_one()
        year = leaf[leaf.index(b'"filed_at":"') + 12 :][:4]
        changed = leaf.replace(b'"filed_at":"' + year, b'"filed_at":"2019')
        connection.execute(text("UPDATE log_leaves SET leaf = :leaf WHERE seq = 2"), {"leaf": changed})
        connection.execute(text("UPDATE filings SET filed_at = '2019' || substr(filed_at, 5) WHERE seq = 2"))
        recompute(connection, storage)


def remove_the_newest(storage: Storage) -> None:
    """Take the last two filings out of every table, heads included."""
    drop_triggers(storage)
    with storage.database.write() as connection:
        gone = "seq >= 4"
        manifests = connection.execute(text(f"SELECT manifest_key FROM filings WHERE {gone}")).scalars().all()
        for table in ("archived_objects", "filings", "log_leaves"):
            connection.execute(text(f"DELETE FROM {table} WHERE {gone}"))
        connection.execute(text("DELETE FROM log_nodes WHERE (position + 1) << level > 4"))
        connection.execute(text("DELETE FROM tree_heads WHERE size > 4"))
        for key in manifests:
            connection.execute(text("DELETE FROM objects WHERE key = :key"), {"key": key})


def remove_all_heads(storage: Storage) -> None:
    """Rewrite a leaf and leave no head that could tell."""
    rewrite_a_leaf(storage)
    with storage.database.write() as connection:
        connection.execute(text("DELETE FROM tree_heads"))


def codes(storage: Storage) -> set[str]:
    return {f.code for f in storage.fixity.verify_archive()}


def test_a_rewritten_leaf_with_all_hashes_recomputed(filed: Storage) -> None:
    rewrite_a_leaf(filed)
    with filed.database.read() as connection:
        assert list(check_log(connection)) == []  # sound in itself: only the heads know better
    assert codes(filed) == {"head_log"}
    contradicted = {f.subject for f in filed.fixity.verify_archive()}
    assert contradicted == {f"head {n}" for n in range(2, CASES)}


def test_a_rewritten_leaf_is_seen_without_a_folder_outside(filed: Storage, home: Path) -> None:
    rewrite_a_leaf(filed)
    bare = open_storage(home)
    assert codes(bare) == {"head_log"}
    with pytest.raises(HeadConflictError, match="不符"):
        bare.proof.heads.sign()
    bare.close()


def test_the_newest_filings_removed_everywhere(filed: Storage, home: Path) -> None:
    remove_the_newest(filed)
    bare = open_storage(home)
    assert bare.fixity.verify_archive() == ()  # a shorter log, sound in itself: the folder outside is needed
    bare.close()
    found = filed.fixity.verify_archive()
    assert {(f.code, f.subject) for f in found} == {("head_log", "head 4"), ("head_log", "head 5")}
    assert all("变短" in f.message for f in found)


@pytest.mark.parametrize("attack", [rewrite_a_leaf, remove_the_newest, remove_all_heads])
def test_nothing_is_signed_over_a_rewritten_history(
    filed: Storage, outside: Path, attack: Callable[[Storage], None]
) -> None:
    before = sorted(f.name for f in outside.iterdir())
    attack(filed)
    with pytest.raises(HeadConflictError):
        filed.proof.heads.sign()
    assert sorted(f.name for f in outside.iterdir()) == before
    filed.filing.file_case(saved(filed, b"a letter of today"))  # filing itself goes on
    with pytest.raises(HeadConflictError):
        filed.proof.heads.sign()


def test_a_database_restored_from_yesterday(filed: Storage, home: Path, outside: Path, tmp_path: Path) -> None:
    filed.close()
    shutil.copytree(home, tmp_path / "yesterday")
    today = open_storage(home, proof=ProofOptions(heads=outside))
    file_one(today, b"filed today")
    today.close()
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "yesterday", home)
    restored = open_storage(home, proof=ProofOptions(heads=outside))
    assert {(f.code, f.subject) for f in restored.fixity.verify_archive()} == {("head_log", f"head {CASES}")}
    restored.filing.file_case(saved(restored, b"filed instead"))
    found = restored.fixity.verify_archive()
    assert {(f.code, f.subject) for f in found} == {("head_log", f"head {CASES}")}
    assert "改写" in found[0].message
    with pytest.raises(HeadConflictError):
        restored.proof.heads.sign()
    restored.close()


def test_a_thief_of_the_key_signs_a_history_of_his_own(filed: Storage, home: Path) -> None:
    """With the key and without the folder he deceives the database alone, but nobody who has an older head."""
    remove_all_heads(filed)
    thief = open_storage(home)
    thief.proof.heads.sign()
    assert thief.fixity.verify_archive() == ()
    thief.close()
    assert {f.code for f in filed.fixity.verify_archive()} == {"head_log", "head_folder"}


def test_a_thief_with_keys_of_his_own(filed: Storage, home: Path) -> None:
    remove_all_heads(filed)
    for file in (home / "keys").glob("[0-9]*"):
        file.unlink()
    thief = open_storage(home)
    thief.proof.heads.sign()
    thief.close()
    assert "head_key" in codes(filed)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE tree_heads SET size = 3 WHERE position = 1", {("head", "head 1")}),
        ("UPDATE tree_heads SET root_hash = printf('%064d', 1) WHERE position = 1", {("head", "head 1")}),
        ("UPDATE tree_heads SET signed_at = '2019-01-01 00:00:00.000000' WHERE position = 1", {("head", "head 1")}),
        ("UPDATE tree_heads SET signature = '00' || substr(signature, 3) WHERE position = 1", {("head", "head 1")}),
        ("UPDATE tree_heads SET text = replace(text, 'null', '\"x\"') WHERE position = 1", {("head", "head 1")}),
        ("UPDATE tree_heads SET text = 'x' WHERE position = 1", {("head", "head 1")}),
        ("DELETE FROM tree_heads WHERE position = 1", {("head", "head 1")}),
    ],
)
def test_a_changed_head_is_named(filed: Storage, statement: str, expected: set[tuple[str, str]]) -> None:
    drop_triggers(filed)
    with filed.database.write() as connection:
        assert connection.execute(text(statement)).rowcount == 1
    found = {(f.code, f.subject) for f in filed.fixity.verify_archive()}
    assert expected <= found
    assert {code for code, _ in found} <= {"head", "head_folder"}


def test_any_changed_byte_of_a_head_outside_is_found(filed: Storage, outside: Path) -> None:
    file = sorted(outside.glob("head-*"))[2]
    whole = file.read_bytes()
    file.chmod(0o644)
    with filed.database.read() as connection:
        for place in range(len(whole)):
            damaged = bytearray(whole)
            damaged[place] ^= 1
            file.write_bytes(damaged)
            assert list(filed.proof.check.findings(connection)), (place, bytes(damaged))
        file.write_bytes(whole)
        assert list(filed.proof.check.findings(connection)) == []
