from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checks import id_check_character
from domain.evidence import FieldMissing, FieldValue, Signature
from domain.vocabulary import MissingReason
from extractors.forms.form import read_form
from tests.extractors.form_pages import ANNEX2, ANNEX3, cell, line, page, two_columns

GOOD_ID = "11010519491231002X"


def results(*pages, form=ANNEX3):
    return {r.name: r for r in read_form("doc-1", pages, form)}


def value(found, name):
    result = found[name]
    assert isinstance(result, FieldValue), f"{name}: {result}"
    return result.value


ROWS = (
    ("编号", "TS202611001"),
    ("投诉人姓名", "李小满"),
    ("投诉日期", "2026年11月2日"),
    ("投诉人工作单位\n名称", "南湾市安禾贸易有限公司"),
    ("投诉人联系电话", "0755-26880011"),
    ("投诉人联系地址", "南湾市海桐区青松路十八号\n三栋二单元六〇二室"),
    ("投诉人身份证号码", GOOD_ID),
    ("投诉人手机号码", "138 1234 5678"),
    ("投诉人常用电子邮箱", "xiaoman@example.com"),
    ("投诉事实说明", "本人于九月开户，业务员承诺保本，\n电话：客服一直不接，\n本金全部亏损。"),
    ("投诉请求说明", ""),
)


def test_every_row_of_a_ruled_form_is_read():
    found = results(two_columns(ROWS))
    assert value(found, "complaint_no") == "TS202611001"
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complaint_date") == "2026-11-02"
    assert value(found, "complainant_employer") == "南湾市安禾贸易有限公司"
    assert value(found, "complainant_phone") == "0755-26880011"
    assert value(found, "complainant_address") == "南湾市海桐区青松路十八号三栋二单元六〇二室"
    assert value(found, "complainant_id_no") == GOOD_ID
    assert value(found, "complainant_mobile") == "13812345678"
    assert value(found, "complaint_facts").startswith("本人于九月开户") and value(found, "complaint_facts").endswith(
        "亏损。"
    )


def test_an_empty_cell_is_blank_with_the_cell_as_evidence():
    found = results(two_columns(ROWS))["complaint_request"]
    assert isinstance(found, FieldMissing)
    assert found.reason is MissingReason.BLANK_ON_FORM
    assert found.evidence[0].bbox[0] == 500


@pytest.mark.parametrize("printed", ["    年    月    日", "年 月 日", "/", "—", "（签字）"])
def test_the_forms_own_blanks_are_not_values(printed):
    found = results(two_columns([("投诉人姓名", "李小满"), ("投诉日期", printed)]))["complaint_date"]
    assert isinstance(found, FieldMissing)
    assert found.reason is MissingReason.BLANK_ON_FORM


def test_a_field_that_is_not_on_the_form_is_not_found():
    found = results(two_columns(ROWS[:3]))["respondent_org"]
    assert isinstance(found, FieldMissing)
    assert found.reason is MissingReason.NOT_FOUND


def test_evidence_is_tight_around_the_value():
    evidence = results(two_columns(ROWS))["complainant_name"].evidence[0]
    assert evidence.quote == "李小满"
    assert evidence.bbox == (512, 375, 602, 405)
    assert evidence.page == 1


def test_a_wrong_check_digit_is_never_a_confident_value():
    wrong = GOOD_ID[:16] + "3X"
    found = results(two_columns([("投诉人姓名", "李小满"), ("投诉人身份证号码", wrong)]))["complainant_id_no"]
    assert isinstance(found, FieldValue)
    assert found.vetoed
    assert found.probability <= 0.05
    assert all(c.probability <= 0.05 for c in found.candidates)


@given(st.integers(0, 16), st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_one_misread_digit_is_always_vetoed(place, shift):
    digits = list(GOOD_ID[:17])
    digits[place] = str((int(digits[place]) + shift) % 10)
    number = "".join(digits) + GOOD_ID[17]
    assert id_check_character(number[:17]) != number[17]
    found = results(two_columns([("投诉人姓名", "李小满"), ("投诉人身份证号码", number)]))["complainant_id_no"]
    assert isinstance(found, FieldValue)
    assert found.probability <= 0.05


def test_label_and_value_in_one_line_across_the_rule():
    lines = [line("投诉人姓名李小满", 112, 315), line("联系电话 0755-26880011", 112, 375)]
    cells = [cell(0, 0, (100, 300, 262, 360)), cell(0, 1, (262, 300, 900, 360))]
    cells += [cell(1, 0, (100, 360, 262, 420)), cell(1, 1, (262, 360, 900, 420))]
    found = results(page(lines, cells))
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complainant_phone") == "0755-26880011"


def test_label_and_value_in_one_cell():
    lines = [line("姓名：李小满", 112, 315), line("投诉日期：2026-11-02", 612, 315), line("联系地址：", 112, 375)]
    cells = [cell(0, 0, (100, 300, 600, 360)), cell(0, 1, (600, 300, 1200, 360))]
    cells += [cell(1, 0, (100, 360, 1200, 480), column_span=2)]
    found = results(page([*lines, line("南湾市青松路十八号", 112, 425)], cells))
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complaint_date") == "2026-11-02"
    assert value(found, "complainant_address") == "南湾市青松路十八号"


def test_values_below_their_labels():
    lines = [
        line("投诉人姓名", 112, 315),
        line("投诉日期", 612, 315),
        line("李小满", 112, 375),
        line("2026.11.2", 612, 375),
    ]
    cells = [cell(r, c, (100 + 500 * c, 300 + 60 * r, 600 + 500 * c, 360 + 60 * r)) for r in (0, 1) for c in (0, 1)]
    found = results(page(lines, cells))
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complaint_date") == "2026-11-02"


def test_a_form_without_rules():
    lines = [
        line("投诉人姓名：李小满", 100, 300),
        line("投诉日期：2026年11月2日", 800, 300),
        line("联系电话：", 100, 360),
        line("0755-26880011", 300, 360),
        line("联系地址：__南湾市青松路十八号__", 100, 420),
        line("投诉事实说明：", 100, 480),
        line("业务员承诺保本，结果亏损，", 160, 520),
        line("投诉日期之后仍未答复。", 100, 560),
        line("投诉请求说明：退还手续费。", 100, 620),
        line("投诉人签字：", 100, 700),
        line("日期：    年   月   日", 800, 700),
    ]
    found = results(page(lines))
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complaint_date") == "2026-11-02"
    assert value(found, "complainant_phone") == "0755-26880011"
    assert value(found, "complainant_address") == "南湾市青松路十八号"
    assert value(found, "complaint_facts") == "业务员承诺保本，结果亏损，投诉日期之后仍未答复。"
    assert value(found, "complaint_request") == "退还手续费。"
    assert found["form_signed_date"].reason is MissingReason.BLANK_ON_FORM


def test_misread_and_spaced_labels():
    found = results(
        two_columns([("投诉人姓各", "李小满"), ("投 诉 日 期", "2026.11.02"), ("投诉人交易帐号", "880012345")])
    )
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complaint_date") == "2026-11-02"
    assert value(found, "trading_account_no") == "880012345"


def test_words_of_labels_inside_a_value_end_nothing():
    found = results(two_columns([("投诉人姓名", "李小满"), ("投诉事实说明", "投诉人姓名被泄露，\n联系电话被公开。")]))
    assert value(found, "complaint_facts") == "投诉人姓名被泄露，联系电话被公开。"
    assert value(found, "complainant_name") == "李小满"


def test_rows_whose_rule_was_lost_are_still_told_apart():
    lines = [
        line("投诉人姓名", 112, 315),
        line("投诉日期", 112, 375),
        line("李小满", 512, 315),
        line("2026.11.2", 512, 375),
    ]
    cells = [cell(0, 0, (100, 300, 500, 420), row_span=2), cell(0, 1, (500, 300, 1200, 420), row_span=2)]
    found = results(page(lines, cells))
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complaint_date") == "2026-11-02"


def test_a_misread_mail_domain_is_corrected_and_flagged():
    found = results(two_columns([("投诉人姓名", "李小满"), ("投诉人常用电子邮箱", "xiaoman@out1ook.com")]))
    email = found["complainant_email"]
    assert email.value == "xiaoman@outlook.com"
    assert any(check.name == "email_domain" for check in email.checks)


def test_signature_place_signed_and_empty():
    lines = [line("投诉人姓名：李小满", 100, 300), line("投诉人签字：", 100, 700)]
    empty = results(page(lines))["complainant_sign_seal"]
    assert empty.reason is MissingReason.BLANK_ON_FORM
    reading = page(lines)
    ink = Signature(name=None, page=1, bbox=(300.0, 680.0, 420.0, 740.0), probability=0.9)
    signed = reading.model_copy(update={"marks": reading.marks.model_copy(update={"signatures": (ink,)})})
    assert value(results(signed), "complainant_sign_seal") == "签字"


def test_a_second_form_by_description_alone():
    pairs = [
        ("投诉客户账号", "880012345"),
        ("客户姓名", "李小满"),
        ("处理意见", "向客户解释\n并道歉。"),
        ("客户回访", "无异议"),
    ]
    found = results(two_columns(pairs), form=ANNEX2)
    assert value(found, "trading_account_no") == "880012345"
    assert value(found, "handling_opinion") == "向客户解释并道歉。"
    assert value(found, "callback") == "无异议"


def test_a_value_that_hangs_into_the_next_label_cell_comes_back():
    lines = [
        *(line("投诉人姓名", 112, 315), line("身份证号码", 612, 315)),
        *(line("李小满", 112, 375), line(GOOD_ID[:12], 612, 370), line(GOOD_ID[12:], 612, 404)),
        *(line("投诉日期", 112, 435), line("交易账号", 812, 440)),
        *(line("2026.11.2", 112, 495), line("880012345", 612, 495)),
    ]
    cells = [cell(r, c, (100 + 500 * c, 300 + 60 * r, 600 + 500 * c, 360 + 60 * r)) for r in range(4) for c in (0, 1)]
    found = results(page(lines, cells))
    assert value(found, "complainant_id_no") == GOOD_ID
    assert value(found, "trading_account_no") == "880012345"


def test_a_number_wrapped_inside_its_own_cell():
    lines = [
        line(f"身份证号码：{GOOD_ID[:14]}", 112, 310),
        line(GOOD_ID[14:], 112, 350),
        line("姓名：李小满", 112, 415),
    ]
    cells = [cell(0, 0, (100, 300, 600, 400)), cell(1, 0, (100, 400, 600, 460))]
    found = results(page(lines, cells))
    assert value(found, "complainant_id_no") == GOOD_ID
    assert value(found, "complainant_name") == "李小满"


def test_a_bare_name_under_the_heading_of_the_other_side_is_not_the_complainants():
    rows = (("一、投诉人信息", None), ("姓名", "李小满"), ("工作单位", "安禾贸易有限公司"))
    rows += (
        ("二、被投诉方信息", None),
        ("姓名", "王国强"),
        ("工作单位", "鼎元石化有限公司"),
        ("联系电话", "0755-26880011"),
    )
    lines, cells = [], []
    for row, (label, words) in enumerate(rows):
        y = 300 + 60 * row
        lines.append(line(label, 112, y + 15))
        if words is None:
            cells.append(cell(row, 0, (100, y, 1500, y + 60), column_span=2))
            continue
        lines.append(line(words, 512, y + 15))
        cells += [cell(row, 0, (100, y, 500, y + 60)), cell(row, 1, (500, y, 1500, y + 60))]
    found = results(page(lines, cells))
    assert value(found, "complainant_name") == "李小满"
    assert value(found, "complainant_employer") == "安禾贸易有限公司"
    assert value(found, "respondent_org") == "鼎元石化有限公司"
    assert value(found, "respondent_staff") == "王国强"
    assert isinstance(found["complainant_phone"], FieldMissing)


def test_a_label_centred_beside_its_long_text_in_a_form_without_rules():
    lines = [
        *(line("涉及工作人员信息", 100, 300), line("王国强", 420, 300)),
        *(line("业务员承诺保本，", 420, 360), line("投诉事实说明", 100, 410), line("结果本金亏损，", 420, 410)),
        line("至今没有答复。", 420, 460),
    ]
    found = results(page(lines))
    assert value(found, "respondent_staff") == "王国强"
    assert value(found, "complaint_facts") == "业务员承诺保本，结果本金亏损，至今没有答复。"


STACKED = (
    (("投诉人姓名", "何晚舟"), ("投诉人手机号码", "13800138000"), ("投诉日期", "2026年3月9日")),
    (("被投诉会员单位名称", "岚山商品经营有限公司"), ("涉及工作人员信息", "")),
    (("投诉人交易账号", "660012345"), ("投诉人常用电子邮箱", "wz@example.com")),
)


def stacked_lines(rows, step=120):
    """Labels with their values below them, no rules."""
    lines = [line("投诉申请登记表", 600, 150, 48)]
    for row, pairs in enumerate(rows):
        for column, (label, value) in enumerate(pairs):
            x, y = 120 + 480 * column, 300 + step * row
            lines += [line(label, x, y, 24), *([line(value, x + 4, y + 46)] if value else [])]
    return lines


def test_values_below_their_labels_without_rules_stay_in_their_columns():
    found = results(page(stacked_lines(STACKED)))
    assert value(found, "complainant_name") == "何晚舟"
    assert value(found, "complainant_mobile") == "13800138000"
    assert value(found, "complaint_date") == "2026-03-09"
    assert value(found, "respondent_org") == "岚山商品经营有限公司"
    assert value(found, "trading_account_no") == "660012345"
    assert value(found, "complainant_email") == "wz@example.com"
    assert found["respondent_staff"].reason is MissingReason.BLANK_ON_FORM


def test_a_value_below_its_label_on_a_form_that_puts_values_aside_stays_below_acceptance():
    lines = [line("投诉人姓名：何晚舟", 120, 300), line("投诉人手机号码", 120, 380), line("13800138000", 124, 430)]
    found = results(page(lines))
    assert value(found, "complainant_mobile") == "13800138000"
    assert found["complainant_mobile"].probability < 0.95


def test_a_place_is_not_blank_when_unclaimed_words_stand_near_it():
    lines = [line("投诉人姓名：何晚舟", 120, 300), line("投诉人手机号码", 400, 380), line("13800138000", 320, 430)]
    found = results(page(lines))["complainant_mobile"]
    assert isinstance(found, FieldValue) or found.reason is MissingReason.NOT_FOUND


@given(st.lists(st.lists(st.booleans(), min_size=2, max_size=3), min_size=2, max_size=4))
@settings(max_examples=40, deadline=None)
def test_no_two_fields_share_words(filled):
    names = iter(field for field in ANNEX3.fields if field.anchor is None)
    rows = [[(next(names).labels[0], f"甲{i}{j}" if full else "") for j, full in enumerate(row)]
            for i, row in enumerate(filled)]  # fmt: skip
    found = results(page(stacked_lines(rows))).values()
    boxes = [(e.quote, e.bbox) for r in found if isinstance(r, FieldValue) for e in r.evidence]
    assert len(boxes) == len(set(boxes))


@pytest.mark.parametrize("stroke", ["—", "_", "＿＿", " 一"])
def test_a_writing_line_read_as_a_stroke_is_no_part_of_the_value(stroke):
    found = results(
        page(
            [
                line(f"投诉人姓名：何晚舟{stroke}", 120, 300),
                line(f"涉及工作人员信息：客服037{stroke.strip()}", 120, 380),
            ]
        )
    )
    assert value(found, "complainant_name") == "何晚舟"
    assert value(found, "respondent_staff") == "客服037"


def test_a_comma_in_a_mail_domain_is_a_misread_stop_and_flagged():
    found = results(page([line("投诉人常用电子邮箱：wz.he@mail.example,net", 120, 300)]))
    assert value(found, "complainant_email") == "wz.he@mail.example.net"
    assert any(check.name == "email_separator" for check in found["complainant_email"].checks)


def test_a_stroke_that_may_end_a_name_is_left_to_a_person():
    found = results(page([line("投诉人姓名：何晚舟一", 120, 300), line("涉及工作人员信息：客服037一", 120, 380)]))
    assert value(found, "complainant_name") == "何晚舟一"
    assert found["complainant_name"].probability < 0.9
    assert value(found, "respondent_staff") == "客服037"


def grid(rows, height=110, first=300):
    """Cells over the whole width; every entry is the lines of one cell, from its top."""
    lines, cells = [line("投诉申请登记表", 600, 150, 48)], []
    columns = 12
    for r, entries in enumerate(rows):
        span = columns // len(entries)
        for i, texts in enumerate(entries):
            x, y, step = 100 + 120 * i * span, first + r * height, 120 * span
            cells.append(cell(r, i * span, (x, y, x + step, y + height), column_span=span))
            lines += [line(text, x + 10, y + 8 + 46 * k, 26) for k, text in enumerate(texts) if text]
    return page(lines, cells)


def test_cells_that_hold_their_own_labels_leave_a_lone_label_blank():
    found = results(
        grid(
            [
                [["投诉人姓名", "何晚舟"], ["性别", "男"], ["投诉日期", "2026年3月9日"]],
                [["投诉人工作单位名称", ""], ["职业", "仓管"]],
                [["投诉人手机号码", "13800138000"], ["投诉人联系电话", ""], ["投诉人交易账号", "660012345"]],
            ]
        )
    )
    assert value(found, "complainant_name") == "何晚舟"
    assert value(found, "trading_account_no") == "660012345"
    assert found["complainant_employer"].reason is MissingReason.BLANK_ON_FORM
    assert found["complainant_phone"].reason is MissingReason.BLANK_ON_FORM


def test_rows_of_labels_over_rows_of_values_never_take_an_unknown_label_for_a_value():
    found = results(
        grid(
            [
                [["投诉人姓名"], ["证件类型"], ["投诉人身份证号码"]],
                [["何晚舟"], ["身份证"], [GOOD_ID]],
                [["投诉人手机号码"], ["投诉人联系电话"]],
                [["13800138000"], [""]],
                [["被投诉会员单位名称"], ["涉及工作人员信息"]],
                [["岚山商品经营有限公司"], [""]],
            ],
            height=60,
        )
    )
    assert value(found, "complainant_name") == "何晚舟"
    assert value(found, "complainant_id_no") == GOOD_ID
    assert value(found, "respondent_org") == "岚山商品经营有限公司"
    assert found["respondent_staff"].reason is MissingReason.BLANK_ON_FORM
    assert found["complainant_phone"].reason is MissingReason.BLANK_ON_FORM


def test_unknown_labels_beside_known_ones_are_not_values_without_rules():
    rows = [[*pairs, ("性别", "男")] if len(pairs) == 2 else list(pairs) for pairs in STACKED]
    found = results(page(stacked_lines(rows)))
    assert value(found, "trading_account_no") == "660012345"
    assert value(found, "complainant_email") == "wz@example.com"
    assert not isinstance(found["respondent_staff"], FieldValue) or found["respondent_staff"].probability < 0.9


def test_the_number_of_a_label_does_not_end_the_value_before_it():
    found = results(
        page(
            [
                line("1、涉及工作人员信息", 200, 300),
                line("周远山，工号0418", 600, 300),
                line("2、投诉人姓名", 200, 380),
                line("何晚舟", 600, 380),
                line("3、投诉请求说明退还手续费。", 200, 460),
            ]
        )
    )
    assert value(found, "respondent_staff") == "周远山"
    assert value(found, "complainant_name") == "何晚舟"
    assert value(found, "complaint_request") == "退还手续费。"


def test_a_heading_of_a_section_gives_no_name():
    found = results(page([line("投诉人信息", 600, 250), line("联系电话：0632-7715038", 200, 330)]))
    assert not isinstance(found["complainant_name"], FieldValue)


def test_a_section_heading_that_repeats_a_label_does_not_cut_the_text():
    lines = [line("投诉内容", 700, 250)]
    lines += [line("业务员承诺保底，四月账户被强行平仓，", 420, 330), line("亏损五万元。", 420, 380)]
    lines += [line("投诉事实说明", 150, 380), line("退还手续费。", 420, 460), line("投诉请求说明", 150, 500)]
    found = results(page(lines))
    assert value(found, "complaint_facts").startswith("业务员承诺保底，四月账户被强行平仓，亏损五万元。")
    assert found["complaint_facts"].probability < 0.9
    assert isinstance(found["complaint_request"], FieldValue) or (
        found["complaint_request"].reason is MissingReason.NOT_FOUND
    )


def test_sections_without_rules_say_whose_data_follow():
    words = (
        "投诉人信息",
        "姓名：何晚舟",
        "手机号码：13800138000",
        "被投诉方信息",
        "联系电话：0632-7715038",
        "联系地址：岚山市渡口区",
    )
    found = results(page([line(text, 150, 250 + 80 * i) for i, text in enumerate(words)]))
    assert value(found, "complainant_name") == "何晚舟"
    assert value(found, "complainant_mobile") == "13800138000"
    assert not isinstance(found["complainant_phone"], FieldValue)
    assert not isinstance(found["complainant_address"], FieldValue)
