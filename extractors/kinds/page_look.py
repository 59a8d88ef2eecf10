"""What a page looks like: its visual rows, which of them may be titles, how much of it stands in ruled cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from domain.marks import PageReading
from extractors.forms.labels import bare
from extractors.kinds.text_model import PageShape
from extractors.kinds.traditional import to_simplified
from extractors.kinds.words import FAX_HEADER, LATER_PAGE
from extractors.layout.blocks import Piece
from extractors.layout.levels import visual_rows

_TITLE_AREA, _TITLE_ROWS = 0.45, 9
_HEADER_AREA = 0.07
_FAINT, _LEGIBLE = 0.12, 0.72
"""Contrast and mean score below which ink is the other side's: print and pen had 0.4 and 0.74 or more."""


@dataclass(frozen=True)
class Row:
    """One visual row of a page.

    Attributes:
        text: its words, left to right, in simplified characters.
        words: the same without spacing and punctuation.
        prominence: 0 to 1: large or centred rows may be titles.
        heading: larger than the rest of the page and centred.
        left: left edge as a share of the page's width.
        right: right edge as a share of the page's width.
        top: upper edge as a share of the page's height.
        size: height of the signs as a share of the page's width.
    """

    text: str
    words: str
    prominence: float
    heading: bool
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    size: float = 0.0


def rows_of(reading: PageReading) -> list[Row]:
    """Return the visual rows of a page, top to bottom, without the line a fax machine prints on top."""
    page = reading.read.text
    lines = [line for line in page.lines if line.text.strip()]
    usual = median([line.bbox[3] - line.bbox[1] for line in lines]) if lines else 1.0
    rows = []
    for pieces in visual_rows([Piece(0, line, 0, len(line.text)) for line in lines]):
        text = to_simplified(" ".join(piece.text for piece in pieces))
        if pieces[0].bbox[1] < _HEADER_AREA * page.height and FAX_HEADER.search(text):
            continue
        rows.append(_row(text, pieces, usual, (page.width, page.height)))
    return rows


def _row(text: str, pieces: Sequence[Piece], usual: float, size: tuple[int, int]) -> Row:
    width, height = size
    x0, x1 = min(p.bbox[0] for p in pieces), max(p.bbox[2] for p in pieces)
    tall = median([p.bbox[3] - p.bbox[1] for p in pieces])
    centred = abs((x0 + x1) / 2 - width / 2) < 0.08 * width and x0 > 0.18 * width
    large = tall > 1.3 * usual
    prominence = 1.0 if large and centred else 0.9 if large or centred else 0.55
    words = bare(text)
    heading = large and centred and tall > 1.45 * usual and len(words) <= 30
    top = min(p.bbox[1] for p in pieces) / height
    return Row(text, words, prominence, heading, x0 / width, x1 / width, top, tall / width)


def top_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows among which a title stands."""
    limit = _TITLE_AREA * len(rows) + 3
    return [row for index, row in enumerate(rows[:_TITLE_ROWS]) if index < limit]


def share_in_cells(reading: PageReading) -> float:
    """Return the share of lines that stand in ruled cells."""
    cells = [cell.bbox for cell in reading.marks.cells]
    lines = reading.read.text.lines
    if not cells:
        return 0.0
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in (line.bbox for line in lines)]
    inside = sum(any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in cells) for x, y in middles)
    return inside / max(len(lines), 1)


def page_shape(reading: PageReading, rows: Sequence[Row] | None = None) -> PageShape:
    """Return what the model of words looks at."""
    rows = rows_of(reading) if rows is None else rows
    page = reading.read.page
    usual = median([row.size for row in rows]) if rows else 0.0
    return PageShape(
        aspect=page.width / page.height,
        rows=tuple(row.text for row in rows),
        large=sum(row.size > 1.3 * usual for row in rows),
        right=sum(row.left > 0.45 and row.top > 0.5 for row in rows),
        cells=len(reading.marks.cells),
        in_cells=share_in_cells(reading),
    )


def shines_through(reading: PageReading) -> bool:
    """Tell whether a page is the empty back of a sheet: faint, and hardly a sign of it can be read."""
    quality, lines = reading.read.page.quality, reading.read.text.lines
    faint = quality is not None and quality.contrast < _FAINT
    return faint and bool(lines) and sum(line.score for line in lines) < _LEGIBLE * len(lines)


def is_blank(reading: PageReading, rows: Sequence[Row]) -> bool:
    """Tell whether nothing is on a page; ink of a seal or a hand, or a page mark, says that something was."""
    if reading.marks.seals or reading.marks.signatures:
        return False
    if shines_through(reading):
        return True
    few = sum(len(row.words) for row in rows) <= 2
    return not rows or (few and not any(LATER_PAGE.search(row.text.strip()) for row in rows))
