"""What is on a page besides text: ruled cells, seals, ink of hands."""

from __future__ import annotations

from pydantic import Field

from domain.base import BBox, Model
from domain.documents import ReadPage
from domain.evidence import Seal, Signature


class RuledCell(Model):
    """One cell of a ruled table.

    Attributes:
        table: 0-based index of the table on the page.
        row: 0-based first row.
        column: 0-based first column.
        row_span: rows it covers, at least 1.
        column_span: columns it covers, at least 1.
        bbox: inside of the ruling, pixels of the upright page image.
    """

    table: int
    row: int
    column: int
    row_span: int = Field(default=1, ge=1)
    column_span: int = Field(default=1, ge=1)
    bbox: BBox


class TickBox(Model):
    """A small square frame on a page: a box to tick, or a stroke of a character that looks like one.

    Attributes:
        bbox: outside of the frame, pixels of the upright page image.
        ticked: whether there is ink inside, ``None`` when it is too little to tell.
        ink: share of the inside that is covered, 0 to 1.
    """

    bbox: BBox
    ticked: bool | None
    ink: float


class PageMarks(Model):
    """Visual findings of one page; evidence boxes are pixels of the upright page image.

    Attributes:
        cells: of ruled tables.
        bands: rows that only level rules divide, from the top.
        boxes: small squares to tick.
        seals: impressions.
        signatures: ink of hands.
        producer: who found them.
    """

    cells: tuple[RuledCell, ...] = ()
    bands: tuple[BBox, ...] = ()
    boxes: tuple[TickBox, ...] = ()
    seals: tuple[Seal, ...] = ()
    signatures: tuple[Signature, ...] = ()
    producer: str


class PageReading(Model):
    """Everything known about one page before its meaning is asked: text and marks."""

    read: ReadPage
    marks: PageMarks
