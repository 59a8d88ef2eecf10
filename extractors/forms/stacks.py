"""Rows between level rules whose labels or values are broken over several lines beside each other.

Words that stand right over each other, edges or middles in line, are one label or one value; a value belongs to the
nearest label at its left that stands level with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.base import BBox, union_box
from extractors.forms.flow import DOUBTFUL, Spot
from extractors.forms.labels import LabelBook, find_labels
from extractors.layout.blocks import Block, Piece, Place, Words, make_block

_GAP, _LEADING, _ALIGNED, _LEVEL = 0.9, 0.6, 0.7, 0.3
"""In heights: space that parts words of a line, space between lines of one stack, edges in line, level with."""
_LABEL, _BESIDE = 0.75, 0.55
"""How well a label has to match; how far its middle may lie off the one line it stands beside, in heights."""


@dataclass
class _Stack:
    """Lines that stand over each other.

    Attributes:
        pieces: from the top.
        names: fields of the label that the words are, empty for a value.
        strength: how well the label matched.
    """

    pieces: list[Piece]
    names: tuple[str, ...] = ()
    strength: float = 0.0

    @property
    def box(self) -> BBox:
        """Box around all lines."""
        return union_box(tuple(piece.bbox for piece in self.pieces))

    @property
    def text(self) -> str:
        """All words, from the top."""
        return "".join(piece.text for piece in self.pieces)

    def places(self, block: Block) -> tuple[Place, ...]:
        """Return the characters from the top; every line is a row."""
        box = self.box
        made = [make_block([piece], box, block.page).places for piece in self.pieces]
        return tuple(Place(p.piece, p.offset, row) for row, line in enumerate(made) for p in line)


def read_stacks(block: Block, book: LabelBook) -> list[Spot] | None:
    """Return the places of a row; ``None`` when nothing in it is broken, or fewer than two labels are known."""
    segments = [part for piece in block.pieces for part in _segments(piece, block, book)]
    stacks = _stacked(segments, book)
    labels = [stack for stack in stacks if stack.names]
    if len(labels) < 2 or all(len(stack.pieces) == 1 for stack in stacks):
        return None
    owned: dict[int, list[_Stack]] = {id(label): [] for label in labels}
    unsure: set[int] = set()
    for stack in sorted((s for s in stacks if not s.names), key=lambda s: (s.box[1], s.box[0])):
        level = [s for s in stacks if s is not stack and _is_left(s.box, stack.box) and _is_level(s.box, stack.box)]
        nearest = max(level, key=lambda s: s.box[2], default=None)
        if nearest is None or not nearest.names:
            continue  # what stands beside another value is nobody's
        owned[id(nearest)].append(stack)
        if sum(s.box[2] > nearest.box[2] - _high(nearest.pieces[0]) for s in level) > 1:
            unsure.add(id(nearest))
    return [
        Spot(
            label.names,
            Words(tuple(place for stack in owned[id(label)] for place in stack.places(block))),
            block,
            label.strength,
            ruled=False,
            certainty=DOUBTFUL if id(label) in unsure or len(owned[id(label)]) > 1 else 1.0,
            label=label.box,
            printed=label.text,
        )
        for label in labels
    ]


def _segments(piece: Piece, block: Block, book: LabelBook) -> list[Piece]:
    """Cut a line at wide gaps, and between a label and the value that touches it."""
    line = piece.line
    cuts = {piece.start, piece.end}
    if len(line.characters) == len(line.text):
        height = line.bbox[3] - line.bbox[1]
        boxes = [character.bbox for character in line.characters]
        cuts |= {i for i in range(piece.start + 1, piece.end) if boxes[i][0] - boxes[i - 1][2] > _GAP * height}
    own = make_block([piece], piece.bbox, block.page)
    for hit in find_labels(own, book):
        cuts.add(own.places[hit.start].offset)
        cuts.add(own.places[hit.end - 1].offset + 1)
    ends = sorted(cuts)
    parts = [Piece(piece.page, line, a, b) for a, b in pairwise(ends)]
    return [part for part in parts if part.text.strip()]


def _stacked(segments: Sequence[Piece], book: LabelBook) -> list[_Stack]:
    """Join lines to stacks; two labels, or a label and a value, are never one stack."""
    stacks: list[_Stack] = []
    labels = [piece for piece in segments if _known(piece.text, book)[0]]
    for piece in sorted(segments, key=lambda p: p.bbox[1]):
        alone = _known(piece.text, book)
        near = [stack for stack in stacks if _follows(stack.pieces[-1].bbox, piece.bbox)]
        home = next((s for s in near if _known(s.text + piece.text, book)[0]), None)
        if home is None and not alone[0]:
            free = (s for s in near if not _known(s.text, book)[0])
            home = next((s for s in free if not _both_labelled(s.pieces[-1], piece, labels)), None)
        if home is None:
            stacks.append(_Stack([piece]))
        else:
            home.pieces.append(piece)
    for stack in stacks:
        stack.names, stack.strength = _known(stack.text, book)
    return stacks


def _known(text: str, book: LabelBook) -> tuple[tuple[str, ...], float]:
    names, strength = book.match("".join(text.split()))
    return (names, strength) if strength >= _LABEL else ((), 0.0)


def _follows(above: BBox, below: BBox) -> bool:
    height = min(above[3] - above[1], below[3] - below[1])
    if not -0.5 * height < below[1] - above[3] < _LEADING * height:
        return False
    middle = abs(above[0] + above[2] - below[0] - below[2]) / 2
    return abs(above[0] - below[0]) < _ALIGNED * height or middle < _ALIGNED * height


def _both_labelled(above: Piece, below: Piece, labels: Sequence[Piece]) -> bool:
    """Tell whether two lines each stand beside a label of their own: a label of both stands between their levels."""
    own = [
        {
            id(label)
            for label in labels
            if _is_left(label.bbox, line.bbox) and abs(_middle(label.bbox) - _middle(line.bbox)) < _BESIDE * _high(line)
        }
        for line in (above, below)
    ]
    return bool(own[0] and own[1]) and own[0].isdisjoint(own[1])


def _middle(box: BBox) -> float:
    return (box[1] + box[3]) / 2


def _high(piece: Piece) -> float:
    return piece.bbox[3] - piece.bbox[1]


def _is_left(label: BBox, value: BBox) -> bool:
    return label[2] <= value[0] + 0.5 * (label[3] - label[1])


def _is_level(label: BBox, value: BBox) -> bool:
    """Tell whether the middle of the one stands between top and bottom of the other."""
    slack = _LEVEL * min(label[3] - label[1], value[3] - value[1])
    return any(a[1] - slack < (b[1] + b[3]) / 2 < a[3] + slack for a, b in ((label, value), (value, label)))
