"""Who complains: the list that applies and the names that papers must bear."""

from __future__ import annotations

import re

from domain.case import Case
from domain.documents import DocumentText
from domain.vocabulary import ComplainantType, DocumentKind

_ORG = re.compile(
    r"(?:公司|集团|厂|商行|商店|经营部|合作社|事务所|中心|企业|协会|学校|医院|合伙|工作室|门市部|酒店|研究院|贸易行|银行|商会|分公司)(?:[（(].{1,12}[)）])?$"
)


def is_organisation(name: str) -> bool:
    """Return whether ``name`` is a firm's name rather than a person's."""
    return bool(_ORG.search(name.strip()))


_FIRM_KINDS = frozenset({DocumentKind.BUSINESS_LICENCE, DocumentKind.AUTHORISATION, DocumentKind.LEGAL_REP_ID_COPY})
_FIRM_FIELDS = ("legal_representative", "uscc")
_TOLD_IN = frozenset({DocumentKind.COMPLAINT_LETTER, DocumentKind.APPLICATION_FORM, DocumentKind.FAX_PRINT})
_FIRM_VOICE = re.compile(r"我(?:公司|司|单位|店|厂|企业|行|部)|本(?:公司|单位|企业)|敝司|我方")
_OWN_VOICE = re.compile(r"我(?!国|市|省|县|区|局|公司|司|单位|店|厂|企业|行|部|方)|本人|俺|咱")
_SURE_SEAL = 0.6


def complainant_list(case: Case, texts: tuple[DocumentText, ...] = ()) -> ComplainantType | None:
    """Return whose materials list applies, ``None`` while nobody knows.

    The case's type decides. Without one a firm's name does, or a person's where nothing else speaks for a firm; a
    letter without any name counts as a person's when it speaks as one.
    """
    if any(d.kind.kind is DocumentKind.COORDINATION_APPLICATION for d in case.documents):
        return ComplainantType.MEMBER_COORDINATION
    if case.complainant_type:
        return case.complainant_type
    name = case.field_value("complainant_name")
    if name and is_organisation(name):
        return ComplainantType.LEGAL_PERSON
    if _speaks_for_a_firm(case):
        return None
    return ComplainantType.NATURAL_PERSON if name or _speaks_as_person(texts) else None


def _speaks_for_a_firm(case: Case) -> bool:
    if any(d.kind.kind in _FIRM_KINDS for d in case.documents) or any(case.field_value(n) for n in _FIRM_FIELDS):
        return True
    return any(s.probability >= _SURE_SEAL for d in case.documents if d.kind.kind in _TOLD_IN for s in d.seals)


def _speaks_as_person(texts: tuple[DocumentText, ...]) -> bool:
    told = "".join(
        line.text for t in texts if t.kind in _TOLD_IN | {DocumentKind.OTHER} for p in t.pages for line in p.lines
    )
    return bool(_OWN_VOICE.search(told)) and not _FIRM_VOICE.search(told)


def firm_name(case: Case, listed: ComplainantType) -> str | None:
    """Return the firm whose seal the paper must bear, ``None`` while unknown."""
    if listed is ComplainantType.MEMBER_COORDINATION:
        return case.field_value("respondent_org")
    name = case.field_value("complainant_name")
    if name and is_organisation(name):
        return name
    return case.field_value("complainant_employer")


def signer_name(case: Case, listed: ComplainantType) -> str | None:
    """Return the person who must sign, ``None`` while unknown."""
    if listed is ComplainantType.LEGAL_PERSON:
        return case.field_value("legal_representative")
    name = case.field_value("complainant_name")
    if name and is_organisation(name):
        return case.field_value("legal_representative")
    return name
