"""Copies of identity cards: the right person, the needed sides, still valid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rapidfuzz import fuzz

from classifiers.deadlines import local_day
from classifiers.names import is_ink, same_person
from classifiers.paper import Finding, is_copy_only, unreadable, whole_page, worst
from classifiers.parties import is_organisation, signer_name
from domain.case import Case
from domain.documents import Document
from domain.evidence import Evidence, FieldValue
from domain.policy import MaterialRequirement
from domain.review import decided_by_person
from domain.vocabulary import ComplainantType, DocumentKind, IdSide, MaterialStatus

_S = MaterialStatus
_SIDES = {IdSide.FRONT: "人像面", IdSide.BACK: "国徽面"}
_FRONT_FIELDS = frozenset({"complainant_id_no", "complainant_birth_date", "complainant_ethnicity"})
_BACK_FIELDS = frozenset({"id_authority", "id_valid_until", "id_valid_from"})
_ID_KINDS = frozenset({DocumentKind.ID_CARD_COPY, DocumentKind.LEGAL_REP_ID_COPY, DocumentKind.AGENT_ID})
SURE_SIDE = 0.5
FAINT_SIDE = 0.3
SURE_NAME = 0.8
"""A name read with less probability than this proves nothing against the card."""


def check_id_copy(
    required: MaterialRequirement, papers: tuple[Document, ...], case: Case, listed: ComplainantType
) -> Finding:
    """Return the state of the ID copy; both sides may lie on different papers."""
    findings = [
        _sides(required, papers),
        *_legible(required, papers),
        *_person(required, papers, case, listed),
        *_expiry(papers, case),
    ]
    if all(p.kind.probability < 0.6 for p in papers):
        findings.append(Finding(_S.UNCLEAR, f"一份材料可能是{required.label}，须人工确认", _places(papers)))
    found = worst(tuple(findings))
    if found.status is not _S.PRESENT:
        return found
    copy = "（传真件，须核对原复印件）" if any(is_copy_only(p, case) for p in papers) else ""
    return Finding(_S.PRESENT, f"已提交{required.label}，{found.reason}{copy}", found.evidence)


def _legible(required: MaterialRequirement, papers: tuple[Document, ...]) -> Iterator[Finding]:
    """Ask about a side that stands on a poor page alone; a second, good copy settles it."""
    poor = [p for p in papers if unreadable(p)]
    good = {side for side, _ in _seen(tuple(p for p in papers if p not in poor))}
    if poor and any(side not in good for side in required.sides):
        yield Finding(_S.UNCLEAR, f"{required.label}的页面无法辨认，须人工核对", _places(tuple(poor)))


def _sides(required: MaterialRequirement, papers: tuple[Document, ...]) -> Finding:
    seen = dict(_seen(papers))
    evidence = tuple(seen[s] for s in (IdSide.FRONT, IdSide.BACK) if s in seen) or _places(papers)
    lacking = [s for s in required.sides if s not in seen]
    faint = [s for p in papers for s in p.id_sides if FAINT_SIDE <= s.probability < SURE_SIDE and s.side in lacking]
    if faint:
        names = "、".join(dict.fromkeys(_SIDES[s.side] for s in faint))
        return Finding(_S.UNCLEAR, f"疑似有{names}，须人工确认", evidence)
    if not lacking:
        return Finding(_S.PRESENT, "＋".join(_SIDES[s] for s in (IdSide.FRONT, IdSide.BACK) if s in seen), evidence)
    if any(unreadable(p) for p in papers):
        return Finding(_S.UNCLEAR, f"页面无法辨认，不能确定有无{'、'.join(_SIDES[s] for s in lacking)}", evidence)
    if not seen:
        return Finding(_S.UNCLEAR, "不能辨认身份证的正反面", evidence)
    there = "、".join(_SIDES[s] for s in seen)
    return Finding(_S.DEFECTIVE, f"只有{there}，缺{'、'.join(_SIDES[s] for s in lacking)}", evidence)


def _seen(papers: tuple[Document, ...]) -> Iterator[tuple[IdSide, Evidence]]:
    """Yield sides with a place; what was read on a card speaks for a side that nobody marked."""
    for paper in papers:
        for side in paper.id_sides:
            if side.probability >= SURE_SIDE:
                quote = _SIDES[side.side]
                yield side.side, Evidence(document_id=paper.id, page=side.page, bbox=side.bbox, quote=quote)
        if paper.id_sides:
            continue
        for side_name, names in ((IdSide.FRONT, _FRONT_FIELDS), (IdSide.BACK, _BACK_FIELDS)):
            for field in paper.fields:
                if field.name in names and isinstance(field, FieldValue) and field.evidence:
                    yield side_name, field.evidence[0]


def _person(
    required: MaterialRequirement, papers: tuple[Document, ...], case: Case, listed: ComplainantType
) -> Iterator[Finding]:
    """Compare the card with what the other papers say."""
    legal = required.kind is DocumentKind.LEGAL_REP_ID_COPY
    on_card = _read(papers, ("complainant_name", "legal_representative"))
    on_card = [f for f in on_card if not is_organisation(f.value)]
    stated = _elsewhere(case, "legal_representative" if legal else "complainant_name")
    expected = {f.value for f in stated}
    expected = {v for v in expected if not is_organisation(v)} or {v for v in (signer_name(case, listed),) if v}
    if on_card and expected and not any(same_person(f.value, name) for f in on_card for name in expected):
        proven = all(_firm_reading(f) for f in (on_card[0], *stated)) and not _same_number(papers, case)
        yield _name_differs(on_card[0], expected, proven)
    if not on_card and not _same_number(papers, case):
        yield Finding(_S.UNCLEAR, "证件上的姓名未能读出，须核对是否为本人", _places(papers))
    elif on_card and not expected and (legal or not _signed(on_card[0].value, case)):
        yield Finding(
            _S.UNCLEAR, f"证件姓名为“{on_card[0].value}”，但应为何人未能读出，须人工核对", on_card[0].evidence
        )
    if legal:
        # Forms ask for the complainant's number; a firm's form may hold its representative's or none.
        return
    number = next(iter(_read(papers, ("complainant_id_no",))), None)
    others = {f.value for f in _elsewhere(case, "complainant_id_no")}
    if number and others and number.value not in others:
        sure = not number.vetoed and len(next(iter(others))) == len(number.value)
        text = f"身份证号码 {number.value} 与其他材料所填 {'、'.join(sorted(others))} 不一致"
        yield Finding(_S.DEFECTIVE if sure and _both_pass(number, case) else _S.UNCLEAR, text, number.evidence)


def _signed(name: str, case: Case) -> bool:
    """Return whether a paper is signed with a name."""
    return any(s.name and same_person(s.name, name) for d in case.documents for s in d.signatures)


def _firm_reading(field: FieldValue) -> bool:
    return decided_by_person(field.producer) or (not field.vetoed and field.probability >= SURE_NAME)


def _same_number(papers: tuple[Document, ...], case: Case) -> bool:
    """Return whether the card's number stands in the other papers too: then another name is a misreading."""
    numbers = {f.value for f in _read(papers, ("complainant_id_no",)) if not f.vetoed}
    return bool(numbers & {f.value for f in _elsewhere(case, "complainant_id_no")})


def _name_differs(card: FieldValue, expected: set[str], proven: bool) -> Finding:
    likeness = max(fuzz.ratio(card.value, name) for name in expected)
    who = "、".join(sorted(expected))
    if likeness < 50 and proven:
        return Finding(_S.DEFECTIVE, f"身份证姓名“{card.value}”不是“{who}”", card.evidence)
    return Finding(_S.UNCLEAR, f"身份证姓名“{card.value}”与“{who}”不完全一致，须人工核对", card.evidence)


def _both_pass(number: FieldValue, case: Case) -> bool:
    """Return whether both numbers pass their check digits: then none of them is a misreading."""
    readings = _read(_not_cards(case), ("complainant_id_no",))
    return not number.vetoed and bool(readings) and not any(f.vetoed for f in readings)


def _read(papers: tuple[Document, ...], names: tuple[str, ...]) -> list[FieldValue]:
    return [f for p in papers for f in p.fields if f.name in names and isinstance(f, FieldValue)]


def _not_cards(case: Case) -> tuple[Document, ...]:
    return tuple(d for d in case.documents if d.kind.kind not in _ID_KINDS)


def _elsewhere(case: Case, name: str) -> tuple[FieldValue, ...]:
    """Return what other papers say (not what was read in ink of a signature), or what a person decided."""
    field = case.fields.get(name)
    if isinstance(field, FieldValue) and decided_by_person(field.producer):
        return (field,)
    return tuple(f for d in _not_cards(case) for f in _read((d,), (name,)) if not is_ink(f, d))


def _expiry(papers: tuple[Document, ...], case: Case) -> Iterator[Finding]:
    for field in _read(papers, ("id_valid_until",)):
        try:
            until = date.fromisoformat(field.value)
        except ValueError:
            continue  # 长期
        if until < local_day(case.received_at):
            status = _S.UNCLEAR if field.vetoed or field.probability < 0.5 else _S.DEFECTIVE
            yield Finding(status, f"身份证已于 {field.value} 过期", field.evidence)


def _places(papers: tuple[Document, ...]) -> tuple[Evidence, ...]:
    return tuple(e for p in papers[:2] for e in whole_page(p))
