"""Photographs of a page: finding the sheet on the desk and making it a rectangle.

Only a sheet whose edges are seen against something else is touched (one of them may be cut off by the picture): ruled
frames, identity cards on a scanner and pages that fill the picture stay as they are. Shadows have edges too, so all
guesses of where the sheet may be compete: the true one has the desk behind all of its edges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading.picture import Image, thinned

Corners = NDArray[np.float32]
"""Shape (4, 2), clockwise from top left, pixels."""

_SIDE = 480
_LEAST_AREA, _MOST_AREA = 0.3, 0.97
# Mean colour difference (CIE Lab) across every edge between a strip inside and one outside the sheet.
_LEAST_STEP = 8.0
_STRIP = 5
_SAMPLES = 32
# Share of an edge along which the colour must change; a line across desk or shadow changes in places only.
_LEAST_SEEN = 0.7
# A colour outside the sheet is the desk's when the rim of the picture has one as near as this (CIE Lab).
_LIKE_DESK = 14.0
_PALETTE = 48
_LEVELS = 5
# Something else of this share of the sheet's size beside it: two cards, two sheets.
_SECOND = 0.25
_AT_BORDER = 3.0
_A4_BONUS, _A4_NEAR = 0.1, 0.06
_AREA_COUNTS = 0.5
_SOLID = 0.94
_INSET = 1.2
# Focal length in units of the longer side of the picture: wide-angle to short telephoto.
_FOCAL = (0.5, 4.0)
_LEAST_CORNER, _MOST_CORNER = 55.0, 125.0


def rectified(image: Image) -> Image:
    """Return the sheet on ``image`` as a rectangle, or ``image`` itself when there is no sheet to be seen."""
    corners = find_sheet(image)
    return image if corners is None else _warped(image, corners)


def find_sheet(image: Image) -> Corners | None:
    """Return the corners of the sheet of paper on ``image``, ``None`` when it is not clearly there."""
    scale = _SIDE / max(image.shape[:2])
    if scale >= 1.0:
        return None
    step = max(1, round(1 / scale))
    if _border_is_paper(_lab(np.ascontiguousarray(image[::step, ::step]))):
        return None
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    small = cv2.resize(thinned(image, 2 * _SIDE), size, interpolation=cv2.INTER_AREA)
    lab = _lab(small)
    guesses = [corners for mask in _masks(lab) if (corners := _quadrilateral(mask)) is not None]
    desk = _rim(lab)[:: max(1, len(_rim(lab)) // _PALETTE)]
    likely = [(_likelihood(lab, desk, corners), corners) for corners in guesses]
    best, corners = max(likely, key=lambda pair: pair[0], default=(0.0, None))
    return np.asarray(_inset(corners) / scale, np.float32) if best > 0.0 and corners is not None else None


def _lab(small: Image) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_BGR2LAB), np.float32)


def _inset(corners: Corners) -> Corners:
    """Move the corners inwards, so that no line of the desk stays along the edges."""
    to_centre = corners.mean(axis=0) - corners
    return np.asarray(corners + np.sign(to_centre) * _INSET, np.float32)


def _border_is_paper(lab: NDArray[np.float32]) -> bool:
    """Tell whether the rim is as light as the paper, which is so for every scan."""
    rim = _rim(lab)[:, 0]
    paper = float(np.percentile(lab[::4, ::4, 0], 90))
    return float(np.median(rim)) > paper - _LEAST_STEP and float(np.percentile(rim, 20)) > paper - 2 * _LEAST_STEP


def _rim(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = (lab[:3].reshape(-1, 3), lab[-3:].reshape(-1, 3), lab[:, :3].reshape(-1, 3), lab[:, -3:].reshape(-1, 3))
    return np.concatenate(sides)


def _masks(lab: NDArray[np.float32]) -> Iterator[NDArray[np.uint8]]:
    """Yield guesses of what is paper: lighter than the rest; unlike the rim; enclosed by edges."""
    light = lab[:, :, 0].astype(np.uint8)
    yield _closed(cv2.threshold(light, 0, 255, cv2.THRESH_OTSU)[1])
    rim = _rim(lab)
    distance = np.linalg.norm(lab - np.median(rim, axis=0), axis=2)
    unlike = np.clip(distance * 2.0, 0, 255).astype(np.uint8)
    yield _closed(cv2.threshold(unlike, 0, 255, cv2.THRESH_OTSU)[1])
    spread = float(np.percentile(np.linalg.norm(rim - np.median(rim, axis=0), axis=1), 90))
    yield _closed(np.asarray((distance > spread + 4.0) * 255, np.uint8))
    low, high = float(np.median(rim[:, 0])), float(np.percentile(light, 90))
    for level in np.linspace(low, high, _LEVELS + 2)[1:-1]:
        yield _closed(np.asarray((light > level) * 255, np.uint8))
    tint = np.linalg.norm(lab[:, :, 1:] - np.median(rim[:, 1:], axis=0), axis=2)
    yield _closed(cv2.threshold(np.clip(tint * 6.0, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)[1])
    edges = cv2.dilate(cv2.Canny(light, 30, 90), np.ones((3, 3), np.uint8))
    filled = np.zeros_like(edges)
    contours, _ = cv2.findContours(edges, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    yield np.asarray(cv2.drawContours(filled, contours, -1, 255, cv2.FILLED), np.uint8)


def _closed(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    kernel = np.ones((9, 9), np.uint8)
    return np.asarray(cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel), cv2.MORPH_CLOSE, kernel))


def _quadrilateral(mask: NDArray[np.uint8]) -> Corners | None:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    areas = sorted((cv2.contourArea(contour) for contour in contours), reverse=True)
    if not areas or (len(areas) > 1 and areas[1] > _SECOND * areas[0]):
        return None
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    whole = float(mask.shape[0] * mask.shape[1])
    if not _LEAST_AREA * whole <= cv2.contourArea(hull) <= _MOST_AREA * whole:
        return None
    for tolerance in (0.01, 0.015, 0.02, 0.03, 0.04):
        polygon = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True)
        if len(polygon) == 4:
            break
    else:
        return None
    share = cv2.contourArea(polygon) / cv2.contourArea(hull)
    corners = _ordered(polygon.reshape(4, 2).astype(np.float32))
    return corners if share >= _SOLID and _angles_fit(corners) else None


def _ordered(points: Corners) -> Corners:
    centre = points.mean(axis=0)
    around = points[np.argsort(np.arctan2(points[:, 1] - centre[1], points[:, 0] - centre[0]))]
    first = int(np.argmin(around.sum(axis=1)))
    return np.asarray(np.roll(around, -first, axis=0), np.float32)


def _angles_fit(corners: Corners) -> bool:
    before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    degrees = np.degrees(np.arccos(np.clip((before * after).sum(axis=1) / np.maximum(norms, 1e-6), -1.0, 1.0)))
    return bool((degrees > _LEAST_CORNER).all() and (degrees < _MOST_CORNER).all())


def _likelihood(lab: NDArray[np.float32], desk: NDArray[np.float32], corners: Corners) -> float:
    """Return how likely ``corners`` are those of a sheet: 0 when an edge of it cannot be seen.

    Seen means: along most of the edge the colour changes, and what lies outside occurs at the picture's rim.
    """
    height, width = lab.shape[:2]
    seen, cut, lighter = [], 0, 0
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if _along_border(start, end, width, height):
            cut += 1
            continue
        inside, outside = _both_sides(lab, start, end)
        if len(outside) < _SAMPLES // 2:
            return 0.0
        changes = np.linalg.norm(inside - outside, axis=1) >= _LEAST_STEP
        nearest = np.linalg.norm(outside[:, None] - desk[None], axis=2).min(axis=1)
        seen.append(float((changes & (nearest < _LIKE_DESK)).mean()))
        lighter += int(np.median(inside[:, 0]) > np.median(outside[:, 0]))
    if cut > 1 or min(seen) < _LEAST_SEEN or lighter < 3 - cut:
        return 0.0
    ratio = _true_ratio(corners, width, height) or 1.0
    like_a4 = abs(max(ratio, 1 / ratio) / math.sqrt(2.0) - 1.0) < _A4_NEAR
    area = float(cv2.contourArea(corners)) / (width * height)
    return float(np.mean(seen) + _A4_BONUS * like_a4 + _AREA_COUNTS * area - 0.1 * cut)


def _along_border(start: Corners, end: Corners, width: int, height: int) -> bool:
    """Tell whether an edge is where the picture ends."""
    for axis, most in ((0, width - 1), (1, height - 1)):
        both = (start[axis], end[axis])
        if max(both) <= _AT_BORDER or min(both) >= most - _AT_BORDER:
            return True
    return False


def _both_sides(
    lab: NDArray[np.float32], start: Corners, end: Corners
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return colours inside and outside an edge at the same places, as far as both lie on the picture."""
    along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    inward = np.array([-along[1], along[0]], np.float32)
    places = start + np.linspace(0.06, 0.94, _SAMPLES, dtype=np.float32)[:, None] * (end - start)
    both = [np.rint(places + sign * _STRIP * inward).astype(int) for sign in (1, -1)]
    height, width = lab.shape[:2]
    within = np.logical_and.reduce([(p >= (0, 0)).all(axis=1) & (p < (width, height)).all(axis=1) for p in both])
    inside, outside = (np.asarray(lab[p[within, 1], p[within, 0]], np.float32) for p in both)
    return inside, outside


def _warped(image: Image, corners: Corners) -> Image:
    top, right, bottom, left = (np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)).tolist()
    width, height = max(top, bottom), max(left, right)
    ratio = _true_ratio(corners, image.shape[1], image.shape[0]) or (top + bottom) / (left + right)
    # Keep the finer direction as it is and stretch the one that perspective shortened.
    size = (round(max(width, height * ratio)), round(max(height, width / ratio)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC), np.uint8)


def _true_ratio(corners: Corners, width: int, height: int) -> float | None:
    """Return width by height of the sheet itself, ``None`` when the picture does not tell.

    Zhang and He, "Whiteboard scanning and image enhancement" (2004): a pinhole camera with square pixels whose axis
    goes through the middle of the picture.
    """
    centred = (corners - np.array([width / 2.0, height / 2.0])) / max(width, height)
    m1, m2, m4, m3 = np.concatenate((centred, np.ones((4, 1))), axis=1).astype(np.float64)
    cross = np.cross(m1, m4)
    n2 = float(cross @ m3) / float(np.cross(m2, m4) @ m3) * m2 - m1
    n3 = float(cross @ m2) / float(np.cross(m3, m4) @ m2) * m3 - m1
    depth = float(n2[2] * n3[2])
    if abs(depth) < 1e-4:
        return None
    focal_squared = -float(n2[0] * n3[0] + n2[1] * n3[1]) / depth
    low, high = _FOCAL
    if not low**2 <= focal_squared <= high**2:
        return None
    across = float(n2[:2] @ n2[:2]) / focal_squared + float(n2[2] ** 2)
    down = float(n3[:2] @ n3[:2]) / focal_squared + float(n3[2] ** 2)
    return math.sqrt(across / down)
