"""Names of a case's papers for people."""

from __future__ import annotations

from domain.case import Case
from review_ui import texts
from review_ui.paper_texts import document_kind


def document_label(case: Case, document_id: str) -> str:
    """Return the kind of a document, with its number when the case has several of the kind."""
    document = case.document(document_id)
    if document is None:
        kind = document_kind(case, document_id)
        return "另一份材料" if kind is None else f"{texts.DOCUMENT_KIND[kind]}（原）"
    label = texts.DOCUMENT_KIND[document.kind.kind]
    same = [d.id for d in case.documents if d.kind.kind is document.kind.kind]
    return f"{label}{same.index(document_id) + 1}" if len(same) > 1 else label
