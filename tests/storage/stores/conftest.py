"""Every implementation of the contract, opened fresh for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.objects import LocalObjectStore, ObjectStore

STORES: dict[str, Callable[[Path], ObjectStore]] = {"local": LocalObjectStore}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return STORES[request.param](tmp_path / "store")
