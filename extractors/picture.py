"""One page as it comes out of its file, before it is turned upright."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Blue, green, red; shape (height, width, 3)."""

_SQUARE_ENOUGH = 0.01
# Pages between an identity card and A2; a tag that makes the page another size is a default of some program.
_PLAUSIBLE_INCHES = (2.0, 25.0)


@dataclass(frozen=True)
class Picture:
    """Pixels of one page.

    Attributes:
        image: square pixels.
        dpi: dots per inch of ``image``, ``None`` when unknown.
        source_dpi: dots per inch of the source, the smaller axis, ``None`` when unknown.
        vector: drawn from a description of the page, so it cannot be skewed or blurred.
    """

    image: Image
    dpi: float | None
    source_dpi: float | None
    vector: bool = False


def square_picture(image: Image, dpi: tuple[float, float] | None, max_dpi: int) -> Picture:
    """Return ``image`` with square pixels and at most ``max_dpi`` dots per inch.

    Fax pixels are not square: 204 x 98 (standard) or 204 x 196 (fine) dots per inch, ITU-T T.4. The coarser axis
    is enlarged, never the finer one reduced.

    Args:
        image: as decoded.
        dpi: dots per inch across and down, ``None`` when unknown.
        max_dpi: larger scans are reduced to this.
    """
    known = _plausible(dpi, image)
    if known is None:
        return Picture(image, None, None)
    across, down = known
    finer = max(across, down)
    target = min(finer, float(max_dpi))
    if abs(across - down) <= _SQUARE_ENOUGH * finer and finer <= max_dpi:
        return Picture(image, finer, min(known))
    height, width = image.shape[:2]
    size = (max(1, round(width * target / across)), max(1, round(height * target / down)))
    shrinking = size[0] * size[1] < width * height
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC)
    return Picture(np.asarray(resized, np.uint8), target, min(known))


def thinned(image: Image, side: int) -> Image:
    """Return a view of every n-th pixel whose shorter side is still at least ``side`` (for thumbnails)."""
    step = max(1, min(image.shape[:2]) // side)
    return image[::step, ::step]


def _plausible(dpi: tuple[float, float] | None, image: Image) -> tuple[float, float] | None:
    if dpi is None or min(dpi) <= 0:
        return None
    inches = (image.shape[1] / dpi[0], image.shape[0] / dpi[1])
    low, high = _PLAUSIBLE_INCHES
    return dpi if all(low <= side <= high for side in inches) else None
