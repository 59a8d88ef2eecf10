"""Where a signature is asked for: printed labels, the form's signature cell, the end of a letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.base import BBox
from domain.documents import ReadPage
from domain.marks import RuledCell
from domain.ocr import OcrLine
from extractors.marks.signature_labels import (
    ANY_ROLE,
    CONFIRMED,
    DATE,
    HAND_WORD,
    JOINT,
    LAST_LABEL,
    LONG_LINE,
    NO_PERSON,
    NO_SIGNER,
    OFFICE_LABEL,
    OTHER_LABEL,
    PERSON_LABEL,
    ROLE,
    ROLE_LABEL,
    ROLE_SIGN_LABEL,
    RUN_TOGETHER,
    SENTENCE,
    SIGN_LABEL,
)

REACH_RIGHT_MM = 85.0
NAME_ROOM = 6.0
"""Room that a name needs beside its label, in heights of the label."""
CLEAR, RUN_TOGETHER_BELOW = 0.9, 0.95
HAN = re.compile(r"[\u4e00-\u9fff]{2}")
MOST_CLOSING_LINES = 8
BINDING_MM = 20.0
"""Margin where binding holes are; no letter is signed there."""
OVER_RULE = 0.3
"""Signatures reach over the rules of their cell, by this share of its height."""
MOST_ROW_MM, RULE_MM = 30.0, 0.6


@dataclass(frozen=True)
class SignaturePlace:
    """A place to look for ink of a hand, pixels of the upright page.

    Attributes:
        region: where the ink may be.
        label: the printed label, `None` at the end of a letter.
        person: the name that the label itself gives.
        printed: print to compare with: the label, or the last long line.
        line: the label's line, `None` at the end of a letter.
        label_end: x where the label ends on its line.
        office: a cell or blank of a form, where names are typed as well as signed.
        joint: several people sign here.
        rules: thin boxes over the rules of the cells around.
    """

    region: BBox
    label: str | None
    printed: BBox
    person: str | None = None
    line: OcrLine | None = None
    label_end: float = 0.0
    office: bool = False
    joint: bool = False
    rules: tuple[BBox, ...] = ()


@dataclass(frozen=True)
class _Label:
    """The words of a label, where they end in the line's text, and the person they name."""

    words: str
    end: int
    person: str | None = None


def line_height(line: OcrLine) -> float:
    """Return the height of a line's box in pixels."""
    return max(line.bbox[3] - line.bbox[1], 1.0)


def find_places(page: ReadPage, cells: Sequence[RuledCell], mm: float) -> list[SignaturePlace]:
    """Return the places of a page that a label points to; `mm` is pixels a millimetre."""
    lines = page.text.lines
    places = []
    closing_top = _closing_top(page)
    for line in lines:
        found = _label(line, closing_top)
        officer = OFFICE_LABEL.fullmatch(line.text) and _cell_of(line, cells)
        if found is not None and not officer:
            places.append(_beside(line, found, page, cells, mm))
        elif OFFICE_LABEL.fullmatch(line.text) or LAST_LABEL.search(line.text):
            places += _office(line, page, cells, mm)
    return places


def _label(line: OcrLine, closing_top: float) -> _Label | None:
    """Return the label on a line, `None` when it asks for no signature."""
    text = line.text
    person = PERSON_LABEL.search(text)
    if person and not re.fullmatch(ROLE, person["name"]):
        return _Label(person[0].strip(), person.end(), person["name"])
    bracketed = ROLE_SIGN_LABEL.search(text)
    if bracketed and len(text) - bracketed.end() <= LONG_LINE:
        return _Label(bracketed[0].strip(), bracketed.end())
    matches = [m for m in SIGN_LABEL.finditer(text) if m.end() > m.start()]
    if matches and (
        matches[-1].end() < len(text) or len(text) <= LONG_LINE or CONFIRMED.match(text)
    ):  # else a sentence that breaks off at 签字
        last = matches[-1]
        if SENTENCE.search(last[0]) or not HAND_WORD.search(last[0]):
            return None
        return _Label(last[0].strip(), last.end())
    together = RUN_TOGETHER.match(text)
    doubted = line.score < RUN_TOGETHER_BELOW or (together and re.fullmatch(ROLE, together["label"]))
    if together and doubted and line.bbox[1] >= closing_top and not NO_PERSON.search(text):
        return _Label(together["label"], together.end())
    role = ROLE_LABEL.search(text)
    if role and line.bbox[1] >= closing_top and len(text) < 20 and not NO_PERSON.search(text):
        return _Label(role["label"], role.end())
    other = ANY_ROLE.search(text)
    if other and line.bbox[1] >= closing_top and len(text) < LONG_LINE and not NO_SIGNER.search(text):
        return _Label(other["label"], other.end())
    return None


def _closing_top(page: ReadPage) -> float:
    """Return the y below which a bare 投诉人： asks for a signature: below prose, at most two long lines follow."""
    long_lines = sorted((line for line in page.text.lines if len(line.text) >= LONG_LINE + 4), key=lambda n: n.bbox[1])
    # a letter's last page may hold nothing but its closing; a full page without prose is a list
    none = 2.0 if len(page.text.lines) <= MOST_CLOSING_LINES else float(page.page.height)
    prose = next((line.bbox[3] for line in long_lines if _is_prose(line)), none)
    return max(long_lines[-3].bbox[1] if len(long_lines) >= 3 else 0.0, prose - 2)


def _beside(line: OcrLine, label: _Label, page: ReadPage, cells: Sequence[RuledCell], mm: float) -> SignaturePlace:
    x0, y0, _, y1 = line.bbox
    label_end = line.span_box(0, label.end)[2]
    cell = _cell_at(cells, (x0 + label_end) / 2, (y0 + y1) / 2)
    rules = cell_edges([c for c in cells if cell is not None and c.table == cell.table], mm)
    if cell is not None:
        region = _cell_region(cell, cells, label_end, line_height(line))
    else:
        half = max(1.5 * line_height(line), 9 * mm)
        middle = (y0 + y1) / 2
        reach = float(page.page.width) if JOINT.search(line.text[: label.end]) else REACH_RIGHT_MM * mm
        right = min(label_end + reach, float(page.page.width))
        region = (label_end - mm, middle - half, right, middle + half)
        region = _cut_between_rows(_cut_at_next_label(region, line, page), line, page)
    words = label.words.rstrip(":： _")
    joint = bool(JOINT.search(line.text[: label.end]))
    return SignaturePlace(
        region, words, (x0, y0, label_end, y1), label.person, line, label_end, joint=joint, rules=rules
    )


def _office(line: OcrLine, page: ReadPage, cells: Sequence[RuledCell], mm: float) -> list[SignaturePlace]:
    """Return the place right of an officer's label: its row up to the next print, or the paper beside it.

    A hand's long strokes look like rules and part the officer's cell: cells are taken until print follows.
    """
    x0, y0, x1, y1 = line.bbox
    cell = _cell_of(line, cells)
    last = LAST_LABEL.search(line.text)
    if cell is None:
        label = _Label(last["label"], last.end()) if last else None
        return [replace(_beside(line, label, page, cells, mm), office=True)] if label else []
    words = line.text.strip(":：_ ")
    em = min(line_height(line), (x1 - x0) / max(len(words), 1) * 1.3)
    left = x1 + 0.3 * em if cell.bbox[2] - x1 > NAME_ROOM * em else cell.bbox[2]
    right = _row_end(line, cell, page, cells, left + REACH_RIGHT_MM * mm, left)
    over = OVER_RULE * min(cell.bbox[3] - cell.bbox[1], MOST_ROW_MM * mm)
    middle, half = (y0 + y1) / 2, MOST_ROW_MM * mm / 2
    top, bottom = max(cell.bbox[1], middle - half) - over, min(cell.bbox[3], middle + half) + over
    if right - left < NAME_ROOM * mm:
        return []
    printed = (x0, (y0 + y1 - em) / 2 - 2, x1, (y0 + y1 + em) / 2 + 2)
    region = (left, top, right, bottom)
    rules = cell_edges([c for c in cells if c.table == cell.table], mm)
    return [SignaturePlace(region, words, printed, None, line, x1, office=True, rules=rules)]


def cell_edges(cells: Sequence[RuledCell], mm: float) -> tuple[BBox, ...]:
    """Return thin boxes over the sides of cells."""
    half, edges = RULE_MM * mm, []
    for x0, y0, x1, y1 in (c.bbox for c in cells):
        edges += [(x0 - half, y - half, x1 + half, y + half) for y in (y0, y1)]
        edges += [(x - half, y0 - half, x + half, y1 + half) for x in (x0, x1)]
    return tuple(edges)


def _row_end(
    line: OcrLine, cell: RuledCell, page: ReadPage, cells: Sequence[RuledCell], reach: float, left: float
) -> float:
    """Return how far to the right the answer to a label in a cell may reach."""
    right = cell.bbox[2]
    row = [c for c in cells if c.table == cell.table and c.bbox[0] >= right - 2 and _is_beside(c.bbox, cell.bbox)]
    prints = [n.bbox for n in page.text.lines if n is not line and n.score > CLEAR and re.search(HAN, n.text)]
    for other in sorted(row, key=lambda c: c.bbox[0]):
        if right > left and any(_contains(other.bbox, b) for b in prints):
            break
        right = max(right, other.bbox[2])
    for other_line in page.text.lines:
        label = OFFICE_LABEL.fullmatch(other_line.text) or OTHER_LABEL.search(other_line.text)
        if label and other_line.bbox[0] > left and in_one_row(line.bbox, other_line.bbox):
            right = min(right, other_line.bbox[2])
    return min(right, reach)


def _is_beside(one: BBox, other: BBox) -> bool:
    """Tell cells of one row, which strokes may have parted into lower ones."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > 0.5 * min(one[3] - one[1], other[3] - other[1])


def _contains(box: BBox, inner: BBox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _cell_at(cells: Sequence[RuledCell], x: float, y: float) -> RuledCell | None:
    inside = [c for c in cells if c.bbox[0] <= x <= c.bbox[2] and c.bbox[1] <= y <= c.bbox[3]]
    return min(inside, key=lambda c: (c.bbox[2] - c.bbox[0]) * (c.bbox[3] - c.bbox[1]), default=None)


def _cell_of(line: OcrLine, cells: Sequence[RuledCell]) -> RuledCell | None:
    x0, y0, x1, y1 = line.bbox
    return _cell_at(cells, (x0 + x1) / 2, (y0 + y1) / 2)


def _cell_region(cell: RuledCell, cells: Sequence[RuledCell], label_end: float, em: float) -> BBox:
    """Return the label's cell, widened by the cell to its right when the label leaves no room for a name."""
    x0, y0, x1, y1 = cell.bbox
    if label_end < x0 + 0.6 * (x1 - x0) and x1 - label_end > NAME_ROOM * em:
        return cell.bbox
    right = [
        c for c in cells if c.table == cell.table and c.row == cell.row and c.column == cell.column + cell.column_span
    ]
    return (x0, y0, right[0].bbox[2], y1) if right else cell.bbox


def _cut_at_next_label(region: BBox, line: OcrLine, page: ReadPage) -> BBox:
    x0, y0, x1, y1 = region
    for other in page.text.lines:
        left = other.bbox[0]
        if (
            other is not line
            and in_one_row(line.bbox, other.bbox)
            and left > x0 + 5
            and (OTHER_LABEL.search(other.text) or DATE.search(other.text))
        ):
            x1 = min(x1, left)
    return (x0, y0, max(x1, x0 + 1), y1)


def _cut_between_rows(region: BBox, line: OcrLine, page: ReadPage) -> BBox:
    """Part the place from those of the labels above and below, half-way between the labels."""
    x0, y0, x1, y1 = region
    middle = (line.bbox[1] + line.bbox[3]) / 2
    for other in page.text.lines:
        text = other.text
        apart = (other.bbox[1] + other.bbox[3]) / 2 - middle
        beside = other.bbox[0] < x1 and other.bbox[2] > line.bbox[0] - line_height(line)
        asks = ROLE_LABEL.search(text) or ANY_ROLE.search(text) or ROLE_SIGN_LABEL.search(text)
        if other is line or not beside or not asks or abs(apart) < 0.7 * line_height(line):
            continue
        if apart > 0:
            y1 = min(y1, middle + apart / 2)
        else:
            y0 = max(y0, middle + apart / 2)
    return (x0, y0, x1, y1)


def in_one_row(a: BBox, b: BBox) -> bool:
    """Tell whether two boxes stand side by side; a tall signature reaches into the rows above and below its own."""
    heights = (a[3] - a[1], b[3] - b[1])
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    apart = abs((a[1] + a[3]) - (b[1] + b[3])) / 2
    return overlap > 0.4 * min(heights) and apart < 0.4 * max(heights)


def _is_prose(line: OcrLine) -> bool:
    """Tell a sentence from a row of a list or table, which asks for no signature."""
    text = line.text
    chinese = len(re.findall(r"[\u4e00-\u9fff]", text)) / max(len(text), 1)
    return chinese > 0.85 or (chinese > 0.6 and bool(re.search(r"[，。；！？,;!?]", text)))
