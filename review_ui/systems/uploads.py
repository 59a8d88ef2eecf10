"""Papers handed in by other systems: the bytes first, then the numbers; reading follows."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message

from domain.audit import Detail, Operation
from domain.base import Model
from domain.checks import CHINA
from domain.errors import StoreFullError
from domain.system_errors import UploadRefusedError, UploadTooLargeError
from domain.vocabulary import Channel
from review_ui.audit.trail import Act, Trail
from review_ui.rendering import actor_of
from review_ui.systems.access import owner
from review_ui.systems.backend import Systems, Upload, UploadOrder
from review_ui.systems.paths import Day, PolicyKey, UploadKey, answers
from review_ui.times import Clock

MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 500
RAW_TYPES = (
    "application/octet-stream",
    "application/pdf",
    "image/tiff",
    "image/jpeg",
    "image/png",
    "image/bmp",
    "image/webp",
)
"""Bodies that are one file; what it is is seen from its content."""
EARLIEST_YEAR = 1950
_FILE: dict[str, Any] = {"type": "string", "format": "binary", "minLength": 1}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "array", "items": _FILE, "minItems": 1, "maxItems": MOST_FILES}},
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "files as parts named `file`, or one file as it is",
        "content": {"multipart/form-data": {"schema": _FORM}} | {kind: {"schema": _FILE} for kind in RAW_TYPES},
    }
}
_LOCATION = {"Location": {"description": "where to ask how it goes", "schema": {"type": "string"}}}


class UploadAnswer(Model):
    """What came of an upload.

    Attributes:
        status_url: where to ask how it goes.
    """

    status_url: str
    upload: Upload


class Order(Model):
    """The query of an upload."""

    policy: str
    channel: Channel
    received: date | None
    grouping: Literal["case", "cases", "stack"]
    name: str


def upload_routes(router: APIRouter, systems: Systems, clock: Clock) -> None:
    """Add the routes of uploads."""

    @router.post(
        "/uploads",
        name="api.upload",
        tags=["uploads"],
        status_code=202,
        response_model=UploadAnswer,
        responses=answers(400, 404, 409, 413, 415) | {202: {"headers": _LOCATION}},
        openapi_extra=_BODY,
    )
    async def post_upload(
        request: Request,
        order: Annotated[Order, Depends(_order)],
        idempotency_key: Annotated[
            str | None,
            Header(
                description="the same key with the same request gets the first answer, for 24 hours at least",
                pattern=r"^[\x21-\x7e]{1,200}$",
            ),
        ] = None,
    ) -> Response:
        """Hand papers in. When the answer comes, they are safe and have their case numbers; reading follows.

        A file that cannot be used is named in `failures` and kept; the others go on.
        """
        given = UploadOrder(
            policy=order.policy,
            channel=order.channel,
            received_at=received_at(order.received, clock()),
            grouping=order.grouping,
            owner=actor_of(request),
        )
        async with incoming(request, systems.uploads.folder(), order.name) as files:
            once = _Once(systems, owner(), idempotency_key)
            return await run_in_threadpool(once.answer, order, files, lambda: _taken(request, systems, given, files))

    @router.get("/uploads/{upload_id}", name="api.upload_state", tags=["uploads"], responses=answers(404))
    def get_upload(upload_id: UploadKey) -> UploadAnswer:
        """Return how an upload goes."""
        return _answer_of(systems.uploads.upload(upload_id))


def _taken(request: Request, systems: Systems, given: UploadOrder, files: tuple[Path, ...]) -> Upload:
    """Take papers in and write who handed them in; without that the sender is not told that it was done."""
    upload = systems.uploads.accept(given, files)
    details: dict[str, Detail] = {"files": len(files), "cases": len(upload.cases)}
    Trail.of(request).record(request, Act(Operation.UPLOAD, f"upload:{upload.id}", details=details))
    return upload


def _order(
    policy: Annotated[PolicyKey, Query(description="id of a pack", examples=["exchange-member"])],
    channel: Annotated[Channel, Query(description="how the papers arrived")] = Channel.UPLOAD,
    received: Annotated[Day | None, Query(description="day of receipt, Chinese time; today when left out")] = None,
    grouping: Annotated[
        Literal["case", "cases", "stack"],
        Query(alias="as", description="all files one case, each a case, or one stack to be split"),
    ] = "case",
    name: Annotated[str, Query(description="name of the file when it is the body itself", max_length=200)] = "上传文件",
) -> Order:
    return Order(policy=policy, channel=channel, received=received, grouping=grouping, name=name)


def received_at(day: date | None, now: datetime) -> datetime:
    """Return the moment of receipt: the start of ``day`` in China, or now.

    Raises:
        UploadRefusedError: the day lies in the future, or before anybody scanned.
    """
    if day is None:
        return now
    if day.year < EARLIEST_YEAR or day > now.astimezone(CHINA).date() + timedelta(days=1):
        raise UploadRefusedError(f"收件日期 {day} 不合理", "请填写实际收到材料的日期，或不填")
    return datetime.combine(day, time(), CHINA)


class _Once:
    """Answers a request once for its key; the second time the first answer is given again."""

    def __init__(self, systems: Systems, owner: str, key: str | None) -> None:
        self._kept = systems.answers
        self._owner = owner
        self._key = key

    def answer(self, order: Order, files: tuple[Path, ...], work: Callable[[], Upload]) -> Response:
        """Return the answer to ``order`` with ``files``, doing the ``work`` if nobody has."""
        if self._key is None:
            return _accepted(_answer_of(work()), again=False)
        known = self._kept.begin(self._owner, self._key, fingerprint(order, files))
        if known is not None:
            return _accepted(UploadAnswer.model_validate_json(known), again=True)
        try:
            answer = _answer_of(work())
            self._kept.finish(self._owner, self._key, answer.model_dump_json())
        except BaseException:
            self._kept.release(self._owner, self._key)
            raise
        return _accepted(answer, again=False)


def fingerprint(order: Order, files: tuple[Path, ...]) -> str:
    """Return the SHA-256 of everything that makes a request."""
    digest = hashlib.sha256(order.model_dump_json().encode())
    for path in files:
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        digest.update(json.dumps([path.name, content]).encode())
    return digest.hexdigest()


def _answer_of(upload: Upload) -> UploadAnswer:
    return UploadAnswer(status_url=f"/api/v1/uploads/{upload.id}", upload=upload)


def _accepted(answer: UploadAnswer, *, again: bool) -> Response:
    headers = {"Location": answer.status_url} | ({"Idempotent-Replayed": "true"} if again else {})
    return JSONResponse(answer.model_dump(mode="json"), status_code=202, headers=headers)


@asynccontextmanager
async def incoming(request: Request, folder: Path, name: str) -> AsyncIterator[tuple[Path, ...]]:
    """Write the files of a request below ``folder``, each in a folder of its own; take them away at the end.

    Raises:
        UploadTooLargeError: more bytes or files than the limit.
        UploadRefusedError: there is no file.
        StoreFullError: no room for the bytes.
    """
    kind = request.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
    if kind != "multipart/form-data" and kind not in RAW_TYPES:
        raise HTTPException(415, f"不接受 {kind}；请用 multipart/form-data 或 application/octet-stream")
    place = Path(tempfile.mkdtemp(prefix="upload-", dir=folder))
    limited = Request(request.scope, _Limited(request).receive)
    try:
        if kind == "multipart/form-data":
            files = await _parts(limited, place)
        else:
            files = (await _whole(limited, place, name),)
        yield files
    except ClientDisconnect as error:
        raise UploadRefusedError("上传中断，没有收到完整内容", "请重新上传") from error
    except OSError as error:
        raise StoreFullError(f"无法保存上传的内容：{error.strerror}", "请清理磁盘后重新上传") from error
    finally:
        shutil.rmtree(place)


class _Limited:
    """Counts the bytes of a body."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._size = 0

    async def receive(self) -> Message:
        """Return the next message of the body."""
        message = await self._request.receive()
        self._size += len(message.get("body", b""))
        if self._size > MOST_BYTES:
            raise UploadTooLargeError(f"上传内容超过 {MOST_BYTES // 1024**2} MiB", "请分几次上传")
        return message


async def _parts(request: Request, place: Path) -> tuple[Path, ...]:
    async with request.form(max_files=MOST_FILES, max_fields=20) as form:
        sent = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        if not sent:
            raise UploadRefusedError("表单中没有名为 file 的文件", "请把每个文件放在名为 file 的部分")
        return await run_in_threadpool(
            lambda: tuple(_copied(part, place / f"{index:04d}") for index, part in enumerate(sent))
        )


def _copied(part: UploadFile, folder: Path) -> Path:
    folder.mkdir()
    path = folder / file_name(part.filename or "")
    with path.open("xb") as out:
        shutil.copyfileobj(part.file, out)
    return path


async def _whole(request: Request, place: Path, name: str) -> Path:
    path = place / file_name(name)
    size = 0
    with path.open("xb") as out:
        async for chunk in request.stream():
            size += len(chunk)
            await run_in_threadpool(out.write, chunk)
    if not size:
        raise UploadRefusedError("请求没有内容", "请把文件放在请求的正文中")
    return path


def file_name(given: str) -> str:
    """Return a name that is safe on disk: without folders and control characters, at most 200 bytes of UTF-8."""
    name = PurePosixPath(given.replace("\\", "/")).name
    name = "".join(c for c in name if not unicodedata.category(c).startswith("C")).strip()
    while len(name.encode()) > 200:
        name = name[1:]
    return name if name not in ("", ".", "..") else "上传文件"
