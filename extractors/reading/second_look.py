"""What may make a badly read page legible: evener light, fewer specks. Only pages that show the harm are treated.

Treatments keep every point where it is, so that lines found on the treated page are lines of the page.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading.ocr import RawLine
from extractors.reading.picture import Image

# Side of the reduced page on which light is measured, and the size of the strokes and characters to look past there.
_LIGHT_SIDE, _LOOK_PAST = 400, 15
# Grey levels between the darkest and the lightest part of the paper, and between ink and paper.
_UNEVEN, _PALE = 60.0, 90.0
# Specks are groups of at most this share of the page's pixels (5 pixels of a fine fax); a page is noisy when they are
# this share of all groups of black pixels.
_SPECK_AREA, _LEAST_SPECK = 1.2e-6, 2.0
_NOISY = 0.3
_SOFT = 0.8
_MIDDLE = 128


def mean_score(raw: list[RawLine]) -> float:
    """Return the mean score of all characters, 0 when there are none."""
    scores = [c.score for line in raw for c in line.characters]
    return float(np.mean(scores)) if scores else 0.0


def legibility(raw: list[RawLine]) -> float:
    """Return how much was read for sure: the sum of squared scores, which neither guesses nor gaps raise."""
    return sum(c.score**2 for line in raw for c in line.characters if c.text != " ")


def treated(image: Image, bilevel: bool) -> Image | None:
    """Return a more legible rendering of ``image``, ``None`` when nothing is wrong with it that can be mended."""
    grey = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    if bilevel:
        return _without_specks(grey)
    light = _light(grey)
    paper = np.percentile(light, (3, 97))
    ink = float(np.percentile(grey[::4, ::4], 1))
    if paper[1] - paper[0] < _UNEVEN and paper[1] - ink > _PALE:
        return None
    return _evenly_lit(grey, light)


def _light(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the paper's brightness on a reduced page."""
    scale = _LIGHT_SIDE / max(grey.shape)
    size = (max(16, round(grey.shape[1] * scale)), max(16, round(grey.shape[0] * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((_LOOK_PAST, _LOOK_PAST), np.uint8))
    return np.asarray(cv2.GaussianBlur(paper, (0, 0), _LOOK_PAST / 2), np.uint8)


def _evenly_lit(grey: NDArray[np.uint8], light: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Divide by the light and spread what remains between ink and paper over the whole range."""
    whole = cv2.resize(light, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(grey, np.maximum(whole, 8), scale=235.0)
    ink = min(float(np.percentile(even[::3, ::3], 0.5)), 200.0)
    spread = (even.astype(np.float32) - ink) * (255.0 / max(235.0 - ink, 1.0))
    return np.asarray(np.clip(spread, 0, 255), np.uint8)


def _without_specks(grey: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the page without lone black and white dots, a little softened; ``None`` when it is not noisy."""
    black, share = _specks(grey < _MIDDLE)
    if share < _NOISY:
        return None
    white, _ = _specks(grey >= _MIDDLE)
    cleaned = np.where(black, np.uint8(255), np.where(white, np.uint8(0), grey))
    return np.asarray(cv2.GaussianBlur(cleaned, (0, 0), _SOFT), np.uint8)


def _specks(mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], float]:
    """Return the groups of ``mask`` that are smaller than any stroke, and their share of all groups."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    small = stats[:count, cv2.CC_STAT_AREA] <= max(_LEAST_SPECK, _SPECK_AREA * mask.size)
    small[0] = False
    return np.asarray(small[labels], np.bool_), float(small.sum()) / max(count - 1, 1)
