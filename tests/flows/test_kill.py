"""Kill -9 at every commit, start again: nothing lost, nothing twice, the same result."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from extractors.file_types import describe_file
from extractors.page_worker import PageJob, examine_page
from flows.settings import ROOT
from storage.digests import sha256_of

KILLED = -9


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two papers of one case: a scanned letter and a born-digital page."""
    source = ROOT / "samples" / "cases" / "07_incomplete"
    target = tmp_path_factory.mktemp("post") / "案件"
    target.mkdir()
    for path in sorted(p for p in source.iterdir() if p.suffix in (".pdf", ".jpg"))[:2]:
        (target / path.name).write_bytes(path.read_bytes())
    return target


@pytest.fixture(scope="module")
def readings(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the real reader says about every page, by object name and page."""
    found = {}
    for path in folder.iterdir():
        facts = describe_file(path)
        for page in range(1, facts.pages + 1):
            job = PageJob(str(path), facts.media_type, page)
            found[(sha256_of(path.read_bytes()), page)] = examine_page(job)
    target = tmp_path_factory.mktemp("readings") / "readings.pickle"
    target.write_bytes(pickle.dumps(found))
    return target


def run(home: Path, folder: Path, readings: Path, kill_at: int) -> tuple[int, dict[str, Any] | None]:
    result = home.parent / f"{home.name}-{kill_at}.json"
    arguments = [str(home), str(folder), str(readings), str(kill_at), str(result)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.kill_runner", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode not in (0, KILLED):
        raise AssertionError(done.stderr)
    return done.returncode, json.loads(result.read_text()) if result.exists() else None


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """The result without the moment of filing (it is in the leaf, so it changes the root)."""
    for case in result["document"]["cases"]:
        case["archive"]["root"] = None
    return {key: result[key] for key in ("document", "findings", "leaves", "objects")}


def test_killed_at_every_commit_and_started_again(folder: Path, readings: Path, tmp_path: Path) -> None:
    code, whole = run(tmp_path / "whole", folder, readings, 0)
    assert code == 0 and whole is not None
    assert whole["findings"] == [] and whole["leaves"] == 1
    assert whole["commits"] >= 10
    expected = comparable(whole)
    for boundary in range(1, whole["commits"] + 1):
        home = tmp_path / f"killed-{boundary}"
        code, nothing = run(home, folder, readings, boundary)
        assert (code, nothing) == (KILLED, None), boundary
        code, again = run(home, folder, readings, 0)
        assert code == 0 and again is not None
        assert comparable(again) == expected, f"after a kill at commit {boundary}"
