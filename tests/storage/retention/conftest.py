"""An archive on SQLite and on PostgreSQL; a database for each test is a copy of a migrated one."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from benchmarks.station.cluster import is_installed, throw_away_cluster
from storage import Storage, open_storage


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """A server with a migrated database that tests copy; ``None`` where none is installed."""
    if not is_installed():
        yield None
        return
    with throw_away_cluster() as url:
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE model"))
        open_storage(tmp_path_factory.mktemp("model") / "home", url.replace("/postgres", "/model")).close()
        yield url
        admin.dispose()


def database_of(server: str | None) -> str:
    """Return the URL of a new copy of the migrated database."""
    if server is None:
        pytest.skip("PostgreSQL 15 is not installed")
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE model"))
    admin.dispose()
    return server.replace("/postgres", f"/{name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, empty_home: Path, server: str | None) -> Iterator[Storage]:
    """An empty archive on either database."""
    url = database_of(server) if request.param == "postgresql" else None
    shutil.copytree(empty_home, tmp_path / "home")
    opened = open_storage(tmp_path / "home", url)
    yield opened
    opened.close()
