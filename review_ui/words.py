"""Names of a case's papers for people."""

from __future__ import annotations

from domain.case import Case
from review_ui import texts
from review_ui.language import translate
from review_ui.paper_texts import document_kind


def document_label(case: Case, document_id: str) -> str:
    """Return the kind of a document, with its number when the case has several of the kind."""
    document = case.document(document_id)
    if document is None:
        kind = document_kind(case, document_id)
        if kind is None:
            return translate("另一份材料")
        return translate("{kind}（原）").format(kind=translate(texts.DOCUMENT_KIND[kind]))
    label = translate(texts.DOCUMENT_KIND[document.kind.kind])
    same = [d.id for d in case.documents if d.kind.kind is document.kind.kind]
    if len(same) < 2:
        return label
    return translate("{kind}{number}").format(kind=label, number=same.index(document_id) + 1)


def page_label(case: Case, document_id: str, page: int) -> str:
    """Return what a page is called: its document and its number there."""
    return translate("{paper}第{page}页").format(paper=document_label(case, document_id), page=page)


def pages_to_read(case: Case) -> tuple[str, ...]:
    """Return what the pages are called that a person turned and that were not read in that position yet."""
    waiting = ((d.id, p.number) for d in case.documents for p in d.pages if p.awaits_reading)
    return tuple(page_label(case, document, number) for document, number in waiting)
