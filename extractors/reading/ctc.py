"""Decoding of a CTC probability matrix into characters with places, scores and alternatives.

Greedy decoding as in Graves et al. 2006 (Connectionist Temporal Classification): the best class of every time step,
repeats merged, blanks dropped. Class 0 is the blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SURE = 0.995
_WORTH_NAMING = 0.002
_MOST_ALTERNATIVES = 6


@dataclass(frozen=True)
class DecodedCharacter:
    """One character.

    Attributes:
        text: the character.
        start: left edge as a share of the matrix's length, 0 to 1.
        end: right edge as a share of the matrix's length, 0 to 1.
        score: probability of its best time step.
        alternatives: the next best characters of that step, best first.
        margin: distance of ``score`` to the best alternative's; ``None`` without alternatives.
        hand: chance that a hand wrote it, ``None`` when nobody looked.
        second: chance that the second reader gives it too, ``None`` when it was not asked.
        chances: probability of each of the alternatives, in their order; empty when no longer known.
    """

    text: str
    start: float
    end: float
    score: float
    alternatives: tuple[str, ...]
    margin: float | None = None
    hand: float | None = None
    second: float | None = None
    chances: tuple[float, ...] = ()


def decode(
    probabilities: NDArray[np.float32], classes: Sequence[str], stretch: float = 1.0
) -> tuple[DecodedCharacter, ...]:
    """Return the characters of one line.

    Args:
        probabilities: time steps x classes.
        classes: meaning of each class; entry 0 is the blank.
        stretch: length of the padded matrix by that of the line; edges are shares of the line.
    """
    best = probabilities.argmax(axis=1)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(best)) + 1))
    peaks = np.maximum.reduceat(probabilities[np.arange(best.size), best], starts)
    ends = np.append(starts[1:], best.size)
    read = best[starts] != 0
    first, after, score = starts[read], ends[read], peaks[read].tolist()
    if first.size == 0:
        return ()
    edges = np.minimum(_edges(first, after, best.size) * stretch, 1.0).tolist()
    winners = best[first].tolist()
    found = []
    for winner, (start, end), sure, a, b in zip(winners, edges, score, first, after, strict=True):
        others, chances, margin = (
            ((), (), None) if sure >= _SURE else _alternatives(probabilities[a:b], winner, classes)
        )
        found.append(DecodedCharacter(classes[winner], start, end, sure, others, margin, chances=chances))
    return tuple(found)


def _edges(first: NDArray[np.intp], after: NDArray[np.intp], steps: int) -> NDArray[np.float64]:
    """Put edges half way between neighbouring centres; the outer ones as far out as the inner ones."""
    centres = (first + after) / 2.0
    middles = (centres[1:] + centres[:-1]) / 2.0
    # A character is seldom wider than the usual distance: a gap in the line belongs to nobody.
    reach = _median(np.diff(centres)) * 0.6 if centres.size > 1 else steps / 2.0
    left = np.maximum(np.concatenate(([0.0], middles)), centres - reach)
    right = np.minimum(np.concatenate((middles, [float(steps)])), centres + reach)
    return np.stack((left, right), axis=1).clip(0.0, steps) / steps


def _median(values: NDArray[np.float64]) -> float:
    """Return the median; for a few numbers ``np.median`` costs ten times as much."""
    ordered = np.sort(values)
    return float(ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]) / 2.0


def _alternatives(
    rows: NDArray[np.float32], winner: int, classes: Sequence[str]
) -> tuple[tuple[str, ...], tuple[float, ...], float | None]:
    """Return the next best characters, their probabilities, and how far the best lies behind the winner."""
    row = rows.max(axis=0)
    candidates = np.flatnonzero(row > _WORTH_NAMING)
    ordered = [c for c in candidates[np.argsort(-row[candidates])] if c not in (0, winner)]
    margin = float(row[winner] - row[ordered[0]]) if ordered else None
    kept = ordered[:_MOST_ALTERNATIVES]
    return tuple(classes[c] for c in kept), tuple(float(row[c]) for c in kept), margin
