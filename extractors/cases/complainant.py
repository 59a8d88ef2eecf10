"""Natural person, firm or member: whose materials list applies, and what the papers' names mean then."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from domain.documents import Document
from domain.evidence import Candidate, Evidence, FieldValue, Seal
from domain.vocabulary import ComplainantType, DocumentKind
from extractors.cases.source_rank import SourcedReading, is_identity_card
from extractors.letters.firm import speaks_as_firm
from extractors.values.ink_names import INK_CEILING

_FIRM = re.compile(r"公司|集团|合作社|事务所|商行|经营部|贸易行|工厂|厂$|中心$")
_FORMS = frozenset({DocumentKind.APPLICATION_FORM, DocumentKind.COMPLAINT_REPORT_FORM})
_TELLING = _FORMS | {DocumentKind.COMPLAINT_LETTER, DocumentKind.FAX_PRINT}
_DECIDED = 0.75
_KIND_ODDS = {DocumentKind.LEGAL_REP_ID_COPY: 1.0, DocumentKind.ID_CARD_COPY: -0.4}
_LICENCE_ODDS, _AUTHORISATION_ODDS, _SEAL_ODDS, _VOICE_ODDS = 2.6, 1.5, 2.5, 2.0
_PERSONAL_ODDS = -1.2
_SOMEBODY = 0.8
_LEANING = 1.0
"""Odds for a firm from which on nobody may take the holder of a card for the complainant without asking."""

_SEAL_AT, _SEAL_TEXT_AT = 0.5, 0.6
_SEAL_CEILING = 0.8
_OFFICE_SEAL = re.compile(r"专用章|业务章|收讫|受理章|监督管理局|人民政府|公安局|银行")
# Firms of one town and trade are alike (宁州市安泰能源…, 宁州市宁澜能源…): only near spellings are one firm.
_SAME_FIRM, _SAME_IN_SEAL = 88.0, 86.0
_FORM_SURE = 0.85
_PERSONAL_VOICE = re.compile(r"本人|我(?!司|公司|单位|厂|社|们|方|国|行)")
_STORY = ("complaint_facts", "complaint_request")
# A representative's card tells nothing about the firm's home, and its holder is not the complainant.
_NOT_OF_FIRM = frozenset({"complainant_birth_date", "complainant_ethnicity", "complainant_address"})
_NOT_COMPLAINED_OF = frozenset({"respondent_org", "respondent_branch"})


def is_firm(name: str) -> bool:
    """Tell whether a name is a firm's."""
    return bool(_FIRM.search(name))


@dataclass(frozen=True)
class Complainant:
    """Who complains, as far as the papers tell.

    Attributes:
        type: whose materials list applies, ``None`` while unclear.
        probability: chance of ``type``; of the likelier one while unclear.
        maybe_firm: unclear, but something speaks for a firm: the holder of a card may be its representative.
    """

    type: ComplainantType | None
    probability: float
    maybe_firm: bool = False


def complainant_of(documents: tuple[Document, ...]) -> Complainant:
    """Return who complains.

    A member's coordination application decides alone. Otherwise the complainant's name on letter and form, a legal
    representative, a credit code, a licence, an authorisation, a company's seal and the letter's own voice (我司)
    speak for a firm.
    """
    member = max(
        (d.kind.probability for d in documents if d.kind.kind is DocumentKind.COORDINATION_APPLICATION), default=0
    )
    if member >= 0.5:
        return Complainant(ComplainantType.MEMBER_COORDINATION, member)
    respondents = frozenset(_values_of(d, _TELLING).get("respondent_org", "") for d in documents) - {""}
    signs = [odds for d in documents for odds in _odds_of(d, respondents)]
    firm = 1 / (1 + math.exp(-sum(signs)))
    if firm >= _DECIDED:
        return Complainant(ComplainantType.LEGAL_PERSON, firm)
    if 1 - firm >= _DECIDED:
        return Complainant(ComplainantType.NATURAL_PERSON, 1 - firm)
    return Complainant(None, max(firm, 1 - firm), sum(o for o in signs if o > 0) >= _LEANING)


def _values_of(document: Document, kinds: frozenset[DocumentKind]) -> dict[str, str]:
    if document.kind.kind not in kinds:
        return {}
    return {f.name: f.value for f in document.fields if isinstance(f, FieldValue) and not f.vetoed}


def _odds_of(document: Document, respondents: frozenset[str]) -> tuple[float, ...]:
    """Return the log-odds that each sign on one paper gives for a firm."""
    kind = document.kind
    values = {f.name: f for f in document.fields if isinstance(f, FieldValue) and not f.vetoed}
    if kind.kind is DocumentKind.BUSINESS_LICENCE:
        name = values.get("complainant_name")
        theirs = name is not None and _is_one_of(name.value, respondents)
        return (0.0 if theirs else _LICENCE_ODDS * kind.probability,)
    if kind.kind is DocumentKind.AUTHORISATION:
        return (_AUTHORISATION_ODDS if "legal_representative" in values else 0.0,)
    odds = [_KIND_ODDS.get(kind.kind, 0.0) * kind.probability]
    if kind.kind in _TELLING:
        odds += [*_odds_of_names(values, respondents), _odds_of_voice(values)]
        if any(_is_company_seal(s, respondents) for s in document.seals):
            odds.append(_SEAL_ODDS)
    return tuple(odds)


def _odds_of_names(values: dict[str, FieldValue], respondents: frozenset[str]) -> list[float]:
    odds = []
    name = values.get("complainant_name")
    if name is not None and not is_firm(name.value):
        # However badly a signature was read, a person signed.
        odds.append(-2.6 * max(name.probability, _SOMEBODY))
    elif name is not None and not _is_one_of(name.value, respondents):
        odds.append(3.6 * name.probability)
    for field, weight in (("legal_representative", 1.4), ("uscc", 1.4), ("complainant_gender", -0.8)):
        if field in values:
            odds.append(weight * max(values[field].probability, INK_CEILING))
    return odds


def _odds_of_voice(values: dict[str, FieldValue]) -> float:
    """Return what the story's own voice says: 我司 and 我公司 without a word of 本人, or the other way round."""
    story = "".join(values[f].value for f in _STORY if f in values)
    firm = speaks_as_firm(story)
    personal = bool(_PERSONAL_VOICE.search(story))
    if not firm:
        return _PERSONAL_ODDS if personal else 0.0
    return 0.5 if personal else _VOICE_ODDS


def _is_company_seal(seal: Seal, respondents: frozenset[str]) -> bool:
    sure = seal.probability >= _SEAL_AT and (seal.text_probability or 0) >= _SEAL_TEXT_AT
    text = seal.text or ""
    return sure and is_firm(text) and not _OFFICE_SEAL.search(seal.words) and not _seal_of(text, respondents)


def _is_one_of(name: str, firms: frozenset[str]) -> bool:
    return any(fuzz.ratio(name, firm) >= _SAME_FIRM for firm in firms)


def _seal_of(text: str, firms: frozenset[str]) -> bool:
    """Tell whether a seal's text, with strokes of its neighbours, is one of the firms'."""
    return any(fuzz.partial_ratio(text, firm) >= _SAME_IN_SEAL for firm in firms)


def sealed_names(documents: tuple[Document, ...], readings: tuple[SourcedReading, ...]) -> tuple[SourcedReading, ...]:
    """Return what the seals on the complainant's own papers add to a firm's name.

    A seal supports the name that is printed elsewhere; only when no paper names the firm does its text stand alone,
    never sure enough to be accepted. A differing seal is a matter of the seal, not of the name.
    """
    names = {r.candidate.value for r in readings if r.field == "complainant_name" and is_firm(r.candidate.value)}
    respondents = frozenset(r.candidate.value for r in readings if r.field == "respondent_org") - names
    seals = [(d, s) for d in documents if d.kind.kind in _TELLING for s in d.seals if _is_company_seal(s, respondents)]
    kept = [(d, s) for d, s in seals if not names or s.text in names]
    return tuple(_sealed(d, s) for d, s in kept)


def _on_form(reading: SourcedReading) -> bool:
    return reading.kind in _FORMS and reading.candidate.probability >= _FORM_SURE


def _sealed(document: Document, seal: Seal) -> SourcedReading:
    text = seal.text or ""
    place = Evidence(document_id=document.id, page=seal.page, bbox=seal.bbox, quote=text)
    sure = min(seal.text_probability or 0.0, _SEAL_CEILING)
    candidate = Candidate(value=text, raw=text, probability=sure, producer="seal-name/1", evidence=(place,))
    return SourcedReading("complainant_name", document.id, document.kind.kind, candidate)


def without_own_firm(readings: tuple[SourcedReading, ...]) -> tuple[SourcedReading, ...]:
    """Leave out the complainant's own firm where the firm complained of is read; a form's own cell is believed."""
    names = {r.candidate.value for r in readings if r.field == "complainant_name" and is_firm(r.candidate.value)}
    theirs = {r.candidate.value for r in readings if r.field == "respondent_org" and _on_form(r)}
    own = names - theirs
    kept = []
    for reading in readings:
        if reading.field in _NOT_COMPLAINED_OF and reading.candidate.value in own:
            other = next((c for c in reading.others if c.value not in own), None)
            if other is None:
                continue
            rest = tuple(c for c in reading.others if c is not other and c.value not in own)
            reading = replace(reading, candidate=other, others=rest)
        kept.append(reading)
    return tuple(kept)


def named_for(who: Complainant, readings: tuple[SourcedReading, ...]) -> tuple[SourcedReading, ...]:
    """Give names the meaning they have for this complainant.

    For a firm the person on the card, and a person who signs, is the legal representative; for a natural person a
    firm's name is not the complainant's; while it may be a firm, the holder of a card is nobody yet.
    """
    kind = who.type
    if kind is ComplainantType.LEGAL_PERSON:
        return tuple(r for r in map(_of_firm, readings) if r is not None)
    if kind is ComplainantType.NATURAL_PERSON:
        return tuple(r for r in map(_of_person, readings) if r is not None)
    return tuple(r for r in readings if not (who.maybe_firm and is_name_on_card(r)))


def is_name_on_card(reading: SourcedReading) -> bool:
    """Tell whether this is the name of an identity card's holder."""
    return reading.field == "complainant_name" and is_identity_card(reading.kind)


def _of_firm(reading: SourcedReading) -> SourcedReading | None:
    if reading.field in _NOT_OF_FIRM and is_identity_card(reading.kind):
        return None
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
