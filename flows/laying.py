"""Papers as persons laid them: extracted anew from the stored readings, without reading a page again."""

from __future__ import annotations

import hashlib

from domain.documents import Document, KindGuess, Page
from domain.evidence import Evidence, StoredField
from domain.forms import FormDescription
from domain.marks import PageMarks, PageReading
from domain.paper_trail import PaperTrail, turned_box, turned_page
from domain.papers import UNNAMED, laid, unnamed
from domain.review import decided_by_person
from extractors.extract import extract_document
from extractors.kinds.page_kinds import recognise_pages
from flows.stages import UNDERSTAND, FileReading, FileResult
from flows.wiring import Services


def as_laid(
    services: Services,
    documents: tuple[Document, ...],
    trail: PaperTrail,
    result: FileResult,
    forms: tuple[FormDescription, ...],
) -> FileResult:
    """Return the documents of one file as a case holds them.

    Args:
        services: the parts.
        documents: of the case at its last revision, or as just arranged.
        trail: what persons did to its papers.
        result: what was read in the file, and the machine's own cut.
        forms: the pack's forms.

    Returns:
        The machine's cut, unless persons arranged the file: then their cut, with pages that could not be read before.
    """
    reading = result.reading
    file = trail.arranged_file(reading.sha256)
    if file is None:
        return result
    own = tuple(d for d in documents if d.source.object.sha256 == reading.sha256)
    placed = {p.source_page for d in own for p in d.pages} | set(file.elsewhere)
    late = tuple(p.read.page for p in reading.pages if p.read.page.source_page not in placed) if file.home else ()
    if late and result.documents:
        own = (*own, unnamed(result.documents[0], late))
    found = tuple(_extracted(services, d, reading, forms) for d in own)
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
    by_number = {p.read.page.source_page: p for p in reading.pages}
    readings = tuple(_seen(by_number[p.source_page], p) for p in document.pages)
    pages = tuple(_page(r.read.page, p) for r, p in zip(readings, document.pages, strict=True))
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
    """Return the kind: a person's word, the machine's earlier one, or for a part that was cut off a new guess."""
    if decided_by_person(document.kind.producer) or document.kind.producer != UNNAMED:
        return document.kind
    return recognise_pages(readings, forms)[0]


def _seen(reading: PageReading, page: Page) -> PageReading:
    """Return the reading; of a page that a person called blank nothing was read."""
    if not page.said_blank:
        return reading
    text = reading.read.text.model_copy(update={"lines": ()})
    return PageReading(
        read=reading.read.model_copy(update={"text": text}), marks=PageMarks(producer=reading.marks.producer)
    )


def _page(read: Page, held: Page) -> Page:
    """Return the page as read, with what persons said of it."""
    page = turned_page(read, held.turned_by_hand) if held.turned_by_hand else read
    blank = held.said_blank if held.said_blank is not None else read.blank or held.blank
    return page.model_copy(update={"number": held.number, "blank": blank, "said_blank": held.said_blank})


def _turned(document: Document, readings: tuple[PageReading, ...]) -> Document:
    """Return ``document`` with every place on the pages as persons turned them; readings lie as the machine did."""
    if not any(p.turned_by_hand for p in document.pages):
        return document
    sizes = {n: (r.read.page.width, r.read.page.height) for n, r in enumerate(readings, start=1)}
    turns = {p.number: p.turned_by_hand for p in document.pages}

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
