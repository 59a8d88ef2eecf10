"""Values in a row between two level rules: everything right of a label is its value, however high it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from domain.base import BBox, union_box
from extractors.forms.labels import LabelBook, LabelHit, find_labels
from extractors.forms.paragraphs import place_box
from extractors.forms.slots import Slot, head_box
from extractors.forms.unknown import heads_section
from extractors.layout.blocks import Block, Piece, Place, make_block

_UNKNOWN = re.compile(r"[㐀-鿿（）()/／、]{2,10}[:：]?")
_NUMBERED = re.compile(r"(?:[(（]?[0-9一二三四五六七八九十]{1,2}[)）、.．]?)?[㐀-鿿（）()/／、]{2,12}[:：]?")
_ASKS = re.compile(r"[㐀-鿿]{0,6}(?:事项|意见|内容|情况|结果|说明|要求|记录|回复|答复)[:：]?")
_SURE, _BESIDE = 0.78, 0.6
"""How well a label of several lines has to match, and one that stands clear of all other words of its row."""
_FAR = 4.0
"""Free space after which words belong to a label that is not known, in heights of the line."""


@dataclass(frozen=True)
class BrokenLabel:
    """A label of several lines at the left of a row.

    Attributes:
        names: fields it may stand for.
        strength: 0 to 1, how well it matched.
        box: around its lines.
        rest: the words right of it.
        printed: its words.
    """

    names: tuple[str, ...]
    strength: float
    box: BBox
    rest: tuple[Place, ...]
    printed: str


def in_band(block: Block, hits: Sequence[LabelHit], tall: Sequence[bool]) -> list[Slot] | None:
    """Return what stands right of every label; ``None`` when labels stand below each other.

    Args:
        block: the row.
        hits: its labels in reading order.
        tall: for every label, whether its value may run over any number of lines.
    """
    heads = [head_box(block, hit) for hit in hits]
    order = sorted(range(len(hits)), key=lambda i: heads[i][0])
    if any(heads[b][0] < heads[a][2] - 2 for a, b in pairwise(order)):
        return None
    inside = {i for hit in hits for i in range(hit.start, hit.end)}
    beside: list[list[Place]] = [[] for _ in hits]
    for index, place in enumerate(block.places):
        if index in inside:
            continue
        x = (place_box(place)[0] + place_box(place)[2]) / 2
        owner = max((i for i in order if heads[i][2] <= x), key=lambda i: heads[i][0], default=None)
        if owner is None and len(hits) == 1 and tall[0] and place.row > block.places[hits[0].end - 1].row:
            owner = 0  # a long text goes on from the left margin
        if owner is not None:
            beside[owner].append(place)
    kept = [own if high else _first(own) for own, high in zip(beside, tall, strict=True)]
    # the row of the label may be any of the value's rows
    return [Slot(tuple(own), (), alone=len(hits) == 1) for own in kept]


def joined_bands(bands: Sequence[Block], book: LabelBook) -> list[Block]:
    """Join writing lines to the row before them: rows without a label, unless one begins like a label not known."""
    rows: list[Block] = []
    for block in bands:
        labelled = find_labels(block, book) or broken_label(block, book)
        headed = _heads(block.text)
        if (
            rows
            and not (labelled or headed)
            and not _heads(rows[-1].text)
            and not _opens_with_unknown(block)
            and not _stands_beside_unknown(block)
        ):
            both = [*rows[-1].pieces, *block.pieces]
            box = union_box((rows[-1].bbox, block.bbox))
            rows[-1] = replace(make_block(both, box, block.page), band=True)
        else:
            rows.append(block)
    return rows


def _heads(words: str) -> bool:
    """Tell whether the words of a row are a heading: numbered, or the name of what is asked for below it."""
    return heads_section(words) or _ASKS.fullmatch(words) is not None


def broken_label(block: Block, book: LabelBook) -> BrokenLabel | None:
    """Return the label of a row in a column of its own, as when it is broken over several lines, and the rest."""
    left, rest = _parted(block)
    if not left or (len(left) < 2 and not rest):
        return None
    label = make_block(left, union_box(tuple(piece.bbox for piece in left)), block.page)
    names, strength = book.match(label.text)
    if not names or strength < (_SURE if len(left) > 1 else _BESIDE):
        return None
    words = make_block(rest, block.bbox, block.page).places if rest else ()
    return BrokenLabel(names, strength, label.bbox, words, label.text)


def _parted(block: Block) -> tuple[list[Piece], list[Piece]]:
    """Return the words in the leftmost column of a row and the others; no words when there is no such column."""
    pieces = sorted(block.pieces, key=lambda piece: piece.bbox[0])
    if len(pieces) < 2:
        return [], []
    left = [piece for piece in pieces if piece.bbox[0] < pieces[0].bbox[2] and piece.bbox[2] < _gutter(pieces)]
    rest = [piece for piece in pieces if piece not in left]
    if any(piece.bbox[0] < max(p.bbox[2] for p in left) for piece in rest):
        return [], []
    return left, rest


def _stands_beside_unknown(block: Block) -> bool:
    """Tell whether a few words stand level with the middle of a row, in a column of their own at its left."""
    left, rest = _parted(block)
    words = make_block(left, block.bbox, block.page).text if left and rest else ""
    return _NUMBERED.fullmatch(words) is not None


def _gutter(pieces: Sequence[Piece]) -> float:
    """Return where the first piece begins that stands wholly right of the leftmost one."""
    right = [piece.bbox[0] for piece in pieces if piece.bbox[0] >= pieces[0].bbox[2]]
    return min(right, default=float("inf")) + 1.0


def _opens_with_unknown(block: Block) -> bool:
    """Tell whether a row begins with a few words that stand apart from what follows, or is a label alone."""
    gaps = sorted(gap for gap in block.gaps if gap)
    stop = next((g for g in gaps if g < len(block.places) and _wide(block.places[g - 1], block.places[g])), None)
    return stop is not None and _UNKNOWN.fullmatch(block.text[:stop]) is not None


def _wide(before: Place, after: Place) -> bool:
    a, b = place_box(before), place_box(after)
    return b[0] - a[2] > a[3] - a[1] or after.row != before.row


def _first(places: Sequence[Place]) -> list[Place]:
    """Return the words up to a wide gap in their row; words in later rows are kept while they stand below."""
    kept: list[Place] = []
    for place in places:
        if kept and place.row == kept[-1].row:
            a, b = place_box(kept[-1]), place_box(place)
            if b[0] - a[2] > _FAR * (a[3] - a[1]):
                break
        kept.append(place)
    return kept
