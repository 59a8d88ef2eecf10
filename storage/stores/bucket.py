"""One S3 bucket through the minio SDK: the only module that knows it.

Retries are urllib3's and bounded: ``ATTEMPTS`` tries of every request that can be repeated (HEAD, GET, PUT, DELETE) on
connection errors, time-outs and 500, 502, 503, 504, with growing pauses. A PUT is repeated safely because
it is sent with ``If-None-Match: *``: if the first one arrived after all, the second finds the name taken. A body that
breaks off while it is read goes on from where it broke (``storage.stores.bodies``). Creating and completing a
multipart upload (POST) is not repeated; the whole put is, by whoever called it.

A server that knows an object and cannot give its bytes (HTTP 500 again and again, or a break always at the same place)
has a damaged object, not a bad day: its own checks look like that from outside.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, cast
from xml.etree.ElementTree import ParseError

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from minio.retention import Retention
from minio.sse import Sse, SseCustomerKey, SseS3
from urllib3 import BaseHTTPResponse, HTTPHeaderDict, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from domain.errors import JuanzongError, ObjectMissingError, StoreFullError
from storage.errors import ChecksumNotKeptError, StoreDeniedError, StoreUnavailableError
from storage.stores.access import BucketAccess, SseMode
from storage.stores.bodies import Body
from storage.stores.common import damaged, missing
from storage.stores.locks import Lock

ATTEMPTS = 4
SINGLE = 32 << 20
"""Bytes: an object up to this size is one request, whose checksum the server compares with the bytes."""
PART = 16 << 20
"""Bytes of a part of a larger object."""
CONNECT_TIMEOUT_S = 10.0
_THREADS = 16
_INTERNAL_ERROR = 500
_INSUFFICIENT_STORAGE = 507

_MISSING = ("NoSuchKey", "NoSuchVersion", "MethodNotAllowed")  # the last: HEAD of a delete marker
_DENIED = (
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "NoSuchBucket",
    "RequestTimeTooSkewed",
    "PermanentRedirect",
    "AuthorizationHeaderMalformed",
)
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")
_CHECKSUM = ("BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch")
_FULL = ("QuotaExceeded", "XMinioStorageFull")
_NO_VERSION = (None, "null")  # the second: versioning was suspended


@dataclass(frozen=True, slots=True)
class Stat:
    """What the server says about one version of an object.

    Attributes:
        checksum: hexadecimal SHA-256 that the server keeps, ``None`` when it keeps none (multipart).
        sse: how the server says it encrypted the bytes.
    """

    version: str | None
    size: int
    checksum: str | None
    lock: Lock
    mode: str | None
    sse: SseMode


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """Settings of a bucket: is every version kept, are locks enabled, which retention do new objects get by default?"""

    versioning: bool
    locking: bool
    default_retention: str | None


class _WriteOnce(PoolManager):
    """Sends every creation of an object on the condition that its name is free (RFC 9110, section 13.1.2).

    The SDK turns unknown headers of a put into metadata; S3 signatures need not cover this one.
    """

    def urlopen(self, method: str, url: str, redirect: bool = True, **kw: Any) -> Any:  # type: ignore[override]
        """See ``PoolManager.urlopen``."""
        _, _, query = url.partition("?")
        if (method == "PUT" and not query) or (method == "POST" and query.startswith("uploadId=")):
            kw["headers"] = HTTPHeaderDict(kw.get("headers") or {})
            kw["headers"]["If-None-Match"] = "*"
        return super().urlopen(method, url, redirect=redirect, **kw)


class Bucket:
    """Versions of objects in one bucket. Names are keys below the prefix. Safe for several threads.

    Raises (every method):
        StoreUnavailableError: no usable answer, after the retries.
        StoreDeniedError: wrong keys, no such bucket, not permitted.
    """

    def __init__(self, access: BucketAccess) -> None:
        self._bucket, self._prefix = access.bucket, access.prefix
        self._customer = SseCustomerKey(access.sse_key) if access.sse == "c" and access.sse_key else None
        self._sse: Sse | None = SseS3() if access.sse == "s3" else self._customer
        self._client = _client(access, PoolManager)
        self._creator = _client(access, _WriteOnce)

    def create(self, name: str, source: BinaryIO, size: int, checksum: str, lock: Lock) -> str | None:
        """Write a new object with its checksum (hexadecimal SHA-256) and lock; return its version, if it has one.

        Raises:
            NameTaken: there is an object of that name; it was left alone.
            ChecksumNotKeptError: other bytes arrived than were sent.
            StoreFullError: no room.
        """
        return self._put(self._creator, name, source, size, (checksum, lock))

    def replace(self, name: str, source: BinaryIO, size: int, checksum: str, lock: Lock) -> str | None:
        """Write a new version over a damaged one, with its checksum and lock; return its version, if it has one."""
        return self._put(self._client, name, source, size, (checksum, lock))

    def overwrite(self, name: str, source: BinaryIO, size: int, checksum: str) -> str | None:
        """Write over whatever is there, as an intruder would: only for the conformance check's own probe."""
        return self._put(self._client, name, source, size, (checksum, Lock()))

    def stat(self, name: str, version: str | None = None) -> Stat | None:
        """Return what the server says about a version (the newest when ``None``), ``None`` when there is none."""
        try:
            with translated():
                found = self._client.stat_object(
                    self._bucket,
                    self._prefix + name,
                    ssec=self._customer,
                    version_id=version,
                    extra_headers={"x-amz-checksum-mode": "ENABLED"},
                )
        except ObjectMissingError:
            return None
        return _stat(found.size or 0, found.version_id, found.metadata or {})

    def versions(self, name: str) -> tuple[tuple[str, bool], ...]:
        """Return ``(version, is a delete marker)`` of everything under ``name``.

        No order is promised: some servers sort by moments that change when a lock is set.
        """
        whole = self._prefix + name
        with translated():
            found = [
                o
                for o in self._client.list_objects(self._bucket, prefix=whole, include_version=True, recursive=True)
                if o.object_name == whole and o.version_id
            ]
        return tuple((str(o.version_id), o.is_delete_marker) for o in found)

    def names(self, beginning: str) -> tuple[str, ...]:
        """Return the names below the prefix that begin so and have a version or a delete marker."""
        with translated():
            found = self._client.list_objects(
                self._bucket, prefix=self._prefix + beginning, include_version=True, recursive=True
            )
            return tuple({str(o.object_name).removeprefix(self._prefix) for o in found})

    def open(self, name: str, version: str | None) -> BinaryIO:
        """Open the bytes of a version for reading (not seekable). Raises ObjectMissingError."""
        return self._body(name, version, self._get(name, version, 0))

    def open_newest(self, name: str) -> tuple[Stat, BinaryIO]:
        """Open the newest version with what the server says about it, in one request. Raises ObjectMissingError."""
        first = self._get(name, None, 0)
        stat = _stat(int(first.headers.get("content-length", 0)), first.headers.get("x-amz-version-id"), first.headers)
        return stat, self._body(name, stat.version, first)

    def retain(self, name: str, version: str | None, until: datetime) -> None:
        """Set COMPLIANCE retention. A server refuses to shorten one (StoreDeniedError)."""
        with translated():
            retention = Retention(COMPLIANCE, until)
            self._client.set_object_retention(self._bucket, self._prefix + name, retention, version_id=version)

    def set_hold(self, name: str, version: str | None, on: bool) -> None:
        """Set or remove the legal hold."""
        act = self._client.enable_object_legal_hold if on else self._client.disable_object_legal_hold
        with translated():
            act(self._bucket, self._prefix + name, version_id=version)

    def delete(self, name: str, version: str | None) -> None:
        """Remove a version for good; without a version, hide the object behind a delete marker."""
        with translated():
            self._client.remove_object(self._bucket, self._prefix + name, version_id=version)

    def presigned(self, name: str, version: str | None, life: timedelta) -> str:
        """Return a URL that gives these bytes to anybody who has it, for ``life``."""
        with translated():
            return self._client.get_presigned_url(
                "GET", self._bucket, self._prefix + name, expires=life, version_id=version
            )

    def facts(self) -> BucketFacts:
        """Return the settings of the bucket; a lock configuration that is not there is no locking."""
        with translated():
            versioning = self._client.get_bucket_versioning(self._bucket).status == "Enabled"
        try:
            with translated():
                config = self._client.get_object_lock_config(self._bucket)
        except StoreUnavailableError as error:
            if _code(error) != "ObjectLockConfigurationNotFoundError":
                raise
            return BucketFacts(versioning, locking=False, default_retention=None)
        rule = f"{config.mode} {config.duration} {config.duration_unit}" if config.mode else None
        return BucketFacts(versioning, locking=True, default_retention=rule)

    def _get(self, name: str, version: str | None, offset: int) -> BaseHTTPResponse:
        try:
            with translated():
                return self._client.get_object(
                    self._bucket,
                    self._prefix + name,
                    offset=offset,
                    request_headers={"x-amz-checksum-mode": "ENABLED"},
                    ssec=self._customer,
                    version_id=version,
                )
        except StoreUnavailableError as error:
            if _status(error) == _INTERNAL_ERROR and self._knows(name, version):
                raise damaged(name, "内容", "可读取", "存储服务读取时内部错误（HTTP 500）") from error
            raise

    def _body(self, name: str, version: str | None, first: BaseHTTPResponse) -> BinaryIO:
        def failed(offset: int, *, stuck: bool) -> JuanzongError:
            if stuck and self._knows(name, version):
                return damaged(name, "内容", "可读取", f"读取总在第 {offset} 字节中断")
            return _unavailable(f"读取中断于第 {offset} 字节")

        return cast("BinaryIO", Body(first, lambda offset: self._get(name, version, offset), failed))

    def _knows(self, name: str, version: str | None) -> bool:
        """Return whether the server still answers for the object: then it is the bytes that it cannot give."""
        try:
            return self.stat(name, version) is not None
        except StoreUnavailableError:
            return False

    def _put(self, client: Minio, name: str, source: BinaryIO, size: int, checked: tuple[str, Lock]) -> str | None:
        checksum, lock = checked
        digest = base64.b64encode(bytes.fromhex(checksum)).decode()
        is_single = size <= SINGLE
        with translated():
            version = client.put_object(
                self._bucket,
                self._prefix + name,
                source,
                size,
                # A whole-object checksum is for one request only; larger objects are read back.
                metadata={"x-amz-checksum-sha256": digest} if is_single else None,
                part_size=SINGLE if is_single else PART,
                sse=self._sse,
                retention=Retention(COMPLIANCE, lock.retain_until) if lock.retain_until else None,
                legal_hold=lock.hold,
            ).version_id
        return None if version in _NO_VERSION else version


class NameTaken(Exception):
    """There is an object of that name."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SDK and connection say into errors that name the next step."""
    try:
        yield
    except S3Error as error:
        raise _translate(error) from error
    except InvalidResponseError as error:
        raise _unavailable(f"应答无法理解（{error._code}）") from error
    except ServerError as error:
        raise _unavailable(f"应答为 HTTP {error.status_code}") from error
    except (MinioException, HTTPError, ParseError, OSError) as error:
        raise _unavailable(f"{type(error).__name__}") from error


def _translate(error: S3Error) -> Exception:
    said = f"{error.code}：{error.message}"
    if error.code in _MISSING:
        return missing(str(error.object_name))
    if error.code in _TAKEN:
        return NameTaken(error.object_name)
    if error.code in _DENIED:
        return StoreDeniedError(f"存储服务拒绝访问（{said}）", "请检查存储的地址、桶名、密钥与本机时间")
    if error.code in _CHECKSUM:
        return ChecksumNotKeptError(
            f"存储服务收到的内容与校验值不符（{said}），对象未入库", "请重试；如仍出现请检查网络"
        )
    if error.code in _FULL or error.response.status == _INSUFFICIENT_STORAGE:
        return StoreFullError(f"存储空间不足（{said}），文件未被接收", "请扩充存储后重新运行，已接收的文件不受影响")
    return _unavailable(said)


def _unavailable(what: str) -> StoreUnavailableError:
    return StoreUnavailableError(f"存储服务不可用（{what}）", "请检查存储服务与网络后重新运行，已接收的文件不受影响")


def _status(error: BaseException) -> int | None:
    cause = error.__cause__
    if isinstance(cause, S3Error):
        return int(cause.response.status)
    return cause._code if isinstance(cause, InvalidResponseError) else None


def _code(error: BaseException) -> str | None:
    cause = error.__cause__
    return cause.code if isinstance(cause, S3Error) else None


def _client(access: BucketAccess, pool: type[PoolManager]) -> Minio:
    http = pool(
        timeout=Timeout(connect=min(CONNECT_TIMEOUT_S, access.timeout_s), read=access.timeout_s),
        maxsize=_THREADS,
        cert_reqs="CERT_REQUIRED",
        retries=Retry(
            total=ATTEMPTS - 1,
            backoff_factor=access.pause_s,
            status_forcelist=(500, 502, 503, 504),
            raise_on_status=False,  # the last answer says which error it was
            respect_retry_after_header=False,  # a server may not make us wait for hours
        ),
        ca_certs=str(access.ca_file) if access.ca_file else None,
    )
    return Minio(
        access.endpoint,
        access_key=access.access_key,
        secret_key=access.secret_key,
        region=access.region,
        secure=access.tls,
        http_client=http,
    )


def _stat(size: int, version: str | None, headers: Any) -> Stat:
    """Read the headers of a HEAD answer; what cannot be read counts as not there."""
    digest = headers.get("x-amz-checksum-sha256")
    until = headers.get("x-amz-object-lock-retain-until-date")
    mode = headers.get("x-amz-object-lock-mode")
    is_held = headers.get("x-amz-object-lock-legal-hold") == "ON"
    lock = Lock(_moment(until) if mode == COMPLIANCE else None, is_held)
    return Stat(version, size, _hexadecimal(digest), lock, mode, _sse(headers))


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None


def _hexadecimal(digest: str | None) -> str | None:
    try:
        return base64.b64decode(digest, validate=True).hex() if digest else None
    except ValueError:  # a checksum of parts ends with -N; it is none of the whole object
        return None


def _sse(headers: Any) -> SseMode:
    if headers.get("x-amz-server-side-encryption-customer-algorithm"):
        return "c"
    return "s3" if headers.get("x-amz-server-side-encryption") else "none"
