from __future__ import annotations

from pathlib import Path

import pytest

from domain.documents import PageQuality
from domain.evidence import Seal
from domain.vocabulary import DocumentKind as Kind
from extractors.forms.labels import bare
from extractors.kinds.cut import cut
from extractors.kinds.page_kinds import recognise_page, recognise_pages
from extractors.kinds.prose import questions_and_answers
from extractors.kinds.titles import TITLES
from flows.wiring import load_policies
from tests.extractors.form_pages import FORMS, cell, line, page, two_columns
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
        ("个人账户交易流水", Kind.EVIDENCE),
        ("电话录音登记卡", Kind.AUDIO_VIDEO),
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


CHAT = (
    ("9:06", 16, 13),
    ("4G 61%", 406, 13),
    ("小舟顾问", 215, 46),
    ("3月4日 20:15", 215, 106),
    ("姐，明早开盘直接进多单", 83, 150),
    ("上次的亏损还没说清楚", 250, 220),
    ("放心，这次包赚", 83, 290),
    ("不做了", 390, 360),
)


def chat_page(scale=1.0):
    lines = [line(words, x * scale, y * scale, 20 * scale) for words, x, y in CHAT]
    right = 460 * scale
    moved = []
    for one, (words, x, y) in zip(lines, CHAT, strict=True):
        moved.append(
            line(words, right - (one.bbox[2] - one.bbox[0]), y * scale, 20 * scale) if x in (250, 390) else one
        )
    return page(moved, size=(int(500 * scale), int(900 * scale)))


@pytest.mark.parametrize("scale", [1.0, 2.6])
def test_a_chat_on_a_screen_is_evidence(scale):
    guess = recognise_page(chat_page(scale), FORMS)
    assert guess.kind is Kind.EVIDENCE
    assert guess.probability >= 0.75


PROSE = (
    "客户服务部领导：",
    "我在你们营业部做了两年，上个月十二号系统一直登录不上，单子平不掉，",
    "等能进去的时候已经亏了三万多。打电话过去没人接，到现场又推来推去。",
    "希望你们把这件事查清楚，给我一个说法。",
    "一个老客户",
)


def test_an_untitled_complaint_in_the_first_person_is_a_letter_but_not_for_sure():
    guess = recognise_page(page([line(words, 200, 300 + 70 * i) for i, words in enumerate(PROSE)]), FORMS)
    assert guess.kind is Kind.COMPLAINT_LETTER
    assert 0.6 <= guess.probability <= 0.92


@pytest.mark.parametrize(
    "words",
    [
        ("春季茶叶上市，价格平稳。记者走访多家门店，店主表示销量不如去年。", "专家提醒消费者注意辨别产地，理性购买。")
        * 3,
        ("我公司定于下月举办培训。", "请贵处派员参加，地点另行通知。", "培训为期三天，食宿自理，资料现场发放。") * 2,
    ],
)
def test_prose_that_complains_of_nothing_is_no_complaint(words):
    guess = recognise_page(page([line(row, 200, 300 + 70 * i) for i, row in enumerate(words)]), FORMS)
    assert guess.kind is not Kind.COMPLAINT_LETTER


@pytest.mark.parametrize(
    "rows",
    [
        ("代理商佣金结算", "期间 2026-01", "应付佣金 已付佣金 未付", "小计 1,200.00", "合计 3,400.00"),
        ("账单详情", "收款方 周远山", "付款方式 储蓄卡", "转账时间 2026-03-04 10:11:12", "交易单号 20260304101112"),
        ("收据", "今收到 何晚舟 交来", "人民币（大写）壹仟元整", "收款人：周远山"),
        ("通话详单", "2026-03-04 10:11 主叫 02144556677", "03分12秒"),
    ],
)
def test_papers_about_money_and_calls_are_evidence(rows):
    guess = recognise_page(page([line(row, 150, 150 + 80 * i) for i, row in enumerate(rows)]), FORMS)
    assert guess.kind is Kind.EVIDENCE


def test_a_chat_with_names_beside_its_bubbles_is_evidence():
    lines = [line("3月4日 20:15", 800, 120, 28)]
    for i, (left, right) in enumerate(
        (("早上有行情，跟不跟", "上次亏的还没说法"), ("这次有老师带", "手续费怎么这么高"))
    ):
        y = 220 + 400 * i
        lines += [line("小舟", 160, y, 36), line(left, 280, y, 36)]
        lines += [line(right, 1500 - 36 * len(right), y + 200, 36), line("我", 1560, y + 200, 36)]
    guess = recognise_page(page(lines), FORMS)
    assert guess.kind is Kind.EVIDENCE


def test_a_wide_slip_with_a_table_or_a_known_title_is_no_envelope():
    rows = [("菜名", "单价"), ("青菜", "28"), ("豆腐", "32"), ("米饭", "2")]
    lines, cells = [], []
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            x, y = 200 + 700 * c, 300 + 80 * r
            cells.append(cell(r, c, (x, y, x + 700, y + 80)))
            lines.append(line(words, x + 20, y + 20))
    table = page(lines, cells, size=(1654, 900))
    assert recognise_page(table, FORMS).kind is not Kind.ENVELOPE
    card = page([line("录音登记卡", 700, 120, 54), line("主叫号码：0755-26001234", 200, 300)], size=(1654, 900))
    assert recognise_page(card, FORMS).kind is Kind.AUDIO_VIDEO


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("投诉件撤回登记表", Kind.WITHDRAWAL_STATEMENT),
        ("第三次催办函", Kind.REMINDER_SLIP),
        ("消费者诉求转送单", Kind.HANDLING_SLIP),
        ("政务热线诉求工单", Kind.WORK_ORDER),
        ("面谈录音文字整理", Kind.AUDIO_VIDEO),
        ("国内特快专递邮件收据", Kind.OTHER),
        ("江南银行信用卡月结账单", Kind.EVIDENCE),
        ("住院费用清单", Kind.EVIDENCE),
        ("客户抱怨追踪表", Kind.LEDGER),
        ("车位收费投诉", Kind.COMPLAINT_LETTER),
        ("业主入住意见书", Kind.OWNER_DOCUMENTS),
    ],
)
def test_the_words_of_an_unknown_title_tell_its_kind(title: str, kind: Kind):
    assert recognise_page(titled(title, ["内容如下，", "供核对。"])).kind is kind


def test_titles_of_every_packs_forms_are_known_without_the_pack():
    known = {bare(title) for titles in TITLES.values() for title in titles}
    packs = load_policies(Path(__file__).parents[2] / "policies", None).packs
    forms = [form for pack in packs.values() for form in pack.forms]
    assert forms
    assert [title for form in forms for title in form.titles if bare(title) not in known] == []


def test_questions_and_answers_are_told_by_taking_turns_however_they_are_read():
    told = ["四：您是哪天开的户", "差：去年九月", "四：谁带您去的", "差：同事", "以上看过"]
    assert questions_and_answers(told)
    assert not questions_and_answers(["姓：贺", "名：兰舟", "住：南湾", "电：无", "年：三十"])


def test_what_shines_through_from_the_other_side_is_no_text():
    quality = PageQuality(sharpness=1, contrast=0.06, dpi=200, usable=True)
    back_of_sheet = prose("四林平魅一十十羊今田", "大不月本品腔四林")
    lines = tuple(one.model_copy(update={"score": 0.6}) for one in back_of_sheet.read.text.lines)
    text = back_of_sheet.read.text.model_copy(update={"lines": lines})
    faint = back_of_sheet.read.page.model_copy(update={"quality": quality})
    read = back_of_sheet.read.model_copy(update={"page": faint, "text": text})
    assert recognise_page(back_of_sheet.model_copy(update={"read": read})).kind is Kind.BLANK
    legible = back_of_sheet.read.model_copy(update={"page": faint})
    assert recognise_page(back_of_sheet.model_copy(update={"read": legible})).kind is not Kind.BLANK
