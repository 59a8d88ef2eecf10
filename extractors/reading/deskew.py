"""Small rotations: how skewed a page is and how to set it straight.

The angle is the one that makes the ink of the lines pile up most sharply when projected on the vertical axis
(projection profile, Postl 1986), searched in three passes around what the text boxes say.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading.ocr import Quads
from extractors.reading.picture import Image

_WORTHWHILE = 0.2
_MOST = 20.0
_SIDE = 1200
_POINTS = 12_000
_RIM = 0.03
_PASSES = ((1.0, 0.25), (0.3, 0.1), (0.1, 0.025))
_FEW_LINES = 5


def find_skew(image: Image, quads: Quads) -> float:
    """Return the rotation to remove, degrees counter-clockwise positive, 0 when it is not worthwhile.

    Args:
        image: turned upright, not yet straight.
        quads: lines found on it.
    """
    quads = _away_from_rim(quads, image.shape[0])
    coarse = _angle_of_boxes(quads)
    if coarse is None:
        return 0.0
    points = _ink(image, quads)
    if points is None:
        return 0.0
    angle = coarse
    # a few lines would be tilted until their rows fall on each other: there the boxes know better
    for reach, step in _PASSES[1:] if len(quads) < _FEW_LINES else _PASSES:
        choices = np.arange(angle - reach, angle + reach + step / 2, step)
        angle = float(max(choices, key=lambda a: _sharpness(points, float(a))))
    if abs(angle) > _MOST:
        return 0.0
    return round(angle, 3) if abs(angle) >= _WORTHWHILE else 0.0


def straightened(image: Image, skew: float) -> Image:
    """Return ``image`` with ``skew`` removed; the canvas grows so that no corner is lost, filled with paper."""
    if skew == 0.0:
        return image
    matrix, size = _rotation(skew, image.shape[1], image.shape[0])
    sample = image[::16, ::16]
    paper = tuple(np.percentile(sample.reshape(-1, *image.shape[2:]), 80, axis=0).reshape(-1).tolist())
    return np.asarray(
        cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=paper)
    )


def straight_size(skew: float, width: int, height: int) -> tuple[int, int]:
    """Return width and height of an image of ``width`` x ``height`` after ``straightened``."""
    return (width, height) if skew == 0.0 else _rotation(skew, width, height)[1]


def straighten_quads(quads: Quads, skew: float, width: int, height: int) -> Quads:
    """Return ``quads`` of an image of ``width`` x ``height`` as they are after ``straightened``."""
    if skew == 0.0 or not len(quads):
        return quads
    matrix, _ = _rotation(skew, width, height)
    return np.asarray(cv2.transform(quads.reshape(-1, 1, 2), matrix), np.float32).reshape(-1, 4, 2)


def _rotation(skew: float, width: int, height: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    radians = math.radians(skew)
    cos, sin = abs(math.cos(radians)), abs(math.sin(radians))
    size = (round(width * cos + height * sin), round(height * cos + width * sin))
    # OpenCV's positive angle turns the picture counter-clockwise; removing a counter-clockwise skew turns it back.
    matrix = cv2.getRotationMatrix2D((width / 2.0, height / 2.0), -skew, 1.0)
    matrix[:, 2] += ((size[0] - width) / 2.0, (size[1] - height) / 2.0)
    return np.asarray(matrix, np.float64), size


def _away_from_rim(quads: Quads, height: int) -> Quads:
    """Leave out lines at the upper and lower rim, which a fax machine prints straight on whatever it sends."""
    middles = quads.mean(axis=1)[:, 1] / height if len(quads) else np.zeros(0)
    inner = (middles > _RIM) & (middles < 1 - _RIM)
    return quads[inner] if inner.any() else quads


def _angle_of_boxes(quads: Quads) -> float | None:
    """Return the median slope of the boxes that are long enough to have one, weighted by length."""
    if not len(quads):
        return None
    along = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]) / 2.0
    length = np.linalg.norm(along, axis=1)
    thickness = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    long = length > 3.0 * thickness
    if not long.any():
        return None
    angles = -np.degrees(np.arctan2(along[long, 1], along[long, 0]))
    order = np.argsort(angles)
    weight = np.cumsum(length[long][order])
    return float(angles[order][np.searchsorted(weight, weight[-1] / 2.0)])


def _ink(image: Image, quads: Quads) -> NDArray[np.float32] | None:
    """Return points of ink inside the text boxes, at most ``_POINTS``, in units of the reduced page."""
    scale = min(1.0, _SIDE / max(image.shape[:2]))
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    grey = cv2.resize(image if image.ndim == 2 else cv2.extractChannel(image, 1), size, interpolation=cv2.INTER_LINEAR)
    mask = np.zeros(grey.shape, np.uint8)
    for quad in quads:
        cv2.fillConvexPoly(mask, (quad * scale).astype(np.int32), 1)
    text = grey[mask > 0]
    if text.size < 100:
        return None
    threshold, _ = cv2.threshold(text.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    ys, xs = np.nonzero((grey < threshold) & (mask > 0))
    step = max(1, xs.size // _POINTS)
    return np.stack((xs[::step], ys[::step])).astype(np.float32)


def _sharpness(points: NDArray[np.float32], angle: float) -> float:
    radians = math.radians(angle)
    rows = points[1] * math.cos(radians) + points[0] * math.sin(radians)
    histogram = np.bincount((rows - rows.min()).astype(np.int64))
    return float((np.diff(histogram.astype(np.float64)) ** 2).sum())
