"""Every implementation of the contract, opened fresh for each test; the S3 server is a real one."""

from __future__ import annotations

import base64
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.archive.seaweed import Weed, running_weed
from storage import Storage, open_storage
from storage.database import Database
from storage.objects import LocalObjectStore, ObjectStore
from storage.stores.access import BucketAccess
from storage.stores.encrypted import EncryptedStore
from storage.stores.envelopes import Envelopes
from storage.stores.masters import ListedKeys
from storage.stores.s3 import S3ObjectStore

STORES = ("local", "s3", "encrypted local", "encrypted s3")
MASTER = "2026:" + base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(scope="session")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weed]:
    with running_weed(tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture(scope="session")
def locking_bucket(weed: Weed) -> str:
    return weed.bucket("locking")


@pytest.fixture
def access(weed: Weed, locking_bucket: str) -> BucketAccess:
    """The writer's access to a corner of the bucket that no other test uses."""
    key, secret = weed.writer
    return BucketAccess(weed.endpoint, locking_bucket, key, secret, prefix=f"{uuid.uuid4().hex}/", tls=False)


@pytest.fixture
def s3(access: BucketAccess, tmp_path: Path) -> S3ObjectStore:
    return S3ObjectStore(access, tmp_path / "cache")


@pytest.fixture
def storage(home: Path, empty_home: Path) -> Iterator[Storage]:
    """On SQLite: which database there is makes no difference to a store."""
    shutil.copytree(empty_home, home)
    opened = open_storage(home)
    yield opened
    opened.close()


@pytest.fixture
def envelopes(tmp_path: Path, empty_home: Path) -> Iterator[Envelopes]:
    shutil.copytree(empty_home, tmp_path / "home")
    database = Database(tmp_path / "home" / "juanzong.sqlite")
    yield Envelopes(database)
    database.close()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    inner: ObjectStore = LocalObjectStore(tmp_path / "store")
    if request.param.endswith("s3"):
        inner = request.getfixturevalue("s3")
    if not request.param.startswith("encrypted"):
        return inner
    return EncryptedStore(inner, request.getfixturevalue("envelopes"), ListedKeys(MASTER), tmp_path / "plain")
