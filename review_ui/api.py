"""The JSON interface ``/api/v1``: the queue, cases in the contract's form, decisions, checks while typing.

What only other systems use (lists, files, uploads, webhooks) is in ``review_ui.systems``.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field, TypeAdapter

from domain.access import Scope
from domain.audit import Operation, Result, RevealReason
from domain.base import Model
from domain.case import Case, Decision, DecisionAction
from domain.checks import CHINA
from domain.contract import CasesJson
from domain.cross_checks import cross_checks
from domain.errors import DecisionError, StaleRevisionError
from domain.evidence import Check, Evidence
from domain.export import cases_json, dump
from domain.fields import FIELDS
from domain.system_errors import RevisionMismatchError, RevisionRequiredError, ScopeMissingError
from review_ui.accounts.visitor import visitor
from review_ui.answers import typed_form
from review_ui.audit.trail import Act, Trail
from review_ui.backend import CaseEntry, QueueChoice, QueueCounts, QueueFilter
from review_ui.parts import Parts
from review_ui.recusal import Recusal
from review_ui.systems.access import readable, signature
from review_ui.systems.files import file_routes
from review_ui.systems.hooks import hook_routes
from review_ui.systems.listing import listing_routes
from review_ui.systems.paths import CASE_ETAG, NAME, CaseKey, PolicyKey, answers
from review_ui.systems.uploads import upload_routes
from review_ui.times import Clock


class QueuePage(QueueChoice):
    """Which page of the queue.

    Attributes:
        after: ``place`` of the last case of the page before.
    """

    policy: PolicyKey | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    after: str | None = Field(
        default=None, description="`place` of the last case of the page before", max_length=300, pattern=NAME
    )


class QueueAnswer(Model):
    """The queue, most urgent first."""

    counts: QueueCounts
    cases: tuple[CaseEntry, ...]


_PLACES = TypeAdapter(tuple[Evidence, ...])


def _strictly(value: object) -> tuple[Evidence, ...]:
    """Return places of which every number is written as a number; ``true`` is not taken for 1."""
    return _PLACES.validate_json(json.dumps(value), strict=True)


class NewDecision(Model):
    """One answer of a person; the time is set here.

    Attributes:
        expected_revision: the revision that was shown; may be left out when ``If-Match`` names it.
        actor: the person; for a token the system's name is added, of whoever signed in the own name is kept.
    """

    expected_revision: int | None = Field(default=None, ge=1, strict=True)
    actor: str = Field(min_length=1, max_length=100, pattern=NAME, examples=["周敏"])
    action: DecisionAction = Field(examples=["correct"])
    subject: str = Field(min_length=1, max_length=300, pattern=NAME, examples=["field:complainant_mobile"])
    value: str | None = Field(default=None, max_length=20_000, examples=["13800138000"])
    comment: str | None = Field(default=None, max_length=20_000)
    evidence: Annotated[tuple[Evidence, ...], BeforeValidator(_strictly)] = ()


class Writing(Model):
    """A value being typed into a field.

    Attributes:
        case: id or number of the case it is typed into; its other fields are looked at too.
    """

    field: str = Field(max_length=100, examples=["complainant_id_no"])
    case: str | None = Field(default=None, pattern=r"^[A-Za-z0-9-]{1,80}$")
    value: str = Field(max_length=20_000, examples=["110105199003071239"])


class WritingChecks(Model):
    """Its normal form (``None`` when there is none), the structure tests, and what the case's other fields say."""

    value: str | None
    checks: tuple[Check, ...]


class Health(Model):
    """The pages answer."""

    status: str = "ok"


IfMatch = Annotated[
    str | None,
    Header(description='the ETag of the case that was shown, for example `"3"`', pattern=r"^[\x20-\x7e]{1,100}$"),
]
_TAG = re.compile(r'^"(\d{1,9})(-\d+)?"$')
_CASE_HEADERS: dict[str, Any] = {"headers": CASE_ETAG}


def api_routes(parts: Parts, clock: Clock, recusal: Recusal) -> APIRouter:
    """Return the routes of the JSON interface."""
    systems = parts.systems
    router = APIRouter(prefix="/api/v1")
    _desk_routes(router, parts, clock)
    _case_routes(router, parts, clock)
    file_routes(router, parts.review)
    if systems is not None:
        listing_routes(router, systems.listing, recusal)
        upload_routes(router, systems, clock)
        hook_routes(router, systems.webhooks)
    return router


def _case_routes(router: APIRouter, parts: Parts, clock: Clock) -> None:
    backend = parts.review

    @router.get(
        "/cases/{key}",
        name="api.case",
        tags=["cases"],
        response_model=CasesJson,
        responses=answers(404) | {200: _CASE_HEADERS, 304: _CASE_HEADERS | {"description": "still the same"}},
    )
    def get_case(
        request: Request,
        key: CaseKey,
        reveal: RevealReason | None = None,
        if_none_match: Annotated[str | None, Header(description="an ETag seen before; answers 304 if it holds")] = None,
    ) -> Response:
        """Return one case, schema `juanzong.case/1`; the `ETag` begins with its revision.

        Personal data are masked unless the token has `cases:reveal`, or a person who signed in says by `reveal` why
        they are needed. That is logged, and so is every look at a case.
        """
        case = backend.case(key)
        tag = case_tag(case)
        if reveal is None and if_none_match is not None and _names(if_none_match, tag):
            return Response(status_code=304, headers={"ETag": tag})
        Trail.of(request).view_case(request, case)
        return case_answer(readable(request, case) if reveal is None else _revealed(request, case, reveal))

    @router.post(
        "/cases/{key}/decisions",
        name="api.decide",
        tags=["cases"],
        response_model=CasesJson,
        responses=answers(400, 404, 409, 412, 428) | {200: _CASE_HEADERS},
    )
    def post_decision(request: Request, key: CaseKey, new: NewDecision, if_match: IfMatch = None) -> Response:
        """Apply one decision and return the case after it, masked like the case itself.

        Say which revision was shown: by `If-Match` (412 when the case has changed) or by `expected_revision` (409).
        """
        case = backend.case(key)
        expected = _expected(new, if_match)
        given = new.model_dump(exclude={"expected_revision", "evidence", "actor"})
        decision = Decision(at=clock(), actor=signature(new.actor), **given, evidence=new.evidence)
        try:
            changed = _decided(request, parts, case, expected, decision)
        except StaleRevisionError as error:
            if if_match is None:
                raise
            raise RevisionMismatchError(error.fact, error.next_step) from error
        return case_answer(readable(request, changed))


def _decided(request: Request, parts: Parts, case: Case, expected: int, decision: Decision) -> Case:
    """Return ``case`` with a decision, written before it is applied and again if it is refused."""
    trail = Trail.of(request)
    trail.change(request, case, decision)
    try:
        return parts.review.decide(case.id, expected, decision)
    except DecisionError:
        trail.change(request, case, decision, Result.REFUSED)
        raise
    finally:
        if visitor().system is not None:  # a program does not sit before the case: it keeps nobody waiting
            parts.queue.release(case.id, decision.actor)


def _revealed(request: Request, case: Case, reason: RevealReason) -> Case:
    """Return a case unmasked to a person who says why, or to a token that may see it all.

    Raises:
        ScopeMissingError: the token may not.
    """
    sender = visitor()
    if sender.system is not None and not sender.reads_all:
        raise ScopeMissingError(
            f"令牌缺少权限 {Scope.CASES_REVEAL}", f"请新建包含 {Scope.CASES_REVEAL} 的令牌", Scope.CASES_REVEAL
        )
    Trail.of(request).record(request, Act(Operation.REVEAL_CASE, "case", reason.value), case)
    return case


def _desk_routes(router: APIRouter, parts: Parts, clock: Clock) -> None:
    backend = parts.review

    @router.get("/queue", name="api.queue", tags=["cases"], responses=answers())
    def get_queue(request: Request, asked: Annotated[QueuePage, Query()]) -> QueueAnswer:
        """Return unfinished cases, most urgent first; go on with `after` for the next page."""
        wanted = QueueFilter(**asked.model_dump(exclude={"limit", "after"}))
        entries = Trail.of(request).entries(backend.queue(wanted, asked.limit, asked.after))
        return QueueAnswer(counts=backend.counts(wanted), cases=entries)

    @router.post("/check", name="api.check", tags=["cases"], responses=answers(400, 404))
    def check(request: Request, writing: Writing) -> WritingChecks:
        """Return normal form and structure tests of a value while it is typed; with `case` also its other fields."""
        if writing.field not in FIELDS:
            raise DecisionError(f"没有字段 {writing.field}", "字段名见案件 JSON 的 fields")
        if not writing.value.strip():
            return WritingChecks(value=None, checks=())
        form = typed_form(writing.field, writing.value)
        if writing.case is None or form.value is None:
            return WritingChecks(value=form.value, checks=form.checks)
        case, today = backend.case(writing.case), clock().astimezone(CHINA).date()
        others = cross_checks(case, writing.field, form.value, today)
        found = WritingChecks(value=form.value, checks=(*form.checks, *others))
        return found if visitor().system is None else Trail.of(request).about(request, case, found)


def case_answer(case: Case) -> Response:
    """Return the contract's JSON of a case, as it may be read."""
    return JSONResponse(dump(cases_json((case,))), headers={"ETag": case_tag(case)})


def case_tag(case: Case) -> str:
    """Return the entity tag: the revision, and after a filing its place in the log (the JSON tells of it)."""
    filed = case.archive.log_index
    return f'"{case.revision}"' if filed is None else f'"{case.revision}-{filed}"'


def _names(if_none_match: str, tag: str) -> bool:
    """Return whether the header names ``tag`` (weak comparison, RFC 9110)."""
    named = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in named or tag in named


def _expected(new: NewDecision, if_match: str | None) -> int:
    """Return the revision that the caller was shown.

    Raises:
        RevisionRequiredError: the request names none.
        RevisionMismatchError: ``If-Match`` is no tag of a case, or contradicts ``expected_revision``.
    """
    if if_match is None:
        if new.expected_revision is None:
            raise RevisionRequiredError(
                "请求没有说明依据哪一版作出决定", "请用 If-Match 带上案件的 ETag，或填写 expected_revision"
            )
        return new.expected_revision
    found = _TAG.match(if_match.strip())
    if found is None or new.expected_revision not in (None, int(found.group(1))):
        raise RevisionMismatchError(f"If-Match {if_match} 不是该案件的版本", "请重新读取案件，使用返回的 ETag")
    return int(found.group(1))
