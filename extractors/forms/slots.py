"""Labels and values without rules, by place: beside the label, or below it in the label's own column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.base import BBox
from extractors.forms.labels import LabelHit
from extractors.forms.paragraphs import Head, Run, place_box, with_paragraphs
from extractors.layout.blocks import Block, Place

_FIRST_GAP = 2.2
"""Most free space between a label and a value below it, in heights of the label."""
_RUN_GAP = 1.6
"""Least free space between the values of two columns in one line, in heights."""
_LEFT = 1.5
"""How far a value may stand out to the left of its label, in heights."""
_ALIGNED = 1.3
_LEAST_STACKED = 3


@dataclass(frozen=True)
class Slot:
    """What stands at one label.

    Attributes:
        beside: words after the label in its own row.
        below: words of later rows in its column, down to the next label there.
        alone: no other label stands in its row.
    """

    beside: tuple[Place, ...]
    below: tuple[Place, ...]
    alone: bool


def slots(block: Block, hits: Sequence[LabelHit], tall: Sequence[bool]) -> list[Slot]:
    """Give every word to at most one label.

    Args:
        block: an area of a page, or a cell.
        hits: its labels in reading order.
        tall: for every label, whether its value may run over any number of rows.
    """
    heads = [
        Head(index, block.places[hit.end - 1].row, head_box(block, hit), _is_first(block, hit))
        for index, hit in enumerate(hits)
    ]
    beside: list[list[Place]] = [[] for _ in hits]
    below: list[list[Place]] = [[] for _ in hits]
    for row, run, before in with_paragraphs(_runs(block, hits, heads), heads, tall):
        if before is not None:
            beside[before.index].extend(run)
        elif (owner := _above(heads, row, run, beside, tall)) is not None:
            below[owner.index].extend(run)
    rows = [head.row for head in heads]
    return [Slot(tuple(a), tuple(b), alone=rows.count(row) == 1) for a, b, row in zip(beside, below, rows, strict=True)]


def stacked(block: Block, hits: Sequence[LabelHit], found: Sequence[Slot]) -> bool:
    """Tell whether values stand below their labels throughout the block, left edges in line."""
    under = [bool(slot.below) and is_under(block, hit, slot) for hit, slot in zip(hits, found, strict=True)]
    aside = sum(bool(slot.beside) and not below for slot, below in zip(found, under, strict=True))
    return sum(under) >= _LEAST_STACKED and sum(under) > aside


def first_run(places: Sequence[Place]) -> list[Place]:
    """Return the words of the first row up to a wide gap."""
    run: list[Place] = []
    for place in places:
        if run and (place.row != run[0].row or _parted(run, place)):
            break
        run.append(place)
    return run


def is_under(block: Block, hit: LabelHit, slot: Slot) -> bool:
    """Tell whether a value begins right below its label, left edges or middles in line."""
    run = first_run(slot.below)
    label, first, last = head_box(block, hit), place_box(run[0]), place_box(run[-1])
    height = max(label[3] - label[1], first[3] - first[1])
    in_line = abs(first[0] - label[0]) < _ALIGNED * height
    centred = abs(first[0] + last[2] - label[0] - label[2]) / 2 < _ALIGNED * height
    return (in_line or centred) and first[1] - label[3] < _FIRST_GAP * height


def _is_first(block: Block, hit: LabelHit) -> bool:
    return hit.start == 0 or block.places[hit.start - 1].row < block.places[hit.start].row


def head_box(block: Block, hit: LabelHit) -> BBox:
    """Return the box of a label's words."""
    first, last = place_box(block.places[hit.start]), place_box(block.places[hit.end - 1])
    return (min(first[0], last[0]), last[1], last[2], last[3])


def _runs(block: Block, hits: Sequence[LabelHit], heads: Sequence[Head]) -> list[Run]:
    """Return the words that are no label as runs: row, places, the label before them in the row."""
    inside = {i for hit in hits for i in range(hit.start, hit.end)}
    starts = {hit.end: head for hit, head in zip(hits, heads, strict=True)}
    found: list[Run] = []
    before: Head | None = None
    for index, place in enumerate(block.places):
        before = starts.get(index, before)
        if index in inside:
            continue
        own = before if before is not None and before.row == place.row else None
        last = found[-1] if found else None
        if (
            last is not None
            and last[0] == place.row
            and last[2] is own
            and not (own is None and _parted(last[1], place))
        ):
            last[1].append(place)
        else:
            found.append((place.row, [place], own))
    return found


def _parted(run: Sequence[Place], place: Place) -> bool:
    a, b = place_box(run[-1]), place_box(place)
    return b[0] - a[2] > _RUN_GAP * max(a[3] - a[1], b[3] - b[1])


def _above(
    heads: Sequence[Head], row: int, run: Sequence[Place], beside: Sequence[Sequence[Place]], tall: Sequence[bool]
) -> Head | None:
    """Return the label whose column a run of words stands in: of the nearest row of labels, or a long text's."""
    box = place_box(run[0])
    right = place_box(run[-1])[2]
    left = box[0] + _LEFT * (box[3] - box[1])
    rows = sorted({head.row for head in heads if head.row < row}, reverse=True)
    for number, level in enumerate(rows):
        band = sorted((head for head in heads if head.row == level), key=lambda head: head.box[0])
        column = _overlapping(band, box[0], right) or [head for head in band if head.box[0] <= left]
        if column and (tall[column[-1].index] or (number == 0 and not _filled_aside(column[-1], run, beside))):
            return column[-1]
        if number == 0 and (long := [head for head in band if tall[head.index] and band[0].first]):
            return long[-1]
    return None


def _overlapping(band: Sequence[Head], left: float, right: float) -> list[Head]:
    """Return the one label that stands above a run of words; none when the run spans several or no label."""
    over = [head for head in band if min(head.box[2], right) > max(head.box[0], left)]
    return over if len(over) == 1 else []


def _filled_aside(head: Head, run: Sequence[Place], beside: Sequence[Sequence[Place]]) -> bool:
    """Tell whether a label has its value beside it already and the run does not hang under that value or label."""
    own = beside[head.index]
    return bool(own) and run[0].row > own[-1].row + 1
