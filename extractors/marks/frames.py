"""Rectangular frames in coloured ink: square name seals and framed stamps."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from domain.base import BBox
from extractors.marks.ink import Image, Inks

SIDE_MM = (8.5, 70.0)
SAMPLES = 60


@dataclass(frozen=True)
class FrameEvidence:
    """A component that fills a rectangle, pixels of the reduced page; shares 0 to 1.

    Attributes:
        corners: four corners clockwise from top left, float32 4 × 2.
        width: longer side after the first corner, pixels.
        height: the other side, pixels.
        coverage: share of the outline with ink.
        weakest_side: share of the least inked side.
        inside: share of inked area inside of the frame.
        bumps: how unevenly the inside is inked (letters against a flat fill).
    """

    corners: Image
    width: float
    height: float
    coverage: float
    weakest_side: float
    inside: float
    bumps: float

    @property
    def ratio(self) -> float:
        """Longer to shorter side."""
        return max(self.width, self.height) / max(min(self.width, self.height), 1.0)

    @property
    def box(self) -> BBox:
        """Upright box around the corners."""
        (x0, y0), (x1, y1) = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)


def find_frames(strength: Image, inks: Inks, ink_at: float, *, joined: bool) -> list[FrameEvidence]:
    """Return the rectangles of one ink that have the size of a seal.

    Args:
        strength: ink strength, 0 to 255.
        inks: gives the scale.
        ink_at: strength that counts as ink.
        joined: also join ink that is up to 1.3 mm apart, for worn frames (in black ink that would join print).
    """
    mask = (strength > ink_at).astype(np.uint8)
    found = _components(strength, mask, inks, ink_at)
    if joined:
        reach = max(round(inks.pixels(1.3)), 1) | 1
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
        found += _components(strength, closed, inks, ink_at)
    return found


def _components(strength: Image, mask: Image, inks: Inks, ink_at: float) -> list[FrameEvidence]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    low, high = (inks.pixels(mm) for mm in SIDE_MM)
    fits = (stats[:, 2:4].min(axis=1) >= low) & (stats[:, 2:4].max(axis=1) <= high)
    found = []
    for label in np.flatnonzero(fits[1:count]) + 1:
        x, y, width, height, _ = stats[label]
        part = labels[y : y + height, x : x + width] == label
        found.append(judge_frame(strength, _corners(part) + np.array([x, y], np.float32), ink_at))
    return [f for f in found if min(f.width, f.height) >= low * 0.9]


def _corners(part: Image) -> Image:
    """Return the corners of the smallest turned rectangle, clockwise from top left."""
    points = np.column_stack(np.nonzero(part)[::-1]).astype(np.int32)
    corners = cv2.boxPoints(cv2.minAreaRect(points))
    total, difference = corners.sum(axis=1), corners[:, 1] - corners[:, 0]
    first = int(total.argmin()) if abs(np.ptp(difference)) > 0 else 0
    return np.roll(corners, -first, axis=0).astype(np.float32)


def straighten(image: Image, corners: Image, margin: float = 0.0) -> Image:
    """Cut the rectangle out of an image and turn it upright; `margin` in shares of its sides."""
    width = max(int(np.linalg.norm(corners[1] - corners[0])), 4)
    height = max(int(np.linalg.norm(corners[3] - corners[0])), 4)
    dx, dy = width * margin, height * margin
    target = np.array([[dx, dy], [width + dx, dy], [width + dx, height + dy], [dx, height + dy]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    size = (round(width + 2 * dx), round(height + 2 * dy))
    return np.asarray(cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def judge_frame(strength: Image, corners: Image, ink_at: float) -> FrameEvidence:
    """Measure how much the ink within `corners` looks like a frame with letters."""
    flat = straighten(strength, corners) > ink_at
    height, width = flat.shape
    rim = max(round(min(width, height) * 0.09), 2)
    sides = [
        flat[:rim].any(axis=0).mean(),
        flat[-rim:].any(axis=0).mean(),
        flat[:, :rim].any(axis=1).mean(),
        flat[:, -rim:].any(axis=1).mean(),
    ]
    inner = flat[int(rim * 1.6) : -int(rim * 1.6), int(rim * 1.6) : -int(rim * 1.6)]
    if inner.size == 0:
        inner = np.zeros((1, 1), bool)
    cells = cv2.resize(inner.astype(np.float32), (8, 8), interpolation=cv2.INTER_AREA)
    return FrameEvidence(
        corners,
        float(width),
        float(height),
        float(np.mean(sides)),
        float(min(sides)),
        float(inner.mean()),
        float(cells.std()),
    )
