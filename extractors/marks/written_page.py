"""Is a page written by hand throughout? Its longest lines look like a hand's, and recognition doubts them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from domain.documents import ReadPage
from domain.marks import RuledCell
from extractors.marks.hand_network import hand_logit
from extractors.marks.ink import Image
from extractors.marks.ink_groups import clipped

SAMPLED_LINES, LEAST_LINES, LEAST_LETTERS = 8, 2, 8
NETWORK, DOUBT, BIAS = 2.2, 2.1, 2.0
"""Weights of the median log odds and of the logarithm of the median doubt, fitted on drawn pages of all grades."""
LEAST_DOUBT = 0.002
LEAST_SQUARES, MOST_OBLONG = 60, 1.6


def is_squared(cells: Sequence[RuledCell]) -> bool:
    """Tell letter paper with a square for every sign from a table."""
    sides = [(c.bbox[2] - c.bbox[0], c.bbox[3] - c.bbox[1]) for c in cells]
    if len(sides) < LEAST_SQUARES:
        return False
    wide, high = (float(np.median(side)) for side in zip(*sides, strict=True))
    alike = sum(abs(w - wide) < 0.25 * wide and abs(h - high) < 0.25 * high for w, h in sides)
    return max(wide, high) < MOST_OBLONG * min(wide, high) and alike > 0.5 * len(sides)


def is_written(image: Image, page: ReadPage) -> bool:
    """Tell a letter or form written by hand from a printed page, by its longest lines."""
    if page.born_digital:
        return False
    lines = [n for n in page.text.lines if len(n.text) >= LEAST_LETTERS]
    logits, doubts = [], []
    for line in sorted(lines, key=lambda n: -len(n.text))[:SAMPLED_LINES]:
        x0, y0, x1, y1 = (int(v) for v in clipped(line.bbox, image))
        if x1 - x0 > 8 and y1 - y0 > 8:
            logits.append(hand_logit(image[y0:y1, x0 : min(x1, x0 + 10 * (y1 - y0))]))
            doubts.append(1 - line.score)
    if len(logits) < LEAST_LINES:
        return False
    doubt = math.log(max(float(np.median(doubts)), 0.0) + LEAST_DOUBT)
    return NETWORK * float(np.median(logits)) + DOUBT * doubt + BIAS > 0
