"""Train the tagger of letters: spaCy, one token per character, hash embeddings, a small network.

Usage: python -m training.train_ner [--letters 700] [--epochs 10]

A few minutes of one processor core. Needs no network and no model made by others.
"""

import argparse
import json
import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from spacy.training import Example, offsets_to_biluo_tags
from spacy.util import minibatch

from training.letter_texts import Span, make_text

OUT = Path("extractors/letters/tagger")
CONFIG: dict[str, Any] = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "state_type": "ner",
    "extra_state_tokens": False,
    "hidden_width": 48,
    "maxout_pieces": 2,
    "use_upper": True,
    "nO": None,
    "tok2vec": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 48,
            "attrs": ["NORM", "SHAPE"],
            "rows": [4000, 200],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": 48,
            "window_size": 2,
            "maxout_pieces": 2,
            "depth": 4,
        },
    },
}


def examples(nlp: Any, count: int, seed: int, *, test: bool) -> list[Example]:
    """Make letters with their spans as spaCy examples; a span that is cut by noise is left out."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        text, spans = make_text(rng, test=test)
        doc = nlp.make_doc(text)
        whole = [s for s in spans if s[0] < s[1] and "-" not in offsets_to_biluo_tags(doc, [s])]
        made.append(Example.from_dict(doc, {"entities": whole}))
    return made


def train(letters: int, epochs: int, seed: int = 7) -> None:
    """Train and write the pipeline after every epoch, each with the averaged weights."""
    spacy.util.fix_random_seed(seed)
    nlp = spacy.blank("zh")
    nlp.add_pipe("ner", config={"model": CONFIG})
    data = examples(nlp, letters, seed, test=False)
    optimiser = nlp.initialize(lambda: data[:300])
    optimiser.learn_rate = 0.003
    for epoch in range(epochs):
        random.shuffle(data)
        losses: dict[str, float] = {}
        for batch in minibatch(data, size=8):
            nlp.update(batch, sgd=optimiser, drop=0.1, losses=losses)
        optimiser.learn_rate *= 0.85
        print(epoch, round(losses["ner"], 1), flush=True)
        with nlp.use_params(optimiser.averages):
            nlp.to_disk(OUT.with_suffix(".new"))


def spans_of(doc: Any) -> list[Span]:
    """Return the tagged spans of a document."""
    return [(e.start_char, e.end_char, e.label_) for e in doc.ents]


def table(per_type: dict[str, dict[str, float]]) -> list[str]:
    """Return precision, recall and F1 by label as Markdown."""
    rows = ["| label | precision | recall | F1 |", "|---|---|---|---|"]
    rows += [f"| {k} | {v['p']:.3f} | {v['r']:.3f} | {v['f']:.3f} |" for k, v in sorted(per_type.items())]
    return rows


def size_of(folder: Path) -> int:
    """Return the size of a folder in bytes."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def install(folder: Path) -> None:
    """Put a freshly written pipeline in the place of the old one."""
    shutil.rmtree(OUT, ignore_errors=True)
    folder.rename(OUT)


def main(arguments: Iterable[str] | None = None) -> int:
    """Train, install, and print the figures on letters of the test part."""
    parser = argparse.ArgumentParser(prog="python -m training.train_ner", description=__doc__)
    parser.add_argument("--letters", type=int, default=700)
    parser.add_argument("--epochs", type=int, default=10)
    given = parser.parse_args(None if arguments is None else list(arguments))
    train(given.letters, given.epochs)
    install(OUT.with_suffix(".new"))
    nlp = spacy.load(OUT)
    scores = nlp.evaluate(examples(nlp, 400, 99, test=True))
    print("\n".join(table(scores["ents_per_type"])))
    print(json.dumps({"f1": scores["ents_f"], "bytes": size_of(OUT)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
