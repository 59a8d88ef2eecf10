"""Printed forms: every field with its value, or that its place is blank, or that it was not seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from domain.base import BBox
from domain.evidence import Evidence, FieldMissing, FieldResult, FieldValue
from domain.forms import FormDescription, FormField
from domain.marks import PageReading
from domain.vocabulary import MissingReason
from extractors.forms import sums
from extractors.forms.bands import joined_bands
from extractors.forms.cells import SURE, read_tables
from extractors.forms.columns import columns_of
from extractors.forms.common import widened
from extractors.forms.doubts import settled
from extractors.forms.flow import DOUBTFUL, Spot, read_flow
from extractors.forms.headed import headed
from extractors.forms.joint import split_joint
from extractors.forms.labels import LabelBook, bare, find_labels
from extractors.forms.paragraphs import place_box
from extractors.forms.rows import first_of_several, read_rows
from extractors.forms.seal_words import without_seal
from extractors.forms.sentences import read_text
from extractors.forms.signs import read_signs
from extractors.forms.slots import head_box
from extractors.forms.stacks import read_stacks
from extractors.forms.ticks import among_options, read_ticks
from extractors.layout.blocks import Block, FormPage, Place, Words, cut_page
from extractors.values.confidence import Source
from extractors.values.results import Found, field_result, is_empty, trimmed

PRODUCER = "form/1"
_PRIOR_CELL, _PRIOR_LINE = 0.985, 0.95
_NEAR_ASIDE, _NEAR_BELOW = 4.0, 2.2
"""How near to a label words are asked for, in heights of the label."""
_CODES = frozenset({"part_no", "order_no", "batch_no"})
"""Fields that some forms print a second, vaguer label for: 品名 beside 料号."""
_SIGNED_DAY = "form_signed_date"
_DAY = re.compile(r"(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|([./\-])\d{1,2}\1\d{1,2})")
_ACCEPTED = re.compile(r"受理|接收|收[到件文单]")
_LATER = 0.3
"""Factor for a second place with the same label: more likely a note than the value."""


def read_form(
    document_id: str, pages: Sequence[PageReading], form: FormDescription, *, exact: bool = False
) -> tuple[FieldResult, ...]:
    """Read a form.

    Args:
        document_id: goes into the evidence.
        pages: its pages in order; evidence counts them from 1.
        form: titles and labels, from the policy pack.
        exact: only labels that read as one of the wordings and nothing more.

    Returns:
        One result per field of the form with a value of its own (printed notices have none), in the form's order.
    """
    wide = form if form.layout == "rows" or exact else widened(form)
    extra = frozenset(field.name for field in wide.fields[len(form.fields) :])
    book = LabelBook(wide, exact, extra)
    labels = [label for field in form.fields for label in field.labels]
    cut = [cut_page(index, page, labels) for index, page in enumerate(pages)]
    if form.layout == "rows":
        return _read_entries(document_id, form, cut, book)
    spots = _named([spot for page in cut for spot in _spots(page, book)], wide)
    results = []
    for field in wide.fields:
        if field.anchor == "notice" or (field.name in extra and not _is_filled(spots[field.name])):
            continue
        own = spots.get(field.name, [])
        if field.anchor == "signature":
            results.append(read_signs(document_id, field.name, own, cut, PRODUCER))
        else:
            results.append(_field(document_id, field, own, cut))
    told = _sums(document_id, spots, cut)
    names = {field.name for field in told}
    return (*(result for result in results if result.name not in names), *told)


def _is_filled(spots: Sequence[Spot]) -> bool:
    return any(not is_empty(trimmed(spot.words).text) for spot in spots)


def _sums(document_id: str, spots: Mapping[str, Sequence[Spot]], pages: Sequence[FormPage]) -> tuple[FieldResult, ...]:
    """Return the sum in dispute from the texts of a form that prints no place for it."""
    if spots.get(sums.FIELD):
        return ()
    found = sums.read_sum(document_id, spots, pages, PRODUCER)
    return () if found is None else (found,)


def _read_entries(
    document_id: str, form: FormDescription, pages: Sequence[FormPage], book: LabelBook
) -> tuple[FieldResult, ...]:
    """Read a table of entries: the first one's values, doubted where there are several."""
    entries = read_rows(pages, book)
    results = []
    for field in form.fields:
        found = [_field(document_id, field, [e[field.name]], pages) for e in entries if field.name in e]
        first = found[0] if found else _field(document_id, field, [], pages)
        results.append(first_of_several(first, found[1:]) if len(entries) > 1 else first)
    return tuple(results)


def _field(document_id: str, field: FormField, spots: Sequence[Spot], pages: Sequence[FormPage]) -> FieldResult:
    if field.name in _CODES:
        spots = sorted(spots, key=lambda spot: _place_among(field.labels, spot))
    ticked = read_ticks(document_id, field.name, field.options, _best(spots), pages)
    if ticked is not None:
        return ticked
    found = _result(document_id, field.name, spots, pages)
    return among_options(found, field.options) if isinstance(found, FieldValue) and field.options else found


def _place_among(labels: Sequence[str], spot: Spot) -> int:
    """Return how early among a field's wordings a form names the printed one: the first is the field's own."""
    printed = bare(spot.printed)
    return next((i for i, label in enumerate(labels) if bare(label) == printed), len(labels))


def _spots(page: FormPage, book: LabelBook) -> list[Spot]:
    """Return the places of a page; where words stand unclaimed at an empty place, the rules are not to be trusted."""
    ruled = read_tables(page.cells, book)
    free = [part for area in page.areas if not area.band for part in columns_of(area, book)]
    under, bands = headed([area for area in page.areas if area.band], book)
    broken = [(area, read_stacks(area, book)) for area in bands]
    rows = joined_bands([area for area, own in broken if own is None], book)
    split = [spot for _, own in broken for spot in own or ()]
    spots = [*ruled, *under, *split, *(spot for area in (*free, *rows) for spot in read_text(area, book))]
    used = {place.key for spot in spots for place in spot.words.places}
    whole = page.whole
    labels = [(head_box(whole, hit), range(hit.start, hit.end)) for hit in find_labels(whole, book)]
    used |= {whole.places[i].key for _, inside in labels for i in inside}
    levels = {whole.places[i].row for _, inside in labels for i in inside}
    crowded = [_is_crowded(spot, page, used, levels) for spot in spots]
    spots = [replace(spot, crowded=near or spot.crowded) for spot, near in zip(spots, crowded, strict=True)]
    if any(crowded):
        spots.extend(_by_place(whole, book, used))
    seals = [seal.bbox for seal in page.reading.marks.seals]
    divided = [without_seal(part, seals) for spot in spots for part in split_joint(spot, book)]
    return settled(divided, book.wordings, {field.name for field in book.form.fields})


def _is_crowded(spot: Spot, page: FormPage, used: Collection[tuple[int, int]], label_rows: Collection[int]) -> bool:
    """Tell whether words that no label took stand right of, or right below, a label without a value."""
    if spot.label is None or not is_empty(trimmed(spot.words).text):
        return False
    x0, y0, x1, y1 = spot.label
    height = min(y1 - y0, 2 * (x1 - x0))
    near = (x0 - height, y0 - 0.5 * height, x1 + _NEAR_ASIDE * height, y1 + _NEAR_BELOW * height)
    free = page.whole.places if not spot.ruled else [place for area in page.areas for place in area.places]
    words = Words(tuple(place for place in free if place.key not in used and _is_inside(place, near)))
    if not spot.ruled and not words.text:
        under = (x0, y1, x1, near[3])
        words = Words(tuple(p for p in free if p.row not in label_rows and _is_inside(p, under)))
    return len(words.text) > 1 and not is_empty(trimmed(words).text)


def _is_inside(place: Place, box: BBox) -> bool:
    x0, y0, x1, y1 = place_box(place)
    return box[0] <= (x0 + x1) / 2 <= box[2] and box[1] <= (y0 + y1) / 2 <= box[3]


def _by_place(whole: Block, book: LabelBook, used: Collection[tuple[int, int]]) -> list[Spot]:
    """Read the page as if it had no rules; only words that nothing else took count, and none is ever sure."""
    found = (spot for spot in read_flow(whole, book) if spot.words.places)
    free = (spot for spot in found if not any(place.key in used for place in spot.words.places))
    return [replace(spot, certainty=min(spot.certainty, DOUBTFUL), strength=min(spot.strength, SURE)) for spot in free]


def _named(spots: Sequence[Spot], form: FormDescription) -> dict[str, list[Spot]]:
    """Give every spot one field: an ambiguous label goes to the first of its fields that has no clear label."""
    named: dict[str, list[Spot]] = {field.name: [] for field in form.fields}
    for spot in spots:
        if len(spot.names) == 1:
            named[spot.names[0]].append(spot)
    for spot in spots:
        if len(spot.names) > 1:
            free = [name for name in spot.names if not named[name]]
            named[(free or spot.names)[0]].append(spot)
    return _accepted_apart(_signed_day(named, form))


def _signed_day(named: dict[str, list[Spot]], form: FormDescription) -> dict[str, list[Spot]]:
    """A day alone at the place to sign is the day of signing, where the form prints no label for it."""
    if named.get(_SIGNED_DAY) or _SIGNED_DAY not in named:
        return named
    places = {field.name for field in form.fields if field.anchor == "signature"}
    told = {spot.words.text for spot in named.get("complaint_date", ())}
    days = [s for name in places for s in named[name] if _DAY.fullmatch(s.words.text) and s.words.text not in told]
    return named | {_SIGNED_DAY: [replace(spot, names=(_SIGNED_DAY,)) for spot in days[:1]]}


def _accepted_apart(named: dict[str, list[Spot]]) -> dict[str, list[Spot]]:
    """Where a form asks for the day of the complaint and for that of its acceptance, tell the two apart."""
    days = [spot for spot in named.get("complaint_date", ()) if spot.words.places]
    accepted = [spot for spot in days if _ACCEPTED.search(spot.printed)]
    if "accepted_at" not in named or not accepted or len(accepted) == len(days):
        return named
    own = [spot for spot in named["complaint_date"] if spot not in accepted]
    return named | {"complaint_date": own, "accepted_at": [*named["accepted_at"], *accepted]}


def _result(document_id: str, name: str, spots: Sequence[Spot], pages: Sequence[FormPage]) -> FieldResult:
    found = [_found(document_id, name, spot, pages) for spot in _best(spots)]
    first = [item for item in found if item.words.places]
    ordered = [*first[:1], *(_less_likely(item) for item in first[1:]), *(i for i in found if not i.words.places)]
    unclear = not first and any(spot.crowded for spot in spots)
    result = None if unclear else field_result(document_id, ordered, PRODUCER)
    if result is not None:
        return result
    where = next((item.where for item in found), ()) if unclear else ()
    return FieldMissing(name=name, reason=MissingReason.NOT_FOUND, producer=PRODUCER, evidence=where)


def _best(spots: Sequence[Spot]) -> list[Spot]:
    """Keep the places with the best kind of label: a cell of its own before running text, exact before similar."""
    if not spots:
        return []
    filled = [spot for spot in spots if not is_empty(trimmed(spot.words).text)]
    if filled and any(spot.crowded for spot in spots):
        spots = filled
    ordered = sorted(spots, key=_rank, reverse=True)
    top = _rank(ordered[0])
    return [spot for spot in ordered if _rank(spot) == top]


def _rank(spot: Spot) -> tuple[bool, bool]:
    return (spot.strength >= SURE, spot.ruled)


def _less_likely(item: Found) -> Found:
    return Found(item.name, item.words, item.where, item.source, item.prior * _LATER, item.quality)


def _found(document_id: str, name: str, spot: Spot, pages: Sequence[FormPage]) -> Found:
    words = trimmed(spot.words)
    if is_empty(words.text):
        words = Words(())
    factor = spot.certainty * min(1.0, 0.2 + 0.8 * spot.strength)
    where = Evidence(document_id=document_id, page=spot.block.page + 1, bbox=spot.block.bbox, quote=spot.words.text)
    return Found(
        name=name,
        words=words,
        where=(where,),
        source=Source.CELL if spot.ruled else Source.LINE,
        prior=(_PRIOR_CELL if spot.ruled else _PRIOR_LINE) * factor,
        quality=pages[spot.block.page].quality,
    )
