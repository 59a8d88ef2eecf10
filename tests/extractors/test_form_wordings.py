"""Forms of firms nobody knows: short labels, columns, heads over values, days and sums where they are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence import FieldValue
from domain.ocr import OcrLine
from domain.vocabulary import DocumentKind as Kind
from extractors.extract import extract_document
from extractors.forms.common import common_form
from extractors.forms.form import read_form
from extractors.forms.labels import LabelBook
from extractors.forms.wordings import EXACT_ONLY, FAINT, FOLDED, WORDINGS
from extractors.layout.blocks import cut_page
from tests.extractors.form_pages import ANNEX3, ANNEX4, cell, line, page

COMMON = common_form(Kind.WORK_ORDER)
Grid = list[list[str]]


def told(*lines: OcrLine, form=COMMON) -> dict[str, str]:
    return {r.name: r.value for r in read_form("doc-1", (page(lines),), form) if isinstance(r, FieldValue)}


def ruled(rows: Grid, form=COMMON) -> dict[str, str]:
    """A table with as many cells per row as there are words."""
    lines, cells = [line("工单", 700, 100, 44)], []
    widest = max(len(row) for row in rows)
    for number, row in enumerate(rows):
        step, top = 1400 // len(row), 300.0 + 60 * number
        for column, words in enumerate(row):
            span = widest // len(row)
            box = (100.0 + step * column, top, 100.0 + step * (column + 1), top + 60)
            cells.append(cell(number, column * span, box, column_span=span))
            lines += [line(words, box[0] + 12, top + 15)] if words else []
    found = read_form("doc-1", (page(lines, cells),), form)
    return {r.name: r.value for r in found if isinstance(r, FieldValue)}


def slip(kind: Kind, *rows: tuple[str, float, float]) -> dict[str, str]:
    made = extract_document("doc-1", kind, (page([line(*row) for row in rows]),), ())
    return {field.name: field.value for field in made.fields if isinstance(field, FieldValue)}


def test_wordings_are_folded_one_for_one_and_vague_ones_are_known() -> None:
    known = {word for words in WORDINGS.values() for word in words}
    assert known >= FAINT
    assert known >= EXACT_ONLY
    assert all(len(chr(sign)) == len(to) == 1 for sign, to in ((k, chr(v)) for k, v in FOLDED.items()))


@given(st.sampled_from(sorted(FAINT)))
def test_a_faint_wording_never_goes_before_a_clear_one(label: str) -> None:
    book = LabelBook(COMMON)
    names, strength = book.match(label)
    assert names
    assert 0 < strength < book.match("投诉内容")[1]


def test_a_result_is_not_the_content_where_both_are_asked_for() -> None:
    read = ruled([["投诉内容", "柜员提前关门"], ["内容", "三页"], ["结果", "已道歉，客户接受"]])
    assert read["complaint_facts"] == "柜员提前关门"
    assert read["handling_result"] == "已道歉，客户接受"


def test_a_day_beside_the_answer_says_when_it_was_given() -> None:
    read = ruled([["客户姓名", "何晚舟"], ["答复客户", "2024年7月11日"], ["办理结果", "退还手续费"]])
    assert read["reply_at"] == "2024-07-11"
    assert read["handling_result"] == "退还手续费"


def test_a_day_is_nobodys_name() -> None:
    assert "handler_name" not in ruled([["经办人", "2024年7月11日"], ["客户姓名", "何晚舟"]])


def test_short_labels_that_touch_their_values_count_where_others_do() -> None:
    read = told(
        line("客户投诉工单", 600, 100, 40),
        line("事件单号E24-0611-02", 120, 260),
        line("受理2024年6月11日", 900, 260),
        line("联系电话0431-82770934", 120, 320),
        line("客户何晚舟", 120, 380),
    )
    assert read["complaint_no"] == "E24-0611-02"
    assert read["complainant_name"] == "何晚舟"
    assert read["complainant_phone"] == "0431-82770934"
    assert read["accepted_at"] == "2024-06-11"


def test_a_sentence_that_begins_like_a_label_is_none() -> None:
    read = told(
        line("投诉内容：", 120, 260),
        line("客户要求退款，产品质量很差。", 120, 300),
        line("联系电话0431-82770934", 120, 380),
    )
    assert "complainant_name" not in read
    assert "product" not in read


@pytest.mark.parametrize(
    ("printed", "expected"), [("编号0206", "0206"), ("编号（沁投处〔2023〕19号）", "沁投处〔2023〕19号")]
)
def test_a_number_that_touches_its_label_or_stands_in_brackets(printed: str, expected: str) -> None:
    read = told(line(printed, 120, 200), line("客户姓名：何晚舟", 120, 260), line("投诉内容：乱收费。", 120, 320))
    assert read["complaint_no"] == expected


def test_two_columns_side_by_side_are_read_one_after_the_other() -> None:
    left = [("工单编号：KF-0206", 300), ("受理时间：2023年11月28日", 372), ("客户姓名：何晚舟", 444)]
    right = [
        ("投诉内容：续期时要收五十元材料费，三月退过", 280),
        ("一次，又收，不给收据。", 322),
        ("客户要求：退钱，以后不准再收。", 390),
        ("处理部门：稽核监察部", 462),
    ]
    read = told(*(line(words, 80, y) for words, y in left), *(line(words, 850, y) for words, y in right))
    assert read["complainant_name"] == "何晚舟"
    assert read["complaint_facts"] == "续期时要收五十元材料费，三月退过一次，又收，不给收据。"
    assert read["complaint_request"] == "退钱，以后不准再收。"
    assert read["handling_department"] == "稽核监察部"


def test_who_signs_ends_the_text_before() -> None:
    read = told(
        line("投诉内容", 120, 260),
        line("走廊整夜吵闹。", 130, 300),
        line("大堂经理", 120, 420),
        line("何晚舟", 300, 420),
        line("记录", 800, 420),
        line("周远山", 900, 420),
        line("客人姓名", 120, 200),
        line("李小满", 300, 200),
    )
    assert read["complaint_facts"] == "走廊整夜吵闹。"


def test_an_answer_that_a_form_ticks_of_its_own() -> None:
    read = ruled([["投诉类型", "□存款□贷款☑银行卡"], ["是否属实", "☑属实□不属实"], ["投诉人类型", "☑自然人□法人"]])
    assert read["complaint_category"] == "银行卡"
    assert read["is_substantiated"] == "属实"
    assert read["complainant_type"] == "自然人"


def test_the_day_of_acceptance_is_not_that_of_the_complaint() -> None:
    read = ruled([["投诉时间", "2024年6月3日"], ["受理时间", "2024年6月4日"], ["客户姓名", "何晚舟"]])
    assert (read["complaint_date"], read["accepted_at"]) == ("2024-06-03", "2024-06-04")


def test_a_day_alone_at_the_place_to_sign() -> None:
    read = told(
        line("投诉日期：2024年6月20日", 120, 200),
        line("投诉人：何晚舟", 120, 260),
        line("会员单位确认上述内容真实性并盖章：", 120, 420),
        line("2024年6月21日", 500, 470),
        form=ANNEX4,
    )
    assert read["form_signed_date"] == "2024-06-21"


def test_a_day_that_a_sentence_tells() -> None:
    rows = [
        "投诉人姓名何晚舟，手机号码13812345678，",
        "联系地址南湾市青松路十八号，交易账号GH-1926，",
        "于2024年3月2日提出投诉。",
    ]
    read = told(*(line(words, 120, 200 + 60 * i) for i, words in enumerate(rows)), form=ANNEX3)
    assert read["complaint_date"] == "2024-03-02"


def test_strokes_in_the_middle_of_a_line_are_no_table() -> None:
    words = line("三月二十日想提，他说要先做满一百手", 100, 300)
    table = (cell(0, 0, (250.0, 295.0, 400.0, 335.0)), cell(0, 1, (400.0, 295.0, 520.0, 335.0)))
    assert cut_page(0, page([words], table)).cells == ()


def test_a_guest_writes_on_a_card_what_he_complains_of() -> None:
    read = slip(
        Kind.OPINION_CARD,
        ("宾客意见表", 600, 100),
        ("意见和建议：浴缸底有头发。", 120, 260),
        ("姓名：何晚舟", 120, 340),
    )
    assert read["complaint_facts"] == "浴缸底有头发。"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("兹有客户何晚舟（电话18985812260）收款码不播报一事，请核对。", "何晚舟"),
        ("关于何晚舟（交易账号DL990173）投诉一案，现报告如下：", "何晚舟"),
        ("客人何晚舟先生在健身房摔伤。客人提出的要求：补牙费。", "何晚舟"),
        ("投诉人在此期间三次提交平仓均无回应，投诉人何晚舟主张差额。", "何晚舟"),
    ],
)
def test_whom_a_slip_is_about(sentence: str, name: str) -> None:
    assert slip(Kind.LIAISON_SLIP, ("业务联系单", 600, 100), (sentence, 120, 260))["complainant_name"] == name


def test_a_slip_names_the_complaint_by_its_number() -> None:
    read = slip(
        Kind.REMINDER_SLIP,
        ("洽办单", 600, 100),
        ("编号：Q-0907", 900, 170),
        ("客诉案240112已于1月30日结案，折让7,680元迄今未见入账。", 120, 260),
    )
    assert read["complaint_no"] == "240112"
    assert read["amount_involved"] == "7680"


def test_whose_account_a_contract_is() -> None:
    read = slip(
        Kind.CONTRACT_RISK_DISCLOSURE,
        ("入市协议", 600, 100),
        ("乙方：何晚舟", 120, 260),
        ("交易账号：HW66120385", 700, 260),
    )
    assert read == {"complainant_name": "何晚舟", "trading_account_no": "HW66120385"}


def test_the_firm_that_authorises() -> None:
    read = slip(
        Kind.AUTHORISATION,
        ("授权委托书", 600, 100),
        ("兹授权本公司业务经理李小满为代理人。", 160, 260),
        ("单位名称（盖章）：南湾市安禾贸易有限公司", 120, 340),
    )
    assert read["complainant_name"] == "南湾市安禾贸易有限公司"
