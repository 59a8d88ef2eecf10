"""Receipts, covers and separators, printed from the browser or as PDF."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import BaseModel, Field

from classifiers.labels import kind_label
from domain.audit import Operation
from domain.mailroom_errors import SheetCodeError
from domain.sheets import (
    MAX_SHEETS,
    SHEET_NOTES,
    SHEET_TITLES,
    SheetCode,
    SheetKind,
    sheet_lines,
    write_code,
)
from domain.vocabulary import DocumentKind
from review_ui.audit.trail import Act, Trail
from review_ui.mailroom import texts
from review_ui.mailroom.backend import MailroomBackend
from review_ui.mailroom.codes import code128_svg, qr_svg
from review_ui.rendering import Pages
from review_ui.times import Clock

_KINDS = {"cover": SheetKind.COVER, "document": SheetKind.DOCUMENT, "case": SheetKind.CASE}
Sheet = Literal["cover", "document", "case"]


class Said(BaseModel):
    """What the person wants on the sheet, as typed; empty leaves it open."""

    case: str = Field(default="", max_length=60)
    kind: DocumentKind | Literal[""] = ""
    sheets: str = Field(default="", max_length=4)
    prefix: str = Field(default="", max_length=20)


def sheet_routes(backend: MailroomBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of everything that is printed."""
    router = APIRouter(prefix="/mailroom", include_in_schema=False)

    @router.get("/receipts/{case}", name="mailroom.receipt")
    def show_receipt(request: Request, case: str) -> Response:
        receipt = backend.receipt(case)
        Trail.of(request).record(request, Act(Operation.PRINT, f"receipt:{case}"))
        # segno's own drawing of our own characters: nothing in it comes from a person
        context = {"mail": texts, "receipt": receipt, "qr": Markup(qr_svg(receipt.code))}
        return pages.render(request, "mailroom_receipt.html", context, clock())

    @router.get("/sheets", name="mailroom.sheets")
    def choose_sheet(request: Request, case: str = "") -> Response:
        context = {"mail": texts, "case": case, "policies": backend.policies(), "most": MAX_SHEETS}
        return pages.render(request, "mailroom_sheets.html", context, clock())

    @router.get("/sheets/{sheet}.pdf", name="mailroom.sheet_pdf")
    def fetch_sheet(sheet: Sheet, said: Annotated[Said, Query()]) -> Response:
        content = backend.sheet_pdf(_code(sheet, said))
        headers = {"Content-Disposition": f'inline; filename="{sheet}.pdf"'}
        return Response(content, media_type="application/pdf", headers=headers)

    @router.get("/sheets/{sheet}", name="mailroom.sheet")
    def show_sheet(request: Request, sheet: Sheet, said: Annotated[Said, Query()]) -> Response:
        code = _code(sheet, said)
        text = write_code(code)
        context: dict[str, object] = {
            "title": SHEET_TITLES[code.sheet],
            "note": SHEET_NOTES[code.sheet],
            "lines": sheet_lines(code, kind_label(code.kind) if code.kind else None),
            "code": text,
            "qr": Markup(qr_svg(text)),
            "bars": Markup(code128_svg(text)),
            "pdf": f"/mailroom/sheets/{sheet}.pdf?{request.url.query}",
        }
        return pages.render(request, "mailroom_sheet.html", context, clock())

    return router


def _code(sheet: Sheet, said: Said) -> SheetCode:
    """Return what the sheet says; fields that it has no place for are left out.

    Raises:
        SheetCodeError: a field cannot stand in a code.
    """
    cover = sheet == "cover"
    try:
        return SheetCode(
            sheet=_KINDS[sheet],
            case_number=said.case.strip().upper() or None if cover else None,
            kind=said.kind or None if sheet != "case" else None,
            sheets=int(said.sheets) if cover and said.sheets.strip() else None,
            prefix=said.prefix.strip().upper() or None if sheet == "case" else None,
        )
    except ValueError as error:
        raise SheetCodeError(
            "封面或分隔页的内容无法编码", "请核对案件编号、张数与制度代号（大写字母与数字）"
        ) from error
