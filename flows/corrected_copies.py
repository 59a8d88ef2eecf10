"""Searchable copies for a package: the scan as it is, under it the text as persons corrected it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from domain.case import Case
from domain.corrected_text import Correction, corrected_page, corrections_of
from domain.documents import Document, Page, source_of, sources_of
from domain.errors import InputFileError, StorageError
from domain.ocr import OcrPage
from extractors.reading.searchable_pdf import TextLayer, searchable_pdf
from flows.filing import read_papers
from flows.stages import FileReading, ReadPapers, stored_reading
from flows.wiring import Services

CORRECTED = "corrected/1"


@dataclass(frozen=True)
class CorrectedCopy:
    """The copy of one document; ``content`` is ``None`` when none could be made, for the reason ``problem``."""

    document: Document
    content: bytes | None
    problem: str = ""


def corrected_copies(services: Services, case: Case) -> tuple[CorrectedCopy, ...]:
    """Return a copy of every document that was scanned, or in which a person corrected something.

    Raises:
        StorageError: an original is missing or damaged.
    """
    corrections = corrections_of(case)
    papers = read_papers(services, case, tuple(_readings(services, case)))
    copies = (_copy(services, document, papers, corrections) for document in case.documents)
    return tuple(copy for copy in copies if copy is not None)


def _readings(services: Services, case: Case) -> Iterator[FileReading]:
    """Yield what was read in the files of ``case``; one that cannot be opened has none, and is told by its copy."""
    sources = {source.object.key: source for d in case.documents for source in sources_of(d)}
    for source in sources.values():
        with suppress(InputFileError):
            yield stored_reading(services, source)


def _copy(
    services: Services, document: Document, papers: ReadPapers, corrections: tuple[Correction, ...]
) -> CorrectedCopy | None:
    layers = tuple(_layer(services, document, page, papers, corrections) for page in document.pages)
    if not any(layer.text.lines for layer in layers):
        return None
    try:
        return CorrectedCopy(document, searchable_pdf(layers))
    except StorageError:
        raise
    except InputFileError as error:
        return CorrectedCopy(document, None, error.fact)


def _layer(
    services: Services, document: Document, page: Page, papers: ReadPapers, corrections: tuple[Correction, ...]
) -> TextLayer:
    """Return the page with its text; text that a file brings itself is there already, only corrections are added."""
    ref = source_of(document, page).object
    reading = papers.page(document, page)
    shown = page if reading is None else reading.read.page.model_copy(update={"number": page.number})
    text = OcrPage(number=page.number, width=shown.width, height=shown.height, lines=(), producer=CORRECTED)
    if reading is not None and not reading.read.born_digital:
        text = reading.read.text
    return TextLayer(
        shown, corrected_page(document, page, text, corrections), services.storage.objects.path(ref.key), ref.media_type
    )
