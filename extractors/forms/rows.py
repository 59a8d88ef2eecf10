"""Tables with a header row and one entry per row below it: ledgers and registers.

The first entry gives the values. Where there are several, the others are candidates and no value is sure enough to be
accepted: which entry the case is about, a person says (docs/decisions/0015-ledger-rows.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.base import BBox, union_box
from domain.evidence import Candidate, FieldMissing, FieldResult, FieldValue
from extractors.forms.flow import Spot
from extractors.forms.labels import LabelBook
from extractors.layout.blocks import Block, FormPage, Piece, Words, make_block
from extractors.layout.levels import visual_rows
from extractors.values.results import is_empty

SEVERAL_CEILING = 0.5
"""No value of one entry among several is surer than this."""
_LEAST_COLUMNS = 3


@dataclass(frozen=True)
class _Column:
    """A column with its field: where its label stands, and its left and right border."""

    names: tuple[str, ...]
    strength: float
    label: BBox
    left: float
    right: float


Entry = dict[str, Spot]
"""One row of the table: field name to its place."""


def read_rows(pages: Sequence[FormPage], book: LabelBook) -> list[Entry]:
    """Return the entries of all pages from the top; a header that is repeated is no entry."""
    entries: list[Entry] = []
    for page in pages:
        found = _ruled(page, book)
        if found is None:
            found = _aligned(page, book)
        entries.extend(found or [])
    return entries


def first_of_several(result: FieldResult, others: Sequence[FieldResult]) -> FieldResult:
    """Return the first entry's result, doubted, with the other entries' values to choose from."""
    offered: list[Candidate] = [r.as_candidate() for r in others if isinstance(r, FieldValue)]
    held = tuple(c.model_copy(update={"probability": min(c.probability, SEVERAL_CEILING)}) for c in offered)
    if isinstance(result, FieldMissing):
        return result.model_copy(update={"candidates": (*result.candidates, *held)})
    probability = min(result.probability, SEVERAL_CEILING)
    own = result.candidates or (result.as_candidate(),)
    return result.model_copy(update={"probability": probability, "candidates": (*own, *held)})


def _ruled(page: FormPage, book: LabelBook) -> list[Entry] | None:
    """Read a table by its cells; ``None`` when no row of cells is a header."""
    header = _header(page.cells, book)
    if header is None:
        return None
    labels, bottom = header
    own = [b for b in page.cells if b.cell and b.cell.table == labels[0][0].cell.table and b.cell.row >= bottom]  # type: ignore[union-attr]
    entries: list[Entry] = []
    for row in sorted({block.cell.row for block in own if block.cell}):
        level = [b for b in own if b.cell and b.cell.row <= row < b.cell.row + b.cell.row_span]
        if _is_header(level, book) or all(is_empty(b.text) for b in level):
            continue
        entries.append(_entry(labels, level))
    return entries


def _header(cells: Sequence[Block], book: LabelBook) -> tuple[list[tuple[Block, tuple[str, ...], float]], int] | None:
    """Return the labelled cells of the first header row, and the row below it."""
    rows = sorted({(b.cell.table, b.cell.row) for b in cells if b.cell})
    for table, row in rows:
        level = [b for b in cells if b.cell and b.cell.table == table and b.cell.row == row]
        matched = [(b, *book.match(b.text)) for b in level]
        labels = [(b, names, strength) for b, names, strength in matched if names]
        if len(labels) >= _LEAST_COLUMNS and 2 * len(labels) >= len(level):
            bottom = max(b.cell.row + b.cell.row_span for b, _, _ in labels if b.cell)
            return labels, bottom
    return None


def _is_header(level: Sequence[Block], book: LabelBook) -> bool:
    filled = [block for block in level if block.text]
    return bool(filled) and 2 * sum(book.match(block.text)[1] > 0.9 for block in filled) > len(filled)


def _entry(labels: Sequence[tuple[Block, tuple[str, ...], float]], level: Sequence[Block]) -> Entry:
    entry: Entry = {}
    for label, names, strength in labels:
        middle = (label.bbox[0] + label.bbox[2]) / 2
        value = next((b for b in level if b.bbox[0] <= middle <= b.bbox[2]), None)
        name = next((n for n in names if n not in entry), None)
        if value is None or name is None:
            continue
        entry[name] = Spot((name,), Words(value.places), value, strength, ruled=True, label=label.bbox)
    return entry


def _aligned(page: FormPage, book: LabelBook) -> list[Entry] | None:
    """Read a table without upright rules: words stand below the label they are nearest to."""
    text = page.reading.read.text
    pieces = [Piece(page.index, line, 0, len(line.text)) for line in text.lines if line.text.strip()]
    rows = visual_rows([part for piece in pieces for part in _words(piece)])
    top = next((i for i, row in enumerate(rows) if len(_labelled(row, book)) >= _LEAST_COLUMNS), None)
    if top is None:
        return None
    columns = _columns(_labelled(rows[top], book), float(text.width))
    below = [piece for row in rows[top + 1 :] if len(_labelled(row, book)) < _LEAST_COLUMNS for piece in row]
    anchors = _anchors(columns, below)
    return [_aligned_entry(columns, group, page.index) for group in _grouped(anchors, below) if group]


def _words(piece: Piece) -> list[Piece]:
    """Cut a line at its wide gaps: the cells of a row may have been read as one line."""
    line = piece.line
    if len(line.characters) != len(line.text):
        return [piece]
    height = line.bbox[3] - line.bbox[1]
    cuts = [0]
    for i in range(1, len(line.text)):
        if line.characters[i].bbox[0] - line.characters[i - 1].bbox[2] > 0.6 * height or line.text[i - 1] == " ":
            cuts.append(i)
    ends = [*cuts[1:], len(line.text)]
    return [Piece(piece.page, line, a, b) for a, b in zip(cuts, ends, strict=True) if line.text[a:b].strip()]


def _labelled(row: Sequence[Piece], book: LabelBook) -> list[tuple[Piece, tuple[str, ...], float]]:
    matched = [(piece, *book.match(piece.text)) for piece in row]
    return [(piece, names, strength) for piece, names, strength in matched if strength > 0.9]


def _columns(labels: Sequence[tuple[Piece, tuple[str, ...], float]], width: float) -> list[_Column]:
    ordered = sorted(labels, key=lambda label: label[0].bbox[0])
    columns = []
    for index, (piece, names, strength) in enumerate(ordered):
        x0, _, x1, _ = piece.bbox
        left = (ordered[index - 1][0].bbox[2] + x0) / 2 if index else 0.0
        right = (x1 + ordered[index + 1][0].bbox[0]) / 2 if index + 1 < len(ordered) else width
        columns.append(_Column(names, strength, piece.bbox, left, right))
    return columns


def _column_of(columns: Sequence[_Column], box: BBox) -> int:
    """Return the column that a piece overlaps most."""
    shares = [min(c.right, box[2]) - max(c.left, box[0]) for c in columns]
    return max(range(len(columns)), key=lambda i: shares[i])


def _anchors(columns: Sequence[_Column], below: Sequence[Piece]) -> list[float]:
    """Return where entries stand: the middles of the words in the first column."""
    first = [p for p in below if _column_of(columns, p.bbox) == 0]
    return [sum((p.bbox[1] + p.bbox[3]) / 2 for p in row) / len(row) for row in visual_rows(first)]


def _grouped(anchors: Sequence[float], below: Sequence[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = [[] for _ in anchors]
    for piece in below:
        y = (piece.bbox[1] + piece.bbox[3]) / 2
        if anchors:
            groups[min(range(len(anchors)), key=lambda i: abs(anchors[i] - y))].append(piece)
    return groups


def _aligned_entry(columns: Sequence[_Column], group: Sequence[Piece], page: int) -> Entry:
    entry: Entry = {}
    for index, column in enumerate(columns):
        own = [piece for piece in group if _column_of(columns, piece.bbox) == index]
        name = next((n for n in column.names if n not in entry), None)
        if name is None:
            continue
        box = union_box(tuple(p.bbox for p in own)) if own else column.label
        block = make_block(own, box, page)
        entry[name] = Spot((name,), Words(block.places), block, column.strength, ruled=False, label=column.label)
    return entry
