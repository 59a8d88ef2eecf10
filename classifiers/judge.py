"""Judging a case: every verdict with its evidence, and why persons are asked. Pure: no clock, no store, no network."""

from __future__ import annotations

from datetime import date

from classifiers.category import decide_category
from classifiers.deadlines import deadlines
from classifiers.disposition import decide_disposition
from classifiers.labels import kind_label
from classifiers.materials import check_materials
from classifiers.narrative import Sentence, narrative
from classifiers.producers import SEVERITY
from classifiers.route import case_status as case_status
from classifiers.route import queue_priority as queue_priority
from classifiers.route import review_reasons
from classifiers.severity import decide_severity
from classifiers.signals import find_signals
from domain.case import Case, ReviewReason
from domain.documents import DocumentText
from domain.evidence import FieldValue
from domain.policy import AdoptedPolicy
from domain.review import decided_by_person
from domain.verdicts import CategoryVerdict, Judgement, SeverityVerdict, Signal


def judge(
    case: Case, texts: tuple[DocumentText, ...], policy: AdoptedPolicy
) -> tuple[Judgement, tuple[ReviewReason, ...]]:
    """Return the verdicts over ``case`` and why persons are asked; what persons decided stands.

    Args:
        case: assembled case; an earlier ``judgement`` carries persons' answers.
        texts: text of every document of the case.
        policy: the pack with its adoption.
    """
    spoken = narrative(texts)
    earlier = case.judgement
    disposition = decide_disposition(policy, spoken, texts)
    category = decide_category(policy, spoken)
    if earlier and decided_by_person(earlier.disposition.producer):
        disposition = earlier.disposition
    if earlier and decided_by_person(earlier.category.producer):
        category = earlier.category
    severity = _severity(case, texts, spoken, policy, category)
    judgement = Judgement(
        disposition=disposition,
        category=category,
        severity=severity,
        materials=check_materials(case, texts, policy),
        deadlines=deadlines(policy, case.received_at, severity.level, _agreed_day(case), severity.signals),
    )
    return judgement, review_reasons(case, judgement, policy)


def _agreed_day(case: Case) -> date | None:
    field = case.fields.get("due_date_agreed")
    return date.fromisoformat(field.value) if isinstance(field, FieldValue) and field.accepted else None


def _severity(
    case: Case,
    texts: tuple[DocumentText, ...],
    spoken: tuple[Sentence, ...],
    policy: AdoptedPolicy,
    category: CategoryVerdict,
) -> SeverityVerdict:
    signals = find_signals(case, spoken, texts, policy)
    kinds = {t.document_id: t.kind for t in texts}

    def where(signal: Signal) -> str:
        for evidence in signal.evidence:
            kind = kinds.get(evidence.document_id)
            return f"{kind_label(kind) if kind else '来件'}第 {evidence.page} 页"
        return "人工确认"

    found = decide_severity(policy, signals, bool(spoken), where, category)
    if found is None:
        found = SeverityVerdict(level=None, probability=1.0, producer=SEVERITY, signals=signals, accepted=True)
    earlier = case.judgement.severity if case.judgement else None
    if earlier and decided_by_person(earlier.producer):
        return earlier.model_copy(update={"signals": signals})
    return found
