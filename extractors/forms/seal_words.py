"""Words of a seal that were read as words of the text it is stamped over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.base import BBox
from domain.fields import FIELDS, FieldType
from extractors.forms.flow import DOUBTFUL, Spot
from extractors.forms.paragraphs import place_box
from extractors.layout.blocks import Place, Words

_CUT = 0.9
_SHORT = 12
"""Most signs of a row that may come from a seal's ring."""


def without_seal(spot: Spot, seals: Sequence[BBox]) -> Spot:
    """Drop the last row of a long text when it stands inside a seal and the text is complete without it, else doubt it.

    Args:
        spot: a place of the form.
        seals: boxes of the page's seals.
    """
    places = spot.words.places
    if not places or not seals or not any(FIELDS[name].type is FieldType.LONGTEXT for name in spot.names):
        return spot
    lines = list(dict.fromkeys(id(place.piece.line) for place in places))
    last = [place for place in places if id(place.piece.line) == lines[-1]]
    before = places[: -len(last)]
    if not before or len(last) > _SHORT or not any(all(_is_inside(place, seal) for place in last) for seal in seals):
        return spot
    if Words(before).text[-1] in "。！？；.!?":
        return replace(spot, words=Words(before), certainty=min(spot.certainty, _CUT))
    return replace(spot, certainty=min(spot.certainty, DOUBTFUL))


def _is_inside(place: Place, seal: BBox) -> bool:
    x0, y0, x1, y1 = place_box(place)
    return seal[0] <= (x0 + x1) / 2 <= seal[2] and seal[1] <= (y0 + y1) / 2 <= seal[3]
