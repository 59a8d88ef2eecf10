"""The review queue: what waits for a person, most urgent first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, select

from domain.case import Case, ReviewReason
from domain.review import ReviewItem
from storage.case_lists import conditions
from storage.database import Database, insert_all
from storage.rows import CaseFilter
from storage.tables import cases, review_items

LAST_PRIORITY = 1000.0
"""Priority of a reason for which nobody gave one."""


class ReviewQueue:
    """Reads the queue. ``CaseRepository.save_case`` writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, wanted: CaseFilter | None = None, limit: int | None = None) -> tuple[ReviewItem, ...]:
        """Return the waiting items of the matching cases: smallest priority first, then oldest."""
        query = (
            select(review_items)
            .join(cases, cases.c.id == review_items.c.case_id)
            .where(*conditions(wanted or CaseFilter()))
            .order_by(review_items.c.priority, review_items.c.created_at, review_items.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple(_item(row) for row in connection.execute(query))

    def items_of(self, case_id: str) -> tuple[ReviewItem, ...]:
        """Return the waiting items of one case, in the same order."""
        with self._database.read() as connection:
            return tuple(_items_of(connection, case_id))

    def cases_asked(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ids of cases that wait for one of these reasons, the most urgent first."""
        columns = review_items.c
        query = (
            select(columns.case_id)
            .where(columns.code.in_(codes))
            .group_by(columns.case_id)
            .order_by(func.min(columns.priority), func.min(columns.created_at), columns.case_id)
        )
        with self._database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def counts(self, wanted: CaseFilter | None = None) -> dict[str, int]:
        """Return the number of waiting items by reason code."""
        query = (
            select(review_items.c.code, func.count())
            .join(cases, cases.c.id == review_items.c.case_id)
            .where(*conditions(wanted or CaseFilter()))
            .group_by(review_items.c.code)
            .order_by(review_items.c.code)
        )
        with self._database.read() as connection:
            return {code: count for code, count in connection.execute(query)}


def replace_items(connection: Connection, case: Case, items: tuple[ReviewItem, ...] | None, now: datetime) -> None:
    """Make ``items`` (or what ``case.review`` still asks for) the waiting items; an item asked before keeps its age."""
    before = {(i.reason.code, i.reason.subject): i for i in _items_of(connection, case.id)}
    if items is None:
        items = tuple(_carried(case, reason, before.get((reason.code, reason.subject)), now) for reason in case.review)
    connection.execute(delete(review_items).where(review_items.c.case_id == case.id))
    rows = []
    for item in items:
        old = before.get((item.reason.code, item.reason.subject))
        created_at = min(old.created_at, item.created_at) if old else item.created_at
        rows.append(
            {
                "case_id": case.id,
                "revision": case.revision,
                **item.reason.model_dump(),
                "proposed": item.proposed,
                "priority": item.priority,
                "created_at": created_at,
            }
        )
    insert_all(connection, review_items, rows)


def _carried(case: Case, reason: ReviewReason, old: ReviewItem | None, now: datetime) -> ReviewItem:
    return ReviewItem(
        case_id=case.id,
        revision=case.revision,
        reason=reason,
        proposed=old.proposed if old else None,
        priority=old.priority if old else LAST_PRIORITY,
        created_at=old.created_at if old else now,
    )


def _items_of(connection: Connection, case_id: str) -> list[ReviewItem]:
    query = select(review_items).where(review_items.c.case_id == case_id)
    rows = connection.execute(query.order_by(review_items.c.priority, review_items.c.created_at, review_items.c.id))
    return [_item(row) for row in rows]


def _item(row: Row[tuple[object, ...]]) -> ReviewItem:
    return ReviewItem(
        case_id=row.case_id,
        revision=row.revision,
        reason=ReviewReason(code=row.code, subject=row.subject, message=row.message),
        proposed=row.proposed,
        priority=row.priority,
        created_at=row.created_at,
    )
