"""Lines on a letter's pages that are no part of it: page numbers, fax headers, running heads, seals on the edge."""

from __future__ import annotations

import re
from collections import Counter

from domain.base import BBox
from domain.marks import PageReading
from domain.ocr import OcrLine, OcrPage

_PAGE_NUMBER = re.compile(
    r"\s*(?:第?\s*[\d一二三四五六七八九十]{1,3}\s*页?(?:\s*[/，,共]+\s*(?:共\s*)?[\d一二三四五六七八九十]{1,3}\s*页?)?|"
    r"[-—–~·]+\s*\d{1,3}\s*[-—–~·]+|P(?:age)?\.?\s*\d{1,3}(?:\s*(?:/|of)\s*\d+)?|\d{1,3}\s*/\s*\d{1,3})\s*",
    re.I,
)
_FAX_HEADER = re.compile(
    r"(?:FROM|FAX|TO|TEL|NO\.?|传真|发自|收自).*(?:P\.?\s*\d|PAGE|\d{1,2}:\d{2})|"
    r"\d{1,2}:\d{2}.*(?:P(?:AGE)?\.?\s*\d|第?\s*\d+\s*页)|(?:P(?:AGE)?\.?\s*\d).*\d{1,2}:\d{2}",
    re.I,
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}.*(?:P\.?\s*\d|PAGE|页|/\d)|(?:P\.?\s*\d|PAGE).*\d{1,2}:\d{2}", re.I)
# The line a fax machine or a browser prints across the top, whole or as the pieces that were read of it: the time of
# sending, numbers, FROM and TO, pages; the recogniser often drops the gaps (2024-04-1110:34FAX07008258377P.01/02).
_DAY = (
    r"(?:(?:19|20)\d{2}\s*[-/.,年]\s*\d{1,2}\s*[-/.,月]\s*\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}|"
    r"[A-Z]{3,4}[-. ]?\d{1,2}[-,. ]{0,2}(?:19|20)\d{2})"
)
_HOUR = r"(?:上午|下午|AM|PM)?\s*\d{1,2}\s*[:：;.]\s*\d{2}(?:\s*[:：]\s*\d{2})?\s*(?:AM|PM)?"
_SENT_AT = re.compile(rf"\s*{_DAY}[\s(（\w）),]{{0,5}}?{_HOUR}|\s*{_HOUR}\s*{_DAY}", re.I)
_FAX_NUMBER = re.compile(
    r"\s*(?:(?:FROM|TO|FAX|NO|发自|收自|来自|发送)\s*[.:：]?\s*(?:号码?\s*[:：]?\s*)?(?:NO\s*[.:：]?)?\s*)+"
    r"[+(（]?[\d\s()（）\-]{6,22}(?:\s*P(?:AGE)?\.?\s*\d{1,3}(?:\s*(?:/|OF)\s*\d{1,3})?)?\s*",
    re.I,
)
_TOP = 0.06
_HEAD, _FOOT = 0.08, 0.92
_SCRAPS = 7
_SEAL_AT = 0.5
_EDGE = 0.04


def outside_lines(pages: tuple[PageReading, ...]) -> frozenset[tuple[int, int]]:
    """Return (page index, line index) of lines that are no part of the letter."""
    repeated = _running(pages)
    found = []
    for index, page in enumerate(pages):
        edges = [s.bbox for s in page.marks.seals if s.probability >= _SEAL_AT and _on_edge(s.bbox, page.read.text)]
        for number, line in enumerate(page.read.text.lines):
            words = line.text.strip()
            running = _bare(words) in repeated and _place(line, page.read.text) is not None
            scraps = len(words) <= _SCRAPS and any(_inside(line.bbox, seal) for seal in edges)
            if running or scraps or is_outside(words, line.bbox, page.read.text):
                found.append((index, number))
    return frozenset(found)


def is_outside(words: str, box: BBox, page: OcrPage) -> bool:
    """Tell whether a row is a page number at foot or head, or a fax header at the top."""
    middle = (box[1] + box[3]) / 2 / page.height
    if _PAGE_NUMBER.fullmatch(words) and (middle > 0.88 or middle < 0.08):
        return True
    if middle < _TOP and (_SENT_AT.match(words) or _FAX_NUMBER.fullmatch(words)):
        return True
    return middle < 0.12 and bool(_FAX_HEADER.search(words)) and (middle < 0.06 or bool(_CLOCK.search(words)))


def _running(pages: tuple[PageReading, ...]) -> frozenset[str]:
    """Return the words of running heads and feet: the same, numbers aside, at one edge of two pages or more."""
    seen: Counter[tuple[str, str]] = Counter()
    for page in pages:
        here = {(_bare(x.text), p) for x in page.read.text.lines if (p := _place(x, page.read.text)) is not None}
        seen.update(here)
    return frozenset(words for (words, _), count in seen.items() if count > 1 and len(words) > 2)


def _place(line: OcrLine, page: OcrPage) -> str | None:
    middle = (line.bbox[1] + line.bbox[3]) / 2 / page.height
    return "head" if middle < _HEAD else "foot" if middle > _FOOT else None


def _bare(words: str) -> str:
    return re.sub(r"[\s\d]", "", words)


def _on_edge(seal: BBox, page: OcrPage) -> bool:
    """A seal across the edges of all pages (骑缝章) shows as a slice at the margin."""
    return seal[0] < _EDGE * page.width or seal[2] > (1 - _EDGE) * page.width


def _inside(line: BBox, seal: BBox) -> bool:
    across, down = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
    return seal[0] <= across <= seal[2] and seal[1] <= down <= seal[3]
