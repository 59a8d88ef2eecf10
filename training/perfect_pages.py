"""Papers as a perfect recogniser would read them: evidence on whose value it is, free of misread characters.

Whether a name is the complainant's or somebody else's is a question of rules, and a wrong answer is as bad as a misread
one. Hundreds of papers answer it cheaply when nothing has to be rendered well and read: lines come from the sheet's own
marks, ruled cells from a small drawing of it.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import cv2
import numpy as np

from benchmarks.reading.scores import same
from benchmarks.reading.truth import ALIASES
from domain.documents import Page, PageQuality, ReadPage
from domain.evidence import FieldValue, Seal, Signature
from domain.fields import FIELDS
from domain.forms import FormDescription
from domain.marks import PageMarks, PageReading
from domain.ocr import OcrCharacter, OcrLine, OcrPage
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document, values_of
from extractors.marks.grid import find_cells
from training import raster
from training.cases import make_papers, random_plan
from training.files import Paper
from training.sheet import Box, LineTruth, RuleMark, Sheet
from training.text.complaint import make_complaint

DPI = 100
_SCORE = 0.9995
_HAND, _PRINT = 0.95, 0.03


@dataclass(frozen=True)
class Pointed:
    """One value that the rules gave on a perfectly read paper, and whether it is the one that was meant."""

    value: FieldValue
    right: bool


@dataclass(frozen=True)
class PerfectPaper:
    """A paper with what it states, and its pages as if nothing had been misread."""

    kind: DocumentKind
    truth: dict[str, list[str]]
    pages: tuple[PageReading, ...]


def pointed_values(papers: list[PerfectPaper], forms: tuple[FormDescription, ...]) -> Iterator[Pointed]:
    """Yield the values that the rules give for the fields that some papers are known to state."""
    for paper in papers:
        for value in values_of(extract_document("perfect", paper.kind, paper.pages, forms)):
            if value.name in paper.truth:
                yield Pointed(value, any(same(value.name, value.value, t) for t in paper.truth[value.name]))


def make_perfect_papers(cases: int, seed: int) -> Iterator[PerfectPaper]:
    """Yield the papers of some generated cases."""
    for number in range(cases):
        rng = Random(f"perfect-{seed + number}")
        plan = random_plan(rng)
        papers, _ = make_papers(plan, make_complaint(rng, plan.wish), rng)
        for paper in papers:
            kind = DocumentKind(paper.kind)
            kind = DocumentKind.ID_CARD_COPY if kind is DocumentKind.LEGAL_REP_ID_COPY else kind
            pages = tuple(perfect_reading(sheet, n) for n, sheet in enumerate(paper.sheets, 1))
            yield PerfectPaper(kind, _truth(paper), pages)


def load_papers(path: Path) -> list[PerfectPaper]:
    """Return the papers of a file."""
    kept = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        PerfectPaper(
            DocumentKind(one["kind"]), one["truth"], tuple(PageReading.model_validate(page) for page in one["pages"])
        )
        for one in kept
    ]


def main() -> int:
    """Write papers as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.perfect_pages", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=250)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with given.out.open("w", encoding="utf-8") as file:
        for paper in make_perfect_papers(given.cases, given.seed):
            pages = [page.model_dump(mode="json") for page in paper.pages]
            row = {"kind": paper.kind.value, "truth": paper.truth, "pages": pages}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


def _truth(paper: Paper) -> dict[str, list[str]]:
    truth: dict[str, list[str]] = defaultdict(list)
    for sheet in paper.sheets:
        for field in sheet.fields:
            name = ALIASES.get(field.name, field.name)
            if name in FIELDS:
                truth[name].append(field.value)
    return truth


def perfect_reading(sheet: Sheet, number: int) -> PageReading:
    """Return a sheet as if every character had been read without a doubt, at 100 dots per inch."""
    rules = replace(sheet, marks=[mark for mark in sheet.marks if isinstance(mark, RuleMark)])
    image = cv2.cvtColor(np.asarray(raster.draw(rules, DPI)), cv2.COLOR_RGB2BGR)
    height, width = image.shape[:2]
    page = Page(
        number=number,
        source_page=number,
        width=width,
        height=height,
        dpi=DPI,
        quality=PageQuality(sharpness=1.0, contrast=1.0, dpi=DPI),
    )
    rows = sorted((line for line in sheet.lines if line.text), key=lambda line: (round(line.box[1] / 6), line.box[0]))
    lines = tuple(_line(line) for line in rows)
    marks = PageMarks(
        cells=find_cells(image),
        signatures=tuple(
            Signature(name=None, page=number, bbox=_scaled(s.box), probability=0.97) for s in sheet.signatures
        ),
        seals=tuple(
            Seal(text=s.text or None, page=number, bbox=_scaled(s.box), probability=0.97, text_probability=0.9)
            for s in sheet.seals
        ),
        producer="perfect/1",
    )
    text = OcrPage(number=number, width=width, height=height, lines=lines, producer="perfect/1")
    return PageReading(read=ReadPage(page=page, text=text), marks=marks)


def _scaled(box: Box) -> Box:
    x0, y0, x1, y1 = (v * DPI / 72 for v in box)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _line(line: LineTruth) -> OcrLine:
    x0, y0, x1, y1 = _scaled(line.box)
    widths = [0.55 if sign.isascii() else 1.0 for sign in line.text]
    step = (x1 - x0) / sum(widths)
    edges = np.concatenate([[0.0], np.cumsum(widths)]) * step + x0
    hand = _HAND if line.hand else _PRINT
    characters = tuple(
        OcrCharacter(text=sign, bbox=(float(a), y0, float(b), y1), score=_SCORE, hand=hand)
        for sign, a, b in zip(line.text, edges, edges[1:], strict=False)
    )
    polygon = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    return OcrLine(text=line.text, polygon=polygon, score=_SCORE, characters=characters)


if __name__ == "__main__":
    raise SystemExit(main())
