"""``store check|fill|rewrap``: the object store from a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from domain.errors import ConfigurationError
from flows.archive_commands import DAMAGED
from flows.settings import load_settings
from flows.wiring import open_services
from storage.objects import LocalObjectStore
from storage.stores.setup import StoreSetup, describe_store, rewrap_keys


def check() -> None:
    """Attack probes in the configured store; print what it is like."""
    settings = load_settings()
    sys.stdout.write(describe_store(settings.store, settings.home) + "\n")


def fill(folder: Path) -> int:
    """Copy every object of the store in ``folder`` into the configured store; return 1 when one could not be copied."""
    from storage.stores.filling import fill_store

    settings = load_settings()
    if settings.store == StoreSetup():
        raise ConfigurationError("当前配置的存储就是本机文件夹", "请先设置 JUANZONG_STORE=s3 或主密钥，再搬入")
    if not (folder / "sha256").is_dir():
        raise ConfigurationError(f"{folder} 不是对象存储文件夹", "请指定原来的 objects 文件夹")
    services = open_services(settings)
    filled = fill_store(services.storage.database, LocalObjectStore(folder), services.storage.objects)
    services.close()
    for failure in filled.failures:
        sys.stdout.write(f"未搬入：{failure}\n")
    sys.stdout.write(
        f"搬入 {filled.copied} 个对象，已有 {filled.present} 个，失败 {len(filled.failures)} 个；原文件夹未改动。\n"
    )
    return DAMAGED if filled.failures else 0


def rewrap() -> None:
    """Wrap the keys of all encrypted objects with the current master key; print how many were not."""
    settings = load_settings()
    if settings.store.masters is None:
        raise ConfigurationError(
            "没有启用入库前加密", "请先设置 JUANZONG_STORE_KEYS_FILE 或 JUANZONG_STORE_KEY_COMMAND"
        )
    services = open_services(settings)
    count = rewrap_keys(settings.store.masters, services.storage.database)
    services.close()
    sys.stdout.write(f"已用当前主密钥重新包裹 {count} 个对象的密钥，对象本身未改动；旧主密钥可以停用。\n")
