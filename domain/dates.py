"""Calendar dates in every notation that letters, forms and identity cards use."""

from __future__ import annotations

import re
from datetime import date

from domain.evidence import Check
from domain.numerals import DIGIT_CHARACTERS, digit_value, digits_in_order, parse_number
from domain.spans import Span, mend_digits, to_half_width

_YEAR_SIGN = r"[0-9OoQlI零〇○Ｏ口一壹二贰两三叁四肆五伍六陆七柒八捌九玖]"
_DAY_SIGN = (
    r"(?:初[一二三四五六七八九十]|[0-9OolI]\s?[0-9OolI]?|"
    r"[〇○零一二三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖拾]{1,3})"
)
_WRITTEN = re.compile(
    rf"(?<![0-9])(?P<year>(?:{_YEAR_SIGN}\s?){{3}}{_YEAR_SIGN}|(?<![0-9])[0-9]{{2}})\s*年\s*[.·,]?\s*(?P<month>{_DAY_SIGN})\s*月"
    rf"(?:\s*(?P<day>{_DAY_SIGN})\s*(?:[日号曰]|(?=[\s,，。;；)）(（]|$)))?"
)
_FIGURES = re.compile(
    r"(?<![0-9.])(?P<year>(?:1[89]|2[01])\d{2})\s?(?P<sep>[./\-])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<day>\d{1,2})(?![0-9])"
)
_COMPACT = re.compile(r"(?:1[89]|2[01])\d{6}")
_YEARS = range(1850, 2200)


def find_dates(text: str) -> tuple[Span, ...]:
    """Find every complete calendar date, in order; ``value`` is ISO 8601. Impossible days are left out."""
    half = to_half_width(text)
    found = [s for pattern in (_WRITTEN, _FIGURES) for m in pattern.finditer(half) if (s := _span_of(m))]
    return tuple(sorted(found, key=lambda s: s.start))


def normal_date(raw: str) -> tuple[str | None, tuple[Check, ...]]:
    """Return the ISO date of a field that holds one date, and what was tested."""
    half = to_half_width(raw).strip()
    spans = find_dates(half)
    if spans:
        return spans[0].value, () if spans[0].exact else (_doubt("日期中有易混字符或两位年份，已推断"),)
    compact = _COMPACT.search(re.sub(r"\s", "", half))
    if compact and len(re.sub(r"\D", "", half)) == 8:
        number = compact.group()
        day = _real(int(number[:4]), int(number[4:6]), int(number[6:]))
        if day:
            return day.isoformat(), ()
    mended = mend_digits(re.sub(r"\s", "", half))
    spans = find_dates(mended)
    if spans and mended != half:
        return spans[0].value, (_doubt("日期中有易混字符，已推断"),)
    return None, (_why_not(half),)


def _span_of(match: re.Match[str]) -> Span | None:
    if match["day"] is None:
        return None
    year, sure = _year(re.sub(r"\s", "", match["year"]))
    month, day = _small(match["month"]), _small(match["day"])
    if year is None or month is None or day is None:
        return None
    real = _real(year, month, day)
    signs = match["month"] + match["day"]
    # A gap inside a date in Chinese numerals is where a numeral may have been lost (三月二  日).
    gap = re.search(rf"[{DIGIT_CHARACTERS}十]\s+[日号]", match.group())
    # 初九 counts days of the moon calendar as a rule: a person must say which day is meant.
    sure = sure and not re.search("[OolI初]", signs) and not gap
    return None if real is None else Span(match.start(), match.end(), real.isoformat(), sure)


def _year(signs: str) -> tuple[int | None, bool]:
    mended = "".join({"口": "0"}.get(c, c) for c in signs)
    digits = digits_in_order(mend_digits(mended))
    if digits is None:
        return None, False
    sure = not any(c in "lI口" for c in signs) and (
        signs.isdigit() or not any(c in "OoQ" for c in signs) or _is_chinese(signs)
    )
    return (2000 + int(digits), False) if len(digits) == 2 else (int(digits), sure)


def _is_chinese(signs: str) -> bool:
    """A letter O among Chinese numerals is how 〇 is usually typed and read, no doubt about it."""
    return sum(digit_value(c) is not None and not c.isascii() for c in signs) >= 2


def _small(signs: str) -> int | None:
    clean = mend_digits(re.sub(r"\s", "", signs)) if signs[0].isascii() else signs
    if clean.isdigit() and clean.isascii():
        return int(clean)
    clean = clean.removeprefix("初").replace("廿", "二十").replace("卅", "三十").lstrip("零〇○")
    value = parse_number(clean)
    return None if value is None else int(value)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _doubt(message: str) -> Check:
    return Check(name="date_reading", passed=None, message=message)


def _why_not(text: str) -> Check:
    if re.search(r"\d|[一二三四五六七八九十]", text) and re.search(r"[年月日./\-]", text):
        complete = len(re.findall(r"\d+", text)) >= 3 or bool(_WRITTEN.search(text) and _WRITTEN.search(text)["day"])  # type: ignore[index]
        message = f"没有这一天：{text}" if complete else f"日期不完整：{text}"
        return Check(name="date_real" if complete else "date_complete", passed=False, message=message)
    return Check(name="date_form", passed=False, message=f"读不出日期：{text}")
