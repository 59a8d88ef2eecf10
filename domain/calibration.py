"""When a value needs no person: acceptance with a bound on its error rate, from readings whose truth is known.

For every class of fields the threshold is the lowest probability at which the share of wrong values among the accepted
ones stays within the budget with 95 % confidence. Tested in a fixed order, from sure to less sure, until the first
failure (Angelopoulos, Bates, Candès, Jordan, Lei 2021, "Learn then Test", fixed sequences with several starts that
share the risk); the test is the exact binomial one, which is the same as asking that the upper bound of Clopper and
Pearson (1934) does not exceed the budget.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum
from itertools import accumulate

from pydantic import Field

from domain.base import Model, Probability
from domain.fields import FIELDS, FieldType

CONFIDENCE = 0.95
STARTS = (1, 2, 4, 8)
"""A walk that begins with few readings ends at one error; others begin where twice, four and eight times as many are
together. A series that doubles needs no look at the readings."""
MOST_BUDGETS = 10
"""No value is accepted that itself is wrong more often than this many budgets, however good its company."""
BIN_WIDTH = 0.25
"""Width of a bin in log-odds."""
_LEAST, _MOST = 1e-4, 1 - 1e-4


class FieldClass(StrEnum):
    """Fields that are calibrated together."""

    ID_NUMBER = "id_number"
    AMOUNT = "amount"
    NAME = "name"
    NUMBER = "number"
    DATE = "date"
    ORGANISATION = "organisation"
    TEXT = "text"


_CLASSES = {
    FieldType.CN_ID: FieldClass.ID_NUMBER,
    FieldType.USCC: FieldClass.ID_NUMBER,
    FieldType.MONEY: FieldClass.AMOUNT,
    FieldType.PERSON: FieldClass.NAME,
    FieldType.PHONE: FieldClass.NUMBER,
    FieldType.ACCOUNT_NO: FieldClass.NUMBER,
    FieldType.QTY: FieldClass.NUMBER,
    FieldType.DATE: FieldClass.DATE,
    # firms are wrong in another way than texts: read well, but the complainant's employer or the bank in between
    FieldType.ORG: FieldClass.ORGANISATION,
}

BUDGETS = {
    FieldClass.ID_NUMBER: 0.001,
    FieldClass.AMOUNT: 0.001,
    FieldClass.NAME: 0.005,
    FieldClass.NUMBER: 0.005,
    FieldClass.DATE: 0.02,
    FieldClass.ORGANISATION: 0.02,
    FieldClass.TEXT: 0.02,
}
"""Accepted share of wrong values where an adoption names none."""


_APART = {"id_authority": FieldClass.TEXT}
"""The office that issued a card stands in a place of its own: nothing there is taken for another firm."""


def class_of(name: str) -> FieldClass:
    """Return the class of field ``name``; unknown fields count as text."""
    if name in _APART:
        return _APART[name]
    spec = FIELDS.get(name)
    return _CLASSES.get(spec.type, FieldClass.TEXT) if spec else FieldClass.TEXT


class Bin(Model):
    """Readings of like probability.

    Attributes:
        probability: lower edge of the bin.
        count: readings in it.
        wrong: those of them whose value was wrong.
    """

    probability: Probability
    count: int = Field(ge=0)
    wrong: int = Field(ge=0)


class ClassCalibration(Model):
    """What is known about the probabilities of one class.

    Attributes:
        bins: readings with known truth.
        slope: of the map from a reading's log-odds to calibrated ones (Platt 1999), learned from people's decisions.
        intercept: of the same map.
    """

    bins: tuple[Bin, ...] = ()
    slope: float = Field(default=1.0, gt=0)
    intercept: float = 0.0

    def calibrated(self, probability: float) -> float:
        """Return the probability after the map; the identity as long as nothing was learned."""
        if self.slope == 1.0 and self.intercept == 0.0:
            return probability
        return chance(self.slope * log_odds(probability) + self.intercept)

    def threshold(self, budget: float, confidence: float = CONFIDENCE) -> float | None:
        """Return the lowest probability (after the map) that may be accepted, ``None`` when the evidence is too thin.

        Args:
            budget: accepted share of wrong values, 0 to 1.
            confidence: of the bound.
        """
        found = (self._walked(budget, (1 - confidence) / len(STARTS), start) for start in STARTS)
        return min((threshold for threshold in found if threshold is not None), default=None)

    def _walked(self, budget: float, risk: float, start: int) -> float | None:
        """Test from sure to less sure until the first failure; begin where enough readings are together.

        Args:
            budget: accepted share of wrong values.
            risk: chance of a wrong conclusion that this walk may take.
            start: begin at this many times the fewest readings that could pass without an error.
        """
        lowest = 1 - MOST_BUDGETS * budget
        least = start * math.ceil(math.log(risk) / math.log(1 - budget)) if 0 < budget < 1 else 1
        ordered = sorted(self.bins, key=lambda b: -b.probability)
        counts = accumulate(b.count for b in ordered)
        wrongs = accumulate(b.wrong for b in ordered)
        best = None
        for place, count, wrong in zip(ordered, counts, wrongs, strict=True):
            if place.probability < lowest:
                break
            if count < least:
                # where a walk begins depends on how many readings there are, never on which of them are wrong
                continue
            if at_most(wrong, count, budget) > risk:
                break
            best = self.calibrated(place.probability)
        return best


class Calibration(Model):
    """Acceptance of all classes.

    Attributes:
        source: what the readings were, in a sentence.
        classes: by class.
    """

    source: str
    classes: dict[FieldClass, ClassCalibration] = Field(default_factory=dict)

    def of(self, name: str) -> ClassCalibration:
        """Return the calibration of the class of field ``name``."""
        return self.classes.get(class_of(name), ClassCalibration())

    def accepts(self, name: str, probability: float, budget: float) -> bool:
        """Tell whether a value of this (calibrated) probability needs no person."""
        threshold = self.of(name).threshold(budget)
        return threshold is not None and round(probability, 6) >= round(threshold, 6)


def at_most(wrong: int, count: int, rate: float) -> float:
    """Return the chance of at most ``wrong`` errors among ``count`` readings when each errs with ``rate``."""
    if wrong >= count or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    up, down = math.log(rate), math.log1p(-rate)
    whole = math.lgamma(count + 1)
    terms = (
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(count - k + 1) + k * up + (count - k) * down)
        for k in range(wrong + 1)
    )
    return min(1.0, sum(terms))


def upper_bound(wrong: int, count: int, confidence: float = CONFIDENCE) -> float:
    """Return the upper bound of the error rate (Clopper and Pearson 1934, one-sided).

    Args:
        wrong: errors seen.
        count: readings seen.
        confidence: chance that the bound holds.
    """
    if count == 0 or wrong >= count:
        return 1.0
    low, high = wrong / count, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if at_most(wrong, count, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def bins_of(readings: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Return readings (probability, right) as bins of equal width in log-odds, the surest first."""
    found: dict[int, list[int]] = {}
    for probability, right in readings:
        place = found.setdefault(math.floor(log_odds(probability) / BIN_WIDTH + 1e-9), [0, 0])
        place[0] += 1
        place[1] += not right
    return tuple(
        Bin(probability=round(chance(index * BIN_WIDTH), 6), count=count, wrong=wrong)
        for index, (count, wrong) in sorted(found.items(), reverse=True)
    )


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, kept away from 0 and 1."""
    inside = min(max(probability, _LEAST), _MOST)
    return math.log(inside / (1 - inside))


def chance(odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-odds))
