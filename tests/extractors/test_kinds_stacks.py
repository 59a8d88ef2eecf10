"""Papers of other regimes, and stacks: two letters in a row, later pages, screens of a chat, backs, doubts."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.vocabulary import DocumentKind as Kind
from extractors.kinds.cut import cut
from extractors.kinds.page_kinds import recognise_page, recognise_pages
from extractors.kinds.page_view import view_page
from extractors.kinds.rules import FormBook
from extractors.kinds.text_model import WEIGHTS, load_weights
from extractors.kinds.titles import TITLES
from extractors.kinds.traditional import to_simplified
from tests.extractors.form_pages import FORMS, line, page
from tests.extractors.test_id_card import front
from tests.extractors.test_kinds import CLOSING, LETTER, chat_page, kinds_and_ranges, prose, titled
from training.kind_pages import make_page
from training.kind_templates import read_templates

SECOND = titled(
    "投诉信",
    [
        "投诉人：贺兰舟，电话13911112222",
        "我于十月在贵公司购买保险，代理人隐瞒条款，",
        "现提出投诉，要求退保并赔偿。",
        "贺兰舟",
    ],
    number=2,
)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("客户抱怨处理表", Kind.CLAIM_FORM_PCB),
        ("宾客投诉登记表", Kind.GUEST_REGISTRATION_FORM),
        ("賓客投訴登記表", Kind.GUEST_REGISTRATION_FORM),
        ("宾客意见表", Kind.OPINION_CARD),
        ("顾客投诉与处理记录", Kind.COMPLAINT_RECORD_PHARMA),
        ("检验报告书", Kind.TEST_REPORT),
        ("成品退货单", Kind.RETURN_SLIP),
        ("销货折让证明单", Kind.RETURN_OR_ALLOWANCE_PROOF),
        ("异常处理单", Kind.ABNORMAL_SLIP),
        ("签 呈", Kind.MEMO),
        ("奖罚通知单", Kind.MEMO),
        ("工程维修记录表", Kind.REPAIR_RECORD),
        ("工程回访记录表", Kind.OWNER_DOCUMENTS),
        ("保修期满告知函", Kind.WARRANTY_LETTER),
        ("客户投诉登记簿", Kind.LEDGER),
        ("投訴臺賬", Kind.LEDGER),
        ("投诉转办单", Kind.HANDLING_SLIP),
        ("业务联系单", Kind.LIAISON_SLIP),
        ("催办单", Kind.REMINDER_SLIP),
        ("事件单", Kind.EVENT_SLIP),
        ("客服工单", Kind.WORK_ORDER),
        ("投诉申请登记表", Kind.APPLICATION_FORM),
        ("协调投诉申请单", Kind.COORDINATION_APPLICATION),
    ],
)
def test_papers_of_every_regime_are_told_without_their_pack(title: str, kind: Kind):
    guess = recognise_page(titled(title, ["内容如下，", "供核对。"]))
    assert guess.kind is kind
    assert guess.reason == to_simplified(title)


def test_a_title_of_the_packs_forms_goes_first():
    found = recognise_page(titled("客户投诉表", ["客户抱怨 料号 不良数量", "订单编号 交运日期"]), FORMS)
    assert found.kind is Kind.COMPLAINT_REPORT_FORM
    assert found.probability >= 0.9


def test_every_kind_on_paper_has_titles_or_a_rule_and_the_model_knows_it():
    known = set(load_weights().kinds) | {Kind.BLANK, Kind.LEGAL_REP_ID_COPY, Kind.AGENT_ID}
    assert set(Kind) == known
    assert set(TITLES) <= known
    assert WEIGHTS.stat().st_size <= 1_500_000


@pytest.mark.parametrize(
    ("caption", "kind"),
    [("法定代表人身份证复印件", Kind.LEGAL_REP_ID_COPY), ("代理人身份证复印件", Kind.AGENT_ID)],
)
def test_a_caption_says_whose_card_it_is(caption: str, kind: Kind):
    guess = recognise_page(page([line(caption, 500, 60), *front()]))
    assert guess.kind is kind
    assert guess.probability >= 0.9


def test_letters_of_two_persons_are_two_documents():
    assert kinds_and_ranges(LETTER, CLOSING, SECOND) == [
        (Kind.COMPLAINT_LETTER, 1, 2),
        (Kind.COMPLAINT_LETTER, 3, 3),
    ]


def test_screens_of_one_chat_are_one_document_and_a_letter_after_them_another():
    assert kinds_and_ranges(chat_page(), chat_page(), LETTER) == [
        (Kind.EVIDENCE, 1, 2),
        (Kind.COMPLAINT_LETTER, 3, 3),
    ]


def test_backs_of_a_letter_stay_inside_it():
    assert kinds_and_ranges(LETTER, page([]), CLOSING, page([])) == [(Kind.COMPLAINT_LETTER, 1, 4)]


def test_where_a_cut_is_doubtful_the_person_is_told():
    later = prose(
        "投诉人：何晚舟，电话13811112222",
        "另外，客服多次挂断我的电话，态度很差，我要求书面答复。",
        "何晚舟",
    )
    pages = (LETTER, later)
    made = cut(pages, recognise_pages(pages, FORMS), FORMS)
    if len(made) == 1:
        assert made[0].guess.probability < 0.9
        assert "第2页是否另起一份" in made[0].guess.reason
    else:
        assert [d.guess.kind for d in made] == [Kind.COMPLAINT_LETTER] * 2


def test_a_paper_of_no_known_kind_goes_to_a_person():
    guess = recognise_page(titled("迎春小馆菜单", ["凉拌黄瓜 12元", "清蒸鲈鱼 68元"]))
    assert guess.kind is Kind.OTHER
    assert guess.probability <= 0.6


TEMPLATES = read_templates()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEMPLATES) - 1), st.integers(0, 10**6)), min_size=1, max_size=5))
def test_any_file_is_parted_without_gap_or_overlap(chosen: list[tuple[int, int]]):
    pages = tuple(make_page(TEMPLATES[which], Random(seed)) for which, seed in chosen)
    guesses = recognise_pages(pages)
    made = cut(pages, guesses)
    assert [n for d in made for n in range(d.first, d.last + 1)] == list(range(1, len(pages) + 1))
    assert all(0 <= d.guess.probability <= 0.99 and d.guess.reason for d in made)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(TEMPLATES) - 1), st.integers(0, 10**6))
def test_shares_of_a_page_add_to_one(which: int, seed: int):
    shares = view_page(make_page(TEMPLATES[which], Random(seed)), FormBook()).shares
    assert abs(sum(shares.values()) - 1) < 1e-6
