"""Whose name it is: short forms, and ink that only looks like another name.

A cursive signature is evidence of a hand, not of a spelling: what recognition makes of it contradicts nobody. Only a
name that stands elsewhere in print (the signing label itself, another person of the case) can show another signer.
"""

from __future__ import annotations

import re

from classifiers.parties import is_organisation
from domain.case import Case
from domain.documents import Document
from domain.evidence import Evidence, FieldValue, Signature
from domain.review import decided_by_person
from domain.surnames import reads_like_a_name
from domain.traditional import simplified

_PERSONS = ("complainant_name", "legal_representative", "respondent_staff", "member_head_name")
_DOTS = re.compile(r"[·•・．.‧∙\s]")
OVERLAP = 0.3
"""Share of a reading's box inside a signature's box from which the reading is ink of that hand."""


def same_person(left: str, right: str) -> bool:
    """Return whether two names may be one person's: equal in either script, or a short form (阿不都·买买提)."""
    left, right = simplified(left), simplified(right)
    if _DOTS.sub("", left) == _DOTS.sub("", right):
        return True
    parts = [tuple(p for p in _DOTS.split(name) if p) for name in (left, right)]
    if max(len(p) for p in parts) < 2:
        return False
    shorter, longer = sorted(parts, key=len)
    return len("".join(shorter)) >= 2 and longer[: len(shorter)] == shorter


def is_anothers_name(signature: Signature, expected: str | None, paper: Document, case: Case) -> bool:
    """Return whether the name beside a mark is surely somebody else's than ``expected``.

    True when the printed label gives it, or when it is the name of another person known in the case.
    """
    name = signature.name
    if not name or not expected or same_person(name, expected):
        return False
    if any(same_person(name, own) for own in _values((paper,), ("complainant_name",), paper)):
        return False
    if signature.anchor and name in signature.anchor:
        return True
    others = tuple(d for d in case.documents if d.id != paper.id)
    return any(same_person(name, known) for known in _values(others, _PERSONS, None))


def reads_as_another(signature: Signature, expected: str | None) -> bool:
    """Return whether the ink reads like a whole other name than ``expected``: no proof, but a person should look.

    Of 79 signatures of the right person on scans, faxes and photographs one read so.
    """
    name = signature.name
    if not name or not expected:
        return False
    return reads_like_a_name(name) and not set(simplified(name)) & set(simplified(expected))


def _values(papers: tuple[Document, ...], names: tuple[str, ...], inked: Document | None) -> list[str]:
    found = [f for p in papers for f in p.fields if f.name in names and isinstance(f, FieldValue)]
    if inked is not None:
        found = [f for f in found if not is_ink(f, inked)]
    return [f.value for f in found if not is_organisation(f.value)]


def is_ink(field: FieldValue, paper: Document) -> bool:
    """Return whether the machine read ``field`` in the signature itself rather than in print or a form's cell."""
    if decided_by_person(field.producer) or not field.evidence:
        return False
    return all(any(_inside(e, s) for s in paper.signatures) for e in field.evidence)


def _inside(evidence: Evidence, signature: Signature) -> bool:
    if evidence.page != signature.page:
        return False
    x0, y0, x1, y1 = evidence.bbox
    a0, b0, a1, b1 = signature.bbox
    shared = max(0.0, min(x1, a1) - max(x0, a0)) * max(0.0, min(y1, b1) - max(y0, b0))
    return shared > OVERLAP * max((x1 - x0) * (y1 - y0), 1.0)
