"""A page seen from the sides its lines are written towards: a card lying sideways is read as if it lay upright."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.base import BBox
from domain.evidence import Evidence, FieldResult, FieldValue
from domain.marks import PageReading
from domain.ocr import OcrLine

_FEWEST = 2
"""A turned view needs at least so many lines; a single tall line is a seal, a margin note or a rule."""


@dataclass(frozen=True)
class View:
    """The lines of a page that are upright after turning the page clockwise by ``turn`` degrees.

    Attributes:
        turn: 0, 90, 180 or 270.
        width: of the upright page, pixels.
        height: of the upright page, pixels.
        lines: with coordinates of the turned page.
    """

    turn: int
    width: float
    height: float
    lines: tuple[OcrLine, ...]

    def on_page(self, box: BBox) -> BBox:
        """Return a box of the view as it lies on the upright page, inside the page's edges."""
        turned = (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)
        x0, y0, x1, y1 = box if self.turn == 0 else _turned(box, (360 - self.turn) % 360, *turned)
        if self.turn == 0:
            return box
        return (max(x0, 0.0), max(y0, 0.0), min(x1, self.width), min(y1, self.height))

    def result_on_page(self, result: FieldResult) -> FieldResult:
        """Return a result read in the view, its places on the upright page."""
        if self.turn == 0:
            return result
        changes: dict[str, object] = {"evidence": self._places(result.evidence)}
        if isinstance(result, FieldValue) or result.candidates:
            changes["candidates"] = tuple(
                c.model_copy(update={"evidence": self._places(c.evidence)}) for c in result.candidates
            )
        return result.model_copy(update=changes)

    def _places(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        return tuple(e.model_copy(update={"bbox": self.on_page(e.bbox)}) for e in evidence)


def views(page: PageReading) -> tuple[View, ...]:
    """Return the page as it lies, and one view more for every other way its lines are written."""
    text = page.read.text
    by_turn: dict[int, list[OcrLine]] = {0: []}
    for line in text.lines:
        if line.text.strip():
            by_turn.setdefault(turn_of(line), []).append(line)
    width, height = float(text.width), float(text.height)
    return tuple(
        View(turn, width, height, tuple(_moved(line, turn, width, height) for line in lines))
        for turn, lines in sorted(by_turn.items())
        if turn == 0 or len(lines) >= _FEWEST
    )


def turn_of(line: OcrLine) -> int:
    """Return the clockwise turn of the page that makes a line upright, from where its characters run."""
    if len(line.characters) > 1:
        first, last = line.characters[0].bbox, line.characters[-1].bbox
        across = (last[0] + last[2] - first[0] - first[2]) / 2
        down = (last[1] + last[3] - first[1] - first[3]) / 2
    else:
        (x0, y0), (x1, y1) = line.polygon[0], line.polygon[1]
        across, down = x1 - x0, y1 - y0
    if abs(across) >= abs(down):
        return 0 if across >= 0 else 180
    return 270 if down > 0 else 90


def _moved(line: OcrLine, turn: int, width: float, height: float) -> OcrLine:
    if turn == 0:
        return line
    corners = [_point(p, turn, width, height) for p in line.polygon]
    first = min(range(4), key=lambda i: corners[i][0] + corners[i][1])
    a, b, c, d = corners[first:] + corners[:first]
    signs = tuple(c.model_copy(update={"bbox": _turned(c.bbox, turn, width, height)}) for c in line.characters)
    return line.model_copy(update={"polygon": (a, b, c, d), "characters": signs})


def _turned(box: BBox, turn: int, width: float, height: float) -> BBox:
    x0, y0 = _point((box[0], box[1]), turn, width, height)
    x1, y1 = _point((box[2], box[3]), turn, width, height)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _point(point: tuple[float, float], turn: int, width: float, height: float) -> tuple[float, float]:
    """Return a point of a page of ``width`` x ``height`` as it is after turning the page clockwise."""
    x, y = point
    return {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[turn]
