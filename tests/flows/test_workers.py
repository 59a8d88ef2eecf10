"""Reader processes: a page that ends its process is found out, all others are read, nobody outlives the parent."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import DamagedImageError, PageCrashedError
from domain.marks import PageReading
from extractors.page_worker import PageJob
from extractors.reading.settings import ReadingSettings
from flows.settings import ROOT
from flows.workers import ReaderPool
from tests.flows import pages
from tests.flows.conftest import processes_with


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    pool = ReaderPool(ReadingSettings(), 2, examine=pages.examine, load=pages.load_nothing)
    yield pool
    pool.close()


def test_a_crashing_page_is_tried_alone_and_then_visible(
    pool: ReaderPool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = tuple(PageJob(str(tmp_path), "image/png", number) for number in range(1, 11))
    with caplog.at_level(logging.ERROR, "flows.workers"):
        results = dict(zip(range(1, 11), pool.read(jobs), strict=True))
    crashed, broken, odd = (results.pop(n) for n in (pages.CRASHING, pages.BROKEN, pages.ODD))
    assert isinstance(crashed, PageCrashedError)
    assert "第 3 页" in crashed.fact and "异常退出" in crashed.fact and crashed.next_step
    assert isinstance(broken, DamagedImageError)
    assert isinstance(odd, PageCrashedError) and "ZeroDivisionError" in odd.fact
    assert "defect" in caplog.text
    for number, found in results.items():
        assert isinstance(found, PageReading) and found.read.page.source_page == number

    tries = (tmp_path / "3").read_text().splitlines()
    # once beside others, at most once more beside others, then alone; never endlessly
    assert 2 <= len(tries) <= 3 and len(set(tries)) == len(tries)

    again = pool.read(jobs[:2])
    assert all(isinstance(found, PageReading) for found in again)


def test_a_crash_costs_no_process_per_page(pool: ReaderPool, tmp_path: Path) -> None:
    jobs = tuple(PageJob(str(tmp_path), "image/png", number) for number in (3, *range(10, 60)))
    crashed, *others = pool.read(jobs)
    assert isinstance(crashed, PageCrashedError)
    assert all(isinstance(found, PageReading) for found in others)
    processes = {line for n in range(10, 60) for line in (tmp_path / str(n)).read_text().splitlines()}
    assert len(processes) <= 4


PARENT = """
import sys
from extractors.page_worker import PageJob
from extractors.reading.settings import ReadingSettings
from flows.workers import ReaderPool
from tests.flows import pages

if __name__ == "__main__":
    ReaderPool(ReadingSettings(), 2, examine=pages.sleep, load=pages.load_nothing).read(
        tuple(PageJob(path, "image/png", 1) for path in sys.argv[1:])
    )
"""


def test_workers_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    started = [tmp_path / "one", tmp_path / "two"]
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    parent = subprocess.Popen(
        [sys.executable, str(script), *map(str, started)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "WORKER_MARK": mark},
        stderr=subprocess.PIPE,
    )
    waited(lambda: all(path.exists() for path in started) or parent.poll() is not None)
    assert parent.poll() is None, parent.stderr and parent.stderr.read().decode()
    assert len(processes_with(mark)) >= 3
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    waited(lambda: not processes_with(mark))
    assert processes_with(mark) == []


def waited(ready: object, seconds: float = 60) -> None:
    assert callable(ready)
    deadline = time.monotonic() + seconds
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.05)
