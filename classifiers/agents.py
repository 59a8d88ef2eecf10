"""Agents that are the complainants themselves: a power of attorney to oneself, or signed by the agent alone (Chinese).

The regimes name no field for an agent, so the papers' own words are compared with the complainant's name and ID number.
Nothing is decided here: a person looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifiers.labels import kind_label
from domain.case import Case, ReviewReason
from domain.documents import DocumentText
from domain.evidence import Signature
from domain.normal import find_id_numbers
from domain.vocabulary import DocumentKind

CODE, SUBJECT = "check_failed", "rule:agent"

_HAN = "㐀-鿿"
_AGENT_WORD = r"(?:(?:委托|诉讼)?代理人|受委?托人|被委托人|被授权人|代办人)"
# 法定代理人 is a guardian; 投诉人/代理人签名 and 投诉人（代理人） name whoever it is
_AGENT = re.compile(rf"(?<!法定)(?<![/／、或及和（(委托诉讼]){_AGENT_WORD}")
_PRINCIPAL = re.compile(r"(?<![受被])(?:委托人|授权人|投诉人|申请人)(?![/／、或及和（(])")
_AFTER_LABEL = r"(?:姓名|签名|签字|为|系|是)?\s*[（(]?(?:签名|签字|盖章)?[)）]?\s*[:：]?\s*"
_ENTRUSTS = r"(?:委托|授权)(?:我|本)?(?:公司|单位|司)?(?:的)?"
_ACTS = (
    r"(?:女士|先生|同志|律师)?(?:\s*[（(][^（）()]{2,80}[）)])?\s*[，,]?"
    r"(?:为|作为|担任|代为|代表|全权|办理|代理|前往|前来|处理)"
)
_NAME_ENDS = rf"(?=$|[^{_HAN}]|身份|性别|[男女]|联系|电话|手机|[为系住]|代理|全权|办理|先生|女士|同志|签)"
_NAMED = re.compile(
    rf"(?<!法定)(?<![/／、或及和（(委托诉讼]){_AGENT_WORD}{_AFTER_LABEL}(?P<name>[{_HAN}·]{{2,4}}?){_NAME_ENDS}"
)
_NEAR = 120
"""Characters behind an agent's label in which his ID number is looked for."""
_PAPERS = frozenset(
    {DocumentKind.AUTHORISATION, DocumentKind.APPLICATION_FORM, DocumentKind.COMPLAINT_LETTER, DocumentKind.AGENT_ID}
)


def agent_reasons(case: Case, texts: tuple[DocumentText, ...]) -> tuple[ReviewReason, ...]:
    """Return at most one reason: why a person must look whether an agent is the complainant, or signed for him.

    Args:
        case: fields of the complainant, signatures of the papers.
        texts: text of every document of the case.
    """
    if case.finished:
        return ()
    found = tuple(dict.fromkeys((*_in_words(case, texts), *_in_ink(case, texts))))
    if not found:
        return ()
    message = f"代理人疑为投诉人本人或代投诉人签名，请核对授权：{'；'.join(found)}。"
    return (ReviewReason(code=CODE, subject=SUBJECT, message=message),)


def _in_words(case: Case, texts: tuple[DocumentText, ...]) -> Iterator[str]:
    name, number = case.field_value("complainant_name"), case.field_value("complainant_id_no")
    for text in (t for t in texts if t.kind in _PAPERS):
        for page in text.pages:
            where = f"{kind_label(text.kind)}第 {page.number} 页"
            if name and _names_agent(page.text, name):
                yield f"{where}的代理人与投诉人同名"
            if number and number in _numbers_of_agents(page.text):
                yield f"{where}代理人的身份证号码与投诉人的相同"


def _names_agent(text: str, name: str) -> bool:
    """Tell whether ``name`` stands where an agent is named."""
    spaced = r"\s*".join(re.escape(c) for c in name)
    labelled = rf"{_AGENT_WORD}{_AFTER_LABEL}{spaced}{_NAME_ENDS}"
    spans = (m for m in _AGENT.finditer(text) if re.compile(labelled).match(text, m.start()))
    return any(True for _ in spans) or re.search(rf"{_ENTRUSTS}\s*{spaced}{_ACTS}", text) is not None


def _numbers_of_agents(text: str) -> frozenset[str]:
    """Return the ID numbers that stand behind an agent's label, before anybody else is named."""
    found: set[str] = set()
    for label in _AGENT.finditer(text):
        other = _PRINCIPAL.search(text, label.end())
        end = min(label.end() + _NEAR, other.start() if other else len(text))
        found.update(span.value for span in find_id_numbers(text[label.end() : end])[:1])
    return frozenset(found)


def _in_ink(case: Case, texts: tuple[DocumentText, ...]) -> Iterator[str]:
    """Yield signatures of the complainant in the agent's place, and of a named agent in the complainant's."""
    name = case.field_value("complainant_name")
    agents = {m["name"] for t in texts if t.kind in _PAPERS for p in t.pages for m in _NAMED.finditer(p.text)}
    for document in case.documents:
        if document.kind.kind not in _PAPERS:
            continue
        for signature in document.signatures:
            where = f"{kind_label(document.kind.kind)}第 {signature.page} 页"
            if _signs_as(signature, _AGENT) and name and signature.name == name:
                yield f"{where}代理人处的签名是投诉人的姓名"
            elif _signs_as(signature, _PRINCIPAL) and signature.name in agents - {name}:
                yield f"{where}委托人处的签名是代理人的姓名"


def _signs_as(signature: Signature, role: re.Pattern[str]) -> bool:
    return signature.anchor is not None and role.search(signature.anchor) is not None
