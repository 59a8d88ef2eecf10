"""The clock: Chinese working days with holidays and 调休, due times.

Working days follow the State Council's yearly notices as carried by ``chinesecalendar``. Years beyond its data count
Monday to Friday, and the basis says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar.constants import holidays, workdays

from classifiers.labels import parameter_label
from domain.adoption import Calendar
from domain.policy import AdoptedPolicy, DeadlineRule
from domain.review import Pause
from domain.verdicts import Deadline, Signal

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LAST_KNOWN_YEAR: int = max(holidays).year
_FIRST_KNOWN_YEAR: int = min(holidays).year
_UNITS = {"WD": "个工作日", "CD": "日", "H": "小时", "MIN": "分钟"}


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


@dataclass(frozen=True)
class Clock:
    """When the clock of a case started and stood still.

    Attributes:
        received_at: aware time of receipt.
        agreed: the day that was agreed with the client, for regimes that fix no number.
        pauses: set by persons, oldest first.
    """

    received_at: datetime
    agreed: date | None = None
    pauses: tuple[Pause, ...] = ()


def deadlines(
    policy: AdoptedPolicy, clock: Clock, level: str | None = None, signals: tuple[Signal, ...] = ()
) -> tuple[Deadline, ...]:
    """Return every duty of the pack with its due time; acceptance equals receipt on the paper side.

    Args:
        policy: duties and parameters in force.
        clock: when it started and stood still.
        level: Chinese label of the case's level; duties of other levels are left out once it is known.
        signals: certain ones call for what must be done at once.
    """
    ends: dict[str, datetime] = {}
    found = []
    for rule in policy.pack.deadlines:
        if rule.level and level and policy.pack.severity and policy.pack.severity.label(rule.level) != level:
            continue
        start = clock.received_at
        if rule.extends:
            if rule.extends not in ends:
                found.append(Deadline(duty=rule.duty, due_at=None, basis=_unset(policy, rule)))
                continue
            start = ends[rule.extends]
        due, basis = _agreed(rule, clock.agreed) if rule.agreed else _due(policy, rule, start)
        if due is not None and not rule.agreed and not rule.extends:
            # An extension starts where its duty ends, which has moved already.
            due, basis = _paused(policy, rule, clock.pauses, due, basis)
        if due is not None:
            ends[rule.id] = due
        found.append(Deadline(duty=rule.duty, due_at=due, basis=basis))
    return (*found, *_at_once(policy, signals))


def _paused(
    policy: AdoptedPolicy, rule: DeadlineRule, pauses: tuple[Pause, ...], due: datetime, basis: str
) -> tuple[datetime | None, str]:
    """Move a due time by the stretches in which persons stopped the clock before it ran out."""
    additions = policy.adoption.calendar if policy.adoption else None
    for pause in pauses:
        if pause.start >= due:
            continue
        began = local_day(pause.start)
        if pause.end is None:
            return None, f"{basis}；{pause.by} 自 {began.isoformat()} 起暂停计时，恢复后继续计算"
        ended = local_day(pause.end)
        if rule.unit in ("MIN", "H"):
            due += pause.end - pause.start
        elif rule.unit == "CD":
            due = end_of_day(local_day(due) + (ended - began))
        else:
            stood = sum(
                is_working_day(began + timedelta(days=n), additions) for n in range(1, (ended - began).days + 1)
            )
            due = end_of_day(working_day_after(local_day(due), stood, additions))
        basis = f"{basis}；{pause.by} 自 {began.isoformat()} 至 {ended.isoformat()} 暂停计时，相应顺延"
    return due, basis


def _at_once(policy: AdoptedPolicy, signals: tuple[Signal, ...]) -> tuple[Deadline, ...]:
    standing = {s.signal: s for s in signals if s.confirmed is not False and s.holds}
    found = []
    for rule in policy.pack.escalations:
        signal = next((standing[code] for code in rule.signals if code in standing), None)
        if signal is not None:
            to = f"（{rule.to}）" if rule.to else ""
            basis = f"{rule.article}：{signal.detail}（即时义务，不另计期限）"
            found.append(Deadline(duty=f"{rule.duty}{to}", due_at=None, basis=basis))
    return tuple(found)


def _agreed(rule: DeadlineRule, agreed: date | None) -> tuple[datetime | None, str]:
    if agreed is None:
        return None, f"{rule.article}：与客户约定的具体时间、期限尚未记录"
    return end_of_day(agreed), f"{rule.article}：与客户约定于 {agreed.isoformat()} 前"


def _due(policy: AdoptedPolicy, rule: DeadlineRule, start: datetime) -> tuple[datetime | None, str]:
    if rule.on_spot:
        # A duty of the counter, not a date: with one every case would be due on the day it came.
        return None, f"{rule.article}：{rule.duty}（即时义务，不另计期限）"
    name = rule.latest or rule.parameter or ""
    value = policy.parameter(name)
    if value is None:
        return None, _unset(policy, rule)
    day = local_day(start)
    due = _counted(policy, rule, start, value)
    since = "前项期限届满" if rule.extends else "受理（收到）"
    began = day.isoformat() if rule.unit in ("WD", "CD") else f"{start.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    parts = [f"{rule.article}：自{since}之日 {began} 起 {value:g} {_UNITS[rule.unit]}"]
    parts.append(f"{parameter_label(policy.pack, name)}{policy.parameter_source(name)}")
    parts += _notes(policy, rule, start)
    if not calendar_known(local_day(due)):
        parts.append(f"{local_day(due).year} 年节假日安排尚无数据，按周一至周五计算，请在采用文件中补充")
    return due, "；".join(parts)


def _notes(policy: AdoptedPolicy, rule: DeadlineRule, start: datetime) -> list[str]:
    notes = [f"适用于{rule.when}"] if rule.when else []
    first = policy.parameter(rule.parameter or "") if rule.latest else None
    if first is not None:
        warn = local_day(_counted(policy, rule, start, first))
        notes.append(f"{first:g} {_UNITS[rule.unit]}（{warn.isoformat()}）起预警")
    if rule.approval:
        notes.append("须经审批")
    if rule.beyond:
        notes.append(rule.beyond)
    return notes


def _counted(policy: AdoptedPolicy, rule: DeadlineRule, start: datetime, value: float) -> datetime:
    """Return the due time: whole days end at midnight, hours and minutes run by the clock."""
    if rule.unit == "MIN":
        return start + timedelta(minutes=value)
    if rule.unit == "H":
        return start + timedelta(hours=value)
    day = local_day(start)
    if rule.unit == "CD":
        return end_of_day(day + timedelta(days=int(value)))
    additions = policy.adoption.calendar if policy.adoption else None
    return end_of_day(working_day_after(day, int(value), additions))


def _unset(policy: AdoptedPolicy, rule: DeadlineRule) -> str:
    names = [rule.latest or rule.parameter or ""]
    if rule.extends:
        names += [r.parameter or "" for r in policy.pack.deadlines if r.id == rule.extends]
    missing = [n for n in names if policy.parameter(n) is None]
    reasons = "；".join(f"“{parameter_label(policy.pack, n)}”未设定（{policy.parameter_source(n)}）" for n in missing)
    return f"{rule.article}：{reasons}，期限无法计算"
