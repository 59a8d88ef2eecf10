"""What the operations of the interface have in common: names in paths, and what is said of their answers."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, StringConstraints

NAME = r"^[^\x00-\x1f\x7f]+$"
"""Words of people: anything but control characters."""

CaseKey = Annotated[
    str, Path(description="id or number of a case", pattern=r"^[A-Za-z0-9-]{1,80}$", examples=["EXM-2026-000001"])
]
DocumentKey = Annotated[str, Path(description="`document_id` of the case JSON", pattern=r"^[A-Za-z0-9-]{1,120}$")]
PolicyKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
EndpointKey = Annotated[str, Path(description="id of an address", pattern=r"^wh_[0-9a-f]{12}$")]
EventKey = Annotated[str, Path(description="id of an event", pattern=r"^evt_[0-9a-f]{32}$")]
UploadKey = Annotated[str, Path(description="id of an upload", pattern=r"^up_[0-9a-f]{32}$")]


def _written_day(value: object) -> object:
    """Refuse what is no written day: a bare number would be taken for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_written_day)]

CASE_ETAG = {"ETag": {"description": "revision of the case, and its filing", "schema": {"type": "string"}}}

_MEANING = {
    400: "the request does not fit, see `fact`",
    401: "the token is unknown, expired or revoked, or nobody signed in",
    403: "the token lacks the scope of this operation, the person the role, or a browser sent it from another page",
    404: "there is no such thing",
    409: "the case is at another revision, in another person's hands, or the same request is being worked on",
    412: "the case is no longer at the revision that `If-Match` names",
    413: "more bytes or files than the limit",
    415: "this kind of body is not taken",
    422: "the request is not as described here, see `invalid`",
    428: "the request must say which revision it was made for",
}


def answers(*refusals: int) -> dict[int | str, dict[str, Any]]:
    """Return the descriptions of the refusals that an operation may give; 400, 401, 403 and 422 always may."""
    return {status: {"description": _MEANING[status]} for status in sorted({400, 401, 403, 422, *refusals})}
