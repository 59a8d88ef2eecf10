"""A second, independent reading of numbers (docs/models/line-networks.md).

PP-OCRv6 misreads handwritten digits with scores above 0.99. A small network that was trained on numbers alone makes
other mistakes: where the two agree a digit may be believed, where they differ a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from extractors.reading.inference import load_network

WEIGHTS = Path(__file__).with_name("weights") / "digits.onnx"
ALPHABET = "0123456789X-./,"
"""Classes 1 to 15; class 0 is the blank of CTC, class 16 any other sign."""
OTHER = len(ALPHABET) + 1
STEP = 4
"""Pixels of a strip per output of the network."""
_NUMBER = re.compile(r"[0-9Xx][0-9Xx\-./,]{2,}[0-9Xx]|[0-9]{1,3}")
_FOLDED = str.maketrans("x，。—－", "X,.--")


@dataclass(frozen=True)
class Second:
    """What the second reader says of one character.

    Attributes:
        agrees: chance of the character itself, 0 to 1; 0 when something else was read.
        instead: the sign it read in this place, empty when none.
    """

    agrees: float
    instead: str = ""


class SecondReader:
    """Reads numbers on strips.

    Args:
        threads: of the inference engine.
    """

    def __init__(self, threads: int) -> None:
        self._network = load_network(WEIGHTS, "onnxruntime", threads)

    def read(self, strip: NDArray[np.float32]) -> tuple[str, tuple[float, ...]]:
        """Return the signs on a strip and the probability of each; other signs come as ``#``.

        Args:
            strip: grey, shape (48, width), -1 black to 1 white.
        """
        width = -(-strip.shape[1] // STEP) * STEP
        batch = np.ones((1, 1, strip.shape[0], width), np.float32)
        batch[0, 0, :, : strip.shape[1]] = strip
        return greedy(self._network(batch)[0])


def numbers_in(text: str) -> list[tuple[int, int]]:
    """Return the places (0-based start, end) of the numbers in a line."""
    return [match.span() for match in _NUMBER.finditer(text)]


def compared(number: str, second: str, scores: Sequence[float]) -> list[Second]:
    """Compare a number with the second reading; one answer per character of ``number``.

    Args:
        number: as the recogniser read it.
        second: signs of the second reader; ``#`` at its ends are neighbours of the number.
        scores: one per sign of ``second``.
    """
    inside = second.strip("#")
    offset = len(second) - len(second.lstrip("#")) if inside else 0
    answers = [Second(0.0)] * len(number)
    wanted = number.translate(_FOLDED)
    for step in Levenshtein.opcodes(wanted, inside):
        if step.tag == "equal":
            for i, j in zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True):
                answers[i] = Second(scores[offset + j], inside[j])
        elif step.tag == "replace":
            for i, j in zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=False):
                answers[i] = Second(0.0, "" if inside[j] == "#" else inside[j])
        elif step.tag == "insert":
            # a sign that the recogniser skipped makes both neighbours doubtful
            for i in (step.src_start - 1, step.src_start):
                if 0 <= i < len(answers):
                    answers[i] = Second(0.0, answers[i].instead)
    return answers


def greedy(probabilities: NDArray[np.float32]) -> tuple[str, tuple[float, ...]]:
    """Decode a CTC matrix (Graves et al. 2006): repeats merged, blanks dropped."""
    signs: list[str] = []
    scores: list[float] = []
    last = 0
    for row, winner in zip(probabilities, probabilities.argmax(axis=1).tolist(), strict=True):
        if winner and winner != last:
            signs.append("#" if winner == OTHER else ALPHABET[winner - 1])
            scores.append(float(row[winner]))
        elif winner:
            scores[-1] = max(scores[-1], float(row[winner]))
        last = winner
    return "".join(signs), tuple(scores)
