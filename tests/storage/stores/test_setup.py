"""The archive on a bucket, opened as it was configured, and what the doctor says about it."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.errors import ConfigurationError, ObjectMissingError
from flows.cli import app
from flows.doctor import examine
from flows.settings import load_settings
from storage import StoreSetup, open_storage
from storage.errors import MasterKeyError
from storage.stores.access import BucketAccess
from storage.stores.setup import MasterSource
from tests.storage.conftest import saved
from tests.storage.stores.conftest import MASTER
from tests.storage.stores.lying import lying_server


def test_case_is_filed_checked_and_fetched_from_a_bucket(access: BucketAccess, home: Path, empty_home: Path) -> None:
    shutil.copytree(empty_home, home)
    setup = StoreSetup(access, first_lock=timedelta(days=1))
    storage = open_storage(home, setup=setup)
    case = saved(storage, b"first letter", b"second letter")
    record = storage.filing.file_case(case)
    assert storage.objects.lock_of(record.manifest.key).retain_until is not None
    storage.close()
    shutil.rmtree(home / "cache")
    storage = open_storage(home, setup=setup)
    assert storage.fixity.verify_archive() == ()
    fetched = storage.filing.fetch_case(case.number, home / "out")
    assert sorted(path.read_bytes() for path in fetched) == [b"first letter", b"second letter"]
    assert not (home / "objects" / "sha256").exists(), "nothing of the bucket lies in the folder"
    storage.close()


def test_another_bucket_is_not_the_archive(access: BucketAccess, home: Path, empty_home: Path) -> None:
    shutil.copytree(empty_home, home)
    storage = open_storage(home, setup=StoreSetup(access))
    case = saved(storage, b"letter")
    storage.filing.file_case(case)
    storage.close()
    storage = open_storage(home, setup=StoreSetup(replace(access, prefix="elsewhere/")))
    with pytest.raises(ObjectMissingError):
        storage.filing.fetch_case(case.number, home / "out")
    assert {finding.code for finding in storage.fixity.verify_archive()} >= {"object_missing"}
    storage.close()


@pytest.fixture
def configured(access: BucketAccess, home: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    values = {
        "JUANZONG_HOME": str(home),
        "JUANZONG_STORE": "s3",
        "JUANZONG_S3_ENDPOINT": f"http://{access.endpoint}",
        "JUANZONG_S3_BUCKET": access.bucket,
        "JUANZONG_S3_PREFIX": access.prefix,
        "JUANZONG_S3_ACCESS_KEY": access.access_key,
        "JUANZONG_S3_SECRET_KEY": access.secret_key,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_doctor_is_content_with_a_server_that_locks(configured: pytest.MonkeyPatch) -> None:
    (line,) = examine(load_settings(), ("对象存储",))
    assert (line.problem, "严格执行" in line.found) == ("", True)


def test_doctor_refuses_a_server_that_ignores_its_locks(configured: pytest.MonkeyPatch) -> None:
    with lying_server() as liar:
        liar.lies |= {"deletes what is locked", "shortens"}
        configured.setenv("JUANZONG_S3_ENDPOINT", f"http://{liar.endpoint}")
        (line,) = examine(load_settings(), ("对象存储",))
    assert "不能用作归档：保管期可被缩短；锁定的版本可被删除" in line.problem


def test_doctor_names_the_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUANZONG_HOME", str(home))
    (line,) = examine(load_settings(), ("对象存储",))
    assert str(home / "objects") in line.found


@pytest.mark.parametrize("masters", [None, MasterSource(keys=MASTER)], ids=["plain", "encrypted"])
def test_first_lock_is_counted_from_every_put(access: BucketAccess, home: Path, masters: MasterSource | None) -> None:
    for days in (2, 9):
        storage = open_storage(home, setup=StoreSetup(access, timedelta(days=days), masters))
        until = storage.objects.lock_of(storage.objects.put(b"letter", "text/plain").key).retain_until
        assert until is not None
        assert abs(until - datetime.now(UTC) - timedelta(days=days)) < timedelta(hours=1)
        storage.close()


def test_encrypted_archive_and_a_new_master_key_by_command(
    configured: pytest.MonkeyPatch, home: Path, empty_home: Path, tmp_path: Path
) -> None:
    shutil.copytree(empty_home, home)
    keys = tmp_path / "keys"
    keys.write_text(MASTER)
    configured.setenv("JUANZONG_STORE_KEYS_FILE", str(keys))
    storage = open_storage(home, setup=load_settings().store)
    case = saved(storage, b"letter")
    storage.filing.file_case(case)
    storage.close()
    newer = "2027:" + base64.b64encode(bytes(range(32, 64))).decode()
    keys.write_text(f"{newer}\n{MASTER}\n")
    done = CliRunner().invoke(app, ["store", "rewrap"])
    assert (done.exit_code, "3 个对象" in done.output) == (0, True), done.output
    keys.write_text(newer)
    done = CliRunner().invoke(app, ["store", "check"])
    assert (done.exit_code, "当前主密钥 2027" in done.output) == (0, True), done.output
    storage = open_storage(home, setup=load_settings().store)
    assert storage.fixity.verify_archive() == ()
    storage.close()


def test_rewrapping_without_encryption_says_so(configured: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="没有启用"):
        CliRunner().invoke(app, ["store", "rewrap"], catch_exceptions=False)


def test_master_keys_that_cannot_be_used_are_refused_at_start(home: Path, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("JUANZONG_STORE_KEYS", "2026:short")
    with pytest.raises(MasterKeyError):
        open_storage(home, setup=load_settings().store)
