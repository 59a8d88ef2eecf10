"""A server that does not enforce its locks is refused, whichever of its promises it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from minio.commonconfig import COMPLIANCE
from minio.objectlockconfig import YEARS, ObjectLockConfig

from benchmarks.archive.seaweed import Weed
from domain.errors import JuanzongError, StoreFullError
from storage.errors import (
    BucketUnfitError,
    ChecksumNotKeptError,
    LockNotKeptError,
    ObjectLockedError,
    StoreDeniedError,
    StoreUnavailableError,
)
from storage.stores.access import BucketAccess
from storage.stores.conformance import PROBE_LIFE, check_bucket
from storage.stores.s3 import S3ObjectStore
from tests.storage.stores.lying import Lie, LyingServer, lying_server

REFUSALS: dict[Lie, str] = {
    "drops the lock": "被丢弃",
    "drops the hold": "被丢弃",
    "deletes what is locked": "锁定的版本可被删除",
    "deletes what is held": "法律保全的版本可被删除",
    "shortens": "可被缩短",
    "overwrites": "覆盖后",
    "deletes without version": "删除后",
    "any checksum": "校验值错误",
    "no checksum": "不保存",
    "no versioning": "未启用版本控制",
    "no locking": "未启用对象锁定",
    "null version": "没有版本号",
    "strange date": "被丢弃",
}


@pytest.fixture
def liar() -> Iterator[LyingServer]:
    with lying_server() as server:
        yield server


@pytest.fixture
def to_liar(liar: LyingServer) -> BucketAccess:
    return BucketAccess(liar.endpoint, "archive", "key", "secret", tls=False, pause_s=0.0)


def test_real_server_passes_again_and_again(access: BucketAccess) -> None:
    for _ in range(2):
        assert access.bucket in check_bucket(access)


def test_probes_whose_time_is_over_are_removed(access: BucketAccess, to_liar: BucketAccess, liar: LyingServer) -> None:
    check_bucket(to_liar)
    left = set(liar.objects)
    check_bucket(to_liar, lambda: datetime.now(UTC) + PROBE_LIFE + timedelta(minutes=1))
    locked = {name for name in left if any(v.is_locked(set()) for v in liar.objects[name])}
    assert locked, "the lying server's own clock still locks them; nothing was lost but what had no lock"
    assert all(not liar.objects[name] for name in left - locked)


def test_server_of_the_tests_is_honest_without_lies(to_liar: BucketAccess) -> None:
    assert "archive" in check_bucket(to_liar)


def test_every_lie_is_tried() -> None:
    assert set(REFUSALS) == set(get_args(Lie))


@pytest.mark.parametrize("lie", REFUSALS)
def test_lying_server_is_refused(to_liar: BucketAccess, liar: LyingServer, lie: Lie) -> None:
    liar.lies.add(lie)
    with pytest.raises(BucketUnfitError, match=REFUSALS[lie]):
        check_bucket(to_liar)


@pytest.mark.parametrize(
    ("lie", "expected"),
    [
        ("drops the lock", LockNotKeptError),
        ("strange date", LockNotKeptError),
        ("null version", LockNotKeptError),
        ("no checksum", ChecksumNotKeptError),
    ],
)
def test_put_on_a_lying_server_is_no_put(
    to_liar: BucketAccess, liar: LyingServer, tmp_path: Path, lie: Lie, expected: type[JuanzongError]
) -> None:
    store = S3ObjectStore(to_liar, tmp_path / "cache", first_lock=timedelta(days=1))
    liar.lies.add(lie)
    for _ in range(2):
        with pytest.raises(expected):
            store.put(b"letter", "text/plain")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (507, "InsufficientStorage", StoreFullError),
        (400, "QuotaExceeded", StoreFullError),
        (403, "AccessDenied", StoreDeniedError),
        (403, "RequestTimeTooSkewed", StoreDeniedError),
        (400, "BadDigest", ChecksumNotKeptError),
        (400, "SomethingNew", StoreUnavailableError),
        (400, "<&>", StoreUnavailableError),
    ],
)
def test_refusal_of_a_put_is_told_by_its_cause(
    to_liar: BucketAccess, liar: LyingServer, tmp_path: Path, status: int, code: str, expected: type[JuanzongError]
) -> None:
    store = S3ObjectStore(to_liar, tmp_path / "cache")
    liar.refusals["PUT"] = (status, code)
    with pytest.raises(expected):
        store.put(b"letter", "text/plain")
    liar.refusals.clear()
    store.verify(store.put(b"letter", "text/plain"))


def test_keys_that_may_not_delete_are_no_lock(to_liar: BucketAccess, liar: LyingServer, tmp_path: Path) -> None:
    store = S3ObjectStore(to_liar, tmp_path / "cache")
    ref = store.put(b"letter", "text/plain")
    liar.refusals["DELETE"] = (403, "AccessDenied")
    with pytest.raises(StoreDeniedError):
        store.destroy(ref.key)
    store.verify(ref)


def test_servers_clock_decides(to_liar: BucketAccess, tmp_path: Path) -> None:
    store = S3ObjectStore(
        to_liar, tmp_path / "cache", timedelta(days=1), clock=lambda: datetime.now(UTC) + timedelta(hours=1)
    )
    ref = store.put(b"letter", "text/plain")
    ahead = S3ObjectStore(to_liar, tmp_path / "cache", clock=lambda: datetime.now(UTC) + timedelta(days=400))
    with pytest.raises(ObjectLockedError, match=ref.key):
        ahead.destroy(ref.key)
    store.verify(ref)


def test_bucket_without_object_lock_is_refused(access: BucketAccess, weed: Weed) -> None:
    plain = replace(access, bucket=weed.bucket("plain-check", lock=False))
    with pytest.raises(BucketUnfitError, match="未启用版本控制；未启用对象锁定"):
        check_bucket(plain)


def test_server_that_is_not_there(access: BucketAccess) -> None:
    with pytest.raises(StoreUnavailableError):
        check_bucket(replace(access, endpoint="127.0.0.1:1", pause_s=0.0))


def test_default_retention_is_told(weed: Weed, access: BucketAccess) -> None:
    bucket = weed.bucket("with-default")
    weed.client(admin=True).set_object_lock_config(bucket, ObjectLockConfig(COMPLIANCE, 3, YEARS))
    assert "桶默认保管 COMPLIANCE 3 Years" in check_bucket(replace(access, bucket=bucket))
