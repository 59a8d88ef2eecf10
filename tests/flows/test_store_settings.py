"""Settings of the object store: what can be said, and what is refused with its next step."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from flows.store_settings import FIRST_LOCK_DAYS, load_store_setup

S3 = {
    "JUANZONG_STORE": "s3",
    "JUANZONG_S3_ENDPOINT": "https://s3.example:9000",
    "JUANZONG_S3_BUCKET": "archive",
    "JUANZONG_S3_ACCESS_KEY": "application",
    "JUANZONG_S3_SECRET_KEY": "kept secret",
}
SSE_KEY = bytes(range(32))


@pytest.mark.parametrize("env", [{}, {"JUANZONG_STORE": "local", "JUANZONG_S3_BUCKET": "ignored"}])
def test_a_folder_needs_nothing(env: dict[str, str]) -> None:
    assert load_store_setup(env).access is None


def test_a_bucket(tmp_path: Path) -> None:
    setup = load_store_setup(S3)
    assert setup.access is not None
    assert (setup.access.endpoint, setup.access.tls, setup.access.prefix) == ("s3.example:9000", True, "")
    assert setup.first_lock == timedelta(days=FIRST_LOCK_DAYS)
    (tmp_path / "secret").write_text("kept in a file\n")
    given = {key: value for key, value in S3.items() if key != "JUANZONG_S3_SECRET_KEY"} | {
        "JUANZONG_S3_SECRET_KEY_FILE": str(tmp_path / "secret"),
        "JUANZONG_S3_ENDPOINT": "http://127.0.0.1:8333",
        "JUANZONG_S3_PREFIX": "/house/",
        "JUANZONG_S3_SSE": "c",
        "JUANZONG_S3_SSE_KEY": base64.b64encode(SSE_KEY).decode(),
        "JUANZONG_S3_FIRST_LOCK_DAYS": "7",
        "JUANZONG_S3_REGION": "cn-north-1",
    }
    setup = load_store_setup(given)
    assert setup.access is not None
    assert (setup.access.secret_key, setup.access.sse_key) == ("kept in a file", SSE_KEY)
    assert (setup.access.tls, setup.access.prefix, setup.access.region) == (False, "house/", "cn-north-1")
    assert setup.first_lock == timedelta(days=7)


def test_master_keys(tmp_path: Path) -> None:
    assert load_store_setup({}).masters is None
    (tmp_path / "keys").write_text("2026:key\n")
    listed = load_store_setup({**S3, "JUANZONG_STORE_KEYS_FILE": str(tmp_path / "keys")}).masters
    assert listed is not None
    assert listed.keys == "2026:key"
    assert "2026:key" not in repr(listed)
    kept = load_store_setup({"JUANZONG_STORE_KEY_COMMAND": "kms --profile 'the house'"}).masters
    assert kept is not None
    assert kept.command == ("kms", "--profile", "the house")


def test_secrets_are_not_shown() -> None:
    shown = repr(load_store_setup({**S3, "JUANZONG_S3_SSE": "c", "JUANZONG_S3_SSE_KEY": "A" * 43 + "="}))
    assert "archive" in shown
    assert "kept secret" not in shown
    assert repr(bytes(32)) not in shown


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"JUANZONG_STORE": "tape"}, "JUANZONG_STORE"),
        ({"JUANZONG_S3_BUCKET": ""}, "JUANZONG_S3_BUCKET"),
        ({"JUANZONG_S3_ENDPOINT": "s3.example"}, "JUANZONG_S3_ENDPOINT"),
        ({"JUANZONG_S3_ENDPOINT": "https://s3.example/bucket"}, "JUANZONG_S3_ENDPOINT"),
        ({"JUANZONG_S3_ENDPOINT": "http://s3.example"}, "明文"),
        ({"JUANZONG_S3_SECRET_KEY": ""}, "JUANZONG_S3_SECRET_KEY"),
        ({"JUANZONG_S3_SECRET_KEY_FILE": "/also"}, "只设一个"),
        ({"JUANZONG_S3_SECRET_KEY": "", "JUANZONG_S3_SECRET_KEY_FILE": "/nowhere"}, "/nowhere"),
        ({"JUANZONG_S3_SSE": "kms"}, "JUANZONG_S3_SSE"),
        ({"JUANZONG_S3_SSE": "c"}, "JUANZONG_S3_SSE_KEY"),
        ({"JUANZONG_S3_SSE": "c", "JUANZONG_S3_SSE_KEY": "???"}, "base64"),
        ({"JUANZONG_S3_SSE": "c", "JUANZONG_S3_SSE_KEY": "AAAA"}, "32 字节"),
        ({"JUANZONG_S3_FIRST_LOCK_DAYS": "0"}, "FIRST_LOCK_DAYS"),
        ({"JUANZONG_S3_FIRST_LOCK_DAYS": "一"}, "FIRST_LOCK_DAYS"),
        ({"JUANZONG_STORE_KEYS": "a:b", "JUANZONG_STORE_KEY_COMMAND": "kms"}, "KEY_COMMAND"),
        ({"JUANZONG_STORE_KEYS": "a:b", "JUANZONG_STORE_KEYS_FILE": "/also"}, "只设一个"),
    ],
)
def test_value_that_cannot_be_used_is_named(change: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        load_store_setup({**S3, **change})
