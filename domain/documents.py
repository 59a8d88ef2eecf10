"""Paper: objects, batches, documents, pages."""

from __future__ import annotations

from pydantic import Field

from domain.base import Model, PageNumber, Probability, Sha256, Sm3, UtcTime
from domain.evidence import IdSideSeen, Seal, Signature, StoredField
from domain.ocr import OcrPage
from domain.vocabulary import Channel, DocumentKind


class ObjectRef(Model):
    """Bytes in the object store; the key contains the SHA-256.

    Attributes:
        key: store key.
        sha256: lower-case hexadecimal digest.
        sm3: lower-case hexadecimal digest (GM/T 0004).
        size: bytes.
        media_type: by content, for example ``image/tiff``.
    """

    key: str
    sha256: Sha256
    sm3: Sm3
    size: int = Field(ge=0)
    media_type: str


class SourceFile(Model):
    """A file as it came in: its name (for people) and its bytes in the store."""

    name: str
    object: ObjectRef


class ScanBatch(Model):
    """Files received together."""

    id: str
    received_at: UtcTime
    channel: Channel
    operator: str | None = None
    expected_sheets: int | None = None
    files: tuple[SourceFile, ...] = ()


class PageQuality(Model):
    """Measured quality of a page.

    Attributes:
        sharpness: 0 (blurred) to 1, relative edge energy of the text strokes.
        contrast: 0 to 1, ink against paper.
        dpi: dots per inch of the source (the smaller axis), ``None`` when unknown.
        usable: False when the page should be scanned again.
        problems: reasons in Chinese, empty when good.
    """

    sharpness: float
    contrast: float
    dpi: float | None = None
    usable: bool = True
    problems: tuple[str, ...] = ()


class Page(Model):
    """One upright page image.

    Attributes:
        number: page number inside the document, from 1.
        source_page: page number inside the source file, from 1.
        source: the file it comes from when a person put it into a document of another file, ``None`` for the
            document's own; ``source_of`` gives either.
        width: pixels of the upright image (square pixels).
        height: pixels of the upright image.
        dpi: dots per inch of the upright image, ``None`` when unknown.
        turned: degrees the source was turned clockwise to become upright: 0, 90, 180 or 270.
        skew: degrees of the small rotation that was removed after turning (counter-clockwise positive).
        blank: nothing on it.
        quality: measured quality.
        turned_by_hand: degrees of ``turned`` that a person added: 0, 90, 180 or 270.
        said_blank: a person's word on ``blank``, ``None`` while nobody said.
        replaced: a new scan took its place: it is kept and shown, and nothing that was read on it counts.
        awaits_reading: a person turned it, and it was not read yet the way it lies now.
    """

    number: PageNumber
    source_page: PageNumber
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    dpi: float | None = None
    turned: int = 0
    skew: float = 0.0
    blank: bool = False
    quality: PageQuality | None = None
    turned_by_hand: int = 0
    said_blank: bool | None = None
    replaced: bool = False
    awaits_reading: bool = False
    source: SourceFile | None = None


class ReadPage(Model):
    """A page and what was read on it.

    Attributes:
        page: geometry and quality; ``number`` equals ``source_page`` until the file is cut into documents.
        text: lines in pixels of the upright image.
        born_digital: text came from the file itself, not from OCR.
    """

    page: Page
    text: OcrPage
    born_digital: bool = False


class KindGuess(Model):
    """A kind with its probability and the words that decided."""

    kind: DocumentKind
    probability: Probability
    producer: str
    reason: str = ""


class Failure(Model):
    """Something that went wrong with one file, page or stage; visible until a person deals with it.

    Attributes:
        file: name of the source file.
        error: class name of the error (docs/errors.md).
        reason: the fact (Chinese).
        next_step: what to do (Chinese).
        page: page inside the source file, from 1, when one page failed.
    """

    file: str
    error: str
    reason: str
    next_step: str
    page: PageNumber | None = None


class Document(Model):
    """One paper of a case.

    Attributes:
        id: stable: derived from the file's hash and the page range.
        source: the file its first page comes from; a person may have put pages of other files behind it.
        kind: what it is.
        pages: its pages in order.
        fields: readings of fields in this document alone; a place left blank on a form is a ``FieldMissing``.
        signatures: ink of hands.
        seals: impressions.
        id_sides: sides of identity cards seen.
        failures: pages that could not be read.
    """

    id: str
    source: SourceFile
    kind: KindGuess
    pages: tuple[Page, ...]
    fields: tuple[StoredField, ...] = ()
    signatures: tuple[Signature, ...] = ()
    seals: tuple[Seal, ...] = ()
    id_sides: tuple[IdSideSeen, ...] = ()
    failures: tuple[Failure, ...] = ()


def source_of(document: Document, page: Page) -> SourceFile:
    """Return the file that ``page`` of ``document`` comes from."""
    return page.source or document.source


def sources_of(document: Document) -> tuple[SourceFile, ...]:
    """Return the files that ``document`` has pages of, in the order of its pages; its own when it has no page."""
    return tuple(source for _, source in originals_of(document))


def originals_of(document: Document) -> tuple[tuple[PageNumber, SourceFile], ...]:
    """Return every file that ``document`` has pages of, with the first page (from 1) that comes from it."""
    first: dict[str, tuple[PageNumber, SourceFile]] = {}
    for page in document.pages:
        source = source_of(document, page)
        first.setdefault(source.object.sha256, (page.number, source))
    return tuple(first.values()) or ((1, document.source),)


def source_hashes(document: Document) -> frozenset[str]:
    """Return the SHA-256 of every file that ``document`` has pages of."""
    return frozenset(source.object.sha256 for source in sources_of(document))


def file_names(document: Document) -> str:
    """Return the names of the files that ``document`` has pages of, for people."""
    return "、".join(dict.fromkeys(source.name for source in sources_of(document)))


PageKey = tuple[str, int]
"""A page by the SHA-256 of its file and its number inside that file, from 1."""


def key_of(document: Document, page: Page) -> PageKey:
    """Return the file and the page inside it that ``page`` of ``document`` is."""
    return source_of(document, page).object.sha256, page.source_page


class DocumentText(Model):
    """Text of one document, for rules that read sentences (signals, disposition, category)."""

    document_id: str
    kind: DocumentKind
    pages: tuple[OcrPage, ...]


def document_id(sha256: str, first_page: int, last_page: int) -> str:
    """Return the stable id of pages ``first_page``..``last_page`` (from 1, inclusive) of the file with ``sha256``."""
    return f"doc-{sha256[:12]}-{first_page}-{last_page}"
