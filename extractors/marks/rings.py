"""Rings in ink: where a circle or an oval was pressed on paper, and how sure that is.

Centres are found by a gradient-directed Hough vote (Ballard 1981; Kimme, Ballard and Sklansky 1975): every outer edge
point votes for the centre that lies one radius behind it. Ovals become circles when the page is squeezed. A candidate
is then refined to an ellipse through its own edge points and judged on its unrolled ring.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np

from extractors.marks.ink import Image

ANGLES = 180
RHO_STEPS = 70
RHO_MAX = 1.4
MAX_VOTERS = 16_000
FLAT = (1.0, 0.72)
"""Ratios of height to width that are searched: circles, and ovals about 40 × 30 or 45 × 30 mm."""


@dataclass(frozen=True)
class Ellipse:
    """An ellipse in pixels; `angle` in degrees turns the `a` half-axis clockwise from the x axis."""

    x: float
    y: float
    a: float
    b: float
    angle: float = 0.0

    @property
    def radius(self) -> float:
        """Mean radius."""
        return math.sqrt(self.a * self.b)

    def scaled(self, factor: float) -> Ellipse:
        """Return the same ellipse in an image `factor` times as large."""
        return Ellipse(self.x * factor, self.y * factor, self.a * factor, self.b * factor, self.angle)

    def points(self, theta: Image, rho: Image | float = 1.0) -> tuple[Image, Image]:
        """Return x and y at angles `theta` (radians, clockwise from the x axis), `rho` times as far out."""
        turn = math.radians(self.angle)
        u, v = self.a * np.cos(theta - turn) * rho, self.b * np.sin(theta - turn) * rho
        return self.x + u * math.cos(turn) - v * math.sin(turn), self.y + u * math.sin(turn) + v * math.cos(turn)

    def box(self) -> tuple[float, float, float, float]:
        """Return the upright box around the ellipse."""
        x, y = self.points(np.linspace(0, 2 * math.pi, 73))
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())


@dataclass(frozen=True)
class RingEvidence:
    """What the unrolled ring shows; all shares 0 to 1.

    Attributes:
        ellipse: the outline.
        coverage: share of visible directions with ink on the outline.
        visible: share of directions that lie on the page.
        contrast: ink on the outline against the gaps just inside and outside of it.
        band: share of inked area where ring text stands.
        core: share of inked area in the middle.
        outside: share of inked area just outside of the ring.
        roughness: spread of the outline's radius, in shares of the radius.
        longest_gap: longest run of visible directions without ink on the outline.
        bumps: how unevenly the text band is inked along the ring (letters and gaps against a flat fill).
        strokes: runs of ink met on the way around through the text band (several for each letter).
        occupied: share of visible directions with ink in the text band.
    """

    ellipse: Ellipse
    coverage: float
    visible: float
    contrast: float
    band: float
    core: float
    outside: float
    roughness: float
    longest_gap: float
    bumps: float
    strokes: float
    occupied: float


def vote_circles(
    ink: Image,
    radii: tuple[float, float],
    limit: int = 6,
    least: float = 0.22,
    flats: tuple[float, ...] = FLAT,
) -> list[Ellipse]:
    """Return circle and oval candidates in an ink strength image (0 to 255), best first.

    Args:
        ink: strength image.
        radii: smallest and largest mean radius, pixels.
        limit: most candidates for each flattening.
        least: least share of the circumference that must vote for a centre.
        flats: ratios of height to width to search.
    """
    found: list[tuple[float, Ellipse]] = []
    for flat in flats:
        squeezed = ink if flat == 1 else cv2.resize(ink, None, fx=flat, fy=1, interpolation=cv2.INTER_AREA)
        shrink = math.sqrt(flat)
        for score, circle in _vote(squeezed, (radii[0] * shrink, radii[1] * shrink), limit, least):
            found.append((score, Ellipse(circle.x / flat, circle.y, circle.a / flat, circle.b)))
    return [ellipse for _, ellipse in sorted(found, key=lambda f: -f[0])]


def _vote(ink: Image, radii: tuple[float, float], limit: int, least: float) -> list[tuple[float, Ellipse]]:
    y, x, uy, ux = _edges(ink)
    if len(y) < 30:
        return []
    pad = int(radii[1]) + 2
    shape = ((ink.shape[0] + 2 * pad) // 2 + 1, (ink.shape[1] + 2 * pad) // 2 + 1)
    best = np.zeros(shape, np.float32)
    best_radius = np.zeros(shape, np.float32)
    for radius in np.arange(radii[0], radii[1] + 1.0, 2.0, dtype=np.float32):
        rows = ((y - radius * uy + pad) * 0.5).astype(np.int32)
        columns = ((x - radius * ux + pad) * 0.5).astype(np.int32)
        votes = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1])[: shape[0] * shape[1]]
        share = cv2.blur(votes.reshape(shape).astype(np.float32), (3, 3)) * (9 / (2 * math.pi * float(radius)))
        np.copyto(best_radius, radius, where=share > best)
        np.maximum(best, share, out=best)
    return _peaks(best, best_radius, pad, limit, least)


def hull_ellipses(ink: Image, ink_at: float, sides: tuple[float, float]) -> list[Ellipse]:
    """Return ellipses around connected ink whose box has sides (pixels) within `sides`: ovals at any angle."""
    mask = (ink > ink_at).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    found = []
    shorter, longer = stats[:, 2:4].min(axis=1), stats[:, 2:4].max(axis=1)
    fits = (shorter >= sides[0]) & (longer <= sides[1]) & (stats[:, 4] <= 0.5 * stats[:, 2] * stats[:, 3])
    for label in np.flatnonzero(fits[1:count]) + 1:
        x, y, width, height, _ = stats[label].tolist()
        part = (labels[y : y + height, x : x + width] == label).astype(np.uint8)
        contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        hull = cv2.convexHull(np.concatenate(contours))
        if len(hull) >= 8:
            (cx, cy), (across, along), angle = cv2.fitEllipseDirect(hull)
            found.append(Ellipse(x + cx, y + cy, across / 2, along / 2, angle))
    return [e for e in found if math.isfinite(e.x + e.a + e.b) and min(e.a, e.b) > 0.5 * max(e.a, e.b)]


def _edges(ink: Image) -> tuple[Image, Image, Image, Image]:
    """Return y, x and the outward unit gradient of the strongest outer edge points."""
    soft = cv2.GaussianBlur(ink, (3, 3), 0)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    size = cv2.magnitude(gx, gy)
    y, x = np.nonzero(size > 90)
    if len(y) > MAX_VOTERS:
        keep = np.linspace(0, len(y) - 1, MAX_VOTERS).astype(np.int64)
        y, x = y[keep], x[keep]
    norm = size[y, x]
    return y.astype(np.float32), x.astype(np.float32), -gy[y, x] / norm, -gx[y, x] / norm


def _peaks(best: Image, radius: Image, pad: int, limit: int, least: float) -> list[tuple[float, Ellipse]]:
    found = []
    field = best.copy()
    for _ in range(limit):
        _, value, _, (px, py) = cv2.minMaxLoc(field)
        if value < least:
            break
        r = float(radius[py, px])
        found.append((value, Ellipse(px * 2 + 1 - pad, py * 2 + 1 - pad, r, r)))
        cv2.circle(field, (px, py), max(int(r * 0.2), 3), 0, -1)
    return found


def refine(ink: Image, ellipse: Ellipse, rounds: int = 3) -> Ellipse:
    """Return the ellipse through the outermost ink near `ellipse`, or `ellipse` itself when too little is there."""
    reach = 0.14
    for _ in range(rounds):
        points = _outline(ink, ellipse, reach)
        if len(points) < 30:
            return ellipse
        (x, y), (width, height), angle = cv2.fitEllipseDirect(points)
        fitted = Ellipse(x, y, width / 2, height / 2, angle)
        if not _near(fitted, ellipse):
            return ellipse
        ellipse, reach = fitted, max(reach * 0.6, 0.05)
    return ellipse


def _near(fitted: Ellipse, before: Ellipse) -> bool:
    if not all(math.isfinite(v) for v in (fitted.x, fitted.y, fitted.a, fitted.b)) or min(fitted.a, fitted.b) < 4:
        return False
    moved = math.hypot(fitted.x - before.x, fitted.y - before.y)
    return (
        moved < 0.25 * before.radius
        and 0.75 < fitted.radius / before.radius < 1.3
        and min(fitted.a, fitted.b) / max(fitted.a, fitted.b) > 0.55
    )


def _outline(ink: Image, ellipse: Ellipse, reach: float) -> Image:
    """Return the points of steepest outward fall of ink near the ellipse, one a direction, float32 n × 2."""
    theta = np.linspace(0, 2 * math.pi, ANGLES * 2, endpoint=False)
    rho = np.arange(1 - reach, 1 + reach, 1.0 / max(ellipse.radius, 1) / 1.5)
    strip = _unroll(ink, ellipse, theta, rho)
    fall = strip[:-2] - strip[2:]
    place = fall.argmax(axis=0)
    strong = fall[place, np.arange(len(theta))] > 45
    if strong.sum() < 20:
        return np.zeros((0, 2), np.float32)
    chosen = rho[place + 1]
    middle = np.median(chosen[strong])
    spread = max(float(np.median(np.abs(chosen[strong] - middle))), 0.012)
    # smooth deviations (a shifted centre) are kept in the first round by the wide reach
    strong &= np.abs(chosen - middle) < max(3 * spread, reach * 0.6)
    x, y = ellipse.points(theta[strong], chosen[strong])
    return np.stack([x, y], axis=1).astype(np.float32)


def _unroll(ink: Image, ellipse: Ellipse, theta: Image, rho: Image) -> Image:
    """Sample ink along scaled copies of the ellipse: float32, one row per `rho`, one column per `theta`."""
    x, y = ellipse.points(theta[None, :], rho[:, None])
    return cast(
        "Image", cv2.remap(ink, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR).astype(np.float32)
    )


def coverage(ink: Image, ellipse: Ellipse, ink_at: float) -> float:
    """Return the share of visible directions with ink on the outline: what `judge` finds, much sooner."""
    theta, on = _directions(), _on_outline(ellipse)
    seen = _seen(ink, ellipse, theta)
    hit = (_unroll(ink, ellipse, theta, _circles()[on]) > ink_at).any(axis=0)
    return float((hit & seen).sum() / seen.sum())


def _directions() -> Image:
    return np.linspace(0, 2 * math.pi, ANGLES, endpoint=False)


def _circles() -> Image:
    return np.linspace(0, RHO_MAX, RHO_STEPS)


def _on_outline(ellipse: Ellipse) -> Image:
    """Tell which of the circles lie on the outline."""
    return cast("Image", np.abs(_circles() - 0.985) <= max(0.045, 1.6 / ellipse.radius))


def _seen(ink: Image, ellipse: Ellipse, theta: Image) -> Image:
    """Tell which directions lie on the page; all when next to nothing of the ring does."""
    x, y = ellipse.points(theta)
    seen = (x > 1) & (y > 1) & (x < ink.shape[1] - 2) & (y < ink.shape[0] - 2)
    return seen if seen.sum() >= ANGLES * 0.2 else np.ones(ANGLES, bool)


def judge(ink: Image, ellipse: Ellipse, ink_at: float, *, whole: bool = True) -> RingEvidence:
    """Measure how much the ink around `ellipse` looks like a seal; `ink_at` is the strength that counts.

    A seal pressed over the edge of another sheet is not `whole`: its longest gap counts as not visible.
    """
    theta, rho, on = _directions(), _circles(), _on_outline(ellipse)
    inked = _unroll(ink, ellipse, theta, rho) > ink_at
    seen = _seen(ink, ellipse, theta)
    hit = inked[on].any(axis=0) & seen
    if not whole:
        seen = seen & ~_longest_gap_flags(~hit)
        hit &= seen
    inside, outside = _zone(rho, 0.86, 0.92), _zone(rho, 1.08, 1.14)
    band = inked[_zone(rho, 0.6, 0.9)][:, seen]
    ring_ink = float(inked[on][:, seen].max(axis=0).mean())
    gaps = float((inked[inside][:, seen].mean() + inked[outside][:, seen].mean()) / 2)
    return RingEvidence(
        ellipse=ellipse,
        coverage=float(hit.sum() / seen.sum()),
        visible=float(seen.mean()),
        contrast=ring_ink - gaps,
        band=float(band.mean()),
        core=float(inked[rho < 0.55][:, seen].mean()),
        outside=float(inked[_zone(rho, 1.08, 1.3)][:, seen].mean()),
        roughness=_roughness(inked, rho, hit),
        longest_gap=_longest_run(~hit & seen) / ANGLES,
        bumps=float(band.mean(axis=0).std()) if band.size else 0.0,
        strokes=_strokes(band),
        occupied=float(band.any(axis=0).mean()),
    )


def _strokes(band: Image) -> float:
    """Return the runs of ink on the third of the band's circles that meets most of them."""
    rises = (np.diff(band.astype(np.int8), axis=1) > 0).sum(axis=1)
    return float(np.sort(rises)[-max(len(rises) // 3, 1) :].mean())


def _zone(rho: Image, low: float, high: float) -> Image:
    return cast("Image", (rho >= low) & (rho <= high))


def _roughness(inked: Image, rho: Image, hit: Image) -> float:
    near = _zone(rho, 0.88, 1.1)
    rows = rho[near]
    if not hit.any():
        return 1.0
    outermost = rows[len(rows) - 1 - inked[near][::-1][:, hit].argmax(axis=0)]
    return float(
        np.median(np.abs(outermost - np.median(outermost)))
        + (np.abs(np.diff(outermost)).mean() * 0.5 if len(outermost) > 1 else 0.0)
    )


def _longest_run(flags: Image) -> int:
    """Return the longest run of true flags on a closed ring."""
    gaps = np.flatnonzero(~flags)
    if not gaps.size:
        return len(flags)
    return int(np.diff(gaps, append=gaps[0] + len(flags)).max()) - 1


def _longest_gap_flags(gap: Image) -> Image:
    """Return the longest run of true flags on a closed ring, as flags."""
    run, flags = _longest_run(gap), np.zeros(len(gap), bool)
    if not 0 < run < len(gap):
        return flags
    twice = np.concatenate([gap, gap]).astype(np.int32)
    start = int(np.convolve(twice, np.ones(run, np.int32), "valid").argmax())
    flags[(start + np.arange(run)) % len(gap)] = True
    return flags


def moved(evidence: RingEvidence, factor: float) -> RingEvidence:
    """Return the evidence with its ellipse in an image `factor` times as large."""
    return replace(evidence, ellipse=evidence.ellipse.scaled(factor))
