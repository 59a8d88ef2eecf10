"""Times as people in China read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from domain.checks import CHINA


def local_time(moment: datetime) -> str:
    """Return date and minute in China."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def span_words(span: timedelta) -> str:
    """Return a length of time in its two largest units, at least one minute."""
    minutes = max(1, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时" if hours and days < 10 else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分钟"


def remaining(due: datetime, now: datetime) -> str:
    """Return how long until ``due``, or how long it is over."""
    return f"剩{span_words(due - now)}" if due > now else f"超期{span_words(now - due)}"


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
