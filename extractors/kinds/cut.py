"""Cut the pages of one file into documents, and say where that is doubtful."""

from __future__ import annotations

from collections.abc import Sequence

from domain.base import Model, PageNumber
from domain.documents import KindGuess
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.vocabulary import DocumentKind
from extractors.kinds.page_view import CARDS, view_page
from extractors.kinds.rules import form_book
from extractors.kinds.stack import StackReading, read_stack

_DOUBT = 0.1
"""From this chance on, another way to cut is told to the person."""


class CutDocument(Model):
    """Pages of a file that are one document.

    Attributes:
        guess: its kind; the probability is lowered, and the reason says so, where a cut is doubtful.
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
    book = form_book(forms)
    stack = read_stack(pages, [view_page(page, book) for page in pages])
    if not stack.places:
        numbers = tuple(range(1, len(pages) + 1))
        return (CutDocument(guess=guesses[0], first=1, last=len(pages), blank_pages=numbers),) if pages else ()
    starts = [i for i, chance in enumerate(stack.begins) if chance >= 0.5]
    documents = []
    for own, following in zip(starts, [*starts[1:], len(stack.places)], strict=True):
        first = 0 if own == 0 else stack.places[own]
        last = stack.places[following] - 1 if following < len(stack.places) else len(pages) - 1
        printed = set(stack.places[own:following])
        blank = tuple(n + 1 for n in range(first, last + 1) if n not in printed)
        guess = _guess([guesses[place] for place in stack.places[own:following]])
        guess = _doubted(guess, stack, own, following)
        documents.append(CutDocument(guess=guess, first=first + 1, last=last + 1, blank_pages=blank))
    return tuple(documents)


def _guess(pages: Sequence[KindGuess]) -> KindGuess:
    """Return the kind of a document: its first page's; whose card it is may stand on either side's page."""
    named = [guess for guess in pages if guess.kind in CARDS and guess.kind is not DocumentKind.ID_CARD_COPY]
    return named[0] if named and pages[0].kind in CARDS else pages[0]


def _doubted(guess: KindGuess, stack: StackReading, own: int, following: int) -> KindGuess:
    """Lower the probability of a document whose beginning, end or inner pages may belong elsewhere."""
    doubts = {stack.places[own]: 1 - stack.begins[own]} if own else {}
    doubts |= {stack.places[i]: stack.begins[i] for i in range(own + 1, following)}
    if following < len(stack.places):
        doubts[stack.places[following]] = 1 - stack.begins[following]
    page, doubt = max(doubts.items(), key=lambda one: one[1], default=(0, 0.0))
    if doubt < _DOUBT:
        return guess
    reason = f"{guess.reason}；第{page + 1}页是否另起一份不能确定"
    return guess.model_copy(
        update={"probability": round(min(guess.probability, 1 - doubt), 3), "reason": reason[-120:]}
    )
