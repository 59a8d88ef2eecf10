"""Settings of the object store: a folder, or a bucket of an S3 server. Environment variables, secrets also as files."""

from __future__ import annotations

import base64
import binascii
import os
import shlex
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from domain.errors import ConfigurationError
from flows.people_settings import file_content
from storage.stores.access import BucketAccess, SseMode
from storage.stores.setup import MasterSource, StoreSetup

FIRST_LOCK_DAYS = 30
"""Days for which a new object cannot be destroyed; filing sets the retention of the policy."""
_MOST_LOCK_DAYS = 3650
_SSE_KEY_BYTES = 32
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_CORRECT = "请改正环境变量后重试"


def load_store_setup(env: Mapping[str, str] = os.environ) -> StoreSetup:
    """Read from the environment which store to use (docs/stores.md lists the variables).

    Raises:
        ConfigurationError: a value is missing or cannot be used.
    """
    kind, masters, replica = env.get("JUANZONG_STORE", "local"), _masters(env), _replica(env)
    if kind not in ("local", "s3"):
        raise ConfigurationError(f"JUANZONG_STORE 应为 local 或 s3，实际为 {kind}", _CORRECT)
    access = _access(env, "JUANZONG_S3") if kind == "s3" else None
    first_lock = _first_lock(env) if access or isinstance(replica, BucketAccess) else None
    return StoreSetup(access=access, replica=replica, first_lock=first_lock, masters=masters)


def _replica(env: Mapping[str, str]) -> BucketAccess | Path | None:
    """Return where copies lie: ``JUANZONG_REPLICA`` is a folder, or ``s3`` with ``JUANZONG_REPLICA_S3_…`` beside it."""
    place = env.get("JUANZONG_REPLICA")
    if not place:
        return None
    return _access(env, "JUANZONG_REPLICA_S3") if place == "s3" else Path(place).absolute()


def _masters(env: Mapping[str, str]) -> MasterSource | None:
    command = env.get("JUANZONG_STORE_KEY_COMMAND")
    is_listed = bool(env.get("JUANZONG_STORE_KEYS") or env.get("JUANZONG_STORE_KEYS_FILE"))
    if command and is_listed:
        raise ConfigurationError("JUANZONG_STORE_KEY_COMMAND 与 JUANZONG_STORE_KEYS 只能设置一个", _CORRECT)
    if command:
        return MasterSource(command=tuple(shlex.split(command)))
    return MasterSource(keys=secret(env, "JUANZONG_STORE_KEYS")) if is_listed else None


def _access(env: Mapping[str, str], names: str) -> BucketAccess:
    tls, endpoint = _endpoint(f"{names}_ENDPOINT", _needed(env, f"{names}_ENDPOINT"))
    sse = _sse(f"{names}_SSE", env.get(f"{names}_SSE", "none"))
    ca_file = env.get(f"{names}_CA_FILE")
    prefix = env.get(f"{names}_PREFIX", "").strip("/")
    return BucketAccess(
        endpoint=endpoint,
        bucket=_needed(env, f"{names}_BUCKET"),
        access_key=secret(env, f"{names}_ACCESS_KEY"),
        secret_key=secret(env, f"{names}_SECRET_KEY"),
        region=env.get(f"{names}_REGION", "us-east-1"),
        prefix=f"{prefix}/" if prefix else "",
        tls=tls,
        ca_file=Path(ca_file).absolute() if ca_file else None,
        sse=sse,
        sse_key=_sse_key(env, f"{names}_SSE_KEY") if sse == "c" else None,
    )


def _endpoint(name: str, url: str) -> tuple[bool, str]:
    parts = urlsplit(url)
    is_plain = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and not parts.query
    if not is_plain:
        raise ConfigurationError(f"{name} 应为 https://主机名[:端口]，实际为 {url}", _CORRECT)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ConfigurationError(
            f"{name} 为明文 http，只允许用于本机，实际为 {url}", "请改用 https，或经本机的加密隧道访问"
        )
    return parts.scheme == "https", parts.netloc


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name)
    if not value:
        raise ConfigurationError(f"存储设为 s3，但没有 {name}", f"请设置 {name}")
    return value


def secret(env: Mapping[str, str], name: str) -> str:
    """Return the secret ``name``, or the content of the file that ``name_FILE`` names.

    Raises:
        ConfigurationError: there is neither, or both, or the file cannot be read.
    """
    value, file = env.get(name), env.get(f"{name}_FILE")
    if bool(value) is bool(file):
        raise ConfigurationError(f"{name} 与 {name}_FILE 须设置其一，且只设一个", _CORRECT)
    found = value or file_content(file)
    if not found:
        raise ConfigurationError(f"{name} 为空", _CORRECT)
    return found


def _sse(name: str, value: str) -> SseMode:
    if value not in get_args(SseMode):
        raise ConfigurationError(f"{name} 应为 {'、'.join(get_args(SseMode))} 之一，实际为 {value}", _CORRECT)
    return cast("SseMode", value)


def _sse_key(env: Mapping[str, str], name: str) -> bytes:
    try:
        key = base64.b64decode(secret(env, name), validate=True)
    except binascii.Error as error:
        raise ConfigurationError(f"{name} 不是 base64", "请用 openssl rand -base64 32 生成") from error
    if len(key) != _SSE_KEY_BYTES:
        raise ConfigurationError(
            f"{name} 应为 {_SSE_KEY_BYTES} 字节，实际为 {len(key)}", "请用 openssl rand -base64 32 生成"
        )
    return key


def _first_lock(env: Mapping[str, str]) -> timedelta:
    value = env.get("JUANZONG_S3_FIRST_LOCK_DAYS", str(FIRST_LOCK_DAYS))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= _MOST_LOCK_DAYS:
        raise ConfigurationError(
            f"JUANZONG_S3_FIRST_LOCK_DAYS 应为 1 到 {_MOST_LOCK_DAYS} 的整数，实际为 {value}", _CORRECT
        )
    return timedelta(days=int(value))
