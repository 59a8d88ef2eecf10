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
_MOST_ALTERNATIVES = 3


@dataclass(frozen=True)
class DecodedCharacter:
    """One character.

    Attributes:
        text: the character.
        start: left edge as a share of the matrix's length, 0 to 1.
        end: right edge as a share of the matrix's length, 0 to 1.
        score: probability of its best time step.
        alternatives: the next best characters of that step, best first.
    """

    text: str
    start: float
    end: float
    score: float
    alternatives: tuple[str, ...]


def decode(probabilities: NDArray[np.float32], classes: Sequence[str]) -> tuple[DecodedCharacter, ...]:
    """Return the characters of one line.

    Args:
        probabilities: time steps x classes.
        classes: meaning of each class; entry 0 is the blank.
    """
    best = probabilities.argmax(axis=1)
    first = np.flatnonzero((best != 0) & (np.diff(best, prepend=0) != 0))
    if first.size == 0:
        return ()
    changes = np.append(np.flatnonzero(np.diff(best)) + 1, best.size)
    after = changes[np.searchsorted(changes, first, side="right")]
    score = np.array([probabilities[a:b, best[a]].max() for a, b in zip(first, after, strict=True)])
    edges = _edges(first, after, best.size)
    return tuple(
        DecodedCharacter(
            text=classes[best[a]],
            start=float(edges[k, 0]),
            end=float(edges[k, 1]),
            score=float(score[k]),
            alternatives=() if score[k] >= _SURE else _alternatives(probabilities[a:b], int(best[a]), classes),
        )
        for k, (a, b) in enumerate(zip(first, after, strict=True))
    )


def _edges(first: NDArray[np.intp], after: NDArray[np.intp], steps: int) -> NDArray[np.float64]:
    """Put edges half way between neighbouring centres; the outer ones as far out as the inner ones."""
    centres = (first + after) / 2.0
    middles = (centres[1:] + centres[:-1]) / 2.0
    # A character is seldom wider than the usual distance: a gap in the line belongs to nobody.
    reach = float(np.median(np.diff(centres))) * 0.6 if centres.size > 1 else steps / 2.0
    left = np.maximum(np.concatenate(([0.0], middles)), centres - reach)
    right = np.minimum(np.concatenate((middles, [float(steps)])), centres + reach)
    return np.stack((left, right), axis=1).clip(0.0, steps) / steps


def _alternatives(rows: NDArray[np.float32], winner: int, classes: Sequence[str]) -> tuple[str, ...]:
    row = rows.max(axis=0)
    candidates = np.flatnonzero(row > _WORTH_NAMING)
    ordered = candidates[np.argsort(-row[candidates])]
    return tuple(classes[c] for c in ordered if c not in (0, winner))[:_MOST_ALTERNATIVES]
