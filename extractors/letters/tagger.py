"""The trained tagger of letters: the one place that knows spaCy, loaded with the first letter and never before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from domain.normal import find_emails, find_id_numbers, find_phones
from extractors.letters.found import Found
from extractors.letters.names import could_be_name
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

MODEL = Path(__file__).parent / "tagger_model"
LONGEST = 4000
"""Characters of a letter that are tagged: more is a stack of papers, not a letter."""


@dataclass(frozen=True)
class Tagged:
    """A stretch of text that the network tagged.

    Attributes:
        start: 0-based offset.
        end: offset after the last character.
        label: ME, STAFF, ORG, BRANCH … as ``training.letter_texts`` names them.
        probability: the lowest of its characters' probabilities, 0 to 1.
    """

    start: int
    end: int
    label: str
    probability: float


class LetterTagger:
    """A spaCy pipeline that tags characters, with rules for what has a form of its own."""

    def __init__(self, model: Path) -> None:
        import spacy

        self._nlp = spacy.load(model)
        self._tagger = cast("Any", self._nlp.get_pipe("tagger"))
        self._tags: tuple[str, ...] = tuple(self._tagger.labels)

    def spans(self, text: str) -> tuple[Tagged, ...]:
        """Return the tagged stretches of a text; phones, ID numbers and e-mail addresses are never part of one."""
        doc = self._nlp.make_doc(text)
        if not len(doc):
            return ()
        scores = self._tagger.model.predict([doc])[0]
        best, chances = scores.argmax(axis=1), _softmax(scores)
        numbers = [s for find in (find_id_numbers, find_phones, find_emails) for s in find(text)]
        found: list[Tagged] = []
        for token in doc:
            mark, _, label = self._tags[best[token.i]].partition("-")
            chance = float(chances[token.i][best[token.i]])
            if not label or any(n.start <= token.idx < n.end for n in numbers):
                continue
            goes_on = mark == "I" and found and found[-1].label == label and found[-1].end == token.idx
            if goes_on:
                last = found.pop()
                found.append(Tagged(last.start, token.idx + 1, label, min(last.probability, chance)))
            elif mark == "B":
                found.append(Tagged(token.idx, token.idx + 1, label, chance))
        return tuple(t for t in found if t.end - t.start > 1)


def _softmax(scores: Any) -> Any:
    high = scores - scores.max(axis=1, keepdims=True)
    raised = 2.718281828459045**high
    return raised / raised.sum(axis=1, keepdims=True)


@lru_cache(maxsize=1)
def bundled() -> LetterTagger:
    """Return the bundled tagger; needs no network."""
    return LetterTagger(MODEL)


# label -> (field, weight of the network's own probability), as measured on letters of other hands. Firms and branches
# are tagged too, but the tables know their borders far better (docs/models/letters.md).
_FIELDS: dict[str, tuple[str, float]] = {"ME": ("complainant_name", 0.75), "STAFF": ("respondent_staff", 0.6)}
_LEAST = 0.6


def from_tagger(letter: LetterText) -> Iterator[Found]:
    """Give the people that the tagger finds, every name once, where it is surest; words that are no names stay out."""
    best: dict[tuple[str, str], tuple[float, Tagged]] = {}
    tagged = [t for t in bundled().spans(letter.text[:LONGEST]) if t.label in _FIELDS and t.probability >= _LEAST]
    for item in tagged:
        field, weight = _FIELDS[item.label]
        words = letter.text[item.start : item.end]
        prior = weight * item.probability
        if could_be_name(words) and prior > best.get((field, words), (0.0, item))[0]:
            best[field, words] = (prior, item)
    writers = [words for field, words in best if field == "complainant_name"]
    for (field, words), (prior, item) in best.items():
        if field == "complainant_name" or not any(words in name for name in writers):
            yield Found(field, item.start, item.end, Source.SENTENCE, prior, f"tagger:{item.label}")
