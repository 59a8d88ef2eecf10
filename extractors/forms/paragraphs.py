"""Values of several lines beside their labels, on forms without rules: which lines are one paragraph, and whose.

A label may stand level with the first line of its value, or with its middle; lines of one value stand closer together
than the values of two labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.base import BBox
from extractors.layout.blocks import Place

_LINE_GAP = 0.55
"""Most free space between two lines of one value, in heights of the line."""
_ALIGNED = 1.5
_FULL = 4.0
"""A line that ends this near to the right edge is full, in heights of the line: its value may go on below."""


@dataclass(frozen=True)
class Head:
    """A label on the page: index among the hits, row, box of its words, and whether it is the first in its row."""

    index: int
    row: int
    box: BBox
    first: bool


Run = tuple[int, list[Place], Head | None]
"""Words of one row between two labels: row, places, the label before them in the row."""


def with_paragraphs(runs: Sequence[Run], heads: Sequence[Head], tall: Sequence[bool]) -> list[Run]:
    """Give lines without a label of their own to the label that the paragraph they belong to stands beside.

    Args:
        runs: words of every row between labels.
        heads: the labels.
        tall: for every label, whether its value may run over any number of lines; other values do when a line is full.
    """
    edge = max((run_box(places)[2] for _, places, _ in runs), default=0.0)
    boxes = [run_box(places) for _, places, _ in runs]
    groups = _clusters(runs, boxes)
    owners: dict[int, Head] = {}
    for group in groups:
        if len(group) < 2:
            continue
        own = {runs[i][2] for i in group if runs[i][2] is not None}
        head = own.pop() if len(own) == 1 else _level_with(group, boxes, heads) if not own else None
        if head is not None and not tall[head.index]:
            others = [box for i, box in enumerate(boxes) if i not in group] + [other.box for other in heads]
            if not _is_full(boxes[group[0]], _limit([boxes[i] for i in group], others, edge)):
                continue
        if head is not None:
            owners |= {i: head for i in group if runs[i][2] is None}
    return [(row, places, before or owners.get(i)) for i, (row, places, before) in enumerate(runs)]


def _limit(group: Sequence[BBox], others: Sequence[BBox], edge: float) -> float:
    """Return how far right the lines of a paragraph may reach: to what stands beside them, or to the edge."""
    top, bottom = group[0][1], group[-1][3]
    right = max(box[2] for box in group)
    beside = (box[0] for box in others if box[0] >= right and min(box[3], bottom) > max(box[1], top))
    return min([edge, *beside])


def _is_full(line: BBox, edge: float) -> bool:
    return line[2] > edge - _FULL * (line[3] - line[1])


def _clusters(runs: Sequence[Run], boxes: Sequence[BBox]) -> list[list[int]]:
    """Join lines that follow each other closely, left edges in line; two lines with labels of their own never join."""
    order = sorted(range(len(runs)), key=lambda i: boxes[i][1])
    groups: list[list[int]] = []
    for i in order:
        home = next(
            (g for g in reversed(groups) if _follows(boxes[g[-1]], boxes[i]) and not _both_own(runs, g, i)), None
        )
        if home is None:
            groups.append([i])
        else:
            home.append(i)
    return groups


def _both_own(runs: Sequence[Run], group: Sequence[int], new: int) -> bool:
    return runs[new][2] is not None and any(runs[i][2] is not None for i in group)


def _follows(above: BBox, below: BBox) -> bool:
    height = min(above[3] - above[1], below[3] - below[1])
    gap = below[1] - above[3]
    return -0.6 * height < gap < _LINE_GAP * height and abs(below[0] - above[0]) < _ALIGNED * height


def _level_with(group: Sequence[int], boxes: Sequence[BBox], heads: Sequence[Head]) -> Head | None:
    """Return the one label that stands left of a paragraph, level with some of it."""
    top, bottom = boxes[group[0]][1], boxes[group[-1]][3]
    left = min(boxes[i][0] for i in group)
    level = [
        head for head in heads if top < (head.box[1] + head.box[3]) / 2 < bottom and head.box[2] < left + _height(head)
    ]
    return level[0] if len(level) == 1 else None


def _height(head: Head) -> float:
    return 0.5 * (head.box[3] - head.box[1])


def run_box(places: Sequence[Place]) -> BBox:
    """Return the box around the words of a run."""
    boxes = [place_box(place) for place in places]
    return boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes)


def place_box(place: Place) -> BBox:
    """Return the box of one character."""
    return place.piece.line.span_box(place.offset, place.offset + 1)
