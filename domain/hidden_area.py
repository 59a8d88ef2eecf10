"""What of a page's picture is hidden from somebody who has not said why he needs more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from domain.audit import Revealed
from domain.base import BBox, Model, overlap
from domain.case import Case
from domain.documents import Document
from domain.evidence import Evidence
from domain.fields import FIELDS, FieldType
from domain.masked_case import field_results, known_values, words_of
from domain.masked_text import PersonalWords
from domain.masking import is_protected
from domain.ocr import OcrLine
from domain.vocabulary import DocumentKind

PageLines = Callable[[Case, str, int], tuple[OcrLine, ...]]
"""Returns what was read on a page: case, document, page from 1; nothing when no reading is kept."""

_ID_KINDS = frozenset({DocumentKind.ID_CARD_COPY, DocumentKind.LEGAL_REP_ID_COPY, DocumentKind.AGENT_ID})
"""Papers that are shown blurred as a whole."""

FIGURES = frozenset({FieldType.MONEY, FieldType.QTY, FieldType.DATE, FieldType.USCC})
"""Types of fields that show long numbers which are nobody's own."""

_LETTERS = re.compile(r"[^\s\-]")


class Area(Model):
    """What of a page's picture is hidden, in pixels of the upright page image.

    Attributes:
        cards: whole identity papers.
        shown: places inside them that the person has revealed.
        values: places of protected values, and of long numbers and addresses of mail wherever they were read.
    """

    cards: tuple[BBox, ...] = ()
    shown: tuple[BBox, ...] = ()
    values: tuple[BBox, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is hidden."""
        return not self.cards and not self.values


def no_lines(_case: Case, _document_id: str, _page: int) -> tuple[OcrLine, ...]:
    """Return nothing: for pages without readings."""
    return ()


def hidden_area(case: Case, document_id: str, page: int, revealed: Revealed, lines: PageLines = no_lines) -> Area:
    """Return what of a page is hidden: identity papers, places of protected values, numbers in the text.

    Args:
        case: the case as it is.
        document_id: a document of it.
        page: from 1.
        revealed: what the person may see.
        lines: what was read on pages; without it, only places that are the evidence of fields are known.
    """
    document = case.document(document_id)
    if document is None or revealed.page(document_id, page):
        return Area()
    places = [(n, e.bbox) for n, e in _places(case, protected=True) if (e.document_id, e.page) == (document_id, page)]
    cards = _cards(document, page)
    values = tuple(box for name, box in places if not revealed.field(name))
    open_values = [box for name, box in places if revealed.field(name)]
    figures = ((n, e) for n, e in _places(case, protected=False) if n in FIELDS and FIELDS[n].type in FIGURES)
    open_values += [e.bbox for _, e in figures if (e.document_id, e.page) == (document_id, page)]
    read = _in_text(case, revealed, lines(case, document_id, page))
    return Area(
        cards=cards,
        shown=tuple(box for name, box in places if cards and revealed.field(name)),
        # A number that a field shows anyway must stay readable beside it.
        values=(*values, *(box for box in read if not any(overlap(box, shown) for shown in open_values))),
    )


def shows_all(case: Case, document_id: str, revealed: Revealed, lines: PageLines = no_lines) -> bool:
    """Return whether nothing is hidden on any page of a document: then its original may be handed out."""
    document = case.document(document_id)
    if document is None or revealed.document(document_id, (p.number for p in document.pages)):
        return True
    return all(hidden_area(case, document_id, p.number, Revealed(), lines).empty for p in document.pages)


def _in_text(case: Case, revealed: Revealed, lines: Iterable[OcrLine]) -> Iterator[BBox]:
    """Yield the places of personal data in what was read, but for values that were revealed."""
    words = words_of(case, revealed)
    said = [_letters(value) for name, value in known_values(case) if revealed.field(name)]
    for line in lines:
        for start, end in _spans(words, line.text):
            letters = _letters(line.text[start:end])
            if not any(letters in value or value in letters for value in said):
                yield line.span_box(start, end)


def _spans(words: PersonalWords, text: str) -> Iterator[tuple[int, int]]:
    return (span for span in words.spans(text) if span[1] > span[0])


def _letters(text: str) -> str:
    return "".join(_LETTERS.findall(text))


def _cards(document: Document, page: int) -> tuple[BBox, ...]:
    replaced = any(p.replaced for p in document.pages if p.number == page)
    if document.kind.kind in _ID_KINDS or replaced:
        # Where the card lies on its page may be found wrongly; the paper is nothing but the card.
        # What stands on a page that a new scan replaced is a value of the case no more, and no less private.
        return tuple((0.0, 0.0, float(p.width), float(p.height)) for p in document.pages if p.number == page)
    return tuple(side.bbox for side in document.id_sides if side.page == page)


def _places(case: Case, *, protected: bool) -> Iterator[tuple[str, Evidence]]:
    """Yield every place of a protected value, or of another one."""
    for found in field_results(case):
        if is_protected(found.name) is protected:
            for evidence in (*found.evidence, *(e for c in found.candidates for e in c.evidence)):
                yield found.name, evidence
