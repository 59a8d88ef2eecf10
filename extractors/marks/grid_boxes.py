"""Boxes to tick: small square frames beside words, empty or with ink inside.

Recognisers read ticks badly, so a box is found by its four sides and judged by the ink between them. Strokes of
characters (口, 日, 田) form frames too; what a frame belongs to is settled by the words beside it, not here.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.base import BBox
from domain.documents import ReadPage
from domain.marks import TickBox

Gray = NDArray[np.uint8]

SMALLEST, LARGEST = 0.4, 1.3
"""Side of a box in heights of the page's usual line of text."""
ASPECT = 0.72
OVERSHOT, LONG = 1.6, 0.7
"""A tick may make box and stroke together this much larger; the sides are the strokes of at least this share."""
SIDE_DRAWN = 0.72
BAND = 0.2
"""Share of the box at each side in which that side must lie: a box copied askew leaves its row of pixels."""
INSIDE = 0.26
"""The inside begins this share of the box away from its edges."""
LINE_INSIDE, SCRIBBLED, SOLID = 0.9, 0.55, 0.8
"""A straight stroke through the whole inside, or more ink than a tick, makes a character (日, 磊), unless the inside is
nearly black (■)."""
LEAST_LINE = 9.0
SURELY_EMPTY, SURELY_TICKED = 0.03, 0.09
"""Share of ink inside a box that nobody touched, and of one that a pen crossed."""


def find_boxes(image: NDArray[np.uint8], page: ReadPage) -> tuple[TickBox, ...]:
    """Return the small square frames of a page, from the top.

    Args:
        image: upright page, BGR or grey.
        page: what was read on it; the height of its lines says how large a box may be.
    """
    heights = [min(y1 - y0, x1 - x0) for x0, y0, x1, y1 in (line.bbox for line in page.text.lines)]
    if not heights:
        return ()
    usual = float(np.median(heights))
    if usual * SMALLEST < LEAST_LINE / 2:
        return ()
    # one channel is enough: black, blue and red ink are all dark in green light
    gray = image if image.ndim == 2 else np.ascontiguousarray(image[..., 1])
    window = int(2 * usual) | 1
    ink = np.asarray(
        cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 18), np.uint8
    )
    boxes = [box for frame in _frames(ink, usual) if (box := _judged(ink, frame)) is not None]
    outer = [box for box in boxes if not any(_holds(other.bbox, box.bbox) for other in boxes if other is not box)]
    return tuple(sorted(outer, key=lambda box: (box.bbox[1], box.bbox[0])))


def _holds(outer: BBox, inner: BBox) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _frames(ink: Gray, usual: float) -> list[tuple[int, int, int, int]]:
    """Return x, y, width and height of connected straight strokes that fill a square of the right size."""
    length = max(4, round(0.3 * usual))
    # thickened across, a side that is a little askew is not cut where it steps
    flat = _opened(cv2.dilate(ink, np.ones((2, 1), np.uint8)), (length, 1))
    upright = _opened(cv2.dilate(ink, np.ones((1, 2), np.uint8)), (1, length))
    strokes = cv2.dilate(cv2.bitwise_or(flat, upright), np.ones((3, 3), np.uint8))
    # labelling costs most of the time: every second pixel tells the same components
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(strokes[::2, ::2]), connectivity=8)
    stats = stats * 2
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    low, high = SMALLEST * usual, LARGEST * usual
    fits = (np.minimum(width, height) >= low) & (np.maximum(width, height) <= OVERSHOT * high)
    candidates = (_tightened(flat, upright, stats[i]) for i in np.flatnonzero(fits))
    return [f for f in candidates if low <= min(f[2:]) >= ASPECT * max(f[2:]) and max(f[2:]) <= high]


def _tightened(flat: Gray, upright: Gray, stat: NDArray[np.int32]) -> tuple[int, int, int, int]:
    """Return the frame between the longest straight strokes: a tick may run far out of its box."""
    x, y, width, height = (int(v) for v in stat[:4])
    rows = np.count_nonzero(flat[y : y + height, x : x + width], axis=1)
    columns = np.count_nonzero(upright[y : y + height, x : x + width], axis=0)
    down, across = (np.flatnonzero(sums >= LONG * max(int(sums.max(initial=1)), 1)) for sums in (rows, columns))
    if not len(down) or not len(across):
        return x, y, width, 0
    return x + int(across[0]), y + int(down[0]), int(across[-1] - across[0]) + 1, int(down[-1] - down[0]) + 1


def _opened(ink: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, size)
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel), np.uint8)


def _judged(ink: Gray, frame: tuple[int, int, int, int]) -> TickBox | None:
    """Return the box at a frame with what is in it, ``None`` when its sides or its inside are a character's."""
    x, y, width, height = frame
    part = ink[y : y + height, x : x + width] > 0
    band_x, band_y = max(2, round(BAND * width)), max(2, round(BAND * height))
    sides = (part[:band_y].any(0), part[-band_y:].any(0), part[:, :band_x].any(1), part[:, -band_x:].any(1))
    if min(float(side.mean()) for side in sides) < SIDE_DRAWN:
        return None
    edge_x, edge_y = max(2, round(INSIDE * width)), max(2, round(INSIDE * height))
    inside = part[edge_y:-edge_y, edge_x:-edge_x]
    if inside.size < LEAST_LINE:
        return None
    share = float(inside.mean())
    lines = max(float(inside.mean(0).max()), float(inside.mean(1).max()))
    if (lines > LINE_INSIDE or share > SCRIBBLED) and share < SOLID:
        return None
    box: BBox = (float(x), float(y), float(x + width), float(y + height))
    ticked = True if share >= SURELY_TICKED else False if share <= SURELY_EMPTY else None
    return TickBox(bbox=box, ticked=ticked, ink=round(share, 3))
