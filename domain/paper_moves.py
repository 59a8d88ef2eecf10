"""Papers that go from one case to another: both change together, or neither. Pure: no clock, no store."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case, Decision
from domain.documents import Document, PageKey, key_of, source_hashes, sources_of
from domain.errors import DecisionError
from domain.paper_trail import ArrangedFile, PaperTrail
from domain.papers import document_of, laid, page_subject_of, relaid, unnamed, with_arranged, with_rescans
from domain.replaced import about, flagged, with_replaced
from domain.review import recorded


def send_papers(giver: Case, taker: Case, decision: Decision) -> tuple[Case, Case]:
    """Return both cases after a paper went from ``giver`` to ``taker``, each with a decision that names the other.

    Args:
        giver: the case that holds the paper.
        taker: the case that gets it.
        decision: ``send`` of ``document:ID`` or ``page:ID/N``; the value is the number of ``taker``.

    Raises:
        DecisionError: there is no such paper, or the other case has it already.
    """
    if giver.id == taker.id:
        raise DecisionError(f"材料本来就在案件 {taker.number}", "请填写另一个案件的编号")
    sent, left = _parted(giver, decision)
    _check_absent(taker, sent)
    pages = frozenset(key_of(sent, p) for p in sent.pages)
    gone = tuple(r for r in giver.papers.rescans if r.page in pages)
    given = relaid(giver, left, _given(giver.papers, pages))
    given = with_rescans(given, tuple(r for r in giver.papers.rescans if r not in gone))
    known = with_replaced(_taken(taker, pages), about(giver.papers, pages))
    taken = relaid(taker, (*taker.documents, sent), known)
    # what was read on it comes along until somebody reads it in its new company
    taken = taken.model_copy(update={"documents": flagged((*taken.documents[:-1], sent), known)})
    taken = with_rescans(taken, (*taker.papers.rescans, *gone))
    receipt = Decision(
        actor=decision.actor,
        at=decision.at,
        action="receive",
        subject=f"document:{sent.id}",
        value=giver.number,
        comment=decision.comment,
    )
    return recorded(given, decision), recorded(taken, receipt)


def sending(subject: str, to: str, actor: str, at: datetime) -> Decision:
    """Return the decision that sends a paper to the case with the number ``to``."""
    return Decision(actor=actor, at=at, action="send", subject=subject, value=to)


def _parted(case: Case, decision: Decision) -> tuple[Document, tuple[Document, ...]]:
    """Return the document that goes and those that stay."""
    if decision.subject.startswith("document:"):
        document = document_of(case, decision)
        if not document.pages:
            raise DecisionError("这份材料没有可读的页，不能移走", "请重新扫描后录入到正确的案件")
        return document, tuple(d for d in case.documents if d.id != document.id)
    document, page = page_subject_of(case, decision)
    rest = tuple(p for p in document.pages if p is not page)
    if not rest:
        return document, tuple(d for d in case.documents if d.id != document.id)
    parts = (laid(document, rest), unnamed(document, (page,)))
    whole = relaid(case, tuple(n for d in case.documents for n in (parts if d is document else (d,))), case.papers)
    sent = next(d for d in whole.documents if d.id == parts[1].id)
    return sent, tuple(d for d in whole.documents if d is not sent)


def _check_absent(taker: Case, sent: Document) -> None:
    held = {key_of(d, p) for d in taker.documents for p in d.pages}
    for source in sources_of(sent):
        file = source.object.sha256
        twice = sorted(p.source_page for p in sent.pages if (key := key_of(sent, p)) in held and key[0] == file)
        if twice:
            pages = "、".join(str(n) for n in twice)
            raise DecisionError(
                f"案件 {taker.number} 已有 {source.name} 的第 {pages} 页", "请核对两案的材料；重复的页无需移动"
            )


def _given(trail: PaperTrail, pages: frozenset[PageKey]) -> PaperTrail:
    for file in sorted({sha256 for sha256, _ in pages}):
        trail = with_arranged(trail, ArrangedFile(sha256=file))
    return _with_elsewhere(trail, added=pages)


def _taken(case: Case, pages: frozenset[PageKey]) -> PaperTrail:
    has = frozenset(sha256 for d in case.documents for sha256 in source_hashes(d))
    trail = case.papers
    for file in sorted({sha256 for sha256, _ in pages}):
        trail = with_arranged(trail, ArrangedFile(sha256=file, home=file in has))
    return _with_elsewhere(trail, removed=pages)


def _with_elsewhere(
    trail: PaperTrail, added: frozenset[PageKey] = frozenset(), removed: frozenset[PageKey] = frozenset()
) -> PaperTrail:
    arranged = []
    for file in trail.arranged:
        there = {(file.sha256, number) for number in file.elsewhere} | added
        numbers = (number for sha256, number in there - removed if sha256 == file.sha256)
        arranged.append(file.model_copy(update={"elsewhere": tuple(sorted(numbers))}))
    return trail.model_copy(update={"arranged": tuple(arranged)})
