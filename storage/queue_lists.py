"""The queue as lists and figures, from the columns of ``cases`` alone: no case is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, func, select

from domain.case import ReviewReason
from domain.queue import Lease
from domain.vocabulary import CaseStatus, Channel
from storage.case_lines import split
from storage.database import Database
from storage.rows import CaseLine, QueueAct, QueueFigures, QueueFilter
from storage.tables import cases, leases, queue_acts, review_items

_IN_ONE = ("policy", "channel", "status", "level", "for_expert")
"""Columns with few different values: counted together, in one pass."""

_T = TypeVar("_T")

_waiting = cases.c.place.is_not(None)


class QueueLists:
    """Reads pages of the queue, lines of cases, and the figures above them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, wanted: QueueFilter, limit: int | None = None, after: str | None = None) -> tuple[CaseLine, ...]:
        """Return waiting cases, most urgent first.

        Args:
            wanted: which.
            limit: number of lines, ``None`` for all.
            after: ``place`` of the last line of the page before.
        """
        query = _chosen(wanted, self._database.now()).order_by(cases.c.place).limit(limit)
        return self._lines(query if after is None else query.where(cases.c.place > after))

    def line(self, case_id: str) -> CaseLine | None:
        """Return the line of one case, ``None`` while it has no revision."""
        mine = select(cases.c.id).where(cases.c.id == case_id, cases.c.current_revision.is_not(None))
        return next(iter(self._lines(mine)), None)

    def newest(self, limit: int, offset: int) -> tuple[CaseLine, ...]:
        """Return lines of all cases that have a revision, newest receipt first."""
        query = select(cases.c.id).where(cases.c.current_revision.is_not(None))
        order = (cases.c.received_at.desc(), cases.c.number.desc())
        return self._lines(query.order_by(*order).limit(limit).offset(offset))

    def figures(self, wanted: QueueFilter) -> QueueFigures:
        """Count the waiting cases by everything that can be filtered."""
        now = self._database.now()
        with self._database.read() as connection:
            together = _counted_together(connection, wanted, now)
            fitting = sum(n for row, n in together if _fits(row, wanted, but=None))
            by_holder = _by_holder(connection, wanted, now)
            assigned = wanted.holder is not None or wanted.held is not None
            waiting, grave = _all(connection, together, wanted, now)
            return QueueFigures(
                waiting=waiting,
                grave=grave,
                fitting=fitting,
                **{f"by_{name.removeprefix('for_')}": _by(together, wanted, name) for name in _IN_ONE},
                by_reason=_by_word(connection, wanted, now, "reason"),
                by_kind=_by_word(connection, wanted, now, "kind"),
                by_holder=by_holder,
                nobody=(_number(connection, _conditions(wanted, now, "holder")) if assigned else fitting)
                - sum(by_holder.values()),
            )

    def _lines(self, ids: Select[str]) -> tuple[CaseLine, ...]:
        with self._database.read() as connection:
            order = list(connection.execute(ids).scalars())
            if not order:
                return ()
            rows = {row.id: row for row in connection.execute(select(cases).where(cases.c.id.in_(order)))}
            reasons = _grouped(connection, _of(review_items, order).order_by(review_items.c.id), _reason)
            acts = _grouped(connection, _of(queue_acts, order).where(queue_acts.c.act != "pass"), _act)
            standing = _of(leases, order).where(leases.c.until > self._database.now())
            held = _grouped(connection, standing, lambda row: Lease.model_validate(row._asdict()))
        return tuple(
            _line(rows[i], tuple(reasons.get(i, ())), tuple(acts.get(i, ())), next(iter(held.get(i, ())), None))
            for i in order
        )


def free_cases(person: str, wanted: QueueFilter, now: datetime) -> Select[str]:
    """Select the waiting cases that ``person`` may be given: held by nobody, not skipped; most urgent first."""
    acts = queue_acts.c
    skipped = exists().where(
        acts.case_id == cases.c.id, acts.person == person, acts.until > now, acts.revision == cases.c.current_revision
    )
    return _chosen(wanted, now).where(~_held(now), ~skipped).order_by(cases.c.place)


def _chosen(wanted: QueueFilter, now: datetime, but: str | None = None) -> Select[str]:
    return select(cases.c.id).where(*_conditions(wanted, now, but))


def _conditions(wanted: QueueFilter, now: datetime, but: str | None = None) -> list[ColumnElement[bool]]:
    """Return what makes a waiting case fit ``wanted``, leaving the filter named ``but`` out of account."""
    found: list[ColumnElement[bool]] = [_waiting]
    if wanted.without:
        found.append(cases.c.id.not_in(wanted.without))
    found += [cases.c[name] == getattr(wanted, name) for name in _IN_ONE if but != name and _asks(wanted, name)]
    if wanted.reason is not None and but != "reason":
        found.append(cases.c.reasons.contains(f",{wanted.reason},", autoescape=True))
    if wanted.kind is not None and but != "kind":
        found.append(cases.c.kinds.contains(f",{wanted.kind},", autoescape=True))
    if but != "holder":
        if wanted.holder is not None:
            found.append(_held(now, leases.c.holder == wanted.holder))
        if wanted.held is not None:
            found.append(_held(now) if wanted.held else ~_held(now))
    return found


def _number(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> int:
    return int(connection.execute(select(func.count()).select_from(cases).where(*conditions)).scalar_one())


def _asks(wanted: QueueFilter, name: str) -> bool:
    return getattr(wanted, name) is not None


def _held(now: datetime, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    # A set of few cases, found once, instead of a look-up for each of many waiting cases.
    return cases.c.id.in_(select(leases.c.case_id).where(leases.c.until > now, *more))


_Counted = list[tuple[dict[str, Any], int]]


def _counted_together(connection: Connection, wanted: QueueFilter, now: datetime) -> _Counted:
    """Count by all of ``_IN_ONE`` at once, under the filters on other things."""
    columns = [cases.c[name] for name in (*_IN_ONE, "grave")]
    query = select(*columns, func.count().label("cases")).where(*_conditions(_others(wanted), now)).group_by(*columns)
    rows = [row._asdict() for row in connection.execute(query)]
    return [(row, row["cases"]) for row in rows]


def _others(wanted: QueueFilter) -> QueueFilter:
    same = {name: getattr(wanted, name) for name in ("kind", "reason", "holder", "held", "without")}
    return QueueFilter(**same)


def _fits(row: dict[str, Any], wanted: QueueFilter, but: str | None) -> bool:
    return all(row[n] == getattr(wanted, n) for n in _IN_ONE if n != but and _asks(wanted, n))


def _by(together: _Counted, wanted: QueueFilter, name: str) -> dict[Any, int]:
    found: Counter[Any] = Counter()
    for row, n in together:
        if row[name] is not None and _fits(row, wanted, but=name):
            found[row[name]] += n
    return dict(found)


def _by_word(connection: Connection, wanted: QueueFilter, now: datetime, name: str) -> dict[str, int]:
    """Count cases by reason or kind: equal sets of words first, so that few rows come out of the database."""
    column = cases.c[f"{name}s"]
    query = select(column, func.count()).where(*_conditions(wanted, now, but=name)).group_by(column)
    found: Counter[str] = Counter()
    for words, n in connection.execute(query):
        for word in split(words):
            found[word] += n
    return dict(found)


def _all(connection: Connection, together: _Counted, wanted: QueueFilter, now: datetime) -> tuple[int, int]:
    """Return the number of all waiting cases and of the grave ones; counted anew only where a filter hid some."""
    every = QueueFilter(without=wanted.without)
    if _others(wanted) == every:
        return sum(n for _, n in together), sum(n for row, n in together if row["grave"])
    shown = _conditions(every, now)
    return _number(connection, shown), _number(connection, [*shown, cases.c.grave])


def _by_holder(connection: Connection, wanted: QueueFilter, now: datetime) -> dict[str, int]:
    query = (
        select(leases.c.holder, func.count())
        .join(cases, cases.c.id == leases.c.case_id)
        .where(leases.c.until > now, *_conditions(wanted, now, but="holder"))
        .group_by(leases.c.holder)
    )
    return {holder: n for holder, n in connection.execute(query)}


def _of(table: Any, ids: Sequence[str]) -> Select[Any]:
    return select(table).where(table.c.case_id.in_(ids)).order_by(table.c.case_id)


def _grouped(connection: Connection, query: Select[Any], build: Callable[[Row[Any]], _T]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for row in connection.execute(query):
        found.setdefault(row.case_id, []).append(build(row))
    return found


def _reason(row: Row[Any]) -> ReviewReason:
    return ReviewReason(code=row.code, subject=row.subject, message=row.message)


def _act(row: Row[Any]) -> QueueAct:
    return QueueAct(row.case_id, row.person, row.at, row.act, row.reason)


def _line(
    row: Row[Any], reasons: tuple[ReviewReason, ...], acts: tuple[QueueAct, ...], lease: Lease | None
) -> CaseLine:
    own: Iterable[str] = (n for n in CaseLine.__dataclass_fields__ if n not in _COMPUTED)
    return CaseLine(
        **{n: getattr(row, n) for n in own},
        revision=row.current_revision,
        channel=Channel(row.channel),
        status=CaseStatus(row.status),
        reasons=reasons,
        acts=acts,
        lease=lease,
    )


_COMPUTED = frozenset({"revision", "channel", "status", "reasons", "acts", "lease"})
