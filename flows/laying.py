"""Papers as persons laid them: extracted anew from the stored readings, without reading a page again."""

from __future__ import annotations

import hashlib

from domain.documents import Document, KindGuess, Page
from domain.evidence import Evidence, StoredField
from domain.forms import FormDescription
from domain.marks import PageMarks, PageReading
from domain.paper_trail import PaperTrail, turn_since, turned_box, turned_page
from domain.papers import UNNAMED, laid, unnamed
from domain.replaced import flagged
from domain.review import decided_by_person
from extractors.extract import extract_document
from extractors.kinds.page_kinds import recognise_pages
from flows.stages import UNDERSTAND, FileReading, FileResult
from flows.turned_pages import as_turned
from flows.wiring import Services


def as_laid(
    services: Services,
    documents: tuple[Document, ...],
    trail: PaperTrail,
    results: tuple[FileResult, ...],
    forms: tuple[FormDescription, ...],
) -> tuple[FileResult, ...]:
    """Return the documents of each file as a case holds them.

    Args:
        services: the parts.
        documents: of the case at its last revision, or as just arranged.
        trail: what persons did to its papers.
        results: what was read in each file, and the machine's own cut.
        forms: the pack's forms.

    Returns:
        The machine's cut, unless persons arranged the file: then their cut, with pages that could not be read before.
        Pages that persons turned are as they were read in that position; of replaced pages nothing is read.
    """
    read = tuple(FileResult(r.documents, as_turned(services, documents, r.reading)) for r in results)
    cuts = tuple(_cut(documents, trail, r) for r in read)
    marked = iter(flagged(tuple(d for cut in cuts for d in cut), trail))
    return tuple(
        _laid(services, tuple(next(marked) for _ in cut), trail, result, forms)
        for cut, result in zip(cuts, read, strict=True)
    )


def _cut(documents: tuple[Document, ...], trail: PaperTrail, result: FileResult) -> tuple[Document, ...]:
    """Return how the file lies in documents, before anything is read in them."""
    reading = result.reading
    file = trail.arranged_file(reading.sha256)
    if file is None:
        return result.documents
    own = tuple(d for d in documents if d.source.object.sha256 == reading.sha256)
    placed = {p.source_page for d in own for p in d.pages} | set(file.elsewhere)
    late = tuple(p.read.page for p in reading.pages if p.read.page.source_page not in placed) if file.home else ()
    return (*own, unnamed(result.documents[0], late)) if late and result.documents else own


def _laid(
    services: Services,
    cut: tuple[Document, ...],
    trail: PaperTrail,
    result: FileResult,
    forms: tuple[FormDescription, ...],
) -> FileResult:
    """Return one file extracted as it lies; the machine's own cut was extracted before, but for replaced pages."""
    reading = result.reading
    file = trail.arranged_file(reading.sha256)
    if file is None:
        plain = {d.id: d for d in result.documents}
        found = tuple(d if d == plain.get(d.id) else _extracted(services, d, reading, forms) for d in cut)
        return FileResult(found, reading)
    found = tuple(_extracted(services, d, reading, forms) for d in cut)
    if found and file.home:
        found = (found[0].model_copy(update={"failures": reading.failures}), *found[1:])
    return FileResult(found, reading)


def is_read(document: Document, reading: FileReading) -> bool:
    """Tell whether the reading of every page of ``document`` is at hand."""
    known = {p.read.page.source_page for p in reading.pages}
    return bool(document.pages) and all(p.source_page in known for p in document.pages)


def _extracted(
    services: Services, document: Document, reading: FileReading, forms: tuple[FormDescription, ...]
) -> Document:
    """Return ``document`` extracted anew; the result is kept, so that doing it again is free."""
    if not is_read(document, reading):
        return document
    if all(p.replaced for p in document.pages):
        return document.model_copy(update={"fields": (), "signatures": (), "seals": (), "id_sides": ()})
    by_number = {p.read.page.source_page: p for p in reading.pages}
    readings = tuple(_seen(by_number[p.source_page], p) for p in document.pages)
    failed = frozenset(f.page for f in reading.failures)
    pages = tuple(
        _page(r.read.page, p, failed=p.source_page in failed) for r, p in zip(readings, document.pages, strict=True)
    )
    kind = _kind(document, readings, forms)
    bare = laid(document, pages).model_copy(update={"id": document.id, "kind": kind})
    bare = bare.model_copy(update={"fields": (), "signatures": (), "seals": (), "id_sides": ()})
    shape = "".join(form.model_dump_json() for form in forms)
    key = hashlib.sha256(f"{reading.digest} {bare.model_dump_json()} {shape}".encode()).hexdigest()
    known = services.storage.stages.get_stage(key, "arrange", UNDERSTAND)
    if known is not None:
        return Document.model_validate_json(known)
    found = extract_document(document.id, kind.kind, readings, forms)
    full = bare.model_copy(
        update={
            "fields": found.fields,
            "signatures": found.signatures,
            "seals": found.seals,
            "id_sides": found.id_sides,
        }
    )
    turned = _turned(full, readings)
    services.storage.stages.put_stage(key, "arrange", UNDERSTAND, turned.model_dump_json().encode())
    return turned


def _kind(document: Document, readings: tuple[PageReading, ...], forms: tuple[FormDescription, ...]) -> KindGuess:
    """Return the kind: a person's word, else the machine's earlier one.

    The machine guesses anew for a part that was cut off, and where a page was read anew after a person turned it: what
    it said before rests on words that nobody could read.
    """
    lying = tuple(zip(document.pages, readings, strict=True))
    unsaid = document.kind.producer == UNNAMED or any(_read_anew(page, reading) for page, reading in lying)
    if decided_by_person(document.kind.producer) or not unsaid:
        return document.kind
    return recognise_pages(readings, forms)[0]


def _read_anew(held: Page, reading: PageReading) -> bool:
    """Tell whether a person turned the page and it was read in that position."""
    return held.turned_by_hand != 0 and turn_since(reading.read.page, held) == 0


def _seen(reading: PageReading, page: Page) -> PageReading:
    """Return the reading; of a page that a person called blank, or that a new scan replaced, nothing was read."""
    if not (page.said_blank or page.replaced):
        return reading
    text = reading.read.text.model_copy(update={"lines": ()})
    return PageReading(
        read=reading.read.model_copy(update={"text": text}), marks=PageMarks(producer=reading.marks.producer)
    )


def _page(read: Page, held: Page, *, failed: bool) -> Page:
    """Return the page as read, with what persons said of it; ``failed`` when it cannot be read as it lies now."""
    if held.turned_by_hand:
        turn = turn_since(read, held)
        page = turned_page(read, turn).model_copy(update={"turned_by_hand": held.turned_by_hand})
        page = page.model_copy(update={"awaits_reading": turn != 0 and not failed})
    else:
        page = read
    seen_blank = read.blank if held.turned_by_hand and not page.awaits_reading else read.blank or held.blank
    blank = seen_blank if held.said_blank is None else held.said_blank
    said = {"number": held.number, "blank": blank, "said_blank": held.said_blank, "replaced": held.replaced}
    return page.model_copy(update=said)


def _turned(document: Document, readings: tuple[PageReading, ...]) -> Document:
    """Return ``document`` with every place on the pages as persons turned them, where they were not read so."""
    turns = {p.number: turn_since(r.read.page, p) for p, r in zip(document.pages, readings, strict=True)}
    if not any(turns.values()):
        return document
    sizes = {n: (r.read.page.width, r.read.page.height) for n, r in enumerate(readings, start=1)}

    def box(page: int, bbox: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        return turned_box(bbox, turns[page], *sizes[page])

    def places(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        return tuple(e.model_copy(update={"bbox": box(e.page, e.bbox)}) for e in evidence)

    def field(found: StoredField) -> StoredField:
        candidates = tuple(c.model_copy(update={"evidence": places(c.evidence)}) for c in found.candidates)
        return found.model_copy(update={"evidence": places(found.evidence), "candidates": candidates})

    return document.model_copy(
        update={
            "fields": tuple(field(f) for f in document.fields),
            "signatures": tuple(s.model_copy(update={"bbox": box(s.page, s.bbox)}) for s in document.signatures),
            "seals": tuple(s.model_copy(update={"bbox": box(s.page, s.bbox)}) for s in document.seals),
            "id_sides": tuple(s.model_copy(update={"bbox": box(s.page, s.bbox)}) for s in document.id_sides),
        }
    )
