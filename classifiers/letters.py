"""Signatures and seals on the complaint itself: by the right person, of the right firm."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from classifiers.labels import kind_label
from classifiers.names import is_anothers_name, reads_as_another
from classifiers.paper import Finding, is_copy_only, unreadable, whole_page, worst
from classifiers.parties import firm_name, signer_name
from domain.case import Case
from domain.documents import Document
from domain.evidence import Evidence, Seal, Signature
from domain.policy import MaterialRequirement
from domain.surnames import begins_with_a_surname
from domain.traditional import simplified
from domain.vocabulary import Channel, ComplainantType, MaterialStatus, SealColour

_S = MaterialStatus
SURE_MARK = 0.6
"""From here a mark counts as there."""

FAINT_MARK = 0.3
"""Below this a mark counts as absent."""

SAME_LIKENESS = 0.8
LEAST_LIKENESS = 0.5
"""Share of equal characters of ring text and firm: from the first the same, below the second another."""

OTHER_FIRM = 60.0
"""A short piece of ring text that fits less than this (0 to 100) belongs to another firm."""

_OTHER_HAND = re.compile(r"代理人|经办|受理|接待|见证|记录|审批|审核|部门|会员单位|总负责|复核")
_SPECIAL_WORDS = re.compile(r"(?:统一发票|发票|财务|合同|业务)?(?:专用)?章$")
_LEGAL_HAND = re.compile(r"法定代表|法人代表|负责人|代表人")
_NAME_SEAL = re.compile(r"[\u4e00-\u9fff]{2,4}(?:之?印|印章)?")
_SPECIAL_SEAL = re.compile(
    r"专用|(?:财务|合同|发票|业务|人事|报关)章|(?:财务|业务|人事|行政|销售|技术|采购|质检|市场|客服|风控)部章?$"
)


def check_signed_paper(required: MaterialRequirement, paper: Document, case: Case, listed: ComplainantType) -> Finding:
    """Return the state of a paper that must be signed, sealed or both."""
    label = kind_label(paper.kind.kind)
    findings = []
    if required.signed_by:
        findings.append(_signature(required, paper, case, listed))
    if required.company_seal:
        findings.append(_seal(required, paper, case, listed))
    if unreadable(paper):
        findings.append(Finding(_S.UNCLEAR, f"{label}的页面无法辨认", whole_page(paper)))
    if paper.kind.probability < SURE_MARK:
        findings.append(Finding(_S.UNCLEAR, f"该材料可能是{label}，须人工确认", whole_page(paper)))
    found = worst(tuple(findings))
    if found.status is not _S.PRESENT:
        return found
    named = "" if paper.kind.kind is required.kind else f"（以{label}作为书面投诉）"
    copy = "（复印或传真件，原件待补）" if is_copy_only(paper, case) else ""
    return Finding(_S.PRESENT, f"已提交{required.label}{named}，{found.reason}{copy}", found.evidence)


def _signature(required: MaterialRequirement, paper: Document, case: Case, listed: ComplainantType) -> Finding:
    marks = [s for s in paper.signatures if not (s.anchor and _OTHER_HAND.search(s.anchor))]
    sure = [s for s in marks if s.probability >= SURE_MARK]
    legal = required.signed_by == "legal_representative"
    who = "法定代表人" if legal else "本人"
    if not sure:
        return _unsigned(paper, marks, who)
    name = signer_name(case, listed)
    others = [s for s in sure if is_anothers_name(s, name, paper, case)]
    doubtful = [s for s in sure if s not in others and reads_as_another(s, name)]
    fitting = [s for s in sure if s not in others and s not in doubtful and _fits(s, name, legal)]
    if fitting:
        return Finding(_S.PRESENT, f"{who}已签字", _mark(paper, fitting[0]))
    if doubtful and not others:
        reason = f"签字辨认为“{doubtful[0].name}”，与{who}“{name}”不一致，须人工核对"
        return Finding(_S.UNCLEAR, reason, _mark(paper, doubtful[0]))
    if not others:
        return Finding(_S.UNCLEAR, "有签字，但不能确定是否为法定代表人所签", _mark(paper, sure[0]))
    written = "、".join(dict.fromkeys(s.name for s in others if s.name))
    return Finding(_S.UNCLEAR, f"签字（{written}）与{who}“{name}”不一致，须人工核对", _mark(paper, others[0]))


def _unsigned(paper: Document, marks: list[Signature], who: str) -> Finding:
    faint = [s for s in marks if s.probability >= FAINT_MARK]
    if faint:
        return Finding(_S.UNCLEAR, f"疑似有{who}签字，须人工确认", _mark(paper, faint[0]))
    if unreadable(paper):
        return Finding(_S.UNCLEAR, f"页面无法辨认，不能确定{who}是否签字", whole_page(paper))
    # 收讫, 附件 and the like are the mailroom's stamps.
    own = [s for s in paper.seals if s.text and _NAME_SEAL.fullmatch(s.text) and begins_with_a_surname(s.text)]
    if own:
        reason = f"只有名章“{own[0].text}”，未见{who}手写签名，是否认可须人工确认"
        return Finding(_S.UNCLEAR, reason, _box(paper, own[0]))
    agents = [s for s in paper.signatures if s.anchor and _OTHER_HAND.search(s.anchor)]
    if agents:
        return Finding(_S.DEFECTIVE, f"只有{agents[0].anchor}处的签字，未见{who}签字", _mark(paper, agents[0]))
    return Finding(_S.DEFECTIVE, f"未签字：未见{who}手写签名（打印姓名不算签字）", whole_page(paper))


def _fits(signature: Signature, name: str | None, legal: bool) -> bool:
    """Return whether a mark counts as the signer's: any hand's ink at the right place does."""
    if not legal:
        return True
    # A signature beside a firm's seal stands for the firm; whose it is follows from its label or from the name.
    return bool(name) or bool(signature.anchor and _LEGAL_HAND.search(signature.anchor))


def _seal(required: MaterialRequirement, paper: Document, case: Case, listed: ComplainantType) -> Finding:
    sure = [s for s in paper.seals if s.probability >= SURE_MARK]
    faint = [s for s in paper.seals if FAINT_MARK <= s.probability < SURE_MARK]
    # An e-mail carries colours as they are; only a fax loses the red of a seal, or all of it.
    copy = is_copy_only(paper, case) and case.channel is not Channel.EMAIL
    if sure:
        firm = firm_name(case, listed)
        findings = [_one_seal(s, paper, firm, special=required.special_seal) for s in sure]
        return min((_from_copy(f, s, copy) for f, s in zip(findings, sure, strict=True)), key=lambda f: _RANK[f.status])
    if faint:
        return Finding(_S.UNCLEAR, "疑似有公章，须人工确认", _box(paper, faint[0]))
    if copy or unreadable(paper):
        return Finding(_S.UNCLEAR, "传真、复印或模糊的页面上未见公章，须核对原件", whole_page(paper))
    return Finding(_S.DEFECTIVE, "未加盖公章", whole_page(paper))


_RANK = {_S.PRESENT: 0, _S.UNCLEAR: 1, _S.DEFECTIVE: 2}


SURE_TEXT = 0.7
"""Chance from which a seal's text speaks for or against the firm; below it a person compares."""


def _from_copy(found: Finding, seal: Seal, copy: bool) -> Finding:
    """Return what a black impression is worth: whose seal it was shows, not that it is one."""
    if found.status is _S.PRESENT and (copy or seal.colour is SealColour.BLACK):
        return Finding(_S.UNCLEAR, "印章为黑白影印，原件待补，须核对原件", found.evidence)
    return found


def _one_seal(seal: Seal, paper: Document, firm: str | None, *, special: bool) -> Finding:
    place = _box(paper, seal)
    if not seal.text:
        return Finding(_S.UNCLEAR, "有印章，文字无法辨认", place)
    text = _SPECIAL_WORDS.sub("", seal.text) if special else seal.text
    same = same_firm(text, firm) if firm else None
    sure_text = seal.text_probability is None or seal.text_probability >= SURE_TEXT
    if same is False and sure_text:
        return Finding(_S.DEFECTIVE, f"印章为“{seal.text}”，与“{firm}”不一致", place)
    if _SPECIAL_SEAL.search(seal.words) and not special:
        return Finding(_S.DEFECTIVE, f"所盖印章“{seal.words}”不是公章", place)
    if not firm:
        return Finding(_S.UNCLEAR, f"有印章“{seal.text}”，但单位名称未知，须人工核对", place)
    if not same or not sure_text:
        return Finding(_S.UNCLEAR, f"印章文字“{seal.text}”与“{firm}”不完全一致或读数不可靠，须人工核对", place)
    return Finding(_S.PRESENT, f"已加盖{'印章' if special else '公章'}", place)


_OUTSIDE_NAME = re.compile(r"[\s\d（）()★☆*·.]|公章")
NAME_HEAD = 4
"""Characters of a firm's name that tell it from others (place and 字号); its end is shared by many."""


def same_firm(text: str, firm: str) -> bool | None:
    """Return whether ring text ``text`` is of ``firm``, ``None`` when a person must compare.

    The ring may be read from any point. A single misread character at the end is forgiven; at the head it might be
    another firm, and two there are.
    """
    left, right = (_OUTSIDE_NAME.sub("", simplified(t)) for t in (text, firm))
    if not left or not right:
        return None
    if _short_of(right, left):
        return True
    left, right = _without_shared_place(left, right)
    turned = min((left[i:] + left[:i] for i in range(len(left))), key=lambda t: Levenshtein.distance(t, right))
    steps = [step for step in Levenshtein.editops(turned, right) if step.dest_pos < NAME_HEAD and step.tag != "delete"]
    replaced = sum(step.tag == "replace" for step in steps)
    likeness = Levenshtein.normalized_similarity(turned, right)
    if len(left) < 0.7 * len(right) and fuzz.partial_ratio(left, right) > OTHER_FIRM:
        return None
    if likeness < LEAST_LIKENESS or replaced >= 2:
        return False
    return True if not steps and likeness >= SAME_LIKENESS else None


_LEGAL_FORM = re.compile(r"(?:股份|责任)?有限(?:责任)?(?=公司)")


def _short_of(firm: str, seal: str) -> bool:
    """Return whether a firm's name is its seal's without the place and the legal form (恒泰贸易公司)."""
    place = _PLACE.match(firm)
    if (place and place[0]) or len(firm) < NAME_HEAD:
        return False
    bare = _LEGAL_FORM.sub("", firm)
    # The ring may begin anywhere.
    turned = (_LEGAL_FORM.sub("", seal[i:] + seal[:i]) for i in range(len(seal)))
    return bare.endswith("公司") and any(_PLACE.sub("", t, count=1) == bare for t in turned)


_PLACE = re.compile(r"^(?:[^省市县区]{1,4}省)?(?:[^省市县区]{1,4}[市县])?(?:[^省市县区]{1,3}区)?")


def _without_shared_place(left: str, right: str) -> tuple[str, str]:
    """Return both names without the place that begins both: it tells no firm from its neighbour."""
    match = _PLACE.match(right)
    place = match[0] if match else ""
    if not place or not left.startswith(place) or len(right) - len(place) < NAME_HEAD:
        return left, right
    return left[len(place) :] or left, right[len(place) :]


def _mark(paper: Document, signature: Signature) -> tuple[Evidence, ...]:
    quote = signature.name or ""
    return (Evidence(document_id=paper.id, page=signature.page, bbox=signature.bbox, quote=quote),)


def _box(paper: Document, seal: Seal) -> tuple[Evidence, ...]:
    return (Evidence(document_id=paper.id, page=seal.page, bbox=seal.bbox, quote=seal.text or ""),)
