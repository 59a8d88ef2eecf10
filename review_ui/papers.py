"""Work on papers at the station, the list of rescans, and taking back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Header, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import Field

from domain.base import Model
from domain.case import Case, Decision
from domain.documents import Document, PageKey, key_of
from domain.errors import DecisionError, JuanzongError, StaleRevisionError, UnknownCaseError
from domain.papers import PAPER_ACTIONS, page_of, page_subject
from review_ui import texts
from review_ui.audit.trail import Trail
from review_ui.case_pages import CasePages
from review_ui.language import translate
from review_ui.paper_texts import NO_NEIGHBOUR
from review_ui.papers_backend import PapersBackend
from review_ui.parts import Parts
from review_ui.recusal import Recusal
from review_ui.rendering import Pages, actor_of
from review_ui.station import anchor
from review_ui.times import Clock

_ON_DOCUMENT = frozenset({"kind", "merge"})
_STEP = {"up": -1, "down": 1}


class PaperForm(Model):
    """What the forms of the page strip say.

    Attributes:
        action: as in ``domain.papers``; ``up`` and ``down`` change places with the neighbour; ``send`` takes the page,
            ``send_document`` the whole document to another case.
        document: id of the document in hand.
        page: number of the page in hand, from 1.
        value: what the action needs.
        expected_revision: the revision that the person saw.
    """

    action: str
    document: str
    page: int = Field(ge=1)
    value: str = ""
    expected_revision: int = Field(ge=1)
    csrf: str = ""


class UndoForm(Model):
    """The revision that the person saw, the page's token."""

    expected_revision: int = Field(ge=1)
    csrf: str = ""


class PaperDesk:
    """Turns forms into decisions and answers them."""

    def __init__(self, parts: Parts, papers: PapersBackend, pages: Pages, clock: Clock) -> None:
        self._backend = parts.review
        self._papers = papers
        self._view = CasePages(parts, pages, clock)
        self._clock = clock

    def decide(self, request: Request, case_id: str, form: PaperForm) -> str:
        """Do what ``form`` says; return the address at which the page in hand is shown."""
        case = self._seen(case_id, form.expected_revision)
        document = _document(case, form)
        page = page_of(document, form.page)
        decision = self._decision(request, document, form)
        Trail.of(request).change(request, case, decision)
        changed = self._backend.decide(case.id, case.revision, decision)
        return _address(changed, key_of(document, page))

    def send(self, request: Request, case_id: str, form: PaperForm) -> str:
        """Move a paper to another case; return the address of what is left."""
        case = self._seen(case_id, form.expected_revision)
        document = _document(case, form)
        whole = form.action == "send_document"
        subject = f"document:{document.id}" if whole else page_subject(document.id, form.page)
        decision = Decision(
            actor=actor_of(request), at=self._clock(), action="send", subject=subject, value=form.value.strip()
        )
        # a case that names the person does not exist for them as a receiver either
        taker = self._backend.case(form.value.strip())
        for one in (case, taker):
            Trail.of(request).change(request, one, decision)
        given, _ = self._papers.send(case.id, case.revision, decision)
        return f"/cases/{given.id}?papers=1"

    def undo(self, request: Request, case_id: str, form: UndoForm) -> str:
        """Take back the last answer; return the address at which its place is shown."""
        case = self._seen(case_id, form.expected_revision)
        actor, now = actor_of(request), self._clock()
        Trail.of(request).change(request, case, Decision(actor=actor, at=now, action="undo", subject="case"))
        changed = self._papers.undo(case.id, case.revision, actor, now)
        subject = changed.decisions[-1].subject
        if subject.startswith(("document:", "page:")):
            return f"/cases/{changed.id}?papers=1"
        return f"/cases/{changed.id}?undone={anchor(subject)}"

    def refused(self, request: Request, case_id: str, error: JuanzongError, seen: int, partial: bool) -> Response:
        """Return what went wrong: to the page's script, or as the whole page."""
        case = self._backend.case(case_id)
        stale = isinstance(error, StaleRevisionError)
        notice = translate(texts.STALE_NOTICE).format(seen=seen, now=case.revision) if stale else str(error)
        if partial:
            return JSONResponse({"notice": notice}, status_code=409 if stale else 422)
        return self._view.told(request, case, notice, 409 if stale else 422)

    def _seen(self, case_id: str, expected_revision: int) -> Case:
        case = self._backend.case(case_id)
        if case.revision != expected_revision:
            raise StaleRevisionError(f"案件已是第 {case.revision} 版", "请核对最新内容后再操作")
        return case

    def _decision(self, request: Request, document: Document, form: PaperForm) -> Decision:
        subject, value = page_subject(document.id, form.page), form.value.strip() or None
        action = form.action
        if action in _STEP:
            action, subject, value = "order", f"document:{document.id}", _swapped(document, form.page, _STEP[action])
        elif action == "split":
            subject, value = f"document:{document.id}", str(form.page)
        elif action in _ON_DOCUMENT:
            subject = f"document:{document.id}"
        if action not in PAPER_ACTIONS:
            raise DecisionError(f"没有“{action}”这种操作", "请刷新页面后再操作")
        told = {"actor": actor_of(request), "at": self._clock(), "action": action, "subject": subject, "value": value}
        return Decision.model_validate(told)


def paper_routes(parts: Parts, papers: PapersBackend, pages: Pages, clock: Clock, recusal: Recusal) -> APIRouter:
    """Return the routes of work on papers."""
    router = APIRouter(include_in_schema=False)
    desk = PaperDesk(parts, papers, pages, clock)

    def answer(go: str, accept: str) -> Response:
        if accept == _SCRIPT:
            return JSONResponse({"go": go})
        return RedirectResponse(go, status_code=303)

    @router.post("/cases/{case_id}/papers", name="papers.decide")
    def decide(
        request: Request, case_id: str, form: Annotated[PaperForm, Form()], accept: Annotated[str, Header()] = ""
    ) -> Response:
        try:
            return answer(desk.decide(request, case_id, form), accept)
        except DecisionError as error:
            return desk.refused(request, case_id, error, form.expected_revision, accept == _SCRIPT)

    @router.post("/cases/{case_id}/papers/send", name="papers.send")
    def send(
        request: Request, case_id: str, form: Annotated[PaperForm, Form()], accept: Annotated[str, Header()] = ""
    ) -> Response:
        try:
            return answer(desk.send(request, case_id, form), accept)
        except (DecisionError, UnknownCaseError) as error:
            return desk.refused(request, case_id, error, form.expected_revision, accept == _SCRIPT)

    @router.post("/cases/{case_id}/undo", name="papers.undo")
    def undo(
        request: Request, case_id: str, form: Annotated[UndoForm, Form()], accept: Annotated[str, Header()] = ""
    ) -> Response:
        try:
            return answer(desk.undo(request, case_id, form), accept)
        except DecisionError as error:
            return desk.refused(request, case_id, error, form.expected_revision, accept == _SCRIPT)

    _looking_routes(router, parts, papers, pages, (clock, recusal))
    return router


def _looking_routes(
    router: APIRouter, parts: Parts, papers: PapersBackend, pages: Pages, seen_by: tuple[Clock, Recusal]
) -> None:
    """Add the routes that change nothing."""
    clock, recusal = seen_by

    @router.get("/cases/{case_id}/papers/reading", name="papers.reading")
    def reading(request: Request, case_id: str, seen: Annotated[int, Query(ge=1)]) -> Response:
        context: dict[str, object] = {"case": parts.review.case(case_id), "seen": seen}
        return pages.render(request, "papers_reading.html", context, clock())

    @router.get("/rescans", name="papers.rescans")
    def list_rescans(request: Request) -> Response:
        shown = tuple(entry for entry in papers.rescans() if entry.case_id not in recusal.hidden())
        return pages.render(request, "rescans.html", {"entries": shown}, clock())


_SCRIPT = "application/json"


def _document(case: Case, form: PaperForm) -> Document:
    found = case.document(form.document)
    if found is None:
        raise DecisionError(f"案件没有文件 {form.document}", "请刷新页面后再操作")
    return found


def _swapped(document: Document, page: int, step: int) -> str:
    """Return the page order in which ``page`` (from 1) has changed places with its neighbour."""
    numbers = [p.number for p in document.pages]
    at, to = page - 1, page - 1 + step
    if not (0 <= at < len(numbers) and 0 <= to < len(numbers)):
        raise DecisionError(NO_NEIGHBOUR, "移到另一份材料请按 T")
    numbers[at], numbers[to] = numbers[to], numbers[at]
    return ",".join(map(str, numbers))


def _address(case: Case, wanted: PageKey) -> str:
    for document in case.documents:
        for page in document.pages:
            if key_of(document, page) == wanted:
                return f"/cases/{case.id}?papers=1&document={document.id}&page={page.number}"
    return f"/cases/{case.id}?papers=1"
