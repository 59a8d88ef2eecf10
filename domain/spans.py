"""Values found inside running text, and the signs that scanning confuses."""

from __future__ import annotations

from dataclasses import dataclass

_WIDE = {i: i - 0xFEE0 for i in range(0xFF01, 0xFF5F)}
_WIDE |= {0x3000: 0x20, 0x00A0: 0x20, ord("￥"): ord("¥"), ord("—"): ord("-"), ord("–"): ord("-"), ord("−"): ord("-")}

# What recognisers give for a digit; used only where a number must stand, and always flagged.
DIGIT_LOOKALIKES = {"O": "0", "o": "0", "Q": "0", "D": "0", "〇": "0", "○": "0", "l": "1", "I": "1", "i": "1", "|": "1"}
DIGIT_LOOKALIKES |= {"丨": "1", "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8"}


@dataclass(frozen=True)
class Span:
    """A value inside a text.

    Attributes:
        start: 0-based offset of its first character.
        end: offset after its last character.
        value: the normal form.
        exact: False when the words say about, more than, a range, or when a sign had to be guessed.
    """

    start: int
    end: int
    value: str
    exact: bool = True


def to_half_width(text: str) -> str:
    """Turn full-width letters, digits and signs into ASCII, one for one, so that offsets stay."""
    return text.translate(_WIDE)


def mend_digits(text: str) -> str:
    """Replace letters that look like digits by those digits, one for one."""
    return "".join(DIGIT_LOOKALIKES.get(c, c) for c in text)
