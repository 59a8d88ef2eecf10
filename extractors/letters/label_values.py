"""Where the value behind a label begins and ends."""

from __future__ import annotations

import re

from domain.normal import find_amounts, find_dates, find_emails, find_id_numbers, find_phones
from domain.spans import Span
from extractors.letters.label_table import Spot
from extractors.letters.names import LABELLED_NAME, could_be_name, cut_name, is_no_name, without_echo
from extractors.letters.orgs import BRANCH_ENDING, HAN, find_orgs, is_shop

_STOP = re.compile(
    r"[。；;\n]|[，,](?=\s*(?:现在|目前|现就|现因|曾|今年|退休)|\s*(?:系|是|于|在|现就|因|为)?(?:我|本人|贵|联系|电话|手机|身份|邮编|客户|交易))"
)
_ADDRESS_GOES_ON = re.compile(r"\n[^\n：:。，,；]{1,24}(?:室|号|楼|层|栋|幢|单元|座|户|组)(?=\s*(?:\n|$|[，,。；]))")
_IS_A_SUM = re.compile(r"\s*(?:[元万块千百年月笔手]|[,.，]\d)")
_ADDRESS_ENDS = re.compile(
    r"(?<=.)(?:被投诉|投诉人|投诉单位|经办人|联系电话|身份证|电话|手机|邮编|的(?:一名|业主|居民|住户))"
)
_ACCOUNT = re.compile(r"(?<![0-9A-Z])[A-Z]{0,4}[\s\-]?\d(?:[\s\-]?[0-9OolI]){3,25}(?![0-9])|[A-Z]{1,4}\d{3,}", re.I)
_CLAIM = re.compile(r"[A-Z]{0,6}[\s\-]?\d(?:[\s\-]?\d){6,24}(?!\d)|(?:[A-Z]{1,6}[\-_/]){1,3}\d[0-9\-_/]{5,24}", re.I)
CODE = r"[A-Z0-9](?:[A-Z0-9]|[\-_./](?=[A-Z0-9])){2,28}"
"""Numbers of parts, batches and orders."""
_PART = re.compile(CODE, re.I)
_ORDER_WORDS = re.compile(rf"(?P<name>[{HAN}]{{2,14}}?)(?=[，,。；;：:（(\s、]|$|\d)")
# 文书后继明, 财务部臧小筠: the post or the department stands before the name.
_POST_FIRST = re.compile(
    rf"\s*(?:[{HAN}]{{0,6}}(?:部门|部|科|处|室|中心|车间|办公室)\s*)?(?:文书|会计|出纳|法务|财务|秘书|内勤|采购|质量|质检|品质|SQE|QE|工程师|经理|主任|"
    rf"校长|村主任|支书|村支书|老师|干事|业务员|专员|主管|律师|文员|助理)?\s*(?=[{HAN}])"
)
_ORDER = re.compile(r"[A-Z]{0,5}[\-_]?\d[0-9A-Z\-_/]{3,24}", re.I)
_DATE_FOLLOWS = re.compile(r"[ 　]*(?:日期[：:]?\s*)?(?:[12]\d{3}[年./\-]|[二][〇○零O0Ｏ])")
_USCC = re.compile(r"[0-9A-Z](?:\s?[0-9A-Z]){17}(?![0-9A-Z])")
_NUMBER = re.compile(
    rf"[（(\[〔【A-Za-z0-9{HAN}]{{0,6}}[A-Za-z0-9〔〕\[\]（）()【】\-—_/]{{3,24}}"
    rf"(?:(?<=[\-—_/])[{HAN}]{{1,4}}[A-Za-z0-9\-—_/]{{2,16}})?号?"
)


def read_value(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    """Return (start, end) of the value behind a label, ``None`` when nothing of its kind stands there.

    Args:
        text: the letter.
        spot: the label.
        limit: offset of the next label, where the value ends at the latest.
    """
    kind = spot.label.kind
    if kind in ("contact", "handler"):
        return _read_contact(text, spot, limit)
    if kind == "product":
        found = _ORDER_WORDS.match(text, spot.value, limit)
        return found.span("name") if found else None
    if kind in ("party", "name", "legal_rep", "staff", "sender"):
        if kind == "legal_rep" and not _stands_apart(text, spot):
            return None
        if "\n" in text[spot.start : spot.value]:
            return _read_next_line(text, spot, limit)
        return _read_name(text, spot.value, limit, sloppy=spot.marked)
    if kind in ("opponent", "branch", "employer", "forwarder"):
        return _read_org(text, spot.value, limit) if spot.marked else None
    if kind == "address":
        return _read_address(text, spot, limit)
    if kind == "gender":
        return _match(re.compile("[男女]"), text, spot.value, limit)
    if kind == "nation":
        return _match(re.compile(rf"[{HAN}]{{1,5}}?(?=族|[\s，,。；;\n]|$)"), text, spot.value, limit)
    return _read_typed(text, spot, limit)


def _read_contact(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    """Read who is to be spoken to, behind a post or a department (文书后继明)."""
    if "\n" in text[spot.start : spot.value]:
        return _read_next_line(text, spot, limit)
    lead = _POST_FIRST.match(text, spot.value, limit)
    if lead and lead.group().strip():
        named = _read_name(text, lead.end(), limit, sloppy=False)
        if named is not None:
            return named
    return _read_name(text, spot.value, limit, sloppy=spot.marked)


def _stands_apart(text: str, spot: Spot) -> bool:
    """Tell whether 法定代表人 begins here: after no Han character, or where the gap behind a firm's name is lost."""
    before = text[max(0, spot.start - 4) : spot.start]
    return re.match(f"[{HAN}]", before[-1:]) is None or (spot.marked and before.endswith(("公司", "厂", "合作社")))


def _read_next_line(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    """Read a name on the line below its label: it must fill the line."""
    end = min(len(text), limit, *line_end(text, spot.value))
    words = text[spot.value : end].strip()
    orgs = find_orgs(words)
    whole = bool(orgs) and orgs[0] == (0, len(words))
    named = re.fullmatch(LABELLED_NAME, words) is not None and could_be_name(words)
    return (spot.value, spot.value + len(words)) if whole or named else None


def _match(pattern: re.Pattern[str], text: str, start: int, limit: int) -> tuple[int, int] | None:
    found = pattern.match(text, start, limit)
    return None if found is None or found.end() == start else found.span()


def _read_typed(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    end = min(limit, spot.value + 60, *line_end(text, spot.value))
    part = text[spot.value : end]
    finders = {
        "phone": find_phones, "mobile": find_phones, "email": find_emails, "id_no": find_id_numbers,
        "amount": find_amounts, "date": find_dates, "signed": find_dates, "birth": find_dates, "sent": find_dates,
    }  # fmt: skip
    if spot.label.kind in finders:
        spans: tuple[Span, ...] = finders[spot.label.kind](part)
        if spans and spans[0].start <= 6:
            return spot.value + spans[0].start, spot.value + spans[0].end
        return _odd_number(part, spot) if spot.marked or text[: spot.start][-1:] in ("", "\n") else None
    pattern = {
        "account": _ACCOUNT, "card": _ACCOUNT, "uscc": _USCC, "number": _NUMBER, "claim": _CLAIM, "order": _ORDER,
        "part": _PART, "batch": _PART,
    }.get(spot.label.kind)  # fmt: skip
    found = pattern.search(part) if pattern else None
    if found is None or found.start() > 4 or not re.search(r"\d", found.group()):
        return None
    if spot.label.kind in ("account", "card") and _IS_A_SUM.match(part, found.end()):
        return None
    value = found.group()
    loose = len(value) - len(value.rstrip("）)】]")) if not re.search("[（(【\\[〔]", value) else 0
    return spot.value + found.start(), spot.value + found.end() - loose


def _odd_number(part: str, spot: Spot) -> tuple[int, int] | None:
    """Return a damaged phone or ID number, so that a person sees it with its failed check."""
    if spot.label.kind not in ("phone", "mobile", "id_no"):
        return None
    found = re.match(r"\s*(\+?[0-9OolIxX(（][0-9OolIxX)）\- :：.·]{6,24})", part)
    if not found or sum(c.isdigit() for c in found[1]) < 6:
        return None
    return spot.value + found.start(1), spot.value + found.start(1) + len(found[1].rstrip(" -:：.·"))


def line_end(text: str, start: int) -> tuple[int, ...]:
    """Return the offset of the next line break, nothing on the last line."""
    end = text.find("\n", start)
    return () if end < 0 else (end,)


def _read_name(text: str, start: int, limit: int, *, sloppy: bool) -> tuple[int, int] | None:
    """Read a person, several people, or a firm."""
    orgs = find_orgs(text, start, min(limit, start + 40, *line_end(text, start)))
    if orgs and orgs[0][0] - start <= 1:
        return orgs[0]
    stop = re.compile(r"[，,。；;\n（(\s]|$").search(text, start, min(limit, start + 36))
    if sloppy and stop and stop.start() - start > 4 and is_shop(text[start : stop.start()]):
        return start, stop.start()
    date = _DATE_FOLLOWS.search(text, start + 2, min(len(text), limit))
    limit = date.start() if date else limit
    one = rf"{LABELLED_NAME}(?![{HAN}·])"
    found = re.compile(rf"\s*({one}(?:(?:\s*、\s*| {{1,4}}){one})*)").match(text, start, limit)
    if found and not is_no_name(found[1]):
        return found.start(1), without_echo(text, *found.span(1))
    if not sloppy:
        return None
    line = text[start : min(len(text), start + 40, *line_end(text, start))]
    end = None if re.search("有限|公司|股份", line) else cut_name(text, start)
    return None if end is None or end > limit else (start, end)


def _read_org(text: str, start: int, limit: int) -> tuple[int, int] | None:
    end = min(limit, start + 60, *line_end(text, start))
    orgs = find_orgs(text, start, end)
    if orgs and orgs[0][0] - start <= 2:
        tail = re.compile(rf"[{HAN}]{{2,14}}?(?:{BRANCH_ENDING})").match(text, orgs[0][1], end)
        return start, tail.end() if tail else orgs[0][1]
    stop = re.compile(r"[，,。；;\n]").search(text, start, end)
    last = stop.start() if stop else end
    value = text[start:last].strip()
    return (start, start + len(text[start:last].rstrip())) if 2 <= len(value) <= 30 and not is_no_name(value) else None


def _read_address(text: str, spot: Spot, limit: int) -> tuple[int, int] | None:
    lead = re.compile(r"[在于]?").match(text, spot.value)
    start = lead.end() if lead else spot.value
    stop = _STOP.search(text, start, limit)
    end = stop.start() if stop else limit
    carried = _ADDRESS_GOES_ON.match(text, end, limit) if text[end : end + 1] == "\n" else None
    raw = text[start : carried.end() if carried else end].rstrip(" ，,（(")
    if raw.count("）") + raw.count(")") > raw.count("（") + raw.count("("):
        raw = raw.rstrip("）)")
    raw = _ADDRESS_ENDS.split(raw)[0].rstrip(" ，,（(")
    words = re.sub(r"\s", "", raw)
    looks = re.search(r"[省市区县州旗镇乡村路街巷道号室栋幢弄]", words)
    if (
        not looks
        or not 5 <= len(words) <= 70
        or (not spot.marked and not re.match(rf"[{HAN}]{{2,8}}[省市区县州]", words))
    ):
        return None
    return start, start + len(raw)
