"""Searchable copies: the scan as it is, with the text that was read laid invisibly over it.

The picture is never drawn again: PDF pages and JPEG streams are carried over, only turned by the page's own rotation
entry. The copy hangs beside the original, it does not replace it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pymupdf

from domain.documents import Page
from domain.ocr import OcrLine, OcrPage
from extractors.file_types import PDF
from extractors.pdf import on_document
from extractors.rasters import decode_page

_INVISIBLE = 3
"""Text rendering mode "neither fill nor stroke" (ISO 32000-1, table 106)."""

_CJK_FACE = "china-s"
"""PyMuPDF's name of a CJK face that viewers supply; an invisible layer needs no embedded one."""

_DEFAULT_DPI = 200.0
_STREAMS = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True)
class TextLayer:
    """One page of the copy: where it comes from and what was read on it."""

    page: Page
    text: OcrPage


def searchable_pdf(path: Path, media_type: str, layers: tuple[TextLayer, ...]) -> bytes:
    """Return a PDF of the given pages of ``path`` with searchable text.

    Raises:
        InputFileError: a page cannot be decoded.
    """
    copy = pymupdf.open()
    try:
        if media_type == PDF:
            _carry_pdf_pages(copy, path, layers)
        else:
            for layer in layers:
                _carry_image(copy, path, media_type, layer.page)
        for sheet, layer in zip(copy, layers, strict=True):
            _lay_text(sheet, layer)
        copy.set_metadata({})
        # no clock and no chance in the file: the same pages give the same bytes
        return bytes(copy.tobytes(garbage=3, deflate=True, no_new_id=True))
    finally:
        copy.close()


def _carry_pdf_pages(copy: Any, path: Path, layers: tuple[TextLayer, ...]) -> None:
    def carry(source: Any, _repaired: bool) -> None:
        # begun anew when the first try broke off and a repaired copy is used
        if copy.page_count:
            copy.delete_pages(range(copy.page_count))
        for layer in layers:
            index = layer.page.source_page - 1
            copy.insert_pdf(source, from_page=index, to_page=index, links=False, annots=True)

    on_document(path, carry)


def _carry_image(copy: Any, path: Path, media_type: str, page: Page) -> None:
    width, height = _turned_size(page)
    scale = 72.0 / (page.dpi or _DEFAULT_DPI)
    sheet = copy.new_page(width=width * scale, height=height * scale)
    if media_type in _STREAMS:
        sheet.insert_image(sheet.rect, filename=str(path), keep_proportion=False)
        return
    image, _ = decode_page(path, page.source_page)
    bilevel = bool(np.isin(image, (0, 255)).all())
    pixels = image[:, :, 0] if bilevel and image.ndim == 3 else image
    options = [cv2.IMWRITE_PNG_BILEVEL, 1] if bilevel else []
    _, encoded = cv2.imencode(".png", pixels, options)
    sheet.insert_image(sheet.rect, stream=encoded.tobytes(), keep_proportion=False)


def _turned_size(page: Page) -> tuple[float, float]:
    """Return width and height of the source image in pixels of the upright one (before turning and straightening)."""
    width, height = _straight_inner(page)
    return (height, width) if page.turned in (90, 270) else (width, height)


def _straight_inner(page: Page) -> tuple[float, float]:
    """Undo the growth of the canvas by straightening: solve the two sizes of the inner rectangle."""
    radians = math.radians(page.skew)
    cos, sin = abs(math.cos(radians)), abs(math.sin(radians))
    determinant = cos * cos - sin * sin
    width = (page.width * cos - page.height * sin) / determinant
    height = (page.height * cos - page.width * sin) / determinant
    return width, height


def _lay_text(sheet: Any, layer: TextLayer) -> None:
    place = _upright_to_sheet(sheet, layer.page)
    for line in layer.text.lines:
        if line.text.strip():
            _lay_line(sheet, line, place)
    sheet.set_rotation((sheet.rotation + layer.page.turned) % 360)


def _upright_to_sheet(sheet: Any, page: Page) -> np.ndarray[Any, Any]:
    """Return the 3 × 3 matrix from upright pixels to points of the unrotated sheet."""
    width, height = _straight_inner(page)
    radians = math.radians(page.skew)
    cos, sin = math.cos(radians), math.sin(radians)
    to_middle = np.array([[1, 0, -page.width / 2], [0, 1, -page.height / 2], [0, 0, 1.0]])
    # straightening removed a counter-clockwise skew; image y runs downwards
    skewed = np.array([[cos, sin, width / 2], [-sin, cos, height / 2], [0, 0, 1.0]])
    source_width, source_height = _turned_size(page)
    turns = {
        0: np.eye(3),
        90: np.array([[0, 1, 0], [-1, 0, source_height], [0, 0, 1.0]]),
        180: np.array([[-1, 0, source_width], [0, -1, source_height], [0, 0, 1.0]]),
        270: np.array([[0, -1, source_width], [1, 0, 0], [0, 0, 1.0]]),
    }
    shown = sheet.rect
    scale = np.diag([shown.width / source_width, shown.height / source_height, 1.0])
    d = sheet.derotation_matrix
    derotated = np.array([[d.a, d.c, d.e], [d.b, d.d, d.f], [0, 0, 1.0]])
    matrix: np.ndarray[Any, Any] = derotated @ scale @ turns[page.turned] @ skewed @ to_middle
    return matrix


def _lay_line(sheet: Any, line: OcrLine, place: np.ndarray[Any, Any]) -> None:
    corners = np.array([[x, y, 1.0] for x, y in line.polygon]) @ place.T
    (x0, y0), (x1, y1) = corners[3, :2], corners[2, :2]
    length = math.hypot(x1 - x0, y1 - y0)
    height = math.hypot(*(corners[3, :2] - corners[0, :2]))
    natural = pymupdf.get_text_length(line.text, fontname=_CJK_FACE, fontsize=height)
    if length <= 0 or natural <= 0 or height <= 0:
        return
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    stretch = pymupdf.Matrix(length / natural, 0, 0, 1, 0, 0) * pymupdf.Matrix(-angle)
    origin = pymupdf.Point(x0, y0)
    sheet.insert_text(
        origin, line.text, fontname=_CJK_FACE, fontsize=height, render_mode=_INVISIBLE, morph=(origin, stretch)
    )
