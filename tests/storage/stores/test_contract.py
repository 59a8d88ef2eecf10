"""The contract of every object store: what is put comes back, verified; the locks: test_locks.py."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import ObjectDamagedError, ObjectMissingError, UnknownObjectError
from storage.digests import CHUNK
from storage.objects import ObjectStore, object_key


@given(content=st.binary(max_size=300))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_stored_comes_back(store: ObjectStore, content: bytes) -> None:
    ref = store.put(content, "application/octet-stream")
    assert store.read(ref.key) == content
    assert ref.sha256 == hashlib.sha256(content).hexdigest()
    assert ref.sm3 == hashlib.new("sm3", content).hexdigest()
    assert (ref.size, ref.media_type) == (len(content), "application/octet-stream")
    assert ref.sha256 in ref.key
    store.verify(ref)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_path_stream_and_bytes_are_one_object(store: ObjectStore, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    file = tmp_path / "信.pdf"
    file.write_bytes(content)
    refs = [store.put(source, "application/pdf") for source in (file, content, io.BytesIO(content))]
    assert len(set(refs)) == 1
    with store.open(refs[0].key) as stream:
        assert stream.read() == content
    assert store.path(refs[0].key).read_bytes() == content


def test_sm3_is_the_published_one(store: ObjectStore) -> None:
    # GM/T 0004-2012, appendix A, example 1
    assert store.put(b"abc", "text/plain").sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_missing_object_is_named(store: ObjectStore) -> None:
    ref = store.put(b"x", "text/plain")
    other = ref.model_copy(update={"key": object_key("0" * 64), "sha256": "0" * 64})
    assert not store.exists(other.key)
    for use in (store.read, store.open, store.path, store.digests):
        with pytest.raises(ObjectMissingError, match=other.key):
            use(other.key)
    with pytest.raises(ObjectMissingError, match=other.key):
        store.verify(other)


@pytest.mark.parametrize("key", ["", "../etc/passwd", "sha256/ab/cd/" + "0" * 64, "/sha256/00/00/" + "0" * 64, "x"])
def test_key_that_is_none_is_refused(store: ObjectStore, key: str) -> None:
    with pytest.raises(UnknownObjectError):
        store.read(key)


def test_reference_that_disagrees_is_named(store: ObjectStore) -> None:
    ref = store.put(b"paper", "text/plain")
    wrong = {"sm3": "0" * 64, "size": 6, "sha256": "1" * 64}
    for name, value in wrong.items():
        with pytest.raises(ObjectDamagedError) as caught:
            store.verify(ref.model_copy(update={name: value}))
        for words in (ref.key, str(value), str(getattr(ref, name))):
            assert words in str(caught.value)


def test_a_missing_object_is_mended_and_a_right_one_left_alone(store: ObjectStore) -> None:
    ref = store.put(b"letter", "text/plain")
    store.mend(ref.key, io.BytesIO(b"letter"))
    store.destroy(ref.key)
    assert not store.exists(ref.key)
    store.mend(ref.key, io.BytesIO(b"letter"))
    assert store.read(ref.key) == store.path(ref.key).read_bytes() == b"letter"
    store.verify(ref)


def test_nothing_is_mended_with_other_bytes(store: ObjectStore) -> None:
    ref = store.put(b"letter", "text/plain")
    with pytest.raises(ObjectDamagedError, match="副本"):
        store.mend(ref.key, io.BytesIO(b"ketter"))
    assert store.read(ref.key) == b"letter"


def test_mending_keeps_the_lock(store: ObjectStore) -> None:
    ref = store.put(b"letter", "text/plain")
    lock = store.hold(ref.key)
    store.mend(ref.key, io.BytesIO(b"letter"))
    assert store.lock_of(ref.key) == lock
    store.release(ref.key)
