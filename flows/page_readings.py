"""What was read on the pages of a case, page by page, from the stored readings; the last pages are kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from domain.case import Case
from domain.documents import Page, ReadPage, SourceFile, source_of
from domain.marks import PageReading
from domain.ocr import OcrLine
from domain.paper_trail import turn_since, turned_text
from flows.stages import stored_reading
from flows.turned_pages import stored_turned
from flows.wiring import Services

KEPT_FILES = 24
"""Files whose readings are kept; one of ten pages takes a few megabytes."""


class PageReadings:
    """Lines of pages by document. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._files: OrderedDict[str, dict[int, ReadPage]] = OrderedDict()
        self._lock = Lock()

    def lines(self, case: Case, document_id: str, page: int) -> tuple[OcrLine, ...]:
        """Return the lines of page ``page`` (from 1) of a document as it lies; none when no reading is kept."""
        document = case.document(document_id)
        found = next((p for p in document.pages if p.number == page), None) if document else None
        if document is None or found is None:
            return ()
        read = self._read(source_of(document, found), found)
        return () if read is None else turned_text(read.text, turn_since(read.page, found)).lines

    def _read(self, source: SourceFile, page: Page) -> ReadPage | None:
        if page.turned_by_hand:
            lying = stored_turned(self._services, source, page)
            if isinstance(lying, PageReading):
                return lying.read
        return self._of_file(source).get(page.source_page)

    def _of_file(self, source: SourceFile) -> dict[int, ReadPage]:
        key = source.object.sha256
        with self._lock:
            known = self._files.get(key)
        if known is None:
            known = {p.read.page.source_page: p.read for p in stored_reading(self._services, source).pages}
        with self._lock:
            self._files[key] = known
            self._files.move_to_end(key)
            if len(self._files) > KEPT_FILES:
                self._files.popitem(last=False)
        return known
