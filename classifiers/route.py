"""Routing: what falls short of its error budget goes to a person, with a reason and a place in the queue."""

from __future__ import annotations

from collections.abc import Iterator

from classifiers.labels import STATUS_LABELS, kind_label
from classifiers.materials import open_items
from domain.calibration import Calibration
from domain.case import Case, ReviewReason
from domain.documents import file_names
from domain.evidence import FieldMissing, FieldValue, StoredField
from domain.fields import FIELDS
from domain.policy import AdoptedPolicy
from domain.review import decided_by_person
from domain.verdicts import Judgement
from domain.vocabulary import (
    CaseStatus,
    ComplainantType,
    DispositionValue,
    DocumentKind,
    MaterialStatus,
    MissingReason,
    Nature,
)

CONTACTS = ("complainant_phone", "complainant_mobile", "complainant_email", "complainant_address")
_NO_DUE = 99_999.0
_SCOPES_ANSWERED = ("document", "rule", "failure")


def within_budget(field: FieldValue, policy: AdoptedPolicy) -> bool:
    """Return whether ``field`` needs no person: decided by one, or no failed check and sure enough."""
    if field.accepted or decided_by_person(field.producer):
        return True
    return not field.vetoed and policy.accepts(field.name, field.probability)


def accept_fields(case: Case, policy: AdoptedPolicy) -> dict[str, StoredField]:
    """Return the case's fields with ``accepted`` set on those within their budget and without a mismatch."""
    disputed = {m.field for m in case.mismatches}
    return {
        name: field.model_copy(update={"accepted": name not in disputed and within_budget(field, policy)})
        if isinstance(field, FieldValue) and not decided_by_person(field.producer) and not field.accepted
        else field
        for name, field in case.fields.items()
    }


def calibrated_fields(case: Case, calibration: Calibration | None) -> Case:
    """Return ``case`` with the learned map applied to the machine's values; done once, when a case is assembled."""
    if calibration is None:
        return case
    fields = {
        name: found.model_copy(update={"probability": calibration.of(name).calibrated(found.probability)})
        if isinstance(found, FieldValue) and not decided_by_person(found.producer)
        else found
        for name, found in case.fields.items()
    }
    return case.model_copy(update={"fields": fields})


def review_reasons(case: Case, judgement: Judgement, policy: AdoptedPolicy) -> tuple[ReviewReason, ...]:
    """Return why persons are asked, gravest first; what they have answered already is left out."""
    if case.finished:
        return ()
    steps = [_severity(judgement, policy), _disposition(judgement), _related(case, judgement)]
    if not _referred(judgement):
        steps += [_category(judgement), _complainant_type(case, judgement, policy), _materials(judgement)]
        steps += [_mismatches(case), _fields(case, policy), _missing(case)]
    steps += [_documents(case, policy), _failures(case)]
    answered = {d.subject for d in case.standing if d.action in ("accept", "confirm", "reject", "set")}
    found = [r for step in steps for r in step]
    return tuple(
        dict.fromkeys(r for r in found if not (r.subject in answered and r.subject.split(":")[0] in _SCOPES_ANSWERED))
    )


def _referred(judgement: Judgement) -> bool:
    value = judgement.disposition.value
    return judgement.disposition.accepted and value not in (None, DispositionValue.COMPLAINT)


def _severity(judgement: Judgement, policy: AdoptedPolicy) -> Iterator[ReviewReason]:
    severity, scheme = judgement.severity, policy.pack.severity
    if severity.accepted or scheme is None:
        return
    top = severity.level is not None and severity.level == scheme.levels[0].label
    code = "possible_major" if top else "undecided_rule"
    yield ReviewReason(code=code, subject="severity", message=severity.explanation or "级别待人工判断。")
    for rule in severity.undecided:
        yield ReviewReason(code="undecided_rule", subject=f"rule:{rule.rule}", message=f"{rule.reason}。")


def _disposition(judgement: Judgement) -> Iterator[ReviewReason]:
    found = judgement.disposition
    if not found.accepted:
        yield ReviewReason(
            code="disposition", subject="disposition", message=f"是否作为投诉办理须人工确认：{found.reason}。"
        )


_SURE_KEYS = frozenset({"complainant_id_no", "trading_account_no", "claim_report_no"})


def _related(case: Case, judgement: Judgement) -> Iterator[ReviewReason]:
    """Ask whether a complaint is one that was made before: it says so, or shares a number that only one person has."""
    says_so = judgement.disposition.nature is Nature.REPEAT
    linked = [r for r in case.related if says_so or _SURE_KEYS & set(r.shared)]
    if linked:
        told = "；".join(f"{r.number}（{'、'.join(FIELDS[n].label for n in r.shared)}相同）" for r in linked)
        yield ReviewReason(
            code="disposition", subject="disposition", message=f"可能与前案为同一投诉，请核对后并案或关联：{told}。"
        )


def _category(judgement: Judgement) -> Iterator[ReviewReason]:
    found = judgement.category
    if found.accepted:
        return
    if found.value is None:
        message = "投诉类别无法判断，请选择类别。"
    else:
        others = "、".join(label for label, p in found.alternatives if p > 0.1)
        message = f"投诉类别可能是“{found.value}”" + (f"，也可能是：{others}" if others else "") + "，须人工确认。"
    yield ReviewReason(code="category", subject="category", message=message)


_UNDECIDED_LISTS = ((ComplainantType.NATURAL_PERSON, "自然人"), (ComplainantType.LEGAL_PERSON, "法人"))


def _complainant_type(case: Case, judgement: Judgement, policy: AdoptedPolicy) -> Iterator[ReviewReason]:
    if policy.pack.materials is None or judgement.materials.list is not None:
        return
    either = "；".join(f"按{label}清单：{_open(case, listed, policy)}" for listed, label in _UNDECIDED_LISTS)
    message = f"不能确定投诉人是自然人还是法人，材料清单待定。{either}。"
    yield ReviewReason(code="missing_field", subject="field:complainant_type", message=message)


def _open(case: Case, listed: ComplainantType, policy: AdoptedPolicy) -> str:
    items = open_items(case, listed, policy)
    stated = (f"{kind_label(DocumentKind(i.material))}{STATUS_LABELS[i.status]}（{i.reason}）" for i in items)
    return "、".join(stated) or "各项齐备"


def _materials(judgement: Judgement) -> Iterator[ReviewReason]:
    for item in judgement.materials.items:
        if item.status is MaterialStatus.PRESENT or decided_by_person(item.producer):
            continue
        label = kind_label(DocumentKind(item.material))
        message = f"{label}{STATUS_LABELS[item.status]}：{item.reason}。"
        yield ReviewReason(code="materials", subject=f"materials:{item.material}", message=message)


def _mismatches(case: Case) -> Iterator[ReviewReason]:
    for mismatch in case.mismatches:
        values = "、".join(dict.fromkeys(v.value for v in mismatch.values))
        message = f"{_label(mismatch.field)}在不同材料中不一致：{values}。"
        yield ReviewReason(code="mismatch", subject=f"field:{mismatch.field}", message=message)


def _fields(case: Case, policy: AdoptedPolicy) -> Iterator[ReviewReason]:
    for name, field in case.fields.items():
        if not isinstance(field, FieldValue) or within_budget(field, policy):
            continue
        if field.vetoed:
            faults = "；".join(c.message for c in field.checks if c.passed is False)
            message = f"{_label(name)}“{field.value}”未通过校验：{faults}。"
            yield ReviewReason(code="check_failed", subject=f"field:{name}", message=message)
        else:
            message = f"{_label(name)}“{_short(field.value)}”的把握为 {field.probability:.1%}，须人工核对。"
            yield ReviewReason(code="low_probability", subject=f"field:{name}", message=message)


_ASK_ANYWAY = {
    MissingReason.ILLEGIBLE: "无法辨认",
    MissingReason.CHECK_FAILED: "读数未通过校验",
}


def _missing(case: Case) -> Iterator[ReviewReason]:
    for name, field in case.fields.items():
        if isinstance(field, FieldMissing) and not field.accepted and field.reason in _ASK_ANYWAY:
            message = f"{_label(name)}{_ASK_ANYWAY[field.reason]}，请人工录入。"
            yield ReviewReason(code="missing_field", subject=f"field:{name}", message=message)
    if not _has(case, "complainant_name"):
        message = "没有读到投诉人姓名，请人工查看。"
        yield ReviewReason(code="missing_field", subject="field:complainant_name", message=message)
    if not any(_has(case, name) for name in CONTACTS):
        message = "没有读到投诉人的任何联系方式，请人工查看。"
        yield ReviewReason(code="missing_field", subject="field:complainant_phone", message=message)


def _has(case: Case, name: str) -> bool:
    """Return whether the field has a value, is already asked for, or a person said there is none."""
    field = case.fields.get(name)
    if isinstance(field, FieldMissing):
        return field.accepted or field.reason in _ASK_ANYWAY
    return isinstance(field, FieldValue)


def _documents(case: Case, policy: AdoptedPolicy) -> Iterator[ReviewReason]:
    for document in case.documents:
        bad = [p for p in document.pages if p.quality is not None and not p.quality.usable]
        if bad:
            why = "；".join(dict.fromkeys(w for p in bad if p.quality for w in p.quality.problems)) or "质量过低"
            pages = "、".join(str(p.number) for p in bad)
            message = f"{file_names(document)} 第 {pages} 页{why}，建议重新扫描。"
            yield ReviewReason(code="page_quality", subject=f"document:{document.id}", message=message)
        if round(1 - document.kind.probability, 6) > policy.error_budget("kind"):
            message = f"{file_names(document)} 可能是{kind_label(document.kind.kind)}，材料种类须人工确认。"
            yield ReviewReason(code="kind", subject=f"document:{document.id}", message=message)
        for failure in document.failures:
            yield ReviewReason(
                code="failure", subject=f"failure:{failure.file}", message=f"{failure.reason}。{failure.next_step}。"
            )


def _failures(case: Case) -> Iterator[ReviewReason]:
    for failure in case.failures:
        message = f"{failure.file}：{failure.reason}。{failure.next_step}。"
        yield ReviewReason(code="failure", subject=f"failure:{failure.file}", message=message)


def case_status(case: Case) -> CaseStatus:
    """Return where the judged case stands; incomplete materials keep it waiting whatever else is asked.

    A case that a person finished is filed (or referred); without reasons to ask it is filed by itself.
    """
    if not case.documents and case.failures:
        return CaseStatus.FAILED
    judgement = case.judgement
    if judgement is None:
        return CaseStatus.AWAITING_REVIEW
    if _referred(judgement) and (case.finished or not case.review):
        return CaseStatus.REFERRED
    if case.finished:
        return CaseStatus.FILED
    if judgement.materials.complete is False and not _referred(judgement):
        return CaseStatus.AWAITING_MATERIALS
    return CaseStatus.AWAITING_REVIEW if case.review else CaseStatus.FILED


_LIGHT = ("一般", "轻微", "三级", "C类")


def queue_priority(case: Case) -> float:
    """Return the place in the queue, smaller is more urgent: level, then the nearest due time, then age.

    A level that is unknown or might be the gravest stands first.
    """
    judgement = case.judgement
    level = judgement.severity.level if judgement else None
    rank = 1 if level and level.startswith(_LIGHT) else 0
    counted = judgement.deadlines if judgement else ()
    dues = [d.due_at.timestamp() / 86_400 for d in counted if d.due_at] or [_NO_DUE]
    return rank * 1e6 + min(dues) + case.received_at.timestamp() / 1e11


def _label(name: str) -> str:
    return FIELDS[name].label if name in FIELDS else name


def _short(value: str) -> str:
    return value if len(value) <= 24 else value[:23] + "…"
