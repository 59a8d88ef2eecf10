"""The list of cases by cursor: while cases arrive, none is skipped and none comes twice."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from domain.base import Model
from domain.system_errors import CursorError
from review_ui.recusal import Recusal
from review_ui.systems.backend import CaseChoice, CaseLine, CaseListing, CaseQuery
from review_ui.systems.paths import NAME, Day, PolicyKey, answers

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""Days outside say the same as these; the calendar's own ends cannot be moved into another zone."""

Order = Literal["newest", "oldest"]


class CasesAnswer(Model):
    """A portion of the list.

    Attributes:
        total: number of matching cases at this moment.
        next: cursor of the following portion, ``None`` at the end.
    """

    total: int
    cases: tuple[CaseLine, ...]
    next: str | None


class ListQuery(CaseChoice):
    """The query of a list: which cases, in which order, from where.

    Attributes:
        limit: most cases in a portion.
        order: of acceptance; a walk from ``oldest`` also meets what arrives meanwhile.
        cursor: ``next`` of the portion before.
    """

    policy: PolicyKey | None = None
    level: str | None = Field(default=None, description="label of the pack", max_length=60, pattern=NAME)
    received_from: Day | None = Field(default=None, description="first day, Chinese time")
    received_to: Day | None = Field(default=None, description="last day, Chinese time")
    limit: int = Field(default=100, ge=1, le=1000)
    order: Order = Field(
        default="newest", description="of acceptance; a walk from `oldest` also meets what arrives meanwhile"
    )
    cursor: str | None = Field(
        default=None, description="`next` of the portion before", pattern=r"^[A-Za-z0-9_-]{1,200}$"
    )

    def cases(self, hidden: dict[str, str]) -> CaseQuery:
        """Return which cases are wanted; ``hidden`` (id to number) do not exist for the person who asks."""
        chosen = {name: getattr(self, name) for name in CaseChoice.model_fields}
        days = {name: _moderate(chosen[name]) for name in ("received_from", "received_to")}
        return CaseQuery(**(chosen | days), without=tuple(sorted(hidden)))


class _Cursor(Model):
    """Where a walk stands; the order goes with it."""

    order: Order
    at: datetime
    number: str


def listing_routes(router: APIRouter, listing: CaseListing, recusal: Recusal) -> None:
    """Add the route of the list."""

    @router.get("/cases", name="api.cases", tags=["cases"], responses=answers(400))
    def get_cases(query: Annotated[ListQuery, Query()]) -> CasesAnswer:
        """Return lines of all accepted cases, also of those that are not read yet.

        Follow `next` with the same filters until it is null. The order is that of acceptance and never changes, so no
        case is skipped or doubled while others arrive.
        """
        wanted, limit = query.cases(recusal.hidden()), query.limit
        stand = None if query.cursor is None else read_cursor(query.cursor)
        newest_first = (query.order if stand is None else stand.order) == "newest"
        after = None if stand is None else (stand.at, stand.number)
        found = listing.portion(wanted, after, limit + 1, newest_first=newest_first)
        lines, more = found[:limit], len(found) > limit
        following = write_cursor(lines[-1], "newest" if newest_first else "oldest") if more else None
        return CasesAnswer(total=listing.count(wanted), cases=lines, next=following)


def _moderate(day: date | None) -> date | None:
    return None if day is None else min(max(day, EARLIEST), LATEST)


def write_cursor(last: CaseLine, order: Order) -> str:
    """Return the cursor that goes on behind ``last``."""
    text = json.dumps([order, last.accepted_at.isoformat(), last.number])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> _Cursor:
    """Return where a cursor stands.

    Raises:
        CursorError: no list gave it out.
    """
    try:
        order, at, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        stand = _Cursor(order=order, at=datetime.fromisoformat(at), number=number)
    except (ValueError, TypeError, binascii.Error) as error:
        raise CursorError("cursor 不是列表给出的游标", "请从第一页重新开始，逐页使用返回的 next") from error
    if stand.at.tzinfo is None:
        raise CursorError("cursor 中的时间没有时区", "请从第一页重新开始，逐页使用返回的 next")
    return stand
