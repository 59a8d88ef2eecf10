"""Groups of ink in one row: the parts of one name, or the names of several people side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from domain.base import BBox
from extractors.marks.handwriting import InkPatch
from extractors.marks.ink_groups import InkGroup
from extractors.marks.signature_places import in_one_row

LONG_FOR_ONE = 3.6
"""Width against height from which a group is more than one name where several people sign."""
LEAST_GAP, LEAST_PART = 0.12, 0.8
"""Least gap between names and least width of a name, against the row's height, where several people sign."""
SURE_GAP, SURE_PART = 0.22, 1.2
"""The same where the label does not say that there are several."""
SAME_ROW_HEIGHT, SPECKS = 0.55, 0.03
SAME_NAME_GAP, SAME_HEIGHT, LONGEST_NAME = 0.7, 0.35, 4.2
"""Parts of one name: gap against the height, least ratio of heights, width against height of all together."""


def split_names(group: InkGroup, *, joint: bool) -> list[InkGroup]:
    """Part a long group at its widest gaps; a short one stays whole."""
    least_gap, least_part = (LEAST_GAP, LEAST_PART) if joint else (SURE_GAP, SURE_PART)
    height, width = group.ink.mask.shape
    if width < LONG_FOR_ONE * height:
        return [group]
    inked = group.ink.mask.sum(axis=0) > SPECKS * height
    edges = np.flatnonzero(np.diff(np.concatenate([[1], inked, [1]]).astype(np.int8)))
    gaps = sorted(((int(b - a), int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)), reverse=True)
    least = least_part * height
    for gap, start, end in gaps:
        if gap < least_gap * height:
            break
        if start > least and width - end > least:
            first, second = _part(group, 0, start), _part(group, end, width)
            return split_names(first, joint=joint) + split_names(second, joint=joint)
    return [group]


def further_names(first: BBox, others: Sequence[InkGroup]) -> list[InkGroup]:
    """Return groups that stand in the row of a signature like further ones: as high, long enough, clear of it."""
    found = []
    for other in others:
        x0, y0, x1, y1 = other.box
        high, tall = y1 - y0, first[3] - first[1]
        alike = min(tall, high) > SAME_ROW_HEIGHT * max(tall, high) and x1 - x0 > SURE_PART * high
        if alike and x0 > first[2] and in_one_row(first, other.box):
            found.append(other)
    return found


def _part(group: InkGroup, start: int, end: int) -> InkGroup:
    """Return the columns `start` to `end` of a group."""
    x0, y0, x1, y1 = group.box
    scale = (x1 - x0) / max(group.ink.mask.shape[1], 1)
    columns = np.s_[:, start:end]
    ink = InkPatch(group.ink.mask[columns], group.ink.strength[columns], group.ink.blue[columns], group.ink.top)
    return replace(group, box=(x0 + start * scale, y0, x0 + end * scale, y1), ink=ink)


def whole_name(first: InkGroup, others: Sequence[InkGroup]) -> BBox:
    """Return the box of the name that `first` begins: characters set wide apart are one name."""
    box = first.box
    for other in sorted(others, key=lambda g: g.box[0]):
        left, right = other.box[0], other.box[2]
        tall, high = box[3] - box[1], other.box[3] - other.box[1]
        near = -0.2 * tall < left - box[2] < SAME_NAME_GAP * max(tall, high)
        alike = min(tall, high) > SAME_HEIGHT * max(tall, high)
        if near and alike and in_one_row(box, other.box) and right - box[0] < LONGEST_NAME * max(tall, high):
            box = (box[0], min(box[1], other.box[1]), max(box[2], right), max(box[3], other.box[3]))
    return box
