"""Many reviewers at once in browsers, held against the database: nothing lost or doubled, no case in two hands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.station.cluster import is_installed, throw_away_cluster
from benchmarks.station.crowd import CASES, PERSONS, Outcome, run_crowd

pytestmark = pytest.mark.browser


def crowd(home: Path, persons: int, cases: int, database: str | None = None) -> Outcome:
    """Run a crowd in a thread of its own: in this one the event loop of another browser may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run_crowd, home, persons, cases, database).result()


def check(outcome: Outcome, cases: int) -> None:
    assert outcome.proof.faults == {}
    assert outcome.floor.problems == []
    assert len(outcome.floor.finished) == cases
    assert outcome.proof.edits >= 5 * cases


@pytest.mark.slow
def test_six_reviewers_empty_a_queue(tmp_path: Path) -> None:
    check(crowd(tmp_path / "home", 6, 8), 8)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_twenty_reviewers_empty_a_queue(tmp_path: Path, database: str) -> None:
    if database == "sqlite":
        check(crowd(tmp_path / "home", PERSONS, CASES), CASES)
        return
    if not is_installed():
        pytest.skip("PostgreSQL 15 is not installed (/usr/lib/postgresql/15/bin)")
    with throw_away_cluster(durable=False) as url:
        check(crowd(tmp_path / "home", PERSONS, CASES, url), CASES)
