"""Words of a sentence in numbers: jieba's words, those that the network has vectors for (``words.txt``)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WORDS = Path(__file__).with_name("words.txt")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    # 0 stands for every word without a vector.
    return {word: number for number, word in enumerate(WORDS.read_text("utf-8").splitlines(), 1)}


def cut(text: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a text, in lower case, with their length in signs."""
    import jieba

    jieba.setLogLevel(60)
    for word in jieba.cut(text):
        yield word.lower(), len(word)


def word_numbers(text: str) -> NDArray[np.int64]:
    """Return for every sign the number of its word, 0 without a vector; shape (signs,)."""
    known = _numbers()
    out = np.zeros(len(text), np.int64)
    place = 0
    for word, length in cut(text):
        number = known.get(word, 0)
        if not number and length > 2:
            # 柜台人员: its parts say as much as the whole
            for size in (3, 2):
                part = known.get(word[:size], 0)
                if part:
                    out[place : place + size] = part
                    out[place + size : place + length] = known.get(word[size:], 0)
                    break
        else:
            out[place : place + length] = number
        place += length
    return out
