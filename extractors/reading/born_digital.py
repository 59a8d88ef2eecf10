"""Text that a PDF page carries itself, read by pdfplumber: the only module that imports it for reading.

Lines come out as OCR of the printed page would give them (cut at ruling and wide gaps, no spaces between Chinese
characters, boxes in pixels of the rendered page), so that everything after does not care where text came from.
"""

from __future__ import annotations

import io
import itertools
import logging
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domain.base import BBox
from domain.ocr import OcrCharacter, OcrLine
from extractors.reading.lines import reading_order
from extractors.reading.pdf import TextLayer, text_layer, with_entries_drawn

PRODUCER = "pdf-text/pdfplumber"

_LEAST_CHARACTERS = 12
_MOST_IMAGE = 0.5
_MOST_ODD = 0.03
_POINTS_PER_INCH = 72.0
_SAME_LINE = 0.5
_WIDE_GAP = 1.2
_TOUCHING = 0.12
# Producers write look-alikes for common characters: Kangxi radicals, compatibility ideographs, ligatures.
_LOOK_ALIKES = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFB00, 0xFB06))
# The radicals of simplified characters (CJK Radicals Supplement) have no compatibility form; browsers print them.
_RADICALS = str.maketrans(
    "⺁⺇⺋⺎⺏⺐⺑⺒⺓⺔⺗⺘⺙⺛⺝⺟⺠⺡⺢⺣⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺱⺲⺳⺷⺸⺹⺺⺻⺽⺾⻀⻁⻃⻄⻅⻆⻇⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳⼾",
    "厂几㔾兀尣尢𡯂巳幺彑忄扌攵旡月母民氵氺灬爫丬牛犭王疋目示礻竹糹罓罒罓羊羋耂肀聿臼艹艹虎覀西见角覀讠贝车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠饣𩙿马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟户",
)
_DINGBATS = {
    "3": "✓",
    "4": "✔",
    "5": "✕",
    "6": "✖",
    "7": "✗",
    "8": "✘",
    "l": "●",
    "n": "■",
    "u": "◆",
    "o": "□",
    "q": "□",
}
_SIMPLE_RADICALS = frozenset(chr(code) for code in _RADICALS)
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

    # pdfminer warns on stderr about fonts without a bounding box, which cost nobody anything
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    entries = with_entries_drawn(path)
    with pdfplumber.open(path if entries is None else io.BytesIO(entries)) as document:
        page = document.pages[source_page - 1]
        if tuple(page.cropbox) != tuple(page.mediabox):
            return None
        characters = [c for c in page.dedupe_chars().chars if c["text"].strip()]
        if sum(not c["upright"] for c in characters) > 0.1 * len(characters):
            return None
        rulings = [(e["x0"], e["top"], e["bottom"]) for e in page.edges if e["orientation"] == "v"]
        origin = (float(page.bbox[0]), float(page.bbox[1]))
    rows = _rows(_runs(characters, rulings))
    pieces = [piece for row in rows for piece in _joined(_parted(row), rulings)]
    lines = [_line(piece, dpi / _POINTS_PER_INCH, origin) for piece in pieces]
    return tuple(lines[i] for i in reading_order([line.bbox for line in lines]))


def _is_odd(character: str) -> bool:
    return unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs") or character == "�"


Run = list[dict[str, Any]]
"""Characters that were written one after the other."""


def _runs(characters: list[dict[str, Any]], rulings: list[tuple[float, float, float]]) -> list[Run]:
    """Group characters in the order they were written: a value that overflows its cell stays apart from the next."""
    runs: list[Run] = []
    for character in characters:
        last = runs[-1][-1] if runs else None
        if last is not None and _goes_on(last, character, rulings):
            runs[-1].append(character)
        else:
            runs.append([character])
    return runs


def _goes_on(last: dict[str, Any], character: dict[str, Any], rulings: list[tuple[float, float, float]]) -> bool:
    size = max(last["size"], character["size"])
    gap = character["x0"] - last["x1"]
    if not -0.5 * size < gap < _WIDE_GAP * size or _overlap(last, character) < _SAME_LINE:
        return False
    return gap < _TOUCHING * size or not _ruled_off(last, character, rulings)


def _rows(runs: list[Run]) -> list[list[Run]]:
    """Group runs that stand on one line, in order from the left."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: (r[0]["top"] + r[0]["bottom"]) / 2):
        last = rows[-1][0][0] if rows else None
        if last is not None and _overlap(last, run[0]) >= _SAME_LINE:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: float(run[0]["x0"])) for row in rows]


def _overlap(a: dict[str, Any], b: dict[str, Any]) -> float:
    shared = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return float(shared / max(min(a["bottom"] - a["top"], b["bottom"] - b["top"]), 0.1))


def _parted(row: list[Run]) -> list[Run]:
    """Cut runs where another one was written into their gaps: a day filled in between printed 年 and 月."""
    parts: list[Run] = []
    for run in row:
        others = [(other[0]["x0"] + other[-1]["x1"]) / 2 for other in row if other is not run]
        cut = [
            i
            for i in range(1, len(run))
            if any(run[i - 1]["x1"] - 0.5 < middle < run[i]["x0"] + 0.5 for middle in others)
        ]
        parts.extend(run[a:b] for a, b in itertools.pairwise([0, *cut, len(run)]))
    return sorted(parts, key=lambda run: float(run[0]["x0"]))


def _joined(row: list[Run], rulings: list[tuple[float, float, float]]) -> Iterable[Run]:
    """Join the runs of a row that touch, as print does that was written in parts."""
    piece = row[0]
    for run in row[1:]:
        if _goes_on(piece[-1], run[0], rulings) and not _ruled_off(piece[-1], run[0], rulings):
            piece = [*piece, *run]
        else:
            yield piece
            piece = run
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
        characters.extend(_characters(_sign(item), box))
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


def _sign(item: dict[str, Any]) -> str:
    """Return the text of a character; the face of signs that fillable forms tick with has letters for codes."""
    text = str(item["text"])
    return _DINGBATS.get(text, text) if "Dingbats" in str(item["fontname"]) else text


def _plain(character: str) -> str:
    if character in _HYPHENS:
        return "-"
    if character in _SIMPLE_RADICALS:
        return character.translate(_RADICALS)
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
