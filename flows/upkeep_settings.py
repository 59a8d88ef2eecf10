"""Settings of the upkeep of the store. Environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import ConfigurationError

_MOST_DAYS, _MOST_RATE = 3650, 100_000


@dataclass(frozen=True, slots=True)
class UpkeepSettings:
    """How the store is looked after.

    Attributes:
        period: within it every object is read and hashed once (``JUANZONG_CHECK_DAYS``, default 90).
        bytes_per_second: most that checks in the background read (``JUANZONG_CHECK_RATE``, megabytes a second,
            default 8).
    """

    period: timedelta
    bytes_per_second: int


def load_upkeep_settings(env: Mapping[str, str] = os.environ) -> UpkeepSettings:
    """Read the settings. Raises ConfigurationError: a value cannot be used."""
    days = _whole(env, "JUANZONG_CHECK_DAYS", 90, _MOST_DAYS)
    return UpkeepSettings(timedelta(days=days), _whole(env, "JUANZONG_CHECK_RATE", 8, _MOST_RATE) * 1_000_000)


def _whole(env: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    value = env.get(name, str(otherwise))
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= most:
        raise ConfigurationError(f"{name} 应为 1 到 {most} 的整数，实际为 {value}", "请改正环境变量后重试")
    return int(value)
