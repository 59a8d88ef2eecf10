"""Which paper is believed for which field when papers differ."""

from __future__ import annotations

from dataclasses import dataclass

from domain.evidence import Candidate
from domain.vocabulary import DocumentKind

_ID = frozenset({DocumentKind.ID_CARD_COPY, DocumentKind.LEGAL_REP_ID_COPY})
_FORM = frozenset(
    {
        DocumentKind.APPLICATION_FORM,
        DocumentKind.COMPLAINT_REPORT_FORM,
        DocumentKind.COORDINATION_APPLICATION,
        DocumentKind.WORK_ORDER,
        DocumentKind.GUEST_REGISTRATION_FORM,
    }
)
_LETTER = frozenset({DocumentKind.COMPLAINT_LETTER, DocumentKind.FAX_PRINT})
_LICENCE = frozenset({DocumentKind.BUSINESS_LICENCE})

# Weights on the odds, in the order ID card, form, letter, business licence, any other paper.
_IDENTITY = (1.0, 0.6, 0.4, 0.3, 0.15)
_CONTACT = (0.1, 1.0, 0.6, 0.3, 0.15)
_STORY = (0.1, 1.0, 0.9, 0.1, 0.2)
_FIRM = (0.1, 0.7, 0.6, 1.0, 0.2)
_WEIGHTS: dict[str, tuple[float, float, float, float, float]] = {
    "complainant_name": _IDENTITY,
    "complainant_id_no": _IDENTITY,
    "complainant_gender": _IDENTITY,
    "complainant_ethnicity": _IDENTITY,
    "complainant_birth_date": _IDENTITY,
    "id_authority": _IDENTITY,
    "id_valid_from": _IDENTITY,
    "id_valid_until": _IDENTITY,
    "legal_representative": (1.0, 0.7, 0.6, 1.0, 0.2),
    "uscc": _FIRM,
    "complaint_facts": _STORY,
    "complaint_request": _STORY,
    "amount_involved": _STORY,
}


@dataclass(frozen=True)
class SourcedReading:
    """One document's reading of a field.

    Attributes:
        field: contract field name.
        document_id: where it was read.
        kind: what that paper is.
        candidate: the reading.
        others: the document's other readings of the field.
    """

    field: str
    document_id: str
    kind: DocumentKind
    candidate: Candidate
    others: tuple[Candidate, ...] = ()


def weight_of(field: str, kind: DocumentKind) -> float:
    """Return the weight, above 0 and at most 1, of a paper of ``kind`` for ``field``."""
    weights = _WEIGHTS.get(field, _CONTACT)
    for group, weight in zip((_ID, _FORM, _LETTER, _LICENCE), weights, strict=False):
        if kind in group:
            return weight
    return weights[4]


def is_identity_card(kind: DocumentKind) -> bool:
    """Tell whether the paper shows a person's identity card."""
    return kind in _ID
