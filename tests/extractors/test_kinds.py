from __future__ import annotations

import pytest

from domain.evidence import Seal
from domain.vocabulary import DocumentKind as Kind
from extractors.cut import cut
from extractors.kinds import recognise_page, recognise_pages
from tests.extractors.form_pages import FORMS, line, page, two_columns
from tests.extractors.test_form import ROWS
from tests.extractors.test_id_card import back, front

BODY = ["本人于九月在贵公司开户，业务员承诺保本保收益，", "结果三个月内全部亏损，请求退还手续费。"]


def titled(title: str, body=BODY, size: float = 54, number: int = 1):
    lines = [line(title, 827 - size * len(title) / 2, 160, size)]
    return page([*lines, *(line(text, 200, 320 + 60 * i) for i, text in enumerate(body))], number=number)


def prose(*texts: str, number: int = 2):
    return page([line(text, 200, 150 + 60 * i) for i, text in enumerate(texts)], number=number)


LETTER = titled("投诉书")
FORM = two_columns(ROWS)
CLOSING = prose("因此请求贵公司核实情况，依法处理。", "此致", "敬礼", "投诉人：李小满", "2026年11月2日")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("投诉书", Kind.COMPLAINT_LETTER),
        ("投 诉 书", Kind.COMPLAINT_LETTER),
        ("关于南湾石化公司违规收费的投诉", Kind.COMPLAINT_LETTER),
        ("投诉申请登记表", Kind.APPLICATION_FORM),
        ("投诉申请登记衰", Kind.APPLICATION_FORM),
        ("客户投诉表", Kind.COMPLAINT_REPORT_FORM),
        ("协助投诉申请单", Kind.COORDINATION_APPLICATION),
        ("客户交易明细表", Kind.TRADE_STATEMENT),
        ("授权委托书", Kind.AUTHORISATION),
        ("谈话笔录", Kind.INTERVIEW_RECORD),
        ("风险揭示书", Kind.CONTRACT_RISK_DISCLOSURE),
        ("撤诉申请书", Kind.WITHDRAWAL_STATEMENT),
        ("受案回执", Kind.POLICE_REPORT),
        ("营 业 执 照", Kind.BUSINESS_LICENCE),
        ("会员处理意见", Kind.MEMBER_OPINION),
        ("投诉处理结果总结报告", Kind.COORDINATION_REPORT),
        ("微信聊天记录", Kind.EVIDENCE),
        ("开户申请书", Kind.ACCOUNT_OPENING_FILE),
        ("增值税普通发票", Kind.INVOICE),
    ],
)
def test_titles(title: str, kind: Kind):
    guess = recognise_page(titled(title, ["内容如下，", "供核对。"]), FORMS)
    assert guess.kind is kind
    assert guess.probability > 0.6


def test_a_letter_without_a_title():
    words = [
        "尊敬的客服部：",
        "我于九月开户，贵公司业务员承诺保本，现提出投诉。",
        "请求退还手续费，望尽快处理。",
        "此致",
        "敬礼",
    ]
    assert recognise_page(prose(*words, number=1), FORMS).kind is Kind.COMPLAINT_LETTER


def test_a_fax_header_makes_no_cover():
    header = line("2026-11-02 09:41 FROM: 0755 26880011 TO: 传真 P.01/03", 80, 20, 20)
    letter = LETTER.read.text.lines
    assert recognise_page(page([header, *letter]), FORMS).kind is Kind.COMPLAINT_LETTER


def test_a_fax_cover():
    rows = ["收件人：南湾石化公司", "发件人：李小满", "页数：3页（含封面）", "事由：投诉材料", "□急件 □请审阅 ☑请答复"]
    assert recognise_page(titled("传 真", rows), FORMS).kind is Kind.FAX_COVER


def test_a_form_whose_title_is_cut_off_is_known_by_its_labels():
    lines = [one for one in FORM.read.text.lines if one.text != "投诉申请登记表"]
    assert recognise_page(page(lines, FORM.marks.cells), FORMS).kind is Kind.APPLICATION_FORM


def test_cards_blanks_and_strangers():
    assert recognise_page(page([*front(), *back()]), FORMS).kind is Kind.ID_CARD_COPY
    assert recognise_page(page([]), FORMS).kind is Kind.BLANK
    menu = titled("迎春小馆菜单", ["凉拌黄瓜 12元", "清蒸鲈鱼 68元"])
    guess = recognise_page(menu, FORMS)
    assert guess.kind is Kind.OTHER
    assert guess.probability <= 0.6


def kinds_and_ranges(*pages):
    guesses = recognise_pages(pages, FORMS)
    return [(d.guess.kind, d.first, d.last) for d in cut(pages, guesses, FORMS)]


def test_a_stack_is_cut_where_the_kind_changes():
    statement = titled("客户交易明细表", ["日期 品种 成交价 手续费 盈亏"])
    assert kinds_and_ranges(LETTER, CLOSING, FORM, page(front()), page(back()), statement) == [
        (Kind.COMPLAINT_LETTER, 1, 2),
        (Kind.APPLICATION_FORM, 3, 3),
        (Kind.ID_CARD_COPY, 4, 5),
        (Kind.TRADE_STATEMENT, 6, 6),
    ]


def test_two_forms_in_a_row_are_two_documents():
    assert kinds_and_ranges(FORM, FORM) == [(Kind.APPLICATION_FORM, 1, 1), (Kind.APPLICATION_FORM, 2, 2)]


def test_two_cards_in_a_row_are_two_documents():
    pages = (page(front()), page(back()), page(front()), page(back()))
    assert kinds_and_ranges(*pages) == [(Kind.ID_CARD_COPY, 1, 2), (Kind.ID_CARD_COPY, 3, 4)]


def test_blank_pages_stay_with_the_document_before_and_are_named():
    pages = (LETTER, page([]), CLOSING, page([]), FORM)
    made = cut(pages, recognise_pages(pages, FORMS), FORMS)
    assert [(d.guess.kind, d.first, d.last, d.blank_pages) for d in made] == [
        (Kind.COMPLAINT_LETTER, 1, 4, (2, 4)),
        (Kind.APPLICATION_FORM, 5, 5, ()),
    ]


def test_a_stranger_with_its_own_heading_is_not_swallowed_by_the_letter():
    menu = titled("迎春小馆菜单", ["凉拌黄瓜 12元", "清蒸鲈鱼 68元"])
    assert kinds_and_ranges(LETTER, menu) == [(Kind.COMPLAINT_LETTER, 1, 1), (Kind.OTHER, 2, 2)]


def test_every_page_is_in_exactly_one_document():
    pages = (page([]), LETTER, page([]), page(front()), FORM, CLOSING)
    made = cut(pages, recognise_pages(pages, FORMS), FORMS)
    assert [n for d in made for n in range(d.first, d.last + 1)] == list(range(1, len(pages) + 1))


def test_a_page_with_only_a_seal_or_a_page_mark_is_not_blank_and_goes_with_the_letter():
    marked = page([line("2/2", 800, 2200)], number=2)
    assert kinds_and_ranges(LETTER, marked) == [(Kind.COMPLAINT_LETTER, 1, 2)]
    empty = page([], number=2)
    seal = Seal(text=None, page=2, bbox=(900.0, 300.0, 1100.0, 500.0), probability=0.9)
    sealed = empty.model_copy(update={"marks": empty.marks.model_copy(update={"seals": (seal,)})})
    assert kinds_and_ranges(LETTER, sealed) == [(Kind.COMPLAINT_LETTER, 1, 2)]
