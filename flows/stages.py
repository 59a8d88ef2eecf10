"""The stages between acceptance and filing. Every result is a row; running a stage again is free.

A stage's row is keyed by the hash of its input, its name and its producer's version, so a killed run goes on where it
was, and a new producer re-runs exactly its stage.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from pydantic import TypeAdapter

from domain.documents import (
    Document,
    DocumentText,
    Failure,
    KindGuess,
    Page,
    ReadPage,
    SourceFile,
    document_id,
    key_of,
    sources_of,
)
from domain.errors import InputFileError, PageCrashedError
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.ocr import OcrPage
from domain.paper_trail import turn_since, turned_text
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document
from extractors.kinds.cut import cut
from extractors.kinds.page_kinds import recognise_pages
from extractors.page_worker import PageJob
from extractors.reading.file_types import describe_file
from extractors.reading.inference import engine_label
from flows.wiring import Services
from flows.workers import ReaderPool

DESCRIBE = "describe/1"
READ = "read/5"
UNDERSTAND = "understand/6"

ENGINE_LABELS = ("openvino-bf16", "openvino-f32", "onnxruntime-f32")
"""Engines that may have read a page before this machine or its settings changed."""

KEPT_PAGES = 48
"""Read pages that are kept parsed; a full one takes a few megabytes."""
_READING = b'{"reading":'
_DOCUMENTS = TypeAdapter(tuple[Document, ...])


@dataclass(frozen=True)
class FileReading:
    """What was read in one file.

    Attributes:
        sha256: of the file.
        pages: readings in page order; ``number`` equals ``source_page``.
        failures: pages that could not be read.
        digest: hash of everything above, the input of the next stage.
    """

    sha256: str
    pages: tuple[PageReading, ...]
    failures: tuple[Failure, ...]
    digest: str


def read_producer(services: Services) -> str:
    """Return the producer of the reading stage: code version and engine."""
    return f"{READ} {engine_label(services.settings.engine)}"


def page_count(services: Services, source: SourceFile) -> int:
    """Return the number of pages of a stored original."""
    ref = source.object
    known = services.storage.stages.get_stage(ref.sha256, "describe", DESCRIBE)
    if known is not None:
        return int(json.loads(known)["pages"])
    pages = describe_file(services.storage.objects.path(ref.key)).pages
    services.storage.stages.put_stage(ref.sha256, "describe", DESCRIBE, json.dumps({"pages": pages}).encode())
    return pages


def read_file(services: Services, pool: ReaderPool, source: SourceFile) -> FileReading:
    """Read every page of ``source`` that has not been read yet."""
    payloads = _stored_payloads(services, source)
    path = services.storage.objects.path(source.object.key)
    missing = tuple(n for n, payload in payloads.items() if payload is None)
    jobs = tuple(PageJob(str(path), source.object.media_type, n) for n in missing)
    for number, outcome in zip(missing, pool.read(jobs), strict=True):
        payload = payload_of(outcome)
        payloads[number] = payload
        # a crash may be the machine's fault: it is not kept, the next run tries the page again
        if not isinstance(outcome, PageCrashedError):
            services.storage.stages.put_stage(_page_key(source, number), "read", read_producer(services), payload)
    return _file_reading(source, payloads)


def stored_reading(services: Services, source: SourceFile) -> FileReading:
    """Return what is known of ``source`` without reading anything, whichever engine read it."""
    payloads = _stored_payloads(services, source)
    for number in (n for n, payload in payloads.items() if payload is None):
        payloads[number] = stored_payload(services, _page_key(source, number))
    return _file_reading(source, payloads, _KEPT.page)


def stored_payload(services: Services, key: str) -> bytes | None:
    """Return what reading left under ``key``, whichever engine read it, this machine's own first."""
    labels = dict.fromkeys((engine_label(services.settings.engine), *ENGINE_LABELS))
    known = (services.storage.stages.get_stage(key, "read", f"{READ} {label}") for label in labels)
    return next((payload for payload in known if payload is not None), None)


def _page_key(source: SourceFile, number: int) -> str:
    return f"{source.object.sha256}#{number}"


def _stored_payloads(services: Services, source: SourceFile) -> dict[int, bytes | None]:
    producer = read_producer(services)
    numbers = range(1, page_count(services, source) + 1)
    return {n: services.storage.stages.get_stage(_page_key(source, n), "read", producer) for n in numbers}


def payload_of(outcome: PageReading | InputFileError) -> bytes:
    """Return what is kept of reading a page."""
    if isinstance(outcome, PageReading):
        return _READING + outcome.model_dump_json().encode() + b"}"
    failure = {"error": type(outcome).__name__, "reason": outcome.fact, "next_step": outcome.next_step}
    return json.dumps({"failure": failure}, ensure_ascii=False).encode()


def _parsed(payload: bytes, _digest: bytes) -> PageReading:
    return PageReading.model_validate_json(payload[len(_READING) : -1])


class _KeptPages:
    """The last pages that persons worked on: each answer judges the whole case, and its pages are what they were.

    Pages are known by the hash of their stored bytes, so that another reading is never answered with an old one.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[bytes, PageReading] = OrderedDict()
        self._lock = Lock()

    def page(self, payload: bytes, digest: bytes) -> PageReading:
        """Return the page that ``payload`` with the hash ``digest`` holds."""
        with self._lock:
            known = self._pages.get(digest)
        found = known or _parsed(payload, digest)
        with self._lock:
            self._pages[digest] = found
            self._pages.move_to_end(digest)
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        return found


_KEPT = _KeptPages()


def _file_reading(
    source: SourceFile,
    payloads: dict[int, bytes | None],
    page_of: Callable[[bytes, bytes], PageReading] = _parsed,
) -> FileReading:
    pages: list[PageReading] = []
    failures: list[Failure] = []
    digest = hashlib.sha256(f"{source.object.sha256} {source.name}".encode(errors="surrogateescape"))
    for number, payload in sorted(payloads.items()):
        if payload is None:
            continue
        own = hashlib.sha256(payload).digest()
        digest.update(own)
        reading = payload.startswith(_READING)
        outcome = page_of(payload, own) if reading else outcome_of(source, number, payload)
        if isinstance(outcome, PageReading):
            pages.append(outcome)
        else:
            failures.append(outcome)
    return FileReading(source.object.sha256, tuple(pages), tuple(failures), digest.hexdigest())


def outcome_of(source: SourceFile, number: int, payload: bytes) -> PageReading | Failure:
    """Return what was kept of reading page ``number`` (from 1) of ``source``."""
    if payload.startswith(_READING):
        return _parsed(payload, b"")
    return _page_failure(source, number, json.loads(payload)["failure"])


def _page_failure(source: SourceFile, number: int, told: dict[str, str]) -> Failure:
    """Return a page's failure under the name people know; in the store the file is named by its hash."""
    named = {key: words.replace(source.object.sha256, source.name) for key, words in told.items()}
    return Failure(file=source.name, page=number, **named)


def understand_file(
    services: Services, source: SourceFile, reading: FileReading, forms: tuple[FormDescription, ...]
) -> tuple[Document, ...]:
    """Recognise the kinds of the pages, cut the file into documents, extract their fields."""
    shape = "".join(form.model_dump_json() for form in forms)
    key = hashlib.sha256(f"{reading.digest} {shape}".encode()).hexdigest()
    known = services.storage.stages.get_stage(key, "understand", UNDERSTAND)
    if known is not None:
        return _DOCUMENTS.validate_json(known)
    documents = understand_pages(source, reading, forms)
    services.storage.stages.put_stage(key, "understand", UNDERSTAND, _DOCUMENTS.dump_json(documents))
    return documents


def understand_pages(
    source: SourceFile, reading: FileReading, forms: tuple[FormDescription, ...]
) -> tuple[Document, ...]:
    """Recognise, cut and extract what was read of a file; nothing is stored."""
    if not reading.pages:
        return (unread_document(source, reading),)
    guesses = recognise_pages(reading.pages, forms)
    documents = []
    for part in cut(reading.pages, guesses, forms):
        pages = reading.pages[part.first - 1 : part.last]
        blanks = frozenset(pages[n - part.first].read.page.source_page for n in part.blank_pages)
        documents.append(_document(source, pages, part.guess, forms, blanks))
    first_document = documents[0].model_copy(update={"failures": reading.failures})
    return (first_document, *documents[1:])


def unread_document(source: SourceFile, reading: FileReading, *failures: Failure) -> Document:
    """Return the whole file as one paper of unknown kind, with the pages that could be read for a person to see."""
    pages = tuple(p.read.page.model_copy(update={"number": n}) for n, p in enumerate(reading.pages, 1))
    numbers = [p.source_page for p in pages] or [1]
    reason = "内容未能识别" if pages else "没有可读的页"
    return Document(
        id=document_id(source.object.sha256, numbers[0], numbers[-1]),
        source=source,
        kind=KindGuess(kind=DocumentKind.OTHER, probability=0.0, producer=UNDERSTAND, reason=reason),
        pages=pages,
        failures=(*reading.failures, *failures),
    )


def _document(
    source: SourceFile,
    pages: tuple[PageReading, ...],
    kind: KindGuess,
    forms: tuple[FormDescription, ...],
    blanks: frozenset[int],
) -> Document:
    first, last = (pages[i].read.page.source_page for i in (0, -1))
    name = document_id(source.object.sha256, first, last)
    found = extract_document(name, kind.kind, pages, forms)
    return Document(
        id=name,
        source=source,
        kind=kind,
        pages=tuple(_numbered(p.read.page, n, blanks) for n, p in enumerate(pages, 1)),
        fields=found.fields,
        signatures=found.signatures,
        seals=found.seals,
        id_sides=found.id_sides,
    )


def _numbered(page: Page, number: int, blanks: frozenset[int]) -> Page:
    return page.model_copy(update={"number": number, "blank": page.blank or page.source_page in blanks})


@dataclass(frozen=True)
class FileResult:
    """One file as the machine cut it: its documents and the reading they were made from."""

    documents: tuple[Document, ...]
    reading: FileReading


class ReadPapers:
    """Papers as they lie, with what was read in their files. A paper may have pages of several files.

    Args:
        documents: as they lie.
        readings: of their files.
    """

    def __init__(self, documents: tuple[Document, ...], readings: Iterable[FileReading]) -> None:
        self.documents = documents
        self._files = {reading.sha256: reading for reading in readings}
        self._pages = {(r.sha256, p.read.page.source_page): p for r in self._files.values() for p in r.pages}
        self._failed = frozenset((r.sha256, f.page) for r in self._files.values() for f in r.failures if f.page)

    def page(self, document: Document, page: Page) -> PageReading | None:
        """Return what was read on ``page`` of ``document``, ``None`` when no reading of it is kept."""
        return self._pages.get(key_of(document, page))

    def pages(self, document: Document) -> tuple[PageReading, ...] | None:
        """Return what was read on every page of ``document``, ``None`` when a page has no reading."""
        found = tuple(reading for p in document.pages if (reading := self.page(document, p)) is not None)
        return found if len(found) == len(document.pages) else None

    def failed(self, document: Document, page: Page) -> bool:
        """Tell whether ``page`` of ``document`` could not be read, or not in the position in which it lies now."""
        return key_of(document, page) in self._failed

    def digest(self, document: Document) -> str:
        """Return the digest of what was read in the files of ``document``."""
        return " ".join(self._files[s.object.sha256].digest for s in sources_of(document))

    def with_documents(self, documents: tuple[Document, ...]) -> ReadPapers:
        """Return the same readings under papers that lie otherwise."""
        return ReadPapers(documents, self._files.values())

    @property
    def complete(self) -> bool:
        """Whether every page has a reading."""
        return all(self.pages(document) is not None for document in self.documents)

    @property
    def texts(self) -> tuple[DocumentText, ...]:
        """Text of the papers, pages renumbered to each; of a page without a reading there is none."""
        return tuple(
            DocumentText(
                document_id=document.id,
                kind=document.kind.kind,
                pages=tuple(
                    _text_of(reading.read, p) for p in document.pages if (reading := self.page(document, p)) is not None
                ),
            )
            for document in self.documents
        )


def _text_of(read: ReadPage, page: Page) -> OcrPage:
    """Return what was read on a page as the page lies now; nothing where a person or a new scan says so."""
    text = turned_text(read.text, turn_since(read.page, page)).model_copy(update={"number": page.number})
    return text.model_copy(update={"lines": ()}) if page.said_blank or page.replaced else text
