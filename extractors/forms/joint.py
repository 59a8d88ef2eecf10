"""Labels that ask for several things at once (姓名及职位, 品名/规格/批号), and their values side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.forms.flow import Spot
from extractors.forms.labels import LabelBook, bare, parts_of
from extractors.forms.paragraphs import place_box
from extractors.layout.blocks import Place, Words

_BETWEEN = tuple(re.compile(f"[{signs}]") for signs in ("/／|｜", "—–", "、；;", "，,"))
_APART = 0.6
_NAME_AND_NUMBER = re.compile(r"(?P<name>[㐀-鿿·]{2,12})(?P<number>[0-9+(（][0-9()（）\-—+ ]{5,})")
_DIVIDED = 0.9


def split_joint(spot: Spot, book: LabelBook) -> list[Spot]:
    """Return one place per thing that a label asks for, or the place as it is.

    The words are told apart by what stands between them; where that does not give one stretch per part of the label,
    nobody can tell, and only a name before a number is.
    """
    parts = parts_of(spot.printed, book)
    if len(parts) < 2 or not any(parts):
        return [spot]
    places = spot.words.places
    if not places:
        return [replace(spot, names=names, strength=1.0) for names in parts if names]
    stretches = _stretches(places, len(parts))
    if len(stretches) != len(parts):
        both = _NAME_AND_NUMBER.fullmatch(spot.words.text)
        if both is None or len(parts) != 2:
            return []
        stretches = [places[: both.end("name")], places[both.end("name") :]]
    return [
        replace(spot, names=names, words=Words(tuple(own)), strength=1.0, certainty=spot.certainty * _DIVIDED)
        for names, own in zip(parts, stretches, strict=True)
        if names
    ]


def _stretches(places: Sequence[Place], count: int) -> list[Sequence[Place]]:
    """Cut words at signs that stand between values, else at gaps."""
    text = Words(tuple(places)).text
    for signs in _BETWEEN:
        found = [(match.start(), match.end()) for match in signs.finditer(text)]
        if len(found) == count - 1:
            return _cut(places, [a for a, _ in found], [b for _, b in found])
    gaps = [i for i in range(1, len(places)) if _stands_off(places[i - 1], places[i])]
    return _cut(places, gaps, gaps)


def _cut(places: Sequence[Place], ends: Sequence[int], starts: Sequence[int]) -> list[Sequence[Place]]:
    pairs = zip([0, *starts], [*ends, len(places)], strict=True)
    return [places[a:b] for a, b in pairs if bare(Words(tuple(places[a:b])).text)]


def _stands_off(before: Place, place: Place) -> bool:
    a, b = place_box(before), place_box(place)
    blank = place.piece is before.piece and place.offset > before.offset + 1
    return blank or place.row != before.row or b[0] - a[2] > _APART * (a[3] - a[1])
