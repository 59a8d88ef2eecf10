"""Walking through all cases in portions: the order of acceptance never changes, so no case is skipped or doubled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from storage.case_lists import conditions
from storage.cases import summary_of
from storage.database import Database
from storage.rows import CaseFilter, CaseSummary
from storage.tables import cases, review_items


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands: at the case with this moment of acceptance and this number."""

    accepted_at: datetime
    number: str


class CaseWalk:
    """Lists of cases by position instead of by count."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def portion(
        self, wanted: CaseFilter, after: Position | None, limit: int, *, newest_first: bool
    ) -> tuple[CaseSummary, ...]:
        """Return the next cases of a walk.

        Args:
            wanted: which cases.
            after: the last case of the portion before, ``None`` at the start.
            limit: most cases to return.
            newest_first: against the order of acceptance; otherwise cases that come during the walk are met at its end.
        """
        waiting = select(func.count()).where(review_items.c.case_id == cases.c.id).scalar_subquery()
        accepted, number = cases.c.accepted_at, cases.c.number
        order = (accepted.desc(), number.desc()) if newest_first else (accepted.asc(), number.asc())
        query = select(cases, waiting.label("review_items")).where(*conditions(wanted)).order_by(*order).limit(limit)
        if after is not None and newest_first:
            same = and_(accepted == after.accepted_at, number < after.number)
            query = query.where(or_(accepted < after.accepted_at, same))
        elif after is not None:
            same = and_(accepted == after.accepted_at, number > after.number)
            query = query.where(or_(accepted > after.accepted_at, same))
        with self._database.read() as connection:
            return tuple(summary_of(row) for row in connection.execute(query))
