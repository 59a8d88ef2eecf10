"""The JSON interface ``/api/v1``: the queue, cases in the contract's form, decisions, checks while typing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from domain.audit import Operation, Result, RevealReason
from domain.base import Model
from domain.case import Case, Decision, DecisionAction
from domain.checks import CHINA
from domain.contract import CasesJson
from domain.cross_checks import cross_checks
from domain.errors import DecisionError
from domain.evidence import Check, Evidence
from domain.export import cases_json, dump
from domain.fields import FIELDS
from review_ui.accounts.visitor import visitor
from review_ui.answers import typed_form
from review_ui.audit.trail import Act, Trail
from review_ui.backend import CaseEntry, QueueCounts, QueueFilter, ReviewBackend
from review_ui.times import Clock


class Problem(Model):
    """An error: class name (docs/errors.md), the fact, and what to do."""

    error: str
    fact: str
    next_step: str


class QueuePage(QueueFilter):
    """Which page of the queue.

    Attributes:
        after: ``place`` of the last case of the page before.
    """

    limit: int = Field(default=100, ge=1, le=1000)
    after: str | None = Field(default=None, max_length=300)


class QueueAnswer(Model):
    """The queue, most urgent first."""

    counts: QueueCounts
    cases: tuple[CaseEntry, ...]


class CasesAnswer(Model):
    """Lines of the list of cases, newest first."""

    total: int
    cases: tuple[CaseEntry, ...]


class NewDecision(Model):
    """One answer of a person; the time is set here.

    Attributes:
        expected_revision: the revision that was shown (the ``ETag`` of ``GET /api/v1/cases/{id}``).
    """

    expected_revision: int = Field(ge=1)
    actor: str = Field(min_length=1, max_length=100)
    action: DecisionAction
    subject: str = Field(min_length=1, max_length=300)
    value: str | None = Field(default=None, max_length=20_000)
    comment: str | None = Field(default=None, max_length=20_000)
    evidence: tuple[Evidence, ...] = ()


class Writing(Model):
    """A value being typed into a field.

    Attributes:
        case: id or number of the case it is typed into; its other fields are looked at too.
    """

    field: str
    case: str | None = Field(default=None, min_length=1, max_length=200)
    value: str = Field(max_length=20_000)


class WritingChecks(Model):
    """Its normal form (``None`` when there is none), the structure tests, and what the case's other fields say."""

    value: str | None
    checks: tuple[Check, ...]


class Health(Model):
    """The pages answer."""

    status: str = "ok"


CaseKey = Annotated[str, Path(description="id or number", min_length=1, max_length=200)]

_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "no such case"}}
_NO_FIELD: dict[int | str, dict[str, Any]] = {400: {"model": Problem, "description": "no such field"}}
_REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "the case is at another revision"},
    400: {"model": Problem, "description": "the decision does not fit the case"},
}


def api_routes(backend: ReviewBackend, clock: Clock) -> APIRouter:
    """Return the routes of the JSON interface."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/queue", name="api.queue")
    def get_queue(request: Request, asked: Annotated[QueuePage, Query()]) -> QueueAnswer:
        """Return unfinished cases, most urgent first."""
        wanted = QueueFilter(**asked.model_dump(exclude={"limit", "after"}))
        entries = Trail.of(request).entries(backend.queue(wanted, asked.limit, asked.after))
        return QueueAnswer(counts=backend.counts(wanted), cases=entries)

    @router.get("/cases", name="api.cases")
    def get_cases(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    ) -> CasesAnswer:
        """Return lines of all cases, newest first."""
        entries = Trail.of(request).entries(backend.cases(limit, offset))
        return CasesAnswer(total=backend.number_of_cases(), cases=entries)

    _add_case(router, backend, clock)
    return router


def _add_case(router: APIRouter, backend: ReviewBackend, clock: Clock) -> None:
    @router.get("/cases/{key}", name="api.case", response_model=CasesJson, responses=_UNKNOWN)
    def get_case(request: Request, key: CaseKey, reveal: RevealReason | None = None) -> Response:
        """Return one case, schema ``juanzong.case/1``; the ``ETag`` is its revision.

        Personal data are masked unless ``reveal`` says why they are needed; that is logged.
        """
        case, trail = backend.case(key), Trail.of(request)
        trail.view_case(request, case)
        if reveal is None:
            return case_answer(trail.masked(case))
        trail.record(request, Act(Operation.REVEAL_CASE, "case", reveal.value), case)
        return case_answer(case)

    @router.post("/cases/{key}/decisions", name="api.decide", response_model=CasesJson, responses=_UNKNOWN | _REFUSED)
    def post_decision(request: Request, key: CaseKey, new: NewDecision) -> Response:
        """Apply one decision and return the case after it, personal data masked; whoever signed in is the actor."""
        person = visitor().person
        decision = Decision(
            at=clock(), **new.model_dump(exclude={"expected_revision", "evidence"}), evidence=new.evidence
        )
        if person is not None:
            decision = decision.model_copy(update={"actor": person.name})
        case, trail = backend.case(key), Trail.of(request)
        trail.change(request, case, decision)
        try:
            changed = backend.decide(case.id, new.expected_revision, decision)
        except DecisionError:
            trail.change(request, case, decision, Result.REFUSED)
            raise
        return case_answer(trail.masked(changed))

    @router.post("/check", name="api.check", responses=_UNKNOWN | _NO_FIELD)
    def check(writing: Writing) -> WritingChecks:
        """Return normal form and structure tests of a value while it is typed."""
        if writing.field not in FIELDS:
            raise DecisionError(f"没有字段 {writing.field}", "字段名见案件 JSON 的 fields")
        if not writing.value.strip():
            return WritingChecks(value=None, checks=())
        form = typed_form(writing.field, writing.value)
        if writing.case is None or form.value is None:
            return WritingChecks(value=form.value, checks=form.checks)
        today = clock().astimezone(CHINA).date()
        others = cross_checks(backend.case(writing.case), writing.field, form.value, today)
        return WritingChecks(value=form.value, checks=(*form.checks, *others))


def case_answer(case: Case) -> Response:
    """Return the contract's JSON with the revision as ``ETag``."""
    return JSONResponse(dump(cases_json((case,))), headers={"ETag": f'"{case.revision}"'})
