"""Places for a signature or a seal on a form: what ink stands there."""

from __future__ import annotations

from collections.abc import Sequence

from domain.base import BBox
from domain.evidence import Evidence, FieldMissing, FieldResult, FieldValue
from domain.vocabulary import MissingReason
from extractors.forms.flow import Spot
from extractors.layout.blocks import FormPage

SIGNED, SEALED = "签字", "盖章"


def read_signs(
    document_id: str, name: str, spots: Sequence[Spot], pages: Sequence[FormPage], producer: str
) -> FieldResult:
    """Return 签字, 盖章 or 签字、盖章 with the ink as evidence; blank when the place is there and empty."""
    if not spots:
        return FieldMissing(name=name, reason=MissingReason.NOT_FOUND, producer=producer)
    spot = spots[0]
    page = pages[spot.block.page]
    zone = _zone(spot, page)
    marks = page.reading.marks
    signed = [(s.bbox, s.probability) for s in marks.signatures if _touches(s.bbox, zone)]
    sealed = [(s.bbox, s.probability) for s in marks.seals if _touches(s.bbox, zone)]
    number = spot.block.page + 1
    if not signed and not sealed:
        empty = Evidence(document_id=document_id, page=number, bbox=spot.block.bbox, quote="")
        return FieldMissing(name=name, reason=MissingReason.BLANK_ON_FORM, producer=producer, evidence=(empty,))
    value = "、".join(word for word, ink in ((SIGNED, signed), (SEALED, sealed)) if ink)
    return FieldValue(
        name=name,
        value=value,
        raw=spot.words.text,
        probability=min(probability for _, probability in (*signed, *sealed)),
        producer=producer,
        evidence=tuple(
            Evidence(document_id=document_id, page=number, bbox=box, quote="") for box, _ in (*signed, *sealed)
        ),
    )


def _zone(spot: Spot, page: FormPage) -> BBox:
    """Return where ink for this place may be: the cell, or the label's surroundings in a free area."""
    if spot.block.cell is not None:
        x0, y0, x1, y1 = spot.block.bbox
        return (x0, y0 - 10, x1, y1 + 10)
    size = page.reading.read.text
    x0, y0, x1, y1 = spot.block.bbox
    return (0.0, y0 - 0.04 * size.height, float(size.width), y1 + 0.05 * size.height)


def _touches(a: BBox, b: BBox) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
