"""Encryption before the store (decision 0052): a store around a store that cannot be trusted with the papers.

Outside, keys are the SHA-256 of the plain text, as in every store. Inside, the wrapped store holds sealed bodies
under the SHA-256 of the sealed bytes: it learns neither content nor its hash, and all of its own checks (write-once,
checksum, locks) hold for what it has. Which body belongs to which key is in the database.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError, ObjectMissingError
from storage.digests import Digests, chunks, digest_of
from storage.errors import ObjectLockedError
from storage.stores.cache import VerifiedCache
from storage.stores.common import check, damaged, missing, verified
from storage.stores.contract import ObjectStore, Source, key_digest, object_key
from storage.stores.envelopes import Envelope, Envelopes
from storage.stores.locks import Lock, locked_error, utc_now
from storage.stores.masters import MasterKeys
from storage.stores.mirrored import copy_lock
from storage.stores.sealing import BrokenSealError, new_key, sealed, unsealed
from storage.stores.spool import spooled

SEALED_TYPE = "application/vnd.juanzong.sealed"


class EncryptedStore:
    """See ``ObjectStore``. Safe for several threads and processes at once.

    Args:
        inner: where sealed bodies lie.
        envelopes: where their keys lie, wrapped.
        masters: what wraps them.
        cache: folder of this machine for the plain files that ``path`` gives out, and for what is under way.
        first_lock: retention that ``inner`` gives new objects; one that is handed in again gets it anew.
    """

    def __init__(
        self,
        inner: ObjectStore,
        envelopes: Envelopes,
        masters: MasterKeys,
        cache: Path,
        first_lock: timedelta | None = None,
    ) -> None:
        self.inner, self._envelopes, self._masters = inner, envelopes, masters
        self._first_lock = first_lock
        self._cache = VerifiedCache(cache)
        self._folder = cache

    def put(self, source: Source, media_type: str) -> ObjectRef:
        """See ``ObjectStore.put``. The body is in the store before its envelope is in the database.

        Raises:
            MasterKeyError: the key of the body cannot be wrapped; nothing was kept.
        """
        with spooled(source, self._folder) as (piece, digests):
            key = object_key(digests.sha256)
            ref = ObjectRef(key=key, sha256=digests.sha256, sm3=digests.sm3, size=digests.size, media_type=media_type)
            present = self._envelopes.find(key)
            if present is None or not self.inner.exists(present.body_key):
                body_key = new_key()
                wrapped = self._masters.wrap(body_key, key)
                body = self.inner.put(sealed(piece, body_key, key), SEALED_TYPE)
                self._envelopes.add(key, body.key, wrapped, present)
                return ref
        self.verify(ref)
        if self._first_lock is not None:
            self.inner.retain(present.body_key, utc_now() + self._first_lock)
        return ref

    def exists(self, key: str) -> bool:
        """See ``ObjectStore.exists``."""
        key_digest(key)
        envelope = self._envelopes.find(key)
        return envelope is not None and self.inner.exists(envelope.body_key)

    def open(self, key: str) -> BinaryIO:
        """See ``ObjectStore.open``; every frame is authenticated before it is given out; the stream cannot seek.

        Raises:
            MasterKeyError: the key of the body cannot be unwrapped.
        """
        with self._inside(key) as envelope:
            body_key = self._masters.unwrap(envelope.wrapped, key)
            plain = unsealed(self.inner.open(envelope.body_key), body_key, key)
        return cast("BinaryIO", io.BufferedReader(_Reported(plain, key), 1 << 20))

    def read(self, key: str) -> bytes:
        """See ``ObjectStore.read``."""
        with self.open(key) as stream:
            return verified(key, stream.read())

    def path(self, key: str) -> Path:
        """See ``ObjectStore.path``: a plain local copy, verified when it came."""
        key_digest(key)
        return self._cache.path(key, lambda: self.open(key))

    def verify(self, ref: ObjectRef) -> None:
        """See ``ObjectStore.verify``."""
        check(ref, self.digests(ref.key))

    def digests(self, key: str) -> Digests:
        """See ``ObjectStore.digests``: those of the plain text."""
        with self.open(key) as stream:
            return digest_of(chunks(stream))

    def body_key(self, key: str) -> str:
        """Return the store key of the sealed body of an object. Raises ObjectMissingError."""
        envelope = self._envelopes.find(key)
        if envelope is None:
            raise missing(key)
        return envelope.body_key

    def mend(self, key: str, good: BinaryIO) -> None:
        """See ``ObjectStore.mend``; ``good`` is the plain text, which gets a new body under a new key.

        A sealed body from another store goes into the wrapped store itself.
        """
        with spooled(good, self._folder) as (piece, digests):
            if digests.sha256 != key_digest(key):
                raise damaged(key, "SHA-256（另一存储的副本）", key_digest(key), digests.sha256)
            present = self._envelopes.find(key)
            if present is not None and self._is_right(key):
                return
            lock = None
            if present is not None and self.inner.exists(present.body_key):
                lock = self.inner.lock_of(present.body_key)
            secret = new_key()
            wrapped = self._masters.wrap(secret, key)
            body = self.inner.put(sealed(piece, secret, key), SEALED_TYPE)
            self._envelopes.add(key, body.key, wrapped, present)
        self._cache.forget(key)
        if lock is not None:
            copy_lock(lock, self, key)

    def _is_right(self, key: str) -> bool:
        try:
            return self.digests(key).sha256 == key_digest(key)
        except (ObjectDamagedError, ObjectMissingError):
            return False

    def retain(self, key: str, until: datetime) -> Lock:
        """See ``ObjectStore.retain``."""
        with self._inside(key) as envelope:
            return self.inner.retain(envelope.body_key, until)

    def hold(self, key: str) -> Lock:
        """See ``ObjectStore.hold``."""
        with self._inside(key) as envelope:
            return self.inner.hold(envelope.body_key)

    def release(self, key: str) -> Lock:
        """See ``ObjectStore.release``."""
        with self._inside(key) as envelope:
            return self.inner.release(envelope.body_key)

    def lock_of(self, key: str) -> Lock:
        """See ``ObjectStore.lock_of``."""
        with self._inside(key) as envelope:
            return self.inner.lock_of(envelope.body_key)

    def destroy(self, key: str) -> None:
        """See ``ObjectStore.destroy``: the body goes; its envelope stays, and opens nothing any more."""
        with self._inside(key) as envelope:
            try:
                self.inner.destroy(envelope.body_key)
            except ObjectLockedError as error:
                raise locked_error(key, self.inner.lock_of(envelope.body_key)) from error
        self._cache.forget(key)

    @contextmanager
    def _inside(self, key: str) -> Iterator[Envelope]:
        """Find the envelope; a body that is missing is the object that is missing."""
        key_digest(key)
        envelope = self._envelopes.find(key)
        if envelope is None:
            raise missing(key)
        try:
            yield envelope
        except ObjectMissingError as error:
            raise missing(key) from error


class _Reported(io.RawIOBase):
    """A stream of plain text; a broken seal is a damaged object."""

    def __init__(self, plain: BinaryIO, key: str) -> None:
        self._plain, self._key = plain, key

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._reported():
            data = self._plain.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        with self._reported():
            return self._plain.read()

    def close(self) -> None:
        self._plain.close()
        super().close()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except BrokenSealError as error:
            raise damaged(self._key, "密文", "完整", f"第 {error} 帧被改动或截断") from error
