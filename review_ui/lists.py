"""List of all cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from review_ui.audit.trail import Trail
from review_ui.backend import ReviewBackend
from review_ui.rendering import Pages
from review_ui.times import Clock

PAGE_LENGTH = 100


def list_routes(backend: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of the pages that list cases."""
    router = APIRouter(include_in_schema=False)

    @router.get("/cases", name="cases.list")
    def list_cases(request: Request, offset: Annotated[int, Query(ge=0)] = 0) -> Response:
        entries = Trail.of(request).entries(backend.cases(PAGE_LENGTH + 1, offset))
        context = {
            "entries": entries[:PAGE_LENGTH],
            "more": len(entries) > PAGE_LENGTH,
            "offset": offset,
            "length": PAGE_LENGTH,
            "number": backend.number_of_cases(),
        }
        return pages.render(request, "cases.html", context, clock())

    return router
