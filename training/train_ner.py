"""Train the tagger of letters: spaCy, one token per character, hash embeddings, a small network.

Usage: python -m training.train_ner [--letters 500] [--epochs 10]

Every character gets a tag: B-STAFF begins a member of staff, I-STAFF goes on, O is nothing. A few minutes of one
processor core; needs no network and no model made by others.
"""

import argparse
import json
import random
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from spacy.training import Example
from spacy.util import minibatch

from extractors.letters.tagger import MODEL, LetterTagger
from training.letter_texts import Span, make_text

NETWORK: dict[str, Any] = {
    "@architectures": "spacy.Tagger.v2",
    "nO": None,
    "normalize": False,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 48,
            "attrs": ["NORM"],
            "rows": [4000],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": 48,
            "window_size": 2,
            "maxout_pieces": 2,
            "depth": 5,
        },
    },
}


def tags_of(doc: Any, spans: list[Span]) -> list[str]:
    """Return the tag of every token of a document."""
    tags = ["O"] * len(doc)
    for start, end, label in spans:
        inside = [t.i for t in doc if start <= t.idx < end]
        for position, token in enumerate(inside):
            tags[token] = f"{'I' if position else 'B'}-{label}"
    return tags


def examples(nlp: Any, count: int, seed: int, *, test: bool) -> list[Example]:
    """Make letters with the tags of their characters as spaCy examples."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        text, spans = make_text(rng, test=test)
        doc = nlp.make_doc(text)
        made.append(Example.from_dict(doc, {"tags": tags_of(doc, spans)}))
    return made


def train(letters: int, epochs: int, seed: int = 7) -> None:
    """Train and write the pipeline after every epoch, each with the averaged weights."""
    spacy.util.fix_random_seed(seed)
    nlp = spacy.blank("zh")
    nlp.add_pipe("tagger", config={"model": NETWORK})
    data = examples(nlp, letters, seed, test=False)
    optimiser = nlp.initialize(lambda: data)
    optimiser.learn_rate = 0.003
    for epoch in range(epochs):
        random.shuffle(data)
        losses: dict[str, float] = {}
        for batch in minibatch(data, size=3):
            nlp.update(batch, sgd=optimiser, drop=0.1, losses=losses)
        optimiser.learn_rate *= 0.85
        print(f"epoch {epoch}: loss {losses['tagger']:.0f}, {time.process_time():.0f} s of processor time", flush=True)
        with nlp.use_params(optimiser.averages):
            nlp.to_disk(MODEL.with_suffix(".new"), exclude=["vectors"])


def measure(count: int, seed: int = 99) -> dict[str, tuple[float, float, int]]:
    """Return precision, recall and number of spans by label on letters of the test part."""
    tagger, rng = LetterTagger(MODEL), random.Random(seed)
    right: dict[str, list[int]] = {}
    for _ in range(count):
        text, spans = make_text(rng, test=True)
        found = {(t.start, t.end, t.label) for t in tagger.spans(text)}
        for label in {s[2] for s in spans} | {f[2] for f in found}:
            ours, theirs = {f for f in found if f[2] == label}, {s for s in spans if s[2] == label}
            counts = right.setdefault(label, [0, 0, 0])
            for i, n in enumerate((len(ours & theirs), len(ours), len(theirs))):
                counts[i] += n
    return {k: (r / max(o, 1), r / max(t, 1), t) for k, (r, o, t) in sorted(right.items())}


def size_of(folder: Path) -> int:
    """Return the size of a folder in bytes."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def main(arguments: Iterable[str] | None = None) -> int:
    """Train, put the new pipeline in the place of the old one, print its figures on the test part."""
    parser = argparse.ArgumentParser(prog="python -m training.train_ner", description=__doc__)
    parser.add_argument("--letters", type=int, default=500)
    parser.add_argument("--epochs", type=int, default=10)
    given = parser.parse_args(None if arguments is None else list(arguments))
    train(given.letters, given.epochs)
    shutil.rmtree(MODEL, ignore_errors=True)
    MODEL.with_suffix(".new").rename(MODEL)
    print("| label | precision | recall | spans |\n|---|---|---|---|")
    for label, (precision, recall, spans) in measure(300).items():
        print(f"| {label} | {precision:.3f} | {recall:.3f} | {spans} |")
    print(json.dumps({"bytes": size_of(MODEL)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
