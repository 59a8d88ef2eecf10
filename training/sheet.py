"""A sheet of paper as a list of marks, with the ground truth noted while the marks are made.

Coordinates are points (1/72 inch), origin top left. A sheet can be drawn as pixels (`training.raster`) or written as a
born-digital PDF page (`training.vector`).
"""

from dataclasses import dataclass, field, replace

from PIL import Image

from training import fonts
from training.fonts import Face

Box = tuple[float, float, float, float]
Colour = tuple[int, int, int]
BLACK: Colour = (20, 20, 20)
A4 = (595.0, 842.0)
ASCENT, DESCENT = 0.86, 0.14


@dataclass(frozen=True)
class TextMark:
    """A run of text; `y` is the base line. `jitter` is the unsteadiness of a hand, 0 for print; `tracking` in ems."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    colour: Colour = BLACK
    jitter: float = 0.0
    seed: int = 0
    tracking: float = 0.0


@dataclass(frozen=True)
class RuleMark:
    """A straight line."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    colour: Colour = BLACK


@dataclass(frozen=True)
class FillMark:
    """A filled rectangle."""

    box: Box
    colour: Colour


@dataclass(frozen=True)
class PictureMark:
    """A picture with transparency, laid over the marks before it like ink."""

    box: Box
    image: Image.Image


Mark = TextMark | RuleMark | FillMark | PictureMark


@dataclass(frozen=True)
class LineTruth:
    """One printed or written line."""

    text: str
    box: Box
    hand: bool = False


@dataclass(frozen=True)
class FieldTruth:
    """A field's value in normal form, as written, and where it is written."""

    name: str
    value: str
    raw: str
    box: Box


@dataclass(frozen=True)
class SignatureTruth:
    """A handwritten signature."""

    name: str
    box: Box


@dataclass(frozen=True)
class SealTruth:
    """A seal impression: `form` is round, oval, square or rectangle; `text` the ring, then the line below the star."""

    text: str
    box: Box
    colour: str
    form: str
    complete: bool = True


@dataclass
class Sheet:
    """A page being written."""

    kind: str
    width: float = A4[0]
    height: float = A4[1]
    paper: Colour = (255, 255, 255)
    id_sides: tuple[str, ...] = ()
    marks: list[Mark] = field(default_factory=list)
    lines: list[LineTruth] = field(default_factory=list)
    fields: list[FieldTruth] = field(default_factory=list)
    signatures: list[SignatureTruth] = field(default_factory=list)
    seals: list[SealTruth] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, pen: "Pen", *, note: bool = True) -> Box:
        """Write one line with its base line at `y`; return its box."""
        cursor = x
        for face, part in fonts.runs(pen.face, text):
            seed = pen.seed + len(self.marks)
            self.marks.append(TextMark(cursor, y, part, face, pen.size, pen.colour, pen.jitter, seed, pen.tracking))
            cursor += (face.width(part) + pen.tracking * len(part)) * pen.size
        box = (x, y - ASCENT * pen.size, cursor, y + DESCENT * pen.size)
        if note and text.strip():
            self.lines.append(LineTruth(text, box, pen.jitter > 0))
        return box

    def centred(self, y: float, text: str, pen: "Pen") -> Box:
        """Write one line in the middle of the page."""
        return self.text((self.width - pen.width(text)) / 2, y, text, pen)

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], width: float = 0.7, colour: Colour = BLACK
    ) -> None:
        """Draw a straight line."""
        self.marks.append(RuleMark(start, end, width, colour))

    def frame(self, box: Box, width: float = 0.7, colour: Colour = BLACK) -> None:
        """Draw the outline of a box."""
        x0, y0, x1, y1 = box
        for start, end in (((x0, y0), (x1, y0)), ((x1, y0), (x1, y1)), ((x1, y1), (x0, y1)), ((x0, y1), (x0, y0))):
            self.rule(start, end, width, colour)

    def fill(self, box: Box, colour: Colour) -> None:
        """Fill a box."""
        self.marks.append(FillMark(box, colour))

    def picture(self, box: Box, image: Image.Image) -> None:
        """Lay a picture with transparency over the page."""
        self.marks.append(PictureMark(box, image))

    def field(self, name: str, value: str, raw: str, box: Box) -> None:
        """Note a field's ground truth."""
        self.fields.append(FieldTruth(name, value, raw, box))


@dataclass(frozen=True)
class Pen:
    """Face, size in points, colour, steadiness, and the space added after each character in ems (hands only)."""

    face: Face
    size: float
    colour: Colour = BLACK
    jitter: float = 0.0
    seed: int = 0
    tracking: float = 0.0

    def width(self, text: str) -> float:
        """Return the width of `text` in points."""
        return (fonts.width(self.face, text) + self.tracking * len(text)) * self.size

    def sized(self, size: float) -> "Pen":
        """Return the same pen in another size."""
        return replace(self, size=size)


def union(boxes: list[Box]) -> Box:
    """Return the smallest box around all boxes."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


NO_LINE_START = "，。、；：？！）》”’%"


def wrap(text: str, pen: Pen, width: float, indent: float = 0.0) -> list[str]:
    """Break `text` into lines of at most `width` points, the first shorter by `indent`; no line starts with a stop."""
    lines: list[str] = []
    line, room = "", width - indent
    for character in text:
        if character == "\n" or (pen.width(line + character) > room and character not in NO_LINE_START):
            lines.append(line)
            line, room = "", width
            if character == "\n":
                continue
        line += character
    return [*lines, line] if line else lines
