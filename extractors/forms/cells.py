"""Ruled forms: which cell is a label, and which cells hold its value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from domain.base import BBox, union_box
from domain.fields import FIELDS, FieldType
from domain.marks import RuledCell
from extractors.forms.flow import Spot, read_flow
from extractors.forms.labels import SEPARATORS, LabelBook, bare, find_labels
from extractors.forms.sections import on_its_side, side_words
from extractors.layout.blocks import Block, Piece, Place, Words, make_block

SURE = 0.78
_LONGEST_COLUMN = 200
_LEAST_OWN, _LEAST_HEADED = 3, 2
_ONE_WORD = 0.6
"""Free space between two cells' words that are one word, in heights of the line."""
_PART_OF_LABEL = re.compile(r"[/／(（【\[]|[A-Za-z'. ]+$|(?:或|及|和)")
_UNKNOWN = re.compile(rf"[㐀-鿿]{{2,8}}[{SEPARATORS}]")
"""A label that is not known, before one that is (异常样品：有  客诉金额：…)."""
_WHOLE = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[A-Za-z]{2,})+|\d{17}[\dXx]", re.ASCII)
"""An address or number that no cell border divides."""
_GENDER = re.compile(r"[男女]")
_SHAPES = {
    FieldType.CN_ID: re.compile(r"\d{17}[\dXx]"),
    FieldType.PHONE: re.compile(r"[0-9(（][0-9\-()（） ]{6,17}"),
    FieldType.DATE: re.compile(r"(?:19|20)\d\d[年./\-]\d{1,2}[月./\-]\d{1,2}日?"),
    FieldType.EMAIL: re.compile(r"[\w.+\-]+@[\w.\-]+"),
}
"""What a whole value looks like: where it stands below a label, what stands beside it is another label."""
_BOXED = frozenset({FieldType.CN_ID, FieldType.PHONE, FieldType.ACCOUNT_NO, FieldType.DATE})


@dataclass
class _Table:
    """Blocks of one table while its cells are being claimed.

    Attributes:
        blocks: one per cell.
        labels: fields and strength of the cells that are labels, by block index.
        claimed: indexes of blocks that are some label's value.
    """

    blocks: Sequence[Block]
    labels: dict[int, tuple[tuple[str, ...], float]] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)

    def cell(self, index: int) -> RuledCell:
        """Return the ruled cell of a block."""
        cell = self.blocks[index].cell
        assert cell is not None
        return cell

    def right_of(self, index: int) -> list[int]:
        """Return the cells that touch the right edge of a cell, from the top."""
        own = self.cell(index)
        return [
            i
            for i in range(len(self.blocks))
            if self.cell(i).column == own.column + own.column_span and _level(own.bbox, self.cell(i).bbox)
        ]

    def below(self, index: int) -> list[int]:
        """Return the cells that touch the lower edge of a cell, from the left."""
        own = self.cell(index)
        return [
            i
            for i in range(len(self.blocks))
            if self.cell(i).row == own.row + own.row_span
            and self.cell(i).column < own.column + own.column_span
            and own.column < self.cell(i).column + self.cell(i).column_span
        ]

    def free(self, index: int) -> bool:
        """Tell whether a cell may be a value."""
        return index not in self.labels and index not in self.claimed


def read_tables(blocks: Sequence[Block], book: LabelBook) -> list[Spot]:
    """Return label and value pairs of all tables of a page."""
    tables: dict[int, list[Block]] = {}
    for block in blocks:
        if block.cell is not None:
            tables.setdefault(block.cell.table, []).append(block)
    whole = (_torn_joined(table, book) for table in tables.values())
    settled = (_overflow_returned(table, book) for table in whole)
    split = ([part for block in table for part in _label_column(block, book)] for table in settled)
    return [spot for table in split for spot in _read_table(_Table(table), book)]


def _torn_joined(table: Sequence[Block], book: LabelBook) -> list[Block]:
    """Join neighbouring cells whose words are a label or a value only together.

    A stroke of a sign was taken for a rule.
    """
    blocks = list(table)
    for left, right in pairwise(sorted(table, key=_by_row)):
        if left.cell is None or right.cell is None or left not in blocks or right not in blocks:
            continue
        touch = right.cell.row == left.cell.row and right.cell.column == left.cell.column + left.cell.column_span
        parts = (left.text, right.text)
        if not touch or not all(parts) or all(book.match(part)[1] >= SURE for part in parts):
            continue
        if (bare("".join(parts)) in book.wordings or _is_one_value(left, right)) and _close(left, right):
            blocks[blocks.index(left)] = _joined(left, right)
            blocks.remove(right)
    return blocks


def _by_row(block: Block) -> tuple[int, int]:
    return (block.cell.row, block.cell.column) if block.cell is not None else (-1, -1)


def _is_one_value(left: Block, right: Block) -> bool:
    """Tell whether the words of two cells are one address or number that a line holds without a gap."""
    if left.rows != 1 or right.rows != 1 or left.places[-1].piece.line is not right.places[0].piece.line:
        return False
    return _WHOLE.fullmatch(left.text + right.text) is not None


def _close(left: Block, right: Block) -> bool:
    if not left.places or not right.places:
        return False
    a, b = left.places[-1].piece.bbox, right.places[0].piece.bbox
    return b[0] - a[2] < _ONE_WORD * (a[3] - a[1])


def _joined(left: Block, right: Block) -> Block:
    assert left.cell is not None and right.cell is not None
    box = union_box((left.bbox, right.bbox))
    span = left.cell.column_span + right.cell.column_span
    cell = left.cell.model_copy(update={"bbox": box, "column_span": span})
    pieces = dict.fromkeys((*left.pieces, *right.pieces))
    return make_block(list(pieces), box, left.page, cell)


def _overflow_returned(table: Sequence[Block], book: LabelBook) -> list[Block]:
    """Give words that hang into a label's cell from above back to the cell above."""
    blocks = list(table)
    for i, block in enumerate(table):
        pieces = block.pieces
        if len(pieces) < 2 or len(block.text) > _LONGEST_COLUMN or book.match(block.text)[1] >= SURE:
            continue
        printed = [piece for piece in pieces if book.match(piece.text)[1] == 1.0]
        hanging = [piece for piece in pieces if piece not in printed]
        top, bottom = block.bbox[1], block.bbox[3]
        limit = min([top + 0.45 * (bottom - top), *(_middle(p) - 2 for p in printed)])
        high = all(_middle(p) < limit for p in hanging)
        above = next((j for j, other in enumerate(blocks) if _is_above(other.bbox, block.bbox, hanging)), None)
        if len(printed) == 1 and high and above is not None:
            blocks[above] = _refilled(blocks[above], [*blocks[above].pieces, *hanging])
            blocks[i] = _refilled(block, printed)
    return blocks


def _middle(piece: Piece) -> float:
    return (piece.bbox[1] + piece.bbox[3]) / 2


def _is_above(other: BBox, own: BBox, pieces: Sequence[Piece]) -> bool:
    x = (pieces[0].bbox[0] + pieces[0].bbox[2]) / 2 if pieces else -1.0
    return other[0] <= x <= other[2] and abs(other[3] - own[1]) < 0.4 * (own[3] - own[1])


def _refilled(block: Block, pieces: Sequence[Piece]) -> Block:
    return make_block(pieces, block.bbox, block.page, block.cell)


def _label_column(block: Block, book: LabelBook) -> list[Block]:
    """Split a cell that holds nothing but several labels below each other: the rules between them were lost."""
    if block.cell is None or block.rows < 2 or len(block.text) > _LONGEST_COLUMN or book.match(block.text)[1] >= SURE:
        return [block]
    rows = [[p for p in block.places if p.row == row] for row in range(block.rows)]
    parts: list[list[Place]] = []
    while rows:
        count = next((n for n in (3, 2, 1) if n <= len(rows) and _is_label(rows[:n], book)), 0)
        if not count:
            return [block]
        parts.append([p for row in rows[:count] for p in row])
        rows = rows[count:]
    return _parts(block, parts) if len(parts) > 1 else [block]


def _is_label(rows: Sequence[Sequence[Place]], book: LabelBook) -> bool:
    return book.match(Words(tuple(p for row in rows for p in row)).text)[1] >= SURE


def _parts(block: Block, parts: Sequence[Sequence[Place]]) -> list[Block]:
    """Make one cell of every part; the borders are halfway between them."""
    assert block.cell is not None
    x0, top, x1, bottom = block.bbox
    boxes = [union_box(tuple(p.piece.bbox for p in part)) for part in parts]
    cuts = [top, *((a[3] + b[1]) / 2 for a, b in pairwise(boxes)), bottom]
    made = []
    for part, (y0, y1) in zip(parts, pairwise(cuts), strict=True):
        box = (x0, min(y0, y1), x1, max(y0, y1))
        cell = block.cell.model_copy(update={"bbox": box})
        words = Words(tuple(part))
        made.append(Block(words.text, words.places, frozenset({0}), box, block.page, cell))
    return made


def _level(a: BBox, b: BBox) -> bool:
    """Tell whether two cells stand side by side."""
    return min(a[3], b[3]) - max(a[1], b[1]) > 0.3 * min(a[3] - a[1], b[3] - b[1])


def _read_table(table: _Table, book: LabelBook) -> list[Spot]:
    """Claim values for sure labels first, to the right, then below; then cells with inner labels; then weak labels."""
    matches = {i: _match(block, book) for i, block in enumerate(table.blocks)}
    table.labels = {i: match for i, match in matches.items() if match[1] >= SURE}
    # 投诉人 beside 姓名, 电话 and 地址 says whose they are and has no value of its own
    sides = [i for i in table.labels if _is_side(table, i)]
    table.labels = {i: match for i, match in table.labels.items() if i not in sides}
    table.claimed.update(sides)
    beside = {j for i in table.labels for j in table.right_of(i)}
    faint = {i for i, (names, _) in matches.items() if names}
    starts = {
        i
        for i in range(len(table.blocks))
        if i not in faint and _opens_with_label(table, i, book, strictly=i in beside)
    }
    if _holds_its_labels(table, book):
        return _read_own_labels(table, book)
    values = {} if _is_headed(table) else _claim_right(table, list(table.labels), starts)
    if _is_headed(table):
        # what stands beside a label of its own row is that label's: below the last head may be another kind of row
        values = _claim_below(table, list(table.labels), starts | beside)
        values |= _claim_right(table, [i for i in table.labels if i not in values], starts)
    values |= _claim_below(table, [i for i in table.labels if i not in values], starts)
    weak = {i: m for i, m in matches.items() if 0 < m[1] < SURE and table.free(i) and i not in starts}
    for i, match in weak.items():
        table.labels[i] = match
        values.update(_claim_right(table, [i], starts) or _claim_below(table, [i], starts))
    known = {field.name for field in book.form.fields}
    for i, (names, strength) in list(table.labels.items()):
        named = _with_side(table, i, book)
        if named:
            table.labels[i] = (named, strength)
            continue
        kept = on_its_side(names, table.blocks[i], table.blocks, table.labels, known)
        table.labels[i] = (kept, strength)
    found = [_spot(table, i, values) for i in sorted(table.labels) if table.labels[i][0]]
    inner = [spot for i in sorted(starts - table.claimed) for spot in read_flow(table.blocks[i], book)]
    return [*found, *inner]


def _with_side(table: _Table, index: int, book: LabelBook) -> tuple[str, ...]:
    """Return what a label and the merged cell at its left name together: 总负责人 beside 姓名, 职位, 联系电话."""
    block = table.blocks[index]
    for side in side_words(block, table.blocks, table.labels):
        names = book.wordings.get(bare(side + block.text))
        common = names is not None and book.extra.issuperset(names)
        if names and not (common and not book.extra.issuperset(table.labels[index][0])):
            return names
    return ()


def _match(block: Block, book: LabelBook) -> tuple[tuple[str, ...], float]:
    """Return what a cell is the label of; a cell that begins with a whole label and goes on holds a value too."""
    names, strength = book.match(block.text)
    if not names or strength == 1.0 or block.cell is None:
        return names, strength
    for gap in sorted(block.gaps - {0}):
        rest = block.text[gap:]
        if rest and book.match(block.text[:gap])[1] == 1.0 and not _PART_OF_LABEL.match(rest):
            return (), 0.0
    return names, strength


def _holds_its_labels(table: _Table, book: LabelBook) -> bool:
    """Tell whether the cells of a table hold label and value below each other: a lone label's cell is then blank."""
    own = 0
    for i, block in enumerate(table.blocks):
        hits = () if i in table.labels else find_labels(block, book)
        own += bool(hits) and hits[0].start <= 3 and block.places[hits[0].end - 1].row < block.rows - 1
    return own >= _LEAST_OWN and own > len(table.labels)


def _read_own_labels(table: _Table, book: LabelBook) -> list[Spot]:
    found = []
    for i, block in enumerate(table.blocks):
        if i not in table.labels:
            found.extend(read_flow(block, book))
        elif table.labels[i][0]:
            names, strength = table.labels[i]
            found.append(Spot(names, Words(()), block, strength, ruled=False))
    return found


def _is_headed(table: _Table) -> bool:
    """Tell whether labels stand side by side, with their values in the row below."""
    beside = [table.right_of(i) for i in table.labels]
    touching = sum(any(j in table.labels for j in right) for right in beside)
    aside = sum(bool(right) and all(j not in table.labels for j in right) for right in beside)
    return touching >= _LEAST_HEADED and touching > aside


def _opens_with_label(table: _Table, index: int, book: LabelBook, *, strictly: bool) -> bool:
    """Tell whether a cell holds its own label; ``strictly`` asks for a colon, beside another label."""
    if index in table.labels:
        return False
    block = table.blocks[index]
    hits = find_labels(block, book)
    if not hits or (hits[0].start > 3 and _UNKNOWN.match(block.text) is None):
        return False
    return not strictly or block.text[hits[0].end - 1] in SEPARATORS


def _claim_right(table: _Table, labels: Sequence[int], starts: set[int]) -> dict[int, list[int]]:
    values: dict[int, list[int]] = {}
    claimed_before = frozenset(table.claimed)
    for i in labels:
        right = [j for j in table.right_of(i) if j not in table.labels and j not in claimed_before | starts]
        if not right or _has_value_below(table, i, right, starts):
            continue
        if any(FIELDS[name].type in _BOXED for name in table.labels[i][0]):
            right = _with_boxes(table, right, starts)
        values[i] = right
        table.claimed.update(right)
    return values


def _has_value_below(table: _Table, label: int, right: Sequence[int], starts: set[int]) -> bool:
    """Tell whether the cell right of a label holds no value of its shape, but the cell below it does."""
    shapes = [shape for name in table.labels[label][0] if (shape := _shape(name)) is not None]
    below = [j for j in table.below(label) if table.free(j) and j not in starts]
    if not shapes or len(right) != 1 or len(below) != 1 or not table.blocks[right[0]].text:
        return False
    own, other = (table.blocks[j].text for j in (below[0], right[0]))
    return any(shape.fullmatch(own) and not shape.search(other) for shape in shapes)


def _shape(name: str) -> re.Pattern[str] | None:
    return _GENDER if name == "complainant_gender" else _SHAPES.get(FIELDS[name].type)


def _with_boxes(table: _Table, right: list[int], starts: set[int]) -> list[int]:
    """Go on to the right over narrow cells: one box per digit, or for year, month and day."""
    cells = list(right)
    while True:
        last = table.cell(cells[-1])
        width, height = last.bbox[2] - last.bbox[0], last.bbox[3] - last.bbox[1]
        following = [j for j in table.right_of(cells[-1]) if table.free(j) and j not in starts and j not in cells]
        if not following or width > 3.5 * height:
            return cells
        cells.extend(following)


def _claim_below(table: _Table, labels: Sequence[int], starts: set[int]) -> dict[int, list[int]]:
    values: dict[int, list[int]] = {}
    for i in labels:
        below = [j for j in table.below(i) if table.free(j) and j not in starts]
        if below and not _heads_section(table, i):
            values[i] = _with_next(table, i, below[0], starts)
            table.claimed.update(values[i])
    return values


def _with_next(table: _Table, label: int, below: int, starts: set[int]) -> list[int]:
    """Go on to the cell below an empty one: a stray rule may cut the place of a long text in two."""
    if table.blocks[below].text or all(FIELDS[n].type is not FieldType.LONGTEXT for n in table.labels[label][0]):
        return [below]
    own = table.cell(below)
    further = [j for j in table.below(below) if table.free(j) and j not in starts]
    alike = [j for j in further if (table.cell(j).column, table.cell(j).column_span) == (own.column, own.column_span)]
    return [below, *alike[:1]]


def _is_side(table: _Table, label: int) -> bool:
    beside = table.right_of(label)
    return table.cell(label).row_span > 1 and sum(j in table.labels for j in beside) > 1


def _heads_section(table: _Table, label: int) -> bool:
    """Tell whether a label is the heading of a section: beside several labels, or above several cells."""
    own = table.cell(label)
    under = table.below(label)
    labelled = own.column_span > 1 and len(under) > 1 and any(j in table.labels for j in under)
    spread = own.column_span > 1 and len(under) > 1 and table.cell(under[0]).column_span * 2 < own.column_span + 1
    return _is_side(table, label) or labelled or spread


def _spot(table: _Table, label: int, values: dict[int, list[int]]) -> Spot:
    names, strength = table.labels[label]
    blocks = [table.blocks[i] for i in values.get(label, [])]
    places = [p for i in values.get(label, []) for p in _share(table, label, i, values)]
    block = table.blocks[label]
    return Spot(
        names,
        Words(tuple(places)),
        blocks[0] if blocks else block,
        strength,
        ruled=bool(blocks),
        label=union_box(tuple(place.piece.bbox for place in block.places)),
        printed=block.text,
    )


def _share(table: _Table, label: int, value: int, values: dict[int, list[int]]) -> list[Place]:
    """Return the part of a value cell that stands level with its label, when several labels claim the cell.

    The rule between two rows may be lost on a fax although the labels are still divided.
    """
    rivals = [i for i, cells in values.items() if value in cells]
    places = table.blocks[value].places
    if len(rivals) < 2:
        return list(places)
    rows: dict[int, list[float]] = {}
    for place in places:
        box = place.piece.bbox
        rows.setdefault(place.row, []).append((box[1] + box[3]) / 2)
    owner = {row: _nearest(table, rivals, sum(ys) / len(ys)) for row, ys in rows.items()}
    return [place for place in places if owner[place.row] == label]


def _nearest(table: _Table, rivals: Sequence[int], y: float) -> int:
    """Return the label for a row of words: the one level with it, else the nearest that may take several rows."""

    def away(i: int) -> float:
        top, bottom = _words_range(table.blocks[i])
        return max(top - y, y - bottom, 0.0)

    level = [i for i in rivals if away(i) == 0.0]
    tall = [i for i in rivals if any(FIELDS[name].type is FieldType.LONGTEXT for name in table.labels[i][0])]
    return min(level or tall or rivals, key=away)


def _words_range(block: Block) -> tuple[float, float]:
    """Return top and bottom of a label's words, or of its cell when it has none."""
    boxes = tuple(place.piece.bbox for place in block.places) or (block.bbox,)
    box = union_box(boxes)
    return box[1], box[3]
