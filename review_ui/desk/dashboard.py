"""The dashboard: a chart and its table for every figure of ``domain.dashboard``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.base import Model
from domain.checks import CHINA
from domain.dashboard import AGE_BANDS, OLDER, Arrivals, Backlog, Corrections, Dashboard, Period
from domain.fields import FIELDS
from domain.vocabulary import Channel
from review_ui import texts
from review_ui.desk import texts as words
from review_ui.desk.archive import day_of
from review_ui.desk.backend import DeskBackend
from review_ui.language import translate
from review_ui.recusal import Recusal
from review_ui.rendering import Pages
from review_ui.times import Clock

DEFAULT_DAYS = 30
MOST_DAYS = 400


class Grid(Model):
    """Counts in rows and columns, with totals.

    Attributes:
        rows: label, one count for each column, total.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """Return the sum of each column."""
        return tuple(sum(row[1][n] for row in self.rows) for n in range(len(self.columns)))

    @property
    def total(self) -> int:
        """Return the sum of everything."""
        return sum(row[2] for row in self.rows)


def dashboard_routes(desk: DeskBackend, recusal: Recusal, pages: Pages, clock: Clock) -> APIRouter:
    """Return the route of the dashboard."""
    router = APIRouter()

    @router.get("/dashboard", name="dashboard.show")
    def show(request: Request) -> Response:
        now = clock()
        given = request.query_params
        period, notice = period_of(given.get("from", ""), given.get("to", ""), given.get("policy", ""), now)
        figures, hidden = desk.dashboard(period, now), recusal.hidden()
        at_risk = tuple(r for r in figures.at_risk if r.case_id not in hidden)
        figures = figures.model_copy(update={"at_risk": at_risk})
        context: dict[str, object] = {
            "figures": figures,
            "period": period,
            "notice": notice,
            "policies": desk.policies(),
            "words": words,
            "arrivals": arrivals_grid(figures.arrivals, period),
            "backlog": backlog_grid(figures.backlog),
            "field_label": field_label,
            "reason_label": reason_label,
            "charts": charts(figures, period),
            "duration": duration_words,
        }
        return pages.render(request, "desk_dashboard.html", context, now)

    return router


def period_of(start: str, end: str, policy: str, now: datetime) -> tuple[Period, str]:
    """Return the period that was asked for, the last 30 days without one, and what had to be changed about it."""
    today = now.astimezone(CHINA).date()
    last = day_of(end) or today
    first = day_of(start) or last - timedelta(days=DEFAULT_DAYS - 1)
    notice = ""
    if first > last:
        first, last, notice = last, first, words.BAD_PERIOD
    if (last - first).days >= MOST_DAYS:
        first, notice = last - timedelta(days=MOST_DAYS - 1), words.LONG_PERIOD
    return Period(start=first, end=last, policy=policy or None), notice


def days_of(period: Period) -> tuple[date, ...]:
    """Return every day of the period."""
    return tuple(period.start + timedelta(days=n) for n in range((period.end - period.start).days + 1))


def arrivals_grid(found: tuple[Arrivals, ...], period: Period) -> Grid:
    """Return days against channels; days without a case are rows too."""
    present = {a.channel for a in found}
    channels = [c for c in Channel if c.value in present]
    counts = {(a.day, a.channel): a.cases for a in found}
    rows = []
    for day in days_of(period):
        cells = tuple(counts.get((day, c.value), 0) for c in channels)
        rows.append((day.isoformat(), cells, sum(cells)))
    return Grid(columns=tuple(texts.CHANNEL[c] for c in channels), rows=tuple(rows))


def backlog_grid(found: tuple[Backlog, ...]) -> Grid:
    """Return bands of age against levels."""
    levels = sorted({b.level for b in found}, key=lambda level: (level is None, level or ""))
    counts = {(b.band, b.level): b.cases for b in found}
    rows = []
    for band in (*(name for name, _ in AGE_BANDS), OLDER):
        cells = tuple(counts.get((band, level), 0) for level in levels)
        rows.append((words.BAND[band], cells, sum(cells)))
    return Grid(columns=tuple(level or words.UNDECIDED_LEVEL for level in levels), rows=tuple(rows))


def field_label(name: str) -> str:
    """Return a field's name."""
    return translate(FIELDS[name].label) if name in FIELDS else name


def reason_label(code: str) -> str:
    """Return why a field was answered."""
    return translate(words.ANSWER_REASON.get(code) or texts.REASON.get(code, code))


def charts(figures: Dashboard, period: Period) -> dict[str, str]:
    """Return the data of every chart as JSON."""
    arrivals, backlog = arrivals_grid(figures.arrivals, period), backlog_grid(figures.backlog)
    fields = [a for a in figures.alone if a.fields]
    return {
        "arrivals": _stack(arrivals),
        "backlog": _stack(backlog),
        "alone": chart_json(
            "lines",
            [a.day.isoformat() for a in fields],
            {
                "字段": [round(100 * a.fields_alone / a.fields, 1) for a in fields],
                "案件": [round(100 * a.cases_alone / a.cases, 1) for a in fields],
            },
        ),
        "by_field": _corrections(figures.by_field, field_label),
        "by_reason": _corrections(figures.by_reason, reason_label),
        "handling": chart_json(
            "bars",
            [_level_label(h.level) for h in figures.handling],
            {
                "中位数（小时）": [round(h.median_s / 3600, 1) for h in figures.handling],
                "九成以内（小时）": [round(h.ninetieth_s / 3600, 1) for h in figures.handling],
            },
        ),
        "pace": chart_json(
            "bars",
            [p.day.isoformat() for p in figures.pace],
            {"每小时页数": [round(p.pages / p.hours, 1) for p in figures.pace]},
        ),
    }


def chart_json(kind: str, labels: list[str], series: dict[str, list[float]]) -> str:
    """Return labels and series for a ``data-plot`` attribute; ``kind`` is ``stack``, ``lines`` or ``bars``."""
    named = [{"name": translate(name), "values": values} for name, values in series.items()]
    return json.dumps({"kind": kind, "labels": labels, "series": named}, ensure_ascii=False)


def _level_label(level: str | None) -> str:
    """Return a level; "" stands for all levels together, ``None`` for none yet."""
    if level is None:
        return translate(words.UNDECIDED_LEVEL)
    return level or translate("全部")


def _stack(grid: Grid) -> str:
    series = {name: [float(row[1][n]) for row in grid.rows] for n, name in enumerate(grid.columns)}
    return chart_json("stack", [translate(row[0]) for row in grid.rows], series)


def _corrections(found: Iterable[Corrections], label: Callable[[str], str]) -> str:
    most = list(found)[:15]
    names = [label(c.key) for c in most]
    series = {"机器正确": [float(c.right) for c in most], "改正": [float(c.wrong) for c in most]}
    return chart_json("stack-rows", names, series)


def duration_words(seconds: int) -> str:
    """Return a length of time in hours and minutes, or days and hours."""
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return translate("{days} 天 {hours} 小时").format(days=hours // 24, hours=hours % 24)
    if not hours:
        return translate("{minutes} 分").format(minutes=minutes)
    return translate("{hours} 小时 {minutes} 分").format(hours=hours, minutes=minutes)
