"""An archive on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Storage, open_storage
from tests.storage.conftest import database_of


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, empty_home: Path, server: str | None) -> Iterator[Storage]:
    """An empty archive on either database."""
    url = database_of(server) if request.param == "postgresql" else None
    shutil.copytree(empty_home, tmp_path / "home")
    opened = open_storage(tmp_path / "home", url)
    yield opened
    opened.close()
