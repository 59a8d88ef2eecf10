"""What was read on a page: lines, characters, their places."""

from __future__ import annotations

from domain.base import BBox, Model, PageNumber, Point, Probability, union_box


class OcrCharacter(Model):
    """One character of a line.

    Attributes:
        text: the character.
        bbox: its box on the upright page image, pixels (from time steps: good to about half a character).
        score: the recogniser's raw output, 0 to 1.
        alternatives: the next best characters, best first.
        margin: distance of ``score`` to that of the best alternative, 0 to 1; ``None`` when there is none worth naming.
        hand: chance that a hand wrote it, 0 to 1; ``None`` when unknown (born-digital text).
        second: chance that a second reader gives the character, 0 when it read another one; ``None`` when not asked.
    """

    text: str
    bbox: BBox
    score: float
    alternatives: tuple[str, ...] = ()
    margin: float | None = None
    hand: float | None = None
    second: float | None = None


class OcrLine(Model):
    """One line of text.

    Attributes:
        text: as read, not normalised.
        polygon: four corners clockwise from top left, pixels of the upright page image.
        score: mean of the character scores, 0 to 1 (raw, not calibrated).
        characters: one entry per character of ``text`` (spaces included).
    """

    text: str
    polygon: tuple[Point, Point, Point, Point]
    score: Probability
    characters: tuple[OcrCharacter, ...] = ()

    @property
    def bbox(self) -> BBox:
        """Upright box around the polygon."""
        xs = [p[0] for p in self.polygon]
        ys = [p[1] for p in self.polygon]
        return (min(xs), min(ys), max(xs), max(ys))

    def span_box(self, start: int, end: int) -> BBox:
        """Return the box of the characters ``text[start:end]`` (0-based, end exclusive).

        Falls back to a share of the line by position when the characters carry no boxes.
        """
        if len(self.characters) == len(self.text) and end > start:
            return union_box(tuple(c.bbox for c in self.characters[start:end]))
        x0, y0, x1, y1 = self.bbox
        step = (x1 - x0) / max(len(self.text), 1)
        return (x0 + start * step, y0, x0 + max(end, start) * step, y1)


class OcrPage(Model):
    """All lines of one page in reading order (top to bottom, then left to right)."""

    number: PageNumber
    width: int
    height: int
    lines: tuple[OcrLine, ...]
    producer: str

    @property
    def text(self) -> str:
        """All lines joined by newlines."""
        return "\n".join(line.text for line in self.lines)
