"""Values on offer for a field: other readings of the case and of each of its papers."""

from __future__ import annotations

from domain.case import Case
from domain.evidence import Candidate, FieldMissing, FieldValue


def offers(case: Case, name: str) -> tuple[Candidate, ...]:
    """Return every other reading of field ``name``, each value once: those of the case first, then paper by paper."""
    found = case.fields.get(name)
    current = found.value if isinstance(found, FieldValue) else None
    offered: dict[str, Candidate] = {}
    for candidate in (*_readings(found), *_of_papers(case, name)):
        if candidate.value and candidate.value != current:
            offered.setdefault(candidate.value, candidate)
    return tuple(offered.values())


def _readings(found: FieldValue | FieldMissing | None) -> tuple[Candidate, ...]:
    return found.candidates if found is not None else ()


def _of_papers(case: Case, name: str) -> list[Candidate]:
    """Return what each paper says by itself, also where the case's value came from another one."""
    readings = (f for d in case.documents for f in d.fields if f.name == name)
    return [c for f in readings for c in ((f.as_candidate(),) if isinstance(f, FieldValue) else f.candidates)]
