"""The documents of one case together: agreement raises a probability, contradiction is shown to a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.case import Mismatch, MismatchValue
from domain.checks import CONFUSABLE
from domain.documents import Document
from domain.evidence import Candidate, FieldMissing, FieldResult, FieldValue
from domain.fields import FIELDS
from domain.vocabulary import ComplainantType, MissingReason
from extractors.cases.card_holder import strangers_held_back
from extractors.cases.complainant import complainant_of, is_name_on_card, named_for, sealed_names, without_own_firm
from extractors.cases.contradiction import COMPARED, contradict, same_value
from extractors.cases.source_rank import SourcedReading, weight_of
from extractors.values.combine import OTHER_DOCUMENT, against, agreed_probability, vetoed
from extractors.values.confidence import CONFUSABLE_CEILING
from extractors.values.ink_names import INK_CEILING, PERSON_FIELDS, is_ink, weakened

PRODUCER = "assemble/1"
MISMATCH_CEILING = 0.85
"""A contradicted value is never surer than this: which paper is right, a person says."""

REQUIRED = (
    "complainant_name",
    "complainant_id_no",
    "complainant_mobile",
    "complainant_address",
    "trading_account_no",
    "respondent_org",
    "complaint_facts",
    "complaint_request",
    "complaint_date",
)
"""Fields that a person is told about when no paper has them (annex 3, fields 2 to 15)."""


@dataclass(frozen=True)
class Assembled:
    """Fields of a case with what contradicts what."""

    fields: dict[str, FieldResult]
    mismatches: tuple[Mismatch, ...]
    complainant_type: ComplainantType | None
    complainant_type_probability: float


@dataclass(frozen=True)
class _Group:
    """Readings that say the same, best first, and the chance that they are right."""

    readings: tuple[SourcedReading, ...]
    probability: float

    @property
    def refused(self) -> bool:
        return vetoed(self.readings[0].candidate)


def assemble(documents: tuple[Document, ...], required: Iterable[str] = REQUIRED) -> Assembled:
    """Merge the readings of all documents of a case.

    Args:
        documents: every paper of the case with its own readings.
        required: fields that are reported missing when no paper has them.
    """
    who = complainant_of(documents)
    seen = tuple(_readings(documents))
    readings = named_for(who, seen)
    if who.type is ComplainantType.LEGAL_PERSON:
        readings = without_own_firm((*readings, *sealed_names(documents, readings)))
    believed = strangers_held_back(readings)
    fields: dict[str, FieldResult] = {}
    mismatches: list[Mismatch] = []
    for name in FIELDS:
        mismatch = _mismatch(name, tuple(r for r in readings if r.field == name))
        found = _merged(name, tuple(r for r in believed if r.field == name), contradicted=mismatch is not None)
        if mismatch is not None:
            mismatches.append(mismatch)
        if found is not None:
            fields[name] = found
    if who.maybe_firm and "complainant_name" not in fields:
        _leave_open(fields, tuple(r.candidate for r in seen if is_name_on_card(r)))
    _add_missing(fields, documents, required)
    return Assembled(fields, tuple(mismatches), who.type, who.probability)


def _leave_open(fields: dict[str, FieldResult], holders: tuple[Candidate, ...]) -> None:
    """Show the holder of a card as a candidate only: whose representative or who complains, a person says."""
    if holders:
        fields["complainant_name"] = FieldMissing(
            name="complainant_name",
            reason=MissingReason.NOT_FOUND,
            candidates=holders,
            producer=PRODUCER,
            evidence=tuple(e for c in holders for e in c.evidence),
        )


def _readings(documents: tuple[Document, ...]) -> Iterable[SourcedReading]:
    for document in documents:
        for found in document.fields:
            if isinstance(found, FieldValue):
                others = tuple(c for c in found.candidates if c.value != found.value)
                own = found.as_candidate()
                if found.name in PERSON_FIELDS and is_ink(own.evidence, document.signatures):
                    own = weakened(own)
                yield SourcedReading(found.name, document.id, document.kind.kind, own, others)


def _merged(name: str, readings: tuple[SourcedReading, ...], *, contradicted: bool) -> FieldResult | None:
    """Choose the best value among documents, or say that every reading was refused."""
    if not readings:
        return None
    groups = _groups(name, readings)
    best = max(groups, key=lambda g: (not g.refused, g.probability))
    candidates = tuple(c for g in (best, *(g for g in groups if g is not best)) for c in _candidates(g))
    chosen = best.readings[0].candidate
    if best.refused:
        return FieldMissing(
            name=name,
            reason=MissingReason.CHECK_FAILED,
            candidates=candidates,
            producer=PRODUCER,
            evidence=chosen.evidence,
        )
    probability = against(best.probability, _rivals(name, best, groups))
    return FieldValue(
        name=name,
        value=chosen.value,
        raw=chosen.raw,
        probability=min(probability, MISMATCH_CEILING) if contradicted else probability,
        producer=chosen.producer if len(best.readings) == 1 else PRODUCER,
        evidence=tuple(e for r in best.readings for e in r.candidate.evidence),
        checks=chosen.checks,
        candidates=candidates,
    )


def _rivals(name: str, best: _Group, groups: list[_Group]) -> list[float]:
    """Return the chances of the other values that count against the best; ink of a signature never does."""
    least = INK_CEILING + 1e-9 if name in PERSON_FIELDS else 0.0
    others = [g.probability for g in groups if g is not best and not g.refused] if name in COMPARED else []
    return [p for p in others if p > least]


def _candidates(group: _Group) -> tuple[Candidate, ...]:
    own = tuple(r.candidate for r in group.readings)
    return own + tuple(c for r in group.readings for c in r.others)


def _groups(name: str, readings: tuple[SourcedReading, ...]) -> list[_Group]:
    """Put readings that say the same together, the weightiest first."""
    weighed = [(r, _weighed(name, r, readings)) for r in readings]
    ordered = sorted(weighed, key=lambda pair: (vetoed(pair[0].candidate), -pair[1]))
    sets: list[list[tuple[SourcedReading, float]]] = []
    for reading, chance in ordered:
        home = next((s for s in sets if same_value(name, s[0][0].candidate.value, reading.candidate.value)), None)
        if home is None:
            sets.append([(reading, chance)])
        else:
            home.append((reading, chance))
    return sorted((_group(s) for s in sets), key=lambda g: (g.refused, -g.probability))


def _group(members: list[tuple[SourcedReading, float]]) -> _Group:
    """Put the surest spelling first; only readings that are equal support each other, near ones are doubts."""
    spellings: dict[str, list[tuple[SourcedReading, float]]] = {}
    for reading, chance in members:
        spellings.setdefault(reading.candidate.value, []).append((reading, chance))
    chances = {v: agreed_probability((p for _, p in s), OTHER_DOCUMENT) for v, s in spellings.items()}
    open_values = [v for v, s in spellings.items() if not vetoed(s[0][0].candidate)] or list(spellings)
    best = max(open_values, key=lambda v: chances[v])
    others = [r for v, s in spellings.items() if v != best for r, _ in s]
    doubt = max((chances[v] for v in open_values if v != best and len(v) == len(best)), default=None)
    probability = chances[best] if doubt is None else against(chances[best], [doubt])
    if _confusable(r.candidate for r, _ in spellings[best]):
        # One recogniser takes a low line for a hyphen on every paper: agreement says nothing.
        probability = min(probability, CONFUSABLE_CEILING)
    return _Group((*(r for r, _ in spellings[best]), *others), probability)


def _confusable(candidates: Iterable[Candidate]) -> bool:
    """Tell whether every reading was of ink and holds signs that look like others."""
    doubts = [any(k.name == CONFUSABLE for k in c.checks) and c.probability <= CONFUSABLE_CEILING for c in candidates]
    return bool(doubts) and all(doubts)


def _weighed(name: str, reading: SourcedReading, readings: tuple[SourcedReading, ...]) -> float:
    """Return the chance of a reading among papers of different standing; the best paper present keeps its own."""
    top = max(weight_of(name, r.kind) for r in readings if not vetoed(r.candidate) or r is reading)
    share = weight_of(name, reading.kind) / top if top else 1.0
    odds = reading.candidate.probability / max(1 - reading.candidate.probability, 1e-6) * min(share, 1.0)
    return odds / (1 + odds)


def _mismatch(name: str, readings: tuple[SourcedReading, ...]) -> Mismatch | None:
    """Return the contradicting values of different documents, one per value, surest first."""
    if name not in COMPARED:
        return None
    ordered = sorted(readings, key=lambda r: (vetoed(r.candidate), -r.candidate.probability))
    clashing = [r for r in ordered if any(contradict(name, r, o) for o in ordered if o.document_id != r.document_id)]
    kept: list[SourcedReading] = []
    for reading in clashing:
        if not any(same_value(name, k.candidate.value, reading.candidate.value) for k in kept):
            kept.append(reading)
    if len(kept) < 2:
        return None
    values = (
        MismatchValue(
            value=r.candidate.value,
            document_id=r.document_id,
            page=r.candidate.evidence[0].page if r.candidate.evidence else 1,
        )
        for r in kept
    )
    return Mismatch(field=name, values=tuple(values))


def _add_missing(fields: dict[str, FieldResult], documents: tuple[Document, ...], required: Iterable[str]) -> None:
    """Report what no paper has: left blank or illegible on a form, else not found; without paper, no document."""
    for document in documents:
        for blank in document.fields:
            if isinstance(blank, FieldMissing):
                before = fields.get(blank.name)
                if before is None or (isinstance(before, FieldMissing) and not before.candidates):
                    fields[blank.name] = blank
    reason = MissingReason.NOT_FOUND if documents else MissingReason.NO_DOCUMENT
    for name in required:
        if name not in fields:
            fields[name] = FieldMissing(name=name, reason=reason, producer=PRODUCER)
