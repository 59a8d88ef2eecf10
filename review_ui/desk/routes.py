"""All routes of these pages."""

from __future__ import annotations

from fastapi import APIRouter

from review_ui.backend import ReviewBackend
from review_ui.desk.archive import archive_routes
from review_ui.desk.backend import DeskBackend
from review_ui.desk.case_file import case_file_routes
from review_ui.desk.dashboard import dashboard_routes
from review_ui.desk.health import health_routes
from review_ui.recusal import Recusal
from review_ui.rendering import Pages
from review_ui.times import Clock


def desk_routes(desk: DeskBackend, cases: ReviewBackend, recusal: Recusal, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of case page, archive desk, dashboard and health page."""
    router = APIRouter(include_in_schema=False)
    router.include_router(case_file_routes(desk, pages, clock))
    router.include_router(archive_routes(desk, cases, recusal, pages, clock))
    router.include_router(dashboard_routes(desk, recusal, pages, clock))
    router.include_router(health_routes(desk, pages, clock))
    return router
