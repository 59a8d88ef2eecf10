"""Pages that persons turned are read once more as they lie now; until then their old readings are turned with them.

Such a reading is a stage result like any other, keyed by the page and its position: turned back and forth, a page is
read once for each position. It lies in the picture that the person sees, so places and addresses stay what they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from domain.documents import Document, Failure, Page, SourceFile, source_of
from domain.marks import PageReading
from extractors.page_worker import PageJob
from flows.stages import FileReading, outcome_of, payload_of, read_producer, stored_payload
from flows.wiring import Services
from flows.workers import ReaderPool


def as_turned(services: Services, documents: Iterable[Document], reading: FileReading) -> FileReading:
    """Return ``reading`` with the pages that persons turned as they were read in that position, where they were."""
    outcomes = {
        page.source_page: o
        for source, page in _turned_in(documents, reading.sha256)
        if (o := stored_turned(services, source, page)) is not None
    }
    if not outcomes:
        return reading
    pages = []
    for page in reading.pages:
        outcome = outcomes.get(page.read.page.source_page)
        pages.append(outcome if isinstance(outcome, PageReading) else page)
    known = frozenset((f.page, f.error) for f in reading.failures)
    new = tuple(o for o in outcomes.values() if isinstance(o, Failure) and (o.page, o.error) not in known)
    digest = hashlib.sha256(reading.digest.encode())
    for number in sorted(outcomes):
        digest.update(f"{number} {outcomes[number].model_dump_json()}".encode())
    return replace(reading, pages=tuple(pages), failures=(*reading.failures, *new), digest=digest.hexdigest())


def stored_turned(services: Services, source: SourceFile, page: Page) -> PageReading | Failure | None:
    """Return what reading a turned page as it lies found, ``None`` when it was not read so yet."""
    payload = stored_payload(services, _key(source, page))
    return None if payload is None else outcome_of(source, page.source_page, payload)


def read_turned(services: Services, pool: ReaderPool, documents: Iterable[Document], source: SourceFile) -> None:
    """Read the pages of ``source`` that persons turned and nobody read in that position yet.

    One that cannot be read, or ends its process, is a failure that people see; its earlier reading goes on counting.
    """
    stages, producer, ref = services.storage.stages, read_producer(services), source.object
    pages = {_key(source, page): page for _, page in _turned_in(documents, ref.sha256)}
    missing = {key: page for key, page in pages.items() if stages.get_stage(key, "read", producer) is None}
    path = str(services.storage.objects.path(ref.key))
    jobs = tuple(PageJob(path, ref.media_type, page.source_page, page) for page in missing.values())
    for key, outcome in zip(missing, pool.read(jobs), strict=True):
        stages.put_stage(key, "read", producer, payload_of(outcome))


def _turned_in(documents: Iterable[Document], sha256: str) -> Iterable[tuple[SourceFile, Page]]:
    for document in documents:
        for page in document.pages:
            source = source_of(document, page)
            if page.turned_by_hand and source.object.sha256 == sha256:
                yield source, page


def _key(source: SourceFile, page: Page) -> str:
    return f"{source.object.sha256}#{page.source_page}@{page.turned},{page.skew:g},{page.width}x{page.height}"
