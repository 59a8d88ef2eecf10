"""Assemble, judge, route: from the documents of a case to its next revision."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from classifiers.judge import judge
from classifiers.route import accept_fields, calibrated_fields, case_status, queue_priority
from domain.case import Case, Decision, ReviewReason
from domain.documents import Document, DocumentText
from domain.errors import DecisionError
from domain.evidence import FieldValue
from domain.four_eyes import keying_reasons
from domain.paper_trail import Places
from domain.papers import PAPER_ACTIONS, with_rescans
from domain.policy import AdoptedPolicy
from domain.rescans import rescan_asked, settled_rescans
from domain.review import ReviewItem, apply_decision
from domain.verdicts import Judgement
from domain.vocabulary import CaseStatus
from extractors.cases.assemble import REQUIRED, assemble
from flows.filing import ASSEMBLED
from flows.laying import as_laid
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
    before = services.storage.cases.load_case(row.id)
    if before is not None:
        forms = services.policies.adopted(row.policy).pack.forms
        results = tuple(as_laid(services, before.documents, before.papers, r, forms) for r in results)
    case = assembled_anew(services, row, results, before)
    if before is not None:
        case = with_rescans(case, settled_rescans(case, before, texts_of(results), datetime.now(UTC)))
    revision = 1 if before is None else before.revision + 1
    case = case.model_copy(update={"revision": revision})
    services.storage.cases.save_case(
        case,
        ASSEMBLED,
        None if before is None else before.revision,
        items=review_items(case),
        texts=page_texts(results),
    )
    return case


def assembled_anew(
    services: Services, head: CaseRow | Case, results: tuple[FileResult, ...], before: Case | None
) -> Case:
    """Return the case that these papers make, with the answers that people gave on ``before``; its revision is 1.

    Args:
        services: the parts.
        head: number, policy and receipt.
        results: its papers and what was read on them.
        before: the case as it was, ``None`` for the first time.
    """
    policy = services.policies.adopted(head.policy)
    documents = tuple(d for r in results for d in r.documents)
    texts = texts_of(results)
    case = _assembled(head, documents, policy)
    if before is not None:
        case = case.model_copy(update={"papers": before.papers})
        # decisions on verdicts need verdicts to stand on
        case = _with_decisions(judged(case, texts, policy), before)
    return judged(case.model_copy(update={"related": related_cases(services, case)}), texts, policy)


def page_texts(results: tuple[FileResult, ...]) -> tuple[PageText, ...]:
    """Return the text of every page, for search."""
    return tuple(PageText(t.document_id, page.number, page.text) for t in texts_of(results) for page in t.pages)


def texts_of(results: tuple[FileResult, ...]) -> tuple[DocumentText, ...]:
    """Return the text of every document."""
    return tuple(t for r in results for t in r.texts)


def accounted_for(services: Services, row: CaseRow) -> Case | None:
    """Return the case when another process has assembled all files of ``row`` since ``row`` was listed."""
    history = services.storage.cases.case_history(row.id)
    if not any(r.cause == ASSEMBLED and r.number > (row.revision or 0) for r in history):
        return None
    case = services.storage.cases.load_case(row.id)
    held = {d.source.object.key for d in case.documents} if case else set()
    return case if {source.object.key for source in row.originals} <= held else None


def _assembled(row: CaseRow | Case, documents: tuple[Document, ...], policy: AdoptedPolicy) -> Case:
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
    """Apply the decisions of ``before``; one that no longer fits stays on record and is asked again.

    What was done to papers is not done again: ``case`` has them as they were laid.
    """
    places = Places(case.documents, case.papers)
    for decision in before.standing:
        if decision.subject == "case" or decision.action in PAPER_ACTIONS:
            continue
        try:
            case = apply_decision(case, _as_meant(decision, case, before, places))
        except DecisionError as error:
            _log.info("decision on %s of %s does not fit the new revision: %s", decision.subject, case.number, error)
    return case.model_copy(update={"decisions": before.decisions})


def _as_meant(decision: Decision, case: Case, before: Case, places: Places) -> Decision:
    """Return ``decision`` as it was meant: what a person accepted is the value seen then, where that page lies now."""
    decision = decision.model_copy(update={"evidence": places.follow(decision.evidence)})
    if decision.action != "accept":
        return decision
    if decision.subject.startswith("field:"):
        name = decision.subject.removeprefix("field:")
        found = before.fields.get(name)
        if isinstance(found, FieldValue) and found.value != case.field_value(name):
            update = {"action": "correct", "value": found.value, "evidence": places.follow(found.evidence)}
            return decision.model_copy(update=update)
        return decision
    value = None if before.judgement is None else _verdicts(before.judgement).get(decision.subject)
    return decision if value is None else decision.model_copy(update={"action": "set", "value": value})


def judged(case: Case, texts: tuple[DocumentText, ...], policy: AdoptedPolicy) -> Case:
    """Return ``case`` with fresh verdicts, reasons and status; verdicts of persons are kept."""
    judgement, reasons = judge(case, texts, policy)
    answered = {d.subject for d in case.standing if d.action != "comment" and d.action not in PAPER_ACTIONS}
    open_reasons = tuple(r for r in reasons if r.subject not in answered and not rescan_asked(case, r))
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
    return None if judgement is None else _verdicts(judgement).get(scope)


def _verdicts(judgement: Judgement) -> dict[str, str | None]:
    return {
        "severity": judgement.severity.level,
        "category": judgement.category.value,
        "disposition": judgement.disposition.value,
    }
