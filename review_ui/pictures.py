"""Page pictures, their thumbnails, and originals for download."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from io import BytesIO
from threading import Lock
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from PIL import Image

from review_ui.backend import OriginalFile, PageImage, ReviewBackend

THUMBNAIL_WIDTHS = (80, 320)
KEPT_PAGES = 24
KEPT_THUMBNAILS = 1000

PageKey = tuple[str, str, int]
"""Case, document, page from 1. A document's id contains the hash of its file, so a picture never changes."""


class PictureCache:
    """Keeps the last pictures: rendering one takes long, and a page is asked for twice (thumbnail and page)."""

    def __init__(self, backend: ReviewBackend) -> None:
        self._backend = backend
        self._pages: OrderedDict[PageKey, PageImage] = OrderedDict()
        self._thumbnails: OrderedDict[tuple[PageKey, int], PageImage] = OrderedDict()
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

    def thumbnail(self, key: PageKey, width: int) -> PageImage:
        """Return a page as a small picture, ``width`` pixels across."""
        with self._lock:
            found = self._thumbnails.get((key, width))
        if found is None:
            found = thumbnail(self.page(key), width)
            with self._lock:
                _keep(self._thumbnails, (key, width), found, KEPT_THUMBNAILS)
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

    @router.get("/cases/{case_id}/documents/{document_id}/pages/{page}")
    def show_page(
        request: Request,
        case_id: str,
        document_id: str,
        page: Annotated[int, Path(ge=1)],
        width: Annotated[int | None, Query(ge=THUMBNAIL_WIDTHS[0], le=THUMBNAIL_WIDTHS[1])] = None,
    ) -> Response:
        key = (case_id, document_id, page)
        picture = pictures.page(key) if width is None else pictures.thumbnail(key, width)
        return picture_response(picture, request.headers.get("if-none-match"))

    @router.get("/cases/{case_id}/documents/{document_id}/original")
    def fetch_original(case_id: str, document_id: str) -> Response:
        original = backend.original(case_id, document_id)
        return Response(original.content, media_type=original.media_type, headers=original_headers(original))

    return router


def original_headers(original: OriginalFile) -> dict[str, str]:
    """Return the headers under which a browser saves an original and never shows it as a page of ours."""
    name = quote(original.name.replace("/", "_"))
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def thumbnail(picture: PageImage, width: int) -> PageImage:
    """Return ``picture`` as a JPEG of at most ``width`` pixels across."""
    with Image.open(BytesIO(picture.content)) as image:
        image.draft("RGB", (width * 2, width * 4))
        small = image.convert("RGB")
        small.thumbnail((width, width * 4))
        out = BytesIO()
        small.save(out, "JPEG", quality=80)
    return PageImage(content=out.getvalue(), media_type="image/jpeg")


def picture_response(picture: PageImage, if_none_match: str | None) -> Response:
    """Return a picture, or that it is still the one seen before."""
    tag = f'"{hashlib.sha256(picture.content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=600"}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    return Response(picture.content, media_type=picture.media_type, headers=headers)
