"""Pages laid out from plain text as a perfect recogniser would read them: wrapped, indented by full-width spaces.

A line that begins with ``^^`` is centred, one with ``>>`` stands on the right.
"""

from __future__ import annotations

import unicodedata

from domain.documents import Page, PageQuality, ReadPage
from domain.marks import PageMarks, PageReading
from domain.ocr import OcrCharacter, OcrLine, OcrPage

WIDTH, HEIGHT, LEFT, EM = 1240, 1754, 120, 28


def width_of(character: str) -> float:
    """Return the width of a character in pixels."""
    return EM if unicodedata.east_asian_width(character) in "WFA" else EM / 2


def laid_out(text: str, em_per_line: int) -> list[tuple[float, str]]:
    """Return the rows of a text, each with its left edge."""
    rows: list[tuple[float, str]] = []
    for raw in text.strip("\n").split("\n"):
        bare = raw[2:].strip() if raw[:2] in (">>", "^^") else raw.strip("　 ")
        wide = sum(map(width_of, bare))
        if raw.startswith(">>"):
            rows.append((WIDTH - LEFT - wide, bare))
        elif raw.startswith("^^"):
            rows.append(((WIDTH - wide) / 2, bare))
        else:
            rows.extend(wrapped(bare, LEFT + (len(raw) - len(raw.lstrip("　 "))) * EM, LEFT + em_per_line * EM))
    return rows


def wrapped(text: str, x: float, right: float) -> list[tuple[float, str]]:
    """Break a paragraph into rows; closing marks stay with their row."""
    rows: list[tuple[float, str]] = []
    row, end = "", x
    for character in text:
        if end + width_of(character) > right and character not in "，。、；：）":
            rows.append((x, row))
            row, x, end = "", LEFT, LEFT
        row, end = row + character, end + width_of(character)
    return [*rows, (x, row)]


def line_at(x: float, y: float, text: str, score: float) -> OcrLine:
    """Return a line of text at a place, every character with its box."""
    characters, left = [], x
    for sign in text:
        right = left + width_of(sign)
        characters.append(OcrCharacter(text=sign, bbox=(left, y, right, y + 30), score=score))
        left = right
    corners = ((x, y), (left, y), (left, y + 30), (x, y + 30))
    return OcrLine(text=text, polygon=corners, score=score, characters=tuple(characters))


def page_of(number: int, lines: tuple[OcrLine, ...], quality: PageQuality | None = None) -> PageReading:
    """Return a page of lines without marks."""
    page = Page(number=number, source_page=number, width=WIDTH, height=HEIGHT, quality=quality)
    text = OcrPage(number=number, width=WIDTH, height=HEIGHT, lines=lines, producer="test/1")
    return PageReading(read=ReadPage(page=page, text=text), marks=PageMarks(producer="test/1"))


def pages_of(text: str, em_per_line: int = 36, score: float = 0.99, rows_per_page: int = 32) -> tuple[PageReading, ...]:
    """Return the pages of a text."""
    rows = laid_out(text, em_per_line)
    pages = []
    for number, first in enumerate(range(0, len(rows), rows_per_page), start=1):
        part = rows[first : first + rows_per_page]
        lines = (line_at(x, 168 + 48 * i, row, score) for i, (x, row) in enumerate(part) if row)
        pages.append(page_of(number, tuple(lines)))
    return tuple(pages)
