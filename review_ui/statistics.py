"""The figures of a month, with charts."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.checks import CHINA
from domain.statistics import CountTable
from review_ui.backend import ReviewBackend
from review_ui.rendering import Pages
from review_ui.times import Clock


def statistics_routes(backend: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the route of the page of figures."""
    router = APIRouter(include_in_schema=False)

    @router.get("/statistics", name="statistics.show")
    def show_statistics(request: Request, policy: str = "", month: str = "") -> Response:
        policies = backend.policies()
        chosen = policy or (policies[0].id if policies else "")
        wanted = month or this_month(clock())
        figures = backend.statistics(chosen, wanted) if chosen else None
        context: dict[str, object] = {
            "policies": policies,
            "chosen": chosen,
            "month": wanted,
            "figures": figures,
            "neighbours": neighbours(wanted) if figures else None,
            "chart_json": chart_json,
        }
        return pages.render(request, "statistics.html", context, clock())

    return router


def this_month(now: datetime) -> str:
    """Return the month of ``now`` in China."""
    return f"{now.astimezone(CHINA):%Y-%m}"


def neighbours(month: str) -> tuple[str, str]:
    """Return the months before and after ``month`` (``YYYY-MM``)."""
    first = date.fromisoformat(f"{month}-01")
    return f"{first - timedelta(days=1):%Y-%m}", f"{first + timedelta(days=31):%Y-%m}"


def chart_json(table: CountTable) -> str:
    """Return labels and counts for a ``data-chart`` attribute."""
    rows = {"labels": [row.label for row in table.rows], "counts": [row.count for row in table.rows]}
    return json.dumps(rows, ensure_ascii=False)
