"""A written paper as the product's own reader sees it: drawn on A4 sheets, degraded as a scan, read page by page."""

from __future__ import annotations

import hashlib
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from benchmarks.held_out.fonts import print_face
from benchmarks.held_out.grades import degrade
from benchmarks.plain_pages import EM, WIDTH, laid_out
from domain.marks import PageReading
from extractors.page_worker import PageJob, examine_page

DPI = 200
SHEET = (1654, 2339)
_SCALE = SHEET[0] / WIDTH
_EM_PER_LINE, _ROWS_PER_PAGE = 36, 32
_TOP, _STEP = 168, 48
"""As ``plain_pages.pages_of`` lays them, in its pixels."""
_FACES = ("song", "kai", "hei")
_WIDEST_FACE = "hei"
_INK = (24, 24, 28)


def read(text: str, seed: str) -> tuple[PageReading, ...]:
    """Return a text read from a scan of its pages; the same seed gives the same scan.

    Raises:
        FaceError: the print faces are not installed.
        ModelFileError: a model file is missing or wrong.
    """
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]))
    face = _face_for(text, _FACES[int(rng.integers(len(_FACES)))])
    shots = (degrade(np.asarray(sheet), "scan", DPI, rng) for sheet in _sheets(text, face))
    scans = [Image.fromarray(shot.image) for shot in shots]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper.tif"
        scans[0].save(path, save_all=True, append_images=scans[1:], dpi=(DPI, DPI), compression="tiff_lzw")
        return tuple(examine_page(PageJob(str(path), "image/tiff", n)) for n in range(1, len(scans) + 1))


def _sheets(text: str, face: str) -> list[Image.Image]:
    """Draw the rows of a text, as many sheets as they need."""
    font = ImageFont.truetype(str(print_face(face)), round(EM * _SCALE))
    rows = laid_out(text, _EM_PER_LINE)
    sheets = []
    for first in range(0, max(len(rows), 1), _ROWS_PER_PAGE):
        sheet = Image.new("RGB", SHEET, "white")
        pen = ImageDraw.Draw(sheet)
        for i, (x, row) in enumerate(rows[first : first + _ROWS_PER_PAGE]):
            pen.text((x * _SCALE, (_TOP + _STEP * i) * _SCALE), row, font=font, fill=_INK)
        sheets.append(sheet)
    return sheets


def _face_for(text: str, wanted: str) -> str:
    """Return the wanted face, or the one with the most signs where a sign of the text is not in it."""
    signs = {ord(sign) for sign in text if not sign.isspace()}
    return wanted if signs <= _signs_of(wanted) else _WIDEST_FACE


@cache
def _signs_of(face: str) -> frozenset[int]:
    return frozenset(TTFont(print_face(face), fontNumber=0, lazy=True).getBestCmap())
