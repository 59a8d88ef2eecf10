"""Papers with a few labelled values among other print: licences, statements, covers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.base import BBox
from domain.evidence import FieldMissing, FieldResult
from domain.fields import FIELDS, FieldType
from domain.marks import PageReading
from domain.vocabulary import MissingReason
from extractors.layout.blocks import Block, Piece, Place, Words, make_block
from extractors.values.confidence import Source
from extractors.values.results import Found, field_result, is_empty, trimmed

# In heights of a character: how far the second row of a value may begin from the first, stand below it, and have gaps.
_ALIGNED, _LEADING, _WIDE = 1.6, 1.6, 2.5
_CLEAR = 1.0
"""Free space that parts a name from figures after it, in heights of a character."""


@dataclass(frozen=True)
class Label:
    """A printed label of such a paper.

    Attributes:
        field: contract field name, ``None`` for a label that only ends the value before it.
        pattern: its wording in text without white space.
        rows: how many rows the value may take.
    """

    field: str | None
    pattern: re.Pattern[str]
    rows: int = 1


def read_labelled(
    document_id: str,
    pages: Sequence[PageReading],
    labels: Sequence[Label],
    producer: str,
    clean: Callable[[str, Words], Words] = lambda _, words: words,
) -> tuple[FieldResult, ...]:
    """Return the value after every label: the rest of its row up to the next label, and further rows where allowed.

    Args:
        document_id: goes into the evidence.
        pages: pages in order.
        labels: in order of preference.
        producer: who says so.
        clean: takes away what is known not to be part of a field's value.
    """
    found: dict[str, list[Found]] = {}
    for index, page in enumerate(pages):
        lines = page.read.text.lines
        pieces = [Piece(index, line, 0, len(line.text)) for line in lines if line.text.strip()]
        if not pieces:
            continue
        block = make_block(pieces, (0.0, 0.0, float(page.read.text.width), float(page.read.text.height)), index)
        for name, words in _values(block, labels):
            words = clean(name, trimmed(words))
            if words.places and not is_empty(words.text):
                item = Found(name, words, (), Source.LINE, 0.96, page.read.page.quality)
                found.setdefault(name, []).append(item)
    names = dict.fromkeys(label.field for label in labels if label.field is not None)
    return tuple(_result(document_id, name, found.get(name, [])[:1], producer) for name in names)


def _result(document_id: str, name: str, found: Sequence[Found], producer: str) -> FieldResult:
    missing = FieldMissing(name=name, reason=MissingReason.NOT_FOUND, producer=producer)
    return field_result(document_id, found, producer) or missing


def _values(block: Block, labels: Sequence[Label]) -> list[tuple[str, Words]]:
    found = [
        (match.start(), match.end(), label)
        for label in labels
        for match in label.pattern.finditer(block.text)
        if _at_gap(block, match.start()) or _glued(match, label)
    ]
    hits: list[tuple[int, int, Label]] = []
    for hit in sorted(found, key=lambda hit: (hit[0], -hit[1])):
        if not hits or hit[0] >= hits[-1][1]:
            hits.append(hit)
    end = (len(block.text), len(block.text), Label(None, re.compile("$")))
    taken = {i for start, stop, _ in hits for i in range(start, stop)}
    values = []
    for (first_of, start, label), (stop, _, _) in pairwise([*hits, end]):
        if label.field is not None:
            row = block.places[start - 1].row
            first = tuple(p for p in block.places[start:stop] if p.row == row)
            if FIELDS[label.field].type is FieldType.PERSON:
                first = _up_to_gap(first)
            if not trimmed(Words(first)).places:
                first = _below(block, block.places[first_of], taken)
            further = _further_rows(block, (block.places[first_of], *first), label, taken)
            values.append((label.field, Words((*first, *further))))
    return values


def _up_to_gap(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return a name up to figures that stand clear of it: they are a value without a label."""
    for i in range(1, len(places)):
        a, b = _box(places[i - 1]), _box(places[i])
        sign = places[i].piece.line.text[places[i].offset]
        if sign.isdigit() and b[0] - a[2] > _CLEAR * (a[3] - a[1]):
            return tuple(places[:i])
    return tuple(places)


def _further_rows(block: Block, first: Sequence[Place], label: Label, taken: Collection[int]) -> tuple[Place, ...]:
    """Return the words below a value that begin where it begins: a licence has two columns of values.

    Args:
        block: the page.
        first: where the label begins, then the words of the value's first row.
        label: tells how many rows there may be.
        taken: offsets of labels.
    """
    found: list[Place] = []
    head, above = first[0], first[1] if len(first) > 1 else None
    for _ in range(label.rows - 1):
        run = _below(block, above, taken) if above is not None else ()
        if not run or _has_head(block, run[0], head):
            break
        found.extend(run)
        above = run[0]
    return tuple(found)


def _has_head(block: Block, value: Place, head: Place) -> bool:
    """Tell whether words of a row stand below a label, left of what may go on with its value: a label of their own."""
    left, _, _, bottom = _box(head)
    start, top = _box(value)[0], _box(head)[1]
    row = (p for p in block.places if p.row == value.row and _box(p)[0] < start)
    return any(_box(p)[2] > left - _ALIGNED * (bottom - top) for p in row)


def _below(block: Block, above: Place, taken: Collection[int]) -> tuple[Place, ...]:
    """Return the words in the next row that begin where ``above`` begins, up to a label or a wide gap."""
    left, top, _, bottom = _box(above)
    height = bottom - top
    for i in sorted(block.gaps):
        if i >= len(block.places) or block.places[i].row != above.row + 1 or i in taken:
            continue
        x, y = _box(block.places[i])[:2]
        if abs(x - left) < _ALIGNED * height and y - bottom < _LEADING * height:
            return tuple(_run(block, i, taken))
    return ()


def _run(block: Block, start: int, taken: Collection[int]) -> list[Place]:
    """Return the places of one row from ``start`` to a label or a wide gap."""
    run = [block.places[start]]
    for i in range(start + 1, len(block.places)):
        place, before = block.places[i], _box(run[-1])
        if place.row != run[0].row or i in taken or _box(place)[0] - before[2] > _WIDE * (before[3] - before[1]):
            break
        run.append(place)
    return run


def _box(place: Place) -> BBox:
    return place.piece.line.span_box(place.offset, place.offset + 1)


def _at_gap(block: Block, start: int) -> bool:
    return start in block.gaps or block.text[start - 1] in "：:;；。，,"


def _glued(match: re.Match[str], label: Label) -> bool:
    """Accept a label with a colon that touches the value before it; a short one may be the end of another label."""
    words = match.group()
    return words[-1:] in (":", "：") and len(words) > (2 if label.field is None else 3)
