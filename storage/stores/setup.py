"""Which store an installation has, and opening it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from storage.objects import LocalObjectStore, ObjectStore
from storage.stores.access import BucketAccess
from storage.stores.locks import Clock, utc_now

if TYPE_CHECKING:
    from storage.database import Database
    from storage.stores.masters import MasterKeys


@dataclass(frozen=True, slots=True)
class MasterSource:
    """Where master keys come from: a text of keys, or the command that keeps them (one of the two)."""

    keys: str | None = field(default=None, repr=False)
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreSetup:
    """What was configured.

    Attributes:
        access: the bucket, ``None`` for a folder below the home.
        first_lock: COMPLIANCE retention of new objects in the bucket until their filing, ``None`` for none.
        masters: with them objects are encrypted before they reach the store, ``None`` for as they are.
        replica: bucket or folder that gets a copy of every object, ``None`` for none.
    """

    access: BucketAccess | None = None
    first_lock: timedelta | None = None
    masters: MasterSource | None = None
    replica: BucketAccess | Path | None = None


def open_store(setup: StoreSetup, home: Path, database: Database, clock: Clock = utc_now) -> ObjectStore:
    """Open the store; local files that renderers need lie in ``cache/`` below ``home``, unless the store has files.

    Raises:
        MasterKeyError: the master keys cannot be used.
    """
    inner = _open_inner(setup, home, clock)
    if setup.masters is None:
        return inner
    from storage.stores.encrypted import EncryptedStore
    from storage.stores.envelopes import Envelopes

    first_lock = setup.first_lock if setup.access else None
    return EncryptedStore(inner, Envelopes(database), open_masters(setup.masters), home / "cache", first_lock)


def open_masters(source: MasterSource) -> MasterKeys:
    """Return the master keys. Raises MasterKeyError: the text holds none, or no key."""
    from storage.stores.masters import CommandKeys, ListedKeys

    return CommandKeys(source.command) if source.command else ListedKeys(source.keys or "")


def rewrap_keys(source: MasterSource, database: Database) -> int:
    """See ``Envelopes.rewrap``."""
    from storage.stores.envelopes import Envelopes

    return Envelopes(database).rewrap(open_masters(source))


def _open_inner(setup: StoreSetup, home: Path, clock: Clock) -> ObjectStore:
    first = _open_one(setup.access or home / "objects", home / "cache", setup.first_lock, clock)
    if setup.replica is None:
        return first
    from storage.stores.mirrored import MirroredStore

    return MirroredStore(first, _open_one(setup.replica, home / "cache" / "replica", setup.first_lock, clock))


def _open_one(place: BucketAccess | Path, cache: Path, first_lock: timedelta | None, clock: Clock) -> ObjectStore:
    if isinstance(place, Path):
        return LocalObjectStore(place, clock)
    from storage.stores.s3 import S3ObjectStore  # the SDK is slow to import, and a folder does not need it

    return S3ObjectStore(place, cache, first_lock, clock)


def describe_store(setup: StoreSetup, home: Path) -> str:
    """Check that the store can hold an archive; return what it is.

    Raises:
        BucketUnfitError: the server does not enforce its locks.
        StoreUnavailableError, StoreDeniedError: it gives no usable answer, or refuses.
        MasterKeyError: the master keys cannot be used.
    """
    sealing = ""
    if setup.masters is not None:
        sealing = f"；入库前加密，当前主密钥 {_tried(open_masters(setup.masters))}"
    copies = f"；副本存储：{_described(setup.replica)}" if setup.replica is not None else ""
    return _described(setup.access or home / "objects") + sealing + copies


def _described(place: BucketAccess | Path) -> str:
    if isinstance(place, Path):
        return f"本机文件夹 {place}，只读文件，锁定由本程序执行"
    from storage.stores.conformance import check_bucket

    return check_bucket(place)


def _tried(masters: MasterKeys) -> str:
    """Wrap and unwrap a key; return the name of the current master key. Raises MasterKeyError."""
    from storage.errors import MasterKeyError
    from storage.stores.sealing import new_key

    key = new_key()
    wrapped = masters.wrap(key, "doctor")
    if masters.unwrap(wrapped, "doctor") != key:
        raise MasterKeyError(f"主密钥 {wrapped.master} 解出的密钥与原来不同", "请检查密钥服务")
    return wrapped.master
