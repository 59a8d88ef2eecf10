"""Whose cards lie on a copy: fronts by their number, every back with the front it lies beside."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from domain.evidence import FieldResult, FieldValue
from domain.vocabulary import IdSide
from extractors.papers.card_sides import Side

SideFields = tuple[Side, dict[str, FieldResult]]
Holder = tuple[SideFields, ...]
_SLIPS = 4
"""Two copies of one card differ by so many misread digits at most; numbers of two persons differ by more."""


def holders_of(read: Sequence[SideFields]) -> tuple[Holder, ...]:
    """Return the sides of every person; one holder when no second front is there.

    Whoever's card is copied on both sides comes first: an agent's or a relative's front is often added to it.
    """
    fronts: list[list[SideFields]] = []
    for item in read:
        if item[0].side is IdSide.FRONT:
            home = next((group for group in fronts if _same_person(group[0][1], item[1])), None)
            if home is None:
                fronts.append([item])
            else:
                home.append(item)
    backs = [item for item in read if item[0].side is IdSide.BACK]
    if len(fronts) < 2:
        own = fronts[0] if fronts else []
        return ((*own, *backs),) if own or backs else ()
    for back in backs:
        min(
            fronts, key=lambda group: min(_apart(back[0], front[0]) for front in group if front[0].side is IdSide.FRONT)
        ).append(back)
    return tuple(tuple(group) for group in sorted(fronts, key=lambda group: -len({side.side for side, _ in group})))


def _same_person(one: dict[str, FieldResult], other: dict[str, FieldResult]) -> bool:
    """Tell whether two fronts are copies of one card."""
    a, b = one.get("complainant_id_no"), other.get("complainant_id_no")
    if isinstance(a, FieldValue) and isinstance(b, FieldValue):
        return Levenshtein.distance(a.value, b.value) <= (0 if not (a.vetoed or b.vetoed) else _SLIPS)
    a, b = one.get("complainant_name"), other.get("complainant_name")
    return isinstance(a, FieldValue) and isinstance(b, FieldValue) and a.value == b.value


def _apart(back: Side, front: Side) -> float:
    """Return the distance of two cards' middles; pages count as far apart."""
    a, b = back.bbox, front.bbox
    across, down = (a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2
    return abs(back.page - front.page) * 1e6 + float((across**2 + down**2) ** 0.5)
