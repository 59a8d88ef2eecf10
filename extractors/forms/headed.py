"""Rows of labels over rows of values, between level rules only: the columns are told by how the words are placed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.base import BBox, union_box
from extractors.forms.flow import DOUBTFUL, Spot
from extractors.forms.labels import LabelBook, find_labels
from extractors.forms.paragraphs import place_box
from extractors.layout.blocks import Block, Place, Words

_LABEL = re.compile(r"[㐀-鿿（）()/／、A-Za-z\-.]{2,16}[:：]?")
_KNOWN = 0.7
_GAP, _LEFT = 0.9, 1.3
_CLOSES = 0.06
"""How far the right edge reckoned from centred labels may lie off the row's, as a share of its width."""
_UNSURE = 0.15


@dataclass(frozen=True)
class _Head:
    """A label of a heading row: what it stands for (nothing when it is not known) and where."""

    names: tuple[str, ...]
    strength: float
    box: BBox
    printed: str


def headed(bands: Sequence[Block], book: LabelBook) -> tuple[list[Spot], list[Block]]:
    """Return the places of rows that stand below a row of labels, and the rows that are left.

    Args:
        bands: rows between level rules, from the top.
        book: the form's labels.
    """
    spots: list[Spot] = []
    rest: list[Block] = []
    index = 0
    while index < len(bands):
        heads = _heads(bands[index], book)
        below = bands[index + 1] if index + 1 < len(bands) else None
        if heads and below is not None and not find_labels(below, book) and not _heads(below, book):
            spots.extend(_read(heads, bands[index], below))
            index += 2
        else:
            rest.append(bands[index])
            index += 1
    return spots, rest


def _heads(band: Block, book: LabelBook) -> list[_Head]:
    """Return the labels of a row that holds nothing else; most of them have to be known."""
    hits = find_labels(band, book)
    starts = {hit.start: hit for hit in hits}
    inside = {i for hit in hits for i in range(hit.start, hit.end)}
    heads = [
        _Head(h.fields, h.strength, _box(band.places[h.start : h.end]), band.text[h.start : h.end])
        for h in starts.values()
    ]
    for run in _runs([place for i, place in enumerate(band.places) if i not in inside]):
        words = Words(tuple(run)).text
        if not _LABEL.fullmatch(words):
            return []
        heads.append(_Head(*book.match(words), _box(run), words))
    known = sum(bool(head.names) and head.strength >= _KNOWN for head in heads)
    level = len({place.row for place in band.places}) == 1
    return sorted(heads, key=lambda head: head.box[0]) if level and known > 2 * (len(heads) - known) else []


def _read(heads: Sequence[_Head], above: Block, below: Block) -> list[Spot]:
    bounds, certainty = _bounds(heads, above, below)
    columns: list[list[Place]] = [[] for _ in heads]
    for place in below.places:
        x0, _, x1, _ = place_box(place)
        column = sum((x0 + x1) / 2 >= bound for bound in bounds)
        columns[column].append(place)
    return [
        Spot(head.names, Words(tuple(own)), below, head.strength, False, certainty, head.box, printed=head.printed)
        for head, own in zip(heads, columns, strict=True)
        if head.names
    ]


def _bounds(heads: Sequence[_Head], above: Block, below: Block) -> tuple[list[float], float]:
    """Return where every column but the first begins, and how sure that is."""
    if len(heads) == 1:
        return [], 1.0
    height = min(head.box[3] - head.box[1] for head in heads)
    runs = _runs(below.places)
    lefts = [head.box[0] for head in heads]
    if runs and all(any(abs(_box(run)[0] - left) < _LEFT * height for left in lefts) for run in runs):
        return [left - 0.5 * height for left in lefts[1:]], 1.0 if all(h.names for h in heads) else DOUBTFUL
    edges = [above.bbox[0]]
    for head in heads:
        edges.append(head.box[0] + head.box[2] - edges[-1])
    width = above.bbox[2] - above.bbox[0]
    if all(a < b for a, b in pairwise(edges)) and abs(edges[-1] - above.bbox[2]) < _CLOSES * width:
        return edges[1:-1], 1.0 if all(h.names for h in heads) else DOUBTFUL
    first_rows = [run for run in runs if run[0].row == runs[0][0].row]
    if len(first_rows) == len(heads):
        return [_box(run)[0] - 0.5 * height for run in first_rows[1:]], DOUBTFUL
    return [(a.box[2] + b.box[0]) / 2 for a, b in pairwise(heads)], _UNSURE


def _runs(places: Sequence[Place]) -> list[list[Place]]:
    """Cut words at rows and at wide gaps."""
    runs: list[list[Place]] = []
    for place in places:
        box, last = place_box(place), place_box(runs[-1][-1]) if runs else None
        if last is None or runs[-1][-1].row != place.row or box[0] - last[2] > _GAP * (box[3] - box[1]):
            runs.append([])
        runs[-1].append(place)
    return runs


def _box(places: Sequence[Place]) -> BBox:
    return union_box(tuple(place_box(place) for place in places))
