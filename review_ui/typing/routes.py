"""Routes of typing: small JSON answers to the station's script."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from pydantic import Field

from domain.base import BBox, Model, PageNumber, overlap
from domain.case import Case
from domain.doubts import DoubtfulCharacter
from domain.errors import DecisionError
from domain.evidence import Check, Evidence
from domain.fields import FIELDS
from review_ui.answers import typed_form
from review_ui.audit.trail import Trail
from review_ui.backend import ReviewBackend
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


def typing_routes(backend: TypingBackend, cases: ReviewBackend) -> APIRouter:
    """Return the routes of typing; what is masked for the person is told by none of them."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cases/{case_id}/doubts", name="station.doubts")
    def doubts(request: Request, case_id: str) -> DoubtsAnswer:
        masked = Trail.of(request).shown(request, cases.case(case_id)).masked
        found = backend.doubts(case_id)
        return DoubtsAnswer(fields={name: signs for name, signs in found.items() if name not in masked})

    @router.post("/cases/{case_id}/read-box", name="station.read_box")
    def read_box(request: Request, case_id: str, box: DrawnBox) -> BoxAnswer:
        if box.field not in FIELDS:
            raise DecisionError(f"没有字段 {box.field}", "请先把光标放进要填写的字段")
        x0, y0, x1, y1 = box.bbox
        if x1 - x0 < 1 or y1 - y0 < 1:
            raise DecisionError("画的框没有面积", "请从左上到右下重新画框")
        _refuse_hidden(request, cases.case(case_id), box)
        place = Evidence(document_id=box.document_id, page=box.page, bbox=box.bbox, quote="")
        reading = backend.read_box(case_id, place, box.field, box.turn)
        checks = typed_form(box.field, reading.value).checks if reading.value else ()
        return BoxAnswer(reading=reading, checks=checks)

    @router.get("/cases/{case_id}/documents/{document_id}/pages/{page}/characters", name="station.page_characters")
    def page_characters(
        request: Request, case_id: str, document_id: str, page: Annotated[int, Path(ge=1)]
    ) -> PageCharacters:
        hidden = _hidden(request, cases.case(case_id), document_id, page)
        read = backend.page_characters(case_id, document_id, page)
        shown = (c for c in read.characters if not any(overlap(c.bbox, box) for box in hidden))
        return PageCharacters(characters=tuple(shown))

    return router


def _hidden(request: Request, case: Case, document_id: str, page: int) -> tuple[BBox, ...]:
    """Return the boxes of a page that the person sees blurred."""
    trail = Trail.of(request)
    if not trail.kept:
        return ()
    area = trail.hidden_area(request, case, document_id, page)
    return (*area.cards, *area.values)


def _refuse_hidden(request: Request, case: Case, box: DrawnBox) -> None:
    """Refuse to read what the person may not see; their own field is shown by then."""
    hidden = _hidden(request, case, box.document_id, box.page)
    if any(overlap(box.bbox, place) for place in hidden):
        raise DecisionError("框内有被遮盖的个人信息", "请先显示本页（Alt+Shift+U），再画框识别")
