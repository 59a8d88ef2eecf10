"""The chance that a group of ink is a hand's: measures against the print beside it, and the network's opinion."""

from __future__ import annotations

import math

from extractors.marks.hand_network import hand_logit
from extractors.marks.handwriting import hand_probability, measure
from extractors.marks.ink_groups import InkGroup

MEASURES, NETWORK, BIAS = 0.5, 0.8, 0.0
"""Weights of the two log odds, set by hand on drawn pages (docs/models/signatures.md)."""
MOST = 5.0


def group_probability(group: InkGroup, *, same_row: bool) -> float:
    """Return the chance that a hand made the ink of a group; `same_row` when its print is the label beside it."""
    measured = hand_probability(measure(group.ink, group.printed, same_row=same_row))
    odds = _bounded(math.log(measured / (1 - measured))) if 0 < measured < 1 else MOST * (1 if measured else -1)
    return 1 / (1 + math.exp(-(MEASURES * odds + NETWORK * _bounded(hand_logit(group.picture())) + BIAS)))


def _bounded(odds: float) -> float:
    return min(max(odds, -MOST), MOST)
