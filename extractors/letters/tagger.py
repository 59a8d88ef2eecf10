"""The spaCy pipeline of letters: rules mark what has a form of its own, a trained network tags who and what is meant.

The one place that knows spaCy. Tokens are characters (`zh`, segmenter ``char``). Weights: ``tagger.onnx``, made by
``training/train_tagger.py`` (docs/models/letters.md).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extractors.letters.tagger_features import features, forms, rows_of
from extractors.letters.tagger_labels import LABELS, SECTIONS, TAGS, WEIGHTS
from extractors.letters.text import LetterText
from extractors.reading.inference import load_network

LONGEST = 6000
"""Characters of a letter that are tagged: more is a stack of papers, not a letter."""
_LEAST = 0.35
_LOADING = threading.Lock()

Chances = NDArray[np.float64]


@dataclass(frozen=True)
class Tagged:
    """A stretch of text that the network tagged.

    Attributes:
        start: 0-based offset.
        end: offset after the last character.
        label: a contract field, see `LABELS`.
        probability: the mean chance of its characters, 0 to 1.
    """

    start: int
    end: int
    label: str
    probability: float


@dataclass(frozen=True)
class TaggedText:
    """What the network says of a text.

    Attributes:
        begins: chance that a mention begins with the character, shape (characters, labels).
        inside: chance that the character belongs to a mention, shape (characters, labels).
        sections: chance of each of `SECTIONS`, shape (characters, sections).
    """

    begins: Chances
    inside: Chances
    sections: Chances

    def spans(self) -> tuple[Tagged, ...]:
        """Return the mentions in the order of the text."""
        found: list[Tagged] = []
        if not len(self.inside):
            return ()
        best = self.inside.argmax(axis=1)
        sure = self.inside.max(axis=1)
        start = 0
        for place in range(1, len(best) + 1):
            goes_on = (
                place < len(best) and best[place] == best[start] and sure[place] >= _LEAST and sure[start] >= _LEAST
            )
            if goes_on and self.begins[place, best[place]] <= 0.5 * sure[place]:
                continue
            if sure[start] >= _LEAST:
                label = LABELS[best[start]]
                found.append(Tagged(start, place, label, float(self.inside[start:place, best[start]].mean())))
            start = place
        return tuple(found)

    def support(self, label: str, start: int, end: int) -> tuple[float, float]:
        """Return how sure the network is that ``text[start:end]`` is a mention: of its characters, of its borders."""
        end = min(end, len(self.inside))
        if end <= start:
            return 0.0, 0.0
        column = LABELS.index(label)
        inside = float(self.inside[start:end, column].mean())
        goes_on = 0.0
        if end < len(self.inside):
            goes_on = float(self.inside[end, column] - self.begins[end, column])
        before = float(self.inside[start - 1, column]) if start else 0.0
        begins = max(float(self.begins[start, column]), 0.5 * (1 - before) * inside)
        # 周全拿: a last sign that is no part of it is as bad as a next one that is
        return inside, begins * float(self.inside[end - 1, column]) * (1 - max(goes_on, 0.0))


def load_in_background() -> None:
    """Load spaCy, the network and the words while the first page is still being read; costs some four seconds once."""
    threading.Thread(target=lambda: pipeline()("我"), name="letter-tagger", daemon=True).start()


def pipeline() -> Any:
    """Return the spaCy pipeline: ``letter_forms`` marks what has a form, ``letter_tagger`` sets the entities.

    ``user_data`` holds ``rows`` (of `tagger_features`, may be missing) and, afterwards, ``tagged``. Who asks
    while another thread is loading waits for it.
    """
    with _LOADING:
        return _pipeline()


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    import spacy
    from spacy.language import Language

    network = load_network(WEIGHTS, "onnxruntime", 1)

    @Language.component("letter_forms")
    def letter_forms(doc: Any) -> Any:
        doc.user_data["forms"] = tuple(forms(doc.text))
        found = (doc.char_span(a, b, label=n, alignment_mode="expand") for n, a, b in doc.user_data["forms"])
        doc.spans["forms"] = [span for span in found if span is not None]
        return doc

    @Language.component("letter_tagger")
    def letter_tagger(doc: Any) -> Any:
        columns = features(doc.text, doc.user_data.get("rows", ()), doc.user_data["forms"])
        logits = network(columns[None])[0].astype(np.float64)
        tags, sections = _softmax(logits[:, : len(TAGS)]), _softmax(logits[:, len(TAGS) :])
        tagged = TaggedText(tags[:, 1::2], tags[:, 1::2] + tags[:, 2::2], sections)
        spans = (doc.char_span(t.start, t.end, label=t.label) for t in tagged.spans())
        doc.set_ents([span for span in spans if span is not None])
        doc.user_data["tagged"] = tagged
        return doc

    nlp = spacy.blank("zh")
    nlp.add_pipe("letter_forms")
    nlp.add_pipe("letter_tagger")
    return nlp


def _softmax(scores: Chances) -> Chances:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Chances = raised / raised.sum(axis=1, keepdims=True)
    return chances


def tag(letter: LetterText) -> TaggedText:
    """Return what the bundled network says of a letter; needs no network connection."""
    text = letter.text[:LONGEST]
    if not text:
        return TaggedText(np.zeros((0, len(LABELS))), np.zeros((0, len(LABELS))), np.zeros((0, len(SECTIONS))))
    nlp = pipeline()
    doc = nlp.make_doc(text)
    doc.user_data["rows"] = tuple(row for row in rows_of(letter) if row.end <= len(text))
    for _, component in nlp.pipeline:
        doc = component(doc)
    found: TaggedText = doc.user_data["tagged"]
    return found
