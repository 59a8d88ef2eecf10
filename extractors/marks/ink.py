"""Inks apart from paper: a page reduced to 100 dpi and split into red, blue and dark ink.

Colours are taken relative to the local paper (largest brightness within about 15 mm), so that a yellow lamp, a grey
shadow or coloured paper does not look like ink.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np

Image = np.ndarray[Any, np.dtype[Any]]

WORK_DPI = 100.0
A4_SHORT_SIDE_MM = 210.0
MM_PER_INCH = 25.4
CHROMA_AT = 26
DARK_AT = 150


@dataclass(frozen=True)
class Inks:
    """The inks of a page at about 100 dpi.

    Attributes:
        scale: reduced pixels per pixel of the upright page.
        dpi: dots per inch of the reduced images.
        red: strength of red ink, 0 to 255.
        blue: strength of blue or violet ink, 0 to 255.
        dark: strength of all ink against the paper, 0 to 255, whatever its colour.
    """

    scale: float
    dpi: float
    red: Image
    blue: Image
    dark: Image

    def pixels(self, millimetres: float) -> float:
        """Return a length on paper in reduced pixels."""
        return millimetres * self.dpi / MM_PER_INCH

    def millimetres(self, pixels: float) -> float:
        """Return reduced pixels as a length on paper."""
        return pixels * MM_PER_INCH / self.dpi


def page_dpi(image: Image, dpi: float | None) -> float:
    """Return `dpi`, or the value that makes the shorter side of the image an A4 page when it is unknown."""
    return dpi or min(image.shape[:2]) / (A4_SHORT_SIDE_MM / MM_PER_INCH)


def separate(image: Image, dpi: float | None) -> Inks:
    """Split an upright BGR page (or grey page) into inks; `dpi` is that of `image`, `None` when unknown."""
    source = page_dpi(image, dpi)
    scale = min(WORK_DPI / source, 1.0)
    reduced = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    red, blue, dark = ink_strengths(whiten(reduced, source * scale))
    return Inks(scale, source * scale, red, blue, dark)


def whiten(image: Image, dpi: float) -> Image:
    """Divide a BGR or grey image by its paper, so that paper becomes white."""
    step = max(round(dpi / 12.5), 1)
    small = cv2.resize(image, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (9, 9), 0)
    paper = cv2.max(paper, np.full_like(paper, 40))  # a black border has no paper to divide by
    size = (image.shape[1], image.shape[0])
    return cast("Image", cv2.divide(image, cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR), scale=250))


def ink_strengths(white: Image) -> tuple[Image, Image, Image]:
    """Return the strengths of red, blue and all ink of a whitened BGR or grey image."""
    if white.ndim == 2:
        none = np.zeros_like(white)
        return none, none, cv2.subtract(np.full_like(white, 250), white)
    b, g, r = cv2.split(white)
    red = cv2.subtract(r, cv2.max(g, b))
    # orange and brown (coffee, tape, wood) have far more green than blue
    brown = cv2.compare(cv2.subtract(g, b), cv2.add(cv2.multiply(red, 0.7), 20), cv2.CMP_GT)
    red[brown > 0] = 0
    # fountain-pen and stamp blue has clearly less red than blue; green-blue prints fall away
    blue = cv2.min(cv2.subtract(b, r), cv2.add(cv2.subtract(b, g), 12))
    # a weighted grey: red ink keeps its body in black-and-white evidence, yellow marker does not
    dark = cv2.subtract(np.full_like(r, 250), cv2.min(g, r))
    return red, blue, dark
