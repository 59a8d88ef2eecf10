"""From the domain model to the case JSON of the contract (``domain.contract``)."""

from __future__ import annotations

from typing import Any

from domain.base import iso
from domain.case import Case, ReviewReason
from domain.contract import (
    ArchivedObjectJson,
    ArchiveJson,
    CandidateJson,
    CaseJson,
    CasesJson,
    CategoryJson,
    DeadlineJson,
    DispositionJson,
    DocumentJson,
    EvidenceJson,
    FailureJson,
    FieldJson,
    MaterialJson,
    MaterialsJson,
    MismatchJson,
    MissingFieldJson,
    PageJson,
    ReasonJson,
    ReviewJson,
    SealJson,
    SeverityJson,
    SignalJson,
    SignatureJson,
    UndecidedJson,
)
from domain.documents import Document, Failure, Page
from domain.evidence import Candidate, Evidence, FieldMissing, FieldResult
from domain.verdicts import MaterialsReport, SeverityVerdict, Signal
from domain.vocabulary import IdSide


def _evidence(items: tuple[Evidence, ...]) -> list[EvidenceJson]:
    return [EvidenceJson(document_id=e.document_id, page=e.page, bbox=e.bbox, quote=e.quote) for e in items]


def _page(page: Page) -> PageJson:
    quality = page.quality
    return PageJson.model_validate(
        page.model_dump(exclude={"quality", "turned_by_hand", "said_blank", "replaced", "awaits_reading", "source"})
        | {"replaced": True if page.replaced else None}
        | ({} if page.source is None else {"source_file": page.source.name, "sha256": page.source.object.sha256})
        | {"quality": None if quality is None else quality.model_dump() | {"problems": list(quality.problems)}}
    )


def _failure(failure: Failure) -> FailureJson:
    return FailureJson(file=failure.file, error=failure.error, reason=failure.reason, next_step=failure.next_step)


def _document(document: Document) -> DocumentJson:
    sides = [side.side for side in document.id_sides]
    return DocumentJson(
        document_id=document.id,
        source_file=document.source.name,
        sha256=document.source.object.sha256,
        sm3=document.source.object.sm3,
        kind=document.kind.kind,
        kind_probability=document.kind.probability,
        pages=[_page(page) for page in document.pages],
        id_sides=sorted(set(sides), key=list(IdSide).index) or None,
        signatures=[
            SignatureJson(name=s.name, page=s.page, bbox=s.bbox, probability=s.probability) for s in document.signatures
        ],
        seals=[SealJson(text=s.text, page=s.page, bbox=s.bbox, probability=s.probability) for s in document.seals],
        failures=[_failure(failure) for failure in document.failures],
    )


def _candidate(candidate: Candidate) -> CandidateJson:
    return CandidateJson(
        value=candidate.value,
        raw=candidate.raw,
        probability=candidate.probability,
        producer=candidate.producer,
        evidence=_evidence(candidate.evidence),
    )


def _field(found: FieldResult) -> FieldJson | MissingFieldJson:
    if isinstance(found, FieldMissing):
        return MissingFieldJson(missing=found.reason.value)
    return FieldJson(
        value=found.value,
        raw=found.raw,
        probability=found.probability,
        accepted=found.accepted,
        producer=found.producer,
        evidence=_evidence(found.evidence),
        candidates=[_candidate(c) for c in found.candidates],
    )


def _materials(report: MaterialsReport) -> MaterialsJson:
    return MaterialsJson(
        list=report.list,
        complete=report.complete,
        items=[
            MaterialJson(material=i.material, status=i.status, reason=i.reason, evidence=_evidence(i.evidence))
            for i in report.items
        ],
    )


def _severity(verdict: SeverityVerdict) -> SeverityJson:
    return SeverityJson(
        level=verdict.level,
        probability=verdict.probability,
        accepted=verdict.accepted,
        signals=[
            SignalJson(signal=s.signal, detail=s.detail, evidence=_evidence(s.evidence))
            for s in verdict.signals
            if _holds(s)
        ],
        undecided=[UndecidedJson(rule=u.rule, reason=u.reason) for u in verdict.undecided],
    )


def _holds(signal: Signal) -> bool:
    """A statement of fact, unless a person struck it out; what is only announced or hearsay waits in ``undecided``."""
    return signal.confirmed if signal.confirmed is not None else signal.certain


def _review(reasons: tuple[ReviewReason, ...]) -> ReviewJson:
    return ReviewJson(
        needed=bool(reasons),
        reasons=[ReasonJson(code=r.code, subject=r.subject, message=r.message) for r in reasons],
    )


def _verdicts(case: Case) -> dict[str, Any]:
    judgement = case.judgement
    if judgement is None:
        return {"disposition": None, "materials": None, "category": None, "severity": None, "deadlines": []}
    disposition, category = judgement.disposition, judgement.category
    return {
        "disposition": DispositionJson(
            value=disposition.value,
            probability=disposition.probability,
            reason=disposition.reason,
            evidence=_evidence(disposition.evidence),
        ),
        "category": CategoryJson(
            value=category.value,
            probability=category.probability,
            accepted=category.accepted,
            evidence=_evidence(category.evidence),
        ),
        "severity": _severity(judgement.severity),
        "materials": _materials(judgement.materials),
        "deadlines": [
            DeadlineJson(duty=d.duty, due_at=None if d.due_at is None else iso(d.due_at), basis=d.basis)
            for d in judgement.deadlines
        ],
    }


def case_json(case: Case) -> CaseJson:
    """Return the contract form of one case."""
    archive = ArchiveJson(
        objects=[
            ArchivedObjectJson(
                key=o.key,
                sha256=o.sha256,
                sm3=o.sm3,
                retain_until=None if o.retain_until is None else o.retain_until.isoformat(),
                legal_hold=o.legal_hold,
            )
            for o in case.archive.objects
        ],
        log_index=case.archive.log_index,
        root=case.archive.root,
    )
    return CaseJson(
        case_id=case.id,
        case_number=case.number,
        policy=case.policy,
        status=case.status,
        documents=[_document(d) for d in case.documents],
        fields={name: _field(found) for name, found in case.fields.items()},
        mismatches=[MismatchJson.model_validate(m.model_dump(), strict=False) for m in case.mismatches],
        review=_review(case.review),
        archive=archive,
        **_verdicts(case),
    )


def cases_json(cases: tuple[Case, ...], failures: tuple[Failure, ...] = ()) -> CasesJson:
    """Return the top-level document of ``--json``."""
    return CasesJson(cases=[case_json(c) for c in cases], failures=[_failure(f) for f in failures])


def dump(document: CasesJson) -> dict[str, Any]:
    """Return the JSON-ready form; keys that are optional in the contract are left out when empty."""
    data = document.model_dump(mode="json", by_alias=True)
    for case in data["cases"]:
        for paper in case["documents"]:
            if paper["id_sides"] is None:
                del paper["id_sides"]
            for page in paper["pages"]:
                for name in ("replaced", "source_file", "sha256"):
                    if page[name] is None:
                        del page[name]
    return data
