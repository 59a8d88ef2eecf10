"""Signed heads: what they say, their keys, where they are kept, and what never stops a filing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymerkle import verify_consistency
from sqlalchemy import text

from domain.errors import UnknownObjectError
from domain.proof import SignedHead
from storage import ProofOptions, Storage, open_storage
from storage.proof.errors import HeadFolderError, SigningKeyError
from storage.proof.head_text import CLOCK_SET_BACK, parse_head_file
from storage.proof.keys import is_signed
from tests.storage.conftest import drop_triggers

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=UTC)


class SetClock:
    """A clock that stands where a test puts it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def signing(home: Path, empty_home: Path, outside: Path, clock: SetClock) -> Iterator[Storage]:
    shutil.copytree(empty_home, home)
    opened = open_storage(home, clock=clock, proof=ProofOptions(heads=outside))
    yield opened
    opened.close()


def grow(storage: Storage, *leaves: bytes) -> SignedHead:
    for data in leaves:
        storage.log.append(data)
    head = storage.proof.heads.sign()
    assert head is not None
    return head


def wrong(storage: Storage) -> set[tuple[str, str]]:
    """Return what the check of the archive says, but for leaves that no filing made."""
    return {(f.code, f.subject) for f in storage.fixity.verify_archive() if f.code != "filing_row"}


def test_an_empty_log_has_no_head(signing: Storage) -> None:
    assert signing.proof.heads.sign() is None
    assert signing.proof.heads.state().unsigned == 0
    assert wrong(signing) == set()


def test_a_head_says_what_the_log_is(signing: Storage) -> None:
    head = grow(signing, b"a", b"b", b"c")
    (key,) = signing.proof.keys.public()
    assert json.loads(head.text) == {
        "schema": "juanzong.head/1",
        "log": key.key.id,
        "size": 3,
        "root": signing.log.root(3),
        "at": "2026-11-26T08:30:00+00:00",
        "key": key.key.id,
        "note": None,
    }
    assert is_signed(key, head.text, head.signature)
    assert not is_signed(key, head.text + " ", head.signature)
    assert signing.proof.heads.sign() == head
    assert signing.proof.heads.state().heads == 1
    assert wrong(signing) == set()


def test_heads_go_outside_with_their_key(signing: Storage, outside: Path) -> None:
    heads = [grow(signing, b"a"), grow(signing, b"b", b"c")]
    files = sorted(outside.glob("head-*"))
    assert [parse_head_file(f.read_bytes()) for f in files] == heads
    assert [f.stat().st_mode & 0o777 for f in files] == [0o444, 0o444]
    assert len(list(outside.glob("key-*.json"))) == 1
    assert not list(outside.glob(".*"))


def test_a_folder_that_was_away_is_caught_up_with(signing: Storage, outside: Path) -> None:
    grow(signing, b"a")
    away = outside.rename(outside.with_name("away"))
    for data in (b"b", b"c"):
        signing.log.append(data)
        with pytest.raises(HeadFolderError):
            signing.proof.heads.sign()
    assert signing.proof.heads.state().newest == signing.proof.heads.of_size(3)
    assert ("head_folder", str(outside)) in wrong(signing)
    away.rename(outside)
    assert ("head_folder", "head 2") in wrong(signing)
    signing.proof.heads.sign()
    assert len(list(outside.glob("head-*"))) == 3
    assert wrong(signing) == set()


def test_a_file_in_the_place_of_the_folder_is_no_folder(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    storage = open_storage(home, proof=ProofOptions(heads=tmp_path / "file"))
    storage.log.append(b"a")
    with pytest.raises(HeadFolderError):
        storage.proof.heads.sign()
    assert storage.proof.heads.state().unsigned == 0
    storage.close()


def test_a_clock_that_was_set_back_is_noted_by_the_head(signing: Storage, clock: SetClock) -> None:
    first = grow(signing, b"a")
    clock.now = NOW - timedelta(hours=3)
    second = grow(signing, b"b")
    assert second.head.at < first.head.at
    assert second.head.note == f"{CLOCK_SET_BACK}2026-11-26T08:30:00+00:00"
    assert wrong(signing) == set()
    clock.now = NOW + timedelta(hours=1)
    assert grow(signing, b"c").head.note is None


def test_a_time_that_goes_back_in_silence_is_found(signing: Storage, clock: SetClock, home: Path) -> None:
    """Whoever has the key can sign a head without the note: its time still contradicts the one before."""
    grow(signing, b"a")
    later = grow(signing, b"b")
    said = later.text.replace("2026-11-26T08:30:00", "2026-11-26T05:30:00")
    key = signing.proof.keys.public()[0]
    drop_triggers(signing)
    with signing.database.write() as connection:
        forged = {"t": said, "s": signing.proof.keys.sign(key, said.encode()), "at": "2026-11-26 05:30:00.000000"}
        connection.execute(
            text("UPDATE tree_heads SET text = :t, signature = :s, signed_at = :at WHERE size = 2"), forged
        )
    bare = open_storage(home)
    assert wrong(bare) == {("head", "head 1")}
    bare.close()


def test_keys_are_private_files_and_their_public_parts_stay(signing: Storage, home: Path) -> None:
    old = grow(signing, b"a")
    files = {f.name: f.stat().st_mode & 0o777 for f in (home / "keys").glob("[0-9]*")}
    assert files == {"0001.key": 0o600, "0001.json": 0o644}
    key = signing.proof.keys.rotate()
    new = signing.proof.heads.sign()
    assert new is not None
    assert (new.head.size, new.head.key, new.head.log) == (1, key.key.id, old.head.key)
    assert key.key.previous == old.head.key
    assert sorted(f.name for f in (home / "keys").glob("[0-9]*")) == ["0001.json", "0002.json", "0002.key"]
    assert wrong(signing) == set()
    assert [k.key.id for k in signing.proof.heads.keys_of(old)] == [old.head.key]
    assert [k.key.id for k in signing.proof.heads.keys_of(new)] == [old.head.key, key.key.id]


def test_a_head_signed_with_a_key_of_the_past_is_found(signing: Storage, home: Path) -> None:
    """The private key was deleted when it was rotated; somebody had a copy."""
    grow(signing, b"a")
    (old,) = signing.proof.keys.public()
    copy = load_pem_private_key((home / "keys" / "0001.key").read_bytes(), None)
    assert isinstance(copy, Ed25519PrivateKey)
    signing.proof.keys.rotate()
    grow(signing)
    last = grow(signing, b"b")
    said = last.text.replace(f'"key":"{last.head.key}"', f'"key":"{old.key.id}"')
    drop_triggers(signing)
    with signing.database.write() as connection:
        forged = {"t": said, "s": copy.sign(said.encode()).hex(), "p": last.position}
        connection.execute(text("UPDATE tree_heads SET text = :t, signature = :s WHERE position = :p"), forged)
    bare = open_storage(home)
    assert wrong(bare) == {("head", f"head {last.position}")}
    bare.close()


def test_a_key_put_in_by_a_stranger_is_refused(signing: Storage, home: Path, tmp_path: Path) -> None:
    grow(signing, b"a")
    other = open_storage(tmp_path / "other")
    grow(other, b"x")
    other.close()
    shutil.copy(tmp_path / "other" / "keys" / "0001.json", home / "keys" / "0002.json")
    shutil.copy(tmp_path / "other" / "keys" / "0001.key", home / "keys" / "0002.key")
    signing.log.append(b"b")
    with pytest.raises(SigningKeyError, match="上一把"):
        signing.proof.heads.sign()
    assert wrong(signing) == {("head_key", "keys")}


@pytest.mark.parametrize("name", ["0001.json", "0001.key"])
def test_a_damaged_key_signs_nothing(signing: Storage, home: Path, name: str) -> None:
    grow(signing, b"a")
    (home / "keys" / name).write_bytes(b"{}")
    signing.log.append(b"b")
    with pytest.raises(SigningKeyError):
        signing.proof.heads.sign()
    assert signing.proof.heads.state().unsigned == 1


def test_a_private_key_of_another_home_signs_nothing(signing: Storage, home: Path, tmp_path: Path) -> None:
    grow(signing, b"a")
    other = open_storage(tmp_path / "other")
    grow(other, b"x")
    other.close()
    shutil.copy(tmp_path / "other" / "keys" / "0001.key", home / "keys" / "0001.key")
    signing.log.append(b"b")
    with pytest.raises(SigningKeyError, match="不成对"):
        signing.proof.heads.sign()


def test_two_who_sign_first_make_one_key_and_one_line_of_heads(signing: Storage, home: Path, outside: Path) -> None:
    others = [open_storage(home, proof=ProofOptions(heads=outside)) for _ in range(3)]

    def work(number: int) -> None:
        for leaf in range(4):
            others[number].log.append(b"%d %d" % (number, leaf))
            others[number].proof.heads.sign()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert len(signing.proof.keys.public()) == 1
    state = signing.proof.heads.state()
    assert (state.leaves, state.unsigned) == (12, 0)
    assert wrong(signing) == set()
    for other in others:
        other.close()


@pytest.fixture
def grown(storage: Storage) -> Storage:
    for number in range(21):
        grow(storage, b"leaf %d" % number)
    return storage


@given(sizes=st.tuples(st.integers(1, 21), st.integers(1, 21)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_two_heads_are_proven_consistent(grown: Storage, sizes: tuple[int, int]) -> None:
    proof = grown.proof.heads.consistency(*sizes)
    older, newer = proof.older.head, proof.newer.head
    assert (older.size, newer.size) == tuple(sorted(sizes))
    states = (bytes.fromhex(older.root), bytes.fromhex(newer.root))
    verify_consistency(*states, grown.log.prove_consistency(older.size, newer.size))
    assert len(proof.path) <= newer.size.bit_length() + 1


def test_a_head_of_that_size_was_never_signed(signing: Storage) -> None:
    grow(signing, b"a", b"b")
    with pytest.raises(UnknownObjectError):
        signing.proof.heads.consistency(1, 2)
    with pytest.raises(UnknownObjectError):
        signing.proof.heads.covering(2)
