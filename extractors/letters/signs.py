"""Numbers of signs as the lexical encoder of the letters' tagger counts them.

The encoder (docs/models/letters.md) was trained by others on far more text than letters of complaint; it knows 8,223
signs. ``tagger_signs.json`` holds them in order, and the forms that count as one (full width, marks).
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

SIGN_COUNT = 8224
"""Signs with a number of their own, and one number, the last, for all others."""


def sign_numbers(text: str) -> NDArray[np.int64]:
    """Return the number of every character, 0 to `SIGN_COUNT` - 1; shape (characters,)."""
    numbers = _numbers()
    return np.fromiter((numbers.get(sign, SIGN_COUNT - 1) for sign in text), np.int64, len(text))


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    text = resources.files("extractors.letters").joinpath("tagger_signs.json").read_text(encoding="utf-8")
    told = json.loads(text)
    numbers = {sign: number for number, sign in enumerate(told["signs"])}
    return numbers | {other: numbers[sign] for other, sign in told["same"].items()}
