"""Queue, list of cases, and the person's name."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from domain.vocabulary import CaseStatus
from review_ui.backend import QueueFilter, ReviewBackend
from review_ui.rendering import ACTOR_COOKIE, ACTOR_LENGTH, Pages
from review_ui.times import Clock

PAGE_LENGTH = 100


def list_routes(backend: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of the pages that list cases."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def show_queue(request: Request, reason: str = "", policy: str = "", status: str = "") -> Response:
        wanted = QueueFilter(reason=reason or None, policy=policy or None, status=_status(status))
        context = {
            "entries": backend.queue(wanted),
            "counts": backend.counts(),
            "failures": backend.failures(),
            "wanted": wanted,
        }
        return pages.render(request, "queue.html", context, clock())

    @router.get("/cases")
    def list_cases(request: Request, offset: Annotated[int, Query(ge=0)] = 0) -> Response:
        entries = backend.cases(PAGE_LENGTH + 1, offset)
        context = {
            "entries": entries[:PAGE_LENGTH],
            "more": len(entries) > PAGE_LENGTH,
            "offset": offset,
            "length": PAGE_LENGTH,
            "counts": backend.counts(),
        }
        return pages.render(request, "cases.html", context, clock())

    @router.post("/actor")
    def name_actor(actor: Annotated[str, Form(max_length=200)] = "", back: Annotated[str, Form()] = "/") -> Response:
        # Only a path of our own: "//elsewhere" would be another site.
        target = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
        answer = RedirectResponse(target, status_code=303)
        name = quote(actor.strip()[:ACTOR_LENGTH])
        answer.set_cookie(ACTOR_COOKIE, name, max_age=365 * 24 * 3600, httponly=True, samesite="strict")
        return answer

    return router


def _status(name: str) -> CaseStatus | None:
    return CaseStatus(name) if name in set(CaseStatus) else None
