"""Files that are handed out: always as a download, never shown inside our pages."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from review_ui.backend import OriginalFile


def download(file: OriginalFile) -> Response:
    """Return ``file`` under its name; whatever it holds, it runs nothing here."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name.replace('/', '_'))}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
