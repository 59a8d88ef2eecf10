"""Light and dirt of a page: how bright the paper is, dark borders, specks, whether there is any ink at all."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading.picture import Image, thinned

_SIDE = 800
# Grey levels below the paper from which a mark is ink and no shade, fold or print from the back.
_INK = 45
_LEAST_INK, _LEAST_MARK = 0.0008, 12
_INNER = 0.04
# Dark from the edge inwards: the lid or the room around the sheet.
_DARK, _DARKER, _RIM = 90, 0.45, 6
_SPECK = 4
_BLUR = 0.2


@dataclass(frozen=True)
class Light:
    """What the page looks like as a whole.

    Attributes:
        paper: brightness of the paper, 0 to 255.
        border: share of the page that is dark and reaches in from its edges.
        specks: share of black groups that are smaller than any stroke; 0 when the page knows grey.
        inked: there is something on the page.
        blurred: what there is has no sharp edge.
    """

    paper: float
    border: float
    specks: float
    inked: bool
    blurred: bool


def light_of(image: Image, bilevel: bool) -> Light:
    """Measure an upright page."""
    grey = image if image.ndim == 2 else np.asarray(cv2.extractChannel(image, 1), np.uint8)
    small = _small(grey)
    paper = float(np.percentile(small, 85))
    ink = _ink(small, paper)
    return Light(
        paper=paper,
        border=_border(small, paper),
        specks=_specks(grey) if bilevel else 0.0,
        inked=float(ink.mean()) >= _LEAST_INK,
        blurred=_blurred(small, ink),
    )


def _small(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = min(1.0, _SIDE / max(grey.shape))
    size = (max(8, round(grey.shape[1] * scale)), max(8, round(grey.shape[0] * scale)))
    return np.asarray(cv2.resize(thinned(grey, _SIDE), size, interpolation=cv2.INTER_AREA), np.uint8)


def _ink(small: NDArray[np.uint8], paper: float) -> NDArray[np.uint8]:
    """Return a mask of marks on the inner page that are larger than dirt."""
    height, width = small.shape
    dark = (cv2.medianBlur(small, 3) < paper - _INK).astype(np.uint8)
    down, across = round(height * _INNER), round(width * _INNER)
    inner = np.ascontiguousarray(dark[down : height - down, across : width - across])
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inner)
    kept = stats[:count, cv2.CC_STAT_AREA] >= _LEAST_MARK
    kept[0] = False
    return np.asarray(kept[labels], np.uint8)


def _border(small: NDArray[np.uint8], paper: float) -> float:
    framed = np.pad((small < min(_DARK, _DARKER * paper)).astype(np.uint8), _RIM, constant_values=1)
    # rules that run off the page are no border: only what is wider than they are counts
    framed = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, labels = cv2.connectedComponents(framed)
    edge = labels[0, 0]
    return float((labels[_RIM:-_RIM, _RIM:-_RIM] == edge).mean()) if edge else 0.0


def _specks(grey: NDArray[np.uint8]) -> float:
    count, _, stats, _ = cv2.connectedComponentsWithStats((grey < 128).astype(np.uint8))
    areas = stats[1:count, cv2.CC_STAT_AREA]
    return float((areas <= _SPECK).mean()) if len(areas) else 0.0


def _blurred(small: NDArray[np.uint8], ink: NDArray[np.uint8]) -> bool:
    if not ink.any():
        return False
    depth = float(np.percentile(small, 85)) - float(np.percentile(small, 1))
    steepest = float(np.percentile(cv2.absdiff(small[:, 1:], small[:, :-1]), 99.5))
    return steepest < _BLUR * depth
