"""Muting red seals before text is looked for: a seal across printed lines hides them from the detector.

Red ink is nearly as light as paper in the red channel while black print and blue pen stay dark there. Only regions
of the size and shape of a seal are changed, so red letterheads and red handwriting stay readable.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.picture import Image

_SIDE = 800
# At 800 px for the 297 mm of A4: seals are 10 to 70 mm across (round 38 to 58 mm, oval 45 x 30 mm, square 18 mm).
_LEAST, _MOST = 25, 190
_MOST_ELONGATED = 2.0
_LEAST_RED = 0.03
_GAP = 13
_REDNESS = 35
_MARGIN = 3
_DARK = 0.55


def without_seals(image: Image) -> Image:
    """Return ``image`` with seal-like red regions muted; the same object when there are none."""
    if image.ndim == 2:
        return image
    scale = max(image.shape[:2]) / _SIDE
    boxes = _regions(_red(image[:: max(1, int(scale)), :: max(1, int(scale))]))
    if not boxes:
        return image
    factor = max(1, int(scale))
    muted = image.copy()
    for x0, y0, x1, y1 in boxes:
        part = muted[y0 * factor : y1 * factor, x0 * factor : x1 * factor]
        red_channel = part[:, :, 2]
        paper = np.uint8(np.percentile(red_channel[::4, ::4], 80))
        # Dark pixels under the red are print or pen: they keep their value.
        only_seal = _red(part) & (red_channel > _DARK * paper)
        grey = np.where(only_seal, paper, red_channel)
        part[:] = grey[:, :, None]
    return muted


def _red(image: Image) -> NDArray[np.bool_]:
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.subtract(red, cv2.max(blue, green)) > _REDNESS, np.bool_)


def _regions(mask: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Return boxes (x0, y0, x1, y1) of the seal-like groups of ``mask``."""
    if np.count_nonzero(mask) < _LEAST:
        return []
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (_GAP, _GAP))
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    count, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    boxes = []
    for x, y, width, height, _area in stats[1:count].tolist():
        if not _seal_like(width, height):
            continue
        if mask[y : y + height, x : x + width].mean() < _LEAST_RED:
            continue
        boxes.append((max(0, x - _MARGIN), max(0, y - _MARGIN), x + width + _MARGIN, y + height + _MARGIN))
    return boxes


def _seal_like(width: int, height: int) -> bool:
    shorter, longer = sorted((width, height))
    return shorter >= _LEAST and longer <= _MOST and longer <= _MOST_ELONGATED * shorter
