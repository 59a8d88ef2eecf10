"""How long somebody waits after failed sign-ins: longer each time, never for ever. Pure: no clock, no store."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.base import Model


class AttemptLimit(Model):
    """When waiting begins and how far it grows.

    Attributes:
        free: failures in a row without a wait.
        longest: the longest wait, seconds.
    """

    free: int
    longest: int


LIMITS = {
    # One person at one place: the usual guessing.
    "pair": AttemptLimit(free=4, longest=900),
    # One account from anywhere: short waits, so that nobody is kept out by a stranger who types his name.
    "account": AttemptLimit(free=12, longest=30),
    # One place, any account: many people may sit behind one address.
    "address": AttemptLimit(free=30, longest=900),
}

FORGOTTEN_AFTER = timedelta(days=1)
"""Failures that are older count no longer."""


def wait_until(limit: AttemptLimit, failures: int, last_at: datetime) -> datetime:
    """Return when the next attempt may be made after ``failures`` in a row, the last one at ``last_at``."""
    over = failures - limit.free
    if over < 0:
        return last_at
    seconds = min(limit.longest, 2 ** min(over, 30))
    return last_at + timedelta(seconds=seconds)
