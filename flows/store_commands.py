"""``store check|rewrap``: the object store from a terminal."""

from __future__ import annotations

import sys

from domain.errors import ConfigurationError
from flows.settings import load_settings
from flows.wiring import open_services
from storage.stores.setup import describe_store, rewrap_keys


def check() -> None:
    """Attack probes in the configured store; print what it is like."""
    settings = load_settings()
    sys.stdout.write(describe_store(settings.store, settings.home) + "\n")


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
