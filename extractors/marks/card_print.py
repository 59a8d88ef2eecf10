"""Where copies of identity cards are: their emblem and portrait are neither thumbprints nor signatures."""

from __future__ import annotations

import re

from domain.base import BBox
from domain.documents import ReadPage
from extractors.marks.ink import Inks

HEADING = re.compile(r"\W*(?:中华人民共和国)?居民身份证\W*")
FOOT = re.compile(r"\W*(?:签发机关|有效期限)")
NUMBER = re.compile(r"\W*公民身份号码")
SIDES_MM, ABOVE_MM, BELOW_MM = 100.0, 48.0, 36.0
"""A card is 85.6 by 54 mm (ISO/IEC 7810, ID-1); its other side mostly lies beside or below it."""
FRONT_MM = (12.0, 52.0, 90.0, 12.0)
"""How far the front reaches left, above, right and below of where its last line, the number, begins."""


def card_boxes(page: ReadPage, inks: Inks) -> list[BBox]:
    """Return the surroundings of card headings, pixels of the page; a letter that names the card has no card's foot."""
    lines = page.text.lines
    unit = inks.pixels(1.0) / inks.scale
    left, above, right, below = (mm * unit for mm in FRONT_MM)
    numbers = [n.bbox for n in lines if NUMBER.match(n.text)]
    boxes = [(b[0] - left, b[1] - above, b[0] + right, b[3] + below) for b in numbers]
    if any(FOOT.match(n.text) for n in lines):
        headings = [n.bbox for n in lines if HEADING.fullmatch(n.text)]
        side, above, below = SIDES_MM * unit, ABOVE_MM * unit, BELOW_MM * unit
        boxes += [(b[0] - side, b[1] - above, b[2] + side, b[3] + below) for b in headings]
    return boxes
