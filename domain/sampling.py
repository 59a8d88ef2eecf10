"""Audit samples: how often the machine is wrong where nobody looks. Pure.

Of the fields that were accepted without a person a share is drawn and looked at by one. Drawing hangs on case and field
alone, so that a second run draws the same. A mistake that was found draws others like it; those tell nothing about the
rate and are counted apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import StrEnum

from pydantic import Field

from domain.base import Model, Probability, UtcTime
from domain.calibration import at_most, log_odds
from domain.case import Case
from domain.evidence import FieldValue
from domain.review import decided_by_person

CONFIDENCE = 0.95
_STEPS = 60
_BIN = 1.0
"""Width in log-odds within which two probabilities are alike."""


class Drawn(StrEnum):
    """Why a field is looked at."""

    BY_CHANCE = "chance"
    SIMILAR = "similar"


class Outcome(StrEnum):
    """What the auditor found."""

    OPEN = "open"
    RIGHT = "right"
    WRONG = "wrong"
    ILLEGIBLE = "illegible"


class AcceptedField(Model):
    """A field of a filed case that nobody looked at.

    Attributes:
        revision: the filed revision whose value is meant.
        producer: who said so, ``name/version``.
    """

    case_id: str
    revision: int = Field(ge=1)
    name: str
    producer: str
    probability: Probability
    filed_at: UtcTime


class Sample(AcceptedField):
    """An accepted field that was drawn.

    Attributes:
        id: number of the sample, from 1.
        case_number: number given to people.
        drawn: by chance, or because one like it was wrong.
        cause: the sample that was wrong, ``None`` when drawn by chance.
        auditor: who looked, ``None`` while open.
    """

    id: int
    case_number: str
    drawn: Drawn
    cause: int | None = None
    outcome: Outcome = Outcome.OPEN
    auditor: str | None = None
    answered_at: UtcTime | None = None


class ErrorRate(Model):
    """How often accepted fields are wrong, from samples drawn by chance.

    Attributes:
        name: field class, ``all`` for the sum.
        accepted: fields accepted without a person.
        looked_at: samples answered right or wrong.
        wrong: of them.
        low: lower end of the 95 % interval (Clopper and Pearson 1934), 0 to 1.
        high: upper end.
    """

    name: str
    accepted: int
    looked_at: int
    wrong: int
    low: float
    high: float

    @property
    def rate(self) -> float | None:
        """Return the share of wrong ones, ``None`` before the first answer."""
        return self.wrong / self.looked_at if self.looked_at else None


def accepted_by_machine(case: Case, filed_at: UtcTime) -> tuple[AcceptedField, ...]:
    """Return the fields of a filed case that no person answered."""
    answered = {d.subject for d in case.standing if d.action != "comment"}
    return tuple(
        AcceptedField(
            case_id=case.id,
            revision=case.revision,
            name=name,
            producer=found.producer,
            probability=found.probability,
            filed_at=filed_at,
        )
        for name, found in sorted(case.fields.items())
        if isinstance(found, FieldValue)
        and found.accepted
        and not decided_by_person(found.producer)
        and f"field:{name}" not in answered
    )


def is_drawn(field: AcceptedField, share: float) -> bool:
    """Return whether chance draws ``field``: the same answer every time, for ``share`` of all fields."""
    digest = hashlib.sha256(f"{field.case_id}\n{field.name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def alike(one: AcceptedField, other: AcceptedField) -> bool:
    """Return whether ``other`` may be wrong for the same reason: same field and producer, about as probable."""
    same = (one.name, one.producer) == (other.name, other.producer)
    return same and abs(log_odds(one.probability) - log_odds(other.probability)) <= _BIN


def error_rate(name: str, accepted: int, looked_at: int, wrong: int) -> ErrorRate:
    """Return the rate with its two-sided interval."""
    low, high = interval(wrong, looked_at)
    return ErrorRate(name=name, accepted=accepted, looked_at=looked_at, wrong=wrong, low=low, high=high)


def interval(wrong: int, count: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the two-sided interval of an error rate (Clopper and Pearson 1934); (0, 1) without readings."""
    tail = (1 - confidence) / 2
    low = 0.0 if wrong == 0 else _where(lambda p: 1 - at_most(wrong - 1, count, p) < tail)
    high = 1.0 if wrong >= count else _where(lambda p: at_most(wrong, count, p) > tail)
    return low, high


def _where(below: Callable[[float], bool]) -> float:
    """Return the rate at which ``below`` turns from true to false, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return high
