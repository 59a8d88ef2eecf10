"""Normal forms of the contract (design §5): yuan as decimal string, ISO dates, bare numbers, names without spaces.

The finders return spans of running text (0-based offsets, end exclusive) with the normal value of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from domain import checks
from domain.amounts import find_amounts, normal_amount
from domain.base import Model
from domain.dates import find_dates, normal_date
from domain.evidence import Check
from domain.fields import FieldType
from domain.spans import Span, mend_digits, to_half_width

__all__ = [
    "NormalForm",
    "Span",
    "find_amounts",
    "find_dates",
    "find_emails",
    "find_id_numbers",
    "find_phones",
    "normal_form",
]

_Result = tuple[str | None, tuple[Check, ...]]

_SPACE = re.compile(r"\s+")
_AROUND = " \t\n　:：;；,，。、_＿"
_DOTS = str.maketrans({c: "·" for c in "•・‧∙⋅．﹒●"})
_NAME_NOTE = re.compile(r"[(（](?:签名|签字|签章|盖章|签字盖章|手写|本人|男|女|身份证.*?)[)）]?$")
_POST = (
    "(?:客户|业务|理财|大堂|区域|市场|销售|项目|运营|产品|部门|投资|交易)?(?:总?经理|副总经理|主管|总监|专员|顾问|助理|部长|主任|组长|团队长|队长)"
    "|业务员|分析师|讲师|客服(?:人员)?|员工|工作人员|操盘手|负责人|老师|经纪人|居间人|先生|女士|同志"
)
_POST_AFTER = re.compile(rf"(?<=[㐀-鿿]{{2}})(?:[(（,，、:：/]\s*(?:[㐀-鿿]{{0,6}}(?:{_POST}))[)）]?|先生|女士|同志)$")
_POST_BEFORE = re.compile(rf"^(?:[㐀-鿿]{{0,4}}(?:{_POST}))[:：(（,，、/]?(?=[㐀-鿿·]{{2,}}[)）]?$)")
_NAME = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]{2,4}|[㐀-鿿]{1,8}(?:·[㐀-鿿]{1,10})+")
_COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "诸葛",
        "上官",
        "夏侯",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "端木",
        "司徒",
        "南宫",
        "长孙",
        "宇文",
    ]
)
# A value ends where the next label of the same line begins (张三客户号:8800…).
_NEXT_LABEL = re.compile(
    r"(?<=[㐀-鿿）)])\s*(?:(?:客户|资金|交易|投诉人)?(?:账|帐|代|编)?(?:号|码|户|号码)|币种|证件(?:类型|号码?)|(?:公民)?身份(?:证|号)[^:：]{0,4}|"
    r"(?:联系|固定)?电话|手机号?码?|性别|民族|(?:通[讯信]|联系)?地址|住址|职务|日期|打印[^:：]{0,4}|起止[^:：]{0,4})\s*[:：]"
)
_UNDERLINE_TAIL = re.compile(r"(?<=[0-9])[一_＿—\-]+$")
_FIRM = re.compile(r"公司|集团|合作社|事务所|中心|[厂店行]$")
_ID_SPOT = re.compile(r"(?<![0-9A-Za-z])[1-9](?:[\s\-.]?[0-9OolI]){16}[\s\-.]?[0-9xX×ⅩOolI*](?![0-9A-Za-z])")
_PHONE_SPOT = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:(?:\+?86[\s\-]?)?(?P<mobile>1[3-9]\d(?:[\s\-]?\d){8})"
    r"|\(?(?P<area>0(?:10|2\d|[3-9]\d{2}))\)?[\s\-]*(?P<local>[2-9]\d{2,3}[\s\-]?\d{4})"
    r"(?:[\s\-]*(?:转|分机|ext\.?)\s*(?P<extension>\d{1,6}))?|(?P<service>[48]00-?\d{3}-?\d{4}))(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_EMAIL_SPOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]*\s?@\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z0-9\-]+)+", re.ASCII)


class NormalForm(Model):
    """A value in the contract's form and the tests applied to it.

    Attributes:
        value: ``None`` when the words hold no such value.
        checks: what was tested; a failed one vetoes the value.
    """

    value: str | None
    checks: tuple[Check, ...] = ()


def normal_form(field_type: FieldType, raw: str, today: date | None = None) -> NormalForm:
    """Return the normal form of ``raw`` as a value of ``field_type``.

    Args:
        field_type: what the field holds.
        raw: the words as read; line breaks allowed.
        today: the day that bounds birth dates inside ID numbers; the present day when ``None``.
    """
    if field_type is FieldType.CN_ID:
        value, found = _id_number(raw, today)
    else:
        value, found = _BY_TYPE.get(field_type, _text)(raw)
    return NormalForm(value=value or None, checks=found)


def find_phones(text: str) -> tuple[Span, ...]:
    """Find mobiles, landlines with area code and 400/800 numbers; ``value`` is digits and hyphen."""
    half = to_half_width(text)
    ids = find_id_numbers(text)
    spans = (Span(m.start(), m.end(), _phone_value(m)) for m in _PHONE_SPOT.finditer(half))
    return tuple(s for s in spans if not any(i.start < s.end and s.start < i.end for i in ids))


def find_id_numbers(text: str) -> tuple[Span, ...]:
    """Find 18-character ID numbers (right or wrong check digit); guessed digits make a span inexact."""
    half = to_half_width(text)
    spans = []
    for match in _ID_SPOT.finditer(half):
        value, mended = _id_characters(match.group())
        spans.append(Span(match.start(), match.end(), value, not mended))
    return tuple(spans)


def find_emails(text: str) -> tuple[Span, ...]:
    """Find e-mail addresses."""
    half = to_half_width(text)
    return tuple(Span(m.start(), m.end(), _SPACE.sub("", m.group())) for m in _EMAIL_SPOT.finditer(half))


def _phone_value(match: re.Match[str]) -> str:
    if match["mobile"]:
        return re.sub(r"\D", "", match["mobile"])
    if match["service"]:
        digits = re.sub(r"\D", "", match["service"])
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    extension = f"-{match['extension']}" if match["extension"] else ""
    return f"{match['area']}-{re.sub(r'[^0-9]', '', match['local'])}{extension}"


def _id_characters(text: str) -> tuple[str, bool]:
    """Return the bare characters and whether a letter had to be taken for a digit."""
    bare = re.sub(r"[\s\-_.:：]", "", to_half_width(text))
    head, tail = bare[:17], re.sub(r"[x×Ⅹ*]", "X", bare[17:])
    fixed = mend_digits(head) + mend_digits(tail)
    return fixed, fixed != head + tail


def _id_number(raw: str, today: date | None) -> _Result:
    spots = [raw[s.start : s.end] for s in find_id_numbers(raw)]
    value, mended = _id_characters(spots[0] if spots else raw)
    if not spots:
        held = re.search(r"[0-9]{14,}[0-9X]", value)
        value = held.group() if held else value
    if not re.search(r"\d{6}", value):
        return None, (Check(name="id_number_form", passed=False, message=f"不是身份证号码：{raw.strip()}"),)
    found = checks.id_number_checks(value, today)
    return value, (*found, *_mended_check(mended))


def _mended_check(mended: bool) -> tuple[Check, ...]:
    if not mended:
        return ()
    return (Check(name="digit_lookalikes", passed=None, message="号码中有易混字母，已按数字改读"),)


def _uscc(raw: str) -> _Result:
    value = re.sub(r"[\s\-_.:：]", "", to_half_width(raw)).upper()
    held = re.search(r"[0-9A-Z]{18}", value)
    value = held.group() if held else value
    # The alphabet leaves out I, O, Z, S and V, so these two can only be digits.
    fixed = value.replace("O", "0").replace("I", "1")
    if not re.search(r"[0-9A-Z]{8}", fixed):
        return None, (Check(name="uscc_check_digit", passed=False, message=f"不是统一社会信用代码：{raw.strip()}"),)
    return fixed, (checks.uscc_check_digit(fixed), *_mended_check(fixed != value))


def _phone(raw: str) -> _Result:
    half = to_half_width(raw)
    for text in (half, mend_digits(half), re.sub(r"(?<=\d)\s?[:.·,]\s?(?=\d)", "", mend_digits(half))):
        spans = find_phones(text)
        if spans:
            several = len({s.value for s in spans}) > 1
            note = (Check(name="phone_single", passed=None, message="此处有多个电话号码，取第一个"),) if several else ()
            return spans[0].value, (checks.phone_number(spans[0].value), *_mended_check(text != half), *note)
    value = re.sub(r"[^0-9\-]", "", half).strip("-")
    if len(re.sub(r"\D", "", value)) < 5:
        return None, (Check(name="phone_number", passed=False, message=f"不是电话号码：{raw.strip()}"),)
    return value, (checks.phone_number(value),)


def _email(raw: str) -> _Result:
    spans = find_emails(raw)
    value = spans[0].value if spans else _SPACE.sub("", to_half_width(raw)).strip(":;,。")
    found = (checks.email_address(value), *checks.email_domain(value), *checks.confusable_characters(value))
    return value or None, found


def _account(raw: str) -> _Result:
    value = _SPACE.sub("", to_half_width(raw)).strip(_AROUND).upper()
    held = re.search(r"[0-9A-Z][0-9A-Z\-]*", value)
    digits = sum(c.isdigit() for c in held.group()) if held else 0
    if held is None or digits < 3:
        return None, (Check(name="account_form", passed=False, message=f"不是账号：{raw.strip()}"),)
    mixed = bool(re.search(r"\d[OoIlQ]|[OoIlQ]\d", to_half_width(raw)))
    note = Check(name=checks.CONFUSABLE, passed=None, message="账号中有易混字母，请核对")
    return held.group(), (note,) if mixed else ()


def _person(raw: str) -> _Result:
    value = _SPACE.sub("", _several_names(_one_value(to_half_width(raw)).translate(_DOTS))).strip(_AROUND)
    value = _UNDERLINE_TAIL.sub("", value)
    value = re.sub(r"(?<=[㐀-鿿])\.(?=[㐀-鿿])", "·", value)
    while (
        not _FIRM.search(value)
        and (shorter := _POST_BEFORE.sub("", _POST_AFTER.sub("", _NAME_NOTE.sub("", value)))) != value
    ):
        value = shorter
    value = value.replace("(", "（").replace(")", "）")
    if not value:
        return None, ()
    if value.count("（") != value.count("）"):
        return value, (Check(name="name_shape", passed=None, message=f"名称中括号不成对：{value}"),)
    if _FIRM.search(value) or all(_NAME.fullmatch(part) for part in re.split("[、,，/]", value)):
        return value, ()
    return value, (Check(name="name_shape", passed=None, message=f"不像常见的姓名：{value}"),)


def _one_value(text: str) -> str:
    """Cut a name before the next label."""
    following = _NEXT_LABEL.search(text)
    return text[: following.start()] if following and following.start() > 1 else text


def _several_names(text: str) -> str:
    """Separate names that stand side by side (王芳 李强); 欧阳 文静 and 张 伟 are one name."""
    parts = text.strip(_AROUND).split()
    names = len(parts) > 1 and all(re.fullmatch("[㐀-鿿]{2,4}", p) for p in parts)
    return "、".join(parts) if names and not (len(parts) == 2 and parts[0] in _COMPOUND_SURNAMES) else text


def _org(raw: str) -> _Result:
    value = _SPACE.sub("", _one_value(to_half_width(raw))).strip(_AROUND)
    value = value.replace("(", "（").replace(")", "）")
    return (value, checks.organisation_name(value)) if value else (None, ())


def _text(raw: str) -> _Result:
    """Half-width digits and letters; spaces stay only between Latin words."""
    half = raw.translate(
        {i: i - 0xFEE0 for i in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    )
    joined = re.sub(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])", "", half)
    return joined.strip(" :：_＿") or None, ()


_BY_TYPE: dict[FieldType, Callable[[str], _Result]] = {
    FieldType.MONEY: normal_amount,
    FieldType.DATE: normal_date,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.USCC: _uscc,
    FieldType.ACCOUNT_NO: _account,
    FieldType.PERSON: _person,
    FieldType.ORG: _org,
}
