"""The aggregates of the dashboard: portable SQL, one read transaction, one snapshot."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from domain.dashboard import (
    OLDER,
    Alone,
    Arrivals,
    AtRisk,
    Backlog,
    Corrections,
    Dashboard,
    Handling,
    Pace,
    Period,
    RiskBand,
    band_starts,
    percentile_rank,
)
from domain.vocabulary import CaseStatus
from storage.database import Database
from storage.desk_tables import case_figures, field_answers
from storage.intake import CHINA
from storage.tables import cases, stage_results

_DONE = (CaseStatus.FILED.value, CaseStatus.REFERRED.value)
_READ = "read"


class utc_hour(FunctionElement[str]):
    """The hour of a moment in UTC as ``YYYY-MM-DD HH``: cheap to make from how SQLite keeps moments."""

    inherit_cache = True
    type = String()


@compiles(utc_hour, "sqlite")
def _hour_sqlite(element: utc_hour, compiler: Any, **words: Any) -> str:
    return f"substr({compiler.process(element.clauses, **words)}, 1, 13)"


@compiles(utc_hour, "postgresql")
def _hour_postgresql(element: utc_hour, compiler: Any, **words: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **words)} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


def _day_of(hour: str) -> date:
    """Return the day in China of an hour in UTC; the offset is whole hours, so an hour lies in one day."""
    return datetime.fromisoformat(f"{hour}:00+00:00").astimezone(CHINA).date()


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def is_open() -> ColumnElement[bool]:
    """Return the condition of an open case: nobody finished it, and it is neither filed nor referred."""
    return and_(cases.c.finished.is_(False), or_(cases.c.status.is_(None), cases.c.status.not_in(_DONE)))


class DashboardFigures:
    """Counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def dashboard(self, period: Period, now: datetime, soon: date, limit: int) -> Dashboard:
        """Return every figure of ``period``.

        Args:
            period: days and pack.
            now: the present moment (aware); it decides ages and what is overdue.
            soon: last day of "within three working days".
            limit: most cases at risk that are named; all are counted.
        """
        with self._database.read() as connection:
            answers = _answers(connection, period)
            risk = _Risk(connection, period.policy, now, soon)
            return Dashboard(
                arrivals=_arrivals(connection, period),
                backlog=_backlog(connection, period.policy, now),
                alone=_alone(connection, period),
                by_field=_corrections(answers, "field"),
                by_reason=_corrections(answers, "reason"),
                handling=_handling(connection, period),
                at_risk=risk.named(limit),
                at_risk_total=risk.counted(),
                pace=_pace(connection, period),
            )


def _same_policy(column: ColumnElement[Any], policy: str | None) -> list[ColumnElement[bool]]:
    return [] if policy is None else [column == policy]


def _arrivals(connection: Connection, period: Period) -> tuple[Arrivals, ...]:
    # By hour in SQL, by day here: one expression for both databases, and few rows.
    hour = utc_hour(cases.c.received_at).label("hour")
    query = (
        select(hour, cases.c.channel, func.count().label("total"))
        .where(cases.c.received_at >= _start(period.start))
        .where(cases.c.received_at < _start(period.end + timedelta(days=1)))
        .where(*_same_policy(cases.c.policy, period.policy))
        .group_by(hour, cases.c.channel)
    )
    days: dict[tuple[date, str], int] = defaultdict(int)
    for row in connection.execute(query):
        days[_day_of(row.hour), row.channel] += row.total
    return tuple(Arrivals(day=day, channel=channel, cases=n) for (day, channel), n in sorted(days.items()))


def _backlog(connection: Connection, policy: str | None, now: datetime) -> tuple[Backlog, ...]:
    starts = band_starts(now.astimezone(CHINA).date())
    band = case(*((cases.c.received_at >= _start(first), name) for name, first in starts), else_=OLDER)
    found = (
        select(band.label("band"), cases.c.level)
        .where(is_open(), *_same_policy(cases.c.policy, policy))
        .subquery("open_cases")
    )
    query = select(found.c.band, found.c.level, func.count().label("total")).group_by(found.c.band, found.c.level)
    rows = connection.execute(query).all()
    order = {name: place for place, name in enumerate((*(n for n, _ in starts), OLDER))}
    return tuple(
        Backlog(band=r.band, level=r.level, cases=r.total)
        for r in sorted(rows, key=lambda r: (order[r.band], r.level or ""))
    )


def _alone(connection: Connection, period: Period) -> tuple[Alone, ...]:
    figures = case_figures.c
    query = (
        select(
            figures.received_day,
            func.count().label("cases"),
            func.sum(case((figures.alone.is_(True), 1), else_=0)).label("cases_alone"),
            func.sum(figures.fields).label("fields"),
            func.sum(figures.fields_alone).label("fields_alone"),
        )
        .where(figures.received_day.between(period.start, period.end))
        .where(*_same_policy(figures.policy, period.policy))
        .group_by(figures.received_day)
        .order_by(figures.received_day)
    )
    return tuple(
        Alone(
            day=r.received_day,
            cases=r.cases,
            cases_alone=r.cases_alone,
            fields=r.fields,
            fields_alone=r.fields_alone,
        )
        for r in connection.execute(query)
    )


def _answers(connection: Connection, period: Period) -> list[Any]:
    """Return how many answers there are of each field, reason and outcome."""
    answers = field_answers.c
    kinds = (answers.field, answers.reason, answers.outcome)
    query = (
        select(*kinds, func.count().label("total"))
        .where(answers.day.between(period.start, period.end))
        .where(*_same_policy(answers.policy, period.policy))
        .group_by(*kinds)
    )
    return list(connection.execute(query))


def _corrections(answers: list[Any], key: str) -> tuple[Corrections, ...]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in answers:
        counts[getattr(row, key)][row.outcome] += row.total
    found = [Corrections(key=name, **outcomes) for name, outcomes in counts.items()]
    return tuple(sorted(found, key=lambda c: (-c.wrong, -c.added, c.key)))


def _handling(connection: Connection, period: Period) -> tuple[Handling, ...]:
    """Return the times of all levels together, then of each."""
    figures = case_figures.c
    query = (
        select(figures.level, figures.handling_s, figures.work_s)
        .where(figures.finished_day.between(period.start, period.end))
        .where(*_same_policy(figures.policy, period.policy))
    )
    whole: list[int] = []
    work: list[int] = []
    levels: dict[str | None, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for level, handling_s, work_s in connection.execute(query):
        for places in ((whole, work), levels[level]):
            places[0].append(handling_s)
            places[1].append(work_s)
    found = [_times("", whole, work)] if whole else []
    return (*found, *(_times(level, *times) for level, times in sorted(levels.items(), key=lambda i: i[0] or "")))


def _times(level: str | None, whole: list[int], work: list[int]) -> Handling:
    whole.sort()
    work.sort()
    middle, ninetieth = (percentile_rank(len(whole), percent) - 1 for percent in (50, 90))
    return Handling(
        level=level,
        cases=len(whole),
        median_s=whole[middle],
        ninetieth_s=whole[ninetieth],
        work_median_s=work[middle],
        work_ninetieth_s=work[ninetieth],
    )


class _Risk:
    """Open cases whose next duty is over or near."""

    def __init__(self, connection: Connection, policy: str | None, now: datetime, soon: date) -> None:
        self._connection = connection
        due = case_figures.c.next_due_at
        tomorrow = _start(now.astimezone(CHINA).date() + timedelta(days=1))
        self._band = case((due <= now, "over"), (due < tomorrow, "today"), else_="soon").label("band")
        self._chosen = (
            case_figures.c.next_due_at < _start(soon + timedelta(days=1)),
            *_same_policy(case_figures.c.policy, policy),
        )

    def named(self, limit: int) -> tuple[AtRisk, ...]:
        """Return the most urgent ones: the longest overdue first."""
        query = (
            select(cases, case_figures.c.next_duty, case_figures.c.next_due_at, self._band)
            .join(cases, cases.c.id == case_figures.c.case_id)
            .where(*self._chosen)
            .order_by(case_figures.c.next_due_at, cases.c.number)
            .limit(limit)
        )
        return tuple(
            AtRisk(
                case_id=r.id,
                number=r.number,
                complainant=r.complainant_name,
                level=r.level,
                duty=r.next_duty,
                due_at=r.next_due_at,
                band=r.band,
            )
            for r in self._connection.execute(query)
        )

    def counted(self) -> dict[RiskBand, int]:
        """Return how many there are of each band."""
        chosen = select(self._band).where(*self._chosen).subquery("risk")
        query = select(chosen.c.band, func.count()).group_by(chosen.c.band)
        found: dict[str, int] = {band: count for band, count in self._connection.execute(query)}
        return {"over": found.get("over", 0), "today": found.get("today", 0), "soon": found.get("soon", 0)}


def _pace(connection: Connection, period: Period) -> tuple[Pace, ...]:
    """Pages are read for all packs together: a page belongs to a file, and a file may be in several cases."""
    made = stage_results.c.created_at
    hour = utc_hour(made).label("hour")
    query = (
        select(hour, func.count().label("total"))
        .where(stage_results.c.stage == _READ)
        .where(made >= _start(period.start), made < _start(period.end + timedelta(days=1)))
        .group_by(hour)
    )
    days: dict[date, list[int]] = defaultdict(list)
    for row in connection.execute(query):
        days[_day_of(row.hour)].append(row.total)
    return tuple(Pace(day=day, pages=sum(counts), hours=len(counts)) for day, counts in sorted(days.items()))
