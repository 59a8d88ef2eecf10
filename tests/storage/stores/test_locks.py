"""Locks of every store: retention only grows, a hold stays until released, what is locked is not destroyed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ObjectMissingError, UnknownObjectError
from storage.errors import LockUnreadableError, ObjectLockedError
from storage.objects import LocalObjectStore, ObjectStore, object_key
from storage.stores.locks import Lock

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
LATER = SOON + timedelta(days=365)
CONTENT = b"a letter of complaint"
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=70_000)).map(lambda span: LONG_AGO + span)


@settings(deadline=None)
@given(st.lists(MOMENTS, min_size=1))
def test_retention_is_the_latest_of_all_that_were_asked(moments: list[datetime]) -> None:
    lock = Lock()
    for moment in moments:
        lock = lock.extended(moment)
    assert lock.retain_until == max(moments).replace(microsecond=0)


@settings(deadline=None)
@given(MOMENTS, MOMENTS, st.booleans())
def test_what_forbids(until: datetime, now: datetime, hold: bool) -> None:
    assert Lock(until, hold).forbids(now) is (hold or now < until)
    assert Lock(None, hold).forbids(now) is hold


def test_moments_of_other_time_zones_are_the_same_moments() -> None:
    here = timezone(timedelta(hours=8))
    assert Lock().extended(datetime(2036, 1, 1, 8, tzinfo=here)) == Lock(datetime(2036, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="time zone"):
        Lock().extended(datetime(2036, 1, 1))  # noqa: DTZ001 - the moment that must be refused


def test_retention_grows_and_is_never_shortened(store: ObjectStore) -> None:
    key = store.put(CONTENT, "text/plain").key
    assert store.retain(key, SOON).retain_until == SOON
    assert store.retain(key, LATER).retain_until == LATER
    for earlier in (SOON, LONG_AGO, LATER):
        assert store.retain(key, earlier).retain_until == LATER
    assert store.lock_of(key) == Lock(LATER, hold=False)


def test_many_who_retain_at_once_end_with_the_latest(store: ObjectStore) -> None:
    key = store.put(CONTENT, "text/plain").key
    moments = [SOON + timedelta(days=n % 7) for n in range(21)]
    with ThreadPoolExecutor(7) as pool:
        for moment, lock in zip(moments, pool.map(lambda m: store.retain(key, m), moments), strict=True):
            assert lock.retain_until is not None
            assert lock.retain_until >= moment
    assert store.lock_of(key).retain_until == max(moments)


def test_hold_and_release_leave_retention_alone(store: ObjectStore) -> None:
    key = store.put(CONTENT, "text/plain").key
    store.retain(key, SOON)
    for _ in range(2):
        assert store.hold(key) == Lock(SOON, hold=True)
    assert store.retain(key, LATER) == Lock(LATER, hold=True)
    for _ in range(2):
        assert store.release(key) == Lock(LATER, hold=False)


@pytest.mark.parametrize("lock", ["retain", "hold"])
def test_locked_object_is_not_destroyed(store: ObjectStore, lock: str) -> None:
    ref = store.put(CONTENT, "text/plain")
    _ = store.retain(ref.key, SOON) if lock == "retain" else store.hold(ref.key)
    with pytest.raises(ObjectLockedError, match=ref.key):
        store.destroy(ref.key)
    store.verify(ref)
    if lock == "hold":
        store.release(ref.key)
        store.destroy(ref.key)
        assert not store.exists(ref.key)


def test_putting_the_same_bytes_again_keeps_the_lock(store: ObjectStore) -> None:
    key = store.put(CONTENT, "text/plain").key
    store.retain(key, LATER)
    store.hold(key)
    store.put(CONTENT, "text/plain")
    assert store.lock_of(key) == Lock(LATER, hold=True)


def test_what_is_destroyed_is_gone_and_can_be_put_again(store: ObjectStore) -> None:
    ref = store.put(CONTENT, "text/plain")
    store.destroy(ref.key)
    assert not store.exists(ref.key)
    with pytest.raises(ObjectMissingError):
        store.read(ref.key)
    with pytest.raises(ObjectMissingError):
        store.destroy(ref.key)
    assert store.put(CONTENT, "text/plain") == ref
    assert store.lock_of(ref.key) == Lock()
    store.verify(ref)


def test_lock_of_what_is_not_there(store: ObjectStore) -> None:
    uses: tuple[Callable[[str], object], ...] = (
        store.lock_of,
        store.hold,
        store.release,
        store.destroy,
        lambda key: store.retain(key, SOON),
    )
    for use in uses:
        with pytest.raises(ObjectMissingError, match="0" * 64):
            use(object_key("0" * 64))
        with pytest.raises(UnknownObjectError):
            use("../etc/passwd")


def test_retention_that_has_ended_lets_go(tmp_path: Path) -> None:
    now = [LONG_AGO]
    store = LocalObjectStore(tmp_path / "store", lambda: now[0])
    key = store.put(b"old letter", "text/plain").key
    store.retain(key, SOON)
    now[0] = SOON - timedelta(seconds=1)
    with pytest.raises(ObjectLockedError):
        store.destroy(key)
    now[0] = SOON
    store.destroy(key)
    assert not store.exists(key)


def test_locks_outlive_the_process(tmp_path: Path) -> None:
    key = LocalObjectStore(tmp_path / "store").put(b"x", "text/plain").key
    LocalObjectStore(tmp_path / "store").retain(key, LATER)
    LocalObjectStore(tmp_path / "store").hold(key)
    assert LocalObjectStore(tmp_path / "store").lock_of(key) == Lock(LATER, hold=True)


@pytest.mark.parametrize(
    "facts",
    [
        b"",
        b"{}",
        b"[]",
        b'{"hold": 0, "retain_until": null}',
        b'{"hold": false, "retain_until": "2036-01-01T00:00:00"}',
        b'{"hold": false, "retain_until": 7}',
    ],
)
def test_damaged_lock_counts_as_locked(tmp_path: Path, facts: bytes) -> None:
    store = LocalObjectStore(tmp_path / "store")
    ref = store.put(b"x", "text/plain")
    store.hold(ref.key)
    file = store.root / "locks" / f"{ref.key}.json"
    file.chmod(0o644)
    file.write_bytes(facts)
    for use in (store.lock_of, store.release, store.destroy, store.hold):
        with pytest.raises(LockUnreadableError, match=ref.key):
            use(ref.key)
    store.verify(ref)
