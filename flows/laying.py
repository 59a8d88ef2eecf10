"""Papers as persons laid them: extracted anew from the stored readings, without reading a page again."""

from __future__ import annotations

import hashlib

from domain.documents import Document, Failure, KindGuess, Page, key_of, source_hashes, sources_of
from domain.evidence import Evidence, StoredField
from domain.forms import FormDescription
from domain.marks import PageMarks, PageReading
from domain.paper_trail import PaperTrail, turn_since, turned_box, turned_page
from domain.papers import UNNAMED, laid, unnamed
from domain.replaced import flagged
from domain.review import decided_by_person
from extractors.extract import extract_document
from extractors.kinds.page_kinds import recognise_pages
from flows.stages import UNDERSTAND, FileResult, ReadPapers
from flows.turned_pages import as_turned
from flows.wiring import Services


def as_laid(
    services: Services,
    documents: tuple[Document, ...],
    trail: PaperTrail,
    results: tuple[FileResult, ...],
    forms: tuple[FormDescription, ...],
) -> ReadPapers:
    """Return the papers of a case as it holds them, extracted.

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
    machine = {d.id: d for r in read if trail.arranged_file(r.reading.sha256) is None for d in r.documents}
    cut = tuple(d for r in read for d in _cut(documents, trail, r))
    papers = ReadPapers(flagged(cut, trail), (r.reading for r in read))
    # the machine's own cut was extracted before, but for replaced pages
    extracted = (d if d == machine.get(d.id) else _extracted(services, d, papers, forms) for d in papers.documents)
    return papers.with_documents(_with_failures(tuple(extracted), trail, read))


def _cut(documents: tuple[Document, ...], trail: PaperTrail, result: FileResult) -> tuple[Document, ...]:
    """Return the documents that begin with a page of the file, before anything is read in them."""
    reading = result.reading
    file = trail.arranged_file(reading.sha256)
    if file is None:
        return result.documents
    own = tuple(d for d in documents if d.source.object.sha256 == reading.sha256)
    placed = {key_of(d, p) for d in documents for p in d.pages} | {(file.sha256, n) for n in file.elsewhere}
    pages = (p.read.page for p in reading.pages) if file.home else ()
    late = tuple(page for page in pages if (file.sha256, page.source_page) not in placed)
    return (*own, unnamed(result.documents[0], late)) if late and result.documents else own


def _with_failures(
    documents: tuple[Document, ...], trail: PaperTrail, results: tuple[FileResult, ...]
) -> tuple[Document, ...]:
    """Return ``documents`` with what went wrong in files that persons arranged, told once, at the first paper of each.

    What went wrong on pages that came from another case stays with their paper.
    """
    arranged = {f.sha256 for f in trail.arranged if f.home}
    failed = {r.reading.sha256: r.reading.failures for r in results if r.reading.sha256 in arranged}
    first = {sha256: _first_with(documents, sha256) for sha256 in failed}

    def told(document: Document) -> tuple[Failure, ...]:
        again = tuple(source for source in sources_of(document) if source.object.sha256 in failed)
        names = {source.name for source in again}
        kept = (f for f in document.failures if f.file not in names)
        hashes = (source.object.sha256 for source in again)
        return (*kept, *(f for sha256 in hashes if first[sha256] == document.id for f in failed[sha256]))

    return tuple(d.model_copy(update={"failures": told(d)}) for d in documents)


def _first_with(documents: tuple[Document, ...], sha256: str) -> str | None:
    """Return the id of the first paper of a file: one that begins with it before one that only has pages of it."""
    holders = [d for d in documents if sha256 in source_hashes(d)]
    return min(holders, key=lambda d: d.source.object.sha256 != sha256).id if holders else None


def _extracted(
    services: Services, document: Document, papers: ReadPapers, forms: tuple[FormDescription, ...]
) -> Document:
    """Return ``document`` extracted anew; the result is kept, so that doing it again is free."""
    found = papers.pages(document)
    if not found:
        return document
    if all(p.replaced for p in document.pages):
        return document.model_copy(update={"fields": (), "signatures": (), "seals": (), "id_sides": ()})
    readings = tuple(_seen(r, p) for r, p in zip(found, document.pages, strict=True))
    pages = tuple(
        _page(r.read.page, p, failed=papers.failed(document, p)) for r, p in zip(readings, document.pages, strict=True)
    )
    kind = _kind(document, readings, forms)
    bare = laid(document, pages).model_copy(update={"id": document.id, "kind": kind})
    bare = bare.model_copy(update={"fields": (), "signatures": (), "seals": (), "id_sides": ()})
    shape = "".join(form.model_dump_json() for form in forms)
    key = hashlib.sha256(f"{papers.digest(document)} {bare.model_dump_json()} {shape}".encode()).hexdigest()
    known = services.storage.stages.get_stage(key, "arrange", UNDERSTAND)
    if known is not None:
        return Document.model_validate_json(known)
    extracted = extract_document(document.id, kind.kind, readings, forms)
    full = bare.model_copy(
        update={
            "fields": extracted.fields,
            "signatures": extracted.signatures,
            "seals": extracted.seals,
            "id_sides": extracted.id_sides,
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
    said = {"blank": blank, "said_blank": held.said_blank, "replaced": held.replaced}
    return page.model_copy(update={"number": held.number, "source": held.source, **said})


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
