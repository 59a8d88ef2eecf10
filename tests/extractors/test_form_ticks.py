"""Boxes to tick: found by their sides, judged by their ink, read as the chosen option; and tables of entries."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.documents import Page, ReadPage
from domain.evidence import FieldMissing, FieldValue
from domain.forms import FormDescription, FormField
from domain.marks import TickBox
from domain.ocr import OcrPage
from domain.vocabulary import DocumentKind, MissingReason
from extractors.forms.form import read_form
from extractors.marks.grid_boxes import find_boxes
from tests.extractors.form_pages import cell, line, page

GENDER = FormField(name="complainant_gender", labels=("性别",), options=("男", "女"))
VIEW = FormField(
    name="complainant_view_of_result", labels=("满意程度",), options=("非常满意", "满意", "基本满意", "不满意")
)
LISTED = FormField(
    name="submitted_materials", labels=("已提交资料",), options=("投诉登记表", "开户资料", "交易明细"), multiline=True
)
FORM = FormDescription(
    id="ticks", kind=DocumentKind.APPLICATION_FORM, titles=("登记表",), fields=(GENDER, VIEW, LISTED)
)


def boxed(label, parts, y=300, size=32):
    """One ruled row: label cell, value cell with words and boxes; a bool in ``parts`` is a box, ticked or not."""
    lines, boxes, x = [line(label, 112, y + 15, size)], [], 520.0
    for part in parts:
        if isinstance(part, str):
            lines.append(line(part, x, y + 15, size))
            x += size * len(part) + 4
        else:
            ink = {True: 0.3, False: 0.0, None: 0.05}[part]
            boxes.append(TickBox(bbox=(x + 2, y + 17, x + size - 4, y + 13 + size), ticked=part, ink=ink))
            x += size
    cells = [cell(0, 0, (100, y, 500, y + 60)), cell(0, 1, (500, y, 1500, y + 60))]
    return lines, boxes, cells


def read(field, label, parts):
    lines, boxes, cells = boxed(label, parts)
    sheet = page([line("登记表", 650, 150, 48), *lines], cells)
    marks = sheet.marks.model_copy(update={"boxes": tuple(boxes)})
    results = read_form("doc-1", (sheet.model_copy(update={"marks": marks}),), FORM)
    return next(result for result in results if result.name == field)


@pytest.mark.parametrize("chosen", [0, 1])
def test_the_ticked_option_is_the_value(chosen):
    found = read("complainant_gender", "性别", [chosen == 0, "男", chosen == 1, "女"])
    assert isinstance(found, FieldValue)
    assert found.value == "男女"[chosen]
    assert found.probability > 0.97


def test_no_tick_is_a_blank_and_two_are_for_a_person():
    none = read("complainant_gender", "性别", [False, "男", False, "女"])
    both = read("complainant_gender", "性别", [True, "男", True, "女"])
    assert isinstance(none, FieldMissing) and none.reason is MissingReason.BLANK_ON_FORM
    assert isinstance(both, FieldMissing) and {c.value for c in both.candidates} == {"男", "女"}


def test_printed_options_without_a_box_that_was_seen_are_no_value():
    found = read("complainant_gender", "性别", ["男  女"])
    assert isinstance(found, FieldMissing) and found.reason is MissingReason.ILLEGIBLE


def test_an_answer_written_instead_of_ticked_is_read():
    found = read("complainant_gender", "性别", ["女"])
    assert isinstance(found, FieldValue) and found.value == "女"


def test_a_written_answer_that_is_no_option_is_for_a_person():
    misread = read("complainant_view_of_result", "满意程度", ["基夲满意"])
    other = read("complainant_view_of_result", "满意程度", ["一般般"])
    assert misread.value == "基本满意" and misread.probability <= 0.8
    assert other.value == "一般般" and other.probability <= 0.8


def test_faint_ink_is_never_sure():
    found = read("complainant_gender", "性别", [True, "男", None, "女"])
    assert not isinstance(found, FieldValue) or found.probability < 0.9


def test_boxes_after_their_words():
    parts = ["非常满意", False, "   ", "满意", True, "   ", "基本满意", False, "   ", "不满意", False]
    found = read("complainant_view_of_result", "满意程度", parts)
    assert isinstance(found, FieldValue) and found.value == "满意"


@given(st.lists(st.booleans(), min_size=3, max_size=3))
@settings(max_examples=8, deadline=None)
def test_every_ticked_paper_is_listed_in_order(ticks):
    names = LISTED.options
    parts = [part for tick, name in zip(ticks, names, strict=True) for part in (tick, name)]
    found = read("submitted_materials", "已提交资料", parts)
    expected = "、".join(name for tick, name in zip(ticks, names, strict=True) if tick)
    assert (found.value if isinstance(found, FieldValue) else "") == expected


def test_signs_that_were_read_as_ticks_count():
    found = read("complainant_gender", "性别", ["☑男 □女"])
    assert isinstance(found, FieldValue) and found.value == "男"


def drawn(*shapes, size=40):
    """A page with one line of 40 pixel characters and one drawing per shape."""
    image = np.full((600, 900), 255, np.uint8)
    for index, shape in enumerate(shapes):
        x, y = 100 + 120 * index, 200
        cv2.rectangle(image, (x, y), (x + size - 10, y + size - 10), 0, 2)
        if shape == "tick":
            cv2.polylines(image, [np.array([(x + 3, y + 14), (x + 12, y + 28), (x + 40, y - 12)])], False, 40, 3)
        if shape == "cross":
            cv2.line(image, (x + 4, y + 4), (x + 26, y + 26), 0, 3)
            cv2.line(image, (x + 26, y + 4), (x + 4, y + 26), 0, 3)
        if shape == "solid":
            cv2.rectangle(image, (x, y), (x + 30, y + 30), 0, -1)
        if shape == "sun":  # 日
            cv2.line(image, (x, y + 15), (x + 30, y + 15), 0, 2)
    sheet = Page(number=1, source_page=1, width=900, height=600)
    text = OcrPage(number=1, width=900, height=600, lines=(line("投诉人", 100, 100, size),), producer="test/1")
    return image, ReadPage(page=sheet, text=text)


def test_boxes_are_found_and_judged_by_their_ink():
    image, read_page = drawn("empty", "tick", "cross", "solid", "sun")
    found = find_boxes(image, read_page)
    assert [box.ticked for box in sorted(found, key=lambda box: box.bbox[0])] == [False, True, True, True]


def test_boxes_of_a_skewed_and_noisy_scan():
    image, read_page = drawn("empty", "tick", "empty", "tick")
    turn = cv2.getRotationMatrix2D((450, 300), 0.6, 1)
    skewed = cv2.warpAffine(image, turn, (900, 600), borderValue=255).astype(np.float64)
    noisy = np.clip(cv2.GaussianBlur(skewed, (3, 3), 0) + np.random.default_rng(1).normal(0, 9, image.shape), 0, 255)
    found = find_boxes(noisy.astype(np.uint8), read_page)
    assert [box.ticked for box in sorted(found, key=lambda box: box.bbox[0])] == [False, True, False, True]


LEDGER = FormDescription(
    id="ledger",
    kind=DocumentKind.LEDGER,
    titles=("客户投诉台账",),
    layout="rows",
    fields=(
        FormField(name="complaint_no", labels=("编号",)),
        FormField(name="complainant_name", labels=("投诉人",)),
        FormField(name="room", labels=("房间",)),
        FormField(name="complaint_facts", labels=("投诉内容",), multiline=True),
    ),
)


def ledger(rows, *, ruled=True):
    lines, cells = [line("客户投诉台账", 650, 100, 48)], []
    for row, words in enumerate([("编号", "投诉人", "房间", "投诉内容"), *rows]):
        for column, (text, x) in enumerate(zip(words, (100, 300, 500, 700), strict=True)):
            box = (x, 200 + 60 * row, x + (200 if column < 3 else 700), 260 + 60 * row)
            cells.append(cell(row, column, box))
            lines += [line(text, x + 10, 215 + 60 * row)] if text else []
    return {r.name: r for r in read_form("doc-1", (page(lines, cells if ruled else ()),), LEDGER)}


@pytest.mark.parametrize("ruled", [True, False])
def test_one_entry_is_read_like_a_form(ruled):
    found = ledger([("001", "何晚舟", "1203", "反映外墙渗水")], ruled=ruled)
    assert {n: r.value for n, r in found.items()} == {
        "complaint_no": "001",
        "complainant_name": "何晚舟",
        "room": "1203",
        "complaint_facts": "反映外墙渗水",
    }


@pytest.mark.parametrize("ruled", [True, False])
def test_several_entries_give_the_first_with_the_others_to_choose_from(ruled):
    header = ("编号", "投诉人", "房间", "投诉内容")
    rows = [("001", "何晚舟", "1203", "反映外墙渗水"), header, ("002", "岑望山", "", "反映门禁失灵")]
    found = ledger(rows, ruled=ruled)
    name = found["complainant_name"]
    assert isinstance(name, FieldValue) and name.value == "何晚舟"
    assert name.probability <= 0.5
    assert "岑望山" in [c.value for c in name.candidates]
    assert all(not isinstance(r, FieldValue) or r.probability <= 0.5 for r in found.values())


def banded(rows, bands):
    """A form whose rows only level rules divide: (words, x, y) in any order."""
    sheet = page([line("登记表", 650, 100, 40), *(line(words, x, y, 28) for words, x, y in rows)])
    marks = sheet.marks.model_copy(update={"bands": tuple((100.0, a, 1500.0, b) for a, b in bands)})
    fields = (
        FormField(name="complainant_name", labels=("客人姓名",)),
        FormField(name="event_time_place_course", labels=("时间、地点、经过",), multiline=True),
        FormField(name="complaint_facts", labels=("投诉内容",), multiline=True),
        FormField(name="complaint_request", labels=("客人要求",), multiline=True),
    )
    form = FormDescription(id="b", kind=DocumentKind.APPLICATION_FORM, titles=("登记表",), fields=fields)
    return {r.name: r for r in read_form("doc-1", (sheet.model_copy(update={"marks": marks}),), form)}


def test_rows_between_level_rules_keep_values_that_stand_above_their_labels():
    rows = [
        ("客人姓名", 120, 210), ("何晚舟", 420, 210), ("值班经理", 900, 210), ("万全", 1200, 210),
        ("十月二日晚，二楼", 420, 280), ("时间、地点、", 120, 330), ("经过", 150, 370),
        ("上菜慢，鱼不新鲜。", 420, 500), ("投诉内容", 120, 620),
        ("退还菜金1280元。", 420, 800), ("客人要求", 120, 880),
    ]  # fmt: skip
    found = banded(rows, [(190, 260), (260, 480), (480, 780), (780, 980), (980, 1100)])
    assert {n: getattr(r, "value", None) for n, r in found.items()} == {
        "complainant_name": "何晚舟",
        "event_time_place_course": "十月二日晚，二楼",
        "complaint_facts": "上菜慢，鱼不新鲜。",
        "complaint_request": "退还菜金1280元。",
        "amount_involved": "1280",
    }
    assert found["amount_involved"].probability < 0.99


def test_writing_lines_go_on_with_the_text_before_them():
    rows = [
        ("投诉内容", 120, 210),
        ("上菜慢，最后三道菜", 420, 210),
        ("在客人离席之后才上", 120, 270),
        ("退菜。", 120, 330),
    ]
    found = banded(rows, [(190, 250), (250, 310), (310, 370), (370, 430)])
    assert found["complaint_facts"].value == "上菜慢，最后三道菜在客人离席之后才上退菜。"
