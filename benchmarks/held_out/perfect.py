"""Papers as a perfect recogniser would read them: ``python -m benchmarks.held_out.perfect --part PART --out FOLDER``.

What a paper states is found in two steps that fail for different reasons: signs are read, and values are told from
their neighbours. Here the lines come from Chromium's own layout, so that only the second step is measured, in seconds
for hundreds of papers. Each paper is a file of page images with its truth and, beside it, ``<file>.readings.json``,
which ``python -m benchmarks.reading FOLDER`` takes instead of reading the file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.held_out.papers import PARTS, Paper
from benchmarks.held_out.plan import FilePlan, planned
from benchmarks.held_out.render import CSS_DPI, Raster, Sheet, place_marks, render
from benchmarks.held_out.write import write_file
from domain.base import BBox
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
_SPACE = 0.15
PRODUCER = "perfect/2"


def make(part: str, out: Path) -> int:
    """Write the printed papers of a part and how they would be read; return the number of papers."""
    out.mkdir(parents=True, exist_ok=True)
    papers = [paper for paper in planned(part)[0] if not paper.pen]
    with tempfile.TemporaryDirectory() as scratch:
        pdf = Path(scratch) / "all.pdf"
        written = [(place_marks(p.html, p.truth, f"{p.id}/{p.pen}"), p.truth) for p in papers]
        sheets = render(written, pdf)
        raster = Raster(pdf)
        for number in range(len(papers)):
            _write(number, papers, sheets, raster, out)
    return len(papers)


def _write(number: int, papers: list[Paper], sheets: list[list[Sheet]], raster: Raster, out: Path) -> None:
    plan = FilePlan(papers[number].id, "clean", "tiff", (number,), 0, None, DPI)
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
    lines = tuple(_line(group) for group in lines_of(sheet))
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


def _scaled(box: Any) -> BBox:
    x0, y0, x1, y1 = (float(v) * DPI / CSS_DPI for v in box)
    return (x0, y0, x1, y1)


@dataclass(frozen=True)
class Sign:
    """One character of a line.

    Attributes:
        text: the character.
        box: pixels at ``DPI``.
        fields: numbers of the truth's fields that it stands in.
    """

    text: str
    box: BBox
    fields: frozenset[int]


def lines_of(sheet: Sheet) -> list[list[Sign]]:
    """Gather the signs of a sheet to lines, from the top and then from the left; spaces stand between words."""
    placed = [Sign(str(sign), _scaled(box), frozenset(of)) for sign, box, of in sheet.signs]
    groups: list[list[Sign]] = [placed[:1]] if placed else []
    for before, sign in pairwise(placed):
        a, b = before.box, sign.box
        height = min(a[3] - a[1], b[3] - b[1])
        level = abs((a[1] + a[3]) - (b[1] + b[3])) < height
        if level and -0.3 * height < b[0] - a[2] < _GAP * height:
            if before.text.isascii() and sign.text.isascii() and b[0] - a[2] > _SPACE * height:
                groups[-1].append(Sign(" ", (a[2], a[1], b[0], a[3]), before.fields & sign.fields))
            groups[-1].append(sign)
        else:
            groups.append([sign])
    return sorted(groups, key=lambda group: (round(group[0].box[1] / 6), group[0].box[0]))


def _line(group: list[Sign]) -> OcrLine:
    characters = tuple(OcrCharacter(text=s.text, bbox=s.box, score=_SCORE, hand=_PRINT) for s in group)
    x0, y0 = min(s.box[0] for s in group), min(s.box[1] for s in group)
    x1, y1 = max(s.box[2] for s in group), max(s.box[3] for s in group)
    polygon = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return OcrLine(text="".join(s.text for s in group), polygon=polygon, score=_SCORE, characters=characters)


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
