"""All routes of the mailroom."""

from __future__ import annotations

from fastapi import APIRouter

from review_ui.backend import ReviewBackend
from review_ui.mailroom.backend import MailroomBackend
from review_ui.mailroom.pages import batch_actions, batch_routes
from review_ui.mailroom.sheets import sheet_routes
from review_ui.mailroom.uploads import upload_routes
from review_ui.rendering import Pages
from review_ui.times import Clock


def mailroom_routes(backend: MailroomBackend, cases: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of pages, uploads and printed sheets."""
    router = APIRouter(include_in_schema=False)
    router.include_router(batch_routes(backend, cases, pages, clock))
    router.include_router(batch_actions(backend))
    router.include_router(upload_routes(backend))
    router.include_router(sheet_routes(backend, pages, clock))
    return router
