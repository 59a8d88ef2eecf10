"""The text of a page with what persons corrected in it, for copies that are searched. Pure."""

from __future__ import annotations

from domain.base import BBox, Model, overlap
from domain.case import Case
from domain.documents import Document, Page
from domain.evidence import FieldValue
from domain.ocr import OcrLine, OcrPage

_PERSON = "person:"
_LINE_HEIGHT, _MARGIN = 20.0, 10.0
"""Pixels: of a correction without a place, which stands in the upper left corner of the first page."""


class Correction(Model):
    """A value that a person gave.

    Attributes:
        document_id, page: where it stands (page from 1 inside the document).
        bbox: its box, ``None`` when the person named no place.
        read: what the machine had read there, longest first.
    """

    value: str
    document_id: str
    page: int
    bbox: BBox | None
    read: tuple[str, ...]


def corrections_of(case: Case) -> tuple[Correction, ...]:
    """Return the values that persons gave; one without a place goes to the first page of the case."""
    first = next(((d.id, p.number) for d in case.documents for p in d.pages), None)
    pages = {(d.id, p.number) for d in case.documents for p in d.pages}
    found = []
    for field in case.fields.values():
        if not isinstance(field, FieldValue) or not field.producer.startswith(_PERSON):
            continue
        read = tuple(sorted({c.raw for c in field.candidates if c.raw}, key=len, reverse=True))
        places = [e for e in field.evidence if (e.document_id, e.page) in pages]
        for place in places:
            box = place.bbox
            found.append(
                Correction(value=field.value, document_id=place.document_id, page=place.page, bbox=box, read=read)
            )
        if not places and first is not None:
            found.append(Correction(value=field.value, document_id=first[0], page=first[1], bbox=None, read=read))
    return tuple(found)


def corrected_page(document: Document, page: Page, text: OcrPage, corrections: tuple[Correction, ...]) -> OcrPage:
    """Return ``text`` with the corrections of this page.

    Where the machine's words stand in a line at that place they give way to the person's; otherwise the person's words
    are a line of their own in the box.
    """
    lines = list(text.lines)
    mine = [c for c in corrections if (c.document_id, c.page) == (document.id, page.number)]
    for number, correction in enumerate(mine):
        at = _line_of(lines, correction)
        if at is None:
            lines.append(_own_line(correction, number))
        else:
            place, words = at
            corrected = lines[place].text.replace(words, correction.value)
            lines[place] = OcrLine(text=corrected, polygon=lines[place].polygon, score=lines[place].score)
    return text.model_copy(update={"lines": tuple(lines)})


def _line_of(lines: list[OcrLine], correction: Correction) -> tuple[int, str] | None:
    """Return the line at the correction's place that holds the machine's words, and those words."""
    if correction.bbox is None:
        return None
    for place, line in enumerate(lines):
        if overlap(line.bbox, correction.bbox):
            words = next((w for w in correction.read if w in line.text), None)
            if words is not None:
                return place, words
    return None


def _own_line(correction: Correction, number: int) -> OcrLine:
    top = _MARGIN + number * _LINE_HEIGHT
    x0, y0, x1, y1 = correction.bbox or (
        _MARGIN,
        top,
        _MARGIN + _LINE_HEIGHT * len(correction.value),
        top + _LINE_HEIGHT,
    )
    return OcrLine(text=correction.value, polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)), score=1.0)
