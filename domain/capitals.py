"""Sums in the capital numerals of cheques (大写), after the rules for filling in bills (支付结算办法, appendix 1)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_MOST = Decimal(10) ** 12


def to_capitals(yuan: str) -> str | None:
    """Return a sum in capital numerals: ``483200`` is 肆拾捌万叁仟贰佰元整.

    Args:
        yuan: decimal string in yuan, at most two decimals.

    Returns:
        ``None`` for what is no sum of money below a million million.
    """
    try:
        amount = Decimal(yuan)
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount < _MOST or amount != round(amount, 2):
        return None
    whole, cents = divmod(int(amount * 100), 100)
    if not whole and not cents:
        return "零元整"
    return _whole(whole) + _small(whole, cents)


def _whole(number: int) -> str:
    if not number:
        return ""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    for place in reversed(range(len(groups))):
        group = groups[place]
        if group:
            # a zero stands where places are skipped: 壹万零伍拾, 壹亿零壹佰万
            skipped = words and (group < 1000 or not groups[place + 1])
            words += ("零" if skipped else "") + _group(group) + _GROUPS[place]
    return words + "元"


def _group(number: int) -> str:
    """Return 1 to 9999 in words."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[place]
        gap = not digit
    return words


def _small(whole: int, cents: int) -> str:
    jiao, fen = divmod(cents, 10)
    if not cents:
        return "整"
    gap = "零" if whole and not jiao else ""
    return gap + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[fen]}分" if fen else "整")
