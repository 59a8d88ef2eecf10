"""Text of a form by place: lines cut at cell borders, gathered into blocks that can be searched and traced back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median

from domain.base import BBox, union_box
from domain.documents import PageQuality
from domain.evidence import Evidence
from domain.marks import PageReading, RuledCell
from domain.ocr import OcrLine, OcrPage
from extractors.layout.levels import visual_rows
from extractors.values.confidence import Witness, witness_of

_CLEAR = 0.6
_APART, _CLOSE, _STRAY = 0.15, 0.25, 2
_FULL_LINE = 24
_IGNORED = re.compile(r"[\s_＿‗﹍﹏￣]")


@dataclass(frozen=True)
class Piece:
    """Part of a line that belongs to one cell or one free area.

    Attributes:
        page: 0-based index of the page in the document.
        line: the line it is cut from.
        start: 0-based offset of its first character in ``line.text``.
        end: offset after its last character.
    """

    page: int
    line: OcrLine
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the piece."""
        return self.line.text[self.start : self.end]

    @cached_property
    def bbox(self) -> BBox:
        """Box of the piece on the upright page, pixels."""
        return self.line.span_box(self.start, self.end)


@dataclass(frozen=True)
class Place:
    """One character of a block: its piece, its offset in the piece's line, and the visual row it stands in."""

    piece: Piece
    offset: int
    row: int

    @property
    def key(self) -> tuple[int, int]:
        """What tells this character from all others of the document."""
        return id(self.piece.line), self.offset

    @property
    def score(self) -> float:
        """Raw recognition score of the character."""
        line = self.piece.line
        return line.characters[self.offset].score if len(line.characters) == len(line.text) else line.score

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The recogniser's next best readings of the character, best first."""
        line = self.piece.line
        return line.characters[self.offset].alternatives if len(line.characters) == len(line.text) else ()


@dataclass(frozen=True)
class Block:
    """A cell or a free area as one run of words, blanks and writing lines left out.

    Attributes:
        text: all characters in reading order, without white space and underscores.
        places: one entry per character of ``text``.
        gaps: offsets into ``text`` that follow white space, an underscore, a new piece or a new row.
        bbox: where the block is on its page.
        page: 0-based index of the page.
        cell: the ruled cell, ``None`` for a free area.
        band: the free area is one row between two level rules.
    """

    text: str
    places: tuple[Place, ...]
    gaps: frozenset[int]
    bbox: BBox
    page: int
    cell: RuledCell | None = None
    band: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """The pieces of its words, each once, in reading order."""
        return list(dict.fromkeys(place.piece for place in self.places))

    @property
    def rows(self) -> int:
        """Number of visual rows."""
        return self.places[-1].row + 1 if self.places else 0


def make_block(pieces: Sequence[Piece], bbox: BBox, page: int, cell: RuledCell | None = None) -> Block:
    """Join pieces in reading order."""
    text: list[str] = []
    places: list[Place] = []
    gaps = {0}
    for number, row in enumerate(visual_rows(pieces)):
        for piece in row:
            gaps.add(len(text))
            for offset in range(piece.start, piece.end):
                sign = piece.line.text[offset]
                if _IGNORED.match(sign):
                    gaps.add(len(text))
                    continue
                if offset > piece.start and stands_off(piece.line, offset):
                    gaps.add(len(text))
                text.append(sign)
                places.append(Place(piece, offset, number))
    return Block("".join(text), tuple(places), frozenset(gaps), bbox, page, cell)


def stands_off(line: OcrLine, offset: int) -> bool:
    """Tell whether a character stands clear of the one before it, though no blank was read between them."""
    if len(line.characters) != len(line.text):
        return False
    before, own = line.characters[offset - 1].bbox, line.characters[offset].bbox
    return own[0] - before[2] > _CLEAR * (line.bbox[3] - line.bbox[1])


@dataclass(frozen=True)
class FormPage:
    """One page of a form, cut into blocks: one per ruled cell, and the free areas above, between and below tables."""

    index: int
    reading: PageReading
    cells: tuple[Block, ...]
    areas: tuple[Block, ...]

    @cached_property
    def whole(self) -> Block:
        """The page as one block, as if it had no rules."""
        page = self.reading.read.text
        pieces = [Piece(self.index, line, 0, len(line.text)) for line in page.lines if line.text.strip()]
        return make_block(pieces, (0.0, 0.0, float(page.width), float(page.height)), self.index)

    @property
    def quality(self) -> PageQuality | None:
        """Measured quality of the page."""
        return self.reading.read.page.quality


def cut_page(index: int, reading: PageReading, labels: Iterable[str] = ()) -> FormPage:
    """Cut the lines of a page at cell borders.

    Args:
        index: 0-based index of the page in its document.
        reading: lines and ruled cells.
        labels: printed labels; a cut that falls inside one moves to its end (character boxes are good to half a
            character only).
    """
    page = reading.read.text
    cells = _real_cells(reading)
    tilt = _tilt(page)
    by_cell: dict[int, list[Piece]] = {}
    known = tuple(sorted({label for label in labels if len(label) >= 3}, key=len, reverse=True))
    for line in page.lines:
        cuts = _whole(line, cells) if reading.read.born_digital else _cuts(line, cells, tilt, known)
        for owner, start, end in cuts:
            if line.text[start:end].strip():
                by_cell.setdefault(owner, []).append(Piece(index, line, start, end))
    blocks = tuple(make_block(by_cell.get(i, []), cell.bbox, index, cell) for i, cell in enumerate(cells))
    free = by_cell.get(-1, [])
    banded = _bands(free, reading.marks.bands, index)
    used = {id(place.piece) for block in banded for place in block.places}
    rest = [piece for piece in free if id(piece) not in used]
    return FormPage(index, reading, blocks, (*_areas(rest, cells, index, page), *banded))


def _real_cells(reading: PageReading) -> tuple[RuledCell, ...]:
    """Return the ruled cells without those that strokes of signs in the middle of a line were taken for."""
    cells, lines = reading.marks.cells, reading.read.text.lines
    tables: dict[int, list[RuledCell]] = {}
    for cell in cells:
        tables.setdefault(cell.table, []).append(cell)
    strokes = {
        number
        for number, own in tables.items()
        if len({cell.row for cell in own}) == 1 and _parts_words(union_box(tuple(c.bbox for c in own)), lines)
    }
    return tuple(cell for cell in cells if cell.table not in strokes)


def _parts_words(box: BBox, lines: Iterable[OcrLine]) -> bool:
    """Tell whether the left or right edge of a table of one row goes through a line between two close signs."""
    for line in lines:
        if len(line.characters) != len(line.text) or not box[1] < (line.bbox[1] + line.bbox[3]) / 2 < box[3]:
            continue
        for a, b in pairwise(line.characters):
            close = b.bbox[0] - a.bbox[2] < _CLOSE * (line.bbox[3] - line.bbox[1])
            if close and any(_middle(a.bbox) < edge < _middle(b.bbox) for edge in (box[0], box[2])):
                return True
    return False


def _middle(box: BBox) -> float:
    return (box[0] + box[2]) / 2


def _bands(pieces: Sequence[Piece], bands: Sequence[BBox], index: int) -> tuple[Block, ...]:
    """Gather free words row by row between level rules; where a line fills each, it is writing paper."""
    middles = [(piece, (piece.bbox[1] + piece.bbox[3]) / 2) for piece in pieces]
    rows = [(band, [piece for piece, y in middles if band[1] <= y < band[3]]) for band in bands]
    filled = [(band, own) for band, own in rows if own]
    if sum(_is_written_over(own) for _, own in filled) > 0.5 * len(filled):
        return ()
    return tuple(replace(make_block(own, band, index), band=True) for band, own in filled)


def _is_written_over(pieces: Sequence[Piece]) -> bool:
    """Tell whether one line fills a band over nearly its whole width, as on writing paper."""
    return len(pieces) == 1 and len(pieces[0].text) > _FULL_LINE


def _whole(line: OcrLine, cells: Sequence[RuledCell]) -> list[tuple[int, int, int]]:
    """Return the parts of a line of a born-digital page: words written without a gap stay whole across a rule."""
    near = [i for i, cell in enumerate(cells) if _overlaps(cell.bbox, line.bbox)]
    cuts = [i for i in range(1, len(line.text)) if _stands_apart(line, i)]
    parts: list[tuple[int, int, int]] = []
    for start, end in pairwise([0, *cuts, len(line.text)]):
        owners = [_owner(line.span_box(i, i + 1), cells, near, 0.0) for i in range(start, min(start + 2, end))]
        owner = next((o for o in owners if o != -1), _owner(line.span_box(start, max(end, 1)), cells, near, 0.0))
        if parts and parts[-1][0] == owner:
            parts[-1] = (owner, parts[-1][1], end)
        else:
            parts.append((owner, start, end))
    return parts


def _stands_apart(line: OcrLine, offset: int) -> bool:
    if len(line.characters) != len(line.text):
        return False
    gap = line.characters[offset].bbox[0] - line.characters[offset - 1].bbox[2]
    return gap > _APART * (line.bbox[3] - line.bbox[1])


def _tilt(page: OcrPage) -> float:
    """Return the slope that lines of text still have (photographs keep some), in pixels per pixel."""
    slopes = []
    for line in page.lines:
        (x0, y0), (x1, y1) = line.polygon[0], line.polygon[1]
        if x1 - x0 > 0.15 * page.width:
            slopes.append((y1 - y0) / (x1 - x0))
    return median(slopes) if len(slopes) >= 3 else 0.0


def _cuts(line: OcrLine, cells: Sequence[RuledCell], tilt: float, labels: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return (cell index or -1, start, end) of the parts of a line."""
    if not line.text:
        return []
    near = [i for i, cell in enumerate(cells) if _overlaps(cell.bbox, line.bbox)]
    if not near:
        return [(-1, 0, len(line.text))]
    owners = [_owner(line.span_box(i, i + 1), cells, near, tilt) for i in range(len(line.text))]
    owners = _unsplit(line, _settled(line, owners))
    for start, end in _label_spans(line.text, labels):
        # a label never crosses a border: all of it belongs where most of it stands
        inside = owners[start:end]
        owners[start:end] = [max(set(inside), key=inside.count)] * (end - start)
        _free_from_label(line.text, owners, end)
    parts, position = [], 0
    for owner, run in groupby(owners):
        length = len(list(run))
        parts.append((owner, position, position + length))
        position += length
    return parts


def _unsplit(line: OcrLine, owners: list[int]) -> list[int]:
    """Give a sign or two at an end of a line, beyond a border but close to the rest, to the cell of the rest."""
    whole = list(owners)
    borders = [i for i in range(1, len(owners)) if owners[i] != owners[i - 1]]
    if not borders or len(line.characters) != len(line.text):
        return whole
    first, last = borders[0], borders[-1]
    if _is_stray(line, first) and first <= _STRAY and len(owners) - first > 2 * first:
        whole[:first] = [owners[first]] * first
    tail = len(owners) - last
    if _is_stray(line, last) and tail <= _STRAY and last > 2 * tail:
        whole[last:] = [owners[last - 1]] * tail
    return whole


def _is_stray(line: OcrLine, border: int) -> bool:
    gap = line.characters[border].bbox[0] - line.characters[border - 1].bbox[2]
    return (
        gap < _CLOSE * (line.bbox[3] - line.bbox[1]) and line.text[border - 1] not in ":：" and line.text[border] != " "
    )


def _free_from_label(text: str, owners: list[int], end: int) -> None:
    """Give a sign or two between a label and the border to the next cell: a value may begin on the rule."""
    owner = owners[end - 1]
    stop = next((i for i in range(end, len(owners)) if owners[i] != owner), None)
    if stop is None or owners[stop] == -1:
        return
    between = text[end:stop].strip(" :：")
    if 0 < len(between) <= 2:
        owners[stop - len(between) : stop] = [owners[stop]] * len(between)


def _settled(line: OcrLine, owners: list[int]) -> list[int]:
    """Give characters that stand on a border, or overflow into nothing, to the cell of their neighbours."""
    settled = list(owners)
    for i, owner in enumerate(owners):
        if owner == -1 and i:
            settled[i] = settled[i - 1]
    first = next((o for o in settled if o != -1), -1)
    if all(o in (-1, first) for o in settled) and settled.count(first) >= 0.5 * len(settled):
        return [first] * len(settled)
    box = line.bbox
    upright = box[3] - box[1] > 1.8 * (box[2] - box[0])
    return [max(set(settled), key=settled.count)] * len(settled) if upright else settled


def _label_spans(text: str, labels: Sequence[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for label in labels:
        start = text.find(label)
        if start >= 0 and not any(a < start + len(label) and start < b for a, b in spans):
            spans.append((start, start + len(label)))
    return spans


def _overlaps(a: BBox, b: BBox) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] - 8 < b[3] and b[1] < a[3] + 8


def _owner(box: BBox, cells: Sequence[RuledCell], near: Sequence[int], tilt: float) -> int:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for i in near:
        x0, y0, x1, y1 = cells[i].bbox
        lift = tilt * (x - (x0 + x1) / 2)
        if x0 <= x < x1 and y0 <= y - lift < y1:
            return i
    return -1


def _areas(pieces: Sequence[Piece], cells: Sequence[RuledCell], index: int, page: OcrPage) -> tuple[Block, ...]:
    """Group free pieces into the areas above, between and below tables."""
    tables: dict[int, list[BBox]] = {}
    for cell in cells:
        tables.setdefault(cell.table, []).append(cell.bbox)
    middles = sorted((box[1] + box[3]) / 2 for box in (union_box(tuple(boxes)) for boxes in tables.values()))
    groups: dict[int, list[Piece]] = {}
    for piece in pieces:
        y = (piece.bbox[1] + piece.bbox[3]) / 2
        groups.setdefault(sum(y > m for m in middles), []).append(piece)
    return tuple(
        make_block(group, union_box(tuple(p.bbox for p in group)), index) for _, group in sorted(groups.items())
    )


@dataclass(frozen=True)
class Words:
    """A stretch of a form that may be a value: characters of one or more blocks, in reading order."""

    places: tuple[Place, ...]

    @property
    def text(self) -> str:
        """The characters, without white space."""
        return "".join(p.piece.line.text[p.offset] for p in self.places)

    @property
    def raw(self) -> str:
        """The words as they stand on the paper: blanks inside a line kept, rows joined without a break."""
        return "".join(_quote(list(run)) for _, run in groupby(self.places, key=lambda p: id(p.piece.line)))

    @property
    def scores(self) -> tuple[float, ...]:
        """Raw recognition score of every character."""
        return tuple(p.score for p in self.places)

    @property
    def witness(self) -> Witness:
        """What else is known of the ink of the words."""
        lines = ((p.piece.line, p.offset) for p in self.places)
        return witness_of(line.characters[i] for line, i in lines if len(line.characters) == len(line.text))

    def evidence(self, document_id: str) -> tuple[Evidence, ...]:
        """Return one box per page, tight around the words; pages count from 1."""
        found = []
        for page, run in groupby(self.places, key=lambda p: p.piece.page):
            places = list(run)
            pieces = [list(r) for _, r in groupby(places, key=lambda p: id(p.piece.line))]
            boxes = tuple(_box(r) for r in pieces)
            quote = "".join(_quote(r) for r in pieces)
            found.append(Evidence(document_id=document_id, page=page + 1, bbox=union_box(boxes), quote=quote))
        return tuple(found)


def _box(run: Sequence[Place]) -> BBox:
    offsets = [p.offset for p in run]
    return run[0].piece.line.span_box(min(offsets), max(offsets) + 1)


def _quote(run: Sequence[Place]) -> str:
    offsets = [p.offset for p in run]
    return run[0].piece.line.text[min(offsets) : max(offsets) + 1]
