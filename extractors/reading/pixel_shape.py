"""Telling from the characters themselves whether pixels are square: faxes often carry wrong or no resolution tags.

A Chinese character stands in a square, so in a line of them the step from one to the next is a fixed share of the
line's height. Where the step is twice as long, the page has half its lines (98 instead of 196 per inch).
"""

from __future__ import annotations

import itertools

import numpy as np

from extractors.reading.ocr import Quads, RawLine

# The step is 0.75 to 1.1 times the height of the detected box, half or twice that where the pixels are not square.
_TOO_SHORT, _TOO_LONG = 0.6, 1.38
_LEAST_STEPS = 12
FACTORS = (1.0, 2.0, 0.5)


def stretch_of(raw: list[RawLine], quads: Quads, turn: int) -> float:
    """Return what the height of the stored picture must be multiplied by: 0.5, 1 or 2; 1 when too little is read.

    Args:
        raw: lines as read on the turned page.
        quads: their corners.
        turn: how far the stored picture was turned to be upright, degrees.
    """
    steps = [step for line, quad in zip(raw, quads, strict=True) for step in _steps(line, quad)]
    if len(steps) < _LEAST_STEPS:
        return 1.0
    step = float(np.median(steps))
    if _TOO_SHORT <= step <= _TOO_LONG:
        return 1.0
    return 2.0 if (step > _TOO_LONG) == (turn in (0, 180)) else 0.5


def _steps(line: RawLine, quad: np.ndarray) -> list[float]:
    """Return the steps between neighbouring Chinese characters in units of the line's height."""
    length = float(np.linalg.norm(quad[1] - quad[0]))
    height = float(np.linalg.norm(quad[3] - quad[0]))
    if line.downwards:
        length, height = height, length
    middles = [(c.start + c.end) / 2 if "一" <= c.text <= "鿿" else None for c in line.characters]
    pairs = itertools.pairwise(middles)
    return [
        (after - before) * length / max(height, 1.0)
        for before, after in pairs
        if before is not None and after is not None
    ]
