"""Code 128, set B (ISO/IEC 15417): characters to widths of bars and spaces."""

from __future__ import annotations

# Widths of bar, space, bar, space, bar, space for the values 0 to 105; each sums to 11 modules.
_TABLE = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
114311 411113 411311 113141 114131 311141 411131 211412 211214 211232
"""
_WIDTHS = tuple(_TABLE.split())
_START_B = 104
_STOP = "2331112"
QUIET = 10
"""Modules of white that a reader needs on either side."""


def code128_widths(text: str) -> tuple[int, ...]:
    """Return the widths in modules, bar first, of start, ``text``, check and stop.

    Args:
        text: printable ASCII, space to ``~``.

    Raises:
        ValueError: a character is not in set B.
    """
    if any(not " " <= character <= "~" for character in text):
        raise ValueError(f"Code 128 set B holds printable ASCII only: {text!r}")
    values = [_START_B, *(ord(character) - 32 for character in text)]
    check = (_START_B + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    patterns = [*(_WIDTHS[value] for value in (*values, check)), _STOP]
    return tuple(int(width) for pattern in patterns for width in pattern)


def code128_bars(text: str) -> tuple[tuple[int, int], ...]:
    """Return every bar as (start, width) in modules, the quiet zone before the first one included."""
    bars = []
    at = QUIET
    for position, width in enumerate(code128_widths(text)):
        if position % 2 == 0:
            bars.append((at, width))
        at += width
    return tuple(bars)


def code128_modules(text: str) -> int:
    """Return the whole width in modules, both quiet zones included."""
    return sum(code128_widths(text)) + 2 * QUIET
