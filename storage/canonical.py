"""Canonical JSON after RFC 8785 (JCS): one value has exactly one byte string, so its hash can be proven later.

Keys are sorted by UTF-16 code units, there is no white space, text is UTF-8, numbers are written as ECMAScript does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

MAX_SAFE_INTEGER = 2**53 - 1
"""Largest integer that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3)."""


def canonical_json(value: object) -> bytes:
    """Return ``value`` (None, bool, int, float, str, mappings with text keys, sequences) as canonical JSON.

    Raises:
        ValueError: a number is not finite or not exactly representable, or a text has a lone surrogate.
        TypeError: a value has no JSON form.
    """
    pieces: list[str] = []
    _write(value, pieces)
    return "".join(pieces).encode("utf-8")


def _write(value: object, out: list[str]) -> None:
    if value is None or isinstance(value, bool):
        out.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        out.append(json.dumps(value, ensure_ascii=False))
    elif isinstance(value, int):
        out.append(_integer(value))
    elif isinstance(value, float):
        out.append(_number(value))
    elif isinstance(value, Mapping):
        _write_object(value, out)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        _write_array(value, out)
    else:
        raise TypeError(f"no JSON form: expected None, bool, number, text, mapping or sequence, got {type(value)}")


def _write_object(value: Mapping[object, object], out: list[str]) -> None:
    keys = [_text_key(key) for key in value]
    out.append("{")
    for index, key in enumerate(sorted(keys, key=lambda k: k.encode("utf-16-be"))):
        out.append("," if index else "")
        out.append(json.dumps(key, ensure_ascii=False) + ":")
        _write(value[key], out)
    out.append("}")


def _text_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"no JSON form: expected a text key, got {key!r}")
    return key


def _write_array(value: Sequence[object], out: list[str]) -> None:
    out.append("[")
    for index, item in enumerate(value):
        out.append("," if index else "")
        _write(item, out)
    out.append("]")


def _integer(value: int) -> str:
    if abs(value) > MAX_SAFE_INTEGER:
        raise ValueError(f"integer is not exact in JSON: expected at most {MAX_SAFE_INTEGER}, got {value}")
    return str(int(value))


def _number(value: float) -> str:
    """Write a double as ECMAScript's Number::toString (ECMA-262, section 6.1.6.1.20) does."""
    if not math.isfinite(value):
        raise ValueError(f"number has no JSON form: {value}")
    if value == 0:
        return "0"  # also for -0.0
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # point: position of the decimal point relative to the first significant digit
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return sign + _place_point(digits.rstrip("0"), point)


def _place_point(digits: str, point: int) -> str:
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
