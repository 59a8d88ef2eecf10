"""Encryption before the store: frames that cannot be changed, keys wrapped anew, nothing told to the store."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import exc, text

from domain.errors import ObjectDamagedError, StoreFullError
from storage.database import Database
from storage.errors import MasterKeyError
from storage.objects import LocalObjectStore
from storage.stores import sealing
from storage.stores.encrypted import EncryptedStore
from storage.stores.envelopes import Envelopes
from storage.stores.masters import CommandKeys, ListedKeys, MasterKeys
from storage.stores.s3 import S3ObjectStore
from storage.stores.sealing import FRAME, MAGIC, TAG, BrokenSealError, new_key, sealed, unsealed
from tests.storage.conftest import flip_byte
from tests.storage.stores.conftest import MASTER

NAME = "sha256/ab/cd/name"
NEWER = "2027:" + base64.b64encode(bytes(range(32, 64))).decode()
SMALL = 16
"""Bytes of a frame in the properties, so that short texts have several."""


@pytest.fixture
def small_frames() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "FRAME", SMALL)
        yield


def seal(content: bytes, key: bytes, name: str = NAME) -> bytes:
    return sealed(io.BytesIO(content), key, name).read()


def unseal(body: bytes, key: bytes, name: str = NAME) -> bytes:
    return unsealed(io.BytesIO(body), key, name).read()


CONTENT = st.binary(max_size=5 * SMALL)
KEY = new_key()
unhurried = settings(deadline=None)


@pytest.mark.usefixtures("small_frames")
class TestFrames:
    @unhurried
    @given(CONTENT)
    def test_what_is_sealed_comes_back(self, content: bytes) -> None:
        assert unseal(seal(content, KEY), KEY) == content

    @unhurried
    @given(CONTENT, st.data())
    def test_a_flipped_bit_anywhere_is_found(self, content: bytes, data: st.DataObject) -> None:
        body = bytearray(seal(content, KEY))
        body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(BrokenSealError):
            unseal(bytes(body), KEY)

    @unhurried
    @given(CONTENT, st.data())
    def test_a_body_that_was_cut_is_found(self, content: bytes, data: st.DataObject) -> None:
        body = seal(content, KEY)
        with pytest.raises(BrokenSealError):
            unseal(body[: data.draw(st.integers(0, len(body) - 1))], KEY)

    @unhurried
    @given(CONTENT, st.binary(min_size=1, max_size=3 * SMALL))
    def test_added_bytes_are_found(self, content: bytes, more: bytes) -> None:
        with pytest.raises(BrokenSealError):
            unseal(seal(content, KEY) + more, KEY)

    @unhurried
    @given(st.binary(min_size=4 * SMALL, max_size=4 * SMALL), st.permutations(range(4)))
    def test_frames_in_another_order_are_found(self, content: bytes, order: list[int]) -> None:
        body = seal(content, KEY)[len(MAGIC) :]
        frames = [body[n : n + SMALL + TAG] for n in range(0, len(body), SMALL + TAG)]
        moved = MAGIC + b"".join(frames[n] for n in order)
        if order == [0, 1, 2, 3]:
            assert unseal(moved, KEY) == content
        else:
            with pytest.raises(BrokenSealError):
                unseal(moved, KEY)

    @unhurried
    @given(CONTENT)
    def test_another_key_or_object_opens_nothing(self, content: bytes) -> None:
        body = seal(content, KEY)
        for key, name in ((new_key(), NAME), (KEY, "sha256/another")):
            with pytest.raises(BrokenSealError):
                unseal(body, key, name)

    @unhurried
    @given(st.binary(min_size=2 * SMALL, max_size=6 * SMALL), st.integers(0, 5))
    def test_nothing_of_a_broken_frame_is_given_out(self, content: bytes, number: int) -> None:
        body = bytearray(seal(content, KEY))
        at = min(len(MAGIC) + number * (SMALL + TAG), len(body) - 1)
        body[at] ^= 1
        got = bytearray()
        pieces = sealing._unseal(io.BytesIO(bytes(body)), sealing.AESGCM(KEY), MAGIC + NAME.encode())
        with pytest.raises(BrokenSealError):
            for piece in pieces:
                got += piece
        assert content.startswith(bytes(got))
        assert len(got) % SMALL == 0


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 7])
def test_sizes_around_a_frame(size: int) -> None:
    content = os.urandom(size)
    body = seal(content, KEY)
    assert len(body) == len(MAGIC) + size + TAG * max(1, -(-size // FRAME))
    stream = unsealed(io.BytesIO(body), KEY, NAME)
    assert b"".join(iter(lambda: stream.read(100_003), b"")) == content


@pytest.fixture
def inner(tmp_path: Path) -> LocalObjectStore:
    return LocalObjectStore(tmp_path / "inner")


@pytest.fixture
def opened(inner: LocalObjectStore, envelopes: Envelopes, tmp_path: Path) -> Callable[[str], EncryptedStore]:
    """Open the same store with the master keys given."""
    return lambda keys: EncryptedStore(inner, envelopes, ListedKeys(keys), tmp_path / "plain")


def bodies(inner: LocalObjectStore) -> list[Path]:
    return sorted(p for p in (inner.root / "sha256").rglob("*") if p.is_file())


def test_the_store_learns_neither_content_nor_its_hash(
    inner: LocalObjectStore, opened: Callable[[str], EncryptedStore]
) -> None:
    content = "投诉人张三".encode() * 1000
    ref = opened(MASTER).put(content, "text/plain")
    (body,) = bodies(inner)
    assert "投诉人".encode() not in body.read_bytes()
    assert ref.sha256 not in str(body)
    assert body.name == hashlib.sha256(body.read_bytes()).hexdigest()


def test_same_bytes_of_two_installations_are_two_bodies(tmp_path: Path) -> None:
    assert seal(b"letter", new_key()) != seal(b"letter", new_key())


def test_one_flipped_byte_of_a_body_is_a_damaged_object(
    inner: LocalObjectStore, opened: Callable[[str], EncryptedStore]
) -> None:
    store = opened(MASTER)
    ref = store.put(b"letter", "text/plain")
    flip_byte(bodies(inner)[0])
    for use in (store.read, store.digests, store.path, lambda key: store.put(b"letter", "text/plain")):
        with pytest.raises(ObjectDamagedError, match=ref.key):
            use(ref.key)


def test_body_of_another_object_is_a_damaged_object(
    inner: LocalObjectStore, opened: Callable[[str], EncryptedStore], envelopes: Envelopes
) -> None:
    store = opened(MASTER)
    first, second = (store.put(content, "text/plain") for content in (b"first", b"second"))
    present, other = envelopes.find(first.key), envelopes.find(second.key)
    assert present is not None
    assert other is not None
    envelopes.add(first.key, other.body_key, present.wrapped, present)
    with pytest.raises(ObjectDamagedError, match=first.key):
        store.read(first.key)
    envelopes.add(second.key, present.body_key, present.wrapped, other)
    with pytest.raises(MasterKeyError, match=second.key):
        store.read(second.key)


def test_new_master_key_leaves_the_bodies_alone(
    inner: LocalObjectStore, opened: Callable[[str], EncryptedStore], envelopes: Envelopes
) -> None:
    contents = [f"letter {n}".encode() for n in range(7)]
    refs = [opened(MASTER).put(content, "text/plain") for content in contents]
    before = [(p, p.stat().st_ino, p.stat().st_mtime_ns) for p in bodies(inner)]
    with pytest.raises(MasterKeyError, match="缺少主密钥 2026"):
        opened(NEWER).read(refs[0].key)
    both = ListedKeys(f"{NEWER}\n{MASTER}\n")
    assert envelopes.rewrap(both) == len(refs)
    assert envelopes.rewrap(both) == 0
    assert [(p, p.stat().st_ino, p.stat().st_mtime_ns) for p in bodies(inner)] == before
    assert [opened(NEWER).read(ref.key) for ref in refs] == contents
    with pytest.raises(MasterKeyError, match="缺少主密钥 2027"):
        opened(MASTER).read(refs[0].key)


def test_rewrapping_goes_on_after_a_kill(
    opened: Callable[[str], EncryptedStore], envelopes: Envelopes, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [opened(MASTER).put(f"letter {n}".encode(), "text/plain") for n in range(5)]
    both = ListedKeys(f"{NEWER}\n{MASTER}")
    add, count = envelopes.add, iter(range(100))

    def killed(*arguments: object) -> object:
        if next(count) == 2:
            raise KeyboardInterrupt
        return add(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(envelopes, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        envelopes.rewrap(both)
    assert [opened(f"{NEWER}\n{MASTER}").read(ref.key) for ref in refs]
    assert envelopes.rewrap(both) == 3
    assert [opened(NEWER).read(ref.key) for ref in refs]


def test_locked_bodies_on_a_bucket_are_not_written_again(
    s3: S3ObjectStore, envelopes: Envelopes, tmp_path: Path
) -> None:
    store = EncryptedStore(s3, envelopes, ListedKeys(MASTER), tmp_path / "plain")
    ref = store.put(b"letter", "text/plain")
    store.hold(ref.key)
    envelopes.rewrap(ListedKeys(f"{NEWER}\n{MASTER}"))
    envelope = envelopes.find(ref.key)
    assert envelope is not None
    assert envelope.generation == 2
    assert len(s3.bucket.versions(envelope.body_key)) == 1
    assert EncryptedStore(s3, envelopes, ListedKeys(NEWER), tmp_path / "plain").read(ref.key) == b"letter"


def test_body_without_envelope_is_no_object_and_a_second_put_works(
    opened: Callable[[str], EncryptedStore], envelopes: Envelopes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(MASTER)

    def fail(*_: object) -> None:
        raise StoreFullError("数据库已满", "请清理")

    with monkeypatch.context() as patch:
        patch.setattr(envelopes, "add", fail)
        with pytest.raises(StoreFullError):
            store.put(b"letter", "text/plain")
    ref = store.put(b"letter", "text/plain")
    assert store.read(ref.key) == b"letter"


def test_without_master_key_nothing_is_stored(inner: LocalObjectStore, envelopes: Envelopes, tmp_path: Path) -> None:
    store = EncryptedStore(inner, envelopes, CommandKeys(("/nowhere/kms",)), tmp_path / "plain")
    with pytest.raises(MasterKeyError, match="无法运行"):
        store.put(b"letter", "text/plain")
    assert bodies(inner) == []


def test_many_who_put_the_same_at_once(opened: Callable[[str], EncryptedStore]) -> None:
    store = opened(MASTER)
    with ThreadPoolExecutor(4) as pool:
        refs = set(pool.map(lambda _: store.put(b"letter", "text/plain"), range(8)))
    assert len(refs) == 1
    assert store.read(refs.pop().key) == b"letter"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE object_envelopes SET master = 'x'",
        "DELETE FROM object_envelopes",
        "INSERT OR REPLACE INTO object_envelopes SELECT * FROM object_envelopes",
    ],
)
def test_keys_of_bodies_cannot_be_taken_away_by_sql(
    opened: Callable[[str], EncryptedStore], tmp_path: Path, statement: str
) -> None:
    ref = opened(MASTER).put(b"letter", "text/plain")
    database = Database(tmp_path / "home" / "juanzong.sqlite")
    with pytest.raises(exc.IntegrityError, match="append-only"), database.write() as connection:
        connection.execute(text(statement))
    database.close()
    assert opened(MASTER).read(ref.key) == b"letter"


@pytest.mark.parametrize(
    "keys",
    [
        "",
        "2026",
        "2026:",
        "2026:AAAA",
        ":" + MASTER.partition(":")[2],
        f"{MASTER}\n{MASTER}",
        MASTER + "x",
        "年:" + "A" * 43 + "=",
    ],
)
def test_list_of_master_keys_that_is_none(keys: str) -> None:
    with pytest.raises(MasterKeyError):
        ListedKeys(keys)


KMS = """
import base64, sys
verb, *rest = sys.argv[2:]
key = b"k" * 32
given = base64.b64decode(sys.stdin.read())
mask = bytes(a ^ b for a, b in zip(given, key))
if sys.argv[1] == "fails":
    sys.exit("sealed for the night")
print("house/2026" if verb == "current" else "???" if sys.argv[1] == "mumbles" else base64.b64encode(mask).decode())
"""


@pytest.fixture
def kms(tmp_path: Path) -> Callable[[str], MasterKeys]:
    (tmp_path / "kms.py").write_text(KMS)
    return lambda mood: CommandKeys((sys.executable, str(tmp_path / "kms.py"), mood))


def test_keys_kept_by_a_command(
    kms: Callable[[str], MasterKeys], inner: LocalObjectStore, envelopes: Envelopes, tmp_path: Path
) -> None:
    ref = EncryptedStore(inner, envelopes, kms("works"), tmp_path / "plain").put(b"letter", "text/plain")
    envelope = envelopes.find(ref.key)
    assert envelope is not None
    assert envelope.wrapped.master == "house/2026"
    assert EncryptedStore(inner, envelopes, kms("works"), tmp_path / "plain").read(ref.key) == b"letter"
    for mood, said in (("fails", "sealed for the night"), ("mumbles", "base64")):
        with pytest.raises(MasterKeyError, match=said):
            EncryptedStore(inner, envelopes, kms(mood), tmp_path / "plain").read(ref.key)


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=20))
def test_wrapped_keys_come_back_in_their_own_context_only(key: bytes, context: str) -> None:
    keys = ListedKeys(f"{NEWER}\n{MASTER}")
    wrapped = keys.wrap(key, context)
    assert wrapped.master == "2027"
    assert keys.unwrap(wrapped, context) == key
    with pytest.raises(MasterKeyError, match="解不开"):
        keys.unwrap(wrapped, context + "x")
