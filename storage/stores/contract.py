"""What every object store promises, and how objects are named."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from domain.documents import ObjectRef
from domain.errors import UnknownObjectError
from storage.digests import Digests
from storage.stores.locks import Lock

Source = Path | bytes | BinaryIO

_KEY = re.compile(r"sha256/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")


class ObjectStore(Protocol):
    """What every store promises; one test suite (tests/storage/stores) checks each implementation."""

    def put(self, source: Source, media_type: str) -> ObjectRef:
        """Keep the bytes of ``source``; the same bytes twice are one object, re-hashed to be sure.

        Raises:
            UnreadableFileError: ``source`` cannot be read.
            StoreFullError: no room; nothing was kept.
            ObjectDamagedError: the store already holds this key with other bytes.
        """
        ...

    def exists(self, key: str) -> bool:
        """Return True when the store holds ``key`` (its bytes are not looked at)."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Open the bytes for reading, not verified. Raises ObjectMissingError, UnknownObjectError."""
        ...

    def read(self, key: str) -> bytes:
        """Return the bytes, verified against the key. Raises ObjectMissingError, ObjectDamagedError."""
        ...

    def path(self, key: str) -> Path:
        """Return a local read-only file with the bytes, not verified. Raises ObjectMissingError."""
        ...

    def verify(self, ref: ObjectRef) -> None:
        """Re-hash the bytes. Raises ObjectMissingError, ObjectDamagedError (names key, expected and got)."""
        ...

    def digests(self, key: str) -> Digests:
        """Return the digests the bytes have now. Raises ObjectMissingError, ObjectDamagedError (unreadable)."""
        ...

    def mend(self, key: str, good: BinaryIO) -> None:
        """Put the right bytes where they are missing or damaged; what is damaged is set aside, never thrown away.

        The lock stays what it was. An object that is right is left as it is.

        Args:
            key: store key of the object.
            good: its bytes from elsewhere; they are hashed before they take the place.

        Raises:
            ObjectDamagedError: these are not the bytes of ``key``; nothing was changed.
            StoreFullError: no room; nothing was changed.
        """
        ...

    def retain(self, key: str, until: datetime) -> Lock:
        """Keep the object from being destroyed before ``until``; return the lock that is in force now.

        Retention only grows: an earlier moment than the present one changes nothing, so this can be repeated, and
        an object of several cases has the longest retention of them. The bytes are not looked at.

        Args:
            key: store key of an object that is there.
            until: aware moment, kept to the second.

        Raises:
            ObjectMissingError: the store has no such object.
            LockUnreadableError: what locks it now cannot be read; nothing was changed.
            LockNotKeptError: the store did not keep the lock that it was given.
        """
        ...

    def hold(self, key: str) -> Lock:
        """Put a legal hold on the object (again is allowed); return the lock in force. Raises as ``retain``."""
        ...

    def release(self, key: str) -> Lock:
        """Take the legal hold off (none is allowed); retention stays; return the lock in force. Raises as ``retain``.

        The store counts no holds: whoever releases makes sure that no other case needs the hold.
        """
        ...

    def lock_of(self, key: str) -> Lock:
        """Return the lock in force. Raises ObjectMissingError, LockUnreadableError."""
        ...

    def destroy(self, key: str) -> None:
        """Remove the object for good, with everything the store has under ``key``.

        Raises:
            ObjectLockedError: retention has not ended or a hold is on it; nothing was removed.
            ObjectMissingError: the store has no such object (a destruction that is repeated after a kill ends here).
            LockUnreadableError: what locks it cannot be read; nothing was removed.
        """
        ...


def object_key(sha256: str) -> str:
    """Return the store key of the bytes with this lower-case hexadecimal SHA-256."""
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def key_digest(key: str) -> str:
    """Return the SHA-256 that ``key`` contains.

    Raises:
        UnknownObjectError: ``key`` is not a store key.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise UnknownObjectError(
            f"“{key}”不是存储键", "存储键形如 sha256/ab/cd/<64 位十六进制>，可用 archive find 查到"
        )
    return match.group(3)
