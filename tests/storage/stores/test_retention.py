"""Retention, holds and destruction over a bucket of a real server: its locks follow the database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Storage, StoreSetup, open_storage
from storage.errors import ObjectLockedError
from storage.stores.access import BucketAccess
from tests.storage.retained import TO_COME, destroyed, filed, objects_of


@pytest.fixture
def archive(access: BucketAccess, tmp_path: Path, empty_home: Path) -> Iterator[Storage]:
    shutil.copytree(empty_home, tmp_path / "home")
    opened = open_storage(tmp_path / "home", setup=StoreSetup(access=access))
    yield opened
    opened.close()


def expect_locked(archive: Storage, keys: list[str]) -> None:
    for key in keys:
        with pytest.raises(ObjectLockedError):
            archive.objects.destroy(key)


def test_what_is_undecided_is_held_and_what_is_dated_is_retained(archive: Storage) -> None:
    case = filed(archive, b"undecided", until=None)
    keys = list(objects_of(archive, case))
    assert all(archive.objects.lock_of(key).hold for key in keys)
    expect_locked(archive, keys)
    archive.retention.dates.extend(case.number, TO_COME, "档案员")
    assert not any(archive.objects.lock_of(key).hold for key in keys)
    expect_locked(archive, keys)


def test_what_was_held_and_is_over_is_destroyed_in_the_bucket(archive: Storage) -> None:
    case = filed(archive, b"old")
    hold = archive.retention.holds.place(case.number, "法院协查", "甲")
    keys = list(objects_of(archive, case))
    expect_locked(archive, keys)
    archive.retention.holds.ask_release(hold.placed.seq, "结案", "甲")
    archive.retention.holds.release(hold.placed.seq, "乙")
    destroyed(archive, case)
    assert not any(archive.objects.exists(key) for key in keys)
    assert archive.fixity.verify_archive() == ()
    assert archive.retention.locks.behind() == ()
