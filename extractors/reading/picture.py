"""One page as it comes out of its file, before it is turned upright."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Blue, green, red; shape (height, width, 3). Inside reading, a page without colour is grey: (height, width)."""

_SQUARE_ENOUGH = 0.01
# Pages between an identity card and A2; a tag that makes the page another size is a default of some program.
_PLAUSIBLE_INCHES = (2.0, 25.0)
# Fax lines have 1728, 2048 or 2432 dots for A4, B4 and A3, 204 dots per inch (ITU-T T.4), whatever the tags say.
FAX_WIDTHS = (1728, 2048, 2432)
_FAX_ACROSS, _FAX_STANDARD, _FAX_FINE = 204.0, 98.0, 196.0
_LEAST_FAX_TAG = 190.0
# A page with fewer lines than this share of its width has standard resolution, unless it is a short page.
_FAX_SHORT = 0.95
# Pixels are black or white but for this share, which a scan in grey never reaches.
_HALF_TONES = 0.01


@dataclass(frozen=True)
class Picture:
    """Pixels of one page.

    Attributes:
        image: square pixels.
        dpi: dots per inch of ``image``, ``None`` when unknown.
        source_dpi: dots per inch of the source, the smaller axis, ``None`` when unknown.
        vector: drawn from a description of the page, so it cannot be skewed or blurred.
        bilevel: the source knows black and white only, as faxes do.
    """

    image: Image
    dpi: float | None
    source_dpi: float | None
    vector: bool = False
    bilevel: bool = False


def square_picture(image: Image, dpi: tuple[float, float] | None, max_dpi: int) -> Picture:
    """Return ``image`` with square pixels and at most ``max_dpi`` dots per inch.

    Fax pixels are not square: 204 x 98 (standard) or 204 x 196 (fine) dots per inch, ITU-T T.4. The coarser axis
    is enlarged, never the finer one reduced.

    Args:
        image: as decoded.
        dpi: dots per inch across and down, ``None`` when unknown.
        max_dpi: larger scans are reduced to this.
    """
    bilevel = _is_bilevel(image)
    known = _plausible(_fax_dpi(image, dpi) if bilevel else dpi, image)
    if known is None:
        return Picture(image, None, None, bilevel=bilevel)
    across, down = known
    finer = max(across, down)
    target = min(finer, float(max_dpi))
    if abs(across - down) <= _SQUARE_ENOUGH * finer and finer <= max_dpi:
        return Picture(image, finer, min(known), bilevel=bilevel)
    height, width = image.shape[:2]
    size = (max(1, round(width * target / across)), max(1, round(height * target / down)))
    shrinking = size[0] * size[1] < width * height
    method = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    resized = as_bgr(np.asarray(cv2.resize(without_colour(image), size, interpolation=method), np.uint8))
    return Picture(resized, target, min(known), bilevel=bilevel)


def stretched(picture: Picture, factor: float) -> Picture:
    """Return ``picture`` with its height multiplied by ``factor``: its pixels were not as square as they were thought.

    Args:
        picture: as it lies in the file, not turned.
        factor: 2 for a fax of standard resolution taken for fine, 0.5 for the opposite.
    """
    if factor == 1.0:
        return picture
    height, width = picture.image.shape[:2]
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    image = np.asarray(cv2.resize(picture.image, (width, round(height * factor)), interpolation=method), np.uint8)
    coarser = None if picture.source_dpi is None else min(picture.source_dpi / factor, picture.dpi or math.inf)
    return replace(picture, image=image, source_dpi=coarser)


def without_colour(image: Image) -> Image:
    """Return one plane, shape (height, width), when blue, green and red are the same everywhere, else ``image``.

    Three of four pages (faxes, copies, grey scans) have no colour; on one plane most work takes a third of the time.
    """
    if image.ndim == 2 or _differs(image[::16, ::16]):
        return image
    blue, green, red = cv2.split(image)
    same = np.array_equal(blue, green) and np.array_equal(green, red)
    return np.asarray(blue, np.uint8) if same else image


def as_bgr(image: Image) -> Image:
    """Return a grey or colour image as blue, green, red."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8) if image.ndim == 2 else image


def _differs(image: Image) -> bool:
    return not (np.array_equal(image[..., 0], image[..., 1]) and np.array_equal(image[..., 1], image[..., 2]))


def thinned(image: Image, side: int) -> Image:
    """Return a view of every n-th pixel whose shorter side is still at least ``side`` (for thumbnails)."""
    step = max(1, min(image.shape[:2]) // side)
    return image[::step, ::step]


def _is_bilevel(image: Image) -> bool:
    sample = image[::5, ::7, 1] if image.ndim == 3 else image[::5, ::7]
    return bool(((sample > 12) & (sample < 243)).mean() < _HALF_TONES)


def _fax_dpi(image: Image, tagged: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return what a fax's dots per inch must be when it has the width of one and its tags say otherwise."""
    height, width = image.shape[:2]
    if width not in FAX_WIDTHS:
        return tagged
    if tagged is not None and tagged[0] >= _LEAST_FAX_TAG and tagged[1] > 0:
        return tagged
    return _FAX_ACROSS, _FAX_STANDARD if height < _FAX_SHORT * width else _FAX_FINE


def _plausible(dpi: tuple[float, float] | None, image: Image) -> tuple[float, float] | None:
    if dpi is None or min(dpi) <= 0:
        return None
    inches = (image.shape[1] / dpi[0], image.shape[0] / dpi[1])
    low, high = _PLAUSIBLE_INCHES
    return dpi if all(low <= side <= high for side in inches) else None
