"""Repairs of a misread identity number: one character changed so that every test of the number passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from domain import checks
from domain.spans import DIGIT_LOOKALIKES

MOST_REPAIRS = 5
# Digits that recognition and handwriting confuse most; tried when the recogniser gave no alternatives.
_CONFUSED = {
    **{"0": "68", "1": "74", "2": "7", "3": "85", "4": "19", "5": "36"},
    **{"6": "05", "7": "12", "8": "03", "9": "48", "X": "8"},
}


class Character(Protocol):
    """A character with its place in a line (``form_text.Place``)."""

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The next best readings, best first."""


def repairs(number: str, places: Sequence[Character] = (), today: date | None = None) -> tuple[str, ...]:
    """Return numbers that differ from ``number`` in one character and pass region, birth date and check digit.

    Args:
        number: 18 characters with a wrong check digit; other lengths cannot be repaired.
        places: one entry per character, for the recogniser's alternatives; may be empty.
        today: the day that bounds birth dates.

    Returns:
        At most five numbers: first those that the recogniser itself considered, then common confusions. They are
        guesses to show a person, never values.
    """
    if len(number) != 18:
        return ()
    tried: dict[str, None] = {}
    for options in (_alternatives(places), _confusions(number)):
        for index, sign in options:
            tried.setdefault(number[:index] + sign + number[index + 1 :], None)
    good = (n for n in tried if n != number and all(check.passed for check in checks.id_number_checks(n, today)))
    return tuple(good)[:MOST_REPAIRS]


def _alternatives(places: Sequence[Character]) -> Iterable[tuple[int, str]]:
    for index, place in enumerate(places):
        for sign in place.alternatives:
            digit = DIGIT_LOOKALIKES.get(sign, sign).upper()
            if digit.isdigit() or (digit == "X" and index == 17):
                yield index, digit


def _confusions(number: str) -> Iterable[tuple[int, str]]:
    for index, sign in enumerate(number):
        for digit in _CONFUSED.get(sign, ""):
            yield index, digit
