"""Is this ink from a hand? A logistic model of measures of strokes against the print beside them.

Weights: `extractors/marks/handwriting.json`, made by `training/train_signatures.py` (docs/models/signatures.md).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from extractors.marks.ink import Image

WEIGHTS = Path(__file__).with_name("handwriting.json")


@dataclass(frozen=True)
class InkPatch:
    """Ink cut out of a page at about 200 dpi; all three images have one size.

    Attributes:
        mask: the ink that is meant, bool.
        strength: ink strength, 0 to 255.
        blue: strength of blue ink, 0 to 255.
        top: y of the first row, in the pixels of the place it was cut from.
    """

    mask: Image
    strength: Image
    blue: Image
    top: float = 0.0


@dataclass(frozen=True)
class InkMeasures:
    """Measures of a group of strokes; lengths in heights of the neighbouring print.

    Attributes:
        height: logarithm of the group's height.
        tallest: logarithm of the tallest connected stroke.
        widest: logarithm of the widest connected stroke.
        off_line: how far its top and foot lie from those of the print.
        upright: share of edge length within 9 degrees of the page's axes (print is mostly horizontal and vertical).
        slanted: share of edge length 25 to 65 degrees off the axes.
        upright_gain: `upright` less that of the print.
        slanted_gain: `slanted` less that of the print.
        stroke: logarithm of the mean stroke width against that of the print.
        thickness: logarithm of the mean stroke width.
        stroke_spread: spread of the stroke width against its mean.
        spread_gain: `stroke_spread` less that of the print.
        blueness: 0 to 1, blue against black ink.
        paleness: how much paler than the print, -1 to 1.
        wander: spread of the lower edges of tall strokes.
        tilt: slope of the line through the strokes, without sign.
        bends: change of direction along outlines, a height of print long.
    """

    height: float
    tallest: float
    widest: float
    off_line: float
    upright: float
    slanted: float
    upright_gain: float
    slanted_gain: float
    stroke: float
    thickness: float
    stroke_spread: float
    spread_gain: float
    blueness: float
    paleness: float
    wander: float
    tilt: float
    bends: float


def measure(group: InkPatch, printed: InkPatch, *, same_row: bool = True) -> InkMeasures:
    """Measure a group of strokes against print on the same page; `same_row` when the print is the label beside it."""
    top, em = _extent(printed.mask)
    ys, _ = np.nonzero(group.mask)
    count, _, stats, centres = cv2.connectedComponentsWithStats(group.mask.astype(np.uint8))
    parts = stats[1:count]
    upright, slanted = _directions(group)
    stroke, spread = _strokes(group.mask)
    print_upright, print_slanted = _directions(printed)
    print_stroke, print_spread = _strokes(printed.mask)
    first, last = group.top + int(ys.min()) - printed.top - top, group.top + int(ys.max()) - printed.top - top - em
    return InkMeasures(
        height=_log((np.ptp(ys) + 1) / em),
        tallest=_log(parts[:, 3].max() / em),
        widest=_log(parts[:, 2].max() / em),
        off_line=min(max(abs(first), abs(last)) / em, 2.0) if same_row else _model()["mean"]["off_line"],
        upright=upright,
        slanted=slanted,
        upright_gain=upright - print_upright,
        slanted_gain=slanted - print_slanted,
        stroke=_log(stroke / print_stroke),
        thickness=_log(stroke / em),
        stroke_spread=spread,
        spread_gain=spread - print_spread,
        blueness=blueness(group),
        paleness=_depth(printed) - _depth(group),
        wander=_wander(parts, em),
        tilt=abs(_tilt(centres[1:count], parts[:, cv2.CC_STAT_AREA])),
        bends=_bends(group.mask.astype(np.uint8), em),
    )


def blueness(patch: InkPatch) -> float:
    """Return how blue ink is, 0 to 1."""
    return float(np.clip(np.median(patch.blue[patch.mask]) / 80.0, 0, 1)) if patch.mask.any() else 0.0


def _extent(mask: Image) -> tuple[float, float]:
    """Return the top and the height of printed characters, without what reaches in from other lines."""
    rows = mask.sum(axis=1)
    inked = np.flatnonzero(rows > 0.12 * max(float(rows.max()), 1.0))
    if not len(inked):
        return 0.0, float(max(mask.shape[0], 8))
    return float(inked[0]), max(float(np.ptp(inked)) + 1, 8.0)


def _depth(patch: InkPatch) -> float:
    return float(np.percentile(patch.strength[patch.mask], 75)) / 250.0 if patch.mask.any() else 1.0


def _wander(parts: Image, em: float) -> float:
    tall = parts[parts[:, 3] > 0.4 * em]
    return float(np.std(tall[:, 1] + tall[:, 3]) / em) if len(tall) > 1 else 0.0


def _log(value: float) -> float:
    return math.log(max(float(value), 0.01))


def _directions(patch: InkPatch) -> tuple[float, float]:
    soft = cv2.GaussianBlur(patch.strength, (5, 5), 0)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    near = cv2.dilate(patch.mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    size = np.where(near, cv2.magnitude(gx, gy), 0)
    angle = np.degrees(np.arctan2(np.abs(gy), np.abs(gx)))  # 0..90
    total = max(float(size.sum()), 1.0)
    upright = float(size[(angle < 9) | (angle > 81)].sum()) / total
    return upright, float(size[(angle > 25) & (angle < 65)].sum()) / total


def _strokes(mask: Image) -> tuple[float, float]:
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    ridge = (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)) - 1e-6) & (distance > 0)
    widths = distance[ridge] * 2
    return (float(widths.mean()), float(widths.std() / widths.mean())) if len(widths) else (1.0, 0.0)


def _tilt(centres: Image, areas: Image) -> float:
    if len(centres) < 2 or np.ptp(centres[:, 0]) < 5:
        return 0.0
    weights = np.sqrt(areas.astype(np.float64))
    return float(np.clip(np.polyfit(centres[:, 0], centres[:, 1], 1, w=weights)[0], -0.5, 0.5))


def _bends(ink: Image, print_height: float) -> float:
    contours, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    corners = sum(len(cv2.approxPolyDP(c, 0.04 * print_height, True)) for c in contours if len(c) > 0.5 * print_height)
    length = sum(cv2.arcLength(c, True) for c in contours if len(c) > 0.5 * print_height)
    return corners * print_height / length / 10 if length else 0.0


@cache
def _model() -> Mapping[str, Mapping[str, float]]:
    loaded: Mapping[str, Mapping[str, float]] = json.loads(WEIGHTS.read_text("utf-8"))
    return loaded


def hand_probability(measures: InkMeasures) -> float:
    """Return the chance that measured ink was written by a hand."""
    model = _model()
    logit = model["bias"]["value"]
    for name, value in asdict(measures).items():
        logit += model["weight"][name] * (value - model["mean"][name]) / model["spread"][name]
    return 1 / (1 + math.exp(-min(max(logit, -30.0), 30.0)))
