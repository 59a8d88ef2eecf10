"""What the bundled network, and a linear model beside it, hear in the sentences of a case.

Every label looks at the signs that matter to it (label attention), so a signal comes with the words that tell it.
Weights: ``judge.onnx`` and ``judge.json``, made by ``training/train_judge.py`` (docs/models/judging.md).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.narrative import Sentence
from classifiers.network.grams import models
from classifiers.network.inference import run
from classifiers.network.tokens import tokens
from classifiers.network.words import word_numbers
from domain.vocabulary import Nature, SignalCode

WEIGHTS = Path(__file__).with_name("judge.onnx")
LABELS = Path(__file__).with_name("judge.json")
SIGNS = Path(__file__).with_name("tokenizer.json")
LONGEST = 640
"""Signs that the network reads at once; longer papers are read in parts, cut between sentences."""
LEAST_SIGNS = 6
"""Han signs that a sentence must have for network and n-grams to be heard on its signals; rules read scraps too."""
KEPT_CASES = 64
"""Cases of which what was heard is kept; some hundred kilobytes each."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_END = "\n"

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Labels:
    """What the outputs stand for, and what each is worth; all fitted on papers that nothing had learnt from.

    Attributes:
        signals: in the order of the outputs.
        natures: likewise, the first labels of whole papers.
        categories: regime and category, the labels after them.
        weights: of each signal, see `classifiers.signals.inputs`.
        thresholds: chance from which each signal is named.
        nature: weights of network, n-grams and rules, see `classifiers.nature`.
        category: weights of network, n-grams and terms, see `classifiers.category`.
    """

    signals: tuple[SignalCode, ...]
    natures: tuple[Nature, ...]
    categories: tuple[tuple[str, str], ...]
    weights: dict[SignalCode, tuple[float, ...]]
    thresholds: dict[SignalCode, float]
    nature: tuple[float, float, float]
    category: tuple[float, float, float]

    def column(self, policy: str, category: str) -> int:
        """Return the number of a category among the labels of whole papers."""
        return len(self.natures) + self.categories.index((policy, category))


@lru_cache(maxsize=1)
def labels() -> Labels:
    """Return the labels of the bundled network."""
    told = json.loads(LABELS.read_text("utf-8"))
    return Labels(
        tuple(SignalCode(s) for s in told["signals"]),
        tuple(Nature(n) for n in told["natures"]),
        tuple((policy, category) for policy, category in told["categories"]),
        {SignalCode(code): tuple(weights) for code, weights in told["weights"].items()},
        {SignalCode(code): threshold for code, threshold in told["thresholds"].items()},
        tuple(told["nature"]),
        tuple(told["category"]),
    )


NOTHING = -12.0
"""Logit of a signal where there is no sentence."""


@dataclass(frozen=True)
class Heard:
    """What the network and the n-grams say; logits throughout.

    Attributes:
        signals: of the network, by sentence and signal, shape (sentences, signals).
        grams: of the n-grams, same shape.
        places: for each sentence and signal the sign that the network looks at most, 0-based in the sentence.
        whole: of the network, labels of whole papers, shape (labels,).
        whole_grams: of the n-grams, same shape.
        spots: for each label of whole papers the sentence and the sign in it that the network looks at most, 0-based;
            shape (labels, 2).
    """

    signals: Floats
    grams: Floats
    places: NDArray[np.int64]
    whole: Floats
    whole_grams: Floats
    spots: NDArray[np.int64]

    def strongest(self, code: SignalCode) -> tuple[float, float]:
        """Return the greatest logits of network and n-grams over the sentences."""
        if not len(self.signals):
            return NOTHING, NOTHING
        column = labels().signals.index(code)
        return float(self.signals[:, column].max()), float(self.grams[:, column].max())

    def where(self, code: SignalCode) -> tuple[int, int]:
        """Return the sentence that most likely tells a signal and the sign that the network looks at in it, 0-based."""
        known = labels()
        column = known.signals.index(code)
        network, grams, *_ = known.weights[code]
        best = int((network * self.signals[:, column] + grams * self.grams[:, column]).argmax())
        return best, int(self.places[best, column])

    def spot(self, label: int) -> tuple[int, int]:
        """Return sentence and sign, 0-based, that speak most for a label of whole papers."""
        sentence, sign = self.spots[label]
        return int(sentence), int(sign)

    def categories(self, policy: str) -> dict[str, tuple[float, float]]:
        """Return logits of network and n-grams for each category of a regime; empty when it has none that they know."""
        known = labels()
        if not len(self.signals):
            return {}
        columns = {c: known.column(p, c) for p, c in known.categories if p == policy}
        return {c: (float(self.whole[n]), float(self.whole_grams[n])) for c, n in columns.items()}


def hear(spoken: tuple[Sentence, ...]) -> Heard:
    """Return what the network and the n-grams say of the sentences of a case."""
    return _kept(tuple(s.text for s in spoken))


@lru_cache(maxsize=KEPT_CASES)
def _kept(sentences: tuple[str, ...]) -> Heard:
    """What was heard hangs on the sentences alone, and they stay the same while a person answers a case."""
    heard = hear_sentences(list(sentences))
    for array in (heard.signals, heard.grams, heard.places, heard.whole, heard.whole_grams, heard.spots):
        array.setflags(write=False)
    return heard


def hear_sentences(sentences: list[str]) -> Heard:
    """Return the same of folded sentences."""
    known = labels()
    count = len(known.natures) + len(known.categories)
    if not sentences:
        none, nothing = np.zeros((0, len(known.signals)), np.float32), np.zeros(count, np.float32)
        return Heard(none, none, none.astype(np.int64), nothing, nothing, np.zeros((count, 2), np.int64))
    parts = [_hear(part) for part in _parts(sentences)]
    whole = np.average(np.stack([p.whole for p in parts]), axis=0, weights=[p.length for p in parts])
    best = np.stack([p.strength for p in parts]).argmax(0)
    firsts = np.cumsum([0, *(len(p.signals) for p in parts)])
    spots = np.stack([parts[b].spots[n] + (firsts[b], 0) for n, b in enumerate(best)])
    grams = models()
    signals = np.concatenate([p.signals for p in parts])
    of_grams = np.stack([grams["sentences"].logits(s) for s in sentences])
    # Neither was ever shown a scrap (这, 谢谢!): what they say of one is noise, loudest from n-grams.
    scraps = [number for number, s in enumerate(sentences) if len(_HAN.findall(s)) < LEAST_SIGNS]
    signals[scraps], of_grams[scraps] = NOTHING, NOTHING
    return Heard(
        signals,
        of_grams,
        np.concatenate([p.places for p in parts]),
        whole.astype(np.float32),
        grams["papers"].logits("".join(s for s in sentences if not _HEADING.fullmatch(s))),
        spots,
    )


@dataclass(frozen=True)
class _Part:
    """What the network says of a part: logits, places as in `Heard`, and how strongly each label looks."""

    signals: Floats
    places: NDArray[np.int64]
    whole: Floats
    spots: NDArray[np.int64]
    strength: Floats
    length: int


def _parts(sentences: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    length = 0
    for sentence in sentences:
        cut = sentence[: LONGEST - 1]
        if parts[-1] and length + len(cut) + 1 > LONGEST:
            parts.append([])
            length = 0
        parts[-1].append(cut)
        length += len(cut) + 1
    return parts


def _hear(sentences: list[str]) -> _Part:
    text = "".join(s + _END for s in sentences)
    read = tokens(SIGNS, text)
    own = np.zeros((1, len(sentences), len(read.numbers)), np.float32)
    words = np.concatenate([word_numbers(s + _END) for s in sentences])
    starts = np.cumsum([0, *(len(s) + 1 for s in sentences)])
    for number, (start, end) in enumerate(pairwise(starts)):
        own[0, number, start:end] = 1
    logits, whole, looks, of_whole = run(WEIGHTS, {"numbers": read.numbers[None], "words": words[None], "own": own})
    places = np.stack([looks[0, s : s + max(len(t), 1)].argmax(0) for s, t in zip(starts, sentences, strict=False)])
    best = of_whole[0].argmax(0)
    number = np.searchsorted(starts, best, side="right") - 1
    spots = np.stack([number, np.minimum(best - starts[number], [max(len(sentences[n]) - 1, 0) for n in number])], 1)
    return _Part(logits[0], places, whole[0], spots, of_whole[0].max(0), len(read.numbers))


_HEADING = re.compile(r"\W*[\u4e00-\u9fff]{0,12}(?:书|信|函|状|表|单)\W*")
"""Titles of papers: they say of what kind a paper is, not what it tells."""
_CLAUSE = re.compile(r"[,，;；:：、\s]")


def clause(text: str, place: int) -> tuple[int, int]:
    """Return start and end (0-based, end exclusive) of the clause around a sign, where possible of four signs."""
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, place)), default=0)
    found = _CLAUSE.search(text, place)
    end = found.start() if found else len(text)
    if end - start < 4:
        wider = _CLAUSE.search(text, min(end + 1, len(text)))
        end = wider.start() if wider else len(text)
    return start, end
