"""Copies for those who ask: under a watermark, or with personal data blackened; each one is logged with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response

from domain.audit import Detail, Operation, document_subject
from domain.case import Case
from domain.copies import CopyKind, CopyOrder
from domain.errors import StaleRevisionError
from domain.fields import FIELDS
from domain.redaction import HiddenBox, Place
from review_ui.audit.trail import Act, Trail
from review_ui.backend import OriginalFile, ReviewBackend
from review_ui.desk import texts as words
from review_ui.desk.copies_backend import CopiesBackend
from review_ui.language import translate
from review_ui.rendering import Pages
from review_ui.sending import download, noting_damage
from review_ui.times import Clock

Requester = Annotated[str, Form(max_length=40, pattern=r"\S")]
Reason = Annotated[str, Form(max_length=80, pattern=r"\S")]
BoxText = Annotated[str, Form(pattern=r"^\d{1,5}(,\d{1,6}(\.\d{1,3})?){4}$")]
"""Page and box, pixels of the upright page image: ``1,10.0,20.5,300,48``."""


class Asked(NamedTuple):
    """Who wants a copy, and what for."""

    requester: str
    reason: str

    def order(self, clock: Clock) -> CopyOrder:
        """Return what is asked for, now."""
        return CopyOrder(requester=self.requester, reason=self.reason, at=clock())


def _asked(requester: Requester, reason: Reason) -> Asked:
    return Asked(requester, reason)


AskedFor = Annotated[Asked, Depends(_asked)]


def copy_routes(copies: CopiesBackend, cases: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes that ask who wants a copy of what, and that make it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cases/{case_id}/documents/{document_id}/copies", name="copy.ask")
    def ask(request: Request, case_id: str, document_id: str) -> Response:
        case = cases.case(case_id)
        Trail.of(request).view_case(request, case)
        context: dict[str, object] = {
            "case": case,
            "document_id": document_id,
            "pages": copies.pages(case.id, document_id),
            "box_text": box_text,
            "place_words": place_words,
        }
        return pages.render(request, "desk_copies.html", context, clock())

    _add_documents(router, copies, cases, clock)

    @router.post("/cases/{case_id}/originals/{sha256}/copy", name="copy.original")
    def whole(
        request: Request, case_id: str, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], asked: AskedFor
    ) -> Response:
        case, order = cases.case(case_id), asked.order(clock)
        act = _act(CopyKind.READING, f"object:{sha256}", order)
        return _handed_out(request, case, act, lambda: copies.file_copy(case.id, sha256, order))

    return router


def _add_documents(router: APIRouter, copies: CopiesBackend, cases: ReviewBackend, clock: Clock) -> None:
    """Add the routes that make a copy of a document."""

    @router.post("/cases/{case_id}/documents/{document_id}/copies/reading", name="copy.reading")
    def reading(request: Request, case_id: str, document_id: str, asked: AskedFor) -> Response:
        case, order = cases.case(case_id), asked.order(clock)
        act = _act(CopyKind.READING, document_subject(document_id), order)
        return _handed_out(request, case, act, lambda: copies.reading_copy(case.id, document_id, order))

    @router.post("/cases/{case_id}/documents/{document_id}/copies/redacted", name="copy.redacted")
    def redacted(
        request: Request,
        case_id: str,
        document_id: str,
        asked: AskedFor,
        revision: Annotated[int, Form()],
        box: Annotated[list[BoxText] | None, Form()] = None,
    ) -> Response:
        case, order = cases.case(case_id), asked.order(clock)
        if case.revision != revision:
            fact = f"案件 {case.number} 已是第 {case.revision} 版，涂黑处可能不全"
            raise StaleRevisionError(fact, "请刷新页面后重新选择")
        chosen = dict.fromkeys(box or ())
        offered = {box_text(place) for page in copies.pages(case.id, document_id) for place in page.places}
        marked: dict[str, Detail] = {"boxes": len(chosen), "left_open": len(offered - chosen.keys())}
        act = _act(CopyKind.REDACTED, document_subject(document_id), order, marked)
        boxes = tuple(_box(text) for text in chosen)
        return _handed_out(request, case, act, lambda: copies.redacted_copy(case.id, document_id, order, boxes))


def box_text(place: Place) -> str:
    """Return a place as the form sends it."""
    return ",".join((str(place.page), *(f"{number:.2f}" for number in place.bbox)))


def place_words(place: Place) -> str:
    """Return what stands at a place."""
    known = words.PLACE.get(place.subject)
    return translate(known or FIELDS[place.subject].label)


def _box(text: str) -> HiddenBox:
    page, x0, y0, x1, y1 = text.split(",")
    return HiddenBox(page=int(page), bbox=(float(x0), float(y0), float(x1), float(y1)))


def _act(kind: CopyKind, subject: str, order: CopyOrder, more: Mapping[str, Detail] | None = None) -> Act:
    details: dict[str, Detail] = {"copy": kind.value, "requester": order.requester, **(more or {})}
    return Act(Operation.HAND_OUT, subject, reason=order.reason, details=details)


def _handed_out(request: Request, case: Case, act: Act, make: Callable[[], OriginalFile]) -> Response:
    """Make a copy, write who takes what, then send it."""
    with noting_damage(request, act, case):
        made = make()
    digest = hashlib.sha256(made.content).hexdigest()
    Trail.of(request).record(request, replace(act, details={**act.details, "sha256": digest}), case)
    return download(made)
