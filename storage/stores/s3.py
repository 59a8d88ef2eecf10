"""Objects in a bucket of any S3 server with versioning and Object Lock (decision 0051).

Names are the keys of the contract below the prefix of the access. What a server says is read again after every act:
a lock, checksum or encryption that it did not keep is an error, and the object does not count as kept.

Every key is written once (``If-None-Match: *``). Should somebody with the keys of the application write over an
object or delete it, the bucket keeps the true version: it is found and read as long as it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from domain.base import iso
from domain.documents import ObjectRef
from domain.errors import ObjectMissingError
from storage.digests import Digests, chunks, digest_of
from storage.errors import ChecksumNotKeptError, EncryptionNotKeptError, LockNotKeptError, StoreDeniedError
from storage.stores.access import BucketAccess
from storage.stores.bucket import SINGLE, Bucket, NameTaken, Stat
from storage.stores.cache import VerifiedCache
from storage.stores.common import check, damaged, missing, verified, writing
from storage.stores.contract import Source, key_digest, object_key
from storage.stores.folders import one_at_a_time
from storage.stores.locks import Clock, Lock, locked_error, utc_now
from storage.stores.spool import spooled

LOOK_FIRST = 1 << 20
"""Bytes from which a put asks whether the object is there before it sends it."""
LONGEST_LIFE = timedelta(minutes=15)
"""Of a presigned URL."""

_OTHER_SERVER = "请运行 juanzong doctor，改用严格执行对象锁定的存储服务"


class S3ObjectStore:
    """See ``ObjectStore``. Safe for several threads and processes at once.

    Args:
        access: the bucket.
        cache: folder for the local files that ``path`` gives out, and for what is under way.
        first_lock: COMPLIANCE retention of every new object, counted from the put, until filing sets its own;
            ``None`` for none.
        clock: aware; the server compares retention with its own.
    """

    def __init__(
        self, access: BucketAccess, cache: Path, first_lock: timedelta | None = None, clock: Clock = utc_now
    ) -> None:
        self.bucket = Bucket(access)
        self._sse = access.sse
        self._cache = VerifiedCache(cache)
        self._folder = cache
        self._first_lock = first_lock
        self._now = clock

    def put(self, source: Source, media_type: str) -> ObjectRef:
        """See ``ObjectStore.put``.

        Raises:
            LockNotKeptError, ChecksumNotKeptError, EncryptionNotKeptError: the server did not keep what it was given.
            StoreUnavailableError, StoreDeniedError: it gives no usable answer, or refuses.
        """
        with spooled(source, self._folder) as (piece, digests):
            key = object_key(digests.sha256)
            ref = ObjectRef(key=key, sha256=digests.sha256, sm3=digests.sm3, size=digests.size, media_type=media_type)
            if digests.size >= LOOK_FIRST and self.bucket.stat(key) is not None:
                return self._put_again(ref)
            lock = self._lock_of_new()
            try:
                version = self.bucket.create(key, piece, digests.size, digests.sha256, lock)
            except NameTaken:
                return self._put_again(ref)
        if version is None:
            raise LockNotKeptError(f"对象 {key} 写入后没有版本号，存储桶未启用版本控制", _OTHER_SERVER)
        self._check_kept(ref, version, lock)
        return ref

    def exists(self, key: str) -> bool:
        """See ``ObjectStore.exists``."""
        return self._find(key) is not None

    def open(self, key: str) -> BinaryIO:
        """See ``ObjectStore.open``; the stream cannot seek."""
        digest = key_digest(key)
        try:
            stat, stream = self.bucket.open_newest(key)
        except ObjectMissingError:
            return self.bucket.open(key, self._found(key).version)
        if stat.checksum == digest:
            return stream
        stream.close()
        return self.bucket.open(key, self._found(key).version)

    def read(self, key: str) -> bytes:
        """See ``ObjectStore.read``."""
        with self.open(key) as stream:
            return verified(key, stream.read())

    def path(self, key: str) -> Path:
        """See ``ObjectStore.path``: a local copy, verified when it came."""
        key_digest(key)
        return self._cache.path(key, lambda: self.open(key))

    def verify(self, ref: ObjectRef) -> None:
        """See ``ObjectStore.verify``: the bytes are fetched and hashed, whatever checksum the server states."""
        check(ref, self.digests(ref.key))

    def digests(self, key: str) -> Digests:
        """See ``ObjectStore.digests``."""
        with self.open(key) as stream:
            return digest_of(chunks(stream))

    def mend(self, key: str, good: BinaryIO) -> None:
        """See ``ObjectStore.mend``: a new version with the lock of the damaged one, which stays where it is."""
        with spooled(good, self._folder) as (piece, digests):
            if digests.sha256 != key_digest(key):
                raise damaged(key, "SHA-256（另一存储的副本）", key_digest(key), digests.sha256)
            present = self._find(key)
            if present is not None and self._digests(key, present.version).sha256 == digests.sha256:
                return
            lock = self._lock_of_new() if present is None else present.lock
            version = self.bucket.replace(key, piece, digests.size, digests.sha256, lock)
        self._cache.forget(key)
        if version is None:
            raise LockNotKeptError(f"对象 {key} 写入后没有版本号，存储桶未启用版本控制", _OTHER_SERVER)
        ref = ObjectRef(key=key, sha256=digests.sha256, sm3=digests.sm3, size=digests.size, media_type="")
        self._check_kept(ref, version, lock)

    def retain(self, key: str, until: datetime) -> Lock:
        """See ``ObjectStore.retain``."""
        with self._changing(key):
            found = self._found(key)
            lock = found.lock.extended(until)
            if lock != found.lock and lock.retain_until is not None:
                self.bucket.retain(key, found.version, lock.retain_until)
                lock = self._reread(key, found.version, lock)
        return lock

    def hold(self, key: str) -> Lock:
        """See ``ObjectStore.hold``."""
        return self._set_hold(key, on=True)

    def release(self, key: str) -> Lock:
        """See ``ObjectStore.release``."""
        return self._set_hold(key, on=False)

    def lock_of(self, key: str) -> Lock:
        """See ``ObjectStore.lock_of``."""
        return self._found(key).lock

    def destroy(self, key: str) -> None:
        """See ``ObjectStore.destroy``: every version goes, or none when one of them is locked."""
        self._found(key)
        versions = self.bucket.versions(key)
        for version, is_marker in versions:
            stat = None if is_marker else self.bucket.stat(key, version)
            if stat is not None and stat.lock.forbids(self._now()):
                raise locked_error(key, stat.lock)
        for version, _ in versions:
            try:
                self.bucket.delete(key, version)
            except StoreDeniedError as error:
                left = self.bucket.stat(key, version)
                if left is None or left.lock == Lock():  # no lock: these keys may not delete
                    raise
                raise locked_error(key, left.lock) from error  # the server's clock decides, not ours
        self._cache.forget(key)

    def presigned(self, key: str, life: timedelta) -> str:
        """Return a URL that gives the bytes, not verified, to anybody who has it, for ``life``.

        Raises:
            ValueError: ``life`` is not within a second and ``LONGEST_LIFE``, or reading needs a key (SSE-C).
            ObjectMissingError: the store has no such object.
        """
        if self._sse == "c":
            raise ValueError("objects encrypted with the customer's key have no presigned URL")
        if not timedelta(seconds=1) <= life <= LONGEST_LIFE:
            raise ValueError(f"life of a presigned URL: expected 1 s to {LONGEST_LIFE}, got {life}")
        return self.bucket.presigned(key, self._found(key).version, life)

    def _put_again(self, ref: ObjectRef) -> ObjectRef:
        """The object is there already: hash it again, and guard it anew until its filing."""
        self.verify(ref)
        self._check_encrypted(ref.key, self._found(ref.key))
        until = self._lock_of_new().retain_until
        if until is not None:
            self.retain(ref.key, until)
        return ref

    def _lock_of_new(self) -> Lock:
        return Lock() if self._first_lock is None else Lock().extended(self._now() + self._first_lock)

    def _set_hold(self, key: str, *, on: bool) -> Lock:
        with self._changing(key):
            found = self._found(key)
            if found.lock.hold is on:
                return found.lock
            self.bucket.set_hold(key, found.version, on)
            return self._reread(key, found.version, Lock(found.lock.retain_until, on))

    @contextmanager
    def _changing(self, key: str) -> Iterator[None]:
        """Let one change a lock at a time: a server that compares and writes in steps lets two undo each other."""
        with writing(), one_at_a_time(self._folder / "changing" / key_digest(key)[:2]):
            yield

    def _reread(self, key: str, version: str | None, expected: Lock) -> Lock:
        stat = self.bucket.stat(key, version)
        if stat is None:
            raise missing(key)
        _check_lock(key, expected, stat)
        return stat.lock

    def _find(self, key: str) -> Stat | None:
        """Return the version that counts: the newest when it has the checksum of the key, else the one that has.

        Only a delete marker, a version written over the object, or a multipart upload (no checksum) costs more than
        one request; several versions without a checksum have to be hashed.
        """
        digest = key_digest(key)
        newest = self.bucket.stat(key)
        if newest is not None and newest.checksum == digest:
            return newest
        found = [
            stat
            for version, is_marker in self.bucket.versions(key)
            if not is_marker
            if (stat := self.bucket.stat(key, version)) is not None
        ]
        unknown = [stat for stat in found if stat.checksum is None]
        if len(unknown) > 1:
            unknown = [stat for stat in unknown if self._digests(key, stat.version).sha256 == digest]
        right = [stat for stat in found if stat.checksum == digest] or unknown
        return right[0] if right else newest

    def _found(self, key: str) -> Stat:
        stat = self._find(key)
        if stat is None:
            raise missing(key)
        return stat

    def _digests(self, key: str, version: str | None) -> Digests:
        with self.bucket.open(key, version) as stream:
            return digest_of(chunks(stream))

    def _check_kept(self, ref: ObjectRef, version: str, lock: Lock) -> None:
        """Read again what the server says about the version just written."""
        stat = self.bucket.stat(ref.key, version)
        if stat is None:
            raise ChecksumNotKeptError(f"对象 {ref.key} 写入后查不到，未入库", "请重试；如仍出现请检查存储服务")
        checksum = stat.checksum
        if ref.size > SINGLE:  # sent in parts: the server has no checksum of the whole
            checksum = self._digests(ref.key, version).sha256
        if (checksum, stat.size) != (ref.sha256, ref.size):
            raise ChecksumNotKeptError(
                f"对象 {ref.key} 写入后校验不符：应为 {ref.sha256}（{ref.size} 字节），"
                f"实为 {checksum or '无校验值'}（{stat.size} 字节），未入库",
                _OTHER_SERVER,
            )
        self._check_encrypted(ref.key, stat)
        _check_lock(ref.key, lock, stat)

    def _check_encrypted(self, key: str, stat: Stat) -> None:
        # Some servers encrypt whether they are asked to or not.
        if self._sse not in ("none", stat.sse):
            raise EncryptionNotKeptError(
                f"对象 {key} 应由存储服务以 SSE-{self._sse} 加密，实为 {stat.sse}", _OTHER_SERVER
            )


def _check_lock(key: str, expected: Lock, stat: Stat) -> None:
    kept = stat.lock.retain_until
    is_short = expected.retain_until is not None and (kept is None or kept < expected.retain_until)
    if is_short or stat.lock.hold is not expected.hold:
        raise LockNotKeptError(
            f"对象 {key} 的锁定未生效：应为 {_words(expected)}，实为 {_words(stat.lock)}（模式 {stat.mode or '无'}）",
            _OTHER_SERVER,
        )


def _words(lock: Lock) -> str:
    until = iso(lock.retain_until) if lock.retain_until else "无"
    return f"保管至 {until}、保全 {'开' if lock.hold else '关'}"
