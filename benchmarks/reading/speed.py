"""Reading time and memory against bare OCR: the same pages, the same process layout, turn and turn about."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache as kept_once
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.reading.baseline_ocr import page_image
from extractors.page_worker import PageJob, examine_page, read_page_job

if TYPE_CHECKING:
    from benchmarks.bare_ocr import BareOcr

MIB = 2**10


class Lap(NamedTuple):
    """One page in one worker: seconds of wall and processor, resident peak of the worker so far (MiB)."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Speed:
    """Laps of all systems over the same pages."""

    laps: dict[str, list[Lap]]
    workers: int

    def ratio(self, system: str, attribute: str) -> float:
        """Return the time of ``system`` over that of bare OCR, summed over the pages."""
        total, bare = (sum(getattr(lap, attribute) for lap in self.laps[name]) for name in (system, "bare OCR"))
        return float(total / bare)

    def median_ratio(self, system: str) -> float:
        """Return the median over pages of the ratio of processor time."""
        pairs = zip(self.laps[system], self.laps["bare OCR"], strict=True)
        return statistics.median(lap.cpu / max(bare.cpu, 1e-6) for lap, bare in pairs)

    def median(self, system: str, attribute: str) -> float:
        """Return the median over pages."""
        return statistics.median(getattr(lap, attribute) for lap in self.laps[system])

    def peak(self, system: str) -> float:
        """Return the largest resident peak of a worker, MiB."""
        return max(lap.peak for lap in self.laps[system])


@kept_once
def _bare() -> BareOcr:
    from benchmarks.bare_ocr import BareOcr

    return BareOcr()


def _bare_page(job: PageJob) -> object:
    return _bare().read(page_image(Path(job.path), job.media_type, job.source_page))


def _read_page(job: PageJob) -> object:
    return read_page_job(*job)


def _timed(work: Callable[[PageJob], object], job: PageJob) -> Lap:
    wall, cpu = time.perf_counter(), time.process_time()
    work(job)
    seconds = (time.perf_counter() - wall, time.process_time() - cpu)
    return Lap(*seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB)


_SYSTEMS: dict[str, Callable[[PageJob], object]] = {
    "bare OCR": _bare_page,
    "reading": _read_page,
    "reading, marks": examine_page,
}


def measure(jobs: list[PageJob], workers: int) -> Speed:
    """Return the laps of every system; portions of ``workers`` pages alternate between the systems' own processes."""
    os.environ["OMP_NUM_THREADS"] = "1"
    pools = {name: ProcessPoolExecutor(workers, get_context("spawn")) for name in _SYSTEMS}
    laps: dict[str, list[Lap]] = {name: [] for name in _SYSTEMS}
    try:
        for name, pool in pools.items():
            # Every worker has loaded its networks and compiled its shapes before the first lap.
            list(pool.map(_SYSTEMS[name], (jobs * 2)[: 2 * workers]))
        for start in range(0, len(jobs), workers):
            for name, pool in pools.items():
                part = jobs[start : start + workers]
                laps[name] += pool.map(_timed, [_SYSTEMS[name]] * len(part), part)
    finally:
        for pool in pools.values():
            pool.shutdown()
    return Speed(laps, workers)
