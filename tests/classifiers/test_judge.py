"""Whole cases: what is asked, what persons decided, where the case stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from classifiers.judge import judge
from classifiers.route import accept_fields, case_status, queue_priority
from domain.case import Case, Decision, Mismatch, MismatchValue
from domain.documents import DocumentText, Failure
from domain.evidence import Check, FieldMissing
from domain.policy import AdoptedPolicy
from domain.review import apply_decision
from domain.vocabulary import CaseStatus, DocumentKind, IdSide, MissingReason, Nature
from tests.classifiers.letters import COMPLAINTS, INQUIRIES, OTHERS
from tests.classifiers.papers import adopted, case_of, document, signature, text_of, unset, value

K = DocumentKind
CALM = "投诉书。本人贺知行，客服挂断我的电话，态度恶劣，要求客服书面道歉。投诉人：贺知行"
GRAVE = "投诉书。本人贺知行，业务员祁若岚承诺保本保息，诱导我入金，现要求退还本金20万元。投诉人：贺知行"


def complete(words: str) -> tuple[Case, tuple[DocumentText, ...]]:
    name = {"complainant_name": "贺知行"}
    documents = (
        document(K.COMPLAINT_LETTER, signatures=(signature("贺知行"),), fields=name),
        document(K.ID_CARD_COPY, "card", sides=(IdSide.FRONT, IdSide.BACK), fields=name),
        document(K.TRADE_STATEMENT, "statement"),
    )
    return case_of(documents, {**name, "complainant_mobile": "13812345678"}), (text_of(words),)


def settled(case: Case, texts: tuple[DocumentText, ...], policy: AdoptedPolicy | None = None) -> Case:
    judgement, reasons = judge(case, texts, policy or adopted())
    case = case.model_copy(update={"judgement": judgement, "review": reasons})
    return case.model_copy(update={"status": case_status(case)})


def subjects(case: Case) -> set[str]:
    return {r.subject for r in case.review}


def decision(subject: str, action: str, text: str | None = None) -> Decision:
    return Decision(actor="阅卷人", at=datetime(2026, 9, 25, tzinfo=UTC), action=action, subject=subject, value=text)


def test_a_clear_and_complete_case_asks_only_whether_nothing_grave_was_overlooked() -> None:
    case = settled(*complete(CALM))
    assert subjects(case) == {"severity"}
    assert case.status is CaseStatus.AWAITING_REVIEW
    assert case.judgement is not None
    assert case.judgement.category.value == "服务质量类的投诉"
    assert case.judgement.severity.level == "一般投诉"


def test_without_an_adoption_the_same_case_asks_a_person() -> None:
    case = settled(*complete(CALM), policy=unset())
    assert {"severity", "rule:major_amount", "rule:major_company_loss"} <= subjects(case)
    assert case.status is CaseStatus.AWAITING_REVIEW


def test_every_statement_shows_real_words_on_a_real_page() -> None:
    case, texts = complete(GRAVE)
    judgement, _ = judge(case, texts, adopted())
    lines = {line.text for t in texts for p in t.pages for line in p.lines}
    evidence = [e for s in judgement.severity.signals for e in s.evidence]
    evidence += [*judgement.category.evidence, *judgement.disposition.evidence]
    assert evidence
    assert all(any(e.quote in line for line in lines) and e.document_id == "doc-letter" for e in evidence)
    assert all(s.evidence for s in judgement.severity.signals)


def test_incomplete_materials_wait_and_are_asked_for() -> None:
    case, texts = complete(CALM)
    case = settled(case.model_copy(update={"documents": case.documents[:1]}), texts)
    assert case.status is CaseStatus.AWAITING_MATERIALS
    assert {"materials:id_card_copy", "materials:evidence"} <= subjects(case)


def test_an_unclear_grave_signal_is_proposed_as_major_until_a_person_decides() -> None:
    case, texts = complete(CALM.replace("态度恶劣", "我怀疑有人挪用客户资金"))
    case = settled(case, texts)
    assert case.judgement is not None
    assert (case.judgement.severity.level, case.judgement.severity.accepted) == ("重大投诉", False)
    assert "possible_major" in {r.code for r in case.review}
    rejected = settled(apply_decision(case, decision("signal:illegality", "reject")), texts)
    assert rejected.judgement is not None
    assert rejected.judgement.severity.level == "一般投诉"
    confirmed = settled(apply_decision(case, decision("signal:illegality", "confirm")), texts)
    assert confirmed.judgement is not None
    assert (confirmed.judgement.severity.level, confirmed.judgement.severity.accepted) == ("重大投诉", True)


@pytest.mark.parametrize(
    ("subject", "chosen"),
    [("severity", "重大投诉"), ("category", "信息系统类的投诉"), ("disposition", "inquiry")],
)
def test_a_persons_verdict_stands(subject: str, chosen: str) -> None:
    case, texts = complete(CALM)
    again = settled(apply_decision(settled(case, texts), decision(subject, "set", chosen)), texts)
    verdict = getattr(again.judgement, subject)
    assert (verdict.level if subject == "severity" else verdict.value) == chosen
    assert verdict.accepted
    assert subject not in subjects(again)


def test_fields_above_their_budget_are_asked() -> None:
    case, texts = complete(CALM)
    doubtful = value("complainant_mobile", "13812345678", probability=0.99)
    vetoed = value("complainant_id_no", "110101199003070711").model_copy(
        update={"checks": (Check(name="id_number_check_digit", passed=False, message="校验位应为 0"),)}
    )
    missing = FieldMissing(name="trading_account_no", reason=MissingReason.ILLEGIBLE)
    fields = {**case.fields, "complainant_mobile": doubtful, "complainant_id_no": vetoed, "trading_account_no": missing}
    found = settled(case.model_copy(update={"fields": fields}), texts)
    assert {(r.code, r.subject) for r in found.review} == {
        ("low_probability", "field:complainant_mobile"),
        ("check_failed", "field:complainant_id_no"),
        ("missing_field", "field:trading_account_no"),
        ("undecided_rule", "severity"),
    }
    accepted = accept_fields(found, adopted())
    assert accepted["complainant_name"].accepted
    assert not accepted["complainant_mobile"].accepted


def test_mismatches_failures_kinds_and_bad_pages_are_asked() -> None:
    case, texts = complete(CALM)
    values = tuple(MismatchValue(value=v, document_id="doc-letter", page=1) for v in ("贺知行", "贺知衡"))
    failure = Failure(file="坏.pdf", error="DamagedPdfError", reason="文件损坏", next_step="请重新扫描")
    case = case.model_copy(
        update={
            "mismatches": (Mismatch(field="complainant_name", values=values),),
            "failures": (failure,),
            "documents": (
                *case.documents,
                document(K.EVIDENCE, "blur", usable=False),
                document(K.EVIDENCE, "doubt", probability=0.5),
            ),
        }
    )
    codes = {(r.code, r.subject) for r in settled(case, texts).review}
    assert codes == {
        ("mismatch", "field:complainant_name"),
        ("failure", "failure:坏.pdf"),
        ("page_quality", "document:doc-blur"),
        ("kind", "document:doc-doubt"),
        ("undecided_rule", "severity"),
    }
    answered = apply_decision(settled(case, texts), decision("failure:坏.pdf", "accept"))
    assert "failure:坏.pdf" not in subjects(settled(answered, texts))


@pytest.mark.parametrize("words", INQUIRIES)
def test_questions_are_not_complaints(words: str) -> None:
    judgement, _ = judge(case_of((document(K.COMPLAINT_LETTER),)), (text_of(words),), adopted())
    assert judgement.disposition.value == "inquiry"
    assert judgement.disposition.refer_to == "客服咨询岗"


@pytest.mark.parametrize("words", OTHERS)
def test_other_letters_are_not_complaints(words: str) -> None:
    judgement, _ = judge(case_of((document(K.OTHER),)), (text_of(words, K.OTHER),), adopted())
    assert judgement.disposition.value == "not_complaint"


def test_complaints_are_complaints_of_the_right_category() -> None:
    verdicts = [
        judge(case_of((document(K.COMPLAINT_LETTER),)), (text_of(words),), adopted())[0] for _, words in COMPLAINTS
    ]
    wrong = [w for v, (_, w) in zip(verdicts, COMPLAINTS, strict=True) if v.disposition.value != "complaint"]
    assert len(wrong) <= 1, wrong
    right = [v.category.value == label for v, (label, _) in zip(verdicts, COMPLAINTS, strict=True)]
    assert sum(right) >= 0.9 * len(right)
    accepted = [ok for ok, v in zip(right, verdicts, strict=True) if v.category.accepted]
    assert all(accepted)
    assert len(accepted) >= 0.5 * len(right)


def test_withdrawal_and_attachments_alone() -> None:
    paper = text_of("本人自愿撤回对贵公司的投诉。贺知行", K.WITHDRAWAL_STATEMENT)
    judgement, _ = judge(case_of((document(K.WITHDRAWAL_STATEMENT),)), (paper,), adopted())
    assert judgement.disposition.value == "not_complaint"
    assert not judgement.disposition.accepted
    assert "withdrawal" in {s.signal for s in judgement.severity.signals}
    card = text_of("姓名贺知行 公民身份号码", K.ID_CARD_COPY)
    judgement, reasons = judge(case_of((document(K.ID_CARD_COPY),)), (card,), adopted())
    assert judgement.disposition.value is None
    assert judgement.severity.level is None
    assert {"disposition", "severity"} <= {r.subject for r in reasons}


def test_a_slip_of_the_house_was_passed_on_by_nobody() -> None:
    slip = (
        "业务联系单 编号LX-0917 发往：运营管理部 事由：客户何女士反映网银不能登录，请核查后回复客户，并将结果报本部。"
    )
    passed = "澧兰区市场监督管理局 转办函 澧市监转〔2026〕31号 现将何女士的投诉转你单位办理，请于十五日内答复。"
    natures = []
    for words in (slip, passed):
        text = text_of(words)
        judgement, _ = judge(case_of((document(text.kind),), fields={}), (text,), adopted())
        natures.append(judgement.disposition.nature)
    assert natures[0] is not Nature.FORWARDED
    assert natures[1] is Nature.FORWARDED


def test_nothing_at_all_is_judged_without_failing() -> None:
    judgement, reasons = judge(case_of((), kind=None), (), adopted())
    assert judgement.severity.level is None
    assert reasons


def test_the_grave_and_the_older_come_first() -> None:
    grave, calm = settled(*complete(GRAVE)), settled(*complete(CALM))
    older = settled(*_received(CALM, timedelta(days=-7)))
    sameday = settled(*_received(CALM, timedelta(hours=-1)))
    assert queue_priority(grave) < queue_priority(older) < queue_priority(sameday) < queue_priority(calm)


def _received(words: str, shift: timedelta) -> tuple[Case, tuple[DocumentText, ...]]:
    case, texts = complete(words)
    return case.model_copy(update={"received_at": case.received_at + shift}), texts


def test_only_failures_make_a_failed_case() -> None:
    failure = Failure(file="空.tif", error="EmptyFileError", reason="文件为空", next_step="请重新扫描")
    case = settled(case_of((), kind=None).model_copy(update={"failures": (failure,)}), ())
    assert case.status is CaseStatus.FAILED
