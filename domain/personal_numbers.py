"""Numbers and addresses of mail that give themselves away by their form, wherever they stand in running text. Pure.

An ID number has a check character, a bank card a check digit (Luhn), a mobile number its ranges. So letters, units and
line ends around or inside them do not hide them, as they would hide any other long number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.checks import bank_card_number, id_number_check_digit, id_number_form
from domain.normal import find_id_numbers

_BREAK = r"(?:[ \t]*\r?\n[ \t]*)?"
"""A line end: the one thing that may stand between any two digits."""
_GROUP = r"[\s\-.·—_]{0,3}"
"""What people put between groups of digits."""


def _run(count: int) -> str:
    return _BREAK.join([r"\d"] * count)


_MOBILE = re.compile(
    rf"(?<!\d)(?<!\d[.\-])1{_BREAK}[3-9]{_BREAK}\d(?:{_BREAK}{_run(8)}|{_GROUP}{_run(4)}{_GROUP}{_run(4)})(?!\d)(?!\.\d)"
)
_CARD = re.compile(rf"(?<!\d)(?:(?:\d{_BREAK}){{15,18}}\d|\d{{4}}(?:{_GROUP}\d{{4}}){{3}}(?:{_GROUP}\d{{1,3}})?)(?!\d)")
_ID = re.compile(
    rf"(?<!\d)(?:\d{_BREAK}){{17}}[\dXxＸｘ×]|(?<!\d)\d{{6}}{_GROUP}\d{{4}}{_GROUP}\d{{4}}{_GROUP}\d{{3}}[\dXxＸｘ×]"
)
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]*\s?[@＠]\s?[A-Za-z0-9][A-Za-z0-9.\-]*")
_TAIL_X = str.maketrans("xＸｘ×", "XXXX")

Span = tuple[int, int]
"""Characters start..end of a text, 0-based, end exclusive."""


def number_spans(text: str) -> Iterator[Span]:
    """Yield where mobile numbers, ID numbers with a right check character and cards with a right check digit stand."""
    yield from (found.span() for found in _MOBILE.finditer(text))
    for found in _ID.finditer(text):
        if _is_id_number(_digits(found.group())):
            yield found.span()
    for spot in find_id_numbers(text):
        if _is_id_number(spot.value):
            yield spot.start, spot.end
    for found in _CARD.finditer(text):
        if bank_card_number(_digits(found.group())).passed:
            yield found.span()


def email_spans(text: str) -> Iterator[Span]:
    """Yield where addresses of mail stand, spaces around the sign and its wide form included."""
    yield from (found.span() for found in _EMAIL.finditer(text))


def _is_id_number(number: str) -> bool:
    return bool(id_number_form(number).passed and id_number_check_digit(number).passed)


def _digits(text: str) -> str:
    """Return digits (of any script, as 0 to 9) and the last X of ``text``."""
    plain = text.translate(_TAIL_X)
    return "".join(c if c == "X" else str(int(c)) for c in plain if c.isdecimal() or c == "X")
