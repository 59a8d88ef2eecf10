"""Rules and the tagger together: whose value a stretch of text is, as far as both know.

A rule knows the words around a value, the tagger the whole letter; each is often wrong where the other is right. A
logistic of both, fitted on letters that neither learnt from (``training/fit_tagger.py``), says how likely a candidate
is the one that is meant.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from importlib import resources

from domain.base import Model
from domain.normal import find_amounts, find_dates, find_phones
from domain.spans import Span
from extractors.letters.found import Found
from extractors.letters.names import could_be_name, is_word_of_speech
from extractors.letters.orgs import HAN, find_orgs
from extractors.letters.section_tags import RULE, SECTION_FIELDS, from_section_tags, section_inputs
from extractors.letters.tagger import Tagged, TaggedText
from extractors.letters.tagger_labels import LABELS
from extractors.letters.text import LetterText
from extractors.values.confidence import Source

_LABEL_OF = {name: name for name in LABELS} | {"complainant_mobile": "complainant_phone"}
WEIGHED = frozenset({*_LABEL_OF, *SECTION_FIELDS})
"""Fields that the tagger knows."""
_PEOPLE = frozenset({"complainant_name", "contact_name", "legal_representative", "respondent_staff"})
# What has a form of its own begins and ends where its finder says.
_FINDERS: dict[str, Callable[[str], tuple[Span, ...]]] = {
    "amount_involved": find_amounts,
    "complaint_date": find_dates,
    "complainant_phone": find_phones,
}
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SHORT_HAN = re.compile(rf"[{HAN}]{{1,4}}")
_LEAST, _MOST = 0.02, 0.995
_SAID_AGAIN = 0.5
_WORTH_SAYING = {"complainant_mobile": 0.7, "complainant_phone": 0.7, "complaint_date": 0.5}
"""What the tagger alone finds is no candidate below this chance (0.35 elsewhere): rules find nearly all of these, and a
number that they leave is mostly somebody else's."""


class Weights(Model):
    """Weights of one field's logistic; log-odds.

    Attributes:
        bias: of a candidate that a rule found.
        alone: added where only the tagger found it.
        rule: of the log-odds of the rule's own chance.
        inside: of the log-odds that the characters belong to a mention.
        border: of the log-odds that the mention begins and ends there.
        echo: added where the same words are tagged elsewhere in the letter.
        name: added where the words look like a person's name or a firm's, as tables know them.
    """

    bias: float = 0.0
    alone: float = -1.0
    rule: float = 1.0
    inside: float = 0.0
    border: float = 0.0
    echo: float = 0.0
    name: float = 0.0


@lru_cache(maxsize=1)
def constants() -> dict[str, Weights]:
    """Return the bundled weights by field."""
    text = resources.files("extractors.letters").joinpath("tagger.json").read_text(encoding="utf-8")
    return {name: Weights.model_validate(one) for name, one in json.loads(text)["fields"].items()}


def from_tagger(letter: LetterText, tagged: TaggedText, known: Iterable[Found]) -> Iterator[Found]:
    """Give the mentions that no rule gave for their field; words that are no names stay out of the names."""
    taken = {(f.field, f.start, f.end) for f in known}
    for item in tagged.spans():
        field, start, end = _placed(letter.text, item)
        words = letter.text[start:end]
        if not words or (field, start, end) in taken:
            continue
        named = _SHORT_HAN.fullmatch(words) or could_be_name(words) or find_orgs(words)
        if field in _PEOPLE and (not named or is_word_of_speech(words)):
            continue
        taken.add((field, start, end))
        yield Found(field, start, end, Source.SENTENCE, 0.5, RULE)
    yield from from_section_tags(letter, tagged)


def _placed(text: str, item: Tagged) -> tuple[str, int, int]:
    """Return field, start and end of a mention; the end is the start where its form does not fit its label."""
    if item.label in _FINDERS:
        near = [s for s in _FINDERS[item.label](text) if s.start < item.end and item.start < s.end]
        best = max(near, key=lambda s: min(s.end, item.end) - max(s.start, item.start), default=None)
        if best is None:
            return item.label, item.start, item.start
        mobile = item.label == "complainant_phone" and _MOBILE.fullmatch(best.value)
        return "complainant_mobile" if mobile else item.label, best.start, best.end
    start, end = item.start, item.end
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "）)"):
        end -= 1
    return item.label, start, end


def inputs(item: Found, found: list[Found], letter: LetterText, tagged: TaggedText) -> dict[str, float]:
    """Return what is known of a candidate among all of a letter, by the names of `Weights`."""
    alone = item.rule == RULE
    told = {"bias": 1.0, "alone": float(alone), "rule": 0.0 if alone else _odds(item.prior)}
    if item.field in SECTION_FIELDS:
        inside, border, echo = section_inputs(item, found, letter, tagged)
    else:
        inside, border, echo = _mention_inputs(item, letter, tagged)
    words = letter.text[item.start : item.end]
    named = item.field in _PEOPLE and bool(could_be_name(words) or find_orgs(words))
    return {**told, "inside": _odds(inside), "border": _odds(border), "echo": echo, "name": float(named)}


def _mention_inputs(item: Found, letter: LetterText, tagged: TaggedText) -> tuple[float, float, float]:
    label = _LABEL_OF[item.field]
    pieces = [tagged.support(label, a, b) for a, b in item.places]
    inside = sum(p[0] for p in pieces) / len(pieces)
    border = min(p[1] for p in pieces)
    words = letter.text[item.start : item.end]
    echo = max((tagged.support(label, a, a + len(words))[0] for a in _again(letter.text, words, item.start)), default=0)
    return inside, border, float(echo > _SAID_AGAIN)


def _again(text: str, words: str, besides: int) -> Iterator[int]:
    place = text.find(words)
    while place >= 0 and len(words) > 1:
        if place != besides:
            yield place
        place = text.find(words, place + 1)


def weighed(found: list[Found], letter: LetterText, tagged: TaggedText) -> list[Found]:
    """Return the candidates with the chance that rules and tagger give them together; other fields stay."""
    weights = constants()
    out = []
    for item in found:
        one = weights.get(item.field)
        if one is None or item.field not in WEIGHED:
            if item.rule != RULE:
                out.append(item)
            continue
        seen = inputs(item, found, letter, tagged)
        odds = sum(getattr(one, name) * value for name, value in seen.items())
        chance = min(max(1 / (1 + math.exp(-odds)), _LEAST), _MOST)
        if item.rule == RULE and chance < _WORTH_SAYING.get(item.field, 0.35):
            continue
        out.append(replace(item, prior=chance))
    return out


def _odds(chance: float) -> float:
    inside = min(max(chance, 0.005), 0.995)
    return math.log(inside / (1 - inside))
