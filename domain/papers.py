"""What a person does to papers: kind, order, split, merge, move, blank, turn, rescan. Pure: no clock, no store.

Every page of a file lies in exactly one document of one case, before and after. A document may have pages of several
files (two photographs of one letter); its id hangs on the file of its first page. What was read of a document is
carried along as far as its places go; whoever has the readings extracts anew afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar, get_args

from domain.base import Model
from domain.case import Case, Decision, PaperAction
from domain.documents import (
    Document,
    KindGuess,
    Page,
    SourceFile,
    document_id,
    key_of,
    source_hashes,
    source_of,
    sources_of,
)
from domain.errors import DecisionError
from domain.evidence import Evidence, FieldMissing, IdSideSeen, Seal, Signature, StoredField
from domain.following import rearranged
from domain.paper_trail import ArrangedFile, PaperTrail, Places, RescanRequest, former, turned_page
from domain.replaced import flagged, taken_back
from domain.vocabulary import DocumentKind

PAPER_ACTIONS: frozenset[str] = frozenset(get_args(PaperAction))
UNNAMED = "papers/1"
"""Producer of the kind of a document that a person cut off and nobody named yet."""
OWN = "new"
"""Target of a page that becomes a document of its own."""
TURNS = {"90": 90, "180": 180, "270": 270}
_UNNAMED_KIND = KindGuess(kind=DocumentKind.OTHER, probability=0.0, producer=UNNAMED, reason="人工分出，种类待认")

_Mark = TypeVar("_Mark", Signature, Seal, IdSideSeen)


class PageSubject(Model):
    """A page as the subject of a decision: ``page:DOCUMENT/NUMBER``, number from 1."""

    document_id: str
    number: int


def page_subject(document: str, number: int) -> str:
    """Return the subject of a decision on a page (number from 1)."""
    return f"page:{document}/{number}"


def parsed_page(subject: str) -> PageSubject:
    """Return the page that ``subject`` names.

    Raises:
        DecisionError: it names none.
    """
    scope, _, rest = subject.partition(":")
    document, _, number = rest.rpartition("/")
    if scope != "page" or not number.isascii() or not number.isdigit():
        raise DecisionError(f"{subject} 不是页面", "请刷新页面后再操作")
    return PageSubject(document_id=document, number=int(number))


def apply_paper(case: Case, decision: Decision) -> Case:
    """Return ``case`` with its papers arranged as ``decision`` says; revision and history are the caller's.

    Args:
        case: the case as the person saw it.
        decision: one of

            ======================  ====================  ======================================================
            action                  subject               value
            ======================  ====================  ======================================================
            ``kind``                ``document:ID``       the kind
            ``order``               ``document:ID``       page numbers in their new order: ``3,1,2``
            ``split``               ``document:ID``       number of the last page of the first part
            ``merge``               ``document:ID``       id of the document whose pages are put behind
            ``move``                ``page:ID/N``         id of the document it is put behind, or ``new``
            ``blank``               ``page:ID/N``
            ``restore``             ``page:ID/N``         (a blank page, or one that a new scan replaced)
            ``turn``                ``page:ID/N``         degrees clockwise: 90, 180, 270
            ``rescan``              ``page:ID/N``         the reason
            ``rescanned``           ``page:ID/N``         why it is settled
            ======================  ====================  ======================================================

    Raises:
        DecisionError: there is no such paper, or the action does not fit it.
    """
    handlers: dict[str, Callable[[Case, Decision], Case]] = {
        "kind": _set_kind,
        "order": _set_order,
        "split": _split,
        "merge": _merge,
        "move": _move,
        "blank": _set_blank,
        "restore": _restore,
        "turn": _turn,
        "rescan": _ask_rescan,
        "rescanned": _close_rescan,
    }
    handler = handlers.get(decision.action)
    if handler is None:
        raise DecisionError(f"操作 {decision.action} 须由两个案件同时进行", "请用“移到另一案件”")
    return handler(case, decision)


def _set_kind(case: Case, decision: Decision) -> Case:
    document = document_of(case, decision)
    try:
        kind = DocumentKind(decision.value or "")
    except ValueError as error:
        raise DecisionError(f"没有“{decision.value}”这种材料", "请从列表中选择材料种类") from error
    guess = KindGuess(kind=kind, probability=1.0, producer=f"person:{decision.actor}", reason="人工指定")
    return _replaced(case, document, (document.model_copy(update={"kind": guess}),))


def _set_order(case: Case, decision: Decision) -> Case:
    document = document_of(case, decision)
    wanted = [int(n) for n in (decision.value or "").split(",") if n.strip().isdigit()]
    numbers = [p.number for p in document.pages]
    if sorted(wanted) != numbers or wanted == numbers:
        raise DecisionError(f"页序“{decision.value}”不是这 {len(numbers)} 页的新顺序", "每页各写一次，例如 2,1,3")
    return _replaced(case, document, (laid(document, [page_of(document, n) for n in wanted]),))


def _split(case: Case, decision: Decision) -> Case:
    document = document_of(case, decision)
    last = int(decision.value) if decision.value and decision.value.isdigit() else 0
    if not 1 <= last < len(document.pages):
        raise DecisionError(
            f"不能在第 {decision.value} 页之后拆分：共 {len(document.pages)} 页", "请选择最后一页之前的页"
        )
    parts = (laid(document, document.pages[:last]), unnamed(document, document.pages[last:]))
    return _replaced(case, document, parts)


def _merge(case: Case, decision: Decision) -> Case:
    document = document_of(case, decision)
    other = _target(case, document, decision.value)
    failures = (*document.failures, *other.failures)
    pages = (*document.pages, *(_brought(document, other, p) for p in other.pages))
    merged = laid(document, pages).model_copy(update={"failures": failures})
    return _with_documents(case, {document.id: (merged,), other.id: ()})


def _move(case: Case, decision: Decision) -> Case:
    document, page = page_subject_of(case, decision)
    rest = tuple(p for p in document.pages if p is not page)
    if decision.value == OWN:
        if not rest:
            raise DecisionError("这一页已经自成一份材料", "无需再分")
        return _replaced(case, document, (laid(document, rest), unnamed(document, (page,))))
    other = _target(case, document, decision.value)
    failures = other.failures if rest else (*other.failures, *document.failures)
    pages = (*other.pages, _brought(other, document, page))
    grown = laid(other, pages).model_copy(update={"failures": failures})
    return _with_documents(case, {document.id: (laid(document, rest),) if rest else (), other.id: (grown,)})


def _set_blank(case: Case, decision: Decision) -> Case:
    document, page = page_subject_of(case, decision)
    blank = decision.action == "blank"
    if page.blank == blank:
        raise DecisionError(f"第 {page.number} 页{'已标为' if blank else '不是'}空白页", "请刷新页面后再操作")
    return _with_page(case, document, page.model_copy(update={"blank": blank, "said_blank": blank}))


def _restore(case: Case, decision: Decision) -> Case:
    document, page = page_subject_of(case, decision)
    if not page.replaced:
        return _set_blank(case, decision)
    trail = taken_back(case.papers, key_of(document, page))
    return _with_page(case.model_copy(update={"papers": trail}), document, page)


def _turn(case: Case, decision: Decision) -> Case:
    document, page = page_subject_of(case, decision)
    degrees = TURNS.get(decision.value or "")
    if degrees is None:
        raise DecisionError(f"不能转 {decision.value} 度", "可以转 90、180 或 270 度")
    return _with_page(case, document, turned_page(page, degrees))


def _ask_rescan(case: Case, decision: Decision) -> Case:
    document, page = page_subject_of(case, decision)
    reason = (decision.value or "").strip()
    if not reason:
        raise DecisionError("重新扫描需要说明原因", "请选择或填写原因")
    key = key_of(document, page)
    if case.papers.open_rescan(key) is not None:
        raise DecisionError(f"第 {page.number} 页已要求重新扫描", "请等待新的扫描件，或先撤回要求")
    request = RescanRequest(sha256=key[0], source_page=key[1], reason=reason, by=decision.actor, at=decision.at)
    return with_rescans(case, (*case.papers.rescans, request))


def _close_rescan(case: Case, decision: Decision) -> Case:
    document, page = page_subject_of(case, decision)
    found = case.papers.open_rescan(key_of(document, page))
    if found is None:
        raise DecisionError(f"第 {page.number} 页没有待办的重扫要求", "请刷新页面后再操作")
    closed = found.model_copy(
        update={"closed_at": decision.at, "closed_by": decision.actor, "closing": decision.value or "人工撤回"}
    )
    return with_rescans(case, tuple(closed if r is found else r for r in case.papers.rescans))


def with_rescans(case: Case, rescans: tuple[RescanRequest, ...]) -> Case:
    """Return ``case`` with these requests for rescans."""
    return case.model_copy(update={"papers": case.papers.model_copy(update={"rescans": rescans})})


def document_of(case: Case, decision: Decision) -> Document:
    """Return the document that ``decision`` is about.

    Raises:
        DecisionError: the case has no such document.
    """
    scope, _, name = decision.subject.partition(":")
    found = case.document(name) if scope == "document" else None
    if found is None:
        raise DecisionError(f"案件没有文件 {name}", "请刷新页面后再操作")
    return found


def page_subject_of(case: Case, decision: Decision) -> tuple[Document, Page]:
    """Return the page that ``decision`` is about, with its document.

    Raises:
        DecisionError: the case has no such page.
    """
    subject = parsed_page(decision.subject)
    found = case.document(subject.document_id)
    if found is None:
        raise DecisionError(f"案件没有文件 {subject.document_id}", "请刷新页面后再操作")
    return found, page_of(found, subject.number)


def page_of(document: Document, number: int) -> Page:
    """Return page ``number`` (from 1). Raises DecisionError."""
    found = next((p for p in document.pages if p.number == number), None)
    if found is None:
        raise DecisionError(f"文件没有第 {number} 页", "请刷新页面后再操作")
    return found


def _target(case: Case, document: Document, target: str | None) -> Document:
    other = case.document(target or "")
    if other is None or other.id == document.id:
        raise DecisionError("没有选择另一份材料", "请选择要并入的材料")
    unread = next((d for d in (document, other) if not d.pages), None)
    if unread is not None:
        raise DecisionError(f"{unread.source.name} 没有可读的页，不能并入", "请先重新扫描，有了可读的页再并")
    return other


def _brought(to: Document, of: Document, page: Page) -> Page:
    """Return ``page`` of ``of`` as a page of ``to``: it still knows its file."""
    source = source_of(of, page)
    own = source.object.sha256 == to.source.object.sha256
    return page.model_copy(update={"source": None if own else source})


def unnamed(document: Document, pages: Sequence[Page]) -> Document:
    """Return a document of pages that were cut off ``document``; what it is, is not said yet."""
    return laid(document.model_copy(update={"kind": _UNNAMED_KIND, "failures": ()}), pages)


def laid(document: Document, pages: Sequence[Page]) -> Document:
    """Return ``document`` with these pages in this order, renumbered from 1, under the id that follows from them.

    The file of the first page becomes the document's own.
    """
    sources = [source_of(document, page) for page in pages]
    own = sources[0]
    numbered = tuple(
        page.model_copy(update={"number": number, "source": None if source.object == own.object else source})
        for number, (page, source) in enumerate(zip(pages, sources, strict=True), start=1)
    )
    return document.model_copy(update={"id": arranged_id(own, numbered), "source": own, "pages": numbered})


def arranged_id(own: SourceFile, pages: Sequence[Page]) -> str:
    """Return the id of a document of these pages; the same arrangement has the same id again.

    Another order or another turn is another id, so that a picture never changes under its address.

    Args:
        own: the file of the first page.
        pages: a page of another file names it.
    """
    first, last = pages[0].source_page, pages[-1].source_page
    name = document_id(own.object.sha256, first, last)
    plain = [p.source_page for p in pages] == list(range(first, last + 1))
    if plain and not any(p.turned_by_hand or p.source for p in pages):
        return name
    order = ",".join(_position(p) for p in pages)
    return f"{name}-{hashlib.sha256(order.encode()).hexdigest()[:8]}"


def _position(page: Page) -> str:
    file = f"{page.source.object.sha256}:" if page.source else ""
    return f"{file}{page.source_page}/{page.turned_by_hand}"


def _with_page(case: Case, document: Document, changed: Page) -> Case:
    pages = [changed if p.number == changed.number else p for p in document.pages]
    return _replaced(case, document, (laid(document, pages),))


def _replaced(case: Case, document: Document, by: tuple[Document, ...]) -> Case:
    return _with_documents(case, {document.id: by})


def _with_documents(case: Case, changes: dict[str, tuple[Document, ...]]) -> Case:
    """Put documents in the place of others and note that their files are cut by hand."""
    documents = tuple(n for d in case.documents for n in changes.get(d.id, (d,)))
    trail = case.papers
    for source in (s for d in case.documents if d.id in changes for s in sources_of(d)):
        trail = with_arranged(trail, ArrangedFile(sha256=source.object.sha256))
    return relaid(case, documents, trail)


def with_arranged(trail: PaperTrail, file: ArrangedFile) -> PaperTrail:
    """Return ``trail`` with ``file`` among the arranged ones; what is known of it stays."""
    if trail.arranged_file(file.sha256) is not None:
        return trail
    return trail.model_copy(update={"arranged": (*trail.arranged, file)})


def relaid(case: Case, documents: tuple[Document, ...], trail: PaperTrail) -> Case:
    """Return ``case`` with ``documents`` as its papers; readings and evidence follow their pages."""
    before = case.documents
    documents = flagged(documents, trail)
    kept = {d.id for d in documents} & {d.id for d in before}
    remembered = trail.model_copy(update={"former": (*trail.former, *(former(d) for d in before if d.id not in kept))})
    places = Places(documents, remembered)
    carried = tuple(d if d.id in kept else _carried(d, before, places) for d in documents)
    return rearranged(case, carried, trail)


def _carried(document: Document, before: tuple[Document, ...], places: Places) -> Document:
    """Return ``document`` with what was read on its pages wherever they lay before."""
    files = source_hashes(document)
    same_file = [d for d in before if not files.isdisjoint(source_hashes(d))]
    fields = (_field_in(document, f, places) for d in same_file for f in d.fields)
    signatures = (_mark_in(document, d, s, places) for d in same_file for s in d.signatures)
    seals = (_mark_in(document, d, s, places) for d in same_file for s in d.seals)
    sides = (_mark_in(document, d, s, places) for d in same_file for s in d.id_sides)
    return document.model_copy(
        update={
            "fields": tuple(f for f in fields if f is not None),
            "signatures": tuple(s for s in signatures if s is not None),
            "seals": tuple(s for s in seals if s is not None),
            "id_sides": tuple(s for s in sides if s is not None),
        }
    )


def _field_in(document: Document, found: StoredField, places: Places) -> StoredField | None:
    """Return a reading at its place in ``document``, ``None`` when it was made elsewhere."""
    evidence = _inside(document, found.evidence, places)
    candidates = tuple(
        c.model_copy(update={"evidence": inside})
        for c in found.candidates
        if (inside := _inside(document, c.evidence, places))
    )
    if not evidence and not (isinstance(found, FieldMissing) and candidates):
        return None
    return found.model_copy(update={"evidence": evidence, "candidates": candidates})


def _inside(document: Document, evidence: tuple[Evidence, ...], places: Places) -> tuple[Evidence, ...]:
    return tuple(e for e in places.follow(evidence) if e.document_id == document.id)


def _mark_in(document: Document, before: Document, mark: _Mark, places: Places) -> _Mark | None:
    """Return ink or an impression at its place in ``document``, ``None`` when it lies elsewhere."""
    place = Evidence(document_id=before.id, page=mark.page, bbox=mark.bbox, quote="")
    found = _inside(document, (place,), places)
    return mark.model_copy(update={"page": found[0].page, "bbox": found[0].bbox}) if found else None
