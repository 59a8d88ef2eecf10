"""`python -m benchmarks.held_out.make --part PART --out FOLDER [--grades …]`: held-out files with their truth."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.held_out.grades import GRADES
from benchmarks.held_out.papers import PARTS
from benchmarks.held_out.plan import planned
from benchmarks.held_out.render import Raster, place_marks, render
from benchmarks.held_out.write import write_file


def make(part: str, out: Path, grades: tuple[str, ...]) -> int:
    """Write the files of a part; return their number of pages.

    Args:
        part: one of `PARTS`.
        out: folder, made when missing.
        grades: the grades wanted.
    """
    out.mkdir(parents=True, exist_ok=True)
    papers, files = planned(part)
    pages = 0
    with tempfile.TemporaryDirectory() as scratch:
        pdf = Path(scratch) / "all.pdf"
        written = [(place_marks(p.html, p.truth, f"{p.id}/{p.pen}"), p.truth) for p in papers]
        sheets = render(written, pdf)
        raster = Raster(pdf)
        for file in files:
            if file.grade in grades:
                truth = write_file(file, papers, sheets, raster, out)
                pages += len(truth["pages"])
                target = out / f"{truth['file']}.truth.json"
                target.write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return pages


def main() -> int:
    """Read the command line and make a part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--grades", nargs="+", choices=GRADES, default=list(GRADES))
    given = parser.parse_args()
    pages = make(given.part, given.out, tuple(given.grades))
    sys.stdout.write(f"{pages} pages in {given.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
