"""The running text of a letter with a way back from every character to its place on the paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from domain.base import BBox
from domain.documents import PageQuality
from domain.evidence import Evidence
from domain.marks import PageReading
from domain.ocr import OcrLine, OcrPage
from domain.traditional import simplified
from extractors.layout.blocks import stands_off
from extractors.letters.outside import is_outside, outside_lines
from extractors.letters.titles import TITLE
from extractors.values.confidence import Witness, witness_of

_QUOTED_MAIL = re.compile(
    r"\s*[-—–_=*>]{0,30}\s*(?:原始邮件|原邮件|转发邮件|以下是转发|Original Message|Forwarded message|在.{4,60}写道)",
    re.I,
)
_OWN_WORDS = 80
_SENTENCE_END = "。！？!?；;：:"
_STARTS_AFRESH = re.compile(
    r"\s*(?:此致|敬礼|特此|附[件：:]"
    r"|(?:被?投诉(?:人|单位|方|事实|请求|事项|要求|日期)|联系|手机|电话|地址|姓\s*名|身份证|事实|"
    r"诉求)[^。，,]{0,12}[：:])"
)
_LABEL_FIRST = re.compile(r"\s*[一-鿿]{2,8}(?:[（(][^（()）]{1,10}[）)])?\s*[：:]")
_OTHER_SIZE = 1.35
"""Signs this much larger or smaller than those of the row before belong to another paragraph: a title, a note."""
_TELLING = 4
_SET_APART = 0.25
_ENUMERATED = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}\s*[）)、.．](?!\d))")


@dataclass(frozen=True)
class Place:
    """A character's place: page index and line index from 0, character index in the line from 0."""

    page: int
    line: int
    character: int


@dataclass(frozen=True)
class Row:
    """Line fragments that stand on one level of a page, left to right, as offsets into the text.

    Attributes:
        start: offset of the first character.
        end: offset after the last character.
        page: page index from 0.
        bbox: box around the row, pixels.
        page_width: width of the page, pixels.
        opens: True when the row begins a paragraph.
    """

    start: int
    end: int
    page: int
    bbox: BBox
    page_width: int
    opens: bool

    @property
    def on_the_right(self) -> bool:
        """True when the row stands in the right part of the page, where letters are signed."""
        return self.bbox[0] > 0.38 * self.page_width


@dataclass(frozen=True)
class LetterText:
    """Joined text: wrapped lines run on, paragraphs end with a newline.

    Attributes:
        document_id: the document it belongs to.
        pages: its pages.
        text: the joined text in simplified characters, which the tables of words are written in.
        original: the same as it stands on the paper, position by position.
        places: one entry per character of ``text``, ``None`` for separators that joining put in.
        rows: rows in reading order.
    """

    document_id: str
    pages: tuple[PageReading, ...]
    text: str
    original: str
    places: tuple[Place | None, ...]
    rows: tuple[Row, ...]

    def evidence(self, start: int, end: int) -> tuple[Evidence, ...]:
        """Return one tight piece of evidence per line that ``text[start:end]`` touches."""
        inside = [p for p in self.places[start:end] if p is not None]
        pieces = []
        for (page, line), run in groupby(inside, key=lambda p: (p.page, p.line)):
            at = [p.character for p in run]
            pieces.append(self._piece(page, line, min(at), max(at) + 1))
        return tuple(pieces)

    def _piece(self, page: int, line: int, first: int, last: int) -> Evidence:
        reading = self.pages[page].read
        found = reading.text.lines[line]
        return Evidence(
            document_id=self.document_id,
            page=reading.page.number,
            bbox=found.span_box(first, last),
            quote=found.text[first:last],
        )

    def scores(self, start: int, end: int) -> tuple[float, ...]:
        """Return the raw recognition scores of the characters of ``text[start:end]`` that were read."""
        return tuple(self._score(p) for p in self.places[start:end] if p is not None)

    def _score(self, place: Place) -> float:
        line = self.pages[place.page].read.text.lines[place.line]
        whole = len(line.characters) == len(line.text)
        return line.characters[place.character].score if whole else line.score

    def witness(self, start: int, end: int) -> Witness:
        """Return what else is known of the ink of ``text[start:end]``."""
        places = (p for p in self.places[start:end] if p is not None)
        found = ((self.pages[p.page].read.text.lines[p.line], p.character) for p in places)
        return witness_of(line.characters[i] for line, i in found if len(line.characters) == len(line.text))

    def quality(self, start: int) -> PageQuality | None:
        """Return the quality of the page on which ``text[start]`` stands."""
        place = next((p for p in self.places[start:] if p is not None), None)
        return None if place is None else self.pages[place.page].read.page.quality

    def paragraphs(self) -> tuple[tuple[int, int], ...]:
        """Return (start, end) of every paragraph, without the newline."""
        spans, start = [], 0
        for part in self.text.split("\n"):
            spans.append((start, start + len(part)))
            start += len(part) + 1
        return tuple(spans)

    def row_at(self, offset: int) -> Row | None:
        """Return the row that holds ``text[offset]``."""
        return next((r for r in self.rows if r.start <= offset < r.end), None)


def join_pages(document_id: str, pages: tuple[PageReading, ...]) -> LetterText:
    """Join the lines of all pages in reading order; page numbers and fax headers stay out."""
    text: list[str] = []
    places: list[Place | None] = []
    rows: list[Row] = []
    before: _Before | None = None
    outside = outside_lines(pages)
    for index, page in enumerate(pages):
        margins = _Margins.of(page.read.text)
        for row in _rows_of(page.read.text):
            group = tuple(i for i in row if (index, i) not in outside)
            if not group:
                continue
            box = _box_of([page.read.text.lines[i] for i in group])
            words = "".join(page.read.text.lines[i].text for i in group).strip()
            if not words or is_outside(words, box, page.read.text):
                continue
            opens = before is None or margins.opens(words, box, before, same_page=before.page == index)
            if opens and text:
                text.append("\n")
                places.append(None)
            start = len(text)
            _append(text, places, page.read.text, group, index)
            rows.append(Row(start, len(text), index, box, page.read.text.width, opens))
            before = _Before("".join(text[start:]), box, index, margins)
    joined = "".join(text)
    return _without_quoted_mail(LetterText(document_id, pages, simplified(joined), joined, tuple(places), tuple(rows)))


def _without_quoted_mail(letter: LetterText) -> LetterText:
    """Leave out the mail that a mail answers; where nearly everything is quoted, the quoted mail is the letter."""
    quoted = next((r.start for r in letter.rows if _QUOTED_MAIL.match(letter.text[r.start : r.end])), None)
    if quoted is None or quoted < _OWN_WORDS:
        return letter
    rows = tuple(r for r in letter.rows if r.start < quoted)
    text, original = letter.text[:quoted].rstrip("\n"), letter.original[:quoted].rstrip("\n")
    return LetterText(letter.document_id, letter.pages, text, original, letter.places[: len(text)], rows)


def _append(text: list[str], places: list[Place | None], page: OcrPage, group: tuple[int, ...], index: int) -> None:
    for position, line in enumerate(group):
        found = page.lines[line]
        if position and found.bbox[0] - page.lines[group[position - 1]].bbox[2] > 0.6 * _height(found):
            text.append(" ")
            places.append(None)
        gaps = _gaps(found)
        for character, sign in enumerate(found.text):
            if character in gaps:
                text.append(" ")
                places.append(None)
            text.append(" " if sign in "\n\t" else sign)
            places.append(Place(index, line, character))


def _gaps(line: OcrLine) -> frozenset[int]:
    """Return the characters that a wide gap, read as no space, stands before; none where signs are set apart."""
    signs = line.characters
    if len(signs) != len(line.text):
        return frozenset()
    found = [
        i
        for i in range(1, len(signs))
        if stands_off(line, i) and not signs[i].text.isspace() and not signs[i - 1].text.isspace()
    ]
    return frozenset(found) if len(found) <= _SET_APART * len(signs) else frozenset()


def _rows_of(page: OcrPage) -> list[tuple[int, ...]]:
    """Group neighbouring lines that stand on one level; left to right inside a group."""
    groups: list[list[int]] = []
    for index, line in enumerate(page.lines):
        if groups and all(_same_level(page.lines[i].bbox, line.bbox) for i in groups[-1]):
            groups[-1].append(index)
        else:
            groups.append([index])
    return [tuple(sorted(g, key=lambda i: page.lines[i].bbox[0])) for g in groups]


def _same_level(a: BBox, b: BBox) -> bool:
    shared = min(a[3], b[3]) - max(a[1], b[1])
    beside = a[2] <= b[0] + 0.5 * (b[3] - b[1]) or b[2] <= a[0] + 0.5 * (a[3] - a[1])
    return beside and shared > 0.55 * min(a[3] - a[1], b[3] - b[1])


def _height(line: OcrLine) -> float:
    return line.bbox[3] - line.bbox[1]


def _box_of(lines: list[OcrLine]) -> BBox:
    boxes = [line.bbox for line in lines]
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def _common_edge(edges: list[float], near: float) -> float | None:
    """Return the right edge that most full lines share, ``None`` when few do.

    A signature further right does not widen the block of the text.
    """
    groups = [[e for e in edges if edge - near <= e <= edge] for edge in edges]
    best = max(groups, key=len, default=[])
    return max(best) if len(best) > 3 and len(best) >= 0.4 * len(edges) else None


@dataclass(frozen=True)
class _Margins:
    """Edges of the text block and the size of a character on one page, pixels."""

    left: float
    right: float
    character: float

    @classmethod
    def of(cls, page: OcrPage) -> _Margins:
        boxes = [line.bbox for line in page.lines if len(line.text.strip()) > 1]
        if not boxes:
            return cls(0.0, float(page.width), float(page.width) / 40)
        widths = [(line.bbox[2] - line.bbox[0]) / len(line.text) for line in page.lines if len(line.text) > 5]
        lefts, rights = sorted(b[0] for b in boxes), sorted(b[2] for b in boxes)
        character = median(widths) if widths else page.width / 40
        full = _common_edge([line.bbox[2] for line in page.lines if len(line.text) > 9], 1.6 * character)
        return cls(lefts[len(lefts) // 8], full or rights[-1 - len(rights) // 8], character)

    def opens(self, words: str, box: BBox, before: _Before, *, same_page: bool) -> bool:
        """Tell whether a row begins a paragraph, from the row before it and its indent."""
        if _STARTS_AFRESH.match(simplified(words)) or TITLE.fullmatch(simplified(before.words)):
            return True
        ended = before.words.rstrip()[-1:] in _SENTENCE_END
        edges = before.margins
        gap = edges.right - before.box[2]
        width = max(edges.right - edges.left, 1.0)
        if gap > 0.22 * width or (ended and (gap > 2.5 * edges.character or _ENUMERATED.match(words))):
            return True
        if gap > 1.5 * edges.character and _LABEL_FIRST.match(words):
            return True
        sizes = _sign_width(words, box), _sign_width(before.words, before.box)
        if same_page and min(sizes) > 0 and max(sizes) > _OTHER_SIZE * min(sizes):
            return True
        indent = box[0] - self.left
        if indent > 6 * self.character or (indent > 1.2 * self.character and (ended or same_page)):
            return True
        pitch = 2.2 * (before.box[3] - before.box[1])
        return same_page and ended and box[1] - before.box[3] > pitch


def _sign_width(words: str, box: BBox) -> float:
    """Return the width of one sign of a row, pixels; 0 where a row is too short or too Latin to tell."""
    wide = sum(not sign.isascii() for sign in words)
    return (box[2] - box[0]) / len(words) if wide >= _TELLING and wide > 0.8 * len(words) else 0.0


@dataclass(frozen=True)
class _Before:
    """The row before: words, box, page index and the margins of its page."""

    words: str
    box: BBox
    page: int
    margins: _Margins
