"""What the upkeep says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """An object that was not what it should be.

    Attributes:
        key: store key.
        found: the fact, for people.
        repaired: the replica's bytes are in its place now; the damaged ones were set aside.
        hindrance: why it was not repaired, "" when it was.
    """

    key: str
    found: str
    repaired: bool
    hindrance: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of rolling checks or of copying.

    Attributes:
        work: ``check`` or ``copy``.
        objects: how many were hashed, or are in the replica now.
        size: bytes that were hashed, or copied.
        damaged: objects that were missing or damaged.
        repaired: how many of these are right again.
        remaining: objects that are still due.
    """

    work: str
    started_at: datetime
    finished_at: datetime
    made_by: str
    objects: int
    size: int
    damaged: int
    repaired: int
    remaining: int


@dataclass(frozen=True, slots=True)
class UpkeepState:
    """How well the store is looked after.

    Attributes:
        objects: that the store should hold.
        size: their bytes.
        due: objects whose bytes are to be read next, before they are overdue.
        overdue: objects whose bytes were not read within the period.
        oldest: when the object that was not read for longest was read, or stored; ``None`` for no object.
        unsound: objects that were found missing or damaged and are so still, as far as is known.
        replicated: a replica is configured.
        waiting: objects that are not in the replica yet.
        waiting_size: their bytes.
        waiting_since: when the oldest of them was stored, ``None`` when none waits.
        last_check: last run of rolling checks.
        last_copy: last run of copying.
    """

    objects: int
    size: int
    due: int
    overdue: int
    oldest: datetime | None
    unsound: int
    replicated: bool
    waiting: int
    waiting_size: int
    waiting_since: datetime | None
    last_check: Run | None
    last_copy: Run | None
