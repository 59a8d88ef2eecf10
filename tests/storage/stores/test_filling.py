"""An archive moves from a folder into a bucket, or into encryption, with its locks, and can be killed on the way."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import ConfigurationError
from flows.cli import app
from storage import Storage, StoreSetup, open_storage
from storage.errors import StoreUnavailableError
from storage.objects import LocalObjectStore
from storage.stores.access import BucketAccess
from storage.stores.filling import fill_store
from storage.stores.locks import Lock
from storage.stores.setup import MasterSource
from tests.storage.conftest import flip_byte, saved
from tests.storage.retained import LONG_AGO
from tests.storage.stores.conftest import MASTER

UNTIL = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)


@pytest.fixture
def filed(storage: Storage, home: Path) -> str:
    """A case filed into the folder, its first original retained and held; the case's number."""
    case = saved(storage, b"first letter", b"second letter")
    storage.filing.file_case(case, (), LONG_AGO)
    key = case.documents[0].source.object.key
    storage.objects.retain(key, UNTIL)
    storage.objects.hold(key)
    return case.number


@pytest.mark.parametrize("masters", [None, MasterSource(keys=MASTER)], ids=["plain", "encrypted"])
def test_archive_moves_into_a_bucket_with_its_locks(
    access: BucketAccess, storage: Storage, home: Path, filed: str, masters: MasterSource | None
) -> None:
    moved = open_storage(home, setup=StoreSetup(access, timedelta(days=1), masters))
    assert {f.code for f in moved.fixity.verify_archive()} == {"object_missing"}
    filled = fill_store(moved.database, storage.objects, moved.objects)
    assert (filled.copied, filled.present, filled.failures) == (4, 0, ())
    assert moved.fixity.verify_archive() == ()
    case = moved.cases.load_case(filed)
    assert case is not None
    assert moved.objects.lock_of(case.documents[0].source.object.key) == Lock(UNTIL, hold=True)
    assert not moved.objects.lock_of(case.documents[1].source.object.key).hold
    assert fill_store(moved.database, storage.objects, moved.objects).present == 4
    moved.close()


def test_archive_in_a_folder_becomes_encrypted(storage: Storage, home: Path, filed: str) -> None:
    sealed = open_storage(home, setup=StoreSetup(masters=MasterSource(keys=MASTER)))
    assert fill_store(sealed.database, storage.objects, sealed.objects).copied == 4
    assert sealed.fixity.verify_archive() == ()
    sealed.close()


def test_damaged_original_is_named_and_not_locked_under_a_wrong_name(
    access: BucketAccess, storage: Storage, home: Path, filed: str
) -> None:
    case = storage.cases.load_case(filed)
    assert case is not None
    key = case.documents[0].source.object.key
    flip_byte(storage.objects.path(key))
    moved = open_storage(home, setup=StoreSetup(access))
    filled = fill_store(moved.database, storage.objects, moved.objects)
    assert (filled.copied, len(filled.failures)) == (3, 1)
    assert key in filled.failures[0]
    assert not moved.objects.exists(key)
    moved.close()


def test_filling_goes_on_after_a_failure_of_the_server(
    access: BucketAccess, storage: Storage, home: Path, filed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = open_storage(home, setup=StoreSetup(access))
    put, left = moved.objects.put, iter([True, True])

    def failing(*arguments: object) -> object:
        if next(left, False):
            return put(*arguments)  # type: ignore[arg-type]
        raise StoreUnavailableError("存储服务不可用", "请重试")

    with monkeypatch.context() as patch:
        patch.setattr(type(moved.objects), "put", lambda _self, *arguments: failing(*arguments))
        with pytest.raises(StoreUnavailableError):
            fill_store(moved.database, storage.objects, moved.objects)
    filled = fill_store(moved.database, storage.objects, moved.objects)
    assert (filled.copied, filled.present) == (2, 2)
    assert moved.fixity.verify_archive() == ()
    moved.close()


def test_command(access: BucketAccess, home: Path, filed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.move(home / "objects", home / "old")
    values = {
        "JUANZONG_HOME": str(home),
        "JUANZONG_STORE": "s3",
        "JUANZONG_S3_ENDPOINT": f"http://{access.endpoint}",
        "JUANZONG_S3_BUCKET": access.bucket,
        "JUANZONG_S3_PREFIX": access.prefix,
        "JUANZONG_S3_ACCESS_KEY": access.access_key,
        "JUANZONG_S3_SECRET_KEY": access.secret_key,
    }
    monkeypatch.setenv("JUANZONG_HOME", str(home))
    with pytest.raises(ConfigurationError, match="就是本机文件夹"):
        CliRunner().invoke(app, ["store", "fill", str(home / "old")], catch_exceptions=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="不是对象存储"):
        CliRunner().invoke(app, ["store", "fill", str(home / "none")], catch_exceptions=False)
    done = CliRunner().invoke(app, ["store", "fill", str(home / "old")])
    assert (done.exit_code, "搬入 4 个对象" in done.output) == (0, True), done.output
    flip_byte(next(p for p in LocalObjectStore(home / "old").root.glob("sha256/*/*/*")))
    monkeypatch.setenv("JUANZONG_S3_PREFIX", f"{access.prefix}again")
    done = CliRunner().invoke(app, ["store", "fill", str(home / "old")])
    assert (done.exit_code, "失败 1 个" in done.output) == (1, True), done.output
