"""A home that the commands and the tests work on together."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli import app
from storage import Storage, open_storage
from tests.outgoing.papers import ADOPTION


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated") / "home"
    open_storage(folder).close()
    return folder


@pytest.fixture
def home(tmp_path: Path, migrated: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "home"))


@pytest.fixture
def storage(home: Path) -> Iterator[Storage]:
    opened = open_storage(home)
    yield opened
    opened.close()


Run = Callable[..., Result]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on ``home`` under the example adoption."""
    monkeypatch.setenv("JUANZONG_HOME", str(home))
    monkeypatch.setenv("JUANZONG_ADOPTION", str(ADOPTION))
    for name in ("JUANZONG_TEMPLATES", "JUANZONG_POLICIES", "JUANZONG_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(a) for a in arguments])

    return invoke
