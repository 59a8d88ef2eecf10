"""Kinds and cuts of a whole file at once: the likeliest way to part its pages into documents.

A hidden Markov model over the pages that are not blank: a page either begins a document (of any kind) or goes on with
the one before (of the same kind). Forward and backward sums give the chance of every cut and of every page's kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from domain.marks import PageReading
from domain.vocabulary import DocumentKind, IdSide
from extractors.kinds.boundaries import bears_no_text, chance_of_new, signs_between
from extractors.kinds.page_view import CARDS, PageView

_ONE_PAGE = frozenset(
    {DocumentKind.ENVELOPE, DocumentKind.FAX_COVER, DocumentKind.BUSINESS_LICENCE, DocumentKind.OPINION_CARD}
)
_LATER_WEIGHT, _LATER_FLOOR = 0.5, 0.02
"""A later page has no title: its own words count half, and never rule a kind out."""
_FLOOR = 1e-6
_SURE = 0.97

Log = NDArray[np.float64]
Seen = tuple[PageReading, PageView]


@dataclass(frozen=True)
class StackReading:
    """What the pages of a file are together; one entry per page that is not blank.

    Attributes:
        places: 0-based places of those pages in the file.
        begins: chance that a document begins with the page.
        kinds: the likeliest kind of its document.
        shares: probability of that kind.
    """

    places: tuple[int, ...]
    begins: tuple[float, ...]
    kinds: tuple[DocumentKind, ...]
    shares: tuple[float, ...]


def read_stack(pages: Sequence[PageReading], views: Sequence[PageView]) -> StackReading:
    """Weigh all ways to part a file."""
    places = tuple(i for i, view in enumerate(views) if not view.look.blank)
    if not places:
        return StackReading((), (), (), ())
    kinds = tuple(dict.fromkeys(kind for place in places for kind in views[place].shares))
    chances = _chances([(pages[place], views[place]) for place in places])
    first, later = _emissions([views[place] for place in places], kinds)
    begins, marginals = _sums(first, later, chances)
    best = _path(first, later, chances)
    named = [kinds[k] for _, k in best]
    # the path decides, so that a document has one kind; the sums say how sure that is
    shares = [float(marginals[i, k]) for i, (_, k) in enumerate(best)]
    starts = [float(begins[i]) if new else min(float(begins[i]), 0.499) for i, (new, _) in enumerate(best)]
    starts = [max(start, 0.5) if new else start for start, (new, _) in zip(starts, best, strict=True)]
    return StackReading(places, tuple(starts), tuple(named), tuple(shares))


def _chances(seen: Sequence[Seen]) -> list[float]:
    """Return the chance that a document begins with each page."""
    chances, sides = [1.0], _sides(seen[0][1])
    for before, after in pairwise(seen):
        own = _sides(after[1])
        if bears_no_text(after[1].look.rows):
            chances.append(1 - _SURE)  # only a seal, ink or a later page's mark: the end of the paper before
        elif own and sides:
            # a side of the card that was seen already belongs to another card
            chances.append(_SURE if own & sides else 1 - _SURE)
            sides = own if own & sides else own | sides
        else:
            chances.append(chance_of_new(signs_between(before, after)))
            sides = own
    return chances


def _sides(view: PageView) -> frozenset[IdSide]:
    """Return the sides on a page of identity cards, none for other pages."""
    return view.look.sides if max(view.shares, key=lambda kind: view.shares[kind]) in CARDS else frozenset()


def _emissions(views: Sequence[PageView], kinds: Sequence[DocumentKind]) -> tuple[Log, Log]:
    shares = np.array([[max(view.shares.get(kind, 0.0), _FLOOR) for kind in kinds] for view in views])
    first = np.log(shares)
    later = _LATER_WEIGHT * np.log(np.maximum(shares, _LATER_FLOOR))
    for place, kind in enumerate(kinds):
        if kind in _ONE_PAGE:
            later[:, place] = np.log(_FLOOR)
    return first, later


def _sums(first: Log, later: Log, chances: Sequence[float]) -> tuple[Log, Log]:
    """Return the chance that each page begins a document, and the probability of each kind for each page."""
    pages, kinds = first.shape
    new, on = _transitions(chances)
    ahead = np.full((pages, 2, kinds), -np.inf)
    ahead[0, 0] = first[0]
    for i in range(1, pages):
        total = np.logaddexp.reduce(ahead[i - 1].ravel())
        ahead[i, 0] = total + new[i] + first[i]
        ahead[i, 1] = np.logaddexp(ahead[i - 1, 0], ahead[i - 1, 1]) + on[i] + later[i]
    back = np.zeros((pages, kinds))
    for i in range(pages - 2, -1, -1):
        anew = np.logaddexp.reduce(first[i + 1] + back[i + 1]) + new[i + 1]
        back[i] = np.logaddexp(anew, on[i + 1] + later[i + 1] + back[i + 1])
    joint = ahead + back[:, None, :]
    joint -= np.logaddexp.reduce(joint.reshape(pages, -1), axis=1)[:, None, None]
    return np.exp(np.logaddexp.reduce(joint[:, 0], axis=1)), np.exp(np.logaddexp(joint[:, 0], joint[:, 1]))


def _path(first: Log, later: Log, chances: Sequence[float]) -> list[tuple[bool, int]]:
    """Return for each page of the likeliest parting whether it begins a document, and its kind's place."""
    pages = len(first)
    new, on = _transitions(chances)
    best, came = first[0].copy(), []
    for i in range(1, pages):
        top = int(best.argmax())
        anew = best[top] + new[i] + first[i]
        going = best + on[i] + later[i]
        begins = anew >= going
        came.append((begins, top))
        best = np.where(begins, anew, going)
    kind = int(best.argmax())
    found: list[tuple[bool, int]] = []
    for begins, top in reversed(came):
        found.append((bool(begins[kind]), kind))
        kind = top if begins[kind] else kind
    return [(True, kind), *reversed(found)]


def _transitions(chances: Sequence[float]) -> tuple[Log, Log]:
    clipped = np.clip(np.array(chances), 1e-4, 1 - 1e-4)
    return np.log(clipped), np.log(1 - clipped)
