"""The review queue and what a decision does to a case. Pure: no clock, no store."""

from __future__ import annotations

from datetime import datetime

from domain.base import Model, UtcTime
from domain.case import Case, Decision, ReviewReason
from domain.errors import DecisionError
from domain.evidence import Candidate, Evidence, FieldMissing, FieldValue
from domain.four_eyes import KEY, with_keyed
from domain.papers import PAPER_ACTIONS, apply_paper
from domain.verdicts import Judgement, MaterialItem
from domain.vocabulary import DispositionValue, MaterialStatus, MissingReason


class ReviewItem(Model):
    """One doubtful statement waiting for a person.

    Attributes:
        priority: smaller is more urgent; severity and clock first, then age.
        proposed: what the machine would say, ``None`` when it has no proposal.
    """

    case_id: str
    revision: int
    reason: ReviewReason
    proposed: str | None
    priority: float
    created_at: datetime


def person(actor: str) -> str:
    """Return the producer name of a person."""
    return f"person:{actor}"


def decided_by_person(producer: str) -> bool:
    """Return True when ``producer`` is a person."""
    return producer.startswith("person:")


HELD = "held"
"""Answer to a required material: the firm has it already."""
PAUSE, RESUME = "pause", "resume"
"""Answers to ``clock``: only a person stops a deadline, mostly while materials are incomplete."""


class Pause(Model):
    """A stretch of time in which the clock stood still.

    Attributes:
        end: ``None`` while it stands still.
        by: who stopped it.
        note: the reason and who was told, ``None`` when nothing was written down.
    """

    start: UtcTime
    end: UtcTime | None
    by: str
    note: str | None = None


def apply_decision(case: Case, decision: Decision) -> Case:
    """Return ``case`` with ``decision`` applied: revision + 1, the machine's values kept.

    Args:
        case: the case as the person saw it.
        decision: the answer.

    Raises:
        DecisionError: the subject does not exist in the case or the action does not fit it.
    """
    if decision.action in PAPER_ACTIONS:
        return recorded(apply_paper(case, decision), decision)
    scope, _, name = decision.subject.partition(":")
    handlers = {
        "field": _decide_field,
        "signal": _decide_signal,
        "materials": _decide_material,
        "severity": _decide_severity,
        "category": _decide_category,
        "disposition": _decide_disposition,
        "clock": _decide_clock,
        "case": _decide_case,
    }
    handler = handlers.get(scope, _acknowledge)
    changed = handler(case, name, decision)
    remaining = tuple(r for r in changed.review if r.subject != decision.subject)
    return recorded(changed.model_copy(update={"review": remaining}), decision)


def recorded(case: Case, decision: Decision) -> Case:
    """Return ``case`` as the next revision with ``decision`` in its history."""
    return case.model_copy(update={"revision": case.revision + 1, "decisions": (*case.decisions, decision)})


def _decide_field(case: Case, name: str, decision: Decision) -> Case:
    if decision.action == KEY:
        return with_keyed(case, decision)
    found = case.fields.get(name)
    producer = person(decision.actor)
    result: FieldValue | FieldMissing
    if decision.action == "accept":
        if not isinstance(found, FieldValue):
            raise DecisionError(f"字段 {name} 没有可接受的值", "请改为录入正确的值，或选择“未提供”")
        result = found.model_copy(update={"accepted": True})
    elif decision.action == "correct":
        result = _corrected(name, found, decision)
    elif decision.action in ("illegible", "not_present"):
        reason = MissingReason.ILLEGIBLE if decision.action == "illegible" else MissingReason.NOT_FOUND
        result = FieldMissing(
            name=name,
            reason=reason,
            candidates=_readings(found),
            producer=producer,
            accepted=True,
            evidence=_places(found),
        )
    else:
        raise DecisionError(f"操作 {decision.action} 不适用于字段", "字段可以接受、改正、标为无法辨认或未提供")
    mismatches = tuple(m for m in case.mismatches if m.field != name)
    return case.model_copy(update={"fields": {**case.fields, name: result}, "mismatches": mismatches})


def _readings(found: FieldValue | FieldMissing | None) -> tuple[Candidate, ...]:
    if found is None:
        return ()
    if isinstance(found, FieldMissing):
        return found.candidates
    current = found.as_candidate()
    return (current, *(c for c in found.candidates if c != current))


def _places(found: FieldValue | FieldMissing | None) -> tuple[Evidence, ...]:
    if found is None:
        return ()
    return found.evidence or tuple(e for c in _readings(found) for e in c.evidence)


def _corrected(name: str, found: FieldValue | FieldMissing | None, decision: Decision) -> FieldValue:
    if not decision.value:
        raise DecisionError(f"改正字段 {name} 需要新值", "请填写新值，或选择“未提供”")
    return FieldValue(
        name=name,
        value=decision.value,
        raw=decision.value,
        probability=1.0,
        producer=person(decision.actor),
        evidence=decision.evidence or _places(found),
        accepted=True,
        candidates=_readings(found),
    )


def _decide_signal(case: Case, name: str, decision: Decision) -> Case:
    judgement = _judged(case)
    if decision.action not in ("confirm", "reject"):
        raise DecisionError(f"操作 {decision.action} 不适用于信号", "信号可以确认或划去")
    if not any(s.signal == name for s in judgement.severity.signals):
        raise DecisionError(f"案件没有信号 {name}", "请刷新页面后再操作")
    confirmed = decision.action == "confirm"
    signals = tuple(
        s.model_copy(update={"confirmed": confirmed}) if s.signal == name else s for s in judgement.severity.signals
    )
    return _with_verdict(case, "severity", judgement.severity.model_copy(update={"signals": signals}))


def _decide_material(case: Case, name: str, decision: Decision) -> Case:
    judgement = _judged(case)
    if not any(i.material == name for i in judgement.materials.items):
        raise DecisionError(f"材料清单没有 {name}", "请刷新页面后再操作")
    status = {"confirm": MaterialStatus.PRESENT, "reject": MaterialStatus.MISSING}.get(decision.action)
    reason = "人工确认"
    if decision.action == "set" and decision.value == HELD:
        # The firm has it from before: the complainant need not bring it again.
        status, reason = MaterialStatus.PRESENT, "本单位已有，投诉人不必再提交"
    elif decision.action == "set" and decision.value:
        status = MaterialStatus(decision.value)
    if status is None:
        raise DecisionError(f"操作 {decision.action} 不适用于材料", "材料可以确认齐备、标为缺少或指定状态")
    items = tuple(
        i.model_copy(
            update={"status": status, "reason": decision.comment or reason, "producer": person(decision.actor)}
        )
        if i.material == name
        else i
        for i in judgement.materials.items
    )
    materials = judgement.materials.model_copy(update={"items": items, "complete": complete_of(items)})
    return _with_verdict(case, "materials", materials)


def _decide_clock(case: Case, _name: str, decision: Decision) -> Case:
    """Stop or start the clock; the decision itself is the record (see `pauses_of`)."""
    if decision.action == "comment":
        return case
    if decision.action != "set" or decision.value not in (PAUSE, RESUME):
        raise DecisionError(f"操作 {decision.action} 不适用于期限", "期限可以暂停或恢复计时")
    stopped = any(p.end is None for p in pauses_of(case))
    if stopped == (decision.value == PAUSE):
        fact = "计时已经暂停" if stopped else "计时没有暂停"
        raise DecisionError(fact, "请刷新页面后再操作")
    return case


def pauses_of(case: Case) -> tuple[Pause, ...]:
    """Return when persons stopped the clock of ``case``, the last one open while it stands still."""
    found: list[Pause] = []
    for decision in case.standing:
        if decision.subject != "clock" or decision.action != "set":
            continue
        if decision.value == PAUSE:
            found.append(Pause(start=decision.at, end=None, by=decision.actor, note=decision.comment))
        elif found:
            found[-1] = found[-1].model_copy(update={"end": decision.at})
    return tuple(found)


def complete_of(items: tuple[MaterialItem, ...]) -> bool | None:
    """Return True when all are present, False when one is missing or defective, ``None`` when one is unclear."""
    states = {i.status for i in items}
    if states & {MaterialStatus.MISSING, MaterialStatus.DEFECTIVE}:
        return False
    return None if MaterialStatus.UNCLEAR in states or not items else True


def _decide_severity(case: Case, _name: str, decision: Decision) -> Case:
    severity = _judged(case).severity
    if decision.action == KEY:
        return case
    level = _chosen(decision, severity.level, "级别")
    return _with_verdict(
        case, "severity", severity.model_copy(update=_settled(decision) | {"level": level, "undecided": ()})
    )


def _decide_category(case: Case, _name: str, decision: Decision) -> Case:
    category = _judged(case).category
    value = _chosen(decision, category.value, "类别")
    return _with_verdict(case, "category", category.model_copy(update=_settled(decision) | {"value": value}))


def _decide_disposition(case: Case, _name: str, decision: Decision) -> Case:
    disposition = _judged(case).disposition
    value = DispositionValue(_chosen(decision, disposition.value, "处置"))
    reason = decision.comment or "人工确认"
    return _with_verdict(
        case, "disposition", disposition.model_copy(update=_settled(decision) | {"value": value, "reason": reason})
    )


def _chosen(decision: Decision, current: str | None, what: str) -> str:
    """Return the verdict a person chose: the new one, or the one that was shown."""
    value = decision.value if decision.action == "set" else current
    if decision.action not in ("set", "accept") or not value:
        raise DecisionError(f"{what}需要一个明确的值", f"请选择{what}后再确认")
    return value


def _settled(decision: Decision) -> dict[str, object]:
    """Return what every verdict of a person has in common."""
    return {"probability": 1.0, "producer": person(decision.actor), "accepted": True}


def _with_verdict(case: Case, name: str, verdict: object) -> Case:
    return case.model_copy(update={"judgement": _judged(case).model_copy(update={name: verdict})})


def _decide_case(case: Case, _name: str, decision: Decision) -> Case:
    if decision.action == "comment":
        return case
    if decision.action != "finish":
        raise DecisionError(f"操作 {decision.action} 不适用于整个案件", "案件可以办结或加备注")
    return case.model_copy(update={"finished": True})


def _acknowledge(case: Case, _name: str, decision: Decision) -> Case:
    """Document, rule and failure reasons are answered by accepting them; nothing else changes."""
    if decision.action not in ("accept", "comment"):
        raise DecisionError(f"操作 {decision.action} 不适用于 {decision.subject}", "此项可以确认或加备注")
    return case


def _judged(case: Case) -> Judgement:
    if case.judgement is None:
        raise DecisionError(f"案件 {case.number} 尚未评定", "请先完成识别与评定")
    return case.judgement
