"""Assemble, judge, route: from the documents of a case to its next revision."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from classifiers.judge import judge
from classifiers.route import accept_fields, calibrated_fields, case_status, queue_priority
from domain.case import Case, Decision, ReviewReason
from domain.documents import Document, DocumentText, sources_of
from domain.errors import DecisionError
from domain.evidence import FieldValue
from domain.four_eyes import keying_reasons
from domain.paper_trail import PaperTrail, Places
from domain.papers import PAPER_ACTIONS
from domain.policy import AdoptedPolicy
from domain.replaced import case_in_force, in_force
from domain.rescans import rescan_asked
from domain.review import ReviewItem, apply_decision
from domain.verdicts import Judgement
from domain.vocabulary import CaseStatus
from extractors.cases.assemble import REQUIRED, assemble
from flows.filing import ASSEMBLED
from flows.laying import as_laid
from flows.related import related_cases
from flows.replacing import told_by_mailroom, with_arrivals
from flows.stages import FileResult, ReadPapers
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
    papers, trail = _laid(services, row, results, before)
    case = assembled_anew(services, row, (papers, trail), before)
    revision = 1 if before is None else before.revision + 1
    case = case.model_copy(update={"revision": revision})
    services.storage.cases.save_case(
        case,
        ASSEMBLED,
        None if before is None else before.revision,
        items=review_items(case),
        texts=page_texts(papers),
    )
    return case


def _laid(
    services: Services, row: CaseRow, results: tuple[FileResult, ...], before: Case | None
) -> tuple[ReadPapers, PaperTrail]:
    """Return the papers of a case as they lie and count, with what persons and new scans did to them."""
    forms = services.policies.adopted(row.policy).pack.forms
    documents, known = (before.documents, before.papers) if before else ((), PaperTrail())
    trail = told_by_mailroom(services, row.id, known)
    laid = as_laid(services, documents, trail, results, forms)
    if before is None:
        return laid, trail
    settled = with_arrivals(before, trail, laid)
    # what arrived just now puts pages out of force that were read a moment ago
    again = laid if settled.replaced == trail.replaced else as_laid(services, documents, settled, results, forms)
    return again, settled


def assembled_anew(
    services: Services,
    head: CaseRow | Case,
    papers: tuple[ReadPapers, PaperTrail],
    before: Case | None,
) -> Case:
    """Return the case that these papers make, with the answers that people gave on ``before``; its revision is 1.

    Args:
        services: the parts.
        head: number, policy and receipt.
        papers: what was read, as its papers lie, and what was done to them.
        before: the case as it was, ``None`` for the first time.
    """
    policy = services.policies.adopted(head.policy)
    lying, trail = papers
    texts = lying.texts
    case = _assembled(head, lying.documents, trail, policy)
    if before is not None:
        # decisions on verdicts need verdicts to stand on
        case = _with_decisions(judged(case, texts, policy), before)
    return judged(case.model_copy(update={"related": related_cases(services, case)}), texts, policy)


def page_texts(papers: ReadPapers) -> tuple[PageText, ...]:
    """Return the text of every page, for search."""
    return tuple(PageText(t.document_id, page.number, page.text) for t in papers.texts for page in t.pages)


def accounted_for(services: Services, row: CaseRow) -> Case | None:
    """Return the case when another process has assembled all files of ``row`` since ``row`` was listed."""
    history = services.storage.cases.case_history(row.id)
    if not any(r.cause == ASSEMBLED and r.number > (row.revision or 0) for r in history):
        return None
    case = services.storage.cases.load_case(row.id)
    held = {source.object.key for d in case.documents for source in sources_of(d)} if case else set()
    return case if {source.object.key for source in row.originals} <= held else None


def _assembled(row: CaseRow | Case, documents: tuple[Document, ...], trail: PaperTrail, policy: AdoptedPolicy) -> Case:
    counting = in_force(documents, trail)
    assembled = assemble(counting, _required(policy))
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
        failures=tuple(f for d in counting for f in d.failures),
        papers=trail,
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
    counting = case_in_force(case)
    own = frozenset(d.id for d in counting.documents)
    judgement, reasons = judge(counting, tuple(t for t in texts if t.document_id in own), policy)
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
