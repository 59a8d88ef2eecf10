"""Codes of provinces and prefectures that identity numbers and credit codes begin with.

Source: GB/T 2260 (codes of administrative divisions), its editions from 1982 on: numbers keep the code of the place and
time of first registration, so that divisions abolished since are valid too. Third and fourth digit by province; ranges
are written ``first-last``.
"""

from __future__ import annotations

from functools import lru_cache

_PREFECTURES = """
11 01-03 · 12 01-02 · 13 01-11 21-32 90 · 14 01-11 21-29 · 15 01-09 21-30 · 21 01-14 20-27 90 · 22 01-09 20-26 90 ·
23 01-12 20-28 90 · 31 01-02 · 32 01-13 19-32 90 · 33 01-11 19-30 90 · 34 01-18 20-30 90 · 35 01-09 20-28 90 ·
36 01-11 20-26 90 · 37 01-17 19-31 90 · 41 01-18 20-31 90 · 42 01-13 20-32 90 · 43 01-14 20-34 90 ·
44 01-20 20-30 51-53 90 · 45 01-14 20-28 90 · 46 00-04 90 · 50 00-03 · 51 01-25 27-38 90 · 52 01-07 20-31 90 ·
53 01-09 20-36 90 · 54 01-06 20-28 · 61 01-10 20-31 90 · 62 01-12 20-31 90 · 63 01-02 20-29 · 64 01-05 20-23 ·
65 01-05 20-33 40-44 90 · 71 00 · 81 00 · 82 00 · 83 00 · 91 00-99
"""


@lru_cache(maxsize=1)
def prefectures() -> frozenset[str]:
    """Return the four-digit codes of all prefectures, present and past."""
    codes: set[str] = set()
    for province, *parts in (entry.split() for entry in _PREFECTURES.split("·")):
        for part in parts:
            first, _, last = part.partition("-")
            codes.update(f"{province}{n:02d}" for n in range(int(first), int(last or first) + 1))
    return frozenset(codes)


def known_prefecture(code: str) -> bool:
    """Tell whether the first four digits of a code name a prefecture, present or past."""
    return code[:4] in prefectures()
