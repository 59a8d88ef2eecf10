from __future__ import annotations

from datetime import date
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amounts import plain_decimal
from domain.checks import id_check_character
from domain.fields import FieldType
from domain.normal import find_amounts, find_dates, find_emails, find_id_numbers, find_phones, normal_form
from domain.numerals import parse_number

AMOUNTS = st.decimals(1, 10**11, places=2)
DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
SMALL = "〇一二三四五六七八九"


def passed(field_type: FieldType, raw: str) -> dict[str, bool | None]:
    return {c.name: c.passed for c in normal_form(field_type, raw, date(2026, 11, 22)).checks}


@given(AMOUNTS)
def test_amounts_in_capitals_come_back(amount: Decimal) -> None:
    words = cn2an.an2cn(str(amount), "rmb")
    form = normal_form(FieldType.MONEY, f"人民币{words}")
    assert form.value == plain_decimal(amount), words
    assert form.checks == ()


@given(AMOUNTS)
def test_figures_come_back(amount: Decimal) -> None:
    for raw in (f"{amount:,.2f}元", f"¥{amount:.2f}", f"￥ {amount:,.2f} 元整", f"{amount / 10000:f}万元"):
        assert normal_form(FieldType.MONEY, raw).value == plain_decimal(amount), raw


@given(st.integers(0, 10**12), st.sampled_from(["low", "up"]))
def test_spelled_whole_numbers_come_back(number: int, style: str) -> None:
    words = cn2an.an2cn(str(number), style)
    assert parse_number(words) == number, words


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("48.32万元", "483200"),
        ("3,150.50 元", "3150.5"),
        ("人民币贰拾捌万陆仟伍佰元整", "286500"),
        ("二十八万六千元", "286000"),
        ("¥286,000.00", "286000"),
        ("￥２８６，０００．００", "286000"),
        ("三百零五元六角八分", "305.68"),
        ("28万6千元", "286000"),
        ("两万五千元", "25000"),
        ("三万五千块钱", "35000"),
        ("三万五元", "35000"),
        ("一千零五十元", "1050"),
        ("一百二十块", "120"),
        ("伍佰元整（¥500.00）", "500"),
        ("人民币柒万零捌佰元整", "70800"),
        ("286000.00", "286000"),
        ("1.2亿元", "120000000"),
    ],
)
def test_amount_notations(raw: str, value: str) -> None:
    form = normal_form(FieldType.MONEY, raw)
    assert form.value == value
    assert not any(c.passed is False for c in form.checks)


@pytest.mark.parametrize(
    "raw", ["286.000.00元", "48.320元", "约30万元", "三十余万元", "30万元左右", "3 150.50元", "286O00"]
)
def test_doubtful_amounts_are_flagged(raw: str) -> None:
    form = normal_form(FieldType.MONEY, raw)
    assert form.value is not None
    assert any(c.passed is None for c in form.checks)


def test_words_against_figures() -> None:
    assert passed(FieldType.MONEY, "贰万元整（¥20,000.00）")["amount_words_figures"] is True
    assert passed(FieldType.MONEY, "贰万元整（¥26,000.00）")["amount_words_figures"] is False
    assert normal_form(FieldType.MONEY, "入金3万元，亏损2万元").value is None


@pytest.mark.parametrize("raw", ["5万美元", "万元", "第三十八条", "三月五日", "3万吨", "US$ 500"])
def test_what_is_no_sum_in_yuan(raw: str) -> None:
    assert find_amounts(raw) == ()


def test_ranges_give_both_ends_not_exact() -> None:
    spans = find_amounts("损失在10至15万元之间")
    assert [(s.value, s.exact) for s in spans] == [("100000", False), ("150000", False)]


def test_spans_cover_the_words() -> None:
    text = "先后入金人民币 286,000.00 元，手续费三千零五十元六角，余额￥12.5。"
    assert [text[s.start : s.end] for s in find_amounts(text)] == ["人民币 286,000.00 元", "三千零五十元六角", "￥12.5"]


def chinese_small(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else SMALL[tens] + "十") + ("" if tens and not ones else SMALL[ones])


@given(DATES)
def test_every_date_notation_comes_back(day: date) -> None:
    year = "".join(SMALL[int(d)] for d in f"{day:%Y}")
    notations = (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02d} 月 {day.day:02d} 日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month:02d}/{day.day:02d}",
        day.isoformat(),
        f"{year}年{chinese_small(day.month)}月{chinese_small(day.day)}日",
        f"{year.replace('〇', '○')}年{chinese_small(day.month)}月{chinese_small(day.day)}日",
    )
    for raw in notations:
        assert normal_form(FieldType.DATE, raw).value == day.isoformat(), raw
        text = f"本人于{raw}开户"
        (span,) = find_dates(text)
        assert (text[span.start : span.end], span.value) == (raw, day.isoformat())


@pytest.mark.parametrize(
    ("raw", "check"),
    [
        ("2021年3月", "date_complete"),
        ("2021年2月30日", "date_real"),
        ("2021.13.1", "date_real"),
        ("    年  月  日", "date_form"),
    ],
)
def test_no_date(raw: str, check: str) -> None:
    assert normal_form(FieldType.DATE, raw).value is None
    assert passed(FieldType.DATE, raw) == {check: False}


def test_guessed_dates_are_flagged() -> None:
    for raw in ("2O21年3月l2日", "21年3月12日"):
        assert normal_form(FieldType.DATE, raw).value == "2021-03-12"
        assert None in passed(FieldType.DATE, raw).values()


@given(st.integers(10**16, 10**17 - 1))
def test_id_numbers_with_spaces_and_small_x(first17: int) -> None:
    number = f"{first17}{id_check_character(str(first17))}"
    for raw in (number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}", f"身份证号：{number}"):
        form = normal_form(FieldType.CN_ID, raw, date(2026, 11, 22))
        assert form.value == number
        assert {c.name: c.passed for c in form.checks}["id_number_check_digit"] is True


def test_mended_id_numbers_are_flagged() -> None:
    form = normal_form(FieldType.CN_ID, "110105194912310O2X")
    assert form.value == "11010519491231002X"
    assert {c.name: c.passed for c in form.checks}["digit_lookalikes"] is None


@pytest.mark.parametrize(
    ("field_type", "raw", "value"),
    [
        (FieldType.PHONE, "138 0013 8000", "13800138000"),
        (FieldType.PHONE, "(0755) 8765 4321", "0755-87654321"),
        (FieldType.PHONE, "075587654321", "0755-87654321"),
        (FieldType.PHONE, "0755－87654321转801", "0755-87654321-801"),
        (FieldType.PHONE, "+86 13800138000", "13800138000"),
        (FieldType.PHONE, "400-820-1234", "400-820-1234"),
        (FieldType.EMAIL, "abc_1＠163.com", "abc_1@163.com"),
        (FieldType.EMAIL, "abc @ 163 . com", "abc@163.com"),
        (FieldType.PERSON, "艾力•热合曼", "艾力·热合曼"),
        (FieldType.PERSON, " 张 伟 （签字）", "张伟"),
        (FieldType.PERSON, "蒋宗燕，客服专员", "蒋宗燕"),
        (FieldType.PERSON, "市场部主管上官建辉", "上官建辉"),
        (FieldType.PERSON, "叶新伟（团队长）", "叶新伟"),
        (FieldType.PERSON, "王芳 李强", "王芳、李强"),
        (FieldType.PERSON, "欧阳 文静", "欧阳文静"),
        (FieldType.PERSON, "广州恒砺经理顾问有限公司", "广州恒砺经理顾问有限公司"),
        (FieldType.PHONE, "158:40873930", "15840873930"),
        (FieldType.ORG, "昱泰(深圳)能源投资有限公司", "昱泰（深圳）能源投资有限公司"),
        (FieldType.ACCOUNT_NO, "sy 1234 5678", "SY12345678"),
        (FieldType.TEXT, "广东省 深圳市 ３栋 Tower A", "广东省深圳市3栋Tower A"),
        (FieldType.USCC, "9135 0100 M000 100Y 43", "91350100M000100Y43"),
        (FieldType.PERSON, "", None),
        (FieldType.PHONE, "无", None),
    ],
)
def test_normal_forms(field_type: FieldType, raw: str, value: str | None) -> None:
    assert normal_form(field_type, raw).value == value


def test_bad_numbers_keep_their_value_and_fail() -> None:
    assert passed(FieldType.PHONE, "1380013800") == {"phone_number": False}
    assert passed(FieldType.CN_ID, "110105194912310021")["id_number_check_digit"] is False
    assert passed(FieldType.CN_ID, "110105491231002") == {"id_number_form": False}


def test_finders_tell_numbers_apart() -> None:
    text = "电话138-0013-8000或0755-87654321，证号11010519491231002x，邮箱a.b@qq.com，账号6222021234567890123。"
    assert [s.value for s in find_phones(text)] == ["13800138000", "0755-87654321"]
    assert [s.value for s in find_id_numbers(text)] == ["11010519491231002X"]
    assert [s.value for s in find_emails(text)] == ["a.b@qq.com"]


@given(st.text(alphabet="人民币0123456789,.，．一二三十百千万亿零元角分年月日-/ 　约余至OlXx@a邮", max_size=40))
def test_nothing_crashes_and_spans_stay_inside(text: str) -> None:
    for find in (find_amounts, find_dates, find_phones, find_id_numbers, find_emails):
        assert all(0 <= s.start < s.end <= len(text) for s in find(text))
    for field_type in FieldType:
        normal_form(field_type, text)


@pytest.mark.parametrize(
    ("field_type", "raw", "value"),
    [
        (FieldType.PERSON, "高兴客户号：8800000001币种：人民币", "高兴"),
        (FieldType.PERSON, "古丽·阿不都 身份证号：", "古丽·阿不都"),
        (FieldType.PERSON, "客服021、037一", "客服021、037"),
        (FieldType.ORG, "霁川市砚北建筑劳务有限公司交易账号:88001", "霁川市砚北建筑劳务有限公司"),
        (FieldType.ORG, "宁澜能源商品经营有限公司", "宁澜能源商品经营有限公司"),
    ],
)
def test_a_value_ends_at_the_next_label(field_type: FieldType, raw: str, value: str) -> None:
    assert normal_form(field_type, raw).value == value


@pytest.mark.parametrize(
    ("field_type", "raw", "doubt"),
    [
        (FieldType.EMAIL, "go_xing@mail.example.cn", True),
        (FieldType.EMAIL, "go-xing@mail.example.cn", True),
        (FieldType.EMAIL, "go1x@mail.example.cn", True),
        (FieldType.EMAIL, "gox1988@mail.example.cn", False),
        (FieldType.EMAIL, "gox@my-mail.example.cn", False),
        (FieldType.ACCOUNT_NO, "88O0112233", True),
        (FieldType.ACCOUNT_NO, "88l0112233", True),
        (FieldType.ACCOUNT_NO, "8800112233", False),
    ],
)
def test_look_alike_signs_are_a_doubt(field_type: FieldType, raw: str, doubt: bool) -> None:
    checks = normal_form(field_type, raw).checks
    assert any(c.name == "confusable_characters" and c.passed is None for c in checks) is doubt
