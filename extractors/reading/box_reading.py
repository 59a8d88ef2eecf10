"""Reading what a person drew a box around."""

from __future__ import annotations

from domain.base import BBox, union_box
from domain.ocr import OcrLine
from extractors.reading.picture import Image
from extractors.reading.reader import PageReader

_MARGIN, _MARGIN_SHARE = 12.0, 0.25
"""Paper around the box that lines are looked for on: pixels, and share of its height. Lines are found badly where
their ink touches the edge."""


def read_box(reader: PageReader, image: Image, box: BBox, turn: int = 0) -> tuple[OcrLine, ...]:
    """Return the lines inside ``box``; characters of theirs outside are left out.

    Args:
        reader: has the models.
        image: an upright page, colour or grey.
        box: pixels of ``image``; may cut through a line.
        turn: degrees clockwise that the person turned the page by: 0, 90, 180 or 270.

    Returns:
        Lines in reading order, in pixels of ``image``. Where no line is found, the box is read as one.
    """
    x0, y0, x1, y1 = box
    margin = _MARGIN + _MARGIN_SHARE * min(y1 - y0, x1 - x0)
    wide = (x0 - margin, y0 - margin, x1 + margin, y1 + margin)
    found = [_inside(line, box) for line in reader.read_part(image, wide, turn)]
    return tuple(line for line in found if line is not None) or reader.read_as_line(image, box, turn)


def _inside(line: OcrLine, box: BBox) -> OcrLine | None:
    """Return the part of ``line`` whose characters have their centres in ``box``, ``None`` when there is none."""
    x0, y0, x1, y1 = box
    inside = [
        i
        for i, c in enumerate(line.characters)
        if x0 <= (c.bbox[0] + c.bbox[2]) / 2 <= x1 and y0 <= (c.bbox[1] + c.bbox[3]) / 2 <= y1 and c.text.strip()
    ]
    if not inside:
        return None
    kept = line.characters[inside[0] : inside[-1] + 1]
    left, top, right, bottom = union_box(tuple(c.bbox for c in kept))
    return OcrLine(
        text="".join(c.text for c in kept),
        polygon=((left, top), (right, top), (right, bottom), (left, bottom)),
        score=sum(c.score for c in kept) / len(kept),
        characters=kept,
    )
