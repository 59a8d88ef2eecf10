"""The station: one case, its scan, its decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from domain.case import Case
from domain.errors import DecisionError, StaleRevisionError
from review_ui import texts
from review_ui.answers import Answer, decision_of
from review_ui.backend import QueueFilter, ReviewBackend
from review_ui.field_rows import Typed
from review_ui.rendering import Pages, actor_of
from review_ui.station import station
from review_ui.times import Clock


class AnswerForm(Answer):
    """A form of the station: an answer and the revision that the person saw."""

    expected_revision: int = Field(ge=1)


class CasePages:
    """Renders the station and its panel."""

    def __init__(self, backend: ReviewBackend, pages: Pages, clock: Clock) -> None:
        self._backend = backend
        self._pages = pages
        self._clock = clock

    def station(self, request: Request, case: Case) -> Response:
        """Return the whole page."""
        return self._pages.render(request, "station.html", self._context(case, None, None), self._clock())

    def panel(self, request: Request, case: Case) -> Response:
        """Return everything beside the scan."""
        return self._pages.render(request, "panel.html", self._context(case, None, None), self._clock())

    def problem(self, request: Request, case: Case, form: AnswerForm, error: DecisionError, partial: bool) -> Response:
        """Return the newest revision with what went wrong and what was typed."""
        stale = isinstance(error, StaleRevisionError)
        notice = texts.STALE_NOTICE.format(seen=form.expected_revision, now=case.revision) if stale else str(error)
        context = self._context(case, _typed(form, error), notice)
        name = "panel.html" if partial else "station.html"
        return self._pages.render(request, name, context, self._clock(), 409 if stale else 422)

    def told(self, request: Request, case: Case, notice: str, status: int) -> Response:
        """Return the whole page with a notice."""
        return self._pages.render(request, "station.html", self._context(case, None, notice), self._clock(), status)

    def _context(self, case: Case, typed: Typed | None, notice: str | None) -> dict[str, object]:
        return {
            "station": station(case, self._backend.choices(case.policy), typed),
            "case": case,
            "filings": self._backend.filings(case.id),
            "notice": notice,
        }


def _typed(form: AnswerForm, error: DecisionError) -> Typed | None:
    scope, _, name = form.subject.partition(":")
    written = form.candidate if form.candidate is not None else form.value
    if scope != "field" or written is None:
        return None
    # What was refused is taken when it is sent once more; a stale answer was not looked at yet.
    insist = None if isinstance(error, StaleRevisionError) else written.strip()
    return Typed(name=name, value=written, insist=insist)


def case_routes(backend: ReviewBackend, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of one case."""
    router = APIRouter(include_in_schema=False)
    view = CasePages(backend, pages, clock)

    @router.get("/cases/{case_id}")
    def show_case(request: Request, case_id: str) -> Response:
        return view.station(request, backend.case(case_id))

    @router.get("/next")
    def open_next(after: str = "") -> Response:
        waiting = (e for e in backend.queue(QueueFilter()) if e.id != after)
        entry = next(waiting, None)
        return RedirectResponse("/" if entry is None else f"/cases/{entry.id}", status_code=303)

    @router.post("/cases/{case_id}/decisions")
    def decide(
        request: Request,
        case_id: str,
        form: Annotated[AnswerForm, Form()],
        hx_request: Annotated[str, Header()] = "",
    ) -> Response:
        partial = hx_request == "true"
        case = backend.case(case_id)
        try:
            if case.revision != form.expected_revision:
                raise StaleRevisionError(f"案件已是第 {case.revision} 版", "请核对最新内容后再操作")
            decision = decision_of(case, form, actor_of(request), clock())
            changed = backend.decide(case.id, form.expected_revision, decision)
        except DecisionError as error:
            return view.problem(request, backend.case(case_id), form, error, partial)
        if partial:
            return view.panel(request, changed)
        return RedirectResponse(f"/cases/{changed.id}", status_code=303)

    return router
