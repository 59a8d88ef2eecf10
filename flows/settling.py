"""Assemble, judge, route: from the documents of a case to its next revision."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from classifiers.judge import judge
from classifiers.route import accept_fields, calibrated_fields, case_status, queue_priority
from domain.case import Case, ReviewReason
from domain.documents import Document, DocumentText
from domain.errors import DecisionError
from domain.evidence import FieldValue
from domain.four_eyes import keying_reasons
from domain.policy import AdoptedPolicy
from domain.review import ReviewItem, apply_decision
from domain.vocabulary import CaseStatus
from extractors.cases.assemble import REQUIRED, assemble
from flows.filing import ASSEMBLED
from flows.related import related_cases
from flows.stages import FileResult
from flows.wiring import Services
from storage.rows import CaseRow, PageText

_log = logging.getLogger(__name__)


def settle_case(services: Services, row: CaseRow, results: tuple[FileResult, ...]) -> Case:
    """Write the next revision of a case from what was read.

    Decisions that people made on an earlier revision are applied again: new paper never undoes a person's answer.

    Returns:
        The saved case.
    """
    policy = services.policies.adopted(row.policy)
    before = services.storage.cases.load_case(row.id)
    documents = tuple(d for r in results for d in r.documents)
    texts = tuple(t for r in results for t in r.texts)
    case = _assembled(row, documents, policy)
    if before is not None:
        # decisions on verdicts need verdicts to stand on
        case = _with_decisions(judged(case, texts, policy), before)
    case = judged(case.model_copy(update={"related": related_cases(services, case)}), texts, policy)
    revision = 1 if before is None else before.revision + 1
    case = case.model_copy(update={"revision": revision})
    services.storage.cases.save_case(
        case,
        ASSEMBLED,
        None if before is None else before.revision,
        items=review_items(case),
        texts=tuple(PageText(t.document_id, page.number, page.text) for t in texts for page in t.pages),
    )
    return case


def accounted_for(services: Services, row: CaseRow) -> Case | None:
    """Return the case when another process has assembled all files of ``row`` since ``row`` was listed."""
    history = services.storage.cases.case_history(row.id)
    if not any(r.cause == ASSEMBLED and r.number > (row.revision or 0) for r in history):
        return None
    case = services.storage.cases.load_case(row.id)
    held = {d.source.object.key for d in case.documents} if case else set()
    return case if {source.object.key for source in row.originals} <= held else None


def _assembled(row: CaseRow, documents: tuple[Document, ...], policy: AdoptedPolicy) -> Case:
    assembled = assemble(documents, _required(policy))
    case = Case(
        id=row.id,
        number=row.number,
        revision=1,
        policy=row.policy,
        channel=row.channel,
        received_at=row.received_at,
        status=CaseStatus.AWAITING_REVIEW,
        complainant_type=assembled.complainant_type,
        complainant_type_probability=assembled.complainant_type_probability,
        documents=documents,
        fields=assembled.fields,
        mismatches=assembled.mismatches,
        failures=tuple(f for d in documents for f in d.failures),
    )
    case = calibrated_fields(case, policy.calibration)
    return case.model_copy(update={"fields": accept_fields(case, policy)})


def _required(policy: AdoptedPolicy) -> tuple[str, ...]:
    """Return the fields that are reported missing when no paper has them: those that some form of the regime asks."""
    asked = {field.name for form in policy.pack.forms for field in form.fields}
    return tuple(name for name in REQUIRED if name in asked)


def _with_decisions(case: Case, before: Case) -> Case:
    """Apply the decisions of ``before``; one that no longer fits stays on record and is asked again."""
    for decision in before.decisions:
        if decision.subject == "case":
            continue
        try:
            case = apply_decision(case, decision)
        except DecisionError as error:
            _log.info("decision on %s of %s does not fit the new revision: %s", decision.subject, case.number, error)
    return case.model_copy(update={"decisions": before.decisions})


def judged(case: Case, texts: tuple[DocumentText, ...], policy: AdoptedPolicy) -> Case:
    """Return ``case`` with fresh verdicts, reasons and status; verdicts of persons are kept."""
    judgement, reasons = judge(case, texts, policy)
    answered = {d.subject for d in case.decisions if d.action != "comment"}
    open_reasons = tuple(r for r in reasons if r.subject not in answered)
    case = case.model_copy(update={"judgement": judgement, "review": open_reasons})
    waiting = keying_reasons(case, policy.four_eyes, policy.gravest_level)
    case = case.model_copy(update={"review": (*open_reasons, *waiting)})
    return case.model_copy(update={"status": case_status(case)})


def review_items(case: Case) -> tuple[ReviewItem, ...]:
    """Return what a person is asked about ``case``, with what the machine would say."""
    now = datetime.now(UTC)
    priority = queue_priority(case)
    return tuple(
        ReviewItem(
            case_id=case.id,
            revision=case.revision,
            reason=reason,
            proposed=_proposed(case, reason),
            priority=priority,
            created_at=now,
        )
        for reason in case.review
    )


def _proposed(case: Case, reason: ReviewReason) -> str | None:
    scope, _, name = reason.subject.partition(":")
    judgement = case.judgement
    if scope == "field":
        found = case.fields.get(name)
        return found.value if isinstance(found, FieldValue) else None
    if judgement is None:
        return None
    proposals = {
        "severity": judgement.severity.level,
        "category": judgement.category.value,
        "disposition": judgement.disposition.value,
    }
    return proposals.get(scope)
