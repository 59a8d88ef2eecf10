"""How likely a reading is right: an explicit logistic over what is known about it (docs/models/confidence.md).

Constants live in ``confidence.json``; ``training/fit_probability.py`` fits them on pages with known truth.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from domain.base import Model
from domain.checks import CONFUSABLE
from domain.documents import PageQuality
from domain.evidence import Check
from domain.fields import FieldType
from domain.ocr import OcrCharacter

VETO_PROBABILITY = 0.05
LOWEST, HIGHEST = 0.001, 0.999
CONFUSABLE_CEILING = 0.9
"""No look at ink is surer of a sign that looks like another one, unless every sign is as clear as good print."""
_CLEAR_PRINT = 0.999
_SCORE_FLOOR = 0.02
_CHECK_DIGITS = frozenset({"id_number_check_digit", "uscc_check_digit", "bank_card_number"})
_LONG = frozenset({FieldType.LONGTEXT, FieldType.LIST})


_NUMBERS = frozenset(
    {
        FieldType.CN_ID,
        FieldType.USCC,
        FieldType.PHONE,
        FieldType.ACCOUNT_NO,
        FieldType.MONEY,
        FieldType.DATE,
        FieldType.QTY,
    }
)
_AGREED = 0.9
_MARGIN_FLOOR = 0.02


@dataclass(frozen=True)
class Witness:
    """What is known of the ink of a reading besides its scores.

    Attributes:
        hand: mean chance that a hand wrote the characters, ``None`` when unknown (born-digital text).
        margin: least distance of a character's score to its best rival's, ``None`` when no character has a rival.
        second: least chance that the second reader gives a digit, ``None`` when it was not asked.
        denied: number of digits that the second reader read otherwise.
    """

    hand: float | None = None
    margin: float | None = None
    second: float | None = None
    denied: int = 0


UNKNOWN = Witness()


def witness_of(characters: Iterable[OcrCharacter]) -> Witness:
    """Return what the characters of a reading say together."""
    seen = tuple(characters)
    hands = [c.hand for c in seen if c.hand is not None]
    margins = [c.margin for c in seen if c.margin is not None]
    seconds = [c.second for c in seen if c.second is not None]
    return Witness(
        hand=sum(hands) / len(hands) if hands else None,
        margin=min(margins, default=None),
        second=min(seconds, default=None),
        denied=sum(s < 1 - _AGREED for s in seconds),
    )


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
        witness: what else is known of the ink.
    """

    field_type: FieldType
    scores: tuple[float, ...]
    checks: tuple[Check, ...]
    source: Source
    prior: float = 0.98
    quality: PageQuality | None = None
    witness: Witness = UNKNOWN


class Constants(Model):
    """Weights of the logistic; log-odds.

    Attributes:
        bias: by where the value was found.
        weights: by the names of ``features``.
        fitted_on: what the readings were.
    """

    bias: dict[Source, float]
    weights: dict[str, float]
    fitted_on: str


@lru_cache(maxsize=1)
def constants() -> Constants:
    """Return the bundled constants."""
    text = resources.files("extractors.values").joinpath("confidence.json").read_text(encoding="utf-8")
    return Constants.model_validate(json.loads(text))


def field_probability(reading: Reading, given: Constants | None = None) -> float:
    """Return the chance that the reading's value is right; a failed structure test keeps it at 0.05 or below.

    Args:
        reading: what is known.
        given: constants other than the bundled ones, for fitting.
    """
    weights = given or constants()
    found = features(reading)
    odds = weights.bias[reading.source] + sum(weights.weights.get(name, 0.0) * value for name, value in found.items())
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
        "long": float(reading.field_type in _LONG),
        "amount": float(reading.field_type is FieldType.MONEY),
        "organisation": float(reading.field_type is FieldType.ORG),
        "date": float(reading.field_type is FieldType.DATE),
        "mail": float(reading.field_type is FieldType.EMAIL),
        **_ink_features(reading, digit=digit),
    }


def _ink_features(reading: Reading, *, digit: bool) -> dict[str, float]:
    """Return what the ink adds; a number that passed its check digit needs no second reader."""
    ink = reading.witness
    hand = ink.hand or 0.0
    number = reading.field_type in _NUMBERS
    name = reading.field_type is FieldType.PERSON
    asked = number and not digit and ink.second is not None
    return {
        "hand": hand if not number and not name else 0.0,
        "hand_name": hand if name else 0.0,
        "hand_number": hand if number and not digit else 0.0,
        "hand_checked": hand if digit else 0.0,
        "log_margin": math.log(max(ink.margin, _MARGIN_FLOOR)) if ink.margin is not None else 0.0,
        "seconded": float(asked and (ink.second or 0.0) >= _AGREED),
        "denied": float(min(ink.denied, 2)) if number and not digit else 0.0,
        "denied_checked": float(min(ink.denied, 2)) if digit else 0.0,
    }
