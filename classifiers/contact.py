"""When an unreachable client may be called: quiet hours, the gap between attempts, one attempt every working day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from classifiers.deadlines import SHANGHAI, is_working_day, local_day
from domain.policy import AdoptedPolicy
from domain.rules import QuietHours


@dataclass(frozen=True)
class ContactAdvice:
    """Whether a call may be made now.

    Attributes:
        allowed: nothing of the rules forbids it.
        reason: why, in Chinese.
        earliest: when it may be made; ``None`` when that is now or no rule says.
    """

    allowed: bool
    reason: str
    earliest: datetime | None = None


def may_contact(
    policy: AdoptedPolicy, now: datetime, attempts: Sequence[datetime], named: Iterable[tuple[datetime, datetime]] = ()
) -> ContactAdvice:
    """Return whether the client may be called at ``now`` (auto-insurance; other packs have no such rule).

    Args:
        policy: its ``contact_rules`` and parameters.
        now: aware time of the call.
        attempts: aware times of earlier attempts, in any order.
        named: spans of time that the client named himself, start included, end excluded; they overrule quiet hours.
    """
    rules = policy.pack.contact_rules
    if rules is None:
        return ContactAdvice(True, "制度没有联系时间的规定")
    own_time = rules.client_may_name_time and any(start <= now < end for start, end in named)
    later = now if own_time else _after_quiet(rules.quiet, now)
    reasons = []
    if later > now:
        quiet = next(q for q in rules.quiet if _is_quiet(q, now.astimezone(SHANGHAI).time()))
        reasons.append(f"{quiet.label}不得联系（客户指定的时间除外）")
    gap = policy.parameter(rules.gap_hours) if rules.gap_hours else None
    last = max((a for a in attempts if a <= now), default=None)
    if gap is not None and last is not None and now < last + timedelta(hours=gap):
        reasons.append(f"距上次联系（{last.astimezone(SHANGHAI):%m-%d %H:%M}）不足 {gap:g} 小时")
        free = last + timedelta(hours=gap)
        later = max(later, free if own_time else _after_quiet(rules.quiet, free))
    if reasons:
        return ContactAdvice(False, f"{rules.article}：{'；'.join(reasons)}", later)
    return ContactAdvice(True, f"{rules.article}：可以联系，请记录联系的时间和经过")


def missed_days(
    policy: AdoptedPolicy, received_at: datetime, until: datetime, attempts: Iterable[datetime]
) -> tuple[date, ...]:
    """Return the working days with too few attempts, from the day of receipt on, that are over at ``until``.

    Args:
        policy: its ``contact_rules`` and parameters; a pack without them misses nothing.
        received_at: aware.
        until: aware; the day it lies on in China is not over and does not count.
        attempts: aware times.
    """
    rules = policy.pack.contact_rules
    least = policy.parameter(rules.per_working_day) if rules and rules.per_working_day else None
    if least is None:
        return ()
    counts: dict[date, int] = {}
    for attempt in attempts:
        counts[local_day(attempt)] = counts.get(local_day(attempt), 0) + 1
    additions = policy.adoption.calendar if policy.adoption else None
    first, last = local_day(received_at), local_day(until) - timedelta(days=1)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(d for d in days if is_working_day(d, additions) and counts.get(d, 0) < least)


def _is_quiet(hours: QuietHours, clock: time) -> bool:
    if hours.start <= hours.end:
        return hours.start <= clock < hours.end
    return clock >= hours.start or clock < hours.end


def _after_quiet(quiet: Sequence[QuietHours], moment: datetime) -> datetime:
    """Return ``moment``, or the end of the quiet hours that it lies in."""
    for hours in quiet:
        local = moment.astimezone(SHANGHAI)
        if _is_quiet(hours, local.time()):
            day = local.date() + timedelta(days=local.time() >= hours.end)
            return datetime.combine(day, hours.end, SHANGHAI).astimezone(moment.tzinfo)
    return moment
