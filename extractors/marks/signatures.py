"""Signatures: ink of a hand beside its label, in the form's signature cell, at the end of a letter or anywhere free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal, Signature
from domain.marks import RuledCell
from domain.ocr import OcrLine
from extractors.marks.free_signatures import find_free
from extractors.marks.group_hand import group_probability
from extractors.marks.hand_network import hand_logit
from extractors.marks.handwriting import blueness
from extractors.marks.ink import Image, Inks, page_dpi
from extractors.marks.ink_groups import InkGroup, find_groups, is_solid, overlap
from extractors.marks.signature_labels import DATE_OR_NUMBER, OFFICE_LABEL
from extractors.marks.signature_names import read_name
from extractors.marks.signature_places import HAN, SignaturePlace, find_places, in_one_row
from extractors.marks.signature_rows import further_names, split_names, whole_name
from extractors.marks.thumbprints import find_dark_thumbprints, find_thumbprints
from extractors.marks.under_seal import find_under_seal
from extractors.marks.written_page import is_squared, is_written

REPORT_AT, OFFICE_AT, JOINT_AT, PART_AT, FURTHER_AT = 0.6, 0.8, 0.7, 0.5, 0.9
"""Least chance beside a label, in a form's cell, for each of several names, for a further part of
one name, and for a further name that no label announces."""
READ_CLEARLY, WRITTEN_CLEARLY, TYPED_HEIGHT = 0.9, 0.6, 1.5
"""In a form's cell what was read this well is no signature, unless it is this much higher than the label; on a form
filled by hand a name in the officer's cell is a value like the others."""
SURELY_HAND = 0.98
"""On a printed form ink that looks this much like a hand's signs, however well it was read."""
PEN_BLUE, SAME_PEN = 0.35, 0.75
BESIDE = 0.4
"""Ink beside a label comes this near to its middle, in its heights."""
SAME_PLACE, MOSTLY, SAME_STROKE_MM = 0.3, 0.4, 4.0


def find_signatures(
    image: Image, page: ReadPage, cells: Sequence[RuledCell], seals: Sequence[Seal], inks: Inks
) -> tuple[Signature, ...]:
    """Find handwritten signatures and thumbprints.

    Args:
        image: upright page, BGR or grey.
        page: what was read on it.
        cells: ruled cells of the page.
        seals: impressions found on the page; their ink is no signature.
        inks: the page's inks (`extractors.marks.ink.separate`).
    """
    mm = page_dpi(image, page.page.dpi) / 25.4
    cells = () if is_squared(cells) else cells
    places = find_places(page, cells, mm)
    by_hand = is_written(image, page)
    found: list[Signature] = []
    joint = any(place.joint for place in places)
    reach = 0.0 if joint else SAME_STROKE_MM * mm
    labels = [p.printed for p in places]
    thumbs = find_dark_thumbprints(image, page, seals, inks, labels)
    prints = tuple(t.bbox for t in thumbs)
    coloured = [t.bbox for t in find_thumbprints(image, page, seals, inks, labels)]
    for place in [replace(p, rules=p.rules + prints) for p in places]:
        groups = find_groups(image, page, place, seals)
        groups = [g for g in groups if not any(_covered(g.box, box) > MOSTLY for box in coloured)]
        signed = _signatures_at(groups, place, page, by_hand)
        under = find_under_seal(image, page, place, seals) if not signed else None
        found = _added(found, [*signed, under] if under else signed, reach)
    # a written letter that was signed beside a label has no other name to look for, unless several people sign
    filled = by_hand and bool(cells)
    if joint or filled or not (by_hand and found):
        last = by_hand and not joint and not filled
        known = (*prints, *coloured)
        free = find_free(image, page, cells, seals, inks, prints=known, last_only=last, printed=not by_hand)
        found = _added(found, free, reach)
    found += [t for t in thumbs if not any(overlap(t.bbox, s.bbox) > MOSTLY for s in found)]
    anchors = [s.bbox for s in found] + labels
    found = _added(found, find_thumbprints(image, page, seals, inks, anchors), 0.0)
    return tuple(found)


def _added(found: Sequence[Signature], new: Sequence[Signature], reach: float) -> list[Signature]:
    """Return `found` with new ones of one place; what lies nearer than `reach` to an older one belongs to it."""
    kept = list(found)
    fresh: list[Signature] = []
    for signature in new:
        if any(overlap(signature.bbox, other.bbox) > SAME_PLACE for other in [*kept, *fresh]):
            continue
        near = [k for k, other in enumerate(kept) if _same_stroke(signature.bbox, other.bbox, reach)]
        if near:
            one, two = signature.bbox, kept[near[0]].bbox
            box = (min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3]))
            kept[near[0]] = kept[near[0]].model_copy(update={"bbox": box})
        else:
            fresh.append(signature)
    return kept + fresh


def _same_stroke(one: BBox, other: BBox, reach: float) -> bool:
    apart = max(one[0] - other[2], other[0] - one[2])
    return apart < reach and min(one[3], other[3]) > max(one[1], other[1])


def _signatures_at(groups: list[InkGroup], place: SignaturePlace, page: ReadPage, by_hand: bool) -> list[Signature]:
    """Return what is signed at a place: all names where several sign, else the nearest."""
    groups = [part for group in groups for part in split_names(group, joint=place.joint)]
    groups = [g for g in groups if not is_solid(g) and (place.office or _is_level(g, place))]
    scored = [(_hand(group, place, by_hand), group) for group in groups]
    if place.office:
        scored = _not_typed(scored, place, page, WRITTEN_CLEARLY if by_hand else READ_CLEARLY)
    likely = [s for s in scored if s[0] >= (OFFICE_AT if place.office else REPORT_AT)]
    if place.joint:  # a cut through the row below is no name
        likely = [s for s in likely if place.line is None or in_one_row(place.line.bbox, s[1].box)]
        return [_signature(chance, group.box, place, page) for chance, group in likely if chance >= JOINT_AT]
    if not likely:
        return []
    # beside a label the nearest ink answers it: further right stands a written date or a thumbprint
    probability, group = min(likely, key=lambda s: s[1].box[0] + s[1].box[1])
    rest = [(p, g) for p, g in scored if g is not group]
    box = whole_name(group, [g for p, g in rest if p >= PART_AT])
    more = further_names(box, [g for p, g in rest if p >= FURTHER_AT and not place.office])
    chances = {id(g): p for p, g in rest}
    found = [_signature(probability, box, place, page)]
    return found + [_signature(chances[id(g)], g.box, place, page) for g in more if not _is_number(g.box, page)]


def _is_level(group: InkGroup, place: SignaturePlace) -> bool:
    """Tell ink beside a label from ink wholly above or below it."""
    if place.line is None:
        return True
    middle, em = (place.line.bbox[1] + place.line.bbox[3]) / 2, place.line.bbox[3] - place.line.bbox[1]
    return group.box[1] < middle + BESIDE * em and group.box[3] > middle - BESIDE * em


def _covered(box: BBox, other: BBox) -> float:
    """Return how much of a box lies in another one, 0 to 1."""
    width, height = (min(box[k + 2], other[k + 2]) - max(box[k], other[k]) for k in (0, 1))
    return max(width, 0.0) * max(height, 0.0) / max((box[2] - box[0]) * (box[3] - box[1]), 1.0)


def _is_number(box: BBox, page: ReadPage) -> bool:
    return any(overlap(n.bbox, box) > SAME_PLACE and DATE_OR_NUMBER.search(n.text) for n in page.text.lines)


def _signature(chance: float, box: BBox, place: SignaturePlace, page: ReadPage) -> Signature:
    name = place.person or read_name(box, place, page)
    return Signature(name=name, anchor=place.label, page=page.page.number, bbox=box, probability=round(chance, 4))


def _not_typed(
    scored: list[tuple[float, InkGroup]], place: SignaturePlace, page: ReadPage, clearly: float
) -> list[tuple[float, InkGroup]]:
    """Leave out the next cell's label, and names typed or written as a value: read well, no larger than the label."""
    labels = [n.bbox for n in page.text.lines if OFFICE_LABEL.fullmatch(n.text) and n is not place.line]
    scored = [s for s in scored if not any(_covered(s[1].box, box) > MOSTLY for box in labels)]
    clear = [n.bbox for n in page.text.lines if n.score > clearly and HAN.search(n.text) and not _is_bare(n, place)]
    em = place.printed[3] - place.printed[1]
    return [
        (chance, group)
        for chance, group in scored
        if group.box[3] - group.box[1] > TYPED_HEIGHT * em
        or (clearly == READ_CLEARLY and chance > SURELY_HAND)
        or not any(overlap(group.box, box) > SAME_PLACE for box in clear)
    ]


def _is_bare(line: OcrLine, place: SignaturePlace) -> bool:
    """Tell the place's own label with nothing behind it, whose line may have been drawn around the ink too."""
    return line is place.line and line.text.rstrip().endswith((":", "："))


def _hand(group: InkGroup, place: SignaturePlace, by_hand: bool) -> float:
    """Return the chance that a group is by hand; where the label is by hand too it is no print to compare with."""
    probability = group_probability(group, same_row=place.label is not None)
    same_pen = blueness(group.printed) > PEN_BLUE and blueness(group.ink) > PEN_BLUE
    if place.label is not None and (same_pen or by_hand):
        alone = 1 / (1 + math.exp(-hand_logit(group.picture())))
        return max(probability, SAME_PEN if same_pen else min(alone, SAME_PEN))
    return probability
