"""Pages in whose place new scans came: they stay in the case, and nothing that was read on them counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from domain.case import Case
from domain.documents import Document, Failure, Page, PageKey, key_of, source_of, sources_of
from domain.paper_trail import PaperTrail, ReplacedPage


def with_replaced(trail: PaperTrail, found: Iterable[ReplacedPage]) -> PaperTrail:
    """Return ``trail`` with the replacements it does not know yet; what persons said of known ones stays.

    Two scans in the place of one page: the second takes the place of the first as well.

    Args:
        trail: what is known.
        found: oldest first.
    """
    entries = {(entry.old, entry.new): entry for entry in trail.replaced}
    last: dict[PageKey, ReplacedPage] = {}
    for entry in found:
        earlier = last.get(entry.old)
        if earlier is not None and earlier.new != entry.new:
            both = {"sha256": earlier.new_sha256, "source_page": earlier.new_page}
            chained = entry.model_copy(update=both)
            entries.setdefault((chained.old, chained.new), chained)
        entries.setdefault((entry.old, entry.new), entry)
        last[entry.old] = entry
    return trail.model_copy(update={"replaced": tuple(entries.values())})


def replaced_pages(trail: PaperTrail, documents: Iterable[Document]) -> frozenset[PageKey]:
    """Return the pages that do not count, whether they could be read or not.

    A page counts as long as the scan in its place is not a page of ``documents``: not read yet, or in another case.
    """
    there = {key_of(d, p) for d in documents for p in d.pages}
    gone: set[PageKey] = set()
    for entry in trail.replaced:
        if not entry.withdrawn and entry.new in there:
            gone.add(entry.old)
            # whoever says later that a page is the good one means it: two pages never put each other out of force
            gone.discard(entry.new)
    return frozenset(gone)


def flagged(documents: tuple[Document, ...], trail: PaperTrail) -> tuple[Document, ...]:
    """Return ``documents`` with every page marked that does not count, and no other."""
    gone = replaced_pages(trail, documents)
    return tuple(_flagged(d, gone) for d in documents)


def _flagged(document: Document, gone: frozenset[PageKey]) -> Document:
    if all(p.replaced == (key_of(document, p) in gone) for p in document.pages):
        return document
    pages = (p.model_copy(update={"replaced": key_of(document, p) in gone}) for p in document.pages)
    return document.model_copy(update={"pages": tuple(pages)})


def in_force(documents: tuple[Document, ...], trail: PaperTrail) -> tuple[Document, ...]:
    """Return the papers as they count: without replaced pages and what went wrong on them, numbers as they are.

    A paper of which nothing counts is left out.
    """
    gone = replaced_pages(trail, documents)
    return tuple(left for d in documents if (left := _left(d, gone)) is not None)


def _left(document: Document, gone: frozenset[PageKey]) -> Document | None:
    pages = tuple(p for p in document.pages if key_of(document, p) not in gone)
    failures = tuple(f for f in document.failures if _failed_page(document, f) not in gone)
    nothing = not pages and not failures
    if nothing and (document.pages or document.failures):
        return None
    return document.model_copy(update={"pages": pages, "failures": failures})


def _failed_page(document: Document, failure: Failure) -> PageKey | None:
    """Return the page that could not be read, ``None`` when the failure concerns more than a page."""
    if failure.page is None:
        return None
    named = (s.object.sha256 for s in sources_of(document) if s.name == failure.file)
    return next(named, document.source.object.sha256), failure.page


def case_in_force(case: Case) -> Case:
    """Return ``case`` with its papers as they count."""
    return case.model_copy(update={"documents": in_force(case.documents, case.papers)})


def replacement_of(case: Case, document: Document, page: Page) -> str:
    """Return the name of the file with the scan that took the place of ``page``, "" when its own counts."""
    if not page.replaced:
        return ""
    names = {key_of(d, p): source_of(d, p).name for d in case.documents for p in d.pages}
    news = (e.new for e in case.papers.replaced if e.old == key_of(document, page) and not e.withdrawn)
    return next((names[new] for new in reversed(tuple(news)) if new in names), "")


def taken_back(trail: PaperTrail, old: PageKey) -> PaperTrail:
    """Return ``trail`` with ``old`` counting again: a person found that no other scan stands for it."""
    replaced = (e.model_copy(update={"withdrawn": True}) if e.old == old else e for e in trail.replaced)
    return trail.model_copy(update={"replaced": tuple(replaced)})


def about(trail: PaperTrail, pages: frozenset[PageKey]) -> tuple[ReplacedPage, ...]:
    """Return the replacements that one of ``pages`` has a part in."""
    return tuple(e for e in trail.replaced if e.old in pages or e.new in pages)
