"""Cover and separator sheets as A4 PDF: words for people, QR and Code 128 for the scanner (docs/sheets.md)."""

from __future__ import annotations

import io

import pymupdf
import segno

from classifiers.labels import kind_label
from domain.code128 import code128_bars, code128_modules
from domain.sheets import SHEET_NOTES, SHEET_TITLES, SheetCode, sheet_lines, write_code

_MM = 72 / 25.4
_QR_MM = 60.0
_BAR_MM = 0.38
"""One module of the Code 128: three dots of a fax at 200 dpi."""

_BAR_HEIGHT_MM = 22.0


def sheet_pdf(code: SheetCode) -> bytes:
    """Return the sheet; the same code gives the same bytes."""
    text = write_code(code)
    with pymupdf.open() as document:
        page = document.new_page(width=210 * _MM, height=297 * _MM)
        writer = pymupdf.TextWriter(page.rect)
        face = pymupdf.Font("cjk")
        _centred(writer, face, SHEET_TITLES[code.sheet], 40, 34)
        for line, words in enumerate(sheet_lines(code, kind_label(code.kind) if code.kind else None)):
            _centred(writer, face, words, 60 + 13 * line, 22)
        _centred(writer, face, text, 248, 13)
        _centred(writer, face, SHEET_NOTES[code.sheet], 264, 11)
        writer.write_text(page)
        _draw_qr(page, text, 112)
        _draw_bars(page, text, 214)
        document.subset_fonts()
        document.set_metadata({})
        stream = io.BytesIO(document.tobytes(garbage=4, deflate=True, no_new_id=True))
    return stream.getvalue()


def _centred(writer: pymupdf.TextWriter, face: pymupdf.Font, words: str, top_mm: float, size: float) -> None:
    """Write ``words`` in the middle of the sheet with its baseline at ``top_mm``."""
    left = (210 * _MM - face.text_length(words, size)) / 2
    writer.append((left, top_mm * _MM), words, font=face, fontsize=size)


def _draw_qr(page: pymupdf.Page, text: str, top_mm: float) -> None:
    modules = [list(row) for row in segno.make(text, error="q", micro=False).matrix]
    side = _QR_MM * _MM / len(modules)
    left, top = (210 - _QR_MM) / 2 * _MM, top_mm * _MM
    shape = page.new_shape()
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                shape.draw_rect((left + x * side, top + y * side, left + (x + 1) * side, top + (y + 1) * side))
    shape.finish(color=None, fill=(0, 0, 0), width=0)
    shape.commit()


def _draw_bars(page: pymupdf.Page, text: str, top_mm: float) -> None:
    module = _BAR_MM * _MM
    left = (210 * _MM - code128_modules(text) * module) / 2
    top, bottom = top_mm * _MM, (top_mm + _BAR_HEIGHT_MM) * _MM
    shape = page.new_shape()
    for start, width in code128_bars(text):
        shape.draw_rect((left + start * module, top, left + (start + width) * module, bottom))
    shape.finish(color=None, fill=(0, 0, 0), width=0)
    shape.commit()
