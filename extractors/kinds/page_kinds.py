"""Kinds of pages: of one page alone, and of the pages of a file seen together."""

from __future__ import annotations

from collections.abc import Sequence

from domain.documents import KindGuess
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.vocabulary import DocumentKind
from extractors.kinds.page_view import CARDS, LEAST, PageView, guess_of, named, unknown, view_page
from extractors.kinds.rules import form_book
from extractors.kinds.stack import read_stack

_MOST = 0.99


def recognise_page(reading: PageReading, forms: Sequence[FormDescription] = ()) -> KindGuess:
    """Return the kind of one page seen alone.

    Args:
        reading: text and marks of the page.
        forms: forms of the policy pack; their titles go first.
    """
    return guess_of(view_page(reading, form_book(forms)))


def recognise_pages(readings: Sequence[PageReading], forms: Sequence[FormDescription] = ()) -> tuple[KindGuess, ...]:
    """Return the kinds of the pages of one file; a page without a title of its own may continue the one before."""
    book = form_book(forms)
    views = [view_page(reading, book) for reading in readings]
    guesses = [guess_of(view) for view in views]
    stack = read_stack(readings, views)
    opening: KindGuess | None = None
    for i, place in enumerate(stack.places):
        if opening is None or stack.begins[i] >= 0.5:
            guesses[place] = opening = _first(views[place], guesses[place], stack.kinds[i], stack.shares[i])
        else:
            guesses[place] = _later(guesses[place], opening, stack.shares[i])
    return tuple(guesses)


def _first(view: PageView, alone: KindGuess, kind: DocumentKind, share: float) -> KindGuess:
    """Return the kind of a document's first page: what it says itself, changed only by what follows it."""
    if view.look.pack_form and alone.kind is view.look.titled:
        return alone
    if alone.kind is kind or (alone.kind in CARDS and kind in CARDS):
        return alone.model_copy(update={"probability": round(min(share, alone.probability), 3)})
    return named(view, kind, share) if share >= LEAST else unknown(view)


def _later(alone: KindGuess, opening: KindGuess, share: float) -> KindGuess:
    if alone.kind is opening.kind or (alone.kind in CARDS and opening.kind in CARDS):
        return alone.model_copy(update={"probability": round(max(alone.probability, min(share, _MOST)), 3)})
    reason = f"接上页：{opening.reason}"[:80]
    return opening.model_copy(update={"probability": round(min(share, opening.probability), 3), "reason": reason})
