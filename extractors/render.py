"""Getting the pixels of a page out of any accepted file."""

from __future__ import annotations

from pathlib import Path

from extractors.file_types import PDF
from extractors.picture import Picture, square_picture
from extractors.reading_settings import ReadingSettings


def load_picture(path: Path, media_type: str, source_page: int, settings: ReadingSettings) -> Picture:
    """Return page ``source_page`` (from 1) of ``path`` with square pixels, not yet turned upright.

    Raises:
        InputFileError: the page cannot be decoded.
    """
    if media_type == PDF:
        from extractors.pdf import render_pdf_page

        return render_pdf_page(path, source_page, settings.dpi, settings.max_dpi)
    from extractors.rasters import decode_page

    image, dpi = decode_page(path, source_page)
    return square_picture(image, dpi, settings.max_dpi)
