"""Doubtful signs of handwriting, decided by which signs follow one another in letters.

A recogniser looks at every sign alone; a person who reads a bad hand knows what could stand there. Counts of signs,
pairs and triples (`training/train_language.py`, docs/models/language.md) choose among the readings that the recogniser
itself gives for a sign. Digits and Latin letters are never touched, no sign is put where it was not read, and a sign
that was chosen keeps the score of its own reading: what was uncertain stays uncertain.

Interpolated counts after Jelinek and Mercer 1980; the best path by beam search.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.reading.ctc import DecodedCharacter

WEIGHTS = Path(__file__).with_name("weights") / "language.npz"
BITS_PAIRS, BITS_TRIPLES = 20, 21
STEP = 0.07
"""A stored byte ``n`` stands for a count of ``exp(n * STEP) - 1``."""
TABLES = ("ones", "pairs", "triples", "after_one", "after_pair")
"""``after_one`` and ``after_pair`` count how often anything followed: words of a dictionary end."""
EDGE = "\x02"
_WEIGHT = 0.2
_BEAM = 10
_LEAST = 1e-4
_KEPT_PAIRS, _KEPT_TRIPLES = 5.0, 3.0
_HAND = 0.5


class SignCounts:
    """How often signs, pairs and triples of signs were met.

    Args:
        path: of the tables.
    """

    def __init__(self, path: Path) -> None:
        with np.load(path) as tables:
            read = {name: np.expm1(tables[name].astype(np.float32) * STEP) for name in TABLES}
        self._ones, self._pairs, self._triples = read["ones"], read["pairs"], read["triples"]
        self._after_one, self._after_pair = read["after_one"], read["after_pair"]
        self._total = float(self._ones.sum())

    def log_chance(self, before: str, last: str, sign: str) -> float:
        """Return the logarithm of the chance of a sign after two others."""
        one = (float(self._ones[code(sign)]) + 0.5) / (self._total + 4000)
        pair = (float(self._pairs[pair_slot(last, sign)]) + _KEPT_PAIRS * one) / (
            float(self._after_one[code(last)]) + _KEPT_PAIRS
        )
        triple = (float(self._triples[triple_slot(before, last, sign)]) + _KEPT_TRIPLES * pair) / (
            float(self._after_pair[pair_slot(before, last)]) + _KEPT_TRIPLES
        )
        return math.log(min(max(triple, 1e-9), 1.0))


def code(sign: str) -> int:
    """Return the row of a sign in the table of single signs."""
    return ord(sign[0]) & 0xFFFF


def pair_slot(first: str, second: str) -> int:
    """Return the slot of a pair; different pairs may share one."""
    return (code(first) * 0x9E3779B1 + code(second) * 0x85EBCA6B) % 0xFFFFFFFF >> (32 - BITS_PAIRS)


def triple_slot(first: str, second: str, third: str) -> int:
    """Return the slot of a triple; different triples may share one."""
    mixed = code(first) * 0x9E3779B1 + code(second) * 0x85EBCA6B + code(third) * 0xC2B2AE35
    return mixed % 0xFFFFFFFF >> (32 - BITS_TRIPLES)


@lru_cache(maxsize=1)
def bundled() -> SignCounts:
    """Return the bundled counts."""
    return SignCounts(WEIGHTS)


def is_by_hand(characters: Sequence[DecodedCharacter]) -> bool:
    """Tell whether most of a line was written by hand."""
    chances = [c.hand for c in characters if c.hand is not None]
    return bool(chances) and sum(chances) / len(chances) > _HAND


def reread(characters: tuple[DecodedCharacter, ...], counts: SignCounts) -> tuple[DecodedCharacter, ...]:
    """Return a line with its doubtful signs chosen by their neighbours.

    Args:
        characters: as the recogniser decided.
        counts: of signs that follow one another.
    """
    options = [_options(c) for c in characters]
    if all(len(o) == 1 for o in options):
        return characters
    paths: dict[tuple[str, str], tuple[float, tuple[int, ...]]] = {(EDGE, EDGE): (0.0, ())}
    for own in options:
        reached: dict[tuple[str, str], tuple[float, tuple[int, ...]]] = {}
        for (before, last), (total, path) in paths.items():
            for number, (sign, chance) in enumerate(own):
                weight = total + math.log(max(chance, _LEAST)) + _WEIGHT * counts.log_chance(before, last, sign)
                if (last, sign) not in reached or reached[last, sign][0] < weight:
                    reached[last, sign] = (weight, (*path, number))
        paths = dict(sorted(reached.items(), key=lambda item: -item[1][0])[:_BEAM])
    best = max(paths.values())[1]
    return tuple(_chosen(c, number) for c, number in zip(characters, best, strict=True))


def _options(character: DecodedCharacter) -> list[tuple[str, float]]:
    own = (character.text, character.score)
    if not _may_change(character.text):
        return [own]
    others = zip(character.alternatives, character.chances, strict=False)
    return [own, *((sign, chance) for sign, chance in others if _may_change(sign))]


def _may_change(sign: str) -> bool:
    return len(sign) == 1 and not sign.isascii() and not sign.isnumeric()


def _chosen(character: DecodedCharacter, number: int) -> DecodedCharacter:
    if not number:
        return character
    options = _options(character)
    sign, chance = options[number]
    others = tuple(a for a in (character.text, *character.alternatives) if a != sign)
    return replace(character, text=sign, score=chance, alternatives=others, chances=(), margin=0.0)


def counted(table: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return counts as stored bytes."""
    return np.asarray(np.clip(np.round(np.log1p(table) / STEP), 0, 255), np.uint8)
