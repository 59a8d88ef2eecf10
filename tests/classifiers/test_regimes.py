"""The rules of other regimes than the exchange member's: bands, lines of business, people, categories, clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from classifiers.deadlines import Clock, deadlines
from classifiers.judge import judge
from classifiers.narrative import narrative
from classifiers.packs import adopt, check_adoption, load_adoption, load_packs
from classifiers.severity import decide_severity
from classifiers.worded_disposition import worded_disposition
from domain.policy import AdoptedPolicy
from domain.rules import LineOfBusiness
from domain.verdicts import CategoryVerdict, SeverityVerdict, Signal
from domain.vocabulary import DispositionValue, DocumentKind, Nature, SignalCode
from tests.classifiers.papers import POLICIES, case_of, document, text_of
from tests.classifiers.test_severity import signal

RECEIVED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, 10:00 in China


@cache
def packs() -> dict[str, AdoptedPolicy]:
    return {name: adopt(pack) for name, pack in load_packs(POLICIES).items()}


def adopted(tmp_path: Path, policy: str, **values: float) -> AdoptedPolicy:
    path = tmp_path / "adoption.yaml"
    lines = "".join(f"      {n}: {{value: {v}, set_by: 合规部, set_on: 2026-01-05}}\n" for n, v in values.items())
    path.write_text(f"adopter: 甲公司\npolicies:\n  - id: {policy}\n    parameters:\n{lines}", encoding="utf-8")
    assert check_adoption(path, load_packs(POLICIES)) == ()
    return adopt(packs()[policy].pack, load_adoption(path))


def level(policy: AdoptedPolicy, *signals: Signal, category: str | None = None, sure: bool = True) -> SeverityVerdict:
    told = CategoryVerdict(value=category, probability=0.97 if sure else 0.6, producer="test", accepted=sure)
    found = decide_severity(policy, signals, True, lambda _: "投诉书第 1 页", told)
    assert found is not None
    return found


def amount(yuan: str, line: LineOfBusiness | None = None) -> Signal:
    return signal("amount", f"{yuan} 元，涉及金额").model_copy(update={"line": line})


BANDS = {"l1_amount_min": 100000, "l2_amount_min": 10000, "l2_amount_max": 100000, "l3_amount_max": 9999}


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        ("100000.01", "一级投诉"),
        ("100000", "二级投诉"),
        ("10000", "二级投诉"),
        ("9999", "三级投诉"),
        ("20", "三级投诉"),
    ],
)
def test_bands_of_sums(tmp_path: Path, yuan: str, expected: str) -> None:
    found = level(adopted(tmp_path, "insurance-securities", **BANDS), amount(yuan))
    assert found.level == expected
    assert found.accepted is (expected != "三级投诉")


def test_a_sum_between_the_bands_asks_a_person(tmp_path: Path) -> None:
    found = level(adopted(tmp_path, "insurance-securities", **BANDS), amount("9999.5"))
    assert [u.rule for u in found.undecided] == ["amount"]
    assert not found.accepted


def test_bands_that_overlap_and_duties_told_twice_are_named(tmp_path: Path) -> None:
    path = tmp_path / "adoption.yaml"
    values = {**BANDS, "l2_amount_max": 120000, "l1_result_wd": 3, "feedback_l1_wd": 5}
    lines = "".join(f"      {n}: {{value: {v}, set_by: 合规部, set_on: 2026-01-05}}\n" for n, v in values.items())
    path.write_text(f"adopter: 甲\npolicies:\n  - id: insurance-securities\n    parameters:\n{lines}", encoding="utf-8")
    problems = check_adoption(path, load_packs(POLICIES))
    assert len(problems) == 2
    assert "上限 120000" in problems[0]
    assert "规定了两次" in problems[1]


@pytest.mark.parametrize(
    ("yuan", "line", "expected", "asked"),
    [
        ("10000", LineOfBusiness.MOTOR, "重大投诉", False),
        ("9999", LineOfBusiness.REPAIR, "一般投诉", False),
        ("49999", LineOfBusiness.PROPERTY, "一般投诉", False),
        ("50000", LineOfBusiness.ACCIDENT_HEALTH, "重大投诉", False),
        ("20000", None, "重大投诉", True),
        ("900", None, "一般投诉", False),
    ],
)
def test_sums_by_line_of_business(yuan: str, line: LineOfBusiness | None, expected: str, asked: bool) -> None:
    found = level(packs()["auto-insurance"], amount(yuan, line))
    assert (found.level, bool(found.undecided)) == (expected, asked)


@pytest.mark.parametrize(("people", "expected"), [("3", "重大投诉"), ("2", "一般投诉")])
def test_three_people_are_a_group(people: str, expected: str) -> None:
    assert level(packs()["auto-insurance"], signal("group", f"{people} 人共同投诉")).level == expected


@pytest.mark.parametrize(
    ("category", "sure", "expected", "accepted"),
    [
        ("违规操作", True, "复杂投诉", True),
        ("工作失误", True, "一般投诉", True),
        ("违规操作", False, "复杂投诉", False),
        ("金融犯罪", True, None, False),
        (None, True, None, False),
    ],
)
def test_time_class_by_category(category: str | None, sure: bool, expected: str | None, accepted: bool) -> None:
    found = level(packs()["credit-union-measures"], category=category, sure=sure)
    assert (found.level, found.accepted) == (expected, accepted)


@pytest.mark.parametrize(
    ("yuan", "expected", "asked"),
    [
        ("100000", "业务部门经理核决", False),
        ("100000.5", "副总经理核决", False),
        ("150000", "总经理核决", True),
        ("150001", "总经理核决", False),
    ],
)
def test_who_approves_a_claim(yuan: str, expected: str, asked: bool) -> None:
    found = level(packs()["pcb-manufacturer"], amount(yuan))
    assert (found.level, bool(found.undecided)) == (expected, asked)


def test_a_hotels_level_is_only_proposed() -> None:
    found = level(packs()["hotel"], signal("personal_injury"))
    assert (found.level, found.accepted) == ("重大投诉", False)
    assert "由人认定" in found.undecided[0].reason


def test_hours_minutes_ranges_and_levels() -> None:
    due = {d.duty: d for d in deadlines(packs()["pharma"], Clock(RECEIVED))}
    assert due["首次答复顾客"].due_at == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    found = deadlines(packs()["credit-union-measures"], Clock(RECEIVED), "复杂投诉")
    assert len(found) == 1
    assert found[0].due_at is not None
    assert found[0].due_at.date() == date(2026, 12, 4)
    assert "7 个工作日（2026-12-01）起预警" in found[0].basis


def test_an_agreed_day_is_the_due_time() -> None:
    told = deadlines(packs()["securities-brokerage"], Clock(RECEIVED, date(2026, 12, 1)))
    assert [d.due_at for d in told] == [None, datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)]
    assert "尚未记录" in deadlines(packs()["securities-brokerage"], Clock(RECEIVED))[1].basis


def test_what_must_be_done_at_once_is_told_with_its_words() -> None:
    told = deadlines(packs()["securities-brokerage"], Clock(RECEIVED), signals=(signal("legal_dispute", "法院传票"),))
    assert "法院传票" in told[-1].basis
    unclear = signal("legal_dispute", certain=False)
    assert len(deadlines(packs()["securities-brokerage"], Clock(RECEIVED), signals=(unclear,))) == 2


@pytest.mark.parametrize(
    ("policy", "words", "value", "nature"),
    [
        ("hotel", "我自愿撤回上周的投诉，酒店已经赔礼道歉。", "not_complaint", Nature.WITHDRAWAL),
        ("hotel", "现将宾客秦某的投诉材料转你店，请核实处理并将办理结果报我局。", "complaint", Nature.FORWARDED),
        ("hotel", "上个月我已经投诉过一次，没人答复，空调还是坏的，要求退房费。", "complaint", Nature.REPEAT),
        ("credit-union-measures", "建议贵社在大厅增加两把椅子，方便老人。", "complaint", Nature.SUGGESTION),
        ("customer-ledger", "建议贵公司在大厅增加两把椅子，方便老人。", "not_complaint", Nature.SUGGESTION),
        ("auto-insurance", "你们的查勘员收回扣，和修理厂一起伪造事故照片。", "not_complaint", Nature.STAFF_CRIME),
        ("rural-bank", "你们的信贷员收回扣，伪造贷款资料。", "complaint", Nature.COMPLAINT),
        ("pharma", "请问贵厂的颗粒开封后能存放几天？", "complaint", Nature.INQUIRY),
        ("exchange-member", "请问保证金比例从哪天起调整？需要补多少？", "inquiry", Nature.INQUIRY),
    ],
)
def test_what_a_paper_is_under_its_regime(policy: str, words: str, value: str, nature: Nature) -> None:
    texts = (text_of(words),)
    found = worded_disposition(packs()[policy], narrative(texts), texts)
    assert (found.value, found.nature) == (DispositionValue(value), nature)
    if nature in (Nature.WITHDRAWAL, Nature.STAFF_CRIME, Nature.SUGGESTION):
        assert not found.accepted
    if value == "complaint" and nature is not Nature.FORWARDED:
        assert found.refer_to is None
    if nature is Nature.STAFF_CRIME:
        assert "总经理" in (found.refer_to or "")


@pytest.mark.parametrize("policy", sorted(load_packs(POLICIES)))
def test_every_regime_judges_a_letter_and_cites_real_words(policy: str) -> None:
    words = "我在你们这里办业务，柜台态度恶劣，还骂人。我已经向市场监管局投诉。请尽快处理并赔偿损失3,200元。"
    texts = (text_of(words),)
    case = case_of((document(DocumentKind.COMPLAINT_LETTER),)).model_copy(update={"policy": policy})
    judgement, reasons = judge(case, texts, packs()[policy])
    lines = {line.text for t in texts for p in t.pages for line in p.lines}
    shown = [*judgement.disposition.evidence, *judgement.category.evidence]
    shown += [e for s in judgement.severity.signals for e in s.evidence]
    assert shown
    assert all(any(e.quote in line for line in lines) for e in shown)
    assert SignalCode.REGULATOR in {s.signal for s in judgement.severity.signals}
    assert all(r.message for r in reasons)
