"""Searchable copies: the scan as it is, with the text that was read laid invisibly over it.

The picture is never drawn again: PDF pages and JPEG streams are carried over, only turned by the page's own rotation
entry. The copy hangs beside the original, it does not replace it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray

from domain.documents import Page
from domain.ocr import OcrLine, OcrPage
from extractors.reading.file_types import PDF
from extractors.reading.pdf import on_document
from extractors.reading.picture import Image
from extractors.reading.rasters import decode_page, turned_by_exif
from extractors.reading.reader import render_upright

_INVISIBLE = 3
"""Text rendering mode "neither fill nor stroke" (ISO 32000-1, table 106)."""

_CJK_FACE = "china-s"
"""PyMuPDF's name of a CJK face that viewers supply; an invisible layer needs no embedded one."""

_DEFAULT_DPI = 200.0
_CARRIED = frozenset({"image/jpeg", "image/tiff"})
"""Types whose first picture PyMuPDF takes over without decoding it to colour."""

_WHITE = 255
_JPEG_QUALITY = 85
_FULL_WIDTH, _HALF_WIDTH = 1.0, 0.5
_LAST_HALF_WIDTH = 0x2E7F
"""Up to here characters are half an em wide in the CJK face; from CJK radicals on they are full."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class TextLayer:
    """One page of the copy: where it comes from and what was read on it.

    Attributes:
        page: its geometry and place in its file.
        text: what was read on it.
        path: its file.
        media_type: of that file.
    """

    page: Page
    text: OcrPage
    path: Path
    media_type: str


def searchable_pdf(layers: tuple[TextLayer, ...]) -> bytes:
    """Return a PDF of the given pages with searchable text; they may come from several files.

    Raises:
        InputFileError: a page cannot be decoded.
    """
    copy = pymupdf.open()
    try:
        layers = tuple(_carry(copy, layer) for layer in layers)
        for sheet, layer in zip(copy, layers, strict=True):
            _lay_text(copy, sheet, layer)
        copy.set_metadata({})
        # no clock and no chance in the file: the same pages give the same bytes
        return bytes(copy.tobytes(deflate=True, no_new_id=True))
    finally:
        copy.close()


def _carry(copy: Any, layer: TextLayer) -> TextLayer:
    """Add the page's picture to ``copy``; return the layer in the geometry of that picture."""
    page, path, media_type = layer.page, layer.path, layer.media_type
    if page.quality is None or page.quality.dpi is None:
        # a photograph may have been straightened in perspective, which no rotation entry can say
        _add_sheet(
            copy, page, page.width, page.height, _encoded(render_upright(path, media_type, page.source_page, page))
        )
        return replace(layer, page=page.model_copy(update={"turned": 0, "skew": 0.0}))
    if media_type == PDF:
        _carry_pdf_page(copy, path, page.source_page - 1)
    elif media_type in _CARRIED and page.source_page == 1 and not turned_by_exif(path):
        _add_sheet(copy, page, *_turned_size(page), path)
    else:
        _add_sheet(copy, page, *_turned_size(page), _encoded(decode_page(path, page.source_page)[0]))
    return layer


def _carry_pdf_page(copy: Any, path: Path, index: int) -> None:
    count = copy.page_count

    def carry(source: Any, _repaired: bool) -> None:
        if copy.page_count > count:  # the first try broke off and a repaired copy is used
            copy.delete_page(count)
        copy.insert_pdf(source, from_page=index, to_page=index, links=False, annots=True)

    on_document(path, carry)


def _add_sheet(copy: Any, page: Page, width: float, height: float, picture: bytes | Path) -> None:
    """Add a page of ``width`` x ``height`` pixels of ``page``'s resolution that shows ``picture``."""
    scale = 72.0 / (page.dpi or _DEFAULT_DPI)
    sheet = copy.new_page(width=width * scale, height=height * scale)
    source = {"stream": picture} if isinstance(picture, bytes) else {"filename": str(picture)}
    sheet.insert_image(sheet.rect, keep_proportion=False, **source)


def _encoded(image: Image) -> bytes:
    """Return the picture in a form that PDF carries as it is: two colours without loss, others as JPEG."""
    bilevel = not np.any((image[::7, ::7] != 0) & (image[::7, ::7] != _WHITE))
    if bilevel:
        _, encoded = cv2.imencode(".png", image[:, :, 0], [cv2.IMWRITE_PNG_BILEVEL, 1])
    else:
        _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return encoded.tobytes()


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


def _lay_text(copy: Any, sheet: Any, layer: TextLayer) -> None:
    """Write all lines as one content stream, which is ten times faster than one call per line."""
    sheet.insert_font(fontname=_CJK_FACE)
    place = _sheet_to_file(sheet) @ _upright_to_sheet(sheet, layer.page)
    words = [text for text in (_line_operators(line, place) for line in layer.text.lines) if text]
    stream = "\n".join([f"q BT {_INVISIBLE} Tr", *words, "ET Q"]).encode("ascii")
    xref = copy.get_new_xref()
    copy.update_object(xref, "<<>>")
    copy.update_stream(xref, stream)
    contents = " ".join(f"{x} 0 R" for x in (*sheet.get_contents(), xref))
    copy.xref_set_key(sheet.xref, "Contents", f"[{contents}]")
    sheet.set_rotation((sheet.rotation + layer.page.turned) % 360)


def _sheet_to_file(sheet: Any) -> Matrix:
    """Return the matrix from PyMuPDF's points (origin top left) to the file's own (origin bottom left)."""
    return _matrix(~sheet.transformation_matrix)


def _matrix(m: Any) -> Matrix:
    return np.array([[m.a, m.c, m.e], [m.b, m.d, m.f], [0, 0, 1.0]])


def _upright_to_sheet(sheet: Any, page: Page) -> Matrix:
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
    matrix: Matrix = _matrix(sheet.derotation_matrix) @ scale @ turns[page.turned] @ skewed @ to_middle
    return matrix


def _line_operators(line: OcrLine, place: Matrix) -> str:
    """Return the operators that set ``line`` along its lower edge, stretched to its length; empty for no text."""
    corners = np.array([[x, y, 1.0] for x, y in line.polygon]) @ place.T
    (x0, y0), (x1, y1) = corners[3, :2], corners[2, :2]
    length = math.hypot(x1 - x0, y1 - y0)
    height = math.hypot(*(corners[3, :2] - corners[0, :2]))
    ems = sum(_FULL_WIDTH if ord(c) > _LAST_HALF_WIDTH else _HALF_WIDTH for c in line.text)
    if not line.text.strip() or length <= 0 or height <= 0:
        return ""
    across, up = (x1 - x0) / length, (y1 - y0) / length
    stretch = length / ems
    numbers = (across * stretch, up * stretch, -up * height, across * height, x0, y0)
    codes = line.text.encode("utf-16-be").hex()
    return f"/{_CJK_FACE} 1 Tf " + " ".join(f"{n:.3f}" for n in numbers) + f" Tm <{codes}> Tj"
