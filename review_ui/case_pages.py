"""The station: one case, its scan, its decisions."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from domain.audit import REVEAL_LASTS, SHOWN_LASTS, Result
from domain.case import Case
from domain.errors import CaseHeldError, DecisionError, StaleRevisionError
from domain.queue import waits
from review_ui import texts
from review_ui.answers import Answer, decision_of
from review_ui.audit.reveals import refuse_masked
from review_ui.audit.texts import REVEAL_REASON
from review_ui.audit.trail import Trail
from review_ui.errors import MaskedValueError
from review_ui.field_rows import Typed
from review_ui.language import translate
from review_ui.parts import Parts
from review_ui.queue import texts as queue_texts
from review_ui.queue.filters import read_query
from review_ui.rendering import Pages, actor_of
from review_ui.station import station
from review_ui.times import Clock


class AnswerForm(Answer):
    """A form of the station: an answer, the revision that the person saw, the page's token."""

    expected_revision: int = Field(ge=1)
    csrf: str = ""


class CasePages:
    """Renders the station and its panel."""

    def __init__(self, parts: Parts, pages: Pages, clock: Clock) -> None:
        self._backend = parts.review
        self._queue = parts.queue
        self._pages = pages
        self._clock = clock

    def station(self, request: Request, case: Case) -> Response:
        """Return the whole page; a waiting case becomes the person's own unless another has it."""
        if waits(case):
            self._queue.take(case.id, actor_of(request))
        return self._pages.render(request, "station.html", self._context(request, case, None, None), self._clock())

    def panel(self, request: Request, case: Case) -> Response:
        """Return everything beside the scan."""
        return self._pages.render(request, "panel.html", self._context(request, case, None, None), self._clock())

    def problem(self, request: Request, case: Case, form: AnswerForm, error: DecisionError, partial: bool) -> Response:
        """Return the newest revision with what went wrong and what was typed."""
        stale = isinstance(error, StaleRevisionError)
        notice = (
            translate(texts.STALE_NOTICE).format(seen=form.expected_revision, now=case.revision)
            if stale
            else str(error)
        )
        context = self._context(request, case, _typed(form, error), notice)
        name = "panel.html" if partial else "station.html"
        conflict = stale or isinstance(error, CaseHeldError)
        return self._pages.render(request, name, context, self._clock(), 409 if conflict else 422)

    def told(self, request: Request, case: Case, notice: str, status: int) -> Response:
        """Return the whole page with a notice."""
        return self._pages.render(
            request, "station.html", self._context(request, case, None, notice), self._clock(), status
        )

    def _context(self, request: Request, case: Case, typed: Typed | None, notice: str | None) -> dict[str, object]:
        shown = Trail.of(request).shown(request, case)
        return {
            "station": station(shown.case, self._backend.choices(case.policy), typed),
            "case": shown.case,
            "masked": shown.masked,
            "open": shown.open,
            "open_pages": shown.open_pages,
            "shown_lasts": int(SHOWN_LASTS.total_seconds()),
            "hidden_pages": shown.hidden_pages,
            "reveal_reasons": REVEAL_REASON,
            "reveal_lasts": int(REVEAL_LASTS.total_seconds()),
            "filings": self._backend.filings(case.id),
            "notice": notice,
            "standing": self._queue.standing(case.id),
            "view": _view(request),
            "queue_texts": queue_texts,
        }


def _view(request: Request) -> str:
    """Return the filter that the person works through: of the page itself, or of the page that asks for a part."""
    asking = urlsplit(request.headers.get("hx-current-url", "")).query or request.url.query
    return read_query(dict(parse_qsl(asking)).get("view", "")).filters


def _typed(form: AnswerForm, error: DecisionError) -> Typed | None:
    scope, _, name = form.subject.partition(":")
    written = form.candidate if form.candidate is not None else form.value
    if scope != "field" or written is None or isinstance(error, MaskedValueError):
        return None
    # What was refused is taken when it is sent once more; a stale answer was not looked at yet.
    insist = None if isinstance(error, StaleRevisionError) else written.strip()
    return Typed(name=name, value=written, insist=insist)


def case_routes(parts: Parts, pages: Pages, clock: Clock) -> APIRouter:
    """Return the routes of one case."""
    router = APIRouter(include_in_schema=False)
    view = CasePages(parts, pages, clock)
    backend = parts.review

    @router.get("/cases/{case_id}", name="station.show")
    def show_case(request: Request, case_id: str) -> Response:
        case = backend.case(case_id)
        Trail.of(request).view_case(request, case)
        return view.station(request, case)

    @router.post("/cases/{case_id}/decisions", name="station.decide")
    def decide(
        request: Request,
        case_id: str,
        form: Annotated[AnswerForm, Form()],
        hx_request: Annotated[str, Header()] = "",
    ) -> Response:
        partial = hx_request == "true"
        case, trail = backend.case(case_id), Trail.of(request)
        try:
            if case.revision != form.expected_revision:
                raise StaleRevisionError(f"案件已是第 {case.revision} 版", "请核对最新内容后再操作")
            refuse_masked(case, trail.shown(request, case).case, form)
            decision = decision_of(case, form, actor_of(request), clock())
            trail.change(request, case, decision)
            try:
                changed = backend.decide(case.id, form.expected_revision, decision)
            except DecisionError:
                trail.change(request, case, decision, Result.REFUSED)
                raise
        except DecisionError as error:
            return view.problem(request, backend.case(case_id), form, error, partial)
        if partial:
            return view.panel(request, changed)
        return RedirectResponse(f"/cases/{changed.id}", status_code=303)

    return router
