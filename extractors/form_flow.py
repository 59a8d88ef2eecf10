"""Forms without rules, and cells that hold their own labels: label, value, next label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.fields import FIELDS, FieldType
from domain.forms import FormDescription
from extractors.form_labels import LabelBook, LabelHit, find_labels
from extractors.form_text import Block, Place, Words

_WRAPPING = frozenset({FieldType.TEXT, FieldType.ORG, FieldType.LONGTEXT, FieldType.LIST, FieldType.EMAIL})


@dataclass(frozen=True)
class Spot:
    """A place of the form that belongs to a field.

    Attributes:
        names: fields it may stand for, in the form's order.
        words: what is written there, possibly nothing.
        block: the block to show when nothing is written.
        strength: 0 to 1, how well the label matched.
        ruled: the value has a cell of its own.
    """

    names: tuple[str, ...]
    words: Words
    block: Block
    strength: float
    ruled: bool


def multiline_fields(form: FormDescription) -> frozenset[str]:
    """Return the fields whose value may run over several lines."""
    return frozenset(field.name for field in form.fields if field.multiline)


def read_flow(block: Block, book: LabelBook) -> list[Spot]:
    """Return label and value pairs of running text; a label of any field ends the value before it."""
    hits = find_labels(block, book)
    tall = multiline_fields(book.form)
    spots = []
    for index, hit in enumerate(hits):
        stop = hits[index + 1].start if index + 1 < len(hits) else len(block.text)
        leading = _beside_centred(block, hits, index)
        following = _beside_centred(block, hits, index + 1)
        own = block.places[hit.end : stop]
        places: Sequence[Place] = [*leading, *own[: len(own) - len(following)]]
        if not any(name in tall for name in hit.fields):
            places = _own_rows(block, hit, places, _wraps(hit))
        spots.append(Spot(hit.fields, Words(tuple(places)), block, hit.strength, ruled=False))
    return spots


def _beside_centred(block: Block, hits: Sequence[LabelHit], index: int) -> Sequence[Place]:
    """Return the rows above a label of a long text that stand to its right: such a label is centred beside its text."""
    if not 0 < index < len(hits) or not _is_long(hits[index]) or _is_long(hits[index - 1]):
        return ()
    hit, before = hits[index], hits[index - 1]
    row = block.places[before.end - 1].row
    between = [p for p in block.places[before.end : hit.start] if p.row > row]
    label = _box(block.places[hit.end - 1])
    aside = bool(between) and _left(between) > label[2] - (label[3] - label[1])
    return between if aside else ()


def _is_long(hit: LabelHit) -> bool:
    return any(FIELDS[name].type is FieldType.LONGTEXT for name in hit.fields)


def _wraps(hit: LabelHit) -> bool:
    return any(FIELDS[name].type in _WRAPPING for name in hit.fields)


def _own_rows(block: Block, hit: LabelHit, places: Sequence[Place], wraps: bool) -> list[Place]:
    """Keep the label's own row; go on to the next one when the value is there, or is wrapped under itself."""
    row = block.places[hit.end - 1].row
    own = [p for p in places if p.row == row]
    below = [p for p in places if p.row == row + 1]
    if not own:
        inside = block.cell is not None or (below and _left(below) > _left_of_label(block, hit) + _height(below))
        return below if inside else []
    if block.cell is not None and below:
        return list(places)
    if not wraps or not below or not _reaches_edge(block, own):
        return own
    hangs = _left(below) >= _left(own) - 1.5 * _height(own)
    return [*own, *below] if hangs else own


def _left(places: Sequence[Place]) -> float:
    return min(_box(p)[0] for p in places)


def _height(places: Sequence[Place]) -> float:
    box = _box(places[0])
    return box[3] - box[1]


def _left_of_label(block: Block, hit: LabelHit) -> float:
    return _box(block.places[hit.start])[0]


def _reaches_edge(block: Block, places: Sequence[Place]) -> bool:
    """Tell whether a row is full, so that its value may have been wrapped."""
    right = max(_box(p)[2] for p in places)
    return right > block.bbox[2] - 4 * _height(places)


def _box(place: Place) -> tuple[float, float, float, float]:
    return place.piece.line.span_box(place.offset, place.offset + 1)
