"""Which store an installation has, and opening it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from storage.objects import LocalObjectStore, ObjectStore
from storage.stores.access import BucketAccess
from storage.stores.locks import Clock, utc_now


@dataclass(frozen=True, slots=True)
class StoreSetup:
    """What was configured.

    Attributes:
        access: the bucket, ``None`` for a folder below the home.
        first_lock: COMPLIANCE retention of new objects in the bucket until their filing, ``None`` for none.
    """

    access: BucketAccess | None = None
    first_lock: timedelta | None = None


def open_store(setup: StoreSetup, home: Path, clock: Clock = utc_now) -> ObjectStore:
    """Open the store; with a bucket, local files that renderers need lie in ``cache/`` below ``home``."""
    if setup.access is None:
        return LocalObjectStore(home / "objects", clock)
    from storage.stores.s3 import S3ObjectStore  # the SDK is slow to import, and a folder does not need it

    return S3ObjectStore(setup.access, home / "cache", setup.first_lock, clock)


def describe_store(setup: StoreSetup, home: Path) -> str:
    """Check that the store can hold an archive; return what it is.

    Raises:
        BucketUnfitError: the server does not enforce its locks.
        StoreUnavailableError, StoreDeniedError: it gives no usable answer, or refuses.
    """
    if setup.access is None:
        return f"本机文件夹 {home / 'objects'}，只读文件，锁定由本程序执行"
    from storage.stores.conformance import check_bucket

    return check_bucket(setup.access)
