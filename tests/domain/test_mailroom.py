"""Sheets counted, codes written and read, bars, papers that look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.code128 import QUIET, code128_bars, code128_modules, code128_widths
from domain.likeness import contradict, likeness, print_of_forms, runs_of
from domain.mailroom import PageSeen, Sides, count_sheets, sheets_of
from domain.mailroom_errors import SheetCodeError
from domain.sheets import KIND_CODES, SheetCode, SheetKind, check_of, read_code, write_code
from domain.vocabulary import DocumentKind
from tests.domain.builders import case, field


def seen(*blanks: int, pages: int) -> dict[int, PageSeen]:
    return {n: PageSeen(number=n, blank=n in blanks) for n in range(1, pages + 1)}


def test_blank_backs_are_apart_and_a_blank_sheet_is_told() -> None:
    count = count_sheets(3, Sides.BOTH, [(6, seen(2, 5, 6, pages=6))])
    assert (count.received, count.blank_backs, count.blank_sheets, count.difference) == (2, 1, 1, -1)
    one_sided = count_sheets(3, Sides.ONE, [(3, seen(2, pages=3))])
    assert (one_sided.received, one_sided.blank_sheets, one_sided.difference) == (2, 1, -1)


def test_pages_that_nobody_read_count_as_written_on() -> None:
    count = count_sheets(None, Sides.BOTH, [(4, {1: PageSeen(number=1, blank=True)})])
    assert (count.received, count.unread, count.difference) == (2, 3, None)


@given(st.lists(st.tuples(st.integers(1, 9), st.sets(st.integers(1, 9)))), st.sampled_from(Sides))
def test_every_page_lies_on_one_sheet(files: list[tuple[int, set[int]]], sides: Sides) -> None:
    count = count_sheets(0, sides, [(pages, seen(*blanks, pages=pages)) for pages, blanks in files])
    assert count.received + count.blank_sheets == sum(sheets_of(pages, sides) for pages, _ in files)
    assert count.difference == count.received


CODES = st.one_of(
    st.builds(
        SheetCode,
        sheet=st.sampled_from([SheetKind.RECEIPT]),
        case_number=st.from_regex(r"[A-Z]{3}-20[0-9]{2}-[0-9]{6}", fullmatch=True),
        sheets=st.none() | st.integers(0, 9999),
    ),
    st.builds(
        SheetCode,
        sheet=st.sampled_from([SheetKind.COVER]),
        case_number=st.from_regex(r"[A-Z]{3}-20[0-9]{2}-[0-9]{6}", fullmatch=True),
        kind=st.none() | st.sampled_from(DocumentKind),
        sheets=st.none() | st.integers(0, 9999),
    ),
    st.builds(SheetCode, sheet=st.just(SheetKind.DOCUMENT), kind=st.none() | st.sampled_from(DocumentKind)),
    st.builds(SheetCode, sheet=st.just(SheetKind.CASE), prefix=st.none() | st.just("EXM")),
)


@given(CODES)
def test_what_is_written_is_read(code: SheetCode) -> None:
    assert read_code(write_code(code)) == code


@given(CODES, st.integers(0, 60), st.sampled_from("ABCXYZ0123456789-."))
def test_one_wrong_character_is_found(code: SheetCode, place: int, character: str) -> None:
    text = write_code(code)
    place %= len(text)
    damaged = text[:place] + character + text[place + 1 :]
    if damaged != text:
        with pytest.raises(SheetCodeError):
            read_code(damaged)


def test_a_code_as_documented() -> None:
    code = SheetCode(sheet=SheetKind.COVER, case_number="EXM-2026-000001", kind=DocumentKind.COMPLAINT_LETTER, sheets=3)
    assert write_code(code) == "JZ1.C.EXM-2026-000001.CL.3.6B58"
    assert check_of("123456789") == "29B1"  # the published check value of CRC-16/CCITT-FALSE


@pytest.mark.parametrize("said", ["JZ1.C.EXM-2026-000001.3", "JZ2.D.XX", "JZ1.D.QQ", "JZ1.S.EX-M", "JZ1.Q.XX", ""])
def test_other_codes_are_refused(said: str) -> None:
    with pytest.raises(SheetCodeError, match="不是本系统"):
        read_code(f"{said}.{check_of(said)}")


def test_every_kind_has_a_code_of_its_own() -> None:
    assert set(KIND_CODES) == set(DocumentKind)
    assert len(set(KIND_CODES.values())) == len(KIND_CODES)
    assert "XX" not in KIND_CODES.values()


def test_a_cover_needs_a_number() -> None:
    with pytest.raises(SheetCodeError):
        write_code(SheetCode(sheet=SheetKind.COVER))


def test_code_128_has_start_check_and_stop() -> None:
    widths = code128_widths("PJJ123C")
    values = [104, 48, 42, 42, 17, 18, 19, 35]
    check = (104 + sum(i * v for i, v in enumerate(values[1:], 1))) % 103
    assert len(widths) == 6 * (len(values) + 1) + 7
    assert widths[:6] == (2, 1, 1, 2, 1, 4) and widths[-7:] == (2, 3, 3, 1, 1, 1, 2)
    assert widths[-13:-7] == code128_widths(chr(check + 32))[6:12]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_bars_fill_the_width(text: str) -> None:
    widths = code128_widths(text)
    assert all(sum(widths[at : at + 6]) == 11 for at in range(0, len(widths) - 7, 6))
    assert all(sum(widths[at : at + 6 : 2]) % 2 == 0 for at in range(0, len(widths) - 7, 6)), "bars are even in sum"
    bars = code128_bars(text)
    assert bars[0][0] == QUIET and sum(bars[-1]) + QUIET == code128_modules(text)


def test_bars_refuse_what_they_cannot_hold() -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        code128_widths("案件")


LETTER = (
    "本人于2026年9月在贵公司开户，业务员苗若水承诺保本保息，随后多次代客操作本人账户，"
    "至十月底亏损四十八万三千二百元，现要求贵公司退还手续费并说明情况。"
)


def test_two_readings_of_one_sheet_are_alike_and_another_letter_is_not() -> None:
    again = LETTER.replace("苗若水", "苗若氷").replace("多次", "多次 ").replace("退还", "退坏")
    other = (
        "我在九月底买入的原油合约被强行平仓，客服一直没有回电话，请贵公司查清楚是谁下的指令，并赔偿我的损失共三千元整。"
    )
    score, low = likeness(runs_of(LETTER), runs_of(again)), likeness(runs_of(LETTER), runs_of(other))
    assert score is not None and score > 0.6
    assert low is not None and low < 0.1


def test_the_print_of_a_form_tells_nothing() -> None:
    form = "投诉申请登记表投诉人姓名证件号码联系电话通讯地址被投诉机构投诉事项涉及金额请求事项申请人签字日期"
    pages = [runs_of(f"{form}{name}") for name in ("欧阳明月", "上官云帆", "诸葛青川", "司马望舒")]
    known = print_of_forms([[page] for page in pages])
    assert likeness(pages[0], pages[1]) > 0.8  # type: ignore[operator]
    assert likeness(pages[0], pages[1], known) is None


def test_a_repeat_complaint_contradicts_the_first() -> None:
    one = case().model_copy(update={"fields": {"complaint_date": field("complaint_date", "2026-09-01")}})
    two = case().model_copy(update={"fields": {"complaint_date": field("complaint_date", "2026-11-01")}})
    assert contradict(one, two)
    assert not contradict(one, one)
    assert not contradict(one, case().model_copy(update={"fields": {}}))
