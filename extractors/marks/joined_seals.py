"""Seals that hang together with other ink: a name seal across a ring, ovals over each other, tilted ovals on text.

Whole components of ink show neither outline, so the joined ink alone is turned in steps: in one of them the sides of a
frame lie along the axes and are kept by an opening with straight lines, and a tilted oval stands upright for the vote.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from domain.base import BBox
from extractors.marks.ink import Image, Inks
from extractors.marks.rings import Ellipse, vote_circles

FRAME_TURNS = (-20, -15, -10, -5, 0, 5, 10, 15, 20)
OVAL_TURNS = (-36, -24, -12, 12, 24, 36)
OVAL_FLAT = (0.7,)
JOINED_MM = (20.0, 130.0)
FRAME_SIDE_MM = (9.0, 26.0)
STRAIGHT_MM = (5.5, 8.5, 12.0)
"""Longer lines keep only long sides: letters that touch a small frame would make it look larger."""
AROUND_RING_MM = 10.0
EXPLAINED = 0.86
MOST_AREAS = 3


def joined_areas(strength: Image, inks: Inks, ink_at: float, found: Sequence[BBox]) -> list[tuple[int, int, int, int]]:
    """Return (left, top, right, bottom) of connected ink that the boxes found do not explain, the largest first."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((strength > ink_at).astype(np.uint8))
    low, high = (inks.pixels(mm) for mm in JOINED_MM)
    areas = []
    for x, y, width, height, _ in stats[1:count].tolist():
        if max(width, height) < low or max(width, height) > high or min(width, height) < 0.4 * low:
            continue
        if not any(_share(box, (x, y, x + width, y + height)) > EXPLAINED for box in found):
            areas.append((x, y, x + width, y + height))
    return sorted(areas, key=lambda a: -(a[2] - a[0]) * (a[3] - a[1]))[:MOST_AREAS]


def around(box: BBox, inks: Inks) -> tuple[int, int, int, int]:
    """Return the neighbourhood of a ring, where a name seal may be pressed across it."""
    reach = inks.pixels(AROUND_RING_MM)
    height, width = inks.dark.shape
    left, top, right, bottom = box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach
    return max(int(left), 0), max(int(top), 0), min(int(right), width), min(int(bottom), height)


def _share(box: BBox, area: tuple[int, int, int, int]) -> float:
    width = min(box[2], area[2]) - max(box[0], area[0])
    height = min(box[3], area[3]) - max(box[1], area[1])
    return max(width, 0.0) * max(height, 0.0) / ((area[2] - area[0]) * (area[3] - area[1]))


def frame_corners(part: Image, inks: Inks, ink_at: float) -> list[Image]:
    """Return corners (clockwise from top left, float32 4 × 2) of square frames in a part of the page."""
    found = []
    lengths = [max(round(inks.pixels(mm)), 5) for mm in STRAIGHT_MM]
    low, high = (inks.pixels(mm) for mm in FRAME_SIDE_MM)
    for turn in FRAME_TURNS:
        turned, matrix = _turned(part, turn)
        mask = cv2.morphologyEx((turned > ink_at).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        for length in lengths:
            sides = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
            sides |= cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
            count, _, stats, _ = cv2.connectedComponentsWithStats(sides)
            for x, y, width, height, _ in stats[1:count].tolist():
                if low <= min(width, height) and max(width, height) <= min(high, 1.25 * min(width, height)):
                    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float32)
                    found.append(_back(corners, matrix))
    return found


def tilted_ovals(part: Image, radii: tuple[float, float]) -> list[Ellipse]:
    """Return oval candidates at any tilt in a part of the page, radii in pixels."""
    found = []
    for turn in OVAL_TURNS:
        turned, matrix = _turned(part, turn)
        half = cv2.resize(turned, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        for oval in vote_circles(half, (radii[0] / 2, radii[1] / 2), limit=2, flats=OVAL_FLAT):
            x, y = _back(np.array([[oval.x * 2, oval.y * 2]], np.float32), matrix)[0].tolist()
            found.append(Ellipse(x, y, oval.a * 2, oval.b * 2, float(turn)))
    return found


def _turned(part: Image, degrees: float) -> tuple[Image, Image]:
    """Turn counter-clockwise about the middle without cutting corners; return the matrix too."""
    height, width = part.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turn = math.radians(abs(degrees))
    size = (
        math.ceil(width * math.cos(turn) + height * math.sin(turn)) + 2,
        math.ceil(height * math.cos(turn) + width * math.sin(turn)) + 2,
    )
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    return np.asarray(cv2.warpAffine(part, matrix, size)), matrix


def _back(points: Image, matrix: Image) -> Image:
    inverse = cv2.invertAffineTransform(matrix)
    return np.asarray(points @ inverse[:, :2].T + inverse[:, 2], np.float32)
