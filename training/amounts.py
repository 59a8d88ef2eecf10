"""Sums of money in the notations that people write."""

from decimal import Decimal
from random import Random

SMALL = "零一二三四五六七八九"
CAPITAL = "零壹贰叁肆伍陆柒捌玖"
SMALL_UNITS = ("", "十", "百", "千")
CAPITAL_UNITS = ("", "拾", "佰", "仟")


def plain(amount: Decimal) -> str:
    """Return the normal form: yuan, plain decimal, no trailing zeros after the point."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words(amount: Decimal, *, capital: bool) -> str:
    """Spell an amount below 10^12 yuan, 二十八万六千元 or 贰拾捌万陆仟元整."""
    signs, units = (CAPITAL, CAPITAL_UNITS) if capital else (SMALL, SMALL_UNITS)
    whole = int(amount)
    cents = int((amount - whole) * 100)
    words = _spell(whole, signs, units)
    if not capital and words.startswith("一十"):
        words = words[1:]
    tail = "元" if not cents else "元" + _spell_cents(cents, signs)
    return words + tail + ("整" if capital and not cents else "")


def _spell_cents(cents: int, signs: str) -> str:
    tenths = f"{signs[cents // 10]}角" if cents >= 10 else signs[0]
    return tenths + (f"{signs[cents % 10]}分" if cents % 10 else "")


def _spell(whole: int, signs: str, units: tuple[str, ...]) -> str:
    groups: list[str] = []
    need_zero = False
    for index, big in enumerate(("", "万", "亿")):
        part = whole // 10000**index % 10000
        if part:
            text = _spell_group(part, signs, units) + big
            groups.append(text + (signs[0] if need_zero else ""))
            need_zero = part < 1000
        elif groups:
            need_zero = True
    return "".join(reversed(groups)) or signs[0]


def _spell_group(part: int, signs: str, units: tuple[str, ...]) -> str:
    text, zero = "", False
    for position in (3, 2, 1, 0):
        digit = part // 10**position % 10
        if digit:
            text += (signs[0] if zero else "") + signs[digit] + units[position]
            zero = False
        elif text:
            zero = True
    return text


def pick(rng: Random, low: int, high: int) -> Decimal:
    """Pick an amount between low and high yuan: round, to the yuan, or to the fen."""
    value = rng.randrange(low, high)
    style = rng.random()
    if style < 0.5:
        return Decimal(max(value // 1000 * 1000, 1000))
    if style < 0.8:
        return Decimal(value)
    return Decimal(value) + Decimal(rng.randrange(1, 100)) / 100


def write(rng: Random, amount: Decimal) -> str:
    """Write an amount in one of the notations that can express it exactly."""
    forms = [
        f"{plain(amount)}元",
        f"{amount:,.2f}元",
        f"人民币{plain(amount)}元",
        f"￥{amount:,.2f}",
        f"¥{amount:.2f}元",
        f"RMB {amount:,.2f}元",
    ]
    if amount == int(amount):
        forms += [
            f"{int(amount):,}元",
            f"人民币{in_words(amount, capital=True)}",
            f"{in_words(amount, capital=True)}（¥{amount:.2f}）",
        ]
        if amount % 1000 == 0:
            forms += [
                in_words(amount, capital=False),
                f"{plain(amount / 10000)}万元",
                f"人民币{plain(amount / 10000)}万元",
                f"{plain(amount / 10000)}万元",
            ]
    else:
        forms.append(f"人民币{in_words(amount, capital=True)}")
    return rng.choice(forms)
