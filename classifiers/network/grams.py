"""A linear model on character n-grams (``grams.npz``), beside the network: signals by sentence, natures, categories.

Signs, pairs, triples and fours are hashed into buckets and weighed by their rarity; every label has one weight a
bucket. Made by ``training/train_grams.py`` (docs/models/judging.md).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("grams.npz")
BUCKETS = 2**17
LONGEST = 4
"""Signs of the longest n-gram."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Grams:
    """A text in buckets.

    Attributes:
        buckets: that its n-grams fall into, each once.
        counts: 1 + ln of how often, same shape.
    """

    buckets: NDArray[np.int64]
    counts: Floats


def grams_of(text: str) -> Grams:
    """Return the n-grams of a folded text; all figures count as one."""
    plain = re.sub(r"\d", "0", re.sub(r"\s", "", text))
    found = Counter(
        zlib.crc32(plain[i : i + size].encode()) % BUCKETS
        for size in range(1, LONGEST + 1)
        for i in range(len(plain) - size + 1)
    )
    counts = 1 + np.log(np.fromiter(found.values(), np.float32, len(found)))
    return Grams(np.fromiter(found.keys(), np.int64, len(found)), counts.astype(np.float32))


@dataclass(frozen=True)
class Model:
    """Weights of one group of labels.

    Attributes:
        rarity: of every bucket (inverse document frequency), shape (buckets,).
        weights: in steps, shape (labels, buckets).
        steps: of each label, shape (labels,).
        offsets: shape (labels,).
    """

    rarity: Floats
    weights: NDArray[np.int8]
    steps: Floats
    offsets: Floats

    def logits(self, text: str) -> Floats:
        """Return the logit of every label, shape (labels,)."""
        read = grams_of(text)
        values = read.counts * self.rarity[read.buckets]
        length = float(np.linalg.norm(values)) or 1.0
        return (self.weights[:, read.buckets] @ (values / length)) * self.steps + self.offsets


@lru_cache(maxsize=1)
def models() -> dict[str, Model]:
    """Return the models of ``sentences`` (signals) and ``papers`` (natures, then categories)."""
    with np.load(WEIGHTS) as told:
        parts = ("rarity", "weights", "steps", "offsets")
        return {name: Model(*(told[f"{name}_{part}"] for part in parts)) for name in ("sentences", "papers")}
