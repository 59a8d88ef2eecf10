"""Printed sheets: what the scanner will see says what was meant."""

from __future__ import annotations

import cv2
import numpy as np
import pymupdf
import pytest

from domain.code128 import code128_widths
from domain.sheets import SheetCode, SheetKind, write_code
from domain.vocabulary import DocumentKind
from outgoing.sheets import sheet_pdf

COVER = SheetCode(sheet=SheetKind.COVER, case_number="EXM-2026-000001", kind=DocumentKind.COMPLAINT_LETTER, sheets=3)


@pytest.mark.parametrize(
    "code", [COVER, SheetCode(sheet=SheetKind.DOCUMENT), SheetCode(sheet=SheetKind.CASE, prefix="EXM")]
)
def test_the_printed_sheet_can_be_read(code: SheetCode) -> None:
    with pymupdf.open("pdf", sheet_pdf(code)) as document:
        (page,) = document
        text = write_code(code)
        assert text in page.get_text()
        pixels = page.get_pixmap(dpi=200, colorspace="gray")
    image = np.frombuffer(pixels.samples, np.uint8).reshape(pixels.height, pixels.width)
    found, _, _ = cv2.QRCodeDetector().detectAndDecode(image)
    assert found == text
    assert _bar_widths(image) == list(code128_widths(text))


def test_the_same_sheet_has_the_same_bytes() -> None:
    assert sheet_pdf(COVER) == sheet_pdf(COVER)


def _bar_widths(image: np.ndarray) -> list[int]:
    """Widths in modules of the bars and spaces in the middle of the Code 128."""
    line = image[round(225 / 297 * image.shape[0])] < 128
    edges = np.flatnonzero(np.diff(line.astype(np.int8)))
    runs = np.diff(edges)
    module = 0.38 / 25.4 * 200
    return [round(run / module) for run in runs]
