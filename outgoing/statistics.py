"""Counting the cases of a month."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from classifiers.deadlines import local_day
from domain.amendments import Amendment
from domain.case import Case
from domain.errors import ConfigurationError
from domain.policy import AdoptedPolicy
from domain.statistics import Count, CountTable, MonthlyStatistics
from domain.words import CASE_STATUS, CHANNEL
from outgoing.amended import UNCHANGED, month_label
from outgoing.words import COMPLETENESS, DISPOSITION, UNDECIDED, UNREAD, completeness
from outgoing.workbook import Block, chart_book

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
CLOSE = "close"
"""Id of the duty to close a case, in packs that have several duties."""

_ANSWERED = ("reply_at", "handled_at")
"""Days on returned papers that show the matter was dealt with; the later counts."""

IN_TIME, LATE, OVERDUE, RUNNING, NO_LIMIT = "按期", "超期", "已到期，未见办结记录", "未到期", "期限未定"
_AMENDED_NOTE = "已归档的案件后来有改动的，按原因计；逐件见台账的更正情况"
_ON_TIME_NOTE = "按办结期限与来件中的处理、回复日期比较；期限数值未设定的不作判断"


def month_bounds(month: str) -> tuple[date, date]:
    """Return the first and the last day of ``YYYY-MM``.

    Raises:
        ConfigurationError: it is no month.
    """
    if not _MONTH.fullmatch(month) or month.startswith("0000"):
        raise ConfigurationError(f"月份应为 YYYY-MM，例如 2026-11，实际为 {month}", "请改正后重试")
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def due_day(policy: AdoptedPolicy, case: Case) -> date | None:
    """Return the day by which the case must be closed.

    That is the pack's duty ``close``, or else the last of the duties that need no approval.

    Returns:
        The Chinese day, ``None`` when the pack has no such duty or its number is not set.
    """
    if case.judgement is None:
        return None
    rules = [rule for rule in policy.pack.deadlines if not rule.on_spot and rule.extends is None]
    closing = {rule.duty for rule in rules if rule.id == CLOSE} or {rule.duty for rule in rules}
    moments = [d.due_at for d in case.judgement.deadlines if d.duty in closing and d.due_at is not None]
    return local_day(max(moments)) if moments else None


@dataclass(frozen=True, slots=True)
class MonthCases:
    """The cases received in a month; the caller has chosen them.

    Attributes:
        cases: those that have been read.
        unread: number of accepted cases that have not been read yet; they count in every table.
        amended: by case id, those that were amended after their delivery.
    """

    cases: Sequence[Case]
    unread: int = 0
    amended: Mapping[str, Amendment] = field(default_factory=dict)


def count_month(policy: AdoptedPolicy, month: str, received: MonthCases, today: date) -> MonthlyStatistics:
    """Return the figures of the cases received in ``month``.

    Args:
        policy: the pack in force.
        month: ``YYYY-MM``.
        received: its cases.
        today: day that decides what is overdue.
    """
    pack, cases, unread, amended = policy.pack, received.cases, received.unread, received.amended
    levels = tuple(level.label for level in pack.severity.levels) if pack.severity else ()
    categories = tuple(category.label for category in pack.categories)

    def table(name: str, title: str, label: Callable[[Case], str], order: Iterable[str], note: str = "") -> CountTable:
        counts = Counter(label(case) for case in cases)
        if unread:
            counts[UNREAD] += unread
        return CountTable(id=name, title=title, rows=_rows(counts, tuple(order)), note=note)

    tables = (
        table("category", "投诉类型", _category, categories),
        table("channel", "来件渠道", lambda case: CHANNEL[case.channel], ()),
        table("level", "级别", _level, levels),
        table("disposition", "处置结果", _disposition, DISPOSITION.values()),
        table("status", "案件状态", lambda case: CASE_STATUS[case.status], ()),
        table("materials", "材料齐全情况", _completeness, (COMPLETENESS[True], COMPLETENESS[False])),
        table("amended", "归档后更正", lambda case: month_label(amended.get(case.id)), (UNCHANGED,), _AMENDED_NOTE),
        table("on_time", "按期情况", lambda case: on_time(policy, case, today), (IN_TIME, LATE), _ON_TIME_NOTE),
    )
    return MonthlyStatistics(policy=pack.id, title=pack.title, month=month, total=len(cases) + unread, tables=tables)


def on_time(policy: AdoptedPolicy, case: Case, today: date) -> str:
    """Return whether the matter was dealt with in time, as far as the papers tell."""
    due = due_day(policy, case)
    if due is None:
        return NO_LIMIT
    days = [day for day in (_day(case.field_value(name)) for name in _ANSWERED) if day is not None]
    if days:
        return IN_TIME if max(days) <= due else LATE
    return OVERDUE if due < today else RUNNING


def statistics_book(figures: MonthlyStatistics, adopter: str | None, today: date) -> bytes:
    """Return the workbook: every table with its chart, and a sheet of notes."""
    blocks = tuple(
        Block(
            title=table.title, heading=table.title, rows=tuple((r.label, r.count) for r in table.rows), note=table.note
        )
        for table in figures.tables
    )
    total = Block(title="投诉数量", heading="项目", rows=(("收件总数", figures.total),))
    notes = (
        ("制度", f"{figures.title}（{figures.policy}）"),
        ("采用单位", adopter or "未指定"),
        ("统计月份", f"{figures.month}（按收件日期，北京时间）"),
        ("统计日", today.isoformat()),
        ("口径", "该月已受理的全部来件，每一张表的合计都等于收件总数；“未定”须由人工判断，系统不推测"),
    )
    return chart_book(f"{figures.month} 投诉统计", (total, *blocks), notes)


def _rows(counts: Counter[str], order: tuple[str, ...]) -> tuple[Count, ...]:
    """Return the labels of ``order`` always, then every other label by count."""
    others = sorted((label for label in counts if label not in order), key=lambda label: (-counts[label], label))
    return tuple(Count(label=label, count=counts[label]) for label in (*order, *others))


def _category(case: Case) -> str:
    return (case.judgement.category.value if case.judgement else None) or UNDECIDED


def _level(case: Case) -> str:
    return (case.judgement.severity.level if case.judgement else None) or UNDECIDED


def _disposition(case: Case) -> str:
    value = case.judgement.disposition.value if case.judgement else None
    return DISPOSITION[value] if value else UNDECIDED


def _completeness(case: Case) -> str:
    return completeness(case.judgement.materials) if case.judgement else COMPLETENESS[None]


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
