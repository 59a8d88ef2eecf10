"""Rows of a form that only level rules divide: bands between long rules of equal extent, no uprights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from domain.base import BBox
from domain.marks import RuledCell
from extractors.marks.grid_lines import WORK_SIDE, Rules, Segment

_SHORTEST = 0.4
"""Least length of a rule that divides rows, in sides of the working image."""
_SAME_END, _SAME_RULE = 22.0, 6.0
_LEAST_RULES = 4
_LEAST_BAND = 16.0


def find_bands(rules: Rules, cells: Sequence[RuledCell]) -> tuple[BBox, ...]:
    """Return the bands from the top, pixels of the page; lines of writing paper make bands too, one for each line.

    Args:
        rules: all rules of the page.
        cells: the cells that were found; rules inside their tables make no bands.
    """
    tables = [cell.bbox for cell in cells]
    lines = _merged([rule for rule in rules.horizontal if not _in_table(rule, rules, tables)])
    long = [line for line in lines if line.length > _SHORTEST * WORK_SIDE]
    if len(long) < _LEAST_RULES:
        return ()
    start, end = float(np.median([line.start for line in long])), float(np.median([line.end for line in long]))
    equal = [line for line in long if abs(line.start - start) < _SAME_END and abs(line.end - end) < _SAME_END]
    if len(equal) < _LEAST_RULES:
        return ()
    bands = [(a.at, b.at) for a, b in pairwise(equal) if b.at - a.at > _LEAST_BAND]
    return tuple(_on_page((start, top, end, bottom), rules) for top, bottom in bands)


def _merged(segments: Sequence[Segment]) -> list[Segment]:
    """Join the pieces of broken rules."""
    lines: list[Segment] = []
    for piece in sorted(segments, key=lambda s: s.at):
        if lines and piece.at - lines[-1].at < _SAME_RULE:
            last = lines.pop()
            at = (last.at * last.length + piece.at * piece.length) / (last.length + piece.length)
            lines.append(Segment(at, min(last.start, piece.start), max(last.end, piece.end)))
        else:
            lines.append(piece)
    return lines


def _in_table(rule: Segment, rules: Rules, tables: Sequence[BBox]) -> bool:
    x, y = rules.straightening.point((rule.start + rule.end) / 2, rule.at)
    x, y = x / rules.scale, y / rules.scale
    return any(x0 - 4 <= x <= x1 + 4 and y0 - 4 <= y <= y1 + 4 for x0, y0, x1, y1 in tables)


def _on_page(box: BBox, rules: Rules) -> BBox:
    u0, v0, u1, v1 = box
    bend = rules.straightening
    left, right = bend.point(u0, (v0 + v1) / 2)[0], bend.point(u1, (v0 + v1) / 2)[0]
    top, bottom = bend.point((u0 + u1) / 2, v0)[1], bend.point((u0 + u1) / 2, v1)[1]
    return (left / rules.scale, top / rules.scale, right / rules.scale, bottom / rules.scale)
