"""Sections of a form: a heading beside or above the rows says whose data follow (投诉人信息, 被投诉方)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from extractors.layout.blocks import Block

_OTHER_SIDE = re.compile(r"被投诉|被诉|会员单位|责任单位|经营者信息")
_OWN_SIDE = re.compile(r"投诉人|投诉方|客户|申请人")
_OTHER_FIELDS = ("respondent_", "member_", "handling_")
_SECTION = re.compile(r"(?:信息|情况|资料|部分|栏)[:：]?$")
_LONGEST_HEADING = 24
_LEAST_SPAN = 2
# A bare 名称 or 姓名 under the heading of the other side means the other side's.
_MEANT = {
    "complainant_employer": "respondent_org",
    "complainant_name": "respondent_staff",
    "complainant_phone": "member_head_phone",
    "complainant_email": "member_head_email",
}


def on_its_side(
    names: tuple[str, ...], label: Block, table: Sequence[Block], labels: Collection[int], known: Collection[str]
) -> tuple[str, ...]:
    """Return the fields that a label can stand for in its section; empty when the section rules all of them out.

    Args:
        names: fields that the label's words may stand for.
        label: the label's block.
        table: all blocks of its table.
        labels: indexes of the blocks that are labels.
        known: fields of the form.
    """
    return in_section(names, label.text, _beside(label, table, labels) or _above(label, table, labels), known)


def in_section(names: tuple[str, ...], label: str, heading: str | None, known: Collection[str]) -> tuple[str, ...]:
    """Return the fields that a label's words can stand for below a heading; a label that names its side needs none."""
    if heading is None or re.search(r"(?<!被)投诉人|客户|被投诉|会员|涉及", label):
        return names
    if not _OTHER_SIDE.search(heading):
        return tuple(n for n in names if not n.startswith(_OTHER_FIELDS)) or names
    kept = tuple(n for n in names if not n.startswith("complainant_"))
    meant = tuple(_MEANT[n] for n in names if n in _MEANT and _MEANT[n] in known)
    return kept or meant


def headings(block: Block, rows_with_labels: Collection[int]) -> dict[int, str]:
    """Return the rows of running text that head a section (被投诉方信息), by row number."""
    rows: dict[int, str] = {}
    for place, sign in zip(block.places, block.text, strict=True):
        rows[place.row] = rows.get(place.row, "") + sign
    free = ((row, words) for row, words in rows.items() if row not in rows_with_labels)
    return {row: words for row, words in free if _SECTION.search(words) and _side_words(words)}


def _side_words(words: str) -> str | None:
    short = len(words) <= _LONGEST_HEADING
    return words if short and (_OTHER_SIDE.search(words) or _OWN_SIDE.search(words)) else None


def side_words(label: Block, table: Sequence[Block], labels: Collection[int]) -> Iterator[str]:
    """Yield the words of merged cells on the left that span several rows with labels of their own, nearest first."""
    own = label.cell
    if own is None:
        return
    found = []
    for block in table:
        cell = block.cell
        if cell is None or cell.row_span < _LEAST_SPAN or cell.column >= own.column:
            continue
        level = block.bbox[1] <= (label.bbox[1] + label.bbox[3]) / 2 <= block.bbox[3]
        if level and sum(_is_right_of(table[i], block) for i in labels) >= _LEAST_SPAN:
            found.append((cell.column, block.text))
    yield from (words for _, words in sorted(found, reverse=True))


def _beside(label: Block, table: Sequence[Block], labels: Collection[int]) -> str | None:
    """Return the words of the merged cell on the left that says whose data the label's row holds."""
    return next((words for text in side_words(label, table, labels) if (words := _side_words(text))), None)


def _is_right_of(other: Block, block: Block) -> bool:
    if other.cell is None or block.cell is None:
        return False
    touches = other.cell.column == block.cell.column + block.cell.column_span
    return touches and block.bbox[1] <= (other.bbox[1] + other.bbox[3]) / 2 <= block.bbox[3]


def _above(label: Block, table: Sequence[Block], labels: Collection[int]) -> str | None:
    """Return the words of the nearest row above that is one cell over the whole width and no label."""
    left, right = min(b.bbox[0] for b in table), max(b.bbox[2] for b in table)
    wide = [
        block
        for index, block in enumerate(table)
        if index not in labels
        and block.bbox[2] - block.bbox[0] > 0.95 * (right - left)
        and block.bbox[3] <= label.bbox[1] + 5
        and 0 < len(block.text) <= _LONGEST_HEADING
    ]
    nearest = max(wide, key=lambda block: block.bbox[3], default=None)
    return None if nearest is None else _side_words(nearest.text)
