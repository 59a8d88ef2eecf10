"""Authorisations (授权委托书): the principal's fields only; what stands about the agent is nobody's complaint.

The principal is the complainant or, for a firm, has a legal representative. Name, number, telephone and address of the
agent, the day of signing and the scope are no fields of the complainant, of whom they must never be believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from itertools import pairwise

from domain.evidence import FieldResult, FieldValue
from domain.marks import PageReading
from extractors.layout.blocks import Words
from extractors.letters.letter import read_letter
from extractors.letters.names import is_no_name
from extractors.papers.labelled import Label, read_labelled

PRODUCER = "authorisation/1"
_KEPT = frozenset({"respondent_org", "respondent_branch", "trading_account_no", "uscc", "legal_representative"})
_PERSONAL = frozenset(
    {
        "complainant_name",
        "complainant_id_no",
        "complainant_gender",
        "complainant_ethnicity",
        "complainant_birth_date",
        "complainant_phone",
        "complainant_mobile",
        "complainant_email",
        "complainant_address",
    }
)
"""Fields that agent and principal both have: only what surely stands with the principal counts."""


class _Party(Enum):
    PRINCIPAL = "principal"
    AGENT = "agent"
    NEITHER = "neither"


# Whose particulars follow, until the next of these; the longer wording goes first (被委托人 holds 委托人).
_MARKERS = re.compile(
    r"(?P<agent>受委托人|被委托人|被授权人|受托人|受托方|受托单位|委托代理人|代理人|乙方"
    r"|(?:兹|现|特|特此|自愿|全权)(?:委托|授权)(?!人|单位|方|公司|代理人)|委托(?=[㐀-鿿·]{2,8}[（(，,]))"
    r"|(?P<principal>委托人|委托单位|委托方|授权人|授权单位|授权方|甲方|法定代表人|本人|我(?:公司|单位|司))"
    r"|(?P<neither>委托事项|授权事项|委托权限|代理权限|授权范围|委托范围|委托期限|授权期限|有效期|代为|权限如下)"
)
_NAME_AND_SEX = re.compile(r"(?P<name>[㐀-鿿·]{2,12})[,，、]?[男女]")
_NAME_CEILING = 0.8
_FIRM = re.compile(r"(?:公司|厂|行|店|社|中心|院|校|所|部)$")
_PARTY_WORDS = re.compile(r"委托人|受托人|代理人|授权人")
_LABELS = (
    Label("legal_representative", re.compile(r"(?:法定代表人|法人代表|负责人)(?:姓名)?(?:[(（]签[字名章][)）])?[:：]")),
    Label("legal_representative", re.compile(r"法定代表人(?![:：(（授的])")),
    Label(
        "complainant_name", re.compile(r"(?:委托|授权)(?:单位|方)(?:名称|全称)?(?:[(（](?:盖章|公章|签章)[)）])?[:：]?")
    ),
    Label("complainant_name", re.compile(r"(?<!受托)(?<!代理)单位名称(?:[(（](?:盖章|公章|签章)[)）])?[:：]")),
    Label("uscc", re.compile(r"统?一?社会信用代码[:：]?")),
    *(
        Label(None, re.compile(word))
        for word in (r"职务[:：]", r"性别[:：]?", r"身份证", r"电话", r"住[所址]", r"受.?托人")
    ),
)


def read_authorisation(document_id: str, pages: tuple[PageReading, ...]) -> tuple[FieldResult, ...]:
    """Read the principal's fields of an authorisation; days, facts and requests of it are no complaint's."""
    text = "\n".join(line.text for page in pages for line in page.read.text.lines)
    parts = _parts(text)
    results: dict[str, FieldResult] = {}
    for result in read_letter(document_id, pages):
        mine = result.name in _PERSONAL and isinstance(result, FieldValue) and _is_principals(result, parts)
        if mine or result.name in _KEPT:
            results[result.name] = _without_sex(result, text)
    for result in read_labelled(document_id, pages, _LABELS, PRODUCER, _cleaned):
        if isinstance(result, FieldValue) and not isinstance(results.get(result.name), FieldValue):
            results[result.name] = result
    return tuple(results.values())


def _without_sex(result: FieldResult, text: str) -> FieldResult:
    """Take off a name what is said of the person next (左某某男1959年…生), and doubt where the name ends."""
    if result.name != "complainant_name" or not isinstance(result, FieldValue):
        return result
    whole = _NAME_AND_SEX.fullmatch(result.value)
    if whole is None or not re.search(re.escape(result.value) + r"\s*[,，、]?\s*(?:[0-9]|[㐀-鿿]{1,4}族)", text):
        return result
    doubted = min(result.probability, _NAME_CEILING)
    return result.model_copy(update={"value": whole["name"], "probability": doubted, "candidates": ()})


def _cleaned(name: str, words: Words) -> Words:
    if name == "legal_representative" and is_no_name(words.text):
        return Words(())
    return Words(()) if name == "complainant_name" and not _FIRM.search(words.text) else words


def _parts(text: str) -> tuple[tuple[_Party, str], ...]:
    """Cut the paper where it begins to speak of somebody else."""
    marks = [(match.start(), _Party(match.lastgroup or "neither")) for match in _MARKERS.finditer(text)]
    end = (len(text), _Party.NEITHER)
    return tuple((party, _plain(text[start:stop])) for (start, party), (stop, _) in pairwise([*marks, end]))


def _plain(text: str) -> str:
    return re.sub(r"[\s\-.．·]", "", text).upper()


def _is_principals(result: FieldValue, parts: Sequence[tuple[_Party, str]]) -> bool:
    """Tell whether a value stands where the paper speaks of the principal, and nowhere with the agent."""
    if _PARTY_WORDS.search(result.value):
        return False
    wanted = {_plain(result.raw), _plain(result.value)} - {""}
    if result.name == "complainant_gender":
        return False  # one character stands everywhere
    places = [party for party, words in parts if _holds(words, wanted)]
    return _Party.PRINCIPAL in places and _Party.AGENT not in places


def _holds(words: str, wanted: Iterable[str]) -> bool:
    return any(value in words for value in wanted)
