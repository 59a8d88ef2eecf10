"""Pictures with personal data made unreadable before they leave the server: the readable picture is never sent.

A value's place becomes one flat tone: squares as small as letters would still tell digits apart by their ink. An
identity paper as a whole becomes a few large squares, each wider than several lines of its print.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from domain.base import BBox
from domain.hidden_area import Area
from review_ui.backend import PageImage

SQUARES = 12
"""Squares along the longer side of a hidden identity paper."""

_TONE = "#9aa3af"
_EDGE = "#6b7480"
_MARGIN = 0.2
_LEAST_MARGIN = 4
_QUALITY = 85

Box = tuple[int, int, int, int]


def hide(picture: PageImage, area: Area) -> PageImage:
    """Return ``picture`` with ``area`` made unreadable, as a JPEG of the same size."""
    if area.empty:
        return picture
    with Image.open(BytesIO(picture.content)) as image:
        page = image.convert("RGB")
    clear = [(box, page.crop(box)) for box in (_grown(b, page) for b in area.shown) if _has_room(box)]
    for card in area.cards:
        _pixelate(page, _within(card, page))
    for box, content in clear:
        page.paste(content, box)
    pen = ImageDraw.Draw(page)
    for value in area.values:
        box = _grown(value, page)
        if _has_room(box):
            pen.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=_TONE, outline=_EDGE)
    out = BytesIO()
    page.save(out, "JPEG", quality=_QUALITY)
    return PageImage(content=out.getvalue(), media_type="image/jpeg")


def _pixelate(page: Image.Image, box: Box) -> None:
    if not _has_room(box):
        return
    width, height = box[2] - box[0], box[3] - box[1]
    side = max(1.0, max(width, height) / SQUARES)
    squares = page.crop(box).resize((max(1, round(width / side)), max(1, round(height / side))), Image.Resampling.BOX)
    page.paste(squares.resize((width, height), Image.Resampling.NEAREST), box)


def _grown(box: BBox, page: Image.Image) -> Box:
    """Return the box with a margin: recognised boxes cut strokes off."""
    margin = max(_LEAST_MARGIN, (box[3] - box[1]) * _MARGIN)
    return _within((box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin), page)


def _within(box: BBox, page: Image.Image) -> Box:
    return (
        max(0, int(box[0])),
        max(0, int(box[1])),
        min(page.width, int(box[2]) + 1),
        min(page.height, int(box[3]) + 1),
    )


def _has_room(box: Box) -> bool:
    return box[2] > box[0] and box[3] > box[1]
