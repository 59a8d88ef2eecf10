"""The JSON interface ``/api/v1``: the queue, cases in the contract's form, decisions, checks while typing.

What only other systems use (lists, files, uploads, webhooks) is in ``review_ui.systems``.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field, TypeAdapter

from domain.access import Scope
from domain.base import Model
from domain.case import Case, Decision, DecisionAction
from domain.contract import CasesJson
from domain.errors import DecisionError, StaleRevisionError
from domain.evidence import Check, Evidence
from domain.export import cases_json, dump
from domain.fields import FIELDS
from domain.system_errors import RevisionMismatchError, RevisionRequiredError
from domain.vocabulary import CaseStatus
from review_ui.answers import typed_form
from review_ui.backend import CaseEntry, QueueCounts, QueueFilter
from review_ui.parts import Parts
from review_ui.systems.access import Caller, caller_of, guarded_route
from review_ui.systems.files import file_routes
from review_ui.systems.hooks import hook_routes
from review_ui.systems.listing import listing_routes
from review_ui.systems.masked import masked_case, masked_entry
from review_ui.systems.paths import CASE_ETAG, NAME, CaseKey, PolicyKey, answers
from review_ui.systems.uploads import upload_routes
from review_ui.times import Clock


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
        actor: the person; for a token the system's name is added.
    """

    expected_revision: int | None = Field(default=None, ge=1, strict=True)
    actor: str = Field(min_length=1, max_length=100, pattern=NAME, examples=["周敏"])
    action: DecisionAction = Field(examples=["correct"])
    subject: str = Field(min_length=1, max_length=300, pattern=NAME, examples=["field:complainant_mobile"])
    value: str | None = Field(default=None, max_length=20_000, examples=["13800138000"])
    comment: str | None = Field(default=None, max_length=20_000)
    evidence: Annotated[tuple[Evidence, ...], BeforeValidator(_strictly)] = ()


class Writing(Model):
    """A value being typed into a field."""

    field: str = Field(max_length=100, examples=["complainant_id_no"])
    value: str = Field(max_length=20_000, examples=["110105199003071239"])


class WritingChecks(Model):
    """Its normal form (``None`` when there is none) and the structure tests."""

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


def api_routes(parts: Parts, clock: Clock) -> APIRouter:
    """Return the routes of the JSON interface."""
    systems = parts.systems
    router = APIRouter(prefix="/api/v1", route_class=guarded_route(None if systems is None else systems.tokens))
    _desk_routes(router, parts)
    _case_routes(router, parts, clock)
    file_routes(router, parts.review)
    if systems is not None:
        listing_routes(router, systems.listing)
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
        if_none_match: Annotated[str | None, Header(description="an ETag seen before; answers 304 if it holds")] = None,
    ) -> Response:
        """Return one case, schema `juanzong.case/1`; the `ETag` begins with its revision.

        Personal data are masked unless the token has `cases:reveal`.
        """
        case = backend.case(key)
        tag = case_tag(case)
        if if_none_match is not None and _names(if_none_match, tag):
            return Response(status_code=304, headers={"ETag": tag})
        return case_answer(case, caller_of(request))

    @router.post(
        "/cases/{key}/decisions",
        name="api.decide",
        tags=["cases"],
        response_model=CasesJson,
        responses=answers(400, 404, 409, 412, 428) | {200: _CASE_HEADERS},
    )
    def post_decision(request: Request, key: CaseKey, new: NewDecision, if_match: IfMatch = None) -> Response:
        """Apply one decision and return the case after it.

        Say which revision was shown: by `If-Match` (412 when the case has changed) or by `expected_revision` (409).
        """
        caller = caller_of(request)
        case = backend.case(key)
        expected = _expected(new, if_match)
        given = new.model_dump(exclude={"expected_revision", "evidence", "actor"})
        decision = Decision(at=clock(), actor=caller.signs(new.actor), **given, evidence=new.evidence)
        try:
            return case_answer(backend.decide(case.id, expected, decision), caller)
        except StaleRevisionError as error:
            if if_match is None:
                raise
            raise RevisionMismatchError(error.fact, error.next_step) from error


def _desk_routes(router: APIRouter, parts: Parts) -> None:
    backend = parts.review

    @router.get("/queue", name="api.queue", tags=["cases"], responses=answers())
    def get_queue(
        request: Request, reason: str | None = None, policy: PolicyKey | None = None, status: CaseStatus | None = None
    ) -> QueueAnswer:
        """Return unfinished cases, most urgent first."""
        entries = backend.queue(QueueFilter(reason=reason, policy=policy, status=status))
        if not caller_of(request).may(Scope.CASES_REVEAL):
            entries = tuple(masked_entry(e) for e in entries)
        return QueueAnswer(counts=backend.counts(), cases=entries)

    @router.post("/check", name="api.check", tags=["cases"], responses=answers(400))
    def check(writing: Writing) -> WritingChecks:
        """Return normal form and structure tests of a value while it is typed."""
        if writing.field not in FIELDS:
            raise DecisionError(f"没有字段 {writing.field}", "字段名见案件 JSON 的 fields")
        if not writing.value.strip():
            return WritingChecks(value=None, checks=())
        form = typed_form(writing.field, writing.value)
        return WritingChecks(value=form.value, checks=form.checks)


def case_answer(case: Case, caller: Caller) -> Response:
    """Return the contract's JSON, masked for callers that may not see personal data."""
    document = dump(cases_json((case,)))
    if not caller.may(Scope.CASES_REVEAL):
        document = masked_case(document, case)
    return JSONResponse(document, headers={"ETag": case_tag(case)})


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
