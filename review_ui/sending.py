"""Files that are handed out: always as a download, never shown inside our pages, logged before the first byte."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from domain.audit import Operation, Result
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
    act = replace(act, details=act.details | {"sha256": file.sha256})
    Trail.of(request).record(request, act, case)
    pieces = _watched(request, file, act, case)
    first = next(pieces, b"")
    digest = f"sha-256=:{base64.b64encode(bytes.fromhex(file.sha256)).decode()}:"
    headers = _headers(file.name) | {
        "Content-Length": str(file.size),
        "Repr-Digest": digest,
        "Content-Digest": digest,
    }
    return StreamingResponse(chain((first,), pieces), media_type=file.media_type, headers=headers)


@contextmanager
def noting_damage(request: Request, act: Act, case: Case | None) -> Iterator[None]:
    """Write it when a file of the store turns out to be missing or damaged inside the block; the error goes on."""
    try:
        yield
    except StorageError as error:
        details = {**act.details, "error": type(error).__name__}
        found = Act(Operation.DAMAGE_FOUND, act.subject, reason=act.reason, result=Result.REFUSED, details=details)
        Trail.of(request).record(request, found, case)
        raise


def _watched(request: Request, file: StoredFile, act: Act, case: Case | None) -> Iterator[bytes]:
    with noting_damage(request, act, case):
        yield from file.pieces


def _headers(name: str) -> dict[str, str]:
    return {
        # a browser saves it and never shows it as a page of ours
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name.replace('/', '_'))}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
