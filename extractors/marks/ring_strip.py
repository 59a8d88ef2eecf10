"""The ring of a seal as a straight strip: unrolled, cut to its text, begun where the text begins.

Ring text runs clockwise with its feet to the middle and leaves a gap at the seal's foot. The gap may hold a number
(small, upside down, at the outer edge) and reach into the straight line below the star, so only columns inked over
their whole height count as text; a star says where the foot may be, for its tip points away from it.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from extractors.marks.ink import Image
from extractors.marks.rings import Ellipse

STRIP_HEIGHT = 56
INKED_AT = 110
LEAST_BAND = 0.17
FULL_AT = 0.2
USUAL_STARTS = (0.25, 0.35, 0.15)
SAME_START = 0.05
MOST_STARTS = 4
STAR_ZONE, STAR_CLEAR = (0.16, 0.36), 0.18
"""Share of the radius where a star's arms are alone; least strength of the five arms against the mean."""


def unroll(ink: Image, ellipse: Ellipse) -> Image:
    """Unroll by arc length, clockwise from the x axis; row 0 is the outline, the last row 0.55 radii inside.

    Columns stand on the normals of the ellipse through the middle of the text, so that an oval's letters stay upright.
    """
    depth = 0.55 * min(ellipse.a, ellipse.b)
    inside = 0.36 * depth
    middle = Ellipse(ellipse.x, ellipse.y, ellipse.a - inside, ellipse.b - inside, ellipse.angle)
    theta = np.linspace(0, 2 * math.pi, 721)
    x, y = middle.points(theta)
    length = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    columns = max(int(length[-1] / depth * STRIP_HEIGHT * 1.5), 64)
    at = np.interp(np.linspace(0, length[-1], columns, endpoint=False), length, theta)
    px, py = middle.points(at)
    tx, ty = middle.points(at + 0.002)
    norm = np.hypot(tx - px, ty - py)
    nx, ny = -(ty - py) / norm, (tx - px) / norm
    steps = np.linspace(-0.04, 1, round(STRIP_HEIGHT * 1.5))[:, None] * depth - inside
    return np.asarray(
        cv2.remap(ink, (px + nx * steps).astype(np.float32), (py + ny * steps).astype(np.float32), cv2.INTER_CUBIC)
    )


def text_band(strip: Image) -> Image:
    """Cut the strip to the rows of the ring text: below the outline (and a thin inner ring), above the star."""
    filled = np.convolve((strip > INKED_AT).mean(axis=1), np.ones(3) / 3, "same")
    rows = len(filled)
    outline = np.flatnonzero(filled[: round(rows * 0.4)] > 0.5)
    first = int(outline[-1]) + 2 if len(outline) else round(rows * 0.1)
    inside = filled[first:]
    text = inside > 0.45 * np.percentile(inside, 85)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], text, [0]]).astype(np.int8)))
    if not len(edges):
        return strip
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    # the text stands next to the outline; what is further in is a star or a straight line
    high = [run for run in runs if run[1] - run[0] >= rows * LEAST_BAND and run[0] < rows * 0.35]
    top, bottom = high[0] if high else max(runs, key=lambda run: run[1] - run[0])
    pad = max(round(rows * 0.05), 2)
    return strip[max(first + top - pad, first) : min(first + bottom + pad, rows)]


def starts(body: Image, feet: tuple[float, ...]) -> tuple[float, ...]:
    """Return where reading may begin, in shares of a turn, the likeliest first.

    Args:
        body: the text band of the strip.
        feet: where a star says that the foot may be (`star_feet`).
    """
    full = _fullness(body)
    turn = len(full)
    filled = np.tile(full > FULL_AT, 3).astype(np.uint8)
    gaps = _gaps(filled, turn)
    # one gap far larger than the others is the foot, or lies off the page
    clear = bool(gaps) and gaps[0][0] > max(turn * 0.2, 2 * (gaps[1][0] if len(gaps) > 1 else 0))
    found = [g[1] / turn % 1.0 for g in gaps[: 1 if clear else 2] if g[0] > turn * 0.02]
    if not clear:
        found += sorted(feet, key=lambda foot: _filled_near(full, foot))[:2]
        if not feet and (not gaps or gaps[0][0] < turn * 0.08):
            found += USUAL_STARTS
    distinct: list[float] = []
    for start in found:
        if all(apart(start, other) > SAME_START for other in distinct):
            distinct.append(start)
    return tuple(distinct[:MOST_STARTS]) or USUAL_STARTS


def apart(one: float, other: float) -> float:
    """Return how far two places on a ring are apart, shares of a turn, at most a half."""
    return min((one - other) % 1.0, (other - one) % 1.0)


def _filled_near(full: Image, foot: float) -> float:
    reach = len(full) // 14
    middle = round(foot * len(full))
    return float(np.take(full, range(middle - reach, middle + reach + 1), mode="wrap").mean())


def _fullness(body: Image) -> Image:
    """Return for each column how much its surroundings, a character wide, are inked at the top and at the bottom."""
    rows = body.shape[0]
    share = max(round(rows * 0.42), 1)
    width = max(round(rows * 0.5), 3) | 1
    ends = [body[:share], body[rows - share :]]
    inked = [np.asarray((end > INKED_AT).any(axis=0), np.float32)[None, :] for end in ends]
    top, bottom = (cv2.blur(cv2.copyMakeBorder(i, 0, 0, width, width, cv2.BORDER_WRAP), (width, 1)) for i in inked)
    lesser: Image = cv2.min(top, bottom)
    return np.asarray(lesser[0, width:-width])


def star_feet(ink: Image, ellipse: Ellipse) -> tuple[float, ...]:
    """Return the five places (shares of a turn) where the foot may be by the star; none when there is no star."""
    theta = np.linspace(0, 2 * math.pi, 360, endpoint=False)
    rho = np.linspace(*STAR_ZONE, 12)
    x, y = ellipse.points(theta[None, :], rho[:, None])
    zone = cv2.remap(ink, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    profile = (zone > INKED_AT).mean(axis=0)
    mean = float(profile.mean())
    wave = complex((profile * np.exp(-5j * theta)).mean())
    if mean < 0.05 or 2 * abs(wave) < STAR_CLEAR * max(mean, 0.2):
        return ()
    tip = -float(np.angle(wave)) / 5
    return tuple(((tip + math.pi + 2 * math.pi * k / 5) / (2 * math.pi)) % 1.0 for k in range(5))


def _gaps(filled: Image, turn: int) -> list[tuple[int, int]]:
    """Return length and middle of the empty runs of the middle of three copies of a ring, longest first."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], filled, [1]]).astype(np.int8)))
    runs = [(int(b - a), int(a + b) // 2) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return sorted((r for r in runs if turn <= r[1] < 2 * turn), reverse=True)


def text_from(body: Image, start: float) -> Image:
    """Turn the strip so that it begins at `start` and drop what is not text at both ends."""
    shift = -round(start * body.shape[1])
    turned = np.roll(body, shift, axis=1)
    full = np.flatnonzero(np.roll(_fullness(body), shift) > FULL_AT)
    if not len(full):
        return turned
    pad = body.shape[0] // 4
    return turned[:, max(int(full[0]) - pad, 0) : int(full[-1]) + pad]
