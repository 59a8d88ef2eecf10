"""What is special about the S3 store: locks that the server enforces, versions, parts, encryption by the server."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.error import S3Error
from minio.retention import Retention

from benchmarks.archive.seaweed import Weed
from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, StoreFullError
from storage.errors import LockNotKeptError, ObjectLockedError, StoreDeniedError
from storage.objects import object_key
from storage.stores.access import BucketAccess
from storage.stores.bucket import SINGLE, Bucket
from storage.stores.cache import UNDISTURBED, VerifiedCache
from storage.stores.locks import Lock
from storage.stores.s3 import LOOK_FIRST, S3ObjectStore

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
SSE_C_KEY = bytes(range(32))


@pytest.fixture
def guarded(access: BucketAccess, tmp_path: Path) -> S3ObjectStore:
    return S3ObjectStore(access, tmp_path / "cache", first_lock=timedelta(days=30))


def versions(store: S3ObjectStore, ref: ObjectRef) -> list[str]:
    return [version for version, is_marker in store.bucket.versions(ref.key) if not is_marker]


def test_new_object_is_locked_until_its_filing(guarded: S3ObjectStore) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    ref = guarded.put(b"letter", "text/plain")
    until = guarded.lock_of(ref.key).retain_until
    assert until is not None
    assert before <= until - timedelta(days=30) <= datetime.now(UTC)
    with pytest.raises(ObjectLockedError, match="保管至"):
        guarded.destroy(ref.key)
    guarded.verify(ref)


def test_object_handed_in_again_is_guarded_anew(access: BucketAccess, tmp_path: Path) -> None:
    ref = S3ObjectStore(access, tmp_path / "cache").put(b"letter", "text/plain")
    guarded = S3ObjectStore(access, tmp_path / "cache", first_lock=timedelta(days=30))
    assert guarded.lock_of(ref.key) == Lock()
    assert guarded.put(b"letter", "text/plain") == ref
    assert guarded.lock_of(ref.key).retain_until is not None


@pytest.mark.parametrize("size", [10, LOOK_FIRST + 1])
def test_same_bytes_are_one_version(guarded: S3ObjectStore, size: int) -> None:
    content = os.urandom(size)
    refs = {guarded.put(content, "image/tiff") for _ in range(3)}
    assert len(refs) == 1
    assert len(versions(guarded, refs.pop())) == 1


def test_many_who_put_the_same_at_once(guarded: S3ObjectStore) -> None:
    content = os.urandom(100_000)
    with ThreadPoolExecutor(8) as pool:
        refs = set(pool.map(lambda _: guarded.put(content, "image/tiff"), range(16)))
    assert len(refs) == 1
    ref = refs.pop()
    assert guarded.read(ref.key) == content


ATTACKS: dict[str, Callable[[Minio, str, str, str], object]] = {
    "delete the version": lambda c, bucket, name, version: c.remove_object(bucket, name, version_id=version),
    "shorten": lambda c, bucket, name, version: c.set_object_retention(
        bucket, name, Retention(COMPLIANCE, datetime.now(UTC) + timedelta(hours=1)), version_id=version
    ),
    "weaken the mode": lambda c, bucket, name, version: c.set_object_retention(
        bucket, name, Retention(GOVERNANCE, datetime.now(UTC) + timedelta(days=900)), version_id=version
    ),
}


@pytest.mark.parametrize("admin", [False, True])
@pytest.mark.parametrize("attack", ATTACKS)
def test_server_refuses_what_the_store_never_asks(
    guarded: S3ObjectStore, access: BucketAccess, weed: Weed, attack: str, admin: bool
) -> None:
    ref = guarded.put(b"letter", "text/plain")
    guarded.hold(ref.key)
    before = guarded.lock_of(ref.key)
    with pytest.raises(S3Error, match="AccessDenied"):
        ATTACKS[attack](weed.client(admin=admin), access.bucket, access.prefix + ref.key, versions(guarded, ref)[0])
    assert guarded.lock_of(ref.key) == before
    guarded.verify(ref)


@pytest.mark.parametrize("size", [10, SINGLE + 1])
def test_object_written_over_or_deleted_is_still_read(
    guarded: S3ObjectStore, access: BucketAccess, weed: Weed, size: int
) -> None:
    content = os.urandom(size)
    ref = guarded.put(content, "image/tiff")
    client, name = weed.client(), access.prefix + ref.key
    client.put_object(access.bucket, name, io.BytesIO(b"forged"), 6)
    assert guarded.read(ref.key) == content
    client.remove_object(access.bucket, name)
    guarded.verify(ref)
    assert guarded.exists(ref.key)
    assert guarded.path(ref.key).read_bytes() == content
    assert guarded.retain(ref.key, SOON + timedelta(days=99)).retain_until == SOON + timedelta(days=99)
    assert guarded.put(content, "image/tiff") == ref
    with pytest.raises(ObjectLockedError):
        guarded.destroy(ref.key)


def test_name_taken_by_other_bytes_is_reported(s3: S3ObjectStore, access: BucketAccess, weed: Weed) -> None:
    key = object_key("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  # of abc
    weed.client().put_object(access.bucket, access.prefix + key, io.BytesIO(b"abd"), 3)
    with pytest.raises(ObjectDamagedError, match=key):
        s3.put(b"abc", "text/plain")


def test_large_object_goes_in_parts_and_keeps_its_lock(guarded: S3ObjectStore) -> None:
    content = os.urandom(SINGLE + 7)
    ref = guarded.put(content, "image/tiff")
    assert guarded.lock_of(ref.key).retain_until is not None
    with guarded.open(ref.key) as stream:
        assert stream.read(5) == content[:5]
        assert stream.read() == content[5:]
    with pytest.raises(ObjectLockedError):
        guarded.destroy(ref.key)


def test_bucket_without_versions_keeps_nothing(weed: Weed, access: BucketAccess, tmp_path: Path) -> None:
    plain = replace(access, bucket=weed.bucket("plain-s3", lock=False))
    with pytest.raises(LockNotKeptError, match="版本"):
        S3ObjectStore(plain, tmp_path / "cache").put(b"letter", "text/plain")


def test_full_disk_of_this_machine_is_told_as_such(s3: S3ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_spool: object, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    content = io.BytesIO(os.urandom(100))
    with monkeypatch.context() as patch:
        patch.setattr(tempfile.SpooledTemporaryFile, "write", full)
        with pytest.raises(StoreFullError):
            s3.put(content, "image/tiff")
    content.seek(0)
    s3.verify(s3.put(content, "image/tiff"))


@pytest.mark.parametrize("wrong", [{"secret_key": "x"}, {"access_key": "x"}, {"bucket": "nowhere"}])
def test_wrong_settings_are_named(access: BucketAccess, tmp_path: Path, wrong: dict[str, str]) -> None:
    store = S3ObjectStore(replace(access, **wrong), tmp_path / "cache")
    with pytest.raises(StoreDeniedError, match="拒绝"):
        store.put(b"letter", "text/plain")


@pytest.mark.parametrize("size", [5, SINGLE + 1])
@pytest.mark.parametrize("mode", ["s3", "c"])
def test_encryption_by_the_server(access: BucketAccess, tmp_path: Path, weed: Weed, mode: str, size: int) -> None:
    content = os.urandom(size)
    encrypting = replace(access, sse=mode, sse_key=SSE_C_KEY if mode == "c" else None)
    store = S3ObjectStore(encrypting, tmp_path / "cache", first_lock=timedelta(days=1))
    ref = store.put(content, "image/tiff")
    store.verify(ref)
    assert store.put(content, "image/tiff") == ref
    assert store.retain(ref.key, SOON).retain_until == SOON
    stat = Bucket(encrypting).stat(ref.key)
    assert stat is not None
    assert stat.sse == mode
    if mode == "c":
        with pytest.raises(S3Error):
            weed.client().get_object(access.bucket, access.prefix + ref.key)


def test_presigned_url_gives_the_bytes_for_a_short_time(s3: S3ObjectStore) -> None:
    ref = s3.put(b"letter", "text/plain")
    url = s3.presigned(ref.key, timedelta(minutes=5))
    assert urllib3.request("GET", url, retries=False).data == b"letter"
    assert urllib3.request("GET", url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000"), retries=False).status == 403
    assert urllib3.request("PUT", url, body=b"forged", retries=False).status == 403
    for life in (timedelta(0), timedelta(hours=1)):
        with pytest.raises(ValueError, match="presigned"):
            s3.presigned(ref.key, life)


def test_no_presigned_url_where_reading_needs_a_key(access: BucketAccess, tmp_path: Path) -> None:
    store = S3ObjectStore(replace(access, sse="c", sse_key=SSE_C_KEY), tmp_path / "cache")
    ref = store.put(b"letter", "text/plain")
    with pytest.raises(ValueError, match="no presigned"):
        store.presigned(ref.key, timedelta(minutes=1))


def test_local_file_is_verified_when_it_comes(tmp_path: Path) -> None:
    cache = VerifiedCache(tmp_path)
    key = object_key("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")  # of abc
    with pytest.raises(ObjectDamagedError, match=key):
        cache.path(key, lambda: io.BytesIO(b"abd"))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    for _ in range(2):
        assert cache.path(key, lambda: io.BytesIO(b"abc")).read_bytes() == b"abc"


def test_least_recently_asked_files_make_room(s3: S3ObjectStore, tmp_path: Path) -> None:
    now = [datetime.now(UTC)]
    cache = VerifiedCache(tmp_path / "small", most_bytes=25, clock=lambda: now[0])
    keys = [s3.put(b"ten bytes" + bytes([n]), "text/plain").key for n in range(4)]

    def ask(key: str) -> Path:
        return cache.path(key, lambda: s3.open(key))

    first, second, third = (ask(key) for key in keys[:3])
    assert first.exists(), "what was just asked for stays"
    now[0] += 2 * UNDISTURBED
    ask(keys[1])
    ask(keys[3])
    assert (first.exists(), second.exists(), third.exists()) == (False, True, False)
