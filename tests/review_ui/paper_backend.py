"""The memory backend with every revision kept: papers move between its cases, answers are taken back."""

from __future__ import annotations

from datetime import datetime

from domain.case import Case, Decision
from domain.documents import Document, KindGuess, Page, PageQuality, SourceFile, document_id, key_of
from domain.errors import StaleRevisionError, UnknownObjectError
from domain.paper_moves import send_papers
from domain.rescans import open_rescans
from domain.undo import last_answer, undo
from domain.vocabulary import DocumentKind
from review_ui.backend import PageImage
from review_ui.papers_backend import RescanEntry
from tests.review_ui.drawn import CHOICES, HEIGHT, POLICY, WIDTH, blurred_case, doubtful_case, sheets
from tests.review_ui.memory_backend import MemoryBackend


class PaperBackend(MemoryBackend):
    """``ReviewBackend`` and ``PapersBackend``; pictures are found by the file and its page, wherever that lies."""

    def __init__(self, cases: tuple[Case, ...], pictures: dict[tuple[str, int], PageImage]) -> None:
        super().__init__(cases, pictures, {POLICY: CHOICES})
        self._revisions = {c.id: [c] for c in cases}

    def decide(self, case_id: str, expected_revision: int, decision: Decision) -> Case:
        return self._kept(super().decide(case_id, expected_revision, decision))

    def send(self, case_id: str, expected_revision: int, decision: Decision) -> tuple[Case, Case]:
        giver = self._at(case_id, expected_revision)
        given, taken = send_papers(giver, self.case(decision.value or ""), decision)
        return self._kept(given), self._kept(taken)

    def undo(self, case_id: str, expected_revision: int, actor: str, at: datetime) -> Case:
        case = self._at(case_id, expected_revision)
        index = last_answer(case, actor)
        before = next(c for c in reversed(self._revisions[case.id]) if len(c.decisions) <= index)
        return self._kept(undo(case, before, actor, at))

    def rescans(self) -> tuple[RescanEntry, ...]:
        return tuple(entry for case in self._cases.values() for entry in rescan_entries(case))

    def page_image(self, case_id: str, document_id: str, page: int) -> PageImage:
        document: Document = self._document(case_id, document_id)
        found = next((p for p in document.pages if p.number == page), None)
        if found is None:
            raise UnknownObjectError(f"文件 {document_id} 没有第 {page} 页", "请核对页码")
        return self._pictures[key_of(document, found)]

    def _at(self, case_id: str, expected_revision: int) -> Case:
        case = self.case(case_id)
        if case.revision != expected_revision:
            raise StaleRevisionError(f"案件已是第 {case.revision} 版", "请核对最新内容后再操作")
        return case

    def put(self, case: Case) -> None:
        """Put a revision there that no person made."""
        self._kept(case)

    def _kept(self, case: Case) -> Case:
        self._cases[case.id] = case
        self._revisions[case.id].append(case)
        return case


def stack(file: SourceFile, first: int, last: int, kind: DocumentKind) -> Document:
    """Pages ``first`` to ``last`` of a scanned stack; its third page is blank, its last one unusable."""
    pages = tuple(
        Page(number=n, source_page=page, width=WIDTH, height=HEIGHT, dpi=150.0, blank=page == 3)
        for n, page in enumerate(range(first, last + 1), start=1)
    )
    bad = PageQuality(sharpness=0.1, contrast=0.3, usable=False, problems=("字迹模糊",))
    pages = (*pages[:-1], pages[-1].model_copy(update={"quality": bad}))
    guess = KindGuess(kind=kind, probability=0.9, producer="kinds/1")
    return Document(id=document_id(file.object.sha256, first, last), source=file, kind=guess, pages=pages)


def stacked() -> PaperBackend:
    """Two cases: one with form, letter, card and a stack of six pages cut in two, and one to move papers to."""
    form, letter, card = sheets()
    file = SourceFile(name="整叠.pdf", object=letter.document.source.object)
    papers = (form.document, stack(file, 1, 4, DocumentKind.COMPLAINT_LETTER), stack(file, 5, 6, DocumentKind.EVIDENCE))
    first = doubtful_case(form, letter, card)
    pictures = {(file.object.sha256, n): (letter, form, card)[n % 3].picture for n in range(1, 7)}
    pictures |= {(s.document.source.object.sha256, 1): s.picture for s in (form, card)}
    doubtful = first.model_copy(update={"documents": (*papers, card.document)})
    return PaperBackend(
        (doubtful, blurred_case(form, card).model_copy(update={"documents": (card.document,)})), pictures
    )


def rescan_entries(case: Case) -> tuple[RescanEntry, ...]:
    """Return the open requests of one case."""
    names = {d.id: d.source.name for d in case.documents}
    return tuple(
        RescanEntry(
            case_id=case.id,
            case_number=case.number,
            revision=case.revision,
            document_id=found.document_id,
            page=found.page,
            file=names[found.document_id],
            source_page=found.request.source_page,
            reason=found.request.reason,
            by=found.request.by,
            at=found.request.at,
        )
        for found in open_rescans(case)
    )
