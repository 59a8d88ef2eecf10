"""What a source of candidates hands over: a field, a place in the text, and how good its rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from extractors.letters.text import LetterText
from extractors.values.confidence import Source


@dataclass(frozen=True)
class Found:
    """One candidate for a field.

    Attributes:
        field: contract field name.
        start: 0-based offset into ``LetterText.text``.
        end: offset after the last character.
        source: where it stands.
        prior: chance that the rule points at the right words, when they are read well.
        rule: name of the rule: it stands in the producer, so that the calibration can tell rules apart.
        parts: (start, end) of the pieces of a value that stands in several places, empty for one place.
    """

    field: str
    start: int
    end: int
    source: Source
    prior: float
    rule: str
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """(start, end) of every piece of the value, in order."""
        return self.parts or ((self.start, self.end),)


CandidateSource = Callable[[LetterText], Iterable[Found]]
"""A source of candidates: a table of rules, or later a trained tagger."""
