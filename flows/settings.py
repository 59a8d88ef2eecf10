"""Settings: where state lies and how many workers run. Environment variables, nothing hidden."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast, get_args

from pydantic import Field

from domain.base import Model
from domain.errors import ConfigurationError
from extractors.reading.settings import Engine
from flows.store_settings import load_store_setup, secret
from storage.stores.setup import StoreSetup

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: policies, models and samples lie here."""

MAX_WORKERS = 64


def usable_cores() -> int:
    """Return the number of processor cores this process may use."""
    return len(os.sched_getaffinity(0))


class Settings(Model):
    """All settings of one installation.

    Attributes:
        home: folder of all state (``JUANZONG_HOME``, default ``./juanzong-data``).
        models: folder of the OCR models (``JUANZONG_MODELS``).
        policies: folder of the policy packs (``JUANZONG_POLICIES``).
        adoption: adoption file, ``None`` leaves every lost or blank parameter undecided (``JUANZONG_ADOPTION``).
        database_url: SQLAlchemy URL, ``None`` for SQLite under ``home`` (``JUANZONG_DATABASE_URL``).
        workers: OCR worker processes, each with one thread (``JUANZONG_WORKERS``, default one per core).
        engine: OCR inference engine ``auto``, ``openvino`` or ``onnxruntime`` (``JUANZONG_OCR_ENGINE``).
        templates: folder of the house's own notice templates, ``None`` for the bundled ones (``JUANZONG_TEMPLATES``).
        webhook_private: webhooks may reach the house's own network (``JUANZONG_WEBHOOK_PRIVATE``, ``allow`` or
            ``refuse``, default ``allow``).
        data_keys: what personal data in the database are encrypted with, one key a line; ``None`` for the file
            ``keys/data.keys`` under ``home`` (``JUANZONG_DATA_KEYS``, or ``JUANZONG_DATA_KEYS_FILE`` for a file).
        store: where the objects lie (``JUANZONG_STORE`` and what belongs to it: docs/stores.md).
    """

    home: Path
    models: Path
    policies: Path
    adoption: Path | None = None
    database_url: str | None = None
    workers: int = Field(ge=1, le=MAX_WORKERS)
    engine: Engine = "auto"
    templates: Path | None = None
    webhook_private: bool = True
    data_keys: str | None = Field(default=None, repr=False)
    store: StoreSetup = StoreSetup()


def _workers(value: str | None) -> int:
    if value is None:
        return min(usable_cores(), MAX_WORKERS)
    if not value.isdigit() or not 1 <= int(value) <= MAX_WORKERS:
        raise ConfigurationError(
            f"JUANZONG_WORKERS 应为 1 到 {MAX_WORKERS} 的整数，实际为 {value}", "请改正环境变量后重试"
        )
    return int(value)


def _engine(value: str) -> Engine:
    allowed = get_args(Engine)
    if value not in allowed:
        raise ConfigurationError(
            f"JUANZONG_OCR_ENGINE 应为 {'、'.join(allowed)} 之一，实际为 {value}", "请改正环境变量后重试"
        )
    return cast("Engine", value)


def _webhook_private(value: str) -> bool:
    if value not in ("allow", "refuse"):
        raise ConfigurationError(
            f"JUANZONG_WEBHOOK_PRIVATE 应为 allow 或 refuse，实际为 {value}", "请改正环境变量后重试"
        )
    return value == "allow"


def _data_keys(env: Mapping[str, str]) -> str | None:
    is_set = env.get("JUANZONG_DATA_KEYS") or env.get("JUANZONG_DATA_KEYS_FILE")
    return secret(env, "JUANZONG_DATA_KEYS") if is_set else None


def load_settings(adoption: Path | None = None) -> Settings:
    """Read the settings from the environment.

    Args:
        adoption: adoption file given on the command line; wins over ``JUANZONG_ADOPTION``.

    Raises:
        ConfigurationError: a value cannot be used.
    """
    env = os.environ
    named, templates = env.get("JUANZONG_ADOPTION"), env.get("JUANZONG_TEMPLATES")
    return Settings(
        home=Path(env.get("JUANZONG_HOME", "juanzong-data")).absolute(),
        models=Path(env.get("JUANZONG_MODELS", ROOT / "models")).absolute(),
        policies=Path(env.get("JUANZONG_POLICIES", ROOT / "policies")).absolute(),
        adoption=adoption or (Path(named) if named else None),
        database_url=env.get("JUANZONG_DATABASE_URL"),
        workers=_workers(env.get("JUANZONG_WORKERS")),
        engine=_engine(env.get("JUANZONG_OCR_ENGINE", "auto")),
        webhook_private=_webhook_private(env.get("JUANZONG_WEBHOOK_PRIVATE", "allow")),
        templates=Path(templates).absolute() if templates else None,
        data_keys=_data_keys(env),
        store=load_store_setup(env),
    )
