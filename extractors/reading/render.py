"""Getting the pixels of a page out of any accepted file."""

from __future__ import annotations

import math
from pathlib import Path

from extractors.reading.file_types import PDF
from extractors.reading.perspective import rectified
from extractors.reading.picture import Image, Picture, square_picture
from extractors.reading.settings import ReadingSettings

_A4_LONG_SIDE_INCHES = 297 / 25.4
_A4_TOLERANCE = 0.07


def load_picture(path: Path, media_type: str, source_page: int, settings: ReadingSettings) -> Picture:
    """Return page ``source_page`` (from 1) of ``path`` with square pixels, not yet turned upright.

    A sheet photographed on a desk comes out as the rectangle it is. The same bytes always give the same pixels.

    Raises:
        InputFileError: the page cannot be decoded.
    """
    picture = _decoded(path, media_type, source_page, settings)
    if picture.vector:
        return picture
    sheet = rectified(picture.image)
    return picture if sheet is picture.image else Picture(sheet, _a4_dpi(sheet), None)


def _decoded(path: Path, media_type: str, source_page: int, settings: ReadingSettings) -> Picture:
    if media_type == PDF:
        from extractors.reading.pdf import render_pdf_page

        return render_pdf_page(path, source_page, settings.dpi, settings.max_dpi)
    from extractors.reading.rasters import decode_page

    image, dpi = decode_page(path, source_page)
    return square_picture(image, dpi, settings.max_dpi)


def _a4_dpi(sheet: Image) -> float | None:
    """Return the resolution of a photographed sheet when its shape is A4's (ISO 216), else ``None``."""
    shorter, longer = sorted((float(sheet.shape[0]), float(sheet.shape[1])))
    if abs(longer / shorter / math.sqrt(2.0) - 1.0) > _A4_TOLERANCE:
        return None
    return longer / _A4_LONG_SIDE_INCHES
