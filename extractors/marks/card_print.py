"""Where copies of identity cards are: their emblem and portrait are neither thumbprints nor signatures."""

from __future__ import annotations

import re

from domain.base import BBox
from domain.documents import ReadPage
from extractors.marks.ink import Inks

HEADING = re.compile(r"\W*(?:中华人民共和国)?居民身份证\W*")
FOOT = re.compile(r"\W*(?:签发机关|有效期限)")
REACH_MM = (100.0, 48.0)
"""A card is 85.6 by 54 mm (ISO/IEC 7810, ID-1); its other side mostly lies beside or below it."""


def card_boxes(page: ReadPage, inks: Inks) -> list[BBox]:
    """Return the surroundings of card headings, pixels of the page; a letter that names the card has no card's foot."""
    lines = page.text.lines
    if not any(FOOT.match(n.text) for n in lines):
        return []
    across, along = (inks.pixels(mm) / inks.scale for mm in REACH_MM)
    headings = [n.bbox for n in lines if HEADING.fullmatch(n.text)]
    return [(b[0] - across, b[1] - along, b[2] + across, b[3] + along) for b in headings]
