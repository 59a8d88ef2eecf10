"""How likely a reading is right: an explicit logistic over what is known about it (docs/models/confidence.md).

Constants live in ``confidence.json``; ``training/fit_confidence.py`` fits them on pages with known truth.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from domain.base import Model
from domain.checks import CONFUSABLE
from domain.documents import PageQuality
from domain.evidence import Check
from domain.fields import FieldType

VETO_PROBABILITY = 0.05
LOWEST, HIGHEST = 0.001, 0.999
CONFUSABLE_CEILING = 0.9
"""No look at ink is surer of a sign that looks like another one, unless every sign is as clear as good print."""
_CLEAR_PRINT = 0.999
_SCORE_FLOOR = 0.02
_CHECK_DIGITS = frozenset({"id_number_check_digit", "uscc_check_digit", "bank_card_number"})
_LONG = frozenset({FieldType.LONGTEXT, FieldType.LIST})


class Source(StrEnum):
    """Where on the paper a value was found."""

    CELL = "cell"
    ZONE = "zone"
    LINE = "line"
    CLOSING = "closing"
    SENTENCE = "sentence"
    SECTION = "section"


@dataclass(frozen=True)
class Reading:
    """What is known about one reading before it is believed.

    Attributes:
        field_type: type of the field.
        scores: the recogniser's raw score of every character, 0 to 1; empty for born-digital text.
        checks: structure tests of the normal form.
        source: where it was found.
        prior: chance that the rule which found it points at the right words, when they are read well.
        quality: measured quality of the page, ``None`` when unknown.
    """

    field_type: FieldType
    scores: tuple[float, ...]
    checks: tuple[Check, ...]
    source: Source
    prior: float = 0.98
    quality: PageQuality | None = None


class Constants(Model):
    """Weights of the logistic; log-odds."""

    bias: dict[Source, float]
    rule: float
    log_product: float
    log_minimum: float
    check_digit: float
    format_passed: float
    doubt: float
    unusable: float
    fitted_on: str


@lru_cache(maxsize=1)
def constants() -> Constants:
    """Return the bundled constants."""
    text = resources.files("extractors.values").joinpath("confidence.json").read_text(encoding="utf-8")
    return Constants.model_validate(json.loads(text))


def field_probability(reading: Reading) -> float:
    """Return the chance that the reading's value is right; a failed structure test keeps it at 0.05 or below."""
    weights = constants()
    found = features(reading)
    odds = weights.bias[reading.source] + sum(getattr(weights, name) * value for name, value in found.items())
    probability = min(max(1 / (1 + math.exp(-odds)), LOWEST), HIGHEST)
    if any(check.passed is False for check in reading.checks):
        return min(probability, VETO_PROBABILITY)
    if min(reading.scores, default=1.0) < _CLEAR_PRINT and any(check.name == CONFUSABLE for check in reading.checks):
        return min(probability, CONFUSABLE_CEILING)
    return probability


def features(reading: Reading) -> dict[str, float]:
    """Return the inputs of the logistic by the names of their weights."""
    logs = [math.log(max(score, _SCORE_FLOOR)) for score in reading.scores]
    total = sum(logs)
    if reading.field_type in _LONG and logs:
        # Long texts are right when most characters are: the mean counts, not the product.
        total = 10 * total / len(logs)
    passed = [c.name for c in reading.checks if c.passed]
    digit = any(name in _CHECK_DIGITS for name in passed)
    return {
        "rule": math.log(reading.prior / (1 - reading.prior)),
        "log_product": max(total, -4.0),
        "log_minimum": min(logs, default=0.0),
        "check_digit": float(digit),
        "format_passed": float(bool(passed) and not digit),
        "doubt": float(sum(c.passed is None for c in reading.checks)),
        "unusable": float(reading.quality is not None and not reading.quality.usable),
    }
