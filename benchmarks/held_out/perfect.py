"""Papers as a perfect recogniser would read them: ``python -m benchmarks.held_out.perfect --part PART --out FOLDER``.

What a paper states is found in two steps that fail for different reasons: signs are read, and values are told from
their neighbours. Here the lines come from Chromium's own layout, so that only the second step is measured, in seconds
for hundreds of papers. Each paper is a file of page images with its truth and, beside it, ``<file>.readings.json``, which
``python -m benchmarks.reading FOLDER`` takes instead of reading the file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.held_out.papers import PARTS, Paper
from benchmarks.held_out.plan import FilePlan, planned
from benchmarks.held_out.render import CSS_DPI, Raster, Sheet, place_marks, render
from benchmarks.held_out.write import write_file
from domain.documents import Page, PageQuality, ReadPage
from domain.evidence import Seal, Signature
from domain.marks import PageMarks, PageReading
from domain.ocr import OcrCharacter, OcrLine, OcrPage
from extractors.marks.grid import cells_of
from extractors.marks.grid_bands import find_bands
from extractors.marks.grid_boxes import find_boxes
from extractors.marks.grid_lines import find_rules

DPI = 120
_SCORE = 0.9995
_PRINT = 0.03
_GAP = 1.2
"""Widest gap inside a line, in heights: what stands farther apart is read as two lines."""
PRODUCER = "perfect/2"


def make(part: str, out: Path) -> int:
    """Write the printed papers of a part and how they would be read; return the number of papers."""
    out.mkdir(parents=True, exist_ok=True)
    papers, _ = planned(part)
    chosen = [(n, paper) for n, paper in enumerate(papers) if not paper.pen]
    with tempfile.TemporaryDirectory() as scratch:
        pdf = Path(scratch) / "all.pdf"
        written = [(place_marks(p.html, p.truth, f"{p.id}/{p.pen}"), p.truth) for p in papers]
        sheets = render(written, pdf)
        raster = Raster(pdf)
        for number, paper in chosen:
            _write(number, paper, papers, sheets, raster, out)
    return len(chosen)


def _write(
    number: int, paper: Paper, papers: list[Paper], sheets: list[list[Sheet]], raster: Raster, out: Path
) -> None:
    plan = FilePlan(paper.id, "clean", "tiff", (number,), 0, None, DPI)
    truth = write_file(plan, papers, sheets, raster, out)
    (out / f"{truth['file']}.truth.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    readings = [
        perfect_reading(sheet, n, np.ascontiguousarray(raster.image(sheet, DPI)[..., ::-1]))
        for n, sheet in enumerate(sheets[number], 1)
    ]
    kept = [reading.model_dump(mode="json") for reading in readings]
    (out / f"{truth['file']}.readings.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def perfect_reading(sheet: Sheet, number: int, image: np.ndarray) -> PageReading:
    """Return a sheet as if every sign had been read without a doubt.

    Args:
        sheet: as laid out.
        number: of the page in its file, from 1.
        image: BGR at ``DPI``; rules and boxes to tick are found on it.
    """
    height, width = image.shape[:2]
    quality = PageQuality(sharpness=1.0, contrast=1.0, dpi=DPI)
    page = Page(number=number, source_page=number, width=width, height=height, dpi=DPI, quality=quality)
    lines = tuple(_line(group) for group in _lines(sheet.signs))
    read = ReadPage(page=page, text=OcrPage(number=number, width=width, height=height, lines=lines, producer=PRODUCER))
    rules = find_rules(image)
    cells = cells_of(rules)
    marks = PageMarks(
        cells=cells,
        bands=find_bands(rules, cells),
        boxes=find_boxes(image, read),
        signatures=tuple(
            Signature(name=None, page=number, bbox=_scaled(m["box"]), probability=0.97)
            for m in sheet.marks
            if m["mark"] in ("sign", "stroke")
        ),
        seals=tuple(
            Seal(text=m["text"] or None, page=number, bbox=_scaled(m["box"]), probability=0.97, text_probability=0.9)
            for m in sheet.marks
            if m["mark"] == "seal"
        ),
        producer=PRODUCER,
    )
    return PageReading(read=read, marks=marks)


def _scaled(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(v) * DPI / CSS_DPI for v in box)
    return (x0, y0, x1, y1)


def _lines(signs: list[list[Any]]) -> list[list[tuple[str, tuple[float, float, float, float]]]]:
    """Gather the signs of a sheet to lines, from the top and then from the left."""
    placed = [(str(sign), _scaled(box)) for sign, *box in signs]
    groups: list[list[tuple[str, tuple[float, float, float, float]]]] = [placed[:1]] if placed else []
    for (_, before), (sign, box) in pairwise(placed):
        height = min(before[3] - before[1], box[3] - box[1])
        level = abs((before[1] + before[3]) - (box[1] + box[3])) < height
        if level and -0.3 * height < box[0] - before[2] < _GAP * height:
            groups[-1].append((sign, box))
        else:
            groups.append([(sign, box)])
    return sorted(groups, key=lambda group: (round(group[0][1][1] / 6), group[0][1][0]))


def _line(group: list[tuple[str, tuple[float, float, float, float]]]) -> OcrLine:
    spaced: list[tuple[str, tuple[float, float, float, float]]] = group[:1]
    for (left, a), (right, b) in pairwise(group):
        if left.isascii() and right.isascii() and b[0] - a[2] > 0.15 * (b[3] - b[1]):
            spaced.append((" ", (a[2], a[1], b[0], a[3])))
        spaced.append((right, b))
    characters = tuple(OcrCharacter(text=sign, bbox=box, score=_SCORE, hand=_PRINT) for sign, box in spaced)
    x0, y0 = min(b[0] for _, b in spaced), min(b[1] for _, b in spaced)
    x1, y1 = max(b[2] for _, b in spaced), max(b[3] for _, b in spaced)
    polygon = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return OcrLine(text="".join(s for s, _ in spaced), polygon=polygon, score=_SCORE, characters=characters)


def main() -> int:
    """Read the command line and make a part."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.held_out.perfect", description=__doc__)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    sys.stdout.write(f"{make(given.part, given.out)} papers in {given.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
