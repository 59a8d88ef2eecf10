"""Page pictures, their thumbnails, and originals for download."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from PIL import Image

from review_ui.backend import PageImage, ReviewBackend

THUMBNAIL_WIDTHS = (80, 320)
_KEPT_THUMBNAILS = 512


def picture_routes(backend: ReviewBackend) -> APIRouter:
    """Return the routes of pictures and originals."""
    router = APIRouter(include_in_schema=False)
    thumbnails: dict[tuple[str, str, int, int], PageImage] = {}

    @router.get("/cases/{case_id}/documents/{document_id}/pages/{page}")
    def show_page(
        request: Request,
        case_id: str,
        document_id: str,
        page: Annotated[int, Path(ge=1)],
        width: Annotated[int | None, Query(ge=THUMBNAIL_WIDTHS[0], le=THUMBNAIL_WIDTHS[1])] = None,
    ) -> Response:
        if width is None:
            return _picture(request, backend.page_image(case_id, document_id, page))
        key = (case_id, document_id, page, width)
        if key not in thumbnails:
            small = thumbnail(backend.page_image(case_id, document_id, page), width)
            if len(thumbnails) >= _KEPT_THUMBNAILS:
                thumbnails.clear()
            thumbnails[key] = small
        return _picture(request, thumbnails[key])

    @router.get("/cases/{case_id}/documents/{document_id}/original")
    def fetch_original(case_id: str, document_id: str) -> Response:
        original = backend.original(case_id, document_id)
        name = quote(original.name.replace("/", "_"))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return Response(original.content, media_type=original.media_type, headers=headers)

    return router


def thumbnail(picture: PageImage, width: int) -> PageImage:
    """Return ``picture`` as a JPEG of at most ``width`` pixels across."""
    with Image.open(BytesIO(picture.content)) as image:
        image.draft("RGB", (width * 2, width * 4))
        small = image.convert("RGB")
        small.thumbnail((width, width * 4))
        out = BytesIO()
        small.save(out, "JPEG", quality=80)
    return PageImage(content=out.getvalue(), media_type="image/jpeg")


def _picture(request: Request, picture: PageImage) -> Response:
    tag = f'"{hashlib.sha256(picture.content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=600"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(picture.content, media_type=picture.media_type, headers=headers)
