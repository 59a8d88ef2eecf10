"""The whole system against bare OCR, and the cold start of ``juanzong ingest``.

``python -m benchmarks.pipeline`` prints tables; ratios compare between machines, absolute times do not.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.speed import GRADES, KINDS, Sample, make_samples, read_bare, run

ROOT = Path(__file__).resolve().parent.parent
ADOPTION = ROOT / "policies" / "adoption.example.yaml"
POLICY = "exchange-member"
PAGES_OF_A_CASE = 4


def whole_system(samples: list[Sample], workers: int, home: Path) -> tuple[float, float]:
    """Return the wall seconds from the first page to the last filing, engine and workers warm, and of acceptance."""
    os.environ |= {"JUANZONG_HOME": str(home), "JUANZONG_WORKERS": str(workers)}
    from extractors.page_worker import PageJob
    from flows.acceptance import accept_group
    from flows.grouping import GroupMode, group_paths
    from flows.ingestion import process
    from flows.request import IngestRequest
    from flows.session import open_session
    from flows.settings import load_settings

    folders = as_cases(samples, home / "post")
    request = IngestRequest(paths=folders, policy=POLICY, received_at=datetime.now(UTC), mode=GroupMode.CASE)
    with open_session(load_settings(ADOPTION)) as session:
        warm = tuple(PageJob(s.path, "image/tiff", 1) for s in samples if s.grade == "fax_fine")
        tuple(session.pool.read((warm * 4 * workers)[: 4 * workers]))
        session.engine.wait()
        started = time.perf_counter()
        for group in group_paths(request.paths, request.mode).groups:
            accept_group(session.services, request, group, "EXM")
        accepted = time.perf_counter()
        pending = session.services.storage.intake.pending()
        process(session.services, pending, session.engine, session.pool)
        done = time.perf_counter()
    return done - accepted, accepted - started


def as_cases(samples: list[Sample], place: Path) -> tuple[Path, ...]:
    """Link the pages into folders of ``PAGES_OF_A_CASE``, which is what a case has in the samples."""
    folders = []
    for start in range(0, len(samples), PAGES_OF_A_CASE):
        folder = place / f"case_{start:04d}"
        folder.mkdir(parents=True)
        for sample in samples[start : start + PAGES_OF_A_CASE]:
            (folder / Path(sample.path).name).symlink_to(sample.path)
        folders.append(folder)
    return tuple(folders)


def print_ratio(samples: list[Sample], workers: int, rounds: int) -> None:
    """Print pages per minute of bare OCR and of the whole system, in turn, with the median ratio."""
    ratios, rows = [], []
    for number in range(rounds):
        _, bare = run(samples, read_bare, workers)
        with tempfile.TemporaryDirectory() as home:
            whole, accepting = whole_system(samples, workers, Path(home))
        ratios.append(bare / whole)
        rows.append((number + 1, 60 * len(samples) / bare, 60 * len(samples) / whole, accepting, bare / whole))
    what = f"{len(samples)} pages in cases of {PAGES_OF_A_CASE}, {workers} processes of one thread"
    print(f"\nWhole system against bare OCR: {what}")
    print(f"{'round':>6} {'bare p/min':>11} {'whole p/min':>12} {'intake s':>9} {'ratio':>6}")
    for row in rows:
        print(f"{row[0]:6d} {row[1]:11.1f} {row[2]:12.1f} {row[3]:9.2f} {row[4]:6.2f}")
    print(f"median ratio {statistics.median(ratios):.2f} (target 0.90)")


_STEPS = """
import sys, time
start = float(sys.argv[2]); marks = []
def mark(name): marks.append((name, time.time() - start))
mark("python started")
from pathlib import Path
from datetime import UTC, datetime
from flows.session import open_session
from flows.settings import load_settings
from flows.acceptance import accept_group
from flows.grouping import GroupMode, group_paths
from flows.request import IngestRequest
import flows.ingestion
mark("program imported")
with open_session(load_settings(Path(sys.argv[3]))) as session:
    mark("state opened, engine starting")
    request = IngestRequest(paths=(Path(sys.argv[1]),), policy="exchange-member", received_at=datetime.now(UTC))
    for group in group_paths(request.paths, request.mode).groups:
        accept_group(session.services, request, group, "EXM")
    mark("paper accepted")
    session.pool.start()
    session.engine.wait()
    mark("engine ready")
    import flows.pipeline as pipeline
    mark("flow imported")
    run = pipeline.Run(session.services, session.pool, lambda stage, *_: mark({"read": "page read",
        "understand": "page understood", "settle": "case judged", "file": "case filed"}[stage]))
    pipeline.process_all(run, session.services.storage.intake.pending())
    mark("flow ended")
mark("closed")
print("\\n".join(f"{name}\\t{seconds:.2f}" for name, seconds in marks))
"""


def print_cold_start(sample: Sample, rounds: int) -> None:
    """Print the wall time of ``juanzong ingest`` for one page in a fresh process and home, and what it is spent on."""
    times: dict[str, list[float]] = {"fresh home": [], "home used before": [], "same page again": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as home:
            times["fresh home"].append(_ingest(sample.path, home))
            times["same page again"].append(_ingest(sample.path, home))
            with tempfile.TemporaryDirectory() as folder:
                other = Path(folder) / "other.png"
                other.write_bytes(_changed(Path(sample.path).read_bytes()))
                times["home used before"].append(_ingest(str(other), home))
    print(f"\nCold start of `juanzong ingest` for one page: wall seconds, median of {rounds} (target 8)")
    for name, values in times.items():
        print(f"{name:18} {statistics.median(values):6.2f}   ({min(values):.2f} to {max(values):.2f})")
    with tempfile.TemporaryDirectory() as home:
        _ingest(sample.path, home)
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-c", _STEPS, sample.path, str(time.time()), str(ADOPTION)]
        done = subprocess.run(command, cwd=ROOT, env=_environment(home), capture_output=True, text=True, check=True)
    print("\nWhat a cold start is spent on (seconds since the process was asked for)")
    for line in done.stdout.splitlines():
        name, seconds = line.split("\t")
        print(f"{name:32} {seconds:>6}")


def _changed(content: bytes) -> bytes:
    """Return other bytes of the same picture: a PNG may be followed by anything."""
    return content + b"\n"


def _environment(home: str) -> dict[str, str]:
    # an engine of this process must not serve the measured one
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return own | {"JUANZONG_HOME": home, "JUANZONG_WORKERS": "2"}


def _ingest(path: str, home: str) -> float:
    command = [sys.executable, "-m", "flows", "ingest", path, "--policy", POLICY, "--adoption", str(ADOPTION)]
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=_environment(home), capture_output=True, check=True)
    return time.perf_counter() - started


def main() -> int:
    """Print all tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=36, help="about this many pages")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    per_cell = max(1, round(wanted.pages / (len(GRADES) * len(KINDS))))
    with tempfile.TemporaryDirectory() as folder:
        samples = make_samples(Path(folder), per_cell)
        print_cold_start(next(s for s in samples if s.grade == "clean"), wanted.rounds)
        print_ratio(samples, wanted.workers, wanted.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
