"""Count which signs follow one another in letters (``extractors/reading/weights/language.npz``).

    python -m training.train_language

Sources: the letters written for training, composed letters, the labels of the forms, and the words of jieba's
dictionary by how common they are. No held-out text. Seconds of one processor core.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import yaml

from benchmarks.held_out.markup import plain
from extractors.reading.language import (
    BITS_PAIRS,
    BITS_TRIPLES,
    EDGE,
    TABLES,
    WEIGHTS,
    code,
    counted,
    pair_slot,
    triple_slot,
)
from training.letter_pages import training_texts
from training.letter_texts import make_text

_LINE_SIGN = re.compile(r"^(?:[FRE]: |[#><=-] )")
_COMPOSED, _OF_WRITTEN, _OF_COMPOSED, _OF_LABELS, _OF_WORDS = 1500, 3.0, 0.3, 3.0, 0.02
_MOST = 3000
"""Words more common than this count as this common: texts of other trades would outweigh letters."""


def texts() -> Iterator[tuple[str, float, bool]]:
    """Yield texts with their weight and whether they are whole lines."""
    for text in training_texts():
        for line in plain(text["text"]).splitlines():
            yield re.sub(r"\s", "", _LINE_SIGN.sub("", line)), _OF_WRITTEN, True
    rng = Random(1)
    for _ in range(_COMPOSED):
        for line in make_text(rng)[0].splitlines():
            yield re.sub(r"\s", "", line), _OF_COMPOSED, True
    for path in sorted(Path("policies").rglob("*.yaml")):
        for label in re.findall(
            r"[一-鿿（）]{3,}", yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")), allow_unicode=True)
        ):
            yield label, _OF_LABELS, True
    yield from _words()


def _words() -> Iterator[tuple[str, float, bool]]:
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise SystemExit("jieba is not installed: run `make setup`")
    for line in Path(spec.origin).with_name("dict.txt").read_text("utf-8").splitlines():
        word, count, _ = line.split(" ")
        yield word, min(int(count), _MOST) * _OF_WORDS, False


def main() -> int:
    """Count and write the tables."""
    ones = np.zeros(1 << 16)
    pairs, triples = np.zeros(1 << BITS_PAIRS), np.zeros(1 << BITS_TRIPLES)
    after_one, after_pair = np.zeros(1 << 16), np.zeros(1 << BITS_PAIRS)
    for text, weight, whole in texts():
        signs = f"{EDGE}{EDGE}{text}" if whole else text
        for i, sign in enumerate(signs):
            ones[code(sign)] += weight
            if i:
                pairs[pair_slot(signs[i - 1], sign)] += weight
                after_one[code(signs[i - 1])] += weight
            if i > 1:
                triples[triple_slot(signs[i - 2], signs[i - 1], sign)] += weight
                after_pair[pair_slot(signs[i - 2], signs[i - 1])] += weight
    tables = (ones, pairs, triples, after_one, after_pair)
    np.savez_compressed(WEIGHTS, **{name: counted(table) for name, table in zip(TABLES, tables, strict=True)})
    used = [float((table > 0).mean()) for table in (pairs, triples)]
    print(f"{WEIGHTS.stat().st_size} bytes; slots used: pairs {used[0]:.2f}, triples {used[1]:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
