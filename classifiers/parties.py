"""Who complains: the list that applies and the names that papers must bear."""

from __future__ import annotations

import re

from domain.case import Case
from domain.vocabulary import ComplainantType, DocumentKind

_ORG = re.compile(
    r"(?:公司|集团|厂|商行|商店|经营部|合作社|事务所|中心|企业|协会|学校|医院|合伙|工作室|门市部|酒店|研究院|贸易行|银行|商会|分公司)(?:[（(].{1,12}[)）])?$"
)


def is_organisation(name: str) -> bool:
    """Return whether ``name`` is a firm's name rather than a person's."""
    return bool(_ORG.search(name.strip()))


def complainant_list(case: Case) -> ComplainantType | None:
    """Return whose materials list applies, ``None`` while nobody knows."""
    if any(d.kind.kind is DocumentKind.COORDINATION_APPLICATION for d in case.documents):
        return ComplainantType.MEMBER_COORDINATION
    if case.complainant_type:
        return case.complainant_type
    name = case.field_value("complainant_name")
    if name:
        return ComplainantType.LEGAL_PERSON if is_organisation(name) else ComplainantType.NATURAL_PERSON
    return None


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
