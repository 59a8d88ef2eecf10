"""Holds and disposal lists at the archive desk: what is held, what may go, who approved it, what is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from domain.audit import CASE_SUBJECT, Operation, Result
from domain.case import Case
from domain.disposal import Capacity
from domain.errors import JuanzongError
from domain.retention_errors import UnknownHoldError
from review_ui.audit.trail import Act, Trail
from review_ui.backend import ReviewBackend
from review_ui.problems import problem_of
from review_ui.recusal import Recusal
from review_ui.rendering import Pages, actor_of
from review_ui.retention import texts
from review_ui.retention.backend import DestructionReport, RetentionDesk
from review_ui.sending import download
from review_ui.times import Clock

HOME = "/archive/retention"
ListPath = Annotated[str, Path(pattern=r"^QC-\d{4}-\d{4,8}$")]
HoldPath = Annotated[int, Path(ge=0, le=2**53)]
Reason = Annotated[str, Form(max_length=1000)]
CaseKey = Annotated[str, Form(max_length=200)]


class RetentionPages:
    """Renders both pages, and writes every act into the audit log before it is done."""

    def __init__(self, desk: RetentionDesk, cases: ReviewBackend, recusal: Recusal, pages: Pages, clock: Clock) -> None:
        self.desk = desk
        self.cases = cases
        self._recusal = recusal
        self._pages = pages
        self._clock = clock

    def home(self, request: Request, problem: JuanzongError | None = None, case: str = "") -> Response:
        """Return open holds and all lists; ``case`` stands in the form of a new hold."""
        hidden = self._recusal.hidden()
        context: dict[str, object] = {
            "holds": [h for h in self.desk.open_holds() if h.case_id not in hidden],
            "lists": self.desk.lists(),
            "words": texts,
            "problem": problem,
            "case": case,
        }
        return self._pages.render(request, "retention.html", context, self._clock(), _status(problem))

    def disposal(
        self,
        request: Request,
        number: str,
        problem: JuanzongError | None = None,
        report: DestructionReport | None = None,
    ) -> Response:
        """Return one list, after a destruction with the cases that could not be destroyed."""
        found = self.desk.load(number)
        context: dict[str, object] = {
            "disposal": found,
            "hidden": self._recusal.hidden(),
            "approvals": {capacity.value: signature for capacity, signature in found.approvals},
            "kept": report.kept if report else (),
            "words": texts,
            "problem": problem,
        }
        return self._pages.render(request, "disposal.html", context, self._clock(), _status(problem))

    def case(self, key: str) -> Case:
        """Return a case that the person may see. Raises UnknownCaseError."""
        self._recusal.refuse(key)
        return self.cases.case(key)

    def held_case(self, hold: int) -> Case:
        """Return the case of an open hold. Raises UnknownHoldError, UnknownCaseError."""
        for found in self.desk.open_holds():
            if found.placed.seq == hold:
                return self.case(found.case_id)
        raise UnknownHoldError(f"没有编号为 {hold} 的保全", "请刷新页面")

    def act(
        self, request: Request, act: Act, case: Case | None, do: Callable[[], object], again: Callable[..., Response]
    ) -> Response | None:
        """Write what is about to be done, do it; return the page with what was wrong, ``None`` when it was done."""
        trail = Trail.of(request)
        trail.record(request, act, case)
        try:
            do()
        except JuanzongError as error:
            trail.record(request, Act(act.operation, act.subject, result=Result.REFUSED, details=act.details), case)
            return again(error)
        return None


def _status(problem: JuanzongError | None) -> int:
    return 200 if problem is None else problem_of(problem).status


def retention_routes(
    desk: RetentionDesk, cases: ReviewBackend, recusal: Recusal, pages: Pages, clock: Clock
) -> APIRouter:
    """Return the routes of holds and disposal."""
    router = APIRouter(include_in_schema=False)
    shown = RetentionPages(desk, cases, recusal, pages, clock)
    _hold_routes(router, shown)
    _list_routes(router, shown)
    _step_routes(router, shown)
    _file_routes(router, desk)
    return router


def _hold_routes(router: APIRouter, shown: RetentionPages) -> None:
    desk = shown.desk

    @router.get(HOME, name="retention.show")
    def show(request: Request, case: Annotated[str, Query(max_length=200)] = "") -> Response:
        return shown.home(request, case=case)

    def change(request: Request, change: str, case: Case, do: Callable[[], object]) -> Response:
        act = Act(Operation.HOLD_CHANGED, CASE_SUBJECT, details={"change": change})
        failed = shown.act(request, act, case, do, lambda error: shown.home(request, error))
        return failed or RedirectResponse(HOME, status_code=303)

    @router.post("/archive/holds", name="hold.place")
    def place(request: Request, case: CaseKey = "", reason: Reason = "") -> Response:
        try:
            found = shown.case(case.strip())
        except JuanzongError as error:
            return shown.home(request, error)
        return change(request, "hold", found, lambda: desk.place_hold(found.id, reason, actor_of(request)))

    @router.post("/archive/holds/{hold}/ask", name="hold.ask_release")
    def ask(request: Request, hold: HoldPath, reason: Reason = "") -> Response:
        found = shown.held_case(hold)
        return change(request, "ask_release", found, lambda: desk.ask_release(hold, reason, actor_of(request)))

    @router.post("/archive/holds/{hold}/release", name="hold.release")
    def release(request: Request, hold: HoldPath) -> Response:
        found = shown.held_case(hold)
        return change(request, "release", found, lambda: desk.release(hold, actor_of(request)))


def _list_routes(router: APIRouter, shown: RetentionPages) -> None:
    desk = shown.desk

    @router.post("/archive/disposals", name="disposal.make")
    def make(request: Request) -> Response:
        made: list[str] = []
        failed = shown.act(
            request,
            Act(Operation.DISPOSAL_CHANGED, details={"change": "list"}),
            None,
            lambda: made.append(desk.make_list(actor_of(request)).number),
            lambda error: shown.home(request, error),
        )
        return failed or RedirectResponse(_address(made[0]), status_code=303)

    @router.get("/archive/disposals/{number}", name="disposal.show")
    def show(request: Request, number: ListPath) -> Response:
        return shown.disposal(request, number)


def _step_routes(router: APIRouter, shown: RetentionPages) -> None:
    desk = shown.desk

    def step(request: Request, number: str, change: str, do: Callable[[], object]) -> Response:
        act = Act(Operation.DISPOSAL_CHANGED, f"disposal:{number}", details={"change": change})
        failed = shown.act(request, act, None, do, lambda error: shown.disposal(request, number, error))
        return failed or RedirectResponse(_address(number), status_code=303)

    @router.post("/archive/disposals/{number}/remove", name="disposal.remove")
    def remove(request: Request, number: ListPath, case: CaseKey, reason: Reason = "") -> Response:
        return step(request, number, "remove", lambda: desk.remove(number, case, reason, actor_of(request)))

    @router.post("/archive/disposals/{number}/approve", name="disposal.approve")
    def approve(request: Request, number: ListPath) -> Response:
        return step(
            request, number, "approve:archivist", lambda: desk.approve(number, Capacity.ARCHIVIST, actor_of(request))
        )

    @router.post("/archive/disposals/{number}/supervise", name="disposal.supervise")
    def supervise(request: Request, number: ListPath) -> Response:
        return step(
            request, number, "approve:auditor", lambda: desk.approve(number, Capacity.AUDITOR, actor_of(request))
        )

    @router.post("/archive/disposals/{number}/destroy", name="disposal.destroy")
    def destroy(request: Request, number: ListPath) -> Response:
        reports: list[DestructionReport] = []
        done = step(request, number, "destroy", lambda: reports.append(desk.destroy(number, actor_of(request))))
        if reports and reports[0].kept:
            return shown.disposal(request, number, report=reports[0])
        return done


def _file_routes(router: APIRouter, desk: RetentionDesk) -> None:
    @router.get("/archive/disposals/{number}/book", name="disposal.book")
    def book(request: Request, number: ListPath) -> Response:
        Trail.of(request).record(request, Act(Operation.EXPORT, f"disposal:{number}"))
        return download(desk.book(number))

    @router.get("/archive/disposals/{number}/certificate/{form}", name="disposal.certificate")
    def certificate(request: Request, number: ListPath, form: Literal["json", "pdf"]) -> Response:
        Trail.of(request).record(request, Act(Operation.DOWNLOAD_COPY, f"disposal:{number}"))
        return download(desk.certificate(number, form))


def _address(number: str) -> str:
    return f"/archive/disposals/{number}"
