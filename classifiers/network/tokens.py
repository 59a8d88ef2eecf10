"""Texts to numbers through ``tokenizer.json`` files, as the transformers library writes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Tokens:
    """A text in numbers.

    Attributes:
        numbers: of the tokens, shape (tokens,).
        spans: start and end (0-based, end exclusive) of every token in the text; (0, 0) for tokens without signs.
    """

    numbers: NDArray[np.int64]
    spans: tuple[tuple[int, int], ...]


@lru_cache(maxsize=4)
def _tokenizer(path: Path):  # type: ignore[no-untyped-def]  # the library has no types
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(path))


def tokens(path: Path, text: str, longest: int | None = None) -> Tokens:
    """Return ``text`` as the tokenizer at ``path`` cuts it, at most ``longest`` tokens."""
    encoded = _tokenizer(path).encode(text)
    numbers = np.asarray(encoded.ids, np.int64)[:longest]
    return Tokens(numbers, tuple(encoded.offsets[: len(numbers)]))
