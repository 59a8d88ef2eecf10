"""Which words of a page stand in one row, though some are written a little higher than others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from domain.base import BBox

_LIFTED, _NEARER = 0.8, 1.5
"""Most that a value may stand higher or lower than its label, in heights, and how much farther the next row is."""


class Boxed(Protocol):
    """Anything with a place on the page."""

    @property
    def bbox(self) -> BBox:
        """Box on the upright page, pixels."""


P = TypeVar("P", bound=Boxed)


def visual_rows(pieces: Sequence[P]) -> list[list[P]]:
    """Group pieces that stand on one level; left to right inside a row."""
    rows: list[list[P]] = []
    for piece in sorted(pieces, key=lambda p: (p.bbox[1] + p.bbox[3]) / 2):
        if rows and any(_same_level(other.bbox, piece.bbox) for other in rows[-1]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.bbox[0]) for row in _with_lifted(rows)]


def _with_lifted(rows: Sequence[list[P]]) -> list[list[P]]:
    """Join two rows that are one: values written a little above, or below, the labels they stand beside."""
    middles = [sum(_middle(piece.bbox) for piece in row) / len(row) for row in rows]
    steps = [float("inf"), *(b - a for a, b in pairwise(middles)), float("inf")]
    joined: list[list[P]] = []
    for index, row in enumerate(rows):
        near = index > 0 and steps[index] * _NEARER < min(steps[index - 1], steps[index + 1])
        if near and _interleaved(joined[-1], row, steps[index]):
            joined[-1].extend(row)
        else:
            joined.append(row)
    return joined


def _interleaved(upper: Sequence[Boxed], lower: Sequence[Boxed], step: float) -> bool:
    """Tell whether two rows fill each other's gaps and are no whole line apart."""
    height = min(piece.bbox[3] - piece.bbox[1] for piece in (*upper, *lower))
    aside = all(min(a.bbox[2], b.bbox[2]) - max(a.bbox[0], b.bbox[0]) < 0.3 * height for a in upper for b in lower)
    return step < _LIFTED * height and aside


def _middle(box: BBox) -> float:
    return (box[1] + box[3]) / 2


def _same_level(a: BBox, b: BBox) -> bool:
    shared = min(a[3], b[3]) - max(a[1], b[1])
    aside = min(a[2], b[2]) - max(a[0], b[0]) < 0.3 * min(a[2] - a[0], b[2] - b[0])
    return aside and shared > 0.5 * min(a[3] - a[1], b[3] - b[1])
