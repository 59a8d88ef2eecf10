"""Frames of stamps that stand askew to the page's own rules, found by their sides although print and rules cross them.

A framed stamp in copied or faxed ink hangs together with the table it was pressed on, so that no component has its
shape. Its four sides are straight pieces of a direction that nothing else on the page has; a cell of the table has the
table's direction, and its rules go on beyond its corners.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from extractors.marks.frames import SIDE_MM, FrameEvidence, judge_frame
from extractors.marks.ink import Image, Inks

PIECE_MM, RULE_MM = 3.0, 25.0
"""Shortest straight piece of a frame; pieces from the second length on are the page's rules."""
LEAST_TILT, MOST_TILT, SAME_TILT = 1.0, 45.0, 2.5
"""Degrees between a stamp and the page's rules; pieces of one frame differ no more than the last."""
STROKE_MM, GAP_MM = 1.2, 3.0
LEAST_SIDE, LEAST_OUTLINE, MOST_BEYOND = 0.3, 0.58, 0.6
"""Share of each side and of the whole outline on straight pieces; how far sides may go on beyond the corners, as a
share of their length."""
MOST_LINES, SIDES = 14, 4


@dataclass(frozen=True)
class _Line:
    """Straight pieces in one line: its offset, and the places along it that are inked."""

    offset: float
    pieces: tuple[tuple[float, float], ...]

    def covered(self, start: float, end: float) -> float:
        """Return the length between two places that is inked."""
        return sum(max(min(b, end) - max(a, start), 0.0) for a, b in self.pieces)


def find_tilted_frames(strength: Image, inks: Inks, ink_at: float) -> list[FrameEvidence]:
    """Return rectangles of the size of a stamp whose sides are askew to the rules of the page.

    Args:
        strength: ink strength, 0 to 255.
        inks: gives the scale.
        ink_at: strength that counts as ink.
    """
    pieces = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(strength)[0]
    if pieces is None:
        return []
    ends = pieces.reshape(-1, 4).astype(np.float64)
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    ends, length = ends[length > inks.pixels(PIECE_MM)], length[length > inks.pixels(PIECE_MM)]
    tilt = _off(np.degrees(np.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0])))
    askew = np.abs(_off(tilt - _rules_tilt(tilt, length, inks.pixels(RULE_MM)))) >= LEAST_TILT
    askew &= length < inks.pixels(SIDE_MM[1])
    ends, length, tilt = ends[askew], length[askew], tilt[askew]
    found = []
    while len(length):
        seed = int(length.argmax())
        if length[seed] < inks.pixels(SIDE_MM[0]) * 0.7:
            break
        alike = np.abs(_off(tilt - tilt[seed])) <= SAME_TILT
        if alike.sum() >= SIDES:
            found += list(_rectangles(ends[alike], float(tilt[seed]), inks))
        alike[seed] = True
        ends, length, tilt = ends[~alike], length[~alike], tilt[~alike]
    return [judge_frame(strength, corners, ink_at) for corners in found]


def _off(degrees: Image) -> Image:
    """Return angles as the turn to the nearest axis, -45 to 45."""
    return np.asarray((degrees + 45.0) % 90.0 - 45.0)


def _rules_tilt(tilt: Image, length: Image, least: float) -> float:
    """Return the direction of the page's long rules; a page without any is upright."""
    rules = (length >= least) & (np.abs(tilt) < MOST_TILT / 3)
    return float(np.median(np.repeat(tilt[rules], (length[rules] / least).astype(int)))) if rules.any() else 0.0


def _rectangles(ends: Image, tilt: float, inks: Inks) -> Iterator[Image]:
    """Yield corners (clockwise from top left, float32 4 × 2) of rectangles that straight pieces make."""
    turn = np.radians(tilt)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    first, last = ends[:, :2] @ matrix.T, ends[:, 2:] @ matrix.T
    level = np.abs(last[:, 0] - first[:, 0]) > np.abs(last[:, 1] - first[:, 1])
    across = _lines(first[level], last[level], 0, inks)
    down = _lines(first[~level], last[~level], 1, inks)
    low, high = (inks.pixels(mm) for mm in SIDE_MM)
    for top, bottom in combinations(across, 2):
        if not low <= bottom.offset - top.offset <= high:
            continue
        for left, right in combinations(down, 2):
            if low <= right.offset - left.offset <= high and _is_frame(top, right, bottom, left):
                ends_at = ((left, top), (right, top), (right, bottom), (left, bottom))
                yield (np.array([(x.offset, y.offset) for x, y in ends_at]) @ matrix).astype(np.float32)


def _lines(first: Image, last: Image, along: int, inks: Inks) -> list[_Line]:
    """Join pieces that lie in one line, both edges of a stroke among them; the longest lines, by offset."""
    if not len(first):
        return []
    offsets = (first[:, 1 - along] + last[:, 1 - along]) / 2
    order = np.argsort(offsets)
    steps = np.flatnonzero(np.diff(offsets[order]) > inks.pixels(STROKE_MM)) + 1
    found = []
    for group in np.split(order, steps):
        starts = np.minimum(first[group, along], last[group, along])
        stops = np.maximum(first[group, along], last[group, along])
        pieces: list[tuple[float, float]] = []
        for start, stop in sorted(zip(starts.tolist(), stops.tolist(), strict=True)):
            if pieces and start - pieces[-1][1] < inks.pixels(GAP_MM):
                pieces[-1] = (pieces[-1][0], max(stop, pieces[-1][1]))
            else:
                pieces.append((start, stop))
        weights = stops - starts
        found.append(_Line(float(np.average(offsets[group], weights=weights)), tuple(pieces)))
    longest = sorted(found, key=lambda n: -max(b - a for a, b in n.pieces))[:MOST_LINES]
    return sorted(longest, key=lambda n: n.offset)


def _is_frame(top: _Line, right: _Line, bottom: _Line, left: _Line) -> bool:
    """Tell four sides from rules that only cross: inked between the corners, not beyond them."""
    width, height = right.offset - left.offset, bottom.offset - top.offset
    sides = [(top, left.offset, right.offset), (bottom, left.offset, right.offset)]
    sides += [(left, top.offset, bottom.offset), (right, top.offset, bottom.offset)]
    inked = [line.covered(start, end) for line, start, end in sides]
    if min(inked[0] / width, inked[1] / width, inked[2] / height, inked[3] / height) < LEAST_SIDE:
        return False
    beyond = sum(
        line.covered(start - reach, end + reach) - own
        for (line, start, end), own in zip(sides, inked, strict=True)
        for reach in ((end - start) / 2,)
    )
    outline = 2 * (width + height)
    return sum(inked) > LEAST_OUTLINE * outline and beyond < MOST_BEYOND * outline / 2
