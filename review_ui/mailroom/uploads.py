"""Uploads over tus 1.0: creation, checksum (sha256), expiration, termination; close to the letter, JSON beside it.

``Upload-Metadata`` carries ``filename``, ``batch``, ``sha256`` (of the whole file, hexadecimal) and, for a scan that
takes the place of a page, ``replaces`` (case id, sha256 of the file and page, separated by blanks). Answers carry
``Upload-State`` and, once there is one, the case number as ``Upload-Case``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Coroutine
from email.utils import format_datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from domain.audit import Operation
from domain.errors import AccessError, DecisionError, JuanzongError, StorageError, UnknownObjectError
from domain.mailroom import MAX_FILE_BYTES, MAX_PIECE_BYTES, PageRef, Upload, UploadOrder
from domain.mailroom_errors import (
    BatchClosedError,
    FileTooLargeError,
    UnknownUploadError,
    UploadChecksumError,
    UploadOffsetError,
    UploadRequestError,
)
from review_ui.audit.trail import Act, Trail
from review_ui.mailroom.backend import MailroomBackend
from review_ui.problems import problem_of
from review_ui.rendering import actor_of

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
_STATUS: tuple[tuple[type[JuanzongError], int], ...] = (
    (UnknownUploadError, 404),
    (UnknownObjectError, 404),
    (UploadOffsetError, 409),
    (BatchClosedError, 409),
    (UploadChecksumError, 460),
    (FileTooLargeError, 413),
    (UploadRequestError, 400),
    (DecisionError, 400),
    (StorageError, 503),
)


class ProtocolRoute(APIRoute):
    """Answers errors as programs want them: status and JSON, never a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler that turns our errors into refusals."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except AccessError:
                raise  # who may come in is answered alike on every page
            except JuanzongError as error:
                return _refusal(error)

        return guarded


def upload_routes(backend: MailroomBackend) -> APIRouter:
    """Return the routes of the upload protocol."""
    router = APIRouter(prefix="/mailroom/uploads", include_in_schema=False, route_class=ProtocolRoute)

    @router.options("", name="mailroom.upload_options")
    def tell_options() -> Response:
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,checksum,expiration,termination",
            "Tus-Max-Size": str(MAX_FILE_BYTES),
            "Tus-Checksum-Algorithm": "sha256",
        }
        return _answer(204, headers)

    @router.post("", name="mailroom.upload")
    def begin(request: Request) -> Response:
        upload = backend.create_upload(_order(request), actor_of(request))
        Trail.of(request).record(request, Act(Operation.UPLOAD, f"upload:{upload.id}"))
        return _answer(201, {"Location": f"/mailroom/uploads/{upload.id}", **_progress(upload)})

    @router.head("/{upload_id}", name="mailroom.upload_offset")
    def tell_offset(upload_id: str) -> Response:
        upload = backend.upload(upload_id)
        return _answer(200, {"Upload-Length": str(upload.order.size), **_progress(upload)})

    @router.get("/{upload_id}", name="mailroom.upload_state")
    def tell_state(upload_id: str) -> Response:
        return JSONResponse(backend.upload(upload_id).model_dump(mode="json"))

    @router.patch("/{upload_id}", name="mailroom.upload_piece")
    async def take_piece(request: Request, upload_id: str) -> Response:
        piece = await _piece(request)
        upload = await run_in_threadpool(backend.append, upload_id, _offset(request), piece, _checksum(request))
        return _answer(204, _progress(upload))

    @router.delete("/{upload_id}", name="mailroom.upload_give_up")
    def give_up(upload_id: str) -> Response:
        backend.give_up(upload_id)
        return _answer(204, {})

    return router


def _answer(status: int, headers: dict[str, str]) -> Response:
    return Response(status_code=status, headers={"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers})


def _refusal(error: JuanzongError) -> Response:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    problem = problem_of(error).model_copy(update={"status": status})
    return JSONResponse(problem.model_dump(mode="json"), status_code=status, headers={"Tus-Resumable": VERSION})


def _progress(upload: Upload) -> dict[str, str]:
    """Return where an upload stands, so that who sent the last piece need not ask how it ended."""
    expires = format_datetime(upload.expires_at, usegmt=True)
    case = {"Upload-Case": upload.case_number} if upload.case_number else {}
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Expires": expires,
        "Upload-State": upload.state.value,
        **case,
    }


def _order(request: Request) -> UploadOrder:
    """Return what the headers of a creation say."""
    said = _metadata(request.headers.get("upload-metadata", ""))
    length = request.headers.get("upload-length", "")
    try:
        if not (length.isascii() and length.isdigit()):
            raise UploadRequestError(f"Upload-Length 应为字节数，实为 {length or '（无）'}", "请在请求头中写明文件大小")
        name = said.get("filename", "").replace("\\", "/").rpartition("/")[2].replace("\0", "")
        return UploadOrder(
            batch_id=said.get("batch", ""),
            name=name[:300],
            size=int(length),
            sha256=said.get("sha256", ""),
            replaces=_replaces(said.get("replaces")),
        )
    except ValidationError as error:
        places = "、".join(str(problem["loc"][0]) for problem in error.errors())
        raise UploadRequestError(
            f"上传请求的内容不完整或不合规：{places}", "请在 Upload-Metadata 中写明 filename、batch、sha256"
        ) from error


def _metadata(header: str) -> dict[str, str]:
    said = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            said[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise UploadRequestError(f"Upload-Metadata 的 {key} 不是 Base64", "请按 tus 1.0 编码") from error
    return said


def _replaces(said: str | None) -> PageRef | None:
    if said is None:
        return None
    case_id, sha256, page = [*said.split(" "), "", "", ""][:3]
    return PageRef(case_id=case_id, sha256=sha256, page=int(page) if page.isdigit() else 0)


def _offset(request: Request) -> int:
    said = request.headers.get("upload-offset", "")
    if request.headers.get("content-type") != PIECE_TYPE or not (said.isascii() and said.isdigit()):
        raise UploadRequestError(f"一段数据须有 Upload-Offset 和 Content-Type {PIECE_TYPE}", "请按 tus 1.0 上传")
    return int(said)


def _checksum(request: Request) -> str | None:
    """Return the announced SHA-256 of the piece in hexadecimal."""
    said = request.headers.get("upload-checksum")
    if said is None:
        return None
    algorithm, _, value = said.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error:
        digest = b""
    if algorithm != "sha256" or len(digest) != 32:
        raise UploadRequestError("Upload-Checksum 应为 sha256 加 Base64 摘要", "请按 tus 1.0 的 checksum 扩展发送")
    return digest.hex()


async def _piece(request: Request) -> bytes:
    """Return the body, no more of it than a piece may have."""
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > MAX_PIECE_BYTES:
            raise UploadRequestError(f"一段超过上限 {MAX_PIECE_BYTES} 字节", "请分成更小的段上传")
    return bytes(body)
