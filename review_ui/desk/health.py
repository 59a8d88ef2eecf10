"""The health page for people; programs ask ``/healthz``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from review_ui.desk import texts as words
from review_ui.desk.backend import DeskBackend
from review_ui.rendering import Pages
from review_ui.times import Clock

_UNITS = ("B", "KB", "MB", "GB", "TB")


def health_routes(desk: DeskBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the route of the health page."""
    router = APIRouter()

    @router.get("/health", name="health.show")
    def show(request: Request) -> Response:
        context: dict[str, object] = {"health": desk.health(), "words": words, "size": size_words}
        return pages.render(request, "desk_health.html", context, clock())

    return router


def size_words(count: int) -> str:
    """Return a number of bytes in its largest unit (1024 steps)."""
    size, unit = float(count), 0
    while size >= 1024 and unit < len(_UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit < 2 else f"{size:.1f} {_UNITS[unit]}"
