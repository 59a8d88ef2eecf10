"""Text that a PDF page carries itself, read by pdfplumber: the only module that imports it for reading.

Lines come out as OCR of the printed page would give them (cut at ruling and wide gaps, no spaces between Chinese
characters, boxes in pixels of the rendered page), so that everything after does not care where text came from.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domain.base import BBox
from domain.ocr import OcrCharacter, OcrLine
from extractors.reading.lines import reading_order
from extractors.reading.pdf import TextLayer, text_layer

PRODUCER = "pdf-text/pdfplumber"

_LEAST_CHARACTERS = 12
_MOST_IMAGE = 0.5
_MOST_ODD = 0.03
_POINTS_PER_INCH = 72.0
_SAME_LINE = 0.5
_WIDE_GAP = 1.2
# Producers write look-alikes for common characters: Kangxi radicals, compatibility ideographs, ligatures.
_LOOK_ALIKES = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFB00, 0xFB06))
_HYPHENS = frozenset("\u00ad\u2010\u2011\u2012\u2212")


def trusted_layer(path: Path, source_page: int) -> TextLayer | None:
    """Return the text layer of page ``source_page`` (from 1) when it is the page's real text, else ``None``.

    It is not when the page is a scan (with or without a scanner's invisible OCR), when there is too little text, or
    when the characters are placeholders of a font without a Unicode table.
    """
    layer = text_layer(path, source_page)
    letters = [c for c in layer.visible if not c.isspace()]
    if len(letters) < _LEAST_CHARACTERS or layer.invisible or layer.image_share > _MOST_IMAGE:
        return None
    odd = sum(_is_odd(c) for c in letters)
    return None if odd > _MOST_ODD * len(letters) else layer


def read_layer(path: Path, source_page: int, dpi: float) -> tuple[OcrLine, ...] | None:
    """Return the lines of the page in reading order, ``None`` when text runs in a direction other than across.

    Args:
        path: the PDF.
        source_page: from 1.
        dpi: resolution the page was rendered at; coordinates are pixels of that image.
    """
    import pdfplumber

    with pdfplumber.open(path) as document:
        page = document.pages[source_page - 1]
        if tuple(page.cropbox) != tuple(page.mediabox):
            return None
        characters = [c for c in page.dedupe_chars().chars if c["text"].strip()]
        if sum(not c["upright"] for c in characters) > 0.1 * len(characters):
            return None
        rulings = [(e["x0"], e["top"], e["bottom"]) for e in page.edges if e["orientation"] == "v"]
        origin = (float(page.bbox[0]), float(page.bbox[1]))
    rows = _rows(characters)
    pieces = [piece for row in rows for piece in _pieces(row, rulings)]
    lines = [_line(piece, dpi / _POINTS_PER_INCH, origin) for piece in pieces]
    return tuple(lines[i] for i in reading_order([line.bbox for line in lines]))


def _is_odd(character: str) -> bool:
    return unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs") or character == "�"


def _rows(characters: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group characters that stand on one line, in order from the left."""
    rows: list[list[dict[str, Any]]] = []
    for character in sorted(characters, key=lambda c: (c["top"] + c["bottom"]) / 2):
        last = rows[-1][0] if rows else None
        if last is not None and _overlap(last, character) >= _SAME_LINE:
            rows[-1].append(character)
        else:
            rows.append([character])
    return [sorted(row, key=lambda c: float(c["x0"])) for row in rows]


def _overlap(a: dict[str, Any], b: dict[str, Any]) -> float:
    shared = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return float(shared / max(min(a["bottom"] - a["top"], b["bottom"] - b["top"]), 0.1))


def _pieces(row: list[dict[str, Any]], rulings: list[tuple[float, float, float]]) -> Iterable[list[dict[str, Any]]]:
    piece = [row[0]]
    for before, after in itertools.pairwise(row):
        gap = after["x0"] - before["x1"]
        if gap > _WIDE_GAP * max(before["size"], after["size"]) or _ruled_off(before, after, rulings):
            yield piece
            piece = []
        piece.append(after)
    yield piece


def _ruled_off(before: dict[str, Any], after: dict[str, Any], rulings: list[tuple[float, float, float]]) -> bool:
    middle = (before["top"] + before["bottom"]) / 2
    left, right = (before["x0"] + before["x1"]) / 2, (after["x0"] + after["x1"]) / 2
    return any(left < x < right and top < middle < bottom for x, top, bottom in rulings)


def _line(piece: list[dict[str, Any]], scale: float, origin: tuple[float, float]) -> OcrLine:
    characters: list[OcrCharacter] = []
    for index, item in enumerate(piece):
        box = _pixels(item, scale, origin)
        if index and _spaced(piece[index - 1], item):
            characters.append(OcrCharacter(text=" ", bbox=(characters[-1].bbox[2], box[1], box[0], box[3]), score=1.0))
        characters.extend(_characters(item["text"], box))
    x0 = min(c.bbox[0] for c in characters)
    y0 = min(c.bbox[1] for c in characters)
    x1 = max(c.bbox[2] for c in characters)
    y1 = max(c.bbox[3] for c in characters)
    return OcrLine(
        text="".join(c.text for c in characters),
        polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)),
        score=1.0,
        characters=tuple(characters),
    )


def _spaced(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Tell whether a visible space between two words of Latin letters or digits was left out."""
    gap = after["x0"] - before["x1"]
    return bool(gap > 0.2 * after["size"] and ord(before["text"][-1]) < 0x2E80 and ord(after["text"][0]) < 0x2E80)


def _characters(text: str, box: BBox) -> list[OcrCharacter]:
    plain = "".join(_plain(c) for c in text)
    step = (box[2] - box[0]) / max(len(plain), 1)
    return [
        OcrCharacter(text=c, bbox=(box[0] + k * step, box[1], box[0] + (k + 1) * step, box[3]), score=1.0)
        for k, c in enumerate(plain)
    ]


def _plain(character: str) -> str:
    if character in _HYPHENS:
        return "-"
    if any(low <= ord(character) <= high for low, high in _LOOK_ALIKES):
        return unicodedata.normalize("NFKC", character)
    return character


def _pixels(item: dict[str, Any], scale: float, origin: tuple[float, float]) -> BBox:
    return (
        (item["x0"] - origin[0]) * scale,
        (item["top"] - origin[1]) * scale,
        (item["x1"] - origin[0]) * scale,
        (item["bottom"] - origin[1]) * scale,
    )
