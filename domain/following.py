"""When pages change places, every statement of the case follows its evidence."""

from __future__ import annotations

from domain.case import Case, Mismatch, MismatchValue
from domain.documents import Document
from domain.evidence import Candidate, FieldMissing, FieldResult
from domain.paper_trail import PaperTrail, Places, former
from domain.verdicts import Judgement
from domain.vocabulary import MissingReason


def rearranged(case: Case, documents: tuple[Document, ...], trail: PaperTrail) -> Case:
    """Return ``case`` with its papers lying as ``documents``; evidence moves along, or goes with pages that left.

    Args:
        case: as before.
        documents: as its pages lie from now on.
        trail: what persons did, this change included.
    """
    kept = {d.id for d in documents}
    gone = tuple(former(d) for d in case.documents if d.id not in kept)
    known = tuple(f for f in trail.former if f.id not in kept | {g.id for g in gone})
    trail = trail.model_copy(update={"former": (*known, *gone)})
    places = Places(documents, trail)
    vouched = {d.subject.removeprefix("field:"): d.actor for d in case.standing if d.subject.startswith("field:")}
    subjects = {f"document:{g.id}" for g in gone}
    return case.model_copy(
        update={
            "documents": documents,
            "papers": trail,
            "fields": {name: field_at(found, places, vouched.get(name)) for name, found in case.fields.items()},
            "mismatches": _mismatches(case.mismatches, places),
            "judgement": None if case.judgement is None else _judgement(case.judgement, places),
            "review": tuple(r for r in case.review if r.subject not in subjects),
        }
    )


def field_at(found: FieldResult, places: Places, vouched_by: str | None) -> FieldResult:
    """Return a field at its present places.

    A machine's value whose every place left the case is a value no more, unless a person vouched for it.
    """
    candidates = _candidates(found.candidates, places)
    evidence = places.follow(found.evidence)
    if isinstance(found, FieldMissing) or evidence or found.producer.startswith("person:"):
        return found.model_copy(update={"evidence": evidence, "candidates": candidates})
    if found.accepted and vouched_by is not None:
        update = {"producer": f"person:{vouched_by}", "evidence": (), "candidates": candidates}
        return found.model_copy(update=update)
    return FieldMissing(name=found.name, reason=MissingReason.NOT_FOUND, candidates=candidates)


def _candidates(candidates: tuple[Candidate, ...], places: Places) -> tuple[Candidate, ...]:
    """Return the readings that still have a place, and those that never had one."""
    moved = ((c, places.follow(c.evidence)) for c in candidates)
    return tuple(c.model_copy(update={"evidence": e}) for c, e in moved if e or not c.evidence)


def _mismatches(mismatches: tuple[Mismatch, ...], places: Places) -> tuple[Mismatch, ...]:
    kept = []
    for mismatch in mismatches:
        values = []
        for value in mismatch.values:
            place = places.page(value.document_id, value.page)
            if place is not None:
                values.append(MismatchValue(value=value.value, document_id=place[0], page=place[1]))
        if len(values) > 1:
            kept.append(mismatch.model_copy(update={"values": tuple(values)}))
    return tuple(kept)


def _judgement(judgement: Judgement, places: Places) -> Judgement:
    disposition, category = judgement.disposition, judgement.category
    signals = tuple(s.model_copy(update={"evidence": places.follow(s.evidence)}) for s in judgement.severity.signals)
    items = tuple(i.model_copy(update={"evidence": places.follow(i.evidence)}) for i in judgement.materials.items)
    return judgement.model_copy(
        update={
            "disposition": disposition.model_copy(update={"evidence": places.follow(disposition.evidence)}),
            "category": category.model_copy(update={"evidence": places.follow(category.evidence)}),
            "severity": judgement.severity.model_copy(update={"signals": signals}),
            "materials": judgement.materials.model_copy(update={"items": items}),
        }
    )
