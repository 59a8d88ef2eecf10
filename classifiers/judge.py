"""Judging a case: every verdict with its evidence, and why persons are asked. Pure: no clock, no store, no network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from classifiers.agents import agent_reasons
from classifiers.category import decide_category
from classifiers.deadlines import Clock, deadlines
from classifiers.disposition import decide_disposition
from classifiers.labels import kind_label
from classifiers.materials import check_materials
from classifiers.narrative import narrative
from classifiers.network.hearing import hear
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
from domain.review import decided_by_person, pauses_of
from domain.verdicts import Judgement, SeverityVerdict, Signal


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
    heard = hear(spoken)
    earlier = case.judgement
    disposition = decide_disposition(policy, spoken, texts, heard)
    category = decide_category(policy, spoken, heard)
    if earlier and decided_by_person(earlier.disposition.producer):
        disposition = earlier.disposition
    if earlier and decided_by_person(earlier.category.producer):
        category = earlier.category
    signals = find_signals(case, spoken, texts, policy, heard)
    severity = _severity(case, signals, decide_severity(policy, signals, bool(spoken), _place_in(texts), category))
    clock = Clock(case.received_at, _agreed_day(case), pauses_of(case))
    judgement = Judgement(
        disposition=disposition,
        category=category,
        severity=severity,
        materials=check_materials(case, texts, policy),
        deadlines=deadlines(policy, clock, severity.level, severity.signals),
    )
    reasons = (*review_reasons(case, judgement, policy), *agent_reasons(case, texts))
    return judgement, reasons


def _agreed_day(case: Case) -> date | None:
    field = case.fields.get("due_date_agreed")
    return date.fromisoformat(field.value) if isinstance(field, FieldValue) and field.accepted else None


def _place_in(texts: tuple[DocumentText, ...]) -> Callable[[Signal], str]:
    """Return what tells on which page of which paper a signal stands."""
    kinds = {t.document_id: t.kind for t in texts}

    def where(signal: Signal) -> str:
        for evidence in signal.evidence:
            kind = kinds.get(evidence.document_id)
            return f"{kind_label(kind) if kind else '来件'}第 {evidence.page} 页"
        return "人工确认"

    return where


def _severity(case: Case, signals: tuple[Signal, ...], found: SeverityVerdict | None) -> SeverityVerdict:
    """Return the verdict on the level; a regime without levels has signals alone, and what a person decided stands."""
    earlier = case.judgement.severity if case.judgement else None
    if earlier and decided_by_person(earlier.producer):
        return earlier.model_copy(update={"signals": signals})
    if found is None:
        return SeverityVerdict(level=None, probability=1.0, producer=SEVERITY, signals=signals, accepted=True)
    return found
