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
    """

    access: BucketAccess | None = None
    first_lock: timedelta | None = None
    masters: MasterSource | None = None


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
    if setup.access is None:
        return LocalObjectStore(home / "objects", clock)
    from storage.stores.s3 import S3ObjectStore  # the SDK is slow to import, and a folder does not need it

    return S3ObjectStore(setup.access, home / "cache", setup.first_lock, clock)


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
    if setup.access is None:
        return f"本机文件夹 {home / 'objects'}，只读文件，锁定由本程序执行{sealing}"
    from storage.stores.conformance import check_bucket

    return check_bucket(setup.access) + sealing


def _tried(masters: MasterKeys) -> str:
    """Wrap and unwrap a key; return the name of the current master key. Raises MasterKeyError."""
    from storage.errors import MasterKeyError
    from storage.stores.sealing import new_key

    key = new_key()
    wrapped = masters.wrap(key, "doctor")
    if masters.unwrap(wrapped, "doctor") != key:
        raise MasterKeyError(f"主密钥 {wrapped.master} 解出的密钥与原来不同", "请检查密钥服务")
    return wrapped.master
