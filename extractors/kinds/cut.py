"""Cut the pages of one file into documents: where the kind changes, and where a new paper of the same kind begins."""

from __future__ import annotations

from collections.abc import Sequence

from domain.base import Model, PageNumber
from domain.documents import KindGuess
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.vocabulary import DocumentKind, IdSide
from extractors.kinds.page_kinds import continues, look_at
from extractors.papers.card_sides import find_sides

_CARDS = frozenset({DocumentKind.ID_CARD_COPY, DocumentKind.LEGAL_REP_ID_COPY})


class CutDocument(Model):
    """Pages of a file that are one document.

    Attributes:
        guess: its kind.
        first: first page of the file, from 1.
        last: last page, from 1, inclusive.
        blank_pages: pages of the file inside the range that are blank.
    """

    guess: KindGuess
    first: PageNumber
    last: PageNumber
    blank_pages: tuple[PageNumber, ...] = ()


def cut(
    pages: Sequence[PageReading], guesses: Sequence[KindGuess], forms: Sequence[FormDescription] = ()
) -> tuple[CutDocument, ...]:
    """Cut a file into documents.

    Args:
        pages: all readable pages of the file in order.
        guesses: one per page, from ``recognise_pages``.
        forms: forms of the policy pack.

    Returns:
        Documents in order; every page is in exactly one. Blank pages stay with the document before them (at the front
        of a file: with the one after), and a file of blank pages is one blank document.
    """
    documents: list[CutDocument] = []
    for index, (page, guess) in enumerate(zip(pages, guesses, strict=True)):
        number = index + 1
        if guess.kind is DocumentKind.BLANK and documents:
            documents[-1] = _with_page(documents[-1], number, None)
        elif documents and _belongs(documents[-1], pages, page, guess, forms):
            documents[-1] = _with_page(documents[-1], number, guess)
        else:
            blank = (number,) if guess.kind is DocumentKind.BLANK else ()
            documents.append(CutDocument(guess=guess, first=number, last=number, blank_pages=blank))
    return tuple(documents)


def _with_page(document: CutDocument, number: int, guess: KindGuess | None) -> CutDocument:
    """Add one page; ``guess`` is ``None`` for a blank one."""
    blank = document.blank_pages if guess is not None else (*document.blank_pages, number)
    kept = document.guess
    if guess is not None and (kept.kind is DocumentKind.BLANK or guess.kind is not kept.kind):
        kept = guess if kept.kind in (DocumentKind.BLANK, DocumentKind.ID_CARD_COPY) else kept
    return CutDocument(guess=kept, first=document.first, last=number, blank_pages=blank)


def _belongs(
    document: CutDocument,
    pages: Sequence[PageReading],
    page: PageReading,
    guess: KindGuess,
    forms: Sequence[FormDescription],
) -> bool:
    """Tell whether a page that is not blank belongs to the document before it."""
    kind = document.guess.kind
    if kind is DocumentKind.BLANK:
        return True
    if kind in _CARDS and guess.kind in _CARDS:
        before = _sides(tuple(pages[document.first - 1 : document.last]))
        return bool(before) and not before & _sides((page,))
    if guess.kind is not kind:
        return False
    return continues(kind, look_at(page, forms), guess)


def _sides(pages: tuple[PageReading, ...]) -> set[IdSide]:
    return {side.side for side in find_sides(pages)}
