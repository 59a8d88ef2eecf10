"""What was read on the pages of a case, page by page, from the stored readings; the last pages are kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from domain.case import Case
from domain.documents import SourceFile
from domain.ocr import OcrLine
from flows.stages import stored_reading
from flows.wiring import Services

KEPT_FILES = 24
"""Files whose readings are kept; one of ten pages takes a few megabytes."""


class PageReadings:
    """Lines of pages by document. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._files: OrderedDict[str, dict[int, tuple[OcrLine, ...]]] = OrderedDict()
        self._lock = Lock()

    def lines(self, case: Case, document_id: str, page: int) -> tuple[OcrLine, ...]:
        """Return the lines of page ``page`` (from 1) of a document; none when no reading is kept."""
        document = case.document(document_id)
        found = next((p for p in document.pages if p.number == page), None) if document else None
        if document is None or found is None:
            return ()
        return self._of_file(document.source).get(found.source_page, ())

    def _of_file(self, source: SourceFile) -> dict[int, tuple[OcrLine, ...]]:
        key = source.object.sha256
        with self._lock:
            known = self._files.get(key)
        if known is None:
            known = {p.read.page.source_page: p.read.text.lines for p in stored_reading(self._services, source).pages}
        with self._lock:
            self._files[key] = known
            self._files.move_to_end(key)
            if len(self._files) > KEPT_FILES:
                self._files.popitem(last=False)
        return known
