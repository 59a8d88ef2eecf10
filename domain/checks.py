"""Known-structure tests of values: a check digit beats a confidence (design §1, principle 4).

Sources: GB 11643-1999 (resident identity number, ISO 7064 MOD 11-2), GB 32100-2015 (unified social credit code,
MOD 31), ISO/IEC 7812-1 (bank card, Luhn), the national numbering plan for telephones.
Every test takes the normal form of a value (``domain.normal``) and says what it found in Chinese.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from domain.evidence import Check
from domain.regions import known_prefecture

CHINA = timezone(timedelta(hours=8))
EARLIEST_BIRTH = date(1900, 1, 1)

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK_CHARACTERS = "10X98765432"
_ID_FORM = re.compile(r"\d{17}[\dX]")
_OLD_ID_FORM = re.compile(r"\d{15}")
# Provinces of GB/T 2260; 81-83 residence permits of Hong Kong, Macao and Taiwan residents, 91 foreigners' permits.
_PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83, 91),
    )
    for code in codes
)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})-?[2-9]\d{6,7}(?:-\d{1,6})?")
_SERVICE = re.compile(r"[48]00-?\d{3,4}-?\d{3,4}|(?:95|96)\d{3,4}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+\-]*@(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,}")
MAIL_DOMAINS = (
    "163.com", "126.com", "qq.com", "vip.qq.com", "sina.com", "sina.cn", "sohu.com", "139.com", "189.cn", "foxmail.com",
    "outlook.com", "hotmail.com", "gmail.com", "yeah.net", "aliyun.com", "wo.cn", "tom.com", "21cn.com", "icloud.com",
    "vip.163.com",
)  # fmt: skip
"""Common mail providers; short numeric domains one digit apart (163, 139, 126) are never corrected into each other."""
_BANK_CARD = re.compile(r"\d{16,19}")


def id_number_checks(number: str, today: date | None = None) -> tuple[Check, ...]:
    """Apply every test of a resident identity number that can be applied.

    Args:
        number: 18 characters in normal form (``X`` upper case).
        today: the day that bounds a birth date; the present day in China when ``None``.
    """
    form = id_number_form(number)
    if not form.passed:
        return (form,)
    return (form, id_number_region(number), id_number_birth_date(number, today), id_number_check_digit(number))


def id_number_form(number: str) -> Check:
    """Test for 17 digits and a check character."""
    name = "id_number_form"
    if _ID_FORM.fullmatch(number):
        return Check(name=name, passed=True, message="身份证号码为18位")
    if _OLD_ID_FORM.fullmatch(number):
        return Check(name=name, passed=False, message="15位旧式身份证号码没有校验码，无法核对")
    return Check(name=name, passed=False, message=f"身份证号码应为18位，读到{len(number)}位：{number}")


def id_number_region(number: str) -> Check:
    """Test that the first two digits are a province; a prefecture that no edition of GB/T 2260 has is a doubt."""
    known = number[:2] in _PROVINCES
    if known and not known_prefecture(number):
        message = f"地区码{number[:4]}不在行政区划代码表中，请核对"
        return Check(name="id_number_region", passed=None, message=message)
    message = f"地区码{number[:2]}存在" if known else f"地区码{number[:2]}不存在"
    return Check(name="id_number_region", passed=known, message=message)


def id_number_birth_date(number: str, today: date | None = None) -> Check:
    """Test that digits 7 to 14 are a real day, not before 1900 and not after ``today``."""
    name = "id_number_birth_date"
    born = id_birth_date(number)
    if born is None:
        return Check(name=name, passed=False, message=f"号码中的出生日期{number[6:14]}不是真实日期")
    limit = today or datetime.now(CHINA).date()
    if not EARLIEST_BIRTH <= born <= limit:
        return Check(name=name, passed=False, message=f"号码中的出生日期{born.isoformat()}不合理")
    return Check(name=name, passed=True, message=f"号码中的出生日期为{born.isoformat()}")


def id_number_check_digit(number: str) -> Check:
    """Test the 18th character (ISO 7064 MOD 11-2)."""
    name = "id_number_check_digit"
    if not _ID_FORM.fullmatch(number):
        return Check(name=name, passed=None, message="不足18位，校验码无法核对")
    expected = id_check_character(number[:17])
    if number[17] == expected:
        return Check(name=name, passed=True, message="身份证校验码正确")
    return Check(name=name, passed=False, message=f"身份证校验码应为{expected}，读到{number[17]}")


def id_check_character(first17: str) -> str:
    """Return the 18th character for 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECK_CHARACTERS[total % 11]


def id_birth_date(number: str) -> date | None:
    """Return the birth date inside an 18-character number, ``None`` when it is no real day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def id_gender(number: str) -> str | None:
    """Return 男 or 女 from the 17th digit, ``None`` when there is none."""
    if not _ID_FORM.fullmatch(number):
        return None
    return "男" if int(number[16]) % 2 else "女"


def gender_agrees(number: str, gender: str) -> Check:
    """Test the printed gender (男 or 女) against the 17th digit of an ID number."""
    name = "gender_agrees"
    expected = id_gender(number)
    if expected is None or gender not in ("男", "女"):
        return Check(name=name, passed=None, message="性别无法与身份证号码核对")
    if expected == gender:
        return Check(name=name, passed=True, message="性别与身份证号码一致")
    return Check(name=name, passed=False, message=f"性别为{gender}，身份证号码表示{expected}")


def birth_date_agrees(number: str, born: str) -> Check:
    """Test a printed birth date (ISO 8601) against digits 7 to 14 of an ID number."""
    name = "birth_date_agrees"
    expected = id_birth_date(number) if _ID_FORM.fullmatch(number) else None
    if expected is None:
        return Check(name=name, passed=None, message="出生日期无法与身份证号码核对")
    if expected.isoformat() == born:
        return Check(name=name, passed=True, message="出生日期与身份证号码一致")
    return Check(name=name, passed=False, message=f"出生日期为{born}，身份证号码表示{expected.isoformat()}")


def uscc_check_digit(code: str) -> Check:
    """Test a unified social credit code: 18 characters of its alphabet and the MOD 31 check character."""
    name = "uscc_check_digit"
    if len(code) != 18:
        return Check(name=name, passed=False, message=f"统一社会信用代码应为18位，读到{len(code)}位：{code}")
    strange = [c for c in code if c not in _USCC_ALPHABET]
    if strange:
        return Check(name=name, passed=False, message=f"统一社会信用代码不含字符{'、'.join(strange)}")
    expected = uscc_check_character(code[:17])
    if code[17] == expected:
        return Check(name=name, passed=True, message="统一社会信用代码校验码正确")
    return Check(name=name, passed=False, message=f"统一社会信用代码校验码应为{expected}，读到{code[17]}")


def uscc_check_character(first17: str) -> str:
    """Return the 18th character for 17 characters of the alphabet."""
    total = sum(_USCC_ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(first17))
    return _USCC_ALPHABET[-total % 31]


def mobile_number(number: str) -> Check:
    """Test for a mainland mobile number: 11 digits, the second from 3 to 9."""
    good = bool(_MOBILE.fullmatch(number))
    message = "手机号码为11位" if good else f"手机号码应为1开头的11位数字，读到：{number}"
    return Check(name="mobile_number", passed=good, message=message)


def phone_number(number: str) -> Check:
    """Test for a mobile, a landline with area code or a service number; a bare local number cannot be judged."""
    name = "phone_number"
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number) or _SERVICE.fullmatch(number):
        return Check(name=name, passed=True, message="电话号码格式正确")
    if _LOCAL.fullmatch(number):
        return Check(name=name, passed=None, message="电话号码没有区号，无法核对")
    return Check(name=name, passed=False, message=f"电话号码格式不对：{number}")


def email_address(address: str) -> Check:
    """Test the shape of an e-mail address."""
    good = bool(_EMAIL.fullmatch(address)) and ".." not in address
    return Check(name="email_address", passed=good, message="邮箱格式正确" if good else f"邮箱格式不对：{address}")


def email_domain(address: str) -> tuple[Check, ...]:
    """Return a doubt when the domain is one letter off a widespread one (foxmall.com), else nothing."""
    domain = address.rpartition("@")[2].lower()
    near = next((known for known in MAIL_DOMAINS if known != domain and _one_letter_off(known, domain)), None)
    if near is None or domain in MAIL_DOMAINS:
        return ()
    return (Check(name="email_domain", passed=None, message=f"邮箱域名{domain}与常见的{near}只差一个字母，请核对"),)


CONFUSABLE = "confusable_characters"
# A low line or hyphen, a zero or one among letters, an O, l or I beside digits: one reading cannot tell them apart.
_CONFUSABLE = re.compile(
    r"[_\-]|(?<![0-9])[01](?![0-9])(?<=[A-Za-z].)|[OoIl](?=[0-9])(?<=[0-9].)|(?<=[0-9])[OIl]$"
    r"|(?<![A-Z])I(?=[a-z])"  # a small l that begins a word: Izp for lzp
    r"|^[01](?=[A-Za-z])|(?<=[a-z])[lo](?=[0-9]{2})"  # 1un5 for lun5, jihual983 for jihua1983
)


def confusable_characters(text: str) -> tuple[Check, ...]:
    """Return a doubt when a number or the local part of an address holds signs that look like others, else nothing."""
    found = sorted({m.group() for m in _CONFUSABLE.finditer(text.partition("@")[0])})
    if not found:
        return ()
    return (Check(name=CONFUSABLE, passed=None, message=f"含易混字符（{' '.join(found)}），请与原件核对"),)


_INSTITUTION = re.compile(r"[行社所厂店部院局会厅处校团站馆室点庄场学队办台司网柜寺房园府委组科坊家城心伙）]$")
_TORN_FRONT = re.compile(r"司|险股|份有|限公|限责|股份|有限|责任|公司|业?银行|行(?=股份|有限)|[）)]")
_NOT_IN_A_NAME = re.compile(
    r"[:：,，。;；!！?？]|公司.*(?<![分支子])公司|[0-9]{5}|(?<!目)的|我们|他们|你们|[年月]\d|\d[年月]"
    r"|(?<!股)份有限|股[^份东权票]有限|有[^限]公司|有限公$"
)


def organisation_name(name: str) -> tuple[Check, ...]:
    """Return a doubt when words may not be the whole name of one organisation (normal form), else nothing.

    A torn front, two names in one, words of a sentence, a bracket without its partner, an end that names no
    institution.
    """
    test = "organisation_name"
    torn = _TORN_FRONT.match(name) is not None or len(name) < 3 or name.count("（") != name.count("）")
    if torn or _NOT_IN_A_NAME.search(name):
        return (Check(name=test, passed=None, message=f"不像一个完整的单位名称，请核对：{name}"),)
    if not _INSTITUTION.search(name):
        return (Check(name=test, passed=None, message=f"单位名称没有机构类别的结尾，请核对：{name}"),)
    return ()


def _one_letter_off(known: str, seen: str) -> bool:
    if len(known) == len(seen):
        return sum(a != b for a, b in zip(known, seen, strict=True)) == 1
    longer, shorter = max(known, seen, key=len), min(known, seen, key=len)
    return len(longer) - len(shorter) == 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def bank_card_number(number: str) -> Check:
    """Test a bank card number of 16 to 19 digits (Luhn)."""
    name = "bank_card_number"
    if not _BANK_CARD.fullmatch(number):
        return Check(name=name, passed=False, message=f"银行卡号应为16至19位数字，读到：{number}")
    total = 0
    for i, character in enumerate(reversed(number)):
        digit = int(character) * (1 + i % 2)
        total += digit - 9 if digit > 9 else digit
    good = total % 10 == 0
    return Check(name=name, passed=good, message="银行卡号校验位正确" if good else "银行卡号校验位不对")
