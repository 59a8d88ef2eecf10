"""Signatures: ink of a hand beside its label, in the form's signature cell, at the end of a letter or anywhere free."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from domain.documents import ReadPage
from domain.evidence import Seal, Signature
from domain.marks import RuledCell
from extractors.marks.free_signatures import find_free
from extractors.marks.group_hand import group_probability
from extractors.marks.hand_network import hand_logit
from extractors.marks.handwriting import blueness
from extractors.marks.ink import Image, Inks, page_dpi
from extractors.marks.ink_groups import InkGroup, clipped, find_groups, overlap
from extractors.marks.signature_names import read_name
from extractors.marks.signature_places import LONG_LINE, OFFICE_LABEL, SignaturePlace, find_places
from extractors.marks.thumbprints import find_thumbprints
from extractors.marks.under_seal import find_under_seal

REPORT_AT, OFFICE_AT = 0.6, 0.85
READ_CLEARLY, CLEAR_AT = 0.97, 0.97
"""In an officer's cell what was read without doubt is a typed name, unless its ink is a hand's for sure."""
PEN_BLUE, SAME_PEN = 0.35, 0.75
SAMPLED_LINES, WRITTEN_FROM = 5, 0.8
SAME_PLACE = 0.3


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
    places = find_places(page, cells, page_dpi(image, page.page.dpi) / 25.4)
    by_hand = is_written(image, page)
    found: list[Signature] = []
    for place in places:
        groups = find_groups(image, page, place, seals)
        signature = _best_signature(groups, place, page, by_hand) or find_under_seal(image, page, place, seals)
        if signature is not None:
            _add(found, signature)
    for signature in find_free(image, page, cells, seals, inks, by_hand=by_hand):
        _add(found, signature)
    for thumb in find_thumbprints(image, page, seals, inks, [s.bbox for s in found] + [p.printed for p in places]):
        _add(found, thumb)
    return tuple(found)


def _add(found: list[Signature], signature: Signature) -> None:
    """Add a signature that is not yet among those found."""
    if not any(overlap(signature.bbox, other.bbox) > SAME_PLACE for other in found):
        found.append(signature)


def is_written(image: Image, page: ReadPage) -> bool:
    """Tell a letter written by hand from a printed page, by its longest lines."""
    lines = sorted((n for n in page.text.lines if len(n.text) >= LONG_LINE), key=lambda n: -len(n.text))[:SAMPLED_LINES]
    logits = []
    for line in lines:
        x0, y0, x1, y1 = (int(v) for v in clipped(line.bbox, image))
        if x1 - x0 > 8 and y1 - y0 > 8:
            logits.append(hand_logit(image[y0:y1, x0 : min(x1, x0 + 10 * (y1 - y0))]))
    return len(logits) >= min(SAMPLED_LINES, 2) and float(np.median(logits)) > WRITTEN_FROM


def _best_signature(groups: list[InkGroup], place: SignaturePlace, page: ReadPage, by_hand: bool) -> Signature | None:
    scored = [(_hand(group, place, by_hand), group) for group in groups]
    office = place.line is not None and OFFICE_LABEL.fullmatch(place.line.text)
    if office:  # the next label stands in the next cell
        labels = [n.bbox for n in page.text.lines if OFFICE_LABEL.fullmatch(n.text)]
        scored = [s for s in scored if not any(overlap(s[1].box, box) > SAME_PLACE for box in labels)]
        clear = [n.bbox for n in page.text.lines if n.score > READ_CLEARLY]
        scored = [s for s in scored if s[0] > CLEAR_AT or not any(overlap(s[1].box, box) > SAME_PLACE for box in clear)]
    likely = [s for s in scored if s[0] >= (OFFICE_AT if office else REPORT_AT)]
    if not likely:
        return None
    # beside a label the nearest ink answers it: further right stands a written date or a thumbprint
    probability, group = min(likely, key=lambda s: s[1].box[0] + s[1].box[1])
    name = place.person or read_name(group.box, place, page)
    return Signature(
        name=name, anchor=place.label, page=page.page.number, bbox=group.box, probability=round(probability, 4)
    )


def _hand(group: InkGroup, place: SignaturePlace, by_hand: bool) -> float:
    """Return the chance that a group is by hand; where the label is by hand too it is no print to compare with."""
    probability = group_probability(group, same_row=place.label is not None)
    same_pen = blueness(group.printed) > PEN_BLUE and blueness(group.ink) > PEN_BLUE
    if place.label is not None and (same_pen or by_hand):
        alone = 1 / (1 + math.exp(-hand_logit(group.picture())))
        return max(probability, SAME_PEN if same_pen else min(alone, SAME_PEN))
    return probability
