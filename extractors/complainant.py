"""Natural person, firm or member: whose materials list applies, and what the papers' names mean then."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from domain.documents import Document
from domain.evidence import FieldValue
from domain.vocabulary import ComplainantType, DocumentKind
from extractors.source_rank import SourcedReading, is_identity_card

_FIRM = re.compile(r"公司|集团|合作社|事务所|商行|经营部|贸易行|工厂|厂$|中心$")
_TELLING = frozenset(
    {
        DocumentKind.COMPLAINT_LETTER,
        DocumentKind.APPLICATION_FORM,
        DocumentKind.COMPLAINT_REPORT_FORM,
        DocumentKind.FAX_PRINT,
    }
)
_DECIDED = 0.75
_KIND_ODDS = {
    DocumentKind.LEGAL_REP_ID_COPY: 1.0,
    DocumentKind.BUSINESS_LICENCE: 1.2,
    DocumentKind.ID_CARD_COPY: -0.4,
}


def is_firm(name: str) -> bool:
    """Tell whether a name is a firm's."""
    return bool(_FIRM.search(name))


def complainant_type(documents: tuple[Document, ...]) -> tuple[ComplainantType | None, float]:
    """Return whose list applies and the chance of it; ``None`` while unclear.

    A member's coordination application decides alone. Otherwise the complainant's name on letter and form, a legal
    representative, a credit code, and a seal with the complainant's own name speak for a firm.
    """
    member = max(
        (d.kind.probability for d in documents if d.kind.kind is DocumentKind.COORDINATION_APPLICATION), default=0
    )
    if member >= 0.5:
        return ComplainantType.MEMBER_COORDINATION, member
    odds = sum(_odds_of(d) for d in documents)
    firm = 1 / (1 + math.exp(-odds))
    if firm >= _DECIDED:
        return ComplainantType.LEGAL_PERSON, firm
    if 1 - firm >= _DECIDED:
        return ComplainantType.NATURAL_PERSON, 1 - firm
    return None, max(firm, 1 - firm)


def _odds_of(document: Document) -> float:
    odds = _KIND_ODDS.get(document.kind.kind, 0.0) * document.kind.probability
    if document.kind.kind not in _TELLING:
        return odds
    values = {f.name: f for f in document.fields if isinstance(f, FieldValue) and not f.vetoed}
    name = values.get("complainant_name")
    if name is not None:
        odds += (3.6 if is_firm(name.value) else -2.6) * name.probability
    for field, weight in (("legal_representative", 1.4), ("uscc", 1.4), ("complainant_gender", -0.8)):
        if field in values:
            odds += weight * values[field].probability
    if name is not None and any(_seal_names(s.text, name.value) for s in document.seals):
        odds += 1.5
    return odds


def _seal_names(text: str | None, name: str) -> bool:
    return bool(text) and is_firm(name) and (name in (text or "") or (text or "") in name)


def named_for(kind: ComplainantType | None, readings: tuple[SourcedReading, ...]) -> tuple[SourcedReading, ...]:
    """Give names the meaning they have for this complainant.

    For a firm the person on the card, and a person who signs, is the legal representative; for a natural person a
    firm's name is not the complainant's.
    """
    if kind is ComplainantType.LEGAL_PERSON:
        return tuple(r for r in map(_of_firm, readings) if r is not None)
    if kind is ComplainantType.NATURAL_PERSON:
        return tuple(r for r in map(_of_person, readings) if r is not None)
    return readings


def _of_firm(reading: SourcedReading) -> SourcedReading | None:
    if reading.field != "complainant_name":
        return reading
    if is_identity_card(reading.kind):
        return replace(reading, field="legal_representative")
    return _first(reading, firm=True)


def _of_person(reading: SourcedReading) -> SourcedReading | None:
    if reading.field == "legal_representative" and is_identity_card(reading.kind):
        # The card was taken for a representative's before anybody knew who complains.
        return replace(reading, field="complainant_name")
    return _first(reading, firm=False) if reading.field == "complainant_name" else reading


def _first(reading: SourcedReading, *, firm: bool) -> SourcedReading | None:
    """Return the reading with its best candidate of the right sort, ``None`` when it has none."""
    if is_firm(reading.candidate.value) == firm:
        return reading
    fitting = next((c for c in reading.others if is_firm(c.value) == firm), None)
    if fitting is None:
        return None
    return replace(reading, candidate=fitting, others=tuple(c for c in reading.others if c is not fitting))
