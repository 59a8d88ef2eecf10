"""Copies of papers for those who ask: pages of verified originals, under a watermark or blackened in places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from classifiers.labels import kind_label
from domain.base import BBox
from domain.case import Case
from domain.copies import CopyKind, CopyOrder
from domain.documents import Document, ObjectRef, Page, SourceFile, key_of, source_of, sources_of
from domain.errors import UnknownObjectError
from domain.redaction import HiddenBox, personal_places
from extractors.reading.reader import render_upright
from extractors.reading.render import load_picture
from extractors.reading.settings import ReadingSettings
from flows.page_readings import PageReadings
from flows.review_service import ReviewService
from flows.stages import page_count
from flows.wiring import Services
from outgoing.copies import TITLES, CopyPage, Stamp, reading_copy, redacted_copy
from outgoing.errors import CopyRefusedError
from review_ui.backend import OriginalFile
from review_ui.desk.copies_backend import CopiedPage

PDF = "application/pdf"
FILE_LABEL = "原件"


class CopiesService:
    """Implements ``review_ui.desk.copies_backend.CopiesBackend``. Safe to use from several threads."""

    def __init__(self, services: Services, review: ReviewService) -> None:
        self._services = services
        self._review = review
        self._readings = PageReadings(services)

    def reading_copy(self, case_id: str, document_id: str, order: CopyOrder) -> OriginalFile:
        """Return a document under a watermark; errors as ``CopiesBackend.reading_copy``."""
        case, document = self._document(case_id, document_id)
        stamp = _stamp(case, document, order)
        return _file(CopyKind.READING, stamp, reading_copy(self._copied(document, {}), stamp))

    def file_copy(self, case_id: str, sha256: str, order: CopyOrder) -> OriginalFile:
        """Return every page of an original of the case under a watermark; errors as ``CopiesBackend.file_copy``."""
        case = self._review.case(case_id)
        source = next((s for d in case.documents for s in sources_of(d) if s.object.sha256 == sha256), None)
        if source is None:
            raise UnknownObjectError(f"案件 {case.number} 没有原件 {sha256}", "请刷新页面")
        self._services.storage.desk.deliveries.verify(source.object)
        pages = page_count(self._services, source)
        stamp = Stamp(number=case.number, label=FILE_LABEL, pages=pages, order=order)
        return _file(CopyKind.READING, stamp, reading_copy(self._whole(case, source, pages), stamp))

    def pages(self, case_id: str, document_id: str) -> tuple[CopiedPage, ...]:
        """Return the pages of a document with their personal places. Raises UnknownCaseError, UnknownObjectError."""
        case, document = self._document(case_id, document_id)
        places = personal_places(case, document, self._readings.lines)
        return tuple(
            CopiedPage(
                number=page.number,
                width=page.width,
                height=page.height,
                unread=not page.blank and not self._readings.lines(case, document.id, page.number),
                places=tuple(place for place in places if place.page == page.number),
            )
            for page in document.pages
        )

    def redacted_copy(
        self, case_id: str, document_id: str, order: CopyOrder, boxes: tuple[HiddenBox, ...]
    ) -> OriginalFile:
        """Return a document with ``boxes`` blackened; errors as ``CopiesBackend.redacted_copy``."""
        case, document = self._document(case_id, document_id)
        if any(page.awaits_reading for page in document.pages):
            raise CopyRefusedError(f"案件 {case.number} 有页面转正后尚未重新识读", "请等识读完成后再涂黑")
        stamp = _stamp(case, document, order)
        hidden = _by_page(document, boxes)
        return _file(CopyKind.REDACTED, stamp, redacted_copy(self._copied(document, hidden), stamp))

    def _document(self, case_id: str, document_id: str) -> tuple[Case, Document]:
        case = self._review.case(case_id)
        document = case.document(document_id)
        if document is None:
            raise UnknownObjectError(f"案件没有文件 {document_id}", "请刷新页面")
        if not document.pages:
            raise CopyRefusedError(f"案件 {case.number} 的文件 {document.source.name} 没有可读的页面", "请取原件")
        return case, document

    def _copied(self, document: Document, hidden: dict[int, tuple[BBox, ...]]) -> Iterator[CopyPage]:
        """Yield the pages of a document; each original is verified before its first page is drawn."""
        verified: set[str] = set()
        for page in document.pages:
            ref = source_of(document, page).object
            if ref.key not in verified:
                self._services.storage.desk.deliveries.verify(ref)
                verified.add(ref.key)
            yield self._upright(ref, page, hidden.get(page.number, ()))

    def _whole(self, case: Case, source: SourceFile, pages: int) -> Iterator[CopyPage]:
        """Yield every page of a file, upright where the case says how it lies."""
        known = {key_of(d, p): p for d in case.documents for p in d.pages}
        ref = source.object
        for number in range(1, pages + 1):
            page = known.get((ref.sha256, number))
            if page is not None:
                yield self._upright(ref, page, ())
                continue
            path = self._services.storage.objects.path(ref.key)
            picture = load_picture(path, ref.media_type, number, ReadingSettings())
            yield CopyPage(image=picture.image, dpi=picture.dpi, sha256=ref.sha256)

    def _upright(self, ref: ObjectRef, page: Page, boxes: tuple[BBox, ...]) -> CopyPage:
        path = self._services.storage.objects.path(ref.key)
        image = render_upright(path, ref.media_type, page.source_page, page)
        return CopyPage(image=image, dpi=page.dpi, sha256=ref.sha256, boxes=boxes)


def copy_label(case: Case, document: Document) -> str:
    """Return what a paper is called on its copy: its kind, counted where the case has several, never its file name."""
    same = [d.id for d in case.documents if d.kind.kind is document.kind.kind]
    label = kind_label(document.kind.kind)
    return label if len(same) == 1 else f"{label}{same.index(document.id) + 1}"


def _stamp(case: Case, document: Document, order: CopyOrder) -> Stamp:
    return Stamp(number=case.number, label=copy_label(case, document), pages=len(document.pages), order=order)


def _by_page(document: Document, boxes: tuple[HiddenBox, ...]) -> dict[int, tuple[BBox, ...]]:
    sizes = {page.number: (page.width, page.height) for page in document.pages}
    found: dict[int, list[BBox]] = defaultdict(list)
    for box in boxes:
        x0, y0, x1, y1 = box.bbox
        width, height = sizes.get(box.page, (0, 0))
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            raise CopyRefusedError(f"涂黑框不在第 {box.page} 页之内", "请刷新页面后重新选择")
        found[box.page].append(box.bbox)
    return {number: tuple(places) for number, places in found.items()}


def _file(kind: CopyKind, stamp: Stamp, content: bytes) -> OriginalFile:
    name = f"{stamp.number}-{stamp.label}-{TITLES[kind]}.pdf"
    return OriginalFile(content=content, media_type=PDF, name=name)
