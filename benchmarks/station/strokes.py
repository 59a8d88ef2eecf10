"""The shortest way by keys from what stands in a box to what should stand there."""

from __future__ import annotations

from dataclasses import dataclass

IME_STROKES = 3
"""Key strokes for one Chinese character with an input method (pinyin and the choice)."""


@dataclass(frozen=True)
class Way:
    """Keys to press in a box.

    Attributes:
        keys: names of keys for the browser.
        typed: text inserted after them.
    """

    keys: tuple[str, ...]
    typed: str = ""

    @property
    def strokes(self) -> int:
        """Return how often a key goes down; keys held for another (Alt) do not count."""
        return len(self.keys) + text_strokes(self.typed)


def text_strokes(text: str) -> int:
    """Return the key strokes of typing ``text``."""
    return sum(1 if c.isascii() else IME_STROKES for c in text)


def edit(shown: str, wanted: str) -> Way:
    """Return the shorter of typing anew and of mending the part that differs."""
    anew = Way(("Control+a",), wanted)
    head = _shared(shown, wanted)
    tail = _shared(shown[head:][::-1], wanted[head:][::-1])
    wrong, right = len(shown) - head - tail, wanted[head : len(wanted) - tail]
    from_front = Way(("Home", *("ArrowRight",) * head, *("Delete",) * wrong), right)
    from_back = Way(("End", *("ArrowLeft",) * tail, *("Backspace",) * wrong), right)
    return min((anew, from_front, from_back), key=lambda way: way.strokes)


def pick(shown: str, wanted: str, doubts: list[tuple[int, list[str]]]) -> Way | None:
    """Return the keys that pick alternatives so that ``wanted`` stands in the box, ``None`` when they do not do.

    Args:
        shown: what stands there, the cursor on the first doubt.
        wanted: what should.
        doubts: offset and alternatives of each doubtful character, in order.
    """
    if len(shown) != len(wanted):
        return None
    keys: list[str] = []
    mended = shown
    for at, alternatives in doubts:
        if mended[at] == wanted[at]:
            keys.append("F2")
        elif wanted[at] in alternatives[:9]:
            keys.append(f"Alt+{alternatives.index(wanted[at]) + 1}")
            mended = mended[:at] + wanted[at] + mended[at + 1 :]
        else:
            return None
        if mended == wanted:
            return Way(tuple(keys))
    return None


def _shared(left: str, right: str) -> int:
    """Return the length of what both begin with."""
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
