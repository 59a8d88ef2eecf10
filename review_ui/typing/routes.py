"""Routes of typing: small JSON answers to the station's script."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from domain.base import BBox, Model, PageNumber
from domain.doubts import DoubtfulCharacter
from domain.errors import DecisionError
from domain.evidence import Check, Evidence
from domain.fields import FIELDS
from review_ui.answers import typed_form
from review_ui.typing.backend import BoxReading, PageCharacters, TypingBackend


class DrawnBox(Model):
    """A box that a person drew for a field.

    Attributes:
        bbox: pixels of the upright page image.
        turn: degrees clockwise that the person sees the page turned by.
    """

    field: str
    document_id: str = Field(min_length=1, max_length=300)
    page: PageNumber
    bbox: BBox
    turn: Literal[0, 90, 180, 270] = 0


class BoxAnswer(Model):
    """What was read there, and the tests of the field's type."""

    reading: BoxReading
    checks: tuple[Check, ...]


class DoubtsAnswer(Model):
    """Doubtful characters by field."""

    fields: dict[str, tuple[DoubtfulCharacter, ...]]


def typing_routes(backend: TypingBackend) -> APIRouter:
    """Return the routes of typing."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cases/{case_id}/doubts", name="station.doubts")
    def doubts(case_id: str) -> DoubtsAnswer:
        return DoubtsAnswer(fields=backend.doubts(case_id))

    @router.post("/cases/{case_id}/read-box", name="station.read_box")
    def read_box(case_id: str, box: DrawnBox) -> BoxAnswer:
        if box.field not in FIELDS:
            raise DecisionError(f"没有字段 {box.field}", "请先把光标放进要填写的字段")
        x0, y0, x1, y1 = box.bbox
        if x1 - x0 < 1 or y1 - y0 < 1:
            raise DecisionError("画的框没有面积", "请从左上到右下重新画框")
        place = Evidence(document_id=box.document_id, page=box.page, bbox=box.bbox, quote="")
        reading = backend.read_box(case_id, place, box.field, box.turn)
        checks = typed_form(box.field, reading.value).checks if reading.value else ()
        return BoxAnswer(reading=reading, checks=checks)

    @router.get("/cases/{case_id}/documents/{document_id}/pages/{page}/characters", name="station.page_characters")
    def page_characters(case_id: str, document_id: str, page: Annotated[int, Path(ge=1)]) -> PageCharacters:
        return backend.page_characters(case_id, document_id, page)

    return router
