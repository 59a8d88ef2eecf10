"""Doubtful characters of a value, with what the recogniser saw instead. Pure: readings in, doubts out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from domain.base import BBox, Model, PageNumber
from domain.evidence import Check, Evidence
from domain.fields import FieldType
from domain.normal import normal_form
from domain.ocr import OcrCharacter, OcrLine
from domain.spans import to_half_width

SURE_SCORE, SURE_MARGIN = 0.9, 0.8
"""A character that scores less, or lies nearer to the next best one, is doubtful (0 to 1, raw outputs)."""
_AGREED = 0.5
"""The second reader's chance below which it read another character (0 to 1)."""
MOST_ALTERNATIVES = 6

_BARE = frozenset({FieldType.CN_ID, FieldType.PHONE, FieldType.USCC, FieldType.ACCOUNT_NO, FieldType.EMAIL})
"""Types whose values hold no Chinese: an alternative that is no ASCII sign cannot be right there."""
_NUMERIC = frozenset({FieldType.DATE, FieldType.MONEY, FieldType.PHONE})

PlacedCharacter = tuple[OcrCharacter, str, int]
"""A character, the document it stands in, and the page (from 1)."""


class Alternative(Model):
    """Another character for one place.

    Attributes:
        text: the character.
        fits: the value passes its known-structure tests with it and does not without; ``None`` when no test tells.
    """

    text: str
    fits: bool | None = None


class DoubtfulCharacter(Model):
    """One character of a value that the recogniser was not sure of.

    Attributes:
        at: offset in the value, from 0.
        text: what was read.
        score: the recogniser's raw output, 0 to 1.
        alternatives: what else it saw there, those that fit first; may be empty.
        bbox: its box on the upright page image, pixels.
    """

    at: int
    text: str
    score: float
    alternatives: tuple[Alternative, ...]
    document_id: str
    page: PageNumber
    bbox: BBox


def characters_inside(lines: Iterable[OcrLine], box: BBox) -> tuple[OcrCharacter, ...]:
    """Return the characters whose centres lie in ``box`` (pixels), in reading order; spaces are left out."""
    x0, y0, x1, y1 = box
    found = []
    for line in lines:
        left, top, right, bottom = line.bbox
        if right < x0 or left > x1 or bottom < y0 or top > y1:
            continue
        for character in line.characters:
            a, b, c, d = character.bbox
            if character.text.strip() and x0 <= (a + c) / 2 <= x1 and y0 <= (b + d) / 2 <= y1:
                found.append(character)
    return tuple(found)


def placed(evidence: Iterable[Evidence], lines_of: Callable[[str, int], tuple[OcrLine, ...]]) -> list[PlacedCharacter]:
    """Return the characters that stand in the boxes of ``evidence``.

    Args:
        evidence: places of a value, in the order of its words.
        lines_of: what was read on a page, by document and page (from 1).
    """
    return [
        (character, place.document_id, place.page)
        for place in evidence
        for character in characters_inside(lines_of(place.document_id, place.page), place.bbox)
    ]


def doubts_of(value: str, field_type: FieldType, characters: list[PlacedCharacter]) -> tuple[DoubtfulCharacter, ...]:
    """Return the doubtful characters of ``value``.

    Args:
        value: normal form of the field (or words as read).
        field_type: decides which alternatives can stand there and which tests tell.
        characters: what was read at the value's places; those of the value are found by alignment, so a value in
            normal form (2026-11-18) keeps the doubts of its words (2026年11月18日).
    """
    failing = field_type in _BARE and _passes(normal_form(field_type, value).checks) is False
    found = []
    for at, (character, document_id, page) in _aligned(value, characters):
        others = _alternatives(value, at, character, field_type)
        # near only to the same sign in another width, or to one that cannot stand there: no doubt
        if not is_doubtful(character) or not (others or _stands_alone(character)):
            continue
        judged = [
            # only a value that fails its tests can be mended into one that passes
            Alternative(text=text, fits=_fits(field_type, value, at, text) if failing else None)
            for text in others
        ]
        judged.sort(key=lambda a: a.fits is not True)
        found.append(
            DoubtfulCharacter(
                at=at,
                text=value[at],
                score=character.score,
                alternatives=tuple(judged),
                document_id=document_id,
                page=page,
                bbox=character.bbox,
            )
        )
    return tuple(found)


def _aligned(value: str, characters: list[PlacedCharacter]) -> list[tuple[int, PlacedCharacter]]:
    """Pair offsets of ``value`` with the characters that were read there; what does not match is left out."""
    read = "".join(to_half_width(c.text)[:1].upper() or " " for c, _, _ in characters)
    wanted = to_half_width(value).upper()
    if len(wanted) != len(value):  # a sign that changes its length in upper case: compare as it stands
        wanted = to_half_width(value)
    blocks = SequenceMatcher(None, wanted, read, autojunk=False).get_matching_blocks()
    return [(b.a + i, characters[b.b + i]) for b in blocks for i in range(b.size)]


def _stands_alone(character: OcrCharacter) -> bool:
    """Tell whether ``character`` is doubtful whatever else was seen: unsure by itself, or read otherwise."""
    return character.score < SURE_SCORE or (character.second is not None and character.second < _AGREED)


def is_doubtful(character: OcrCharacter) -> bool:
    """Tell whether the recogniser was not sure of ``character``, or the second reader read another one."""
    return _stands_alone(character) or (character.margin is not None and character.margin < SURE_MARGIN)


def _alternatives(value: str, at: int, character: OcrCharacter, field_type: FieldType) -> tuple[str, ...]:
    offered = dict.fromkeys(to_half_width(a).strip() for a in character.alternatives)
    if field_type in _BARE:
        offered = dict.fromkeys(a.upper() if field_type is not FieldType.EMAIL else a for a in offered)
    read = to_half_width(value[at])
    kept = [a for a in offered if a and a != read and _can_stand(a, value[at], field_type)]
    return tuple(kept[:MOST_ALTERNATIVES])


def _can_stand(alternative: str, read: str, field_type: FieldType) -> bool:
    if field_type in _NUMERIC or (field_type is FieldType.CN_ID and read.isdigit()):
        return alternative.isascii() and (alternative.isdigit() or alternative == "X")
    return alternative.isascii() or field_type not in _BARE


def _passes(checks: tuple[Check, ...]) -> bool | None:
    """Return whether known-structure tests passed, ``None`` when none was applied."""
    outcomes = [c.passed for c in checks if c.passed is not None]
    return all(outcomes) if outcomes else None


def _fits(field_type: FieldType, value: str, at: int, alternative: str) -> bool:
    return _passes(normal_form(field_type, value[:at] + alternative + value[at + 1 :]).checks) is True
