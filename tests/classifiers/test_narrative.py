"""Sentences and their places; printed notices of forms say nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classifiers.characters import fold
from classifiers.narrative import narrative, sentences
from classifiers.worded_signals import worded_signals
from domain.vocabulary import DocumentKind
from tests.classifiers.papers import adopted, case_of, text_of

FORM = """投诉申请登记表
投诉人姓名
贺知行
投诉事实说明
客服挂断我的电话，我已三次投诉，问题一直没有解决。
投诉请求说明
请书面道歉。
投诉人须知
1.只接受本人书面实名投诉，不受理匿名投诉和代理投诉。
2.自然人投诉的，须提交投诉书（本人签字）、身份证复印件、相关证据；法人投诉的，由法定代表人签字并加盖公章。
3.投诉人应如实反映情况，不得捏造事实、诬告他人，违者将追究法律责任；涉嫌犯罪的移送公安机关。
4.采取闹事、围堵、向媒体散布不实信息等方式的，按有关规定处理。
5.投诉材料齐全后开始调查。
投诉人确认知晓上述内容并认可后签字盖章：
日期：2026年9月20日"""


def test_the_notice_of_a_form_fires_no_signal() -> None:
    paper = text_of(FORM, DocumentKind.APPLICATION_FORM)
    spoken = narrative((paper,))
    codes = {c.value for c in worded_signals(case_of(), spoken, adopted())}
    assert codes == {"repeat"}
    assert not any("围堵" in s.text for s in spoken)


def test_the_notice_before_the_facts_does_not_swallow_them() -> None:
    notice, facts = FORM[FORM.index("投诉人须知") : FORM.index("投诉人确认")], "投诉事实说明\n业务员承诺保本保息。\n"
    paper = text_of("投诉申请登记表\n" + notice + facts, DocumentKind.APPLICATION_FORM)
    codes = {c.value for c in worded_signals(case_of(), narrative((paper,)), adopted())}
    assert "illegality" in codes


def test_a_sentence_over_two_lines_has_a_box_on_each() -> None:
    words = "一二三四五六七八九十" * 2 + "我的账户被他人承诺保本保息" + "，一直没有人管。"
    found = worded_signals(case_of(), narrative((text_of(words),)), adopted()).values()
    evidence = next(s for s in found if s.signal == "illegality").evidence
    assert len(evidence) == 2
    assert "".join(e.quote for e in evidence) == "承诺保本"
    assert evidence[0].bbox[1] < evidence[1].bbox[1]
    assert evidence[0].bbox[2] == 100 + 35 * 30


def test_only_other_papers_are_read_when_nobody_speaks() -> None:
    other = text_of("关于系统升级的通知。", DocumentKind.OTHER, "other")
    contract = text_of("严禁代客操作，违法必究。", DocumentKind.CONTRACT_RISK_DISCLOSURE, "contract")
    letter = text_of("请退款。", DocumentKind.COMPLAINT_LETTER)
    report = text_of("现报案如下。", DocumentKind.POLICE_REPORT, "report")
    assert [s.text for s in narrative((other, contract))] == ["关于系统升级的通知。"]
    assert [s.text for s in narrative((report, contract))] == ["现报案如下。"]
    assert [s.text for s in narrative((other, contract, letter))] == ["请退款。"]


@given(st.text(alphabet="我們訴公司，。！？投诉12\n（）;；没有", max_size=120))
def test_every_quote_is_what_stands_on_the_line(words: str) -> None:
    paper = text_of(words)
    lines = {line.text for page in paper.pages for line in page.lines}
    for sentence in sentences(paper):
        evidence = sentence.evidence(0, len(sentence.text))
        assert fold("".join(e.quote for e in evidence)) == sentence.text
        assert all(any(e.quote in line for line in lines) for e in evidence)


@given(st.text(max_size=60))
def test_folding_keeps_every_offset(words: str) -> None:
    assert len(fold(words)) == len(words)
