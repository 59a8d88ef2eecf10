"""Files that are handed out: always as a download, never shown inside our pages, logged before the first byte."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from domain.audit import Detail, Operation, Result
from domain.case import Case
from domain.errors import StorageError
from review_ui.audit.trail import Act, Trail
from review_ui.backend import OriginalFile, StoredFile


def download(file: OriginalFile) -> Response:
    """Return ``file`` under its name; whatever it holds, it runs nothing here."""
    return Response(file.content, media_type=file.media_type, headers=_headers(file.name))


def stored_answer(request: Request, file: StoredFile, act: Act, case: Case | None) -> Response:
    """Write that a file of the store is handed out, and send it with its digest (RFC 9530).

    Its length is told first and its last bytes are sent when its hash is known to be right: an original that was
    changed in the store ends before its length, which no client takes for a whole file. One that is not larger than a
    piece is verified before anything is sent, and answers with the error.

    Args:
        request: whose answer this is.
        file: what is sent.
        act: what is written about it; the hash is added.
        case: whose file it is.

    Raises:
        StorageError: the file is missing or damaged, found before the first byte; this was written too.
    """
    trail = Trail.of(request)
    trail.record(request, replace(act, details=act.details | {"sha256": file.sha256}), case)
    pieces = _watched(request, file, act, case)
    first = next(pieces, b"")
    digest = f"sha-256=:{base64.b64encode(bytes.fromhex(file.sha256)).decode()}:"
    headers = _headers(file.name) | {
        "Content-Length": str(file.size),
        "Repr-Digest": digest,
        "Content-Digest": digest,
    }
    return StreamingResponse(chain((first,), pieces), media_type=file.media_type, headers=headers)


def _watched(request: Request, file: StoredFile, act: Act, case: Case | None) -> Iterator[bytes]:
    """Yield the pieces; write it when they are not what they should be."""
    try:
        yield from file.pieces
    except StorageError as error:
        details: dict[str, Detail] = {"sha256": file.sha256, "error": type(error).__name__}
        found = Act(Operation.DAMAGE_FOUND, act.subject, result=Result.REFUSED, details=details)
        Trail.of(request).record(request, found, case)
        raise


def _headers(name: str) -> dict[str, str]:
    return {
        # a browser saves it and never shows it as a page of ours
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name.replace('/', '_'))}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
