"""Required materials: what is there, what is wrong with it, what a person must look at."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.id_copies import check_id_copy
from classifiers.labels import kind_label
from classifiers.letters import check_signed_paper
from classifiers.paper import Finding, best, is_copy_only, unreadable, whole_page
from classifiers.parties import complainant_list
from classifiers.producers import MATERIALS
from domain.case import Case
from domain.documents import Document, DocumentText
from domain.evidence import Evidence, FieldMissing, FieldValue
from domain.fields import FIELDS
from domain.policy import AdoptedPolicy, MaterialRequirement
from domain.review import complete_of, decided_by_person
from domain.verdicts import MaterialItem, MaterialsReport
from domain.vocabulary import ComplainantType, DocumentKind, MaterialStatus, MissingReason

_K = DocumentKind
_S = MaterialStatus
_ID_KINDS = frozenset({_K.ID_CARD_COPY, _K.LEGAL_REP_ID_COPY})

EVIDENCE_KINDS = frozenset(
    {
        _K.EVIDENCE,
        _K.TRADE_STATEMENT,
        _K.ACCOUNT_OPENING_FILE,
        _K.CONTRACT_RISK_DISCLOSURE,
        _K.INTERVIEW_RECORD,
        _K.AUDIO_VIDEO,
        _K.POLICE_REPORT,
        _K.INVOICE,
        _K.MEMO,
        _K.TEST_REPORT,
        _K.OWNER_DOCUMENTS,
        _K.REPAIR_RECORD,
        _K.WARRANTY_LETTER,
        _K.ABNORMAL_SAMPLE,
        _K.ABNORMAL_SLIP,
        _K.RETURN_OR_ALLOWANCE_PROOF,
        _K.RETURN_SLIP,
    }
)
"""Papers that can support a complaint, whatever their kind (design §5)."""

_WISHES = ("handling_method", "complaint_request")
_OF_RETURNS = ("approved_return_qty", "actual_return_qty", "return_reason", "return_basis")

LEAST_KIND_PROBABILITY = 0.6
"""A paper whose kind is less sure is shown to a person before it counts."""

SURE_KIND = 0.75
"""Only papers at least this sure of their kind prove that another one is missing."""


@dataclass(frozen=True)
class _Context:
    case: Case
    listed: ComplainantType
    required: tuple[MaterialRequirement, ...]


def check_materials(case: Case, texts: tuple[DocumentText, ...], policy: AdoptedPolicy) -> MaterialsReport:
    """Return the state of every required material; items that persons decided are kept."""
    kind = complainant_list(case, texts)
    required = policy.pack.materials.of(kind) if policy.pack.materials and kind else None
    if kind is None or not required:
        return MaterialsReport(list=kind.value if kind else None, complete=None if policy.pack.materials else True)
    required = tuple(r for r in required if _asked(r, case))
    context = _Context(case, kind, required)
    earlier = case.judgement.materials if case.judgement else MaterialsReport(list=None, complete=None)
    same = earlier.list in (None, kind.value)
    decided = {i.material: i for i in earlier.items if decided_by_person(i.producer)} if same else {}
    items = tuple(decided.get(r.kind.value) or _item(r, context) for r in required)
    return MaterialsReport(list=kind.value, complete=complete_of(items), items=items)


def _asked(required: MaterialRequirement, case: Case) -> bool:
    """Return whether a material is asked for in this case; what depends on returned goods only when some come back."""
    wishes = "".join(case.field_value(name) or "" for name in _WISHES)
    returned = "退货" in wishes or any(case.field_value(name) for name in _OF_RETURNS)
    returned = returned or any(d.kind.kind is _K.RETURN_SLIP for d in case.documents)
    told = {"goods_returned": returned, "price_reduced": "折让" in wishes}
    return not required.when or any(told[what] for what in required.when)


def open_items(case: Case, listed: ComplainantType, policy: AdoptedPolicy) -> tuple[MaterialItem, ...]:
    """Return what would be open if ``listed`` applied: shown while nobody knows whose list applies."""
    required = policy.pack.materials.of(listed) if policy.pack.materials else None
    context = _Context(case, listed, tuple(r for r in required or () if _asked(r, case)))
    return tuple(i for i in (_item(r, context) for r in context.required) if i.status is not _S.PRESENT)


def papers_of(
    required: MaterialRequirement, listed: ComplainantType, case: Case, policy: AdoptedPolicy
) -> tuple[Document, ...]:
    """Return the papers of ``case`` that count for ``required`` of list ``listed``, in their order."""
    whole = (policy.pack.materials.of(listed) if policy.pack.materials else None) or ()
    context = _Context(case, listed, whole)
    return _usable(context) if required.any_paper else _candidates(required, context)


def _item(required: MaterialRequirement, context: _Context) -> MaterialItem:
    finding = _supporting(required, context) if required.any_paper else _named(required, context)
    return MaterialItem(
        material=required.kind.value,
        status=finding.status,
        reason=finding.reason,
        evidence=finding.evidence,
        producer=MATERIALS,
    )


def _named(required: MaterialRequirement, context: _Context) -> Finding:
    papers = _candidates(required, context)
    if not papers:
        return _absent(required, context)
    if required.kind in _ID_KINDS:
        return check_id_copy(required, papers, context.case, context.listed)
    if required.signed_by or required.company_seal:
        return best(tuple(check_signed_paper(required, p, context.case, context.listed) for p in papers))
    return best(tuple(_there(required, p, context.case) for p in papers))


def _candidates(required: MaterialRequirement, context: _Context) -> tuple[Document, ...]:
    """Return papers of the kind itself; only without any of those, papers that count for it."""
    documents = context.case.documents
    own = tuple(d for d in documents if d.kind.kind is required.kind)
    if required.kind in _ID_KINDS:
        return own or tuple(d for d in documents if d.kind.kind in _ID_KINDS)
    return own or tuple(d for d in documents if d.kind.kind in required.satisfied_by)


def _absent(required: MaterialRequirement, context: _Context) -> Finding:
    documents = context.case.documents
    doubtful = [d for d in documents if unreadable(d)]
    if doubtful:
        return Finding(_S.UNCLEAR, f"未见{required.label}，但有无法读取的页面，可能在其中", _pages(doubtful))
    guessed = [d for d in documents if d.kind.probability < SURE_KIND and d.kind.kind not in _ID_KINDS]
    if guessed:
        return Finding(_S.UNCLEAR, f"未见{required.label}，但有种类不能确定的材料，须人工确认", _pages(guessed))
    if context.case.failures and not context.case.documents:
        return Finding(_S.UNCLEAR, f"来件未能读取，不能确定是否附有{required.label}", ())
    form = any(d.kind.kind is _K.APPLICATION_FORM for d in context.case.documents)
    note = "（登记表不能代替；如认可其所载内容，请人工确认）" if form and required.kind is _K.COMPLAINT_LETTER else ""
    return Finding(_S.MISSING, f"未见{required.label}{note}", ())


def _there(required: MaterialRequirement, paper: Document, case: Case) -> Finding:
    evidence = whole_page(paper)
    if unreadable(paper):
        return Finding(_S.UNCLEAR, f"{required.label}的页面无法辨认", evidence)
    if paper.kind.probability < LEAST_KIND_PROBABILITY:
        return Finding(_S.UNCLEAR, f"一份材料可能是{required.label}，须人工确认", evidence)
    blank = [FIELDS[n].label for n in required.filled if not _says(paper, n)]
    if required.filled_one_of and not any(_says(paper, n) for n in required.filled_one_of):
        blank.append("或".join(FIELDS[n].label for n in required.filled_one_of))
    if blank:
        return Finding(_S.DEFECTIVE, f"{required.label}未填写：{'、'.join(blank)}", evidence)
    stands_in = required.kind is _K.MEMBER_OPINION and paper.kind.kind is not required.kind
    if stands_in and not _says(paper, "member_process_opinion"):
        # The application holds the opinion only where its own field has one.
        return Finding(_S.MISSING, f"未见{required.label}，申请单的相应栏目为空", evidence)
    note = "（复印或传真件，原件待补）" if is_copy_only(paper, case) else ""
    named = "" if paper.kind.kind is required.kind else f"（以{kind_label(paper.kind.kind)}代）"
    return Finding(_S.PRESENT, f"已提交{required.label}{named}{note}", evidence)


_EXCUSES = {"quantity": "未确定", "defect_quantity": "未确定"}
"""Words in the demand that excuse a blank: goods in process cannot be counted yet."""


def _says(paper: Document, name: str) -> bool:
    """Return whether a field of a paper is filled; one that was read but not believed is."""
    found = next((f for f in paper.fields if f.name == name), None)
    if isinstance(found, FieldValue):
        return True
    if isinstance(found, FieldMissing) and found.reason is MissingReason.ILLEGIBLE:
        return True
    demand = next((f.value for f in paper.fields if f.name == "complaint_request" and isinstance(f, FieldValue)), "")
    return name in _EXCUSES and _EXCUSES[name] in demand


def _supporting(required: MaterialRequirement, context: _Context) -> Finding:
    usable = _usable(context)
    readable = [d for d in usable if not unreadable(d) and d.kind.probability >= LEAST_KIND_PROBABILITY]
    if len(readable) >= required.minimum:
        names = "、".join(dict.fromkeys(kind_label(d.kind.kind) for d in readable))
        return Finding(_S.PRESENT, f"已提交{required.label}：{names}", _pages(readable))
    if usable:
        why = "的页面无法辨认" if any(unreadable(d) for d in usable) else "的种类不能确定，须人工确认"
        return Finding(_S.UNCLEAR, f"{required.label}{why}", _pages(list(usable)))
    other = [d for d in context.case.documents if _may_support(d)]
    if other:
        return Finding(_S.UNCLEAR, f"有未能识别种类的材料，是否为{required.label}须人工确认", _pages(other))
    return _absent(required, context)


def _usable(context: _Context) -> tuple[Document, ...]:
    """Return papers that can support a complaint and are not asked for under a name of their own."""
    elsewhere = {r.kind for r in context.required if not r.any_paper}
    elsewhere |= {k for r in context.required if not r.any_paper for k in r.satisfied_by}
    return tuple(d for d in context.case.documents if d.kind.kind in EVIDENCE_KINDS - elsewhere)


def _may_support(paper: Document) -> bool:
    """Return whether ``paper`` is of no known kind, or of a guessed one that the rules do not already count."""
    if paper.kind.kind is _K.OTHER:
        return True
    return paper.kind.kind in EVIDENCE_KINDS and paper.kind.probability < SURE_KIND


def _pages(papers: list[Document]) -> tuple[Evidence, ...]:
    return tuple(e for d in papers[:3] for e in whole_page(d))
