"""Layouts that nobody described: values lifted off their labels, common places of any form, titles."""

from __future__ import annotations

from itertools import pairwise

import pytest

from domain.evidence import FieldMissing, FieldValue, Seal
from domain.ocr import OcrLine
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document
from extractors.forms.form import read_form
from tests.extractors.form_pages import ANNEX2, ANNEX3, ANNEX4, cell, line, page, two_columns, width_of


def values(*lines: OcrLine, form=ANNEX3):
    return {r.name: r.value for r in read_form("doc-1", (page(lines),), form) if isinstance(r, FieldValue)}


def underlined(lift: float) -> list[OcrLine]:
    """Labels at the left, values on a writing line, higher than the labels by ``lift`` pixels."""
    rows = [
        (("投诉人姓名：", 120, "李小满", 320), ("投诉人手机号码：", 900, "13812345678", 1150)),
        (("投诉人联系地址：", 120, "南湾市海桐区青松路十八号", 380),),
        (("投诉人工作单位名称：", 120, "南湾市安禾贸易有限公司", 430),),
        (("被投诉单位：", 120, "岚山商品经营有限公司", 320), ("日期：", 900, "2026年11月2日", 1010)),
    ]
    found = [line("投诉登记表", 700, 100, 44)]
    for number, row in enumerate(rows):
        y = 250 + 62 * number
        for label, x, value, at in row:
            found += [line(label, x, y), line(value, at, y - lift)]
    return found


@pytest.mark.parametrize("lift", [0, 10, 16, 20, -10, -16])
def test_values_that_stand_higher_or_lower_than_their_labels_stay_in_their_rows(lift):
    read = values(*underlined(lift))
    assert read["complainant_name"] == "李小满"
    assert read["complainant_mobile"] == "13812345678"
    assert read["complainant_address"] == "南湾市海桐区青松路十八号"
    assert read["complainant_employer"] == "南湾市安禾贸易有限公司"
    assert read["respondent_org"] == "岚山商品经营有限公司"
    assert read["form_signed_date"] == "2026-11-02"


def test_rows_half_way_between_two_others_are_joined_with_neither():
    found = read_form(
        "doc-1", (page([line("投诉人姓名：", 120, 300), line("李小满", 420, 321), line("日期：", 120, 342)]),), ANNEX3
    )
    dates = [r for r in found if r.name == "form_signed_date"]
    assert not isinstance(dates[0], FieldValue)


def test_common_places_are_read_on_a_form_that_was_described_without_them():
    rows = (
        ("客户姓名", "李小满"),
        ("处理经过", "当日致电客户说明"),
        ("涉及金额", "3,200元"),
        ("转来单位", "市消费者协会"),
    )
    read = {r.name: r for r in read_form("doc-1", (two_columns(rows),), ANNEX2)}
    assert read["handling_process"].value == "当日致电客户说明"
    assert read["amount_involved"].value == "3200"
    assert read["forwarded_by"].value == "市消费者协会"


def test_common_places_that_are_not_printed_or_blank_are_no_gap():
    read = {r.name for r in read_form("doc-1", (two_columns((("客户姓名", "李小满"), ("处理经过", ""))),), ANNEX2)}
    assert "forwarded_by" not in read and "handling_process" not in read


def test_common_places_need_their_exact_wording():
    read = {
        r.name
        for r in read_form("doc-1", (two_columns((("客户姓名", "李小满"), ("处理经过表附后", "见附件二"))),), ANNEX2)
    }
    assert "handling_process" not in read


@pytest.mark.parametrize("title", ["客户投诉登记表", "宾客意见卡", "客户 投诉 处理 单"])
def test_a_title_is_no_label(title):
    read = {
        r.name: r
        for r in read_form(
            "doc-1", (page([line(title, 600, 100, 44), line("联系电话：0755-26880011", 120, 240)]),), ANNEX2
        )
    }
    assert isinstance(read["complainant_name"], FieldMissing)


def banded(rows, edges, form=ANNEX3):
    """Words at places, between level rules at ``edges``."""
    made = page([line(*row) for row in rows])
    bands = tuple((80.0, float(a), 1600.0, float(b)) for a, b in pairwise(edges))
    marks = made.marks.model_copy(update={"bands": bands})
    read = read_form("doc-1", (made.model_copy(update={"marks": marks}),), form)
    return {r.name: r for r in read if isinstance(r, FieldValue)}


HEADS = (("投诉人姓名", 0), ("投诉人手机号码", 1), ("投诉人交易账号", 2))
ANSWERS = ("李小满", "13812345678", "NB-2024-0007")
COLUMNS = (80, 500, 1000, 1600)


@pytest.mark.parametrize("centred", [False, True])
def test_a_row_of_labels_over_a_row_of_values_is_read_by_columns(centred):
    rows = []
    for (label, column), value in zip(HEADS, ANSWERS, strict=True):
        left, right = COLUMNS[column], COLUMNS[column + 1]
        at = (left + right) / 2 - width_of(label) / 2 if centred else left + 10
        rows += [(label, at, 210), (value, left + 10, 280)]
    rows += [("投诉人工作单位名称", 90, 350), ("南湾市安禾贸易有限公司", 90, 420)]
    read = banded(rows, (200, 260, 330, 390, 460))
    assert read["complainant_name"].value == "李小满"
    assert read["complainant_mobile"].value == "13812345678"
    assert read["trading_account_no"].value == "NB-2024-0007"
    assert read["complainant_employer"].value == "南湾市安禾贸易有限公司"


def test_two_labels_side_by_side_are_not_one_wording():
    read = banded([("投诉人", 200, 210), ("编号", 700, 210), ("李小满", 90, 280), ("NB-7", 600, 280)], (200, 260, 330))
    assert read["complainant_name"].value == "李小满" and read["complaint_no"].value == "NB-7"


@pytest.mark.parametrize(
    "closing", ["以上内容属实，如有虚假愿承担责任。", "已阅知投诉须知，以上属实。", "值班经理：常乐"]
)
def test_what_is_printed_below_a_long_text_is_no_part_of_it(closing):
    read = values(
        line("投诉人姓名：李小满", 120, 200),
        line("投诉请求说明：", 120, 260),
        line("退还三千八百元。", 120, 310),
        line(closing, 120, 400),
    )
    assert read["complaint_request"] == "退还三千八百元。"


@pytest.mark.parametrize("kind", [DocumentKind.WORK_ORDER, DocumentKind.HANDLING_SLIP])
def test_a_form_that_no_pack_describes_is_read_by_common_labels_and_never_sure(kind):
    rows = (("工单号", "K-0317"), ("客户姓名", "李小满"), ("联系电话", "0755-26880011"), ("处理经过", "当日致电说明"))
    found = extract_document("doc-1", kind, (two_columns(rows),), ()).fields
    assert all(isinstance(field, FieldValue) and field.probability <= 0.8 for field in found)
    read = {field.name: field.value for field in found if isinstance(field, FieldValue)}
    assert read["complaint_no"] == "K-0317" and read["complainant_name"] == "李小满"
    assert read["complainant_phone"] == "0755-26880011" and read["handling_process"] == "当日致电说明"


def test_a_bracketed_label_ends_the_value_before_it():
    read = values(line("【投诉人姓名】李小满", 120, 200), line("【投诉日期】2026年11月2日", 900, 200))
    assert read["complainant_name"] == "李小满" and read["complaint_date"] == "2026-11-02"


@pytest.mark.parametrize(
    ("label", "written", "expected"),
    [
        ("经办人和联系电话", "柳晴　0755-26880011", {"handler_name": "柳晴"}),
        ("品名／规格／批号", "复方丹参片　0.3g　20230908B", {"product": "复方丹参片", "batch_no": "20230908B"}),
        ("楼栋—单元—房间", "11栋—2单元—1502", {"building": "11栋", "unit": "2单元", "room": "1502"}),
        ("交运数量/不良数量", "20000 / 1,340", {"quantity": "20000", "defect_quantity": "1340"}),
        ("楼栋—单元—房间", "11栋", {}),
    ],
)
def test_a_label_that_asks_for_several_things_gives_one_value_each(label, written, expected):
    rows = (("客户姓名", "李小满"), (label, written))
    read = {r.name: r for r in read_form("doc-1", (two_columns(rows),), ANNEX2) if isinstance(r, FieldValue)}
    asked = {"handler_name", "product", "batch_no", "building", "unit", "room", "quantity", "defect_quantity"}
    assert {n: r.value.replace(",", "") for n, r in read.items() if n in asked} == expected


def test_a_number_after_the_head_of_a_member_is_the_heads():
    rows = (
        ("被投诉会员单位名称", "岚山商品经营有限公司"),
        ("总负责人姓名", "万全"),
        ("联系电话", "0755-26001234"),
        ("常用邮箱", "wan@example.com"),
        ("投诉人姓名", "李小满"),
        ("投诉人手机号码", "13812345678"),
        ("电子邮箱", "li@example.com"),
    )
    read = {r.name: r.value for r in read_form("doc-1", (two_columns(rows),), ANNEX4) if isinstance(r, FieldValue)}
    assert read["member_head_phone"] == "0755-26001234" and read["member_head_email"] == "wan@example.com"
    assert read["complainant_mobile"] == "13812345678" and read["complainant_email"] == "li@example.com"


def test_a_label_that_touches_its_text_counts_in_line_with_others():
    read = values(
        line("客户姓名：李小满", 120, 200),
        line("联系电话：0755-26880011", 120, 260),
        line("处理结果四月二十六日退还手续费。", 120, 320),
        line("客户回访五月六日回访，客户接受。", 120, 380),
        form=ANNEX2,
    )
    assert read["handling_result"] == "四月二十六日退还手续费。" and read["callback"] == "五月六日回访，客户接受。"


def test_a_heading_over_several_cells_takes_none_of_them():
    cells = [
        cell(0, 0, (80, 200, 800, 260), column_span=2),
        cell(0, 2, (800, 200, 1500, 260), column_span=2),
        *(cell(1, i, (80 + 360 * i, 260, 440 + 360 * i, 320)) for i in range(4)),
    ]
    words = [("会员单位", 300, 210), ("投诉人", 1050, 210), ("名称", 100, 270), ("岚山商品经营有限公司", 450, 270)]
    made = page([line(*word) for word in (*words, ("投诉人姓名", 810, 270), ("李小满", 1170, 270))], cells)
    read = {r.name: r for r in read_form("doc-1", (made,), ANNEX4)}
    assert getattr(read["respondent_org"], "value", None) in (None, "岚山商品经营有限公司")
    assert read["complainant_name"].value == "李小满"


def test_labels_and_values_broken_over_two_lines_between_level_rules_belong_together():
    rows = [
        ("投诉人姓名", 100, 225), ("李小满", 330, 225), ("投诉人联", 700, 208), ("系地址", 715, 242),
        ("南湾市海桐区青松路十八号三栋", 900, 208), ("二单元602室", 900, 242),
        ("被投诉会员单位名称", 100, 305), ("岚山商品经营", 430, 288), ("有限公司", 430, 322),
        ("投诉人交易账号", 900, 305), ("NB-2024-0007", 1200, 305),
    ]  # fmt: skip
    read = banded(rows, (200, 280, 360))
    assert read["complainant_name"].value == "李小满"
    assert read["complainant_address"].value == "南湾市海桐区青松路十八号三栋二单元602室"
    assert read["respondent_org"].value == "岚山商品经营有限公司"
    assert read["trading_account_no"].value == "NB-2024-0007"


def test_values_right_over_each_other_beside_labels_of_their_own_stay_two():
    rows = [
        ("投诉人姓名：", 100, 210), ("李小满", 300, 210), ("投诉日期：", 700, 210), ("2026年11月2日", 900, 210),
        ("投诉人交易账号：", 100, 255), ("NB-7", 350, 255), ("投诉人手机号码：", 650, 255), ("13812345678", 905, 255),
    ]  # fmt: skip
    read = banded(rows, (200, 300))
    assert read["complaint_date"].value == "2026-11-02" and read["complainant_mobile"].value == "13812345678"


def test_a_long_label_that_lost_its_end_under_a_seal_ends_the_text_before_it():
    read = values(
        line("投诉人姓名：李小满", 120, 200),
        line("协助投诉处理要求：三方会谈。", 120, 260),
        line("会员单位确认上述内容真实性并", 120, 340),
        form=ANNEX4,
    )
    assert read["assistance_request"] == "三方会谈。"


def test_words_of_a_seal_are_no_part_of_the_text():
    made = page([line("协助投诉处理要求：三方会谈。", 120, 260), line("商品交易中", 320, 330)])
    seal = Seal(text=None, page=1, bbox=(300.0, 300.0, 500.0, 500.0), probability=0.9)
    marked = made.model_copy(update={"marks": made.marks.model_copy(update={"seals": (seal,)})})
    read = {r.name: r for r in read_form("doc-1", (marked,), ANNEX4) if isinstance(r, FieldValue)}
    assert read["assistance_request"].value == "三方会谈。"
