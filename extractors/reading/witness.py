"""A further look at the characters of a line: who wrote them, and whether a second reader agrees on the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from extractors.reading.ctc import DecodedCharacter
from extractors.reading.hand import STEP, HandJudge, chance_between
from extractors.reading.second_reader import SecondReader, compared, numbers_in

_LEAST_WIDTH = 32
_HAND_FROM = 0.3
"""Print that reads well needs no second reader; ink that may be a hand's does."""
_POOR = 0.97
_SIDE = 0.35
"""Share of a character's width that is cut out on both sides of a number."""


class LineWitness:
    """Adds to the characters of a line what two small networks say of its ink.

    Args:
        threads: of the inference engine.
    """

    def __init__(self, threads: int) -> None:
        self._judge = HandJudge(threads)
        self._second = SecondReader(threads)

    def look(self, characters: tuple[DecodedCharacter, ...], grey: NDArray[np.uint8]) -> tuple[DecodedCharacter, ...]:
        """Return the characters with ``hand``, and with ``second`` where a number was worth a second reading.

        Args:
            characters: of one line, places as shares of its length.
            grey: the line, shape (48, width).
        """
        inner = grey.shape[1]
        chances = self._judge(_padded(grey))[0]
        seen = tuple(replace(c, hand=round(chance_between(chances, c.start, c.end, inner), 3)) for c in characters)
        text = "".join(c.text for c in seen)
        for start, end in numbers_in(text):
            if _is_worth_it(seen[start:end]):
                seen = (*seen[:start], *self._seconded(seen[start:end], grey), *seen[end:])
        return seen

    def _seconded(self, number: Sequence[DecodedCharacter], grey: NDArray[np.uint8]) -> list[DecodedCharacter]:
        inner = grey.shape[1]
        side = _SIDE * (number[-1].end - number[0].start) / len(number)
        first, last = int((number[0].start - side) * inner), int((number[-1].end + side) * inner) + 1
        cut = grey[:, max(0, first) : min(inner, last)]
        if cut.shape[1] < 4:
            return list(number)
        signs, scores = self._second.read(cut.astype(np.float32) / 127.5 - 1.0)
        answers = compared("".join(c.text for c in number), signs, scores)
        return [
            replace(c, second=round(a.agrees, 3), alternatives=_with(c.alternatives, c.text, a.instead), chances=())
            for c, a in zip(number, answers, strict=True)
        ]


def _is_worth_it(number: Sequence[DecodedCharacter]) -> bool:
    hand = sum(c.hand or 0.0 for c in number) / len(number)
    return hand >= _HAND_FROM or min(c.score for c in number) < _POOR


def _with(alternatives: tuple[str, ...], own: str, instead: str) -> tuple[str, ...]:
    if not instead or instead == own.upper() or instead in alternatives:
        return alternatives
    return (instead, *alternatives)


def _padded(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    width = max(_LEAST_WIDTH, -(-grey.shape[1] // STEP) * STEP)
    batch = np.ones((1, 1, grey.shape[0], width), np.float32)
    np.multiply(grey, np.float32(1 / 127.5), out=batch[0, 0, :, : grey.shape[1]], casting="unsafe")
    batch[0, 0, :, : grey.shape[1]] -= 1.0
    return batch
