"""The clock: Chinese working days with holidays and 调休, due times, retention.

Working days follow the State Council's yearly notices as carried by ``chinesecalendar``. Years beyond its data count
Monday to Friday, and the basis says so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from classifiers.labels import parameter_label
from domain.adoption import Calendar
from domain.policy import AdoptedPolicy, DeadlineRule
from domain.verdicts import Deadline

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LAST_KNOWN_YEAR: int = max(holidays).year
_FIRST_KNOWN_YEAR: int = min(holidays).year
_UNITS = {"WD": "个工作日", "CD": "日"}


def calendar_known(day: date) -> bool:
    """Return whether the national holiday notices of the year of ``day`` are in the data."""
    return _FIRST_KNOWN_YEAR <= day.year <= _LAST_KNOWN_YEAR


def is_working_day(day: date, additions: Calendar | None = None) -> bool:
    """Return whether ``day`` is a working day; the firm's additions win over the national calendar."""
    if additions and day in additions.workdays:
        return True
    if additions and day in additions.holidays:
        return False
    if not calendar_known(day):
        return day.weekday() < 5
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def working_day_after(start: date, count: int, additions: Calendar | None = None) -> date:
    """Return the ``count``-th working day after ``start`` (the day itself is not counted; 民法典 第二百零一条).

    Args:
        start: day the clock starts.
        count: at least 1; 0 gives ``start`` itself.
        additions: the firm's own holidays and working days.
    """
    if count < 0:
        raise ValueError(f"count of working days: expected at least 0, got {count}")
    day = start
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, additions):
            count -= 1
    return day


def end_of_day(day: date) -> datetime:
    """Return the last second of ``day`` in China, as UTC."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """Return the Chinese calendar day of ``moment`` (aware)."""
    return moment.astimezone(SHANGHAI).date()


def deadlines(policy: AdoptedPolicy, received_at: datetime) -> tuple[Deadline, ...]:
    """Return every duty of the pack with its due time; acceptance equals receipt on the paper side."""
    ends: dict[str, date] = {}
    found = []
    for rule in policy.pack.deadlines:
        start = local_day(received_at)
        if rule.extends:
            if rule.extends not in ends:
                found.append(Deadline(duty=rule.duty, due_at=None, basis=_unset(policy, rule)))
                continue
            start = ends[rule.extends]
        due, basis = _due(policy, rule, start)
        if due is not None:
            ends[rule.id] = due
        found.append(Deadline(duty=rule.duty, due_at=end_of_day(due) if due else None, basis=basis))
    return tuple(found)


def _due(policy: AdoptedPolicy, rule: DeadlineRule, start: date) -> tuple[date | None, str]:
    if rule.on_spot:
        # A duty of the counter, not a date: with one every case would be due on the day it came.
        return None, f"{rule.article}：当场能够解决的，当场答复（即时义务，不另计期限）"
    value = policy.parameter(rule.parameter or "")
    if value is None:
        return None, _unset(policy, rule)
    count = int(value)
    additions = policy.adoption.calendar if policy.adoption else None
    due = working_day_after(start, count, additions) if rule.unit == "WD" else start + timedelta(days=count)
    since = "原办结期限届满" if rule.extends else "受理（收到）"
    parts = [f"{rule.article}：自{since}之日 {start.isoformat()} 起 {count} {_UNITS[rule.unit]}"]
    parts.append(f"{parameter_label(policy.pack, rule.parameter or '')}{policy.parameter_source(rule.parameter or '')}")
    if rule.approval:
        parts.append("须经审批")
    if rule.beyond:
        parts.append(rule.beyond)
    if not calendar_known(due):
        parts.append(f"{due.year} 年节假日安排尚无数据，按周一至周五计算，请在采用文件中补充")
    return due, "；".join(parts)


def _unset(policy: AdoptedPolicy, rule: DeadlineRule) -> str:
    names = [rule.parameter or ""]
    if rule.extends:
        names += [r.parameter or "" for r in policy.pack.deadlines if r.id == rule.extends]
    missing = [n for n in names if policy.parameter(n) is None]
    reasons = "；".join(f"“{parameter_label(policy.pack, n)}”未设定（{policy.parameter_source(n)}）" for n in missing)
    return f"{rule.article}：{reasons}，期限无法计算"


def retention_end(policy: AdoptedPolicy, from_day: date, other_years: float | None = None) -> date | None:
    """Return the first day on which files may go, ``None`` while the period is unset (then they stay).

    Args:
        policy: retention rule and its parameter.
        from_day: the day the case was filed.
        other_years: period of another rule that also holds; the longer one wins where the pack says so.
    """
    years = policy.retention_years()
    if years is None:
        return None
    rule = policy.pack.retention
    if rule and rule.max_with_other_rules and other_years is not None:
        years = max(years, other_years)
    whole = int(years)
    try:
        end = from_day.replace(year=from_day.year + whole)
    except ValueError:
        end = date(from_day.year + whole, 3, 1)  # 29 February
    return end + timedelta(days=round((years - whole) * 365)) + timedelta(days=1)
