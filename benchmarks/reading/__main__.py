"""Every table of reading in one run: ``python -m benchmarks.reading [FOLDER] [--set dev|test|generator]``.

FOLDER holds files with ``<file>.truth.json`` beside them, in any depth; a sub-folder with a ``case.truth.json`` is a
case. Without it the set is made under ``.cache/bench-reading``: a part of the held-out pages (``test`` by default)
or pages of the project's own generator. Page readings are kept by the bytes of the file and the source of the reader,
so a second run takes seconds. Ratios compare between machines, absolute times do not.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.held_out.papers import PARTS
from benchmarks.reading import tables
from benchmarks.reading.cache import DEFAULT, ROOT, Cache
from benchmarks.reading.juanzong import read_pages
from benchmarks.reading.run import Results, measure_baselines, measure_product, spread
from benchmarks.reading.speed import measure
from benchmarks.reading.truth import TrueFile, load_files, unknown_fields
from benchmarks.reading.worst import describe, worst, write_crops
from domain.errors import InputFileError
from extractors.page_worker import PageJob
from extractors.reading.file_types import describe_file
from extractors.reading.inference import engine_label

HELD_OUT = "benchmarks.held_out.make"
PAGES_PER_CASE = 4
BEGIN, END = "<!-- bench-reading -->", "<!-- /bench-reading -->"
DOCS = ROOT / "docs" / "benchmarks.md"


def arguments() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="files with truth beside them")
    parser.add_argument("--set", choices=(*PARTS, "generator"), help="what to make without FOLDER")
    parser.add_argument("--pages", type=int, default=200, help="about this many pages from the generator")
    parser.add_argument("--limit", type=int, help="at most this many files, every grade in turn")
    parser.add_argument("--grades", type=_listed, help="only files of these grades, separated by commas")
    parser.add_argument("--kinds", type=_listed, help="only files that hold these kinds, separated by commas")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--baseline-files", type=int, default=60, help="files that the baselines read too, 0 for none")
    parser.add_argument("--timing-pages", type=int, default=24, help="pages timed against bare OCR, 0 for none")
    parser.add_argument("--worst", type=int, default=20, help="errors listed")
    parser.add_argument("--notes", action="store_true", help="list every wrong kind and mark")
    parser.add_argument("--crops", type=Path, help="folder for pictures of the listed errors")
    parser.add_argument("--cache", type=Path, default=DEFAULT)
    parser.add_argument("--fresh", action="store_true", help="read everything again")
    parser.add_argument("--any-reader", action="store_true", help="believe readings of older versions of the reader")
    parser.add_argument("--out", type=Path, help="write the tables to this file too")
    parser.add_argument("--docs", action="store_true", help=f"write the tables into {DOCS.relative_to(ROOT)}")
    return parser


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


def main(given: list[str] | None = None) -> int:
    """Print the tables; return 0."""
    options = arguments().parse_args(given)
    folder = options.folder or _made(options)
    everything = load_files(folder)
    if not everything:
        print(f"no file with a truth beside it below {folder}", file=sys.stderr)
        return 2
    results = Results(_chosen(everything, options))
    cache = Cache(options.cache, options.fresh)
    pages = read_pages(results.files, cache, options.workers, options.any_reader)
    measure_product(results, everything, pages)
    measure_baselines(results, everything, options.baseline_files, cache, options.workers)
    text = "\n".join(_report(results, options, folder))
    print(text)
    if options.crops:
        by_name = {f.name: (f.path, results.understood[f.path]) for f in results.files}
        write_crops(options.crops, worst(results.outcomes, options.worst), by_name)
    if options.out:
        options.out.write_text(text + "\n", "utf-8")
    if options.docs:
        write_docs(text, given if given is not None else sys.argv[1:])
    return 0


def _chosen(files: list[TrueFile], options: argparse.Namespace) -> list[TrueFile]:
    found = [f for f in files if options.grades is None or f.grade in options.grades]
    found = [f for f in found if options.kinds is None or any(d.kind in options.kinds for d in f.documents)]
    return found if options.limit is None else sorted(spread(found, options.limit), key=lambda f: f.path)


def _made(options: argparse.Namespace) -> Path:
    """Return the folder of the wanted set; what is made once is kept."""
    wanted = options.set or "test"
    folder = options.cache / f"set-{wanted}"
    if wanted == "generator":
        folder = options.cache / f"set-generator-{options.pages}"
        command = ["training.pages", "--seed", "7000", "--cases", str(max(1, options.pages // PAGES_PER_CASE))]
    else:
        command = [HELD_OUT, "--part", wanted]
    if not folder.is_dir():
        part = folder.with_name(folder.name + ".part")
        subprocess.run([sys.executable, "-m", *command, "--out", str(part)], cwd=ROOT, check=True)
        part.rename(folder)
    return folder


def _report(results: Results, options: argparse.Namespace, folder: Path) -> list[str]:
    files = results.files
    pages = sum(len(f.pages) for f in files)
    day = datetime.now(UTC).date().isoformat()
    cases = len({o.file for o in results.case_outcomes})
    what = f"{folder.name}: {len(files)} files, {pages} pages, {cases} whole cases; {engine_label('auto')}; {day}"
    unknown = unknown_fields(folder)
    lines = [f"Reading, {what}"]
    if unknown:
        lines.append("not scored, no such field: " + ", ".join(f"{k} {n}" for k, n in sorted(unknown.items())))
    parts = [tables.grade_table(results), tables.count_tables(results), tables.structure_table(results.structure)]
    parts += [tables.marks_table(results.marks), tables.calibration_table(results.outcomes)]
    parts.append(tables.letters_table(results.letters))
    if options.timing_pages:
        parts.append(tables.speed_table(measure(_timed_pages(files, options.timing_pages), options.workers)))
    if options.notes:
        parts.append(["Notes", "", *results.structure.wrong_kinds, *results.marks.notes])
    listed = worst(results.outcomes, options.worst)
    parts.append(
        [f"6. The worst {len(listed)} errors", "", *(f"{n:3d} {describe(o)}" for n, o in enumerate(listed, 1))]
    )
    for part in parts:
        lines += ["", *part]
    return lines


def _timed_pages(files: list[TrueFile], count: int) -> list[PageJob]:
    """Return pages that need OCR, every grade in turn."""
    jobs = []
    for file in spread([f for f in files if f.grade != "born_digital"], count):
        try:
            facts = describe_file(file.path)
        except InputFileError:
            continue
        jobs.append(PageJob(str(file.path), facts.media_type, 1))
    return jobs


def write_docs(text: str, given: list[str]) -> None:
    """Put the tables between the marks in the documentation."""
    page = DOCS.read_text("utf-8")
    head, rest = page.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    # A folder is named without where it lies on this machine.
    shown = " ".join(Path(word).name if Path(word).exists() else word for word in given if word != "--docs")
    block = f"{BEGIN}\n`python -m benchmarks.reading {shown}`\n\n```\n{text}\n```\n{END}"
    DOCS.write_text(head + block + tail, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
