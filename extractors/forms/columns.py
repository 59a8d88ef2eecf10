"""Forms without rules in two columns side by side: each is read from its top, as if the other were not there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from domain.base import BBox, union_box
from extractors.forms.labels import LabelBook, find_labels
from extractors.layout.blocks import Block, Piece, make_block

_LEAST_LABELS = 3
"""So many labels open lines of each column, left edges in line."""
_NEAR = 1.0
"""How far left edges in line may lie apart, and how far a line may hang out of its column, in heights."""


def columns_of(area: Block, book: LabelBook) -> list[Block]:
    """Return the columns of a free area from the left, or the area itself where it has none.

    Two columns stand apart where no line crosses from one to the other below the first label of the right one, and
    a text of one of them is wrapped: rows of label and value side by side need no such care.
    """
    if area.cell is not None or area.band:
        return [area]
    pieces = area.pieces
    labels = [piece for piece in pieces if _opens_with_label(piece, area, book)]
    lefts = _in_line(labels)
    if len(lefts) != 2:
        return [area]
    edge = lefts[1] - _NEAR * _height(pieces)
    right = [piece for piece in pieces if piece.bbox[0] >= edge]
    left = [piece for piece in pieces if piece.bbox[0] < edge]
    top = min(piece.bbox[1] for piece in right)
    crossing = any(piece.bbox[2] > edge for piece in left if piece.bbox[3] > top)
    if crossing or not (_is_wrapped(left, labels) or _is_wrapped(right, labels)):
        return [area]
    return [make_block(own, _box(own), area.page) for own in (left, right)]


def _opens_with_label(piece: Piece, area: Block, book: LabelBook) -> bool:
    own = make_block([piece], area.bbox, area.page)
    hits = find_labels(own, book)
    return bool(hits) and hits[0].start <= 1


def _in_line(labels: Sequence[Piece]) -> list[float]:
    """Return the left edges that enough labels share."""
    groups: list[list[Piece]] = []
    for piece in sorted(labels, key=lambda p: p.bbox[0]):
        if groups and piece.bbox[0] - groups[-1][0].bbox[0] < _NEAR * _height(labels):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [group[0].bbox[0] for group in groups if len(group) >= _LEAST_LABELS]


def _is_wrapped(column: Sequence[Piece], labels: Sequence[Piece]) -> bool:
    """Tell whether a line of a column without a label follows closely on the one above it."""
    ordered = sorted(column, key=lambda piece: piece.bbox[1])
    height = _height(column)
    return any(
        b not in labels and 0 < b.bbox[1] - a.bbox[1] < 2 * height and _overlap(a, b) for a, b in pairwise(ordered)
    )


def _overlap(a: Piece, b: Piece) -> bool:
    return min(a.bbox[2], b.bbox[2]) > max(a.bbox[0], b.bbox[0])


def _height(pieces: Sequence[Piece]) -> float:
    heights = sorted(piece.bbox[3] - piece.bbox[1] for piece in pieces)
    return heights[len(heights) // 2] if heights else 0.0


def _box(pieces: Sequence[Piece]) -> BBox:
    return union_box(tuple(piece.bbox for piece in pieces))
