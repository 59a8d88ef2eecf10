"""Whether an identity card is the complainant's: a stranger's card says nothing about the complainant."""

from __future__ import annotations

from dataclasses import replace

from domain.vocabulary import DocumentKind
from extractors.cases.contradiction import contradict, same_value
from extractors.cases.source_rank import SourcedReading, is_identity_card
from extractors.values.combine import vetoed
from extractors.values.ink_names import weakened

STRANGER_CEILING = 0.3
DOUBTFUL_CEILING = 0.85
_NAMES = ("complainant_name", "legal_representative")
_NUMBER = "complainant_id_no"
_SLIPS = 3
"""So many differing characters of two ID numbers may be slips of pen or recogniser; more are another number."""


def strangers_held_back(readings: tuple[SourcedReading, ...]) -> tuple[SourcedReading, ...]:
    """Weaken what stands on cards that other papers contradict.

    When name and number both belong to somebody else, nothing of the card may be accepted or lead; when one of them
    does and the other cannot be compared, nothing of it is accepted without a person either.
    """
    cards = {r.document_id for r in readings if is_identity_card(r.kind)}
    held = {card: _standing(card, readings) for card in cards}
    return tuple(_held(r, held.get(r.document_id)) for r in readings)


def _held(reading: SourcedReading, ceiling: float | None) -> SourcedReading:
    contested = reading.field in (*_NAMES, _NUMBER)
    if ceiling is None or (contested and ceiling == DOUBTFUL_CEILING):
        # What is contested itself is weighed with its rivals and shown as a mismatch.
        return reading
    kind = DocumentKind.OTHER if ceiling == STRANGER_CEILING else reading.kind
    return replace(reading, kind=kind, candidate=weakened(reading.candidate, ceiling))


def _standing(card: str, readings: tuple[SourcedReading, ...]) -> float | None:
    """Return the ceiling of everything on the card, ``None`` when it may speak freely."""
    name = _another_name(card, readings)
    number = _another_number(card, readings)
    if name and number:
        return STRANGER_CEILING
    if (name and number is None) or (number and name is None):
        return DOUBTFUL_CEILING
    return None


def _another_name(card: str, readings: tuple[SourcedReading, ...]) -> bool | None:
    """Tell whether every other paper names somebody else; ``None`` when no other paper names anybody."""
    outcomes = []
    for field in _NAMES:
        own = [r for r in readings if r.field == field and r.document_id == card]
        others = [r for r in readings if r.field == field and not is_identity_card(r.kind)]
        for mine in own:
            same = any(same_value(field, mine.candidate.value, o.candidate.value) for o in others)
            differs = any(contradict(field, mine, o) for o in others)
            if same or differs:
                outcomes.append(not same)
    return all(outcomes) if outcomes else None


def _another_number(card: str, readings: tuple[SourcedReading, ...]) -> bool | None:
    """Tell whether another paper gives another whole number; slips of a digit or two are the same number."""
    own = [r for r in readings if r.field == _NUMBER and r.document_id == card]
    others = [r for r in readings if r.field == _NUMBER and not is_identity_card(r.kind)]
    whole = [(a, b) for a in own for b in others if len(a.candidate.value) == len(b.candidate.value) == 18]
    if not whole:
        return None
    return all(_other_number(a, b) for a, b in whole)


def _other_number(one: SourcedReading, other: SourcedReading) -> bool:
    a, b = one.candidate.value, other.candidate.value
    if a == b or any(c.value == b for c in one.others) or any(c.value == a for c in other.others):
        return False
    slips = _SLIPS if vetoed(one.candidate) or vetoed(other.candidate) else 0
    return sum(x != y for x, y in zip(a, b, strict=True)) > slips
