"""Copies that leave the archive: under a watermark for reading, or blackened in places; the original stays as it is.

Both are pictures and nothing else: what a page's file holds beside its picture (text layer, layers, notes, files inside
it, thumbnails, earlier versions, properties) is not carried over, so there is nothing to look for and miss. A watermark
is part of every pixel that it touches, and a blackened pixel has no other value left. Both are done before the picture
is coded, so that nothing of what was there shimmers through its coding.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pymupdf
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from domain.base import BBox, Model
from domain.checks import CHINA
from domain.copies import CopyKind, CopyOrder
from extractors.reading.picture import Image

TITLES = {CopyKind.READING: "阅览副本", CopyKind.REDACTED: "涂黑副本"}
"""What a copy calls itself."""

SLANT = 30.0
"""Degrees by which the watermark rises."""
_MARK_SHARE, _FOOT_SHARE = 1 / 52, 1 / 105
"""Height of letters as a share of the page's longer side."""
_LEAST_LETTERS = 9
_MARK_LINE = 16
"""Letters of a line of the watermark."""
_MARK_STRENGTH = 0.21
_MIDDLE = 128
_GAP = 1.35
"""Distance of watermarks, in their own width and height."""
_LINE = 1.45
_QUALITY = 85
_BLACK = 0
_GREY_PLANES = 2
_POINTS_PER_INCH = 72.0
_A4_LONG_POINTS = 842.0
_TALLEST_POINTS = 14_000.0
"""A PDF page may be 14,400 points long."""


@dataclass(frozen=True)
class CopyPage:
    """A page that is copied.

    Attributes:
        image: upright, grey or blue, green, red; not changed.
        dpi: dots per inch, ``None`` when unknown.
        sha256: of the original that the page comes from.
        boxes: what is blackened, pixels of ``image``.
    """

    image: Image
    dpi: float | None
    sha256: str
    boxes: tuple[BBox, ...] = ()


class Stamp(Model):
    """What a copy says about itself.

    Attributes:
        number: of the case.
        label: what the paper is.
        pages: number of pages.
    """

    number: str
    label: str
    pages: int
    order: CopyOrder


def reading_copy(pages: Iterable[CopyPage], stamp: Stamp) -> bytes:
    """Return a PDF of ``pages`` with requester, reason and time over each of them and in its properties."""
    return _pdf(pages, stamp, CopyKind.READING)


def redacted_copy(pages: Iterable[CopyPage], stamp: Stamp) -> bytes:
    """Return a PDF of ``pages`` with their boxes blackened.

    It names neither requester nor reason: either may be what was blackened. The log holds them with the copy's hash.
    """
    return _pdf(pages, stamp, CopyKind.REDACTED)


def _pdf(pages: Iterable[CopyPage], stamp: Stamp, kind: CopyKind) -> bytes:
    """Return the pages one by one, so that no more than one picture is open at a time."""
    originals: dict[str, None] = {}
    with pymupdf.open() as made:
        for number, page in enumerate(pages, start=1):
            picture = _blackened(page)
            if kind is CopyKind.READING:
                picture = _marked(picture, stamp)
            _append(made, _with_foot(picture, _foot(kind, stamp, page.sha256, number)), page.dpi)
            originals[page.sha256] = None
        made.set_metadata(_properties(kind, stamp, originals))
        return bytes(made.tobytes(garbage=3, deflate=True, no_new_id=True))


def _blackened(page: CopyPage) -> Pictures.Image:
    image = page.image if page.image.ndim == _GREY_PLANES else page.image[..., ::-1]
    picture = Pictures.fromarray(np.ascontiguousarray(image))
    pen = ImageDraw.Draw(picture)
    for x0, y0, x1, y1 in page.boxes:
        corner = (math.floor(x0), math.floor(y0))
        pen.rectangle((*corner, max(corner[0], math.ceil(x1) - 1), max(corner[1], math.ceil(y1) - 1)), fill=_BLACK)
    return picture


def _marked(picture: Pictures.Image, stamp: Stamp) -> Pictures.Image:
    """Return ``picture`` with the watermark mixed into its pixels, again and again across the page."""
    font = _letters(picture.size, _MARK_SHARE)
    order = stamp.order
    parts = (f"{TITLES[CopyKind.READING]} {stamp.number}", order.requester, order.reason, _moment(order.at))
    words = "\n".join(line for part in parts for line in _broken(part, font, _MARK_LINE * font.size))
    block = _drawn_words(words, font).rotate(SLANT, expand=True, resample=Pictures.Resampling.BICUBIC)
    strength = block.point([round(value * _MARK_STRENGTH) for value in range(256)])
    mask = Pictures.new("L", picture.size)
    across, down = (max(1, round(side * _GAP)) for side in strength.size)
    for row, top in enumerate(range(-down // 4, picture.height, down)):
        # every second row stands between those of the first: no strip of the page is free of it
        for left in range(-(row % 2) * across // 2 - across // 8, picture.width, across):
            mask.paste(strength, (left, top))
    # towards black on light paper, towards white on dark: it shows on every ground, and letters stay readable below it
    ground = [255 if value < _MIDDLE else 0 for value in range(256)]
    return Pictures.composite(picture.point(ground * len(picture.getbands())), picture, mask)


def _drawn_words(words: str, font: ImageFont.FreeTypeFont) -> Pictures.Image:
    size = ImageDraw.Draw(Pictures.new("L", (1, 1))).multiline_textbbox((0, 0), words, font=font, align="center")
    block = Pictures.new("L", (math.ceil(size[2]) + 2, math.ceil(size[3]) + 2))
    ImageDraw.Draw(block).multiline_text((0, 0), words, fill=255, font=font, align="center")
    return block


def _with_foot(picture: Pictures.Image, parts: tuple[str, ...]) -> Pictures.Image:
    """Return ``picture`` with a white strip below it that says what this is; nothing of the page is covered."""
    font = _letters(picture.size, _FOOT_SHARE)
    margin = round(font.size)
    lines = [line for part in parts for line in _broken(part, font, max(font.size, picture.width - 2 * margin))]
    height = round(len(lines) * font.size * _LINE) + margin
    sheet = Pictures.new(picture.mode, (picture.width, picture.height + height), "white")
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        pen.text(
            (margin, picture.height + margin // 2 + round(number * font.size * _LINE)), line, fill=_BLACK, font=font
        )
    return sheet


def _foot(kind: CopyKind, stamp: Stamp, sha256: str, number: int) -> tuple[str, ...]:
    order = stamp.order
    place = f"{TITLES[kind]} {stamp.number} {stamp.label} 第 {number} 页，共 {stamp.pages} 页"
    said = f"取件人：{order.requester} 事由：{order.reason} " if kind is CopyKind.READING else ""
    return (place, f"{said}时间：{_moment(order.at)}", f"原件 SHA-256：{sha256}")


def _properties(kind: CopyKind, stamp: Stamp, originals: Iterable[str]) -> dict[str, str]:
    order = stamp.order
    found = {
        "title": f"{TITLES[kind]} {stamp.number} {stamp.label}",
        "keywords": " ".join(f"sha256:{digest}" for digest in originals),
        "creationDate": order.at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"),
    }
    if kind is CopyKind.READING:
        found["subject"] = f"取件人：{order.requester}；事由：{order.reason}；时间：{_moment(order.at)}"
    return found


def _append(made: pymupdf.Document, sheet: Pictures.Image, dpi: float | None) -> None:
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=_QUALITY)
    longest = max(sheet.size)
    scale = _POINTS_PER_INCH / dpi if dpi else _A4_LONG_POINTS / longest
    scale = min(scale, _TALLEST_POINTS / longest)
    page = made.new_page(width=sheet.width * scale, height=sheet.height * scale)
    page.insert_image(page.rect, stream=out.getvalue())


def _letters(size: tuple[int, int], share: float) -> ImageFont.FreeTypeFont:
    return _font(max(_LEAST_LETTERS, round(max(size) * share)))


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return the face that PyMuPDF carries: it has Chinese on every machine."""
    return ImageFont.truetype(io.BytesIO(pymupdf.Font("china-s").buffer), size)


def _broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Return ``text`` in lines of at most ``width`` pixels, broken between any two characters as Chinese is."""
    lines = [""]
    for character in text:
        if lines[-1] and font.getlength(lines[-1] + character) > width:
            lines.append("")
        lines[-1] += character
    return lines


def _moment(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
