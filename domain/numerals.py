"""Chinese numerals, small and capital, also mixed with figures (二十八万六千, 贰拾捌万陆仟伍佰, 28万6千)."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {
    c: i
    for i, group in enumerate(
        ("零〇○", "一壹弌", "二贰貳两兩弍", "三叁參参弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for c in group
}
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NO_UNIT = 10**9
_BIG_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}

DIGIT_CHARACTERS = "".join(_DIGITS)
UNIT_CHARACTERS = "".join((*_SMALL_UNITS, *_BIG_UNITS))
_CAPITALS = frozenset("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬")

_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_TOKEN = re.compile(rf"\d+(?:\.\d+)?|[{DIGIT_CHARACTERS}]|[{UNIT_CHARACTERS}]")


def digit_value(character: str) -> int | None:
    """Return 0 to 9 for one digit sign (ASCII or Chinese), ``None`` for anything else."""
    if "0" <= character <= "9" and len(character) == 1:
        return int(character)
    return _DIGITS.get(character)


def digits_in_order(text: str) -> str | None:
    """Return signs read one by one as ASCII digits (二〇二六 → ``2026``), ``None`` when one is no digit."""
    values = [digit_value(c) for c in text]
    return None if not values or None in values else "".join(str(v) for v in values)


def is_capital(text: str) -> bool:
    """Tell whether ``text`` is written in the capital numerals of cheques (大写)."""
    return any(c in _CAPITALS for c in text)


def parse_number(text: str) -> Decimal | None:
    """Read a whole number, or figures with a decimal point and a unit (48.32万).

    Commas and spaces must be gone. A last digit right after a unit counts one place below it, as people speak
    (三万五 is 35000, 一百二 is 120). Returns ``None`` when the signs stand in no sensible order.
    """
    tokens = _TOKEN.findall(text)
    if not text or "".join(tokens) != text:
        return None
    if len(tokens) > 1 and all(t in _DIGITS for t in tokens):
        return None
    total, section = Decimal(0), text
    ceiling: int | None = None
    for unit_signs in (("亿", "億"), ("万", "萬")):
        head, found, tail = _split_last(section, unit_signs)
        if not found:
            continue
        value = _parse_head(head, unit_signs[0])
        if value is None:
            return None
        unit = _BIG_UNITS[unit_signs[0]]
        total, section, ceiling = total + value * unit, tail, unit
    rest = _parse_section(section, ceiling)
    return None if rest is None else total + rest


def _split_last(text: str, signs: tuple[str, ...]) -> tuple[str, bool, str]:
    place = max(text.rfind(s) for s in signs)
    return (text, False, "") if place < 0 else (text[:place], True, text[place + 1 :])


def _parse_head(head: str, unit: str) -> Decimal | None:
    """Read what stands before 万 or 亿: 一千二百 before 亿 may itself hold 万, before 万 it may not."""
    if not head or any(s in head for s in ("亿", "億")):
        return None
    if "万" in head or "萬" in head:
        return parse_number(head) if unit == "亿" else None
    return _parse_section(head, None)


def _parse_section(text: str, ceiling: int | None) -> Decimal | None:
    """Read a number without 万 and 亿.

    Args:
        text: the signs, may be empty.
        ceiling: the big unit just before, which a lone last digit hangs on (三万五).
    """
    if not text:
        return Decimal(0)
    if _FIGURES.fullmatch(text):
        return _hanging_or_plain(Decimal(text), text, ceiling)
    total, last_unit, pending, after_zero = Decimal(0), _NO_UNIT, None, False
    for token in _TOKEN.findall(text):
        if token in _SMALL_UNITS:
            unit = _SMALL_UNITS[token]
            if unit >= last_unit or (pending is None and unit != 10):
                return None
            total += (Decimal(1) if pending is None else pending) * unit
            last_unit, pending, after_zero = unit, None, False
        elif _DIGITS.get(token) == 0:
            if pending is not None:
                return None
            after_zero = True
        elif pending is not None:
            return None
        else:
            pending = Decimal(_DIGITS[token]) if token in _DIGITS else Decimal(token)
    if pending is None:
        return total
    return _add_last(total, pending, last_unit, after_zero, ceiling)


def _add_last(total: Decimal, digit: Decimal, last_unit: int, after_zero: bool, ceiling: int | None) -> Decimal:
    if after_zero or digit >= 10:
        return total + digit
    if last_unit == _NO_UNIT:
        return total + digit * (1 if ceiling is None else ceiling // 10)
    return total + digit * (last_unit // 10)


def _hanging_or_plain(value: Decimal, text: str, ceiling: int | None) -> Decimal | None:
    if ceiling is not None and len(text) == 1:
        return value * (ceiling // 10)
    return value if ceiling is None or value < ceiling else None
