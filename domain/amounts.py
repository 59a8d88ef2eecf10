"""Sums of money in yuan, in every notation that letters and forms use."""

from __future__ import annotations

import re
from decimal import Decimal

from domain.evidence import Check
from domain.numerals import DIGIT_CHARACTERS, UNIT_CHARACTERS, is_capital, parse_number
from domain.spans import Span, mend_digits, to_half_width

_SIGNS = rf"0-9{DIGIT_CHARACTERS}{UNIT_CHARACTERS}"
_CURRENCY_BEFORE = r"(?:人民币|RMB|CNY|¥|(?<![A-Za-z0-9])Y(?=\d))"
_YUAN = r"(?:元|圆|圓|块钱|块|人民币)"
_VAGUE_INSIDE = "余多几來来"
_NUMBER = rf"[{_SIGNS}](?:[{_SIGNS}{_VAGUE_INSIDE}]|[,.](?=\s?\d)|(?<=[,.])\s(?=\d)|\s(?=[{UNIT_CHARACTERS}]))*"
_AMOUNT = re.compile(
    rf"(?P<before>{_CURRENCY_BEFORE}\s*[:：]?\s*)?(?P<number>{_NUMBER})\s*(?P<yuan>{_YUAN})?"
    rf"(?P<jiao>(?<=[元圆圓])\s*[{_SIGNS}]\s*角)?(?P<fen>(?:(?<=角)\s*|(?<=[元圆圓])\s*零)[{_SIGNS}]\s*分)?(?P<whole>[整正])?",
    re.IGNORECASE,
)
# A bare 30万 is money unless a thing is counted or another currency named.
_COUNTED = "吨股份人次条字公里手桶升平米户家个张件名位套台辆多美港欧日英镑余亩斤只元"
_FOREIGN = re.compile(r"\s*(?:美元|美金|港元|港币|欧元|日元|英镑|USD|HKD|USDT)", re.IGNORECASE)
_FOREIGN_BEFORE = re.compile(r"(?:美元|美金|港币|港元|欧元|US\$|HK\$|USD|HKD)\s*$", re.IGNORECASE)
_VAGUE_BEFORE = re.compile(
    r"(?:约|大约|近|将近|超过|逾|至少|不少于|不低于|差不多|高达约|多达约)(?:为|合)?(?:人民币)?\s*[¥]?\s*$"
)
_VAGUE_AFTER = re.compile(r"\s*(?:左右|上下|以上|以下|以内|多元|余元)")
_RANGE_BEFORE = re.compile(r"[\d元万]\s*(?:-|~|至|到)\s*$")
_SPLIT_DIGITS = re.compile(r"\d\s$")
# A gap where a sign may have been lost (¥39 8,325): the figures before it are perhaps not the whole sum.
_GOES_ON = re.compile(r"\s?[\d,.]\s?\d")
_GROUPED = re.compile(r"\d{1,3}(?:,\s?\d{3})+(?:\.\d{1,2})?")
_POINT_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:\.\d{1,2})?")


def plain_decimal(amount: Decimal) -> str:
    """Return the normal form: yuan, plain decimal, no trailing zeros after the point."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def find_amounts(text: str) -> tuple[Span, ...]:
    """Find every sum of money in yuan, in order; ranges give both ends, not exact. Foreign currency is left out."""
    half = to_half_width(text)
    spans: list[Span] = []
    for match in _AMOUNT.finditer(half):
        if _is_money(half, match):
            span = _span_of(half, match)
            if span is not None:
                spans.extend((*_lower_end(half, span), span))
    return tuple(spans)


_DIGIT = "一二三四五六七八九"
_SPOKEN = re.compile(
    rf"(?<![{_SIGNS}第])(?:[{_DIGIT}两十百零]+万零?[{_DIGIT}](?:千[{_DIGIT}]?)?|[{_DIGIT}两]千零?[{_DIGIT}](?:百[{_DIGIT}]?)?)"
    rf"(?![{_SIGNS}{_COUNTED}块圆{_VAGUE_INSIDE}])"
)
_MONEY_NEAR = re.compile(
    r"[赔退索亏付花交缴扣报价款钱费骗欠借存取差]|损失|合计|共计|总共|一共|要求|货值|卷走|转走|收了|多收|少给|没了|打水漂"
)
_NEAR = 14


def spoken_sums(text: str) -> tuple[Span, ...]:
    """Find sums as people say them, the last unit left out (三十八万六, 六千八), where the words around speak of money.

    Too bold for a field of a form: whoever asks must have another reason to expect a sum.
    """
    found = []
    for match in _SPOKEN.finditer(text):
        around = text[max(0, match.start() - _NEAR) : match.start()] + text[match.end() : match.end() + _NEAR // 2]
        value = parse_number(match.group())
        if value is not None and _MONEY_NEAR.search(around):
            found.append(Span(match.start(), match.end(), plain_decimal(Decimal(value))))
    return tuple(found)


def normal_amount(raw: str) -> tuple[str | None, tuple[Check, ...]]:
    """Return the normal form of a field that holds one sum of money, and what was tested.

    Figures beside 大写 must say the same; a field with several different sums has no single value.
    """
    spans = find_amounts(raw)
    if not spans:
        return _bare_number(raw)
    values = {s.value for s in spans}
    checks = list(_exactness(spans))
    capital = [s for s in spans if is_capital(raw[s.start : s.end])]
    if len(values) == 1 and len(spans) > 1 and capital:
        checks.append(Check(name="amount_words_figures", passed=True, message="金额大写与小写一致"))
    if len(values) > 1:
        if capital and len(capital) < len(spans):
            message = f"金额大写与小写不一致：{'、'.join(s.value for s in spans)}"
            return spans[0].value, (*checks, Check(name="amount_words_figures", passed=False, message=message))
        message = f"此处有多个金额：{'、'.join(s.value for s in spans)}"
        return None, (*checks, Check(name="amount_single", passed=False, message=message))
    return spans[0].value, tuple(checks)


def _is_money(text: str, match: re.Match[str]) -> bool:
    if _FOREIGN.match(text, match.end("number")) or _FOREIGN_BEFORE.search(text, 0, match.start()):
        return False
    if match["before"] and re.match("[A-Za-z]", text[match.end("number") :]):
        return False
    if match["before"] or match["yuan"]:
        return not (match["yuan"] == "块" and match["number"][-1:] == "一" and not match["before"])
    number = match["number"].rstrip()
    after = text[match.end("number") : match.end("number") + 1]
    return len(number) > 1 and number[-1] in "万萬亿億" and (not after or after not in _COUNTED)


def _span_of(text: str, match: re.Match[str]) -> Span | None:
    number = match["number"].rstrip()
    value, exact = _read(number)
    if value is None:
        return None
    for part, share in (("jiao", "0.1"), ("fen", "0.01")):
        if match[part]:
            digit = parse_number(match[part].strip().lstrip("零").rstrip("角分").strip())
            value += (digit or Decimal(0)) * Decimal(share)
    end = match.end() if match["yuan"] else match.start("number") + len(number)
    doubts = (
        _VAGUE_BEFORE.search(text, 0, match.start()),
        _VAGUE_AFTER.match(text, end),
        _SPLIT_DIGITS.search(text, 0, match.start()),
        _RANGE_BEFORE.search(text, 0, match.start()),
        not match["yuan"] and _GOES_ON.match(text, match.end("number")),
    )
    exact = exact and not any(doubts)
    return Span(match.start(), end, plain_decimal(value), exact)


def _read(number: str) -> tuple[Decimal | None, bool]:
    """Return the value of the signs before 元 and whether they are exact."""
    vague = any(c in _VAGUE_INSIDE for c in number)
    clean = "".join(c for c in number if c not in _VAGUE_INSIDE)
    if "," in clean:
        grouped = _GROUPED.match(clean)
        if not grouped or "," in clean[grouped.end() :]:
            return None, False
        clean = clean.replace(",", "").replace(" ", "")
    elif clean.count(".") > 1 or re.fullmatch(r"\d{1,3}\.\d{3}", clean):
        # 286.000.00 and 48.320: a comma read as a point.
        grouped = _POINT_GROUPED.fullmatch(clean)
        if not grouped:
            return None, False
        head, _, tail = clean.rpartition(".")
        clean, vague = (f"{head.replace('.', '')}.{tail}" if len(tail) < 3 else clean.replace(".", "")), True
    return parse_number(clean.replace(" ", "")), not vague


def _lower_end(text: str, high: Span) -> tuple[Span, ...]:
    """Return the low end of a range such as 10至15万元 when it stands without a unit of its own."""
    match = re.search(r"(\d+(?:\.\d+)?)\s*(?:-|~|至|到)\s*$", text[: high.start])
    if not match:
        return ()
    unit = "万" if "万" in text[high.start : high.end] else ""
    value = parse_number(match[1] + unit)
    return () if value is None else (Span(match.start(1), match.end(1), plain_decimal(value), False),)


def _exactness(spans: tuple[Span, ...]) -> tuple[Check, ...]:
    if all(s.exact for s in spans):
        return ()
    return (Check(name="amount_exact", passed=None, message="金额为约数、范围或写法有疑问"),)


def _bare_number(raw: str) -> tuple[str | None, tuple[Check, ...]]:
    """Read a number without any currency sign, as cells labelled 金额 hold it."""
    clean = re.sub(r"[\s:：。;；]", "", to_half_width(raw)).rstrip("整正元")
    for text, mended in ((clean, False), (mend_digits(clean), True)):
        value, exact = _read(text) if text else (None, True)
        if value is not None:
            checks = () if exact and not mended else _exactness((Span(0, len(raw), "", False),))
            return plain_decimal(value), checks
    return None, (Check(name="amount_form", passed=False, message=f"读不出金额：{raw}"),)
