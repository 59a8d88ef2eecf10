"""Times as people read them; the clock on the wall is that of China."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from domain.checks import CHINA
from review_ui.language import translate


def local_time(moment: datetime) -> str:
    """Return date and minute in China."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def span_words(span: timedelta) -> str:
    """Return a length of time in its two largest units, at least one minute."""
    minutes = max(1, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return _days_and_hours(days, hours) if hours and days < 10 else translate("{days}天").format(days=days)
    if hours:
        if not minutes:
            return translate("{hours}小时").format(hours=hours)
        return translate("{hours}小时{minutes}分").format(hours=hours, minutes=minutes)
    return translate("{minutes}分钟").format(minutes=minutes)


def _days_and_hours(days: int, hours: int) -> str:
    return translate("{days}天{hours}小时").format(days=days, hours=hours)


def remaining(due: datetime, now: datetime) -> str:
    """Return how long until ``due``, or how long it is over."""
    if due > now:
        return translate("剩{span}").format(span=span_words(due - now))
    return translate("超期{span}").format(span=span_words(now - due))


def due_state(due: datetime, now: datetime) -> str:
    """Return ``over``, ``soon`` (within a day) or ``later``."""
    if due <= now:
        return "over"
    return "soon" if due - now <= timedelta(days=1) else "later"


Clock = Callable[[], datetime]
"""Gives the present moment, UTC-aware."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)
