"""Ruled lines of a page: found by morphology, straightened by one smooth model of skew, keystone and curvature.

All lengths here are pixels of a working image of at most ``WORK_SIDE`` pixels on its long side (about 100 dpi for A4),
so that one set of limits fits every resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Floats = NDArray[np.float64]

WORK_SIDE = 1240
MIN_HORIZONTAL = 34
MIN_VERTICAL = 18
MAX_THICKNESS = 9.0
"""Thicker runs are bars, photographs or shaded cells, not rules."""
BRIDGE_ACROSS, BRIDGE_DOWN = 7, 5
"""Gaps up to this length are closed: dotted rules, fax drop-outs."""
WINDOW = 25
FAINT = 9
"""How much darker than its neighbourhood a rule must be, in grey levels."""
SURELY_LONG = 250
LEAST_CROWDED, CROWDED, MOST_CROWDED = 0.12, 0.16, 0.26
"""Share of ink close beside a run: rules stand clear (under 0.1), strokes of characters have neighbours (over 0.2)."""


@dataclass(frozen=True)
class Segment:
    """A piece of a rule, in straightened coordinates.

    Attributes:
        at: its place across: v of a horizontal, u of a vertical rule.
        start: where it begins along its direction.
        end: where it ends.
    """

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        """Extent along its direction."""
        return self.end - self.start


@dataclass(frozen=True)
class Straightening:
    """Maps page points to coordinates in which rules are axis-parallel.

    ``v = y - (a x + b x y + c x^2)``, ``u = x - (a' y + b' x y + c' y^2)``, all divided by the working side.
    """

    horizontal: tuple[float, float, float] = (0.0, 0.0, 0.0)
    vertical: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def v(self, x: Floats, y: Floats) -> Floats:
        """Return the straightened vertical coordinate."""
        a, b, c = self.horizontal
        s = float(WORK_SIDE)
        return np.asarray(y - s * (a * x / s + b * x * y / s**2 + c * (x / s) ** 2))

    def u(self, x: Floats, y: Floats) -> Floats:
        """Return the straightened horizontal coordinate."""
        a, b, c = self.vertical
        s = float(WORK_SIDE)
        return np.asarray(x - s * (a * y / s + b * x * y / s**2 + c * (y / s) ** 2))

    def point(self, u: float, v: float) -> tuple[float, float]:
        """Return the page point with straightened coordinates ``(u, v)`` (two fixed-point steps)."""
        x, y = u, v
        for _ in range(3):
            shift_x = u - float(self.u(np.float64(x), np.float64(y)))  # type: ignore[arg-type]
            shift_y = v - float(self.v(np.float64(x), np.float64(y)))  # type: ignore[arg-type]
            x, y = x + shift_x, y + shift_y
        return x, y


@dataclass(frozen=True)
class _Runs:
    """Pixels of the components in one direction; ``good`` tells which components (by label) look like rules."""

    x: Floats
    y: Floats
    label: NDArray[np.int32]
    stats: Floats
    good: NDArray[np.bool_]


@dataclass(frozen=True)
class Rules:
    """All ruled pieces of a page and the map back to the page."""

    horizontal: tuple[Segment, ...]
    vertical: tuple[Segment, ...]
    straightening: Straightening
    scale: float


def find_rules(image: NDArray[np.uint8]) -> Rules:
    """Return the rules of an upright BGR or grey page image; ``scale`` is working pixels per page pixel."""
    gray, scale = _working_image(image)
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, WINDOW, FAINT)
    across = _runs(ink, ink, along_x=True)
    # rules that cross are no crowd: a short upright between two rows would be lost in them
    down = _runs(ink, _without(ink, across), along_x=False)
    straightening = Straightening(_bend(across, along_x=True), _bend(down, along_x=False))
    return Rules(
        horizontal=_segments(across, straightening, along_x=True),
        vertical=_segments(down, straightening, along_x=False),
        straightening=straightening,
        scale=scale,
    )


def _working_image(image: NDArray[np.uint8]) -> tuple[Gray, float]:
    """Return the darkest channel (coloured rules stay dark) at working size, thin rules kept."""
    dark = image
    scale = min(1.0, WORK_SIDE / max(image.shape[:2]))
    reach = round(1 / scale)
    if reach > 1:
        dark = np.asarray(cv2.erode(dark, np.ones((reach, reach), np.uint8)), dtype=np.uint8)
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        dark = np.asarray(cv2.resize(dark, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    if dark.ndim == 3:
        blue, green, red = cv2.split(dark)[:3]
        dark = np.asarray(cv2.min(cv2.min(blue, green), red), dtype=np.uint8)
    return dark, scale


def _without(ink: Gray, runs: _Runs) -> Gray:
    rest = ink.copy()
    own = runs.good[runs.label]
    rest[runs.y[own].astype(int), runs.x[own].astype(int)] = 0
    return rest


def _runs(ink: Gray, neighbours: Gray, *, along_x: bool) -> _Runs:
    """Return the long thin components in one direction; ``neighbours`` is the ink that may crowd them."""
    size = MIN_HORIZONTAL if along_x else MIN_VERTICAL
    bridge, thick, kernel = (
        ((BRIDGE_ACROSS, 1), (1, 3), (size, 1)) if along_x else ((1, BRIDGE_DOWN), (3, 1), (1, size))
    )
    # thickening lets a rule climb one pixel at a time without being cut where it steps
    mask = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_RECT, thick))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, bridge))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    at = np.flatnonzero(mask.ravel() > 0)
    y, x = np.divmod(at, mask.shape[1])
    label = labels.ravel()[at]
    pixels = np.maximum(np.bincount(label, minlength=count), 1)
    crowd = np.bincount(label, weights=_beside(neighbours, along_x=along_x).ravel()[at], minlength=count) / pixels / 255
    length = stats[:, cv2.CC_STAT_WIDTH if along_x else cv2.CC_STAT_HEIGHT]
    thin = pixels / np.maximum(length, 1) <= MAX_THICKNESS + 2
    limit = np.where(
        length >= SURELY_LONG, MOST_CROWDED, np.where(length >= 2 * MIN_HORIZONTAL, CROWDED, LEAST_CROWDED)
    )
    good = thin & (crowd <= limit)
    good[0] = False
    return _Runs(x.astype(np.float64), y.astype(np.float64), label, stats.astype(np.float64), good)


def _beside(ink: Gray, *, along_x: bool) -> NDArray[np.float32]:
    """Return how much ink stands 4 to 7 pixels beside every point, both sides together (0 to 255)."""
    # all within 7 pixels less all within 3: box sums cost the same whatever their size
    far, near = ((1, 15), (1, 7)) if along_x else ((15, 1), (7, 1))
    sums = [cv2.boxFilter(ink, cv2.CV_32F, size, normalize=False) for size in (far, near)]
    return np.asarray(cv2.subtract(*sums), dtype=np.float32) / np.float32(8)


def _bend(runs: _Runs, *, along_x: bool) -> tuple[float, float, float]:
    """Fit one smooth bend to all long runs, each with its own offset (least squares on centred points)."""
    side = float(WORK_SIDE)
    extent = runs.stats[:, cv2.CC_STAT_WIDTH if along_x else cv2.CC_STAT_HEIGHT]
    rows: list[Floats] = []
    targets: list[Floats] = []
    for index in np.flatnonzero(runs.good & (extent >= 90)):
        own = np.flatnonzero(runs.label == index)
        own = own[:: max(1, len(own) // 60)]
        along, across = (runs.x[own] / side, runs.y[own] / side)
        if not along_x:
            along, across = across, along
        block = np.column_stack((along, along * across, along**2))
        rows.append(block - block.mean(axis=0))
        targets.append(across - across.mean())
    if not rows:
        return (0.0, 0.0, 0.0)
    # a little damping: one short rule must not invent a curvature
    system = np.vstack([*rows, np.diag((0.01, 0.05, 0.05))])
    goal = np.concatenate([*targets, np.zeros(3)])
    solution = np.linalg.lstsq(system, goal, rcond=None)[0]
    if np.abs(solution).max() > 0.35:
        return (0.0, 0.0, 0.0)
    return (float(solution[0]), float(solution[1]), float(solution[2]))


def _segments(runs: _Runs, straightening: Straightening, *, along_x: bool) -> tuple[Segment, ...]:
    count = len(runs.stats)
    pixels = np.maximum(np.bincount(runs.label, minlength=count), 1)
    u = straightening.u(runs.x, runs.y)
    v = straightening.v(runs.x, runs.y)
    along, across = (u, v) if along_x else (v, u)
    centre = np.bincount(runs.label, weights=across, minlength=count) / pixels
    start = np.full(count, np.inf)
    end = np.full(count, -np.inf)
    np.minimum.at(start, runs.label, along)
    np.maximum.at(end, runs.label, along)
    return tuple(Segment(float(centre[i]), float(start[i]), float(end[i]) + 1) for i in np.flatnonzero(runs.good))
