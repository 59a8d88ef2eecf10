"""What typing asks for, over stored readings and a recogniser inside the serving process."""

from __future__ import annotations

from threading import Lock

from domain.base import BBox
from domain.case import Case
from domain.documents import Document, Page, source_of
from domain.doubts import DoubtfulCharacter, doubts_of, is_doubtful, placed
from domain.errors import DecisionError, UnknownCaseError, UnknownObjectError
from domain.evidence import Evidence, FieldValue
from domain.fields import FIELDS
from domain.ocr import OcrLine
from domain.review import decided_by_person
from extractors.reading.box_reading import read_box
from extractors.reading.picture import Image
from extractors.reading.reader import PageReader, render_upright
from extractors.reading.settings import ReadingSettings
from flows.page_readings import PageReadings
from flows.wiring import Services
from review_ui.answers import typed_form
from review_ui.typing.backend import BoxReading, PageCharacters, ReadCharacter


class BoxReader:
    """Reads boxes on stored pages: models are loaded with the first box, boxes are read one at a time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._turn = Lock()
        self._reader: PageReader | None = None
        self._page: tuple[tuple[str, int, int], Image] | None = None

    def lines(self, document: Document, page: Page, box: BBox, turn: int) -> tuple[OcrLine, ...]:
        """Return the lines inside ``box`` (pixels of the upright page image), the page turned by ``turn`` degrees.

        Raises:
            InputFileError: the page cannot be decoded.
            ModelFileError: a model file is missing or wrong.
        """
        with self._turn:
            if self._reader is None:
                settings = self._services.settings
                self._reader = PageReader(ReadingSettings(models_folder=settings.models, engine=settings.engine))
            return read_box(self._reader, self._image(document, page), box, turn)

    def _image(self, document: Document, page: Page) -> Image:
        """Return the page's picture; the last one is kept, because boxes are mostly drawn on one page."""
        source = source_of(document, page).object
        key = (source.sha256, page.source_page, page.turned)
        if self._page is None or self._page[0] != key:
            path = self._services.storage.objects.path(source.key)
            self._page = (key, render_upright(path, source.media_type, page.source_page, page))
        return self._page[1]


class TypingService:
    """Implements ``review_ui.typing.backend.TypingBackend``. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._readings = PageReadings(services)
        self._boxes = BoxReader(services)

    def doubts(self, case_id: str) -> dict[str, tuple[DoubtfulCharacter, ...]]:
        """Return the doubtful characters of values that no person decided, by field.

        Raises:
            UnknownCaseError: there is no such case.
        """
        case = self._case(case_id)
        found = {
            name: self._doubts(case, name, value)
            for name, value in case.fields.items()
            if isinstance(value, FieldValue) and name in FIELDS and not decided_by_person(value.producer)
        }
        return {name: doubts for name, doubts in found.items() if doubts}

    def _doubts(self, case: Case, name: str, found: FieldValue) -> tuple[DoubtfulCharacter, ...]:
        characters = placed(found.evidence, lambda document, page: self._readings.lines(case, document, page))
        return doubts_of(found.value, FIELDS[name].type, characters)

    def read_box(self, case_id: str, place: Evidence, field: str, turn: int) -> BoxReading:
        """Read what stands in the box of ``place`` for ``field``.

        Raises:
            UnknownCaseError: there is no such case.
            UnknownObjectError: there is no such document or page.
            DecisionError: the box does not lie on the page.
        """
        document, page = _page(self._case(case_id), place.document_id, place.page)
        box = _on_page(place.bbox, page)
        lines = self._boxes.lines(document, page, box, turn)
        raw = " ".join(line.text for line in lines)
        value = (typed_form(field, raw).value or raw) if raw else ""
        characters = [(c, document.id, page.number) for line in lines for c in line.characters if c.text.strip()]
        return BoxReading(
            raw=raw,
            value=value,
            evidence=Evidence(document_id=document.id, page=page.number, bbox=box, quote=raw),
            doubts=doubts_of(value, FIELDS[field].type, characters),
        )

    def lines(self, case: Case, document_id: str, page: int) -> tuple[OcrLine, ...]:
        """Return the lines of a page (from 1) of ``case``; nothing when no reading is kept."""
        return self._readings.lines(case, document_id, page)

    def page_characters(self, case_id: str, document_id: str, page: int) -> PageCharacters:
        """Return what was read on a page.

        Raises:
            UnknownCaseError: there is no such case.
            UnknownObjectError: there is no such document or page.
        """
        case = self._case(case_id)
        _page(case, document_id, page)
        lines = self._readings.lines(case, document_id, page)
        found = (c for line in lines for c in line.characters if c.text.strip())
        return PageCharacters(
            characters=tuple(ReadCharacter(text=c.text, bbox=c.bbox, doubtful=is_doubtful(c)) for c in found)
        )

    def _case(self, key: str) -> Case:
        case = self._services.storage.cases.load_case(key)
        if case is None:
            raise UnknownCaseError(f"案件 {key} 已受理但尚未识别", "请等待识别完成")
        return case


def _page(case: Case, document_id: str, page: int) -> tuple[Document, Page]:
    document = case.document(document_id)
    found = next((p for p in document.pages if p.number == page), None) if document else None
    if document is None or found is None:
        raise UnknownObjectError(f"案件没有文件 {document_id} 的第 {page} 页", "请刷新页面")
    return document, found


def _on_page(box: BBox, page: Page) -> BBox:
    """Return ``box`` cut to the page."""
    x0, y0 = max(0.0, box[0]), max(0.0, box[1])
    x1, y1 = min(float(page.width), box[2]), min(float(page.height), box[3])
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise DecisionError("画的框不在页面上", "请在页面图像上重新画框")
    return (x0, y0, x1, y1)
