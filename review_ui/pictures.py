"""Page pictures, their thumbnails, and originals for download."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Annotated, Protocol, TypeVar

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from PIL import Image

from domain.audit import Operation, document_subject
from domain.case import Case
from domain.hidden_area import Area
from review_ui.audit.reveals import ask_url
from review_ui.audit.trail import Act, Trail
from review_ui.backend import PageImage, ReviewBackend
from review_ui.hidden import hide
from review_ui.sending import stored_answer

THUMBNAIL_WIDTHS = (80, 320)
KEPT_PAGES = 24
KEPT_THUMBNAILS = 1000

PageKey = tuple[str, str, int]
"""Case, document, page from 1. A document's id contains the hash of its file, so a picture never changes."""


@dataclass(frozen=True)
class WantedPage:
    """A page of a document.

    Attributes:
        page: from 1.
        width: pixels across for a small picture, ``None`` for the page itself.
    """

    document_id: str
    page: int
    width: int | None = None


class PageSource(Protocol):
    """Renders pages; the parts of a key are the source's own."""

    def page_image(self, case_id: str, document_id: str, page: int, /) -> PageImage:
        """Return a page's picture."""
        ...


class PictureCache:
    """Keeps the last pictures: rendering one takes long, and a page is asked for twice (thumbnail and page)."""

    def __init__(self, backend: PageSource) -> None:
        self._backend = backend
        self._pages: OrderedDict[PageKey, PageImage] = OrderedDict()
        self._hidden: OrderedDict[tuple[PageKey, Area], PageImage] = OrderedDict()
        self._thumbnails: OrderedDict[tuple[PageKey, Area, int], PageImage] = OrderedDict()
        self._rendering: dict[PageKey, Lock] = {}
        self._lock = Lock()

    def page(self, key: PageKey) -> PageImage:
        """Return a page; two requests at once render it once."""
        with self._lock:
            turn = self._rendering.setdefault(key, Lock())
        with turn:
            with self._lock:
                found = self._pages.get(key)
            if found is None:
                found = self._backend.page_image(*key)
            with self._lock:
                _keep(self._pages, key, found, KEPT_PAGES)
                self._rendering.pop(key, None)
        return found

    def hidden(self, key: PageKey, area: Area) -> PageImage:
        """Return a page with ``area`` made unreadable."""
        with self._lock:
            found = self._hidden.get((key, area))
        if found is None:
            found = hide(self.page(key), area)
            with self._lock:
                _keep(self._hidden, (key, area), found, KEPT_PAGES)
        return found

    def thumbnail(self, key: PageKey, area: Area, width: int) -> PageImage:
        """Return a page as a small picture, ``width`` pixels across, with ``area`` made unreadable."""
        with self._lock:
            found = self._thumbnails.get((key, area, width))
        if found is None:
            found = thumbnail(self.hidden(key, area), width)
            with self._lock:
                _keep(self._thumbnails, (key, area, width), found, KEPT_THUMBNAILS)
        return found


_Key = TypeVar("_Key")


def _keep(kept: OrderedDict[_Key, PageImage], key: _Key, picture: PageImage, limit: int) -> None:
    kept[key] = picture
    kept.move_to_end(key)
    if len(kept) > limit:
        kept.popitem(last=False)


def picture_routes(backend: ReviewBackend) -> APIRouter:
    """Return the routes of pictures and originals."""
    router = APIRouter(include_in_schema=False)
    pictures = PictureCache(backend)

    @router.get("/cases/{case_id}/documents/{document_id}/pages/{page}", name="station.page")
    def show_page(
        request: Request,
        case_id: str,
        document_id: str,
        page: Annotated[int, Path(ge=1)],
        width: Annotated[int | None, Query(ge=THUMBNAIL_WIDTHS[0], le=THUMBNAIL_WIDTHS[1])] = None,
    ) -> Response:
        return page_answer(request, pictures, backend.case(case_id), WantedPage(document_id, page, width))

    @router.get("/cases/{case_id}/documents/{document_id}/original", name="station.original")
    def fetch_original(
        request: Request, case_id: str, document_id: str, page: Annotated[int, Query(ge=1)] = 1
    ) -> Response:
        case = backend.case(case_id)
        if not Trail.of(request).shows_all(request, case, document_id):
            back = f"{request.url.path}?{request.url.query}".rstrip("?")
            return RedirectResponse(ask_url(case, document_subject(document_id), back), status_code=303)
        return original_answer(request, backend, case, (document_id, page))

    return router


def page_answer(request: Request, pictures: PictureCache, case: Case, wanted: WantedPage) -> Response:
    """Return a page as whoever asks may see it, and write that it was looked at."""
    trail, document_id, page = Trail.of(request), wanted.document_id, wanted.page
    area = trail.hidden_area(request, case, document_id, page)
    key = (case.id, document_id, page)
    if wanted.width is None:
        picture = pictures.hidden(key, area)
        trail.view_page(request, case, document_id, page)
    else:
        picture = pictures.thumbnail(key, area, wanted.width)
        trail.view_small_page(request, case)
    return _picture(request, picture, private=trail.is_private(case, document_id, page))


def original_answer(request: Request, backend: ReviewBackend, case: Case, of: tuple[str, int]) -> Response:
    """Return the file of a page as it was handed in, verified on its way, and write that it was downloaded.

    Ask ``shows_all`` before: nothing is hidden on it.

    Args:
        request: whose answer this is.
        backend: gives the file.
        case: the document's.
        of: document id and page, from 1.
    """
    document_id, page = of
    original = backend.original(case.id, document_id, page)
    return stored_answer(request, original, Act(Operation.DOWNLOAD_ORIGINAL, document_subject(document_id)), case)


def thumbnail(picture: PageImage, width: int) -> PageImage:
    """Return ``picture`` as a JPEG of at most ``width`` pixels across."""
    with Image.open(BytesIO(picture.content)) as image:
        image.draft("RGB", (width * 2, width * 4))
        small = image.convert("RGB")
        small.thumbnail((width, width * 4))
        out = BytesIO()
        small.save(out, "JPEG", quality=80)
    return PageImage(content=out.getvalue(), media_type="image/jpeg")


def _picture(request: Request, picture: PageImage, *, private: bool) -> Response:
    tag = f'"{hashlib.sha256(picture.content).hexdigest()[:32]}"'
    # A readable picture must not outlive its reveal in the browser, nor a hidden one its reveal's beginning;
    # another person at the same browser has another cookie, another system another token, and asks again.
    kept = "no-store" if private else "private, max-age=600"
    headers = {"ETag": tag, "Cache-Control": kept, "Vary": "Cookie, Authorization"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(picture.content, media_type=picture.media_type, headers=headers)
