"""Requests for rescans: what they answer, and when a new scan settles them. Pure: no clock, no store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.base import Model, PageNumber
from domain.case import Case, ReviewReason
from domain.documents import Document, DocumentText, Page, key_of, source_hashes, source_of
from domain.paper_trail import ReplacedPage, RescanRequest
from domain.vocabulary import DocumentKind

ARRIVED_BY = "juanzong"
_GRAM = 3
_LIKE = 0.5
"""Share of a bad page's text, in runs of three characters, from which another page is the same page."""


class OpenRescan(Model):
    """An open request and the page it is about, as it lies now (number from 1)."""

    request: RescanRequest
    document_id: str
    page: PageNumber


def open_rescans(case: Case) -> tuple[OpenRescan, ...]:
    """Return the open requests of ``case``, oldest first."""
    pages = {key_of(d, p): (d.id, p.number) for d in case.documents for p in d.pages}
    found = []
    for request in case.papers.rescans:
        place = pages.get(request.page)
        if request.closed_at is None and place is not None:
            found.append(OpenRescan(request=request, document_id=place[0], page=place[1]))
    return tuple(found)


def rescan_asked(case: Case, reason: ReviewReason) -> bool:
    """Tell whether ``reason`` asks about pages that persons have all sent back to be scanned again."""
    document = case.document(reason.subject.partition(":")[2])
    if reason.code != "page_quality" or document is None:
        return False
    bad = [p for p in document.pages if p.quality is not None and not p.quality.usable and not p.replaced]
    asked = {r.page for r in case.papers.rescans}
    return bool(bad) and all(key_of(document, p) in asked for p in bad)


def settled_rescans(case: Case, before: Case, texts: Iterable[DocumentText], at: datetime) -> tuple[RescanRequest, ...]:
    """Return the requests of ``case`` after new papers came: one whose page came again is closed.

    A page came again when the mailroom says so, or when a file that is new has a usable page with the same words, or a
    paper of the same named kind and length.

    Args:
        case: with the new papers.
        before: without them.
        texts: of all papers.
        at: when they were read.
    """
    known = {s for d in before.documents for s in source_hashes(d)} | {f.sha256 for f in before.papers.arranged}
    new = tuple(d for d in case.documents if known.isdisjoint(source_hashes(d)))
    words = {t.document_id: {p.number: p.text for p in t.pages} for t in texts}
    return tuple(_settled(r, case, new, words, at) if r.closed_at is None else r for r in case.papers.rescans)


def arrivals(rescans: Iterable[RescanRequest]) -> Iterator[ReplacedPage]:
    """Yield what new scans replaced: the pages of requests that the arrival of a scan settled."""
    for request in rescans:
        if request.new_sha256 is not None and request.new_page is not None and request.closed_at is not None:
            yield ReplacedPage(
                sha256=request.sha256,
                source_page=request.source_page,
                new_sha256=request.new_sha256,
                new_page=request.new_page,
                by=request.closed_by or ARRIVED_BY,
                at=request.closed_at,
            )


def _settled(
    request: RescanRequest, case: Case, new: tuple[Document, ...], words: dict[str, dict[int, str]], at: datetime
) -> RescanRequest:
    for old in case.documents:
        page = next((p for p in old.pages if key_of(old, p) == request.page), None)
        if page is None:
            continue
        said = _said_by_mailroom(request, case)
        for document, found in said or _scans_of(old, page, new, words):
            update = {
                "closed_at": at,
                "closed_by": ARRIVED_BY,
                "closing": f"新的扫描件已到：{source_of(document, found).name}",
                "new_sha256": key_of(document, found)[0],
                "new_page": found.source_page,
            }
            return request.model_copy(update=update)
    return request


def _said_by_mailroom(request: RescanRequest, case: Case) -> list[tuple[Document, Page]]:
    """Return the scan that was handed in for the page, as far as it was read."""
    news = {e.new for e in case.papers.replaced if e.old == request.page and not e.withdrawn}
    return [(d, p) for d in case.documents for p in d.pages if key_of(d, p) in news]


def _scans_of(
    old: Document, page: Page, new: tuple[Document, ...], words: dict[str, dict[int, str]]
) -> Iterator[tuple[Document, Page]]:
    """Yield the new pages that are ``page`` of ``old`` again: by their words first, else by kind and length."""
    text = words.get(old.id, {}).get(page.number, "")
    usable = [(d, p) for d in new for p in d.pages if not p.blank and (p.quality is None or p.quality.usable)]
    yield from ((d, p) for d, p in usable if _share(text, words.get(d.id, {}).get(p.number, "")) >= _LIKE)
    for document, found in usable:
        same_kind = old.kind.kind is document.kind.kind and document.kind.kind is not DocumentKind.OTHER
        if same_kind and len(document.pages) == len(old.pages) and found.number == page.number:
            yield document, found


def _share(text: str, other: str) -> float:
    """Return the share of the runs of three characters of ``text`` that ``other`` has, 0 to 1."""
    grams = _grams(text)
    return len(grams & _grams(other)) / len(grams) if grams else 0.0


def _grams(text: str) -> frozenset[str]:
    plain = "".join(text.split())
    return frozenset(plain[n : n + _GRAM] for n in range(len(plain) - _GRAM + 1))
