"""One real ingest by the real command, shared by every test; each test works on a copy of its home."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.settings import ROOT

COMMAND = Path(sys.executable).parent / "juanzong"
CASES = ROOT / "samples" / "cases"
ADOPTION = ROOT / "policies" / "adoption.example.yaml"
INCOMPLETE, MAJOR = CASES / "07_incomplete", CASES / "10_major_illegality"
POLICY = "exchange-member"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def words(self) -> str:
        """Output without the lines and breaks of tables."""
        return "".join(c for c in self.out if not c.isspace() and c not in "│┃")


def environment(home: Path, **values: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUANZONG", "PREFECT", "PYTHON", "COLUMNS"))}
    return {**kept, "JUANZONG_HOME": str(home), "JUANZONG_WORKERS": "1", "OMP_NUM_THREADS": "1", **values}


def juanzong(home: Path, *arguments: str | Path, **values: str) -> Done:
    """Run the real command on ``home``; ``values`` are environment variables."""
    done = subprocess.run(
        [COMMAND, *map(str, arguments)], env=environment(home, **values), cwd=home.parent, capture_output=True
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def ingest_arguments(*paths: str | Path) -> tuple[str | Path, ...]:
    return ("ingest", *paths, "--policy", POLICY, "--adoption", ADOPTION, "--received", "2026-11-20")


@dataclass(frozen=True)
class Ingested:
    """The shared ingest: two sample cases, every page of them read by the real reader."""

    home: Path
    done: Done


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    home = tmp_path_factory.mktemp("shared") / "home"
    done = juanzong(home, *ingest_arguments(INCOMPLETE, MAJOR), "--json", "-")
    assert done.code == 0, done.err
    return Ingested(home, done)


@pytest.fixture
def home(ingested: Ingested, tmp_path: Path) -> Path:
    """A copy of the home in which the two cases lie."""
    return Path(shutil.copytree(ingested.home, tmp_path / "home"))


@pytest.fixture
def numbers(ingested: Ingested) -> tuple[str, str]:
    """Numbers of the incomplete and of the major case."""
    first, second = (case["case_number"] for case in ingested.done.json["cases"])
    return first, second


FolderOf = Callable[..., Path]


@pytest.fixture
def folder_of(tmp_path: Path) -> FolderOf:
    """Makes a folder with copies of papers: ``folder_of("name", path, …)``."""

    def make(name: str, *papers: Path) -> Path:
        folder = tmp_path / "post" / name
        folder.mkdir(parents=True, exist_ok=True)
        for paper in papers:
            shutil.copyfile(paper, folder / paper.name)
        return folder

    return make


def processes_with(words: str) -> list[int]:
    """Ids of living processes that have ``words`` in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            alive = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
            if alive and words.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile
    return found
