"""Forms without rules, and cells that hold their own labels: label, value, next label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.base import BBox
from domain.fields import FIELDS, FieldType
from domain.forms import FormDescription
from extractors.forms.bands import broken_label, in_band
from extractors.forms.labels import BRACKETS, LabelBook, LabelHit, find_labels
from extractors.forms.paragraphs import place_box
from extractors.forms.sections import headings, in_section
from extractors.forms.slots import Slot, first_run, head_box, is_under, slots, stacked
from extractors.forms.unknown import with_unknown
from extractors.layout.blocks import Block, Place, Words
from extractors.values.results import is_empty, trimmed

DOUBTFUL = 0.7
"""Factor for a value below its label on a form that does not put values there throughout."""

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
        certainty: 0 to 1, how surely the words belong to this label.
        label: where the label's words stand.
        crowded: no words are the label's, but some stand near it that no label took.
        printed: the label as it is printed.
    """

    names: tuple[str, ...]
    words: Words
    block: Block
    strength: float
    ruled: bool
    certainty: float = 1.0
    label: BBox | None = None
    crowded: bool = False
    printed: str = ""


def multiline_fields(form: FormDescription) -> frozenset[str]:
    """Return the fields whose value may run over several lines."""
    return frozenset(field.name for field in form.fields if field.multiline or field.options)


def read_flow(block: Block, book: LabelBook) -> list[Spot]:
    """Return label and value pairs of running text; a label of any field ends the value before it."""
    tall = multiline_fields(book.form)
    broken = broken_label(block, book) if block.band else None
    if broken is not None and not find_labels(block, book):
        rest = Words(broken.rest)
        return [Spot(broken.names, rest, block, broken.strength, ruled=False, label=broken.box, printed=broken.printed)]
    hits = with_unknown(block, find_labels(block, book), tall)
    high = [any(name in tall for name in hit.fields) for hit in hits]
    if block.band and hits and (rows := in_band(block, hits, high)) is not None:
        found, layered = rows, False
    else:
        found = _with_centred(block, hits, slots(block, hits, high))
        # a heading in brackets has its text below it on any form
        plain = [(hit, slot) for hit, slot in zip(hits, found, strict=True) if block.text[hit.start] not in BRACKETS]
        layered = stacked(block, [hit for hit, _ in plain], [slot for _, slot in plain])
    heads = headings(block, {block.places[hit.start].row for hit in hits})
    known = {field.name for field in book.form.fields}
    spots = []
    for hit, slot, whole in zip(hits, found, high, strict=True):
        taken = _tall(block, hit, slot, layered=layered) if whole else _taken(block, hit, slot, layered=layered)
        words, certainty = taken
        label = head_box(block, hit)
        heading = max((row for row in heads if row < block.places[hit.start].row), default=None)
        printed = block.text[hit.start : hit.end]
        names = in_section(hit.fields, printed, None if heading is None else heads[heading], known)
        if not names:
            continue
        spots.append(Spot(names, Words(tuple(words)), block, hit.strength, False, certainty, label, printed=printed))
    return _long_texts_settled(spots)


def _long_texts_settled(spots: Sequence[Spot]) -> list[Spot]:
    """Join what two labels in a row say of one long text; doubt a text that may hold the next one's words."""
    settled: list[Spot] = []
    for spot in spots:
        before = settled[-1] if settled else None
        if before is None or not (_is_long(before) and _is_long(spot)):
            settled.append(spot)
        elif before.names == spot.names:
            both = Words((*before.words.places, *spot.words.places))
            settled[-1] = replace(spot, words=both, certainty=DOUBTFUL if before.words.places else spot.certainty)
        elif not spot.words.places and _ends_beside(before, spot):
            settled[-1] = replace(before, certainty=DOUBTFUL)
            settled.append(replace(spot, crowded=True))
        else:
            settled.append(spot)
    return settled


def _ends_beside(before: Spot, spot: Spot) -> bool:
    """Tell whether the last row of a text stands aside of both labels: it may be the second one's."""
    if not before.words.places or before.label is None or spot.label is None:
        return False
    left, top, _, _ = place_box(before.words.places[-1])
    return top > before.label[3] and left > spot.label[2]


def _tall(block: Block, hit: LabelHit, slot: Slot, *, layered: bool) -> tuple[Sequence[Place], float]:
    """Return the words of a value of any number of rows and how surely they belong to the label."""
    whole = (*slot.beside, *slot.below)
    if not layered or not whole:
        return whole, 1.0
    under = bool(slot.below) and is_under(block, hit, slot)
    if _is_long(hit) or not slot.beside:
        return whole, 1.0 if under and not slot.beside else DOUBTFUL
    return (slot.below if under else ()), DOUBTFUL


def _with_centred(block: Block, hits: Sequence[LabelHit], found: Sequence[Slot]) -> list[Slot]:
    """Move the rows beside a centred label of a long text from the labels above to it."""
    given = list(found)
    for index in range(len(hits)):
        leading = _beside_centred(block, hits, index)
        if not leading:
            continue
        keys = {place.key for place in leading}
        given = [
            Slot(slot.beside, tuple(place for place in slot.below if place.key not in keys), slot.alone)
            for slot in given
        ]
        given[index] = Slot((*leading, *given[index].beside), given[index].below, given[index].alone)
    return given


def _taken(block: Block, hit: LabelHit, slot: Slot, *, layered: bool) -> tuple[Sequence[Place], float]:
    """Return the words of a short value and how sure it is that they belong to the label."""
    beside = () if is_empty(trimmed(Words(slot.beside)).text) else slot.beside
    under = bool(slot.below) and is_under(block, hit, slot)
    # throughout a form with values below, words beside a label are a label that is not known
    if beside and not (layered and under):
        return _own_rows(block, slot, wraps=_wraps(hit)), DOUBTFUL if layered else 1.0
    if not slot.below:
        return slot.beside, 1.0
    row = [p for p in slot.below if p.row == slot.below[0].row]
    if block.cell is not None and row[0].row == block.places[hit.end - 1].row + 1:
        return row, 1.0
    first = first_run(slot.below)
    words = _with_wrapped(first, slot.below) if _wraps(hit) and len(first) == len(row) else first
    if under:
        return words, 1.0 if layered else DOUBTFUL
    label = head_box(block, hit)
    hangs = _left(first) > label[0] + _height(first) and first[0].row == block.places[hit.end - 1].row + 1
    return (words, 1.0 if slot.alone else DOUBTFUL) if hangs else (slot.beside, 1.0)


def _with_wrapped(first: Sequence[Place], below: Sequence[Place]) -> list[Place]:
    """Add the next row when it follows closely, as a wrapped value does."""
    row = first[0].row
    following = [p for p in below if p.row == row + 1]
    if not following or place_box(following[0])[1] - place_box(first[0])[3] > 0.8 * _height(first):
        return list(first)
    return [*first, *following]


def _beside_centred(block: Block, hits: Sequence[LabelHit], index: int) -> Sequence[Place]:
    """Return the rows above a label of a long text that stand to its right: such a label is centred beside its text."""
    if not 0 < index < len(hits) or not _is_long(hits[index]) or _is_long(hits[index - 1]):
        return ()
    hit, before = hits[index], hits[index - 1]
    row = block.places[before.end - 1].row
    between = [p for p in block.places[before.end : hit.start] if p.row > row]
    label = place_box(block.places[hit.end - 1])
    aside = bool(between) and _left(between) > label[2] - (label[3] - label[1])
    return between if aside else ()


def _is_long(labelled: LabelHit | Spot) -> bool:
    names = labelled.fields if isinstance(labelled, LabelHit) else labelled.names
    return any(FIELDS[name].type is FieldType.LONGTEXT for name in names)


def _wraps(hit: LabelHit) -> bool:
    return any(FIELDS[name].type in _WRAPPING for name in hit.fields)


def _own_rows(block: Block, slot: Slot, *, wraps: bool) -> list[Place]:
    """Keep the label's own row; go on to the next one when the value is wrapped under itself."""
    own = list(slot.beside)
    below = [p for p in slot.below if p.row == own[-1].row + 1]
    if block.cell is not None and below:
        return [*own, *slot.below]
    if not wraps or not below or not _reaches_edge(block, own):
        return own
    hangs = _left(below) >= _left(own) - 1.5 * _height(own)
    return [*own, *below] if hangs else own


def _left(places: Sequence[Place]) -> float:
    return min(place_box(p)[0] for p in places)


def _height(places: Sequence[Place]) -> float:
    box = place_box(places[0])
    return box[3] - box[1]


def _reaches_edge(block: Block, places: Sequence[Place]) -> bool:
    """Tell whether a row is full, so that its value may have been wrapped."""
    right = max(place_box(p)[2] for p in places)
    return right > block.bbox[2] - 4 * _height(places)
