"""The mailroom's pages: batches, one batch with its live state, and what people say about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from domain.audit import Operation
from domain.checks import CHINA
from domain.errors import UnknownObjectError
from domain.hidden_area import Area
from domain.mailroom import MAX_FILE_BYTES, BatchOrder, FilesAre, SamePaper, Sides
from domain.mailroom_errors import BatchOrderError
from domain.vocabulary import Channel
from review_ui.audit.trail import Act, Trail
from review_ui.backend import PageImage, ReviewBackend
from review_ui.mailroom import texts
from review_ui.mailroom.backend import MailroomBackend
from review_ui.pictures import PictureCache, WantedPage, page_answer
from review_ui.rendering import Pages, actor_of
from review_ui.times import Clock

PAGE_LENGTH = 20
PAIR_WIDTH = 320
"""Pixels across of two papers beside each other."""
SHORT_TEXT = 500


class NewBatch(BaseModel):
    """The form of a new batch, as typed: times are those of the clock on the wall in China."""

    policy: str
    channel: Channel
    received: datetime
    files_are: FilesAre = FilesAre.ONE_CASE
    target_case: str = Field(default="", max_length=100)
    sides: Sides = Sides.ONE
    sheets: str = Field(default="", max_length=6)


class _UploadedPages:
    """Pages of uploads for the cache: as they lie, and another picture once they were read and set upright."""

    def __init__(self, backend: MailroomBackend) -> None:
        self._backend = backend

    def page_image(self, upload_id: str, _read: str, page: int, /) -> PageImage:
        """Return a page of an uploaded file."""
        return self._backend.page_picture(upload_id, page)


def batch_routes(backend: MailroomBackend, cases: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes that show batches."""
    router = APIRouter(prefix="/mailroom", include_in_schema=False)
    pictures, filed_pictures = PictureCache(_UploadedPages(backend)), PictureCache(cases)

    @router.get("", name="mailroom.list")
    def list_batches(request: Request, offset: Annotated[int, Query(ge=0)] = 0) -> Response:
        views = backend.batches(PAGE_LENGTH + 1, offset)
        now = clock()
        context = {
            "mail": texts,
            "views": views[:PAGE_LENGTH],
            "more": len(views) > PAGE_LENGTH,
            "offset": offset,
            "length": PAGE_LENGTH,
            "policies": backend.policies(),
            "received": f"{now.astimezone(CHINA):%Y-%m-%dT%H:%M}",
        }
        return pages.render(request, "mailroom.html", context, now)

    @router.get("/batches/{batch_id}", name="mailroom.batch")
    def show_batch(request: Request, batch_id: str) -> Response:
        context = {"mail": texts, "view": backend.batch(batch_id), "max_bytes": MAX_FILE_BYTES}
        return pages.render(request, "mailroom_batch.html", context, clock())

    @router.get("/batches/{batch_id}/state", name="mailroom.state")
    def show_state(request: Request, batch_id: str) -> Response:
        context = {"mail": texts, "view": backend.batch(batch_id)}
        return pages.render(request, "mailroom_state.html", context, clock())

    @router.get("/uploads/{upload_id}/pages/{page}", name="mailroom.page_picture")
    def show_page(
        request: Request,
        upload_id: str,
        page: Annotated[int, Path(ge=1)],
        width: Annotated[int, Query(ge=80, le=640)] = 320,
        read: Annotated[Literal["0", "1"], Query()] = "0",
    ) -> Response:
        Trail.of(request).record(request, Act(Operation.VIEW_PAGE, f"upload:{upload_id}:{page}"))
        shown = pictures.thumbnail((upload_id, read, page), Area(), width)
        return Response(shown.content, media_type=shown.media_type, headers={"Cache-Control": "private, max-age=600"})

    @router.get("/batches/{batch_id}/pairs/{subject}/{side}", name="mailroom.pair_picture")
    def show_side(request: Request, batch_id: str, subject: str, side: Literal["mine", "other"]) -> Response:
        # Whoever takes papers in sees of other cases only the pages that look like his own, masked like everything.
        pair = next((p for p in backend.batch(batch_id).duplicates if p.subject == subject), None)
        paper = None if pair is None else (pair.mine if side == "mine" else pair.other)
        if paper is None or paper.document_id is None:
            raise UnknownObjectError(f"批次中没有这一对材料 {subject}", "请刷新页面")
        wanted = WantedPage(paper.document_id, paper.page, PAIR_WIDTH)
        return page_answer(request, filed_pictures, cases.case(paper.case_id), wanted)

    return router


def batch_actions(backend: MailroomBackend) -> APIRouter:
    """Return the routes by which people change batches; each answers with the way back to the page."""
    router = APIRouter(prefix="/mailroom", include_in_schema=False)

    @router.post("/batches", name="mailroom.open")
    def open_batch(request: Request, order: Annotated[NewBatch, Form()]) -> Response:
        batch = backend.open_batch(_order(order), actor_of(request))
        Trail.of(request).record(request, Act(Operation.UPLOAD, f"batch:{batch.id}"))
        return _to(batch.id)

    @router.post("/batches/{batch_id}/count", name="mailroom.count")
    def count(request: Request, batch_id: str, sheets: Annotated[int, Form(ge=0, le=100_000)]) -> Response:
        backend.count(batch_id, sheets, actor_of(request))
        return _to(batch_id)

    @router.post("/batches/{batch_id}/explain", name="mailroom.explain")
    def explain(request: Request, batch_id: str, reason: Annotated[str, Form(max_length=SHORT_TEXT)] = "") -> Response:
        backend.explain(batch_id, reason, actor_of(request))
        return _to(batch_id)

    @router.post("/batches/{batch_id}/close", name="mailroom.close")
    def close(request: Request, batch_id: str) -> Response:
        backend.close_batch(batch_id, actor_of(request))
        return _to(batch_id)

    @router.post("/batches/{batch_id}/answer", name="mailroom.answer")
    def answer(
        request: Request,
        batch_id: str,
        subject: Annotated[str, Form(max_length=100)],
        answer: Annotated[SamePaper, Form()],
        case_number: Annotated[str, Form(max_length=100)] = "",
    ) -> Response:
        backend.answer(subject, answer, case_number.strip() or None, actor_of(request))
        return _to(batch_id)

    @router.post("/batches/{batch_id}/read/{case_id}", name="mailroom.read_again")
    def read_again(batch_id: str, case_id: str) -> Response:
        backend.read_again(case_id)
        return _to(batch_id)

    return router


def _to(batch_id: str) -> Response:
    return RedirectResponse(f"/mailroom/batches/{batch_id}", status_code=303)


def _order(typed: NewBatch) -> BatchOrder:
    sheets = typed.sheets.strip()
    if sheets and not (sheets.isascii() and sheets.isdigit()):
        raise BatchOrderError(f"张数应为整数，实为 {sheets}", "请填写手工点数的张数，或留空稍后登记")
    received = typed.received if typed.received.tzinfo else typed.received.replace(tzinfo=CHINA)
    return BatchOrder(
        policy=typed.policy,
        channel=typed.channel,
        received_at=received,
        files_are=typed.files_are,
        target_case=typed.target_case.strip() or None,
        sides=typed.sides,
        expected_sheets=int(sheets) if sheets else None,
    )
