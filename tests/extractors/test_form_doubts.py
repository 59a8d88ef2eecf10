"""Places of a form that are not to be trusted, and numbers of who handles a case."""

from __future__ import annotations

import pytest

from domain.documents import PageQuality
from domain.evidence import FieldMissing, FieldValue
from domain.forms import FormDescription, FormField
from domain.marks import PageMarks, PageReading
from domain.vocabulary import DocumentKind
from extractors.forms.form import read_form
from tests.extractors.form_pages import ANNEX3, cell, line, page, two_columns

SLIP = FormDescription(
    id="slip",
    kind=DocumentKind.HANDLING_SLIP,
    titles=("转办单",),
    fields=(
        FormField(name="complaint_no", labels=("编号",)),
        FormField(name="complainant_name", labels=("客户姓名",)),
        FormField(name="complainant_phone", labels=("客户联系电话",)),
        FormField(name="complaint_facts", labels=("投诉内容",), multiline=True),
        FormField(name="batch_no", labels=("批号", "相关批次")),
        FormField(name="order_no", labels=("订单编号",)),
        FormField(name="callback", labels=("客户回访",), multiline=True),
        FormField(name="handler_name", labels=("经办人",)),
        FormField(name="handler_phone", labels=("联系电话", "经办人联系电话")),
    ),
)


def results(sheet: PageReading, form: FormDescription = SLIP):
    return {r.name: r for r in read_form("doc-1", (sheet,), form)}


def four_columns(rows: list[tuple[str, str, str, str]]) -> PageReading:
    lines, cells = [], []
    for r, row in enumerate(rows):
        y = 300 + 70 * r
        for c, words in enumerate(row):
            x = 100 + 360 * c
            cells.append(cell(r, c, (x, y, x + 360, y + 70)))
            lines += [line(words, x + 10, y + 20)] if words else []
    return page(lines, cells)


def test_a_number_beside_the_complainant_is_not_the_handlers():
    sheet = four_columns(
        [
            ("客户姓名", "何晚舟", "联系电话", "0755-26001234"),
            ("订单编号", "XY-22", "经办人和联系电话", "李小满 0755-26880011"),
        ]
    )
    found = results(sheet)
    assert found["complainant_phone"].value == "0755-26001234"
    assert found["handler_phone"].value == "0755-26880011"
    assert found["handler_name"].value == "李小满"


def test_a_number_beside_the_handler_is_the_handlers():
    found = results(four_columns([("客户姓名", "何晚舟", "", ""), ("经办人", "李小满", "联系电话", "0755-26880011")]))
    assert found["handler_phone"].value == "0755-26880011"
    assert isinstance(found["complainant_phone"], FieldMissing)


def test_a_printed_note_is_no_answer():
    sheet = two_columns([("客户姓名", "何晚舟"), ("客户回访", "")])
    note = line("注：本表由客服部门填写，一式三份。", 110, 440)
    noted = page([*sheet.read.text.lines, note], sheet.marks.cells)
    assert isinstance(results(noted)["callback"], FieldMissing)


def test_a_line_cut_by_a_rule_that_is_none_is_never_sure():
    whole = line("上菜太慢最后三道菜在客人离席后才上", 520, 320)
    label = line("投诉内容", 110, 320)
    cells = [cell(0, 0, (100, 300, 760, 380)), cell(0, 1, (760, 300, 1500, 380))]
    found = results(page([label, whole], cells))["complaint_facts"]
    assert not isinstance(found, FieldValue) or found.probability < 0.97


def test_the_title_is_no_part_of_a_number_below_it():
    sheet = page(
        [line("投诉转办单", 600, 120, 60), line("编号：ZB-2041", 560, 230), line("客户姓名：何晚舟", 150, 330)]
    )
    assert results(sheet)["complaint_no"].value == "ZB-2041"


def test_a_sentence_after_a_batch_number_is_no_part_of_it():
    found = results(two_columns([("相关批次", "230418批留样外观正常，同批无其他投诉。")]))["batch_no"]
    assert found.value == "230418" and found.probability < 0.97


@pytest.mark.parametrize("code", ["P0-2307-11", "PO23-O7-11", "AI1-2307"])
def test_a_code_with_look_alikes_is_doubtful(code: str):
    assert results(two_columns([("订单编号", code)]))["order_no"].probability <= 0.9


def test_rows_between_two_labels_of_long_texts_without_rules_are_doubtful():
    lines = [
        line("投诉登记表", 650, 150, 48),
        line("投诉人姓名", 150, 260),
        line("何晚舟", 500, 260),
        line("投诉事实说明", 150, 460),
        line("本人账户被擅自下单。", 500, 360),
        line("退还全部手续费。", 500, 620),
        line("投诉请求说明", 150, 700),
    ]
    found = results(page(lines), ANNEX3)
    for name in ("complaint_facts", "complaint_request"):
        result = found[name]
        assert not isinstance(result, FieldValue) or result.probability < 0.97


def test_ticks_of_a_coarse_fax_are_doubtful():
    form = FormDescription(
        id="ticks",
        kind=DocumentKind.WORK_ORDER,
        titles=("单",),
        fields=(FormField(name="complainant_gender", labels=("性别",), options=("男", "女")),),
    )
    sheet = two_columns([("性别", "☑男 □女")])
    fine = results(sheet, form)["complainant_gender"]
    quality = PageQuality(sharpness=0.5, contrast=1.0, dpi=98.0, usable=True)
    coarse_page = sheet.read.model_copy(update={"page": sheet.read.page.model_copy(update={"quality": quality})})
    coarse = results(PageReading(read=coarse_page, marks=sheet.marks or PageMarks(producer="t")), form)
    assert fine.value == "男" and fine.probability > 0.9
    assert coarse["complainant_gender"].value == "男" and coarse["complainant_gender"].probability <= 0.8
