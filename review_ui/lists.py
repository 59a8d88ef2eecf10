"""List of cases and search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from domain.errors import JuanzongError
from domain.fields import FIELDS
from review_ui import texts
from review_ui.audit.trail import Trail
from review_ui.backend import ReviewBackend, SearchHit
from review_ui.rendering import Pages
from review_ui.times import Clock

PAGE_LENGTH = 100
SEARCH_LENGTH = 60


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

    @router.get("/search", name="cases.search")
    def search(request: Request, q: str = "") -> Response:
        hits: tuple[SearchHit, ...] = ()
        problem = ""
        trail = Trail.of(request)
        try:
            hits = backend.search(q.strip(), SEARCH_LENGTH) if q.strip() else ()
        except JuanzongError as error:
            problem = str(error)
        if q.strip():
            trail.search(request, q, len(hits))
            hits = trail.hits(hits, q, backend)
        context = {"hits": hits, "query": q, "problem": problem, "source_label": source_label}
        return pages.render(request, "search.html", context, clock())

    return router


def source_label(source: str) -> str:
    """Return in Chinese where a hit was found."""
    scope, _, name = source.partition(":")
    if scope == "field":
        return FIELDS[name].label if name in FIELDS else name
    return texts.SEARCH_SOURCE.get(scope, scope)
