"""Errors for programs: RFC 9457 problems that carry the fact and the next step, each with its documented status."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.responses import JSONResponse
from pydantic import Field

from domain.base import Model
from domain.errors import (
    AccessError,
    CaseHeldError,
    ConfigurationError,
    DecisionError,
    JuanzongError,
    LinkUsedError,
    SignInRequiredError,
    StaleRevisionError,
    UnknownAccountError,
    UnknownCaseError,
    UnknownObjectError,
    UnknownPolicyError,
)
from domain.mailroom_errors import UnknownUploadError
from domain.system_errors import (
    IdempotencyInProgressError,
    IdempotencyKeyReusedError,
    RevisionMismatchError,
    RevisionRequiredError,
    ScopeMissingError,
    TokenRefusedError,
    UnknownTokenError,
    UnknownWebhookError,
    UploadTooLargeError,
)

PROBLEM_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[JuanzongError], int], ...] = (
    (TokenRefusedError, 401),
    (ScopeMissingError, 403),
    (UnknownCaseError, 404),
    (UnknownObjectError, 404),
    (UnknownPolicyError, 404),
    (UnknownTokenError, 404),
    (UnknownUploadError, 404),
    (UnknownWebhookError, 404),
    (IdempotencyInProgressError, 409),
    (RevisionMismatchError, 412),
    (UploadTooLargeError, 413),
    (IdempotencyKeyReusedError, 422),
    (RevisionRequiredError, 428),
    (StaleRevisionError, 409),
    (CaseHeldError, 409),
    (DecisionError, 400),
    (ConfigurationError, 400),
    (SignInRequiredError, 401),
    (UnknownAccountError, 404),
    (LinkUsedError, 410),
    (AccessError, 403),
)
"""Status of each class of errors; the first that fits counts, everything else is 500."""


class InvalidPart(Model):
    """A part of a request that is not as described: where it stands, and what is wrong with it."""

    where: str
    message: str


class Problem(Model):
    """An error: class name (docs/errors.md), the fact, and what to do.

    Attributes:
        type: URN of the class; ``about:blank`` when the status says everything.
        title: what the class means, the same every time.
        invalid: the parts that are not as described, for 422.
    """

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    error: str
    fact: str
    next_step: str
    invalid: tuple[InvalidPart, ...] = ()


def problem_of(error: JuanzongError) -> Problem:
    """Return what is told of ``error``."""
    name = type(error).__name__
    return Problem(
        type=f"urn:juanzong:problem:{name}",
        title=(type(error).__doc__ or name).split("\n", 1)[0],
        status=next((code for kind, code in STATUS if isinstance(error, kind)), 500),
        error=name,
        fact=error.fact,
        next_step=error.next_step,
    )


def plain_problem(status: int, error: str, fact: str, next_step: str) -> Problem:
    """Return a problem that has no class of its own."""
    return Problem(title=HTTPStatus(status).phrase, status=status, error=error, fact=fact, next_step=next_step)


def problem_response(problem: Problem) -> JSONResponse:
    """Return the answer to a program."""
    return JSONResponse(problem.model_dump(mode="json"), status_code=problem.status, media_type=PROBLEM_TYPE)


def challenge(error: JuanzongError) -> dict[str, str]:
    """Return the header that says which token is asked for (RFC 6750), none for other errors."""
    if isinstance(error, SignInRequiredError):
        return {"WWW-Authenticate": 'Bearer realm="juanzong"'}
    if isinstance(error, TokenRefusedError):
        return {"WWW-Authenticate": 'Bearer realm="juanzong", error="invalid_token"'}
    if isinstance(error, ScopeMissingError):
        return {"WWW-Authenticate": f'Bearer realm="juanzong", error="insufficient_scope", scope="{error.scope}"'}
    return {}
