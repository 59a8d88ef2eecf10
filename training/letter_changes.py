"""Changes that keep what a letter says in place: other names and numbers, misread signs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from extractors.letters.tagger_features import RowLook
from training import names, numbers, personas
from training.letter_pages import Stretch, TaggedLetter
from training.letter_texts import GIVEN, LOOK_ALIKE, PLACES, SURNAMES
from training.text import letter_voices as voices

Edit = tuple[int, int, str]
_PEOPLE = frozenset({"complainant_name", "contact_name", "legal_representative", "respondent_staff"})
_FIRMS = frozenset({"respondent_org", "respondent_branch", "complainant_employer", "forwarded_by"})
_NUMBERS = frozenset({"complainant_phone", "trading_account_no", "claim_report_no"})
_PUNCTUATION = "，。、；：:,（）"


def changed(letter: TaggedLetter, rng: Random) -> TaggedLetter:
    """Return the letter with other people, firms and numbers, then misread here and there."""
    return edited(_renamed(letter, rng), _noise(letter, rng, 0.0 if rng.random() < 0.5 else 0.012), fresh=True)


def mixed(one: TaggedLetter, other: TaggedLetter, rng: Random) -> TaggedLetter:
    """Return the beginning of one letter and the end of another, both cut between paragraphs."""
    first, second = (_cut(letter, rng.uniform(0.2, 0.8)) for letter in (one, other))
    head = _piece(one, 0, first, 0)
    tail = _piece(other, second, len(other.text), first - second)
    return replace(
        one,
        text=head.text + tail.text,
        rows=head.rows + tail.rows,
        spans=head.spans + tail.spans,
        sections=head.sections + tail.sections,
    )


def _cut(letter: TaggedLetter, share: float) -> int:
    breaks = [i + 1 for i, sign in enumerate(letter.text) if sign == "\n"]
    return min(breaks, key=lambda place: abs(place - share * len(letter.text)), default=len(letter.text))


def _piece(letter: TaggedLetter, start: int, end: int, shift: int) -> TaggedLetter:
    def moved(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
        kept = ((max(a, start), min(b, end), c) for a, b, c in stretches if a < end and b > start)
        return tuple((a + shift, b + shift, c) for a, b, c in kept)

    rows = tuple(
        replace(r, start=r.start + shift, end=r.end + shift) for r in letter.rows if r.start >= start and r.end <= end
    )
    return replace(
        letter, text=letter.text[start:end], rows=rows, spans=moved(letter.spans), sections=moved(letter.sections)
    )


def _renamed(letter: TaggedLetter, rng: Random) -> TaggedLetter:
    said: dict[str, str] = {}
    edits: list[Edit] = []
    for start, end, label in sorted(letter.spans):
        words = letter.text[start:end]
        if "\n" in words or (edits and start < edits[-1][1]):
            continue
        if words not in said:
            said[words] = _other(words, label, rng)
        edits.append((start, end, said[words]))
    return edited(letter, edits)


def _other(words: str, label: str, rng: Random) -> str:
    if rng.random() < 0.15:
        return words
    if label in _PEOPLE and words.isalpha() and len(words) <= 4 and not set(words) & set("某公司行社厂店部会"):
        return rng.choice(SURNAMES) if len(words) == 1 else _person(rng, len(words))
    if label in _PEOPLE and "·" in words:
        return rng.choice(names.MINORITY)[2][0] + "·" + rng.choice(names.MINORITY)[3][0]
    if label in _FIRMS and len(words) > 5 and words.isalpha():
        return "".join(rng.choice(PLACES) for _ in range(2)) + words[2:]
    if label == "complainant_address" and rng.random() < 0.5:
        return personas.make_address(rng, *rng.choice(names.REGIONS)[1:3])
    if label in _NUMBERS:
        return words[:3] + "".join(numbers.digits(rng, 1) if c.isdigit() else c for c in words[3:])
    return words


def _person(rng: Random, length: int) -> str:
    roll = rng.random()
    if roll < 0.18:
        return rng.choice(voices.WORDS_AS_NAMES.split())
    if roll < 0.24:
        return "".join(chr(rng.randrange(0x4E00, 0x9FA5)) + rng.choice(GIVEN) for _ in range(1)) + rng.choice(
            ("", "国")
        )
    if roll < 0.32:
        return rng.choice(names.COMPOUND_SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2))))
    count = length - 1 if rng.random() < 0.5 else rng.choice((1, 2))
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(max(count, 1)))


def _noise(letter: TaggedLetter, rng: Random, rate: float) -> list[Edit]:
    """Return one-sign edits; empty when the rate is 0. Offsets are shares of the text, see `edited`."""
    if not rate:
        return []
    edits: list[Edit] = []
    for place in range(len(letter.text)):
        roll = rng.random()
        if roll < rate / 2:
            edits.append((place, place + 1, "?"))
        elif roll < rate:
            edits.append((place, place + 1, ""))
    return edits


def edited(letter: TaggedLetter, edits: Iterable[Edit], *, fresh: bool = False) -> TaggedLetter:
    """Return the letter after edits that do not overlap; every offset moves along.

    Args:
        letter: to change.
        edits: (start, end, words).
        fresh: the edits are misreadings: ``?`` stands for a sign like the one that stood there, and only marks
            are left out.
    """
    out: list[str] = []
    moved = [0] * (len(letter.text) + 1)
    place = length = 0
    for start, end, words in sorted(edits):
        if start < place or end > len(letter.text):
            continue
        new = _misread(letter.text[start:end], words) if fresh else words
        for i in range(place, start):
            moved[i] = length + i - place
        out.append(letter.text[place:start])
        length += start - place
        for i in range(start, end):
            moved[i] = length + min(i - start, len(new))
        out.append(new)
        length, place = length + len(new), end
    for i in range(place, len(letter.text) + 1):
        moved[i] = length + i - place
    out.append(letter.text[place:])
    rows = tuple(RowLook(moved[r.start], moved[r.end], r.indent, r.opens, r.signed) for r in letter.rows)
    spans = tuple((moved[a], moved[b], c) for a, b, c in letter.spans if moved[b] > moved[a])
    sections = tuple((moved[a], moved[b], c) for a, b, c in letter.sections if moved[b] > moved[a])
    return replace(letter, text="".join(out), rows=rows, spans=spans, sections=sections)


def _misread(old: str, new: str) -> str:
    if new == "?":
        return LOOK_ALIKE.get(old, old if not "一" <= old <= "鿿" else chr(0x4E00 + (ord(old) * 7919) % 20000))
    return "" if old in _PUNCTUATION else old
