"""Reading against bare OCR: speed ratio, character error rate by grade, memory, cold start.

``python -m benchmarks.speed`` prints tables; ratios compare between machines, absolute times do not.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.character_errors import errors, folded

if TYPE_CHECKING:
    from benchmarks.bare_ocr import BareOcr

GRADES = ("clean", "scan", "copy", "fax_fine", "fax_std", "photo")
KINDS = ("complaint_letter", "application_form", "id_card_copy")
_CONTAINERS = {"fax_fine": "tif", "fax_std": "tif", "photo": "jpg", "clean": "png"}


@dataclass(frozen=True)
class Sample:
    """One generated page on disk with its printed and handwritten lines (folded)."""

    path: str
    grade: str
    printed: tuple[str, ...]
    hand: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What one pass over one page gave."""

    text: str
    seconds: float


def make_samples(folder: Path, per_cell: int) -> list[Sample]:
    """Write ``per_cell`` pages of every kind and grade to ``folder``."""
    from training.pages import render_page

    samples = []
    for grade in GRADES:
        for kind in KINDS:
            for seed in range(per_cell):
                file = render_page(kind, 9000 + seed, grade, container=_CONTAINERS.get(grade, "jpg"))
                path = folder / f"{grade}_{file.name}"
                path.write_bytes(file.data)
                lines = file.truth["pages"][0]["lines"]
                printed, hand = (tuple(folded(x["text"]) for x in lines if x["hand"] is h) for h in (False, True))
                samples.append(Sample(str(path), grade, printed, hand))
    return samples


def read_bare(path: str) -> Reading:
    """Read one page with the yardstick (in a worker)."""
    from extractors.reading.picture import square_picture
    from extractors.reading.rasters import decode_page

    started = time.process_time()
    # Square pixels are part of decoding a fax, not of reading it.
    image = square_picture(*decode_page(Path(path), 1), 300).image
    text = "".join(_bare().read(image))
    return Reading(folded(text), time.process_time() - started)


def read_pipeline(path: str) -> Reading:
    """Read one page with the product's reader (in a worker)."""
    from extractors.page_worker import read_page_job
    from extractors.reading.file_types import describe_file

    started = time.process_time()
    facts = describe_file(Path(path))
    read = read_page_job(path, facts.media_type, 1)
    text = "".join(line.text for line in read.text.lines)
    return Reading(folded(text), time.process_time() - started)


@cache
def _bare() -> BareOcr:
    from benchmarks.bare_ocr import BareOcr

    return BareOcr()


def run(samples: list[Sample], job: Callable[[str], Reading], workers: int) -> tuple[list[Reading], float]:
    """Return the readings and the wall time of all samples, after every worker has warmed up."""
    os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(job, [s.path for s in samples[:: max(1, len(samples) // (2 * workers))]]))
        started = time.perf_counter()
        readings = list(pool.map(job, [s.path for s in samples]))
        return readings, time.perf_counter() - started


def error_rates(samples: list[Sample], readings: list[Reading]) -> dict[str, tuple[float, float]]:
    """Return per grade the character error rate of print and of handwriting, in percent."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for sample, reading in zip(samples, readings, strict=True):
        row = counts[sample.grade]
        for offset, lines in ((0, sample.printed), (2, sample.hand)):
            row[offset] += sum(errors(line, reading.text) for line in lines)
            row[offset + 1] += sum(len(line) for line in lines)
    return {g: (100 * r[0] / max(r[1], 1), 100 * r[2] / max(r[3], 1)) for g, r in counts.items()}


def print_speed(samples: list[Sample], workers: int) -> None:
    """Print pages per minute, processor seconds and error rates of both readers."""
    results = {name: run(samples, job, workers) for name, job in (("bare OCR", read_bare), ("pipeline", read_pipeline))}
    cpu = {name: sum(r.seconds for r in readings) / len(samples) for name, (readings, _) in results.items()}
    print(f"\nReading {len(samples)} pages, {workers} processes of one thread")
    print(f"{'':12} {'pages/min':>10} {'cpu s/page':>11} {'ratio wall':>11} {'ratio cpu':>10}")
    bare_wall = results["bare OCR"][1]
    for name, (_, wall) in results.items():
        ratios = f"{bare_wall / wall:11.2f} {cpu['bare OCR'] / cpu[name]:10.2f}"
        print(f"{name:12} {60 * len(samples) / wall:10.1f} {cpu[name]:11.2f} {ratios}")
    print(f"\nCharacter error rate in % (print / handwriting)\n{'':12}" + "".join(f"{g:>14}" for g in GRADES))
    for name, (readings, _) in results.items():
        rates = error_rates(samples, readings)
        print(f"{name:12}" + "".join(f"{rates[g][0]:8.2f} /{rates[g][1]:4.1f}" for g in GRADES))


def _memory_after(samples: list[str], pages: int) -> list[tuple[int, float]]:
    process = psutil.Process()
    marks = []
    for number in range(1, pages + 1):
        read_pipeline(samples[number % len(samples)])
        if number in {1, 10, 20, 50, 100, 150} or number == pages:
            marks.append((number, process.memory_info().rss / 2**20))
    return marks


def print_memory(samples: list[Sample], pages: int) -> None:
    """Print the resident memory of one worker while it reads ``pages`` pages."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        marks = pool.submit(partial(_memory_after, [s.path for s in samples], pages)).result()
    print(f"\nMemory of one worker over {pages} pages (MiB resident)")
    print("after page " + "".join(f"{n:>8}" for n, _ in marks))
    print("MiB        " + "".join(f"{m:8.0f}" for _, m in marks))


_COLD_STEPS = (
    ("numpy, OpenCV", "import numpy, cv2"),
    ("vocabulary (pydantic)", "import domain.documents"),
    (
        "inference engine",
        "from extractors.reading.inference import load_network, resolve_engine\n__import__(resolve_engine('auto'))",
    ),
    ("the rest of the reader", "import extractors.reading.reader"),
    ("networks", "reader = extractors.reading.reader.PageReader()"),
    (
        "first page",
        "from pathlib import Path; from extractors.reading.file_types import describe_file; path = Path(sys.argv[1])\n"
        "reader.read(path, describe_file(path).media_type, 1)",
    ),
    ("second page", "reader.read(path, describe_file(path).media_type, 1)"),
)


def print_cold_start(sample: Sample) -> None:
    """Print where the time of a fresh process goes."""
    script = "import sys, time\nmarks = [(time.perf_counter(), time.process_time())]\n"
    for _, code in _COLD_STEPS:
        script += f"{code}\nmarks.append((time.perf_counter(), time.process_time()))\n"
    script += "print(*(f'{b[0]-a[0]:.2f},{b[1]-a[1]:.2f}' for a, b in zip(marks, marks[1:])))"
    environment = {**os.environ, "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", script, sample.path]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    laps = [tuple(float(v) for v in lap.split(",")) for lap in done.stdout.split()]
    print(f"\nCold start of one reader process (seconds)\n{'':26} {'wall':>6} {'cpu':>6}")
    for (name, _), (wall, cpu) in zip(_COLD_STEPS, laps, strict=True):
        print(f"{name:26} {wall:6.2f} {cpu:6.2f}")
    print(f"{'until the first page':26} {sum(w for w, _ in laps[:-1]):6.2f} {sum(c for _, c in laps[:-1]):6.2f}")


def main(arguments: list[str] | None = None) -> int:
    """Print all tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--per-cell", type=int, default=2, help="pages of every kind and grade")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--memory-pages", type=int, default=200, help="0 leaves the memory table out")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        samples = make_samples(Path(folder), options.per_cell)
        print_speed(samples, options.workers)
        if options.memory_pages:
            print_memory(samples, options.memory_pages)
        print_cold_start(samples[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
