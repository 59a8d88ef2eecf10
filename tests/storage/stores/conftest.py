"""Every implementation of the contract, opened fresh for each test; the S3 server is a real one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.objects import LocalObjectStore, ObjectStore
from storage.stores.access import BucketAccess
from storage.stores.s3 import S3ObjectStore
from tests.storage.stores.weed import Weed, running_weed

STORES = ("local", "s3")


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


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "local":
        return LocalObjectStore(tmp_path / "store")
    found: ObjectStore = request.getfixturevalue("s3")
    return found
