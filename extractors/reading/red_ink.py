"""Muting red and blue seals before text is looked for: a seal across printed lines hides them from the detector.

Red ink is nearly as light as paper in the red channel while black print and blue pen stay dark there. Only regions
of the size and shape of a seal are changed, so red letterheads and red handwriting stay readable.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading.picture import Image

_SIDE = 800
# At 800 px for the 297 mm of A4: seals are 10 to 70 mm across (round 38 to 58 mm, oval 45 x 30 mm, square 18 mm).
_LEAST, _MOST = 25, 190
_MOST_ELONGATED = 2.0
_LEAST_RED = 0.03
_GAP = 13
_REDNESS = 35
_MARGIN = 3
_DARK = 0.55
_BLUER_THAN_GREEN = 20
_LEAST_HULL, _LEAST_RING, _RING_WIDTH, _STEP = 8, 0.8, 5, 10


def without_seals(image: Image) -> Image:
    """Return ``image`` with seal-like regions of red and blue ink muted; the same object when there are none.

    Blue is also the colour of pens: a blue region is muted only when a ring runs around it.
    """
    if image.ndim == 2:
        return image
    factor = max(1, int(max(image.shape[:2]) / _SIDE))
    small = image[::factor, ::factor]
    muted = image
    for channel, boxes in ((2, _regions(_red(small))), (0, _ringed(_blue(small)))):
        for box in boxes:
            muted = image.copy() if muted is image else muted
            x0, y0, x1, y1 = (v * factor for v in box)
            _mute(muted[y0:y1, x0:x1], channel)
    return muted


def _mute(part: Image, channel: int) -> None:
    """Turn the seal's ink on ``part`` into paper: in the channel of its own colour it is nearly as light."""
    light = part[:, :, channel]
    paper = np.uint8(np.percentile(light[::4, ::4], 80))
    ink = _red(part) if channel == 2 else _blue(part)
    # Dark pixels under the seal are print or pen: they keep their value.
    part[:] = np.where(ink & (light > _DARK * paper), paper, light)[:, :, None]


def _ringed(mask: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Return the seal-like boxes whose outline is an inked ellipse."""
    return [box for box in _regions(mask) if _outlined(mask[box[1] : box[3], box[0] : box[2]])]


def _outlined(part: NDArray[np.bool_]) -> bool:
    """Tell whether ink runs along the ellipse that its hull describes, in most directions."""
    points = cv2.findNonZero(part.astype(np.uint8))
    hull = cv2.convexHull(points) if points is not None else np.empty((0, 1, 2))
    if len(hull) < _LEAST_HULL:
        return False
    (x, y), (across, along), angle = cv2.fitEllipseDirect(hull)
    if not 0 < min(across, along) <= max(across, along) < 2 * max(part.shape):
        return False
    band = np.zeros(part.shape, np.uint8)
    centre = (round(x), round(y))
    cv2.ellipse(band, centre, (round(across / 2), round(along / 2)), angle, 0, 360, 1, _RING_WIDTH)
    ys, xs = np.nonzero(part & (band > 0))
    turns = np.round(np.degrees(np.arctan2(ys - y, xs - x)) / _STEP) % (360 // _STEP)
    return bool(len(np.unique(turns)) >= _LEAST_RING * 360 / _STEP)


def _blue(image: Image) -> NDArray[np.bool_]:
    blue, green, red = cv2.split(image)
    return np.asarray((cv2.subtract(blue, red) > _REDNESS) & (cv2.subtract(blue, green) > _BLUER_THAN_GREEN), np.bool_)


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
