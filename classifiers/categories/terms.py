"""Category by weighted terms of the pack and likeness to its descriptions (character bigrams).

A thin linear model: the score of a category is the sum over its terms of weight × (1 + ln count), plus the cosine of
character bigrams with its description; chances are the softmax of the scores.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from classifiers.narrative import Sentence
from domain.policy import CategoryDescription

TEMPERATURE = 1.7
"""Score difference that makes one category e times as likely (fitted by eye on the tests' letters)."""

LIKENESS = 4.0
"""Weight of the likeness to the description."""

LEAST_SCORE = 1.6
"""Below this nothing in the words speaks for any category."""

AFTERMATH = 0.55
"""Weight of the last sentences, where nearly every letter speaks of slow answers and of its demands."""

Words = tuple[Sentence, int, int]
"""A sentence with start and end (0-based, end exclusive) of words in it."""


@dataclass(frozen=True)
class ByTerms:
    """What the terms say of one category.

    Attributes:
        chance: among the categories of the pack, 0 to 1.
        score: above `LEAST_SCORE` when the words say anything.
        words: that speak for it, the weightiest first.
    """

    chance: float
    score: float
    words: tuple[Words, ...]


def by_terms(categories: tuple[CategoryDescription, ...], spoken: tuple[Sentence, ...]) -> dict[str, ByTerms]:
    """Return what the terms say, by category id."""
    scored = {c.id: _score(c, spoken) for c in categories}
    if not scored:
        return {}
    top = max(score for score, _ in scored.values())
    powers = {name: math.exp((score - top) / TEMPERATURE) for name, (score, _) in scored.items()}
    total = sum(powers.values())
    return {name: ByTerms(powers[name] / total, score, words) for name, (score, words) in scored.items()}


@cache
def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(term)


def _terms(category: CategoryDescription) -> tuple[tuple[int, re.Pattern[str]], ...]:
    weighted: list[tuple[int, str]] = [
        (weight, term) for weight, terms in sorted(category.keywords.items(), reverse=True) for term in terms
    ]
    weighted += [(-4, term) for term in category.not_keywords]
    return tuple((weight, _pattern(term)) for weight, term in weighted)


@cache
def _bigrams(text: str) -> Counter[str]:
    bare = re.sub(r"[\W\d]", "", text)
    return Counter(bare[i : i + 2] for i in range(len(bare) - 1))


def _score(category: CategoryDescription, spoken: tuple[Sentence, ...]) -> tuple[float, tuple[Words, ...]]:
    total, words = 0.0, []
    for weight, pattern in _terms(category):
        found = [(s, m, _standing(n, len(spoken))) for n, s in enumerate(spoken) for m in pattern.finditer(s.text)]
        if not found:
            continue
        standing = max(place for _, _, place in found)
        total += weight * 0.8 * standing * (1 + math.log(len(found)))
        if weight > 0:
            words += [(weight, sentence, m.start(), m.end()) for sentence, m, _ in found]
    words.sort(key=lambda w: -w[0])
    likeness = _likeness(category.description + category.label, "".join(s.text for s in spoken))
    return total + LIKENESS * likeness, tuple((s, a, b) for _, s, a, b in words)


def _standing(number: int, count: int) -> float:
    """Return how much sentence ``number`` of ``count`` weighs: the cause stands first, the aftermath later."""
    return 1.0 if count < 4 or number < 0.6 * count else AFTERMATH


def _likeness(description: str, text: str) -> float:
    """Return the cosine of the character bigrams of both texts, 0 to 1."""
    left, right = _bigrams(description), _bigrams(text)
    if not left or not right:
        return 0.0
    product = sum(count * right[gram] for gram, count in left.items())
    norm = math.sqrt(sum(c * c for c in left.values()) * sum(c * c for c in right.values()))
    return product / norm
