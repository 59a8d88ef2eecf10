"""Kill -9 at every commit, start again: nothing lost, nothing twice, the same result."""

from __future__ import annotations

import json
import pickle
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flows.settings import ROOT, load_settings
from flows.stages import stored_reading
from flows.wiring import open_services
from tests.flows.conftest import (
    COMMAND,
    INCOMPLETE,
    MAJOR,
    FolderOf,
    Ingested,
    environment,
    ingest_arguments,
    juanzong,
    processes_with,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two papers of one case and a file without bytes."""
    source = ROOT / "samples" / "cases" / "07_incomplete"
    target = tmp_path_factory.mktemp("post") / "案件"
    target.mkdir()
    for path in sorted(p for p in source.iterdir() if p.suffix in (".pdf", ".jpg"))[:2]:
        (target / path.name).write_bytes(path.read_bytes())
    (target / "empty.pdf").touch()
    return target


@pytest.fixture(scope="module")
def readings(ingested: Ingested, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the real reader said about every page, by object name and page."""
    home = Path(shutil.copytree(ingested.home, tmp_path_factory.mktemp("read") / "home"))
    services = open_services(load_settings().model_copy(update={"home": home}))
    found = {}
    for row in (services.storage.intake.case_row(case["case_id"]) for case in ingested.done.json["cases"]):
        for source in row.originals:
            for page in stored_reading(services, source).pages:
                found[(source.object.sha256, page.read.page.source_page)] = page
    services.close()
    target = tmp_path_factory.mktemp("readings") / "readings.pickle"
    target.write_bytes(pickle.dumps(found))
    return target


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """The result without the moment of filing (it is in the leaf, so it changes the root)."""
    for case in result["document"]["cases"]:
        case["archive"]["root"] = None
    return {key: value for key, value in result.items() if key != "commits"}


def test_killed_at_every_commit_and_started_again(folder: Path, readings: Path, tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    arguments = [str(path) for path in (tmp_path, folder, readings, result)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.kill_runner", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    whole, *others = json.loads(result.read_text())
    expected = comparable(whole)
    assert expected["leaves"] == len(expected["document"]["cases"]) == 1
    assert expected["findings"] == []
    assert expected["causes"] == [["assembled"]]
    assert [Path(f["file"]).name for f in expected["failures"]] == ["empty.pdf"]
    kinds = set(whole["commits"])
    assert len(kinds) == 6 and len(whole["commits"]) == len(others) >= 15
    for commit, again in zip(whole["commits"], others, strict=True):
        assert comparable(again) == expected, f"after a kill at {commit}"


@pytest.mark.slow
def test_command_killed_in_the_middle_of_reading_and_started_again(tmp_path: Path, folder_of: FolderOf) -> None:
    folder = folder_of("案件", *sorted(INCOMPLETE.iterdir()), *sorted(MAJOR.iterdir()))
    home = tmp_path / "home"
    process = subprocess.Popen(
        [COMMAND, *map(str, ingest_arguments(folder))], env=environment(home), cwd=tmp_path, stderr=subprocess.PIPE
    )
    while pages_read(home) < 2:
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        time.sleep(0.1)
    assert len(processes_with(str(home))) >= 2, "the command and its worker"
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while processes_with(str(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_with(str(home)) == []
    kept = pages_read(home)

    again = juanzong(home, *ingest_arguments(folder), "--json", "-")
    assert again.code == 0, again.err
    (case,) = again.json["cases"]
    pages = sum(len(document["pages"]) for document in case["documents"])
    assert len({d["source_file"] for d in case["documents"]}) == 6
    assert 2 <= kept < pages_read(home) == pages
    assert case["archive"]["log_index"] == 0
    assert juanzong(home, "archive", "verify").code == 0
    assert processes_with(str(home)) == []


def pages_read(home: Path) -> int:
    """Number of pages whose reading is kept."""
    database = home / "juanzong.sqlite"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute("SELECT count(*) FROM stage_results WHERE stage = 'read'").fetchone()
        except sqlite3.OperationalError:
            return 0  # the tables are being made
        return int(rows[0])
