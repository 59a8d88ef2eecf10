"""What a case remembers of papers that persons arranged: whose cut it is, what lay where, what to scan again."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from domain.base import BBox, Model, PageNumber, Sha256, UtcTime
from domain.documents import Document, Page, PageKey, key_of
from domain.evidence import Evidence
from domain.ocr import OcrPage
from domain.vocabulary import DocumentKind

RESCAN_REASONS = (
    "字迹模糊",
    "过淡或过深",
    "缺角或被裁切",
    "有遮挡或反光",
    "页面歪斜、折叠",
    "漏扫背面",
    "方向或顺序无法辨认",
)
"""Short list of reasons for a rescan; a person may say another."""


class ArrangedFile(Model):
    """A file whose cut into documents is a person's: no later run cuts it again.

    Attributes:
        sha256: of the file.
        home: the file came to this case by intake; a page of it that is readable later on belongs here.
        elsewhere: pages inside the file, from 1, that were moved to other cases.
    """

    sha256: Sha256
    home: bool = True
    elsewhere: tuple[PageNumber, ...] = ()


class Sheet(Model):
    """A page as it once lay in a document.

    Attributes:
        source_page: page inside the file, from 1.
        turned_by_hand: as in ``Page``.
        width: pixels of the upright image.
        height: pixels of the upright image.
        sha256: of its file, ``None`` for the document's own.
    """

    source_page: PageNumber
    turned_by_hand: int
    width: int
    height: int
    sha256: Sha256 | None = None


class FormerDocument(Model):
    """A document that was there before papers were arranged; answers given then point at it."""

    id: str
    sha256: Sha256
    kind: DocumentKind
    sheets: tuple[Sheet, ...]


class RescanRequest(Model):
    """A person wants a page scanned again.

    Attributes:
        sha256: of the file with the bad page; a request stays with its page wherever that is moved.
        source_page: page inside the file, from 1.
        closed_at: ``None`` while it is open.
        closed_by: who closed it; a machine when a new scan of the page arrived.
        closing: why it was closed.
        new_sha256: of the file with the new scan, ``None`` when a person closed the request.
        new_page: the new scan's page inside that file, from 1.
    """

    sha256: Sha256
    source_page: PageNumber
    reason: str = Field(min_length=1)
    by: str
    at: UtcTime
    closed_at: UtcTime | None = None
    closed_by: str | None = None
    closing: str | None = None
    new_sha256: Sha256 | None = None
    new_page: PageNumber | None = None

    @property
    def page(self) -> PageKey:
        """The page that is meant."""
        return self.sha256, self.source_page


class ReplacedPage(Model):
    """A page in whose place a new scan came. Both stay in the case; of the old one nothing counts any more.

    Attributes:
        sha256: of the file with the old page.
        source_page: the old page inside that file, from 1.
        new_sha256: of the file with the new scan.
        new_page: the new scan inside that file, from 1.
        by: who said so; a machine when it recognised the new scan of a page that a person had sent back.
        withdrawn: a person wants the old page to count all the same.
    """

    sha256: Sha256
    source_page: PageNumber
    new_sha256: Sha256
    new_page: PageNumber
    by: str
    at: UtcTime
    withdrawn: bool = False

    @property
    def old(self) -> PageKey:
        """The page that was replaced."""
        return self.sha256, self.source_page

    @property
    def new(self) -> PageKey:
        """The page that took its place."""
        return self.new_sha256, self.new_page


class PaperTrail(Model):
    """Everything persons did to the papers of a case that its documents do not show.

    Attributes:
        arranged: files that are cut by hand.
        former: documents as they lay before, oldest first.
        rescans: requests, oldest first.
        replaced: pages in whose place a new scan came, oldest first.
    """

    arranged: tuple[ArrangedFile, ...] = ()
    former: tuple[FormerDocument, ...] = ()
    rescans: tuple[RescanRequest, ...] = ()
    replaced: tuple[ReplacedPage, ...] = ()

    def arranged_file(self, sha256: str) -> ArrangedFile | None:
        """Return what persons did to a file, ``None`` when the machine's cut stands."""
        return next((f for f in self.arranged if f.sha256 == sha256), None)

    def open_rescan(self, page: PageKey) -> RescanRequest | None:
        """Return the open request for a page."""
        return next((r for r in self.rescans if r.closed_at is None and r.page == page), None)


class _Place(NamedTuple):
    key: PageKey
    sheet: Sheet


class Places:
    """Finds where a page lies now: evidence given on an earlier arrangement follows its page.

    Args:
        documents: as they lie now.
        trail: what lay before.
    """

    def __init__(self, documents: tuple[Document, ...], trail: PaperTrail) -> None:
        self._known = {
            (f.id, number): _Place((sheet.sha256 or f.sha256, sheet.source_page), sheet)
            for f in trail.former
            for number, sheet in enumerate(f.sheets, start=1)
        }
        now = {(d.id, p.number): _Place(key_of(d, p), sheet_of(p)) for d in documents for p in d.pages}
        self._known |= now
        self._now = {place.key: here for here, place in now.items()}

    def page(self, document_id: str, page: int) -> tuple[str, int] | None:
        """Return document and page number (from 1) of a page now, ``None`` when this case no longer has it."""
        place = self._known.get((document_id, page))
        return None if place is None else self._now.get(place.key)

    def follow(self, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        """Return ``evidence`` at its pages' present places; without what lies in another case."""
        return tuple(moved for e in evidence if (moved := self._followed(e)) is not None)

    def _followed(self, evidence: Evidence) -> Evidence | None:
        target = self.page(evidence.document_id, evidence.page)
        if target is None:
            return None
        before, now = self._known[evidence.document_id, evidence.page].sheet, self._known[target].sheet
        turn = (now.turned_by_hand - before.turned_by_hand) % 360
        box = turned_box(evidence.bbox, turn, before.width, before.height)
        return evidence.model_copy(update={"document_id": target[0], "page": target[1], "bbox": box})


def sheet_of(page: Page) -> Sheet:
    """Return what must be remembered of a page."""
    return Sheet(
        source_page=page.source_page,
        turned_by_hand=page.turned_by_hand,
        width=page.width,
        height=page.height,
        sha256=page.source.object.sha256 if page.source else None,
    )


def former(document: Document) -> FormerDocument:
    """Return what must be remembered of a document."""
    return FormerDocument(
        id=document.id,
        sha256=document.source.object.sha256,
        kind=document.kind.kind,
        sheets=tuple(sheet_of(p) for p in document.pages),
    )


def turned_box(bbox: BBox, degrees: int, width: int, height: int) -> BBox:
    """Return where a box lies after the image of ``width`` x ``height`` pixels was turned clockwise by ``degrees``."""
    x0, y0, x1, y1 = bbox
    if degrees == 90:
        return (height - y1, x0, height - y0, x1)
    if degrees == 180:
        return (width - x1, height - y1, width - x0, height - y0)
    return (y0, width - x1, y1, width - x0) if degrees == 270 else bbox


def turned_page(page: Page, degrees: int) -> Page:
    """Return ``page`` turned clockwise by a person, 90, 180 or 270 degrees."""
    across = degrees in (90, 270)
    by_hand = (page.turned_by_hand + degrees) % 360
    return page.model_copy(
        update={
            "turned": (page.turned + degrees) % 360,
            "turned_by_hand": by_hand,
            "awaits_reading": by_hand != 0,
            "width": page.height if across else page.width,
            "height": page.width if across else page.height,
        }
    )


def turn_since(read: Page, held: Page) -> int:
    """Return the degrees by which a page lies turned clockwise as ``held``, compared with how it was ``read``."""
    return (held.turned - read.turned) % 360 if held.turned_by_hand else 0


def turned_text(text: OcrPage, degrees: int) -> OcrPage:
    """Return what was read on a page, its places on the page as turned clockwise by ``degrees``."""
    if degrees == 0:
        return text

    def box(bbox: BBox) -> BBox:
        return turned_box(bbox, degrees, text.width, text.height)

    lines = []
    for line in text.lines:
        x0, y0, x1, y1 = box(line.bbox)
        characters = tuple(c.model_copy(update={"bbox": box(c.bbox)}) for c in line.characters)
        polygon = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        lines.append(line.model_copy(update={"polygon": polygon, "characters": characters}))
    size = (text.height, text.width) if degrees in (90, 270) else (text.width, text.height)
    return text.model_copy(update={"lines": tuple(lines), "width": size[0], "height": size[1]})
