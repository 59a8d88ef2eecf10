"""A store with a replica: a second folder or bucket that gets a copy of every object, later than the first.

What is put is in the first store when ``put`` returns; ``copy`` brings it over (``storage.upkeep`` says when). Nothing
is ever read from the replica in silence: a damaged original is an alarm, and mending it is an act of its own. Locks and
destruction reach both, so that what was destroyed is gone everywhere.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from domain.documents import ObjectRef
from domain.errors import ObjectMissingError
from storage.digests import Digests
from storage.stores.common import damaged
from storage.stores.contract import ObjectStore, Source, key_digest
from storage.stores.locks import Lock


class MirroredStore:
    """See ``ObjectStore``; everything is asked of the first store.

    Args:
        first: the store.
        replica: where copies lie.
    """

    def __init__(self, first: ObjectStore, replica: ObjectStore) -> None:
        self._first, self.replica = first, replica

    def put(self, source: Source, media_type: str) -> ObjectRef:
        """See ``ObjectStore.put``: into the first store; ``copy`` follows."""
        return self._first.put(source, media_type)

    def exists(self, key: str) -> bool:
        """See ``ObjectStore.exists``."""
        return self._first.exists(key)

    def open(self, key: str) -> BinaryIO:
        """See ``ObjectStore.open``."""
        return self._first.open(key)

    def read(self, key: str) -> bytes:
        """See ``ObjectStore.read``."""
        return self._first.read(key)

    def path(self, key: str) -> Path:
        """See ``ObjectStore.path``."""
        return self._first.path(key)

    def verify(self, ref: ObjectRef) -> None:
        """See ``ObjectStore.verify``."""
        self._first.verify(ref)

    def digests(self, key: str) -> Digests:
        """See ``ObjectStore.digests``."""
        return self._first.digests(key)

    def mend(self, key: str, good: BinaryIO) -> None:
        """See ``ObjectStore.mend``."""
        self._first.mend(key, good)

    def retain(self, key: str, until: datetime) -> Lock:
        """See ``ObjectStore.retain``: in both stores."""
        lock = self._first.retain(key, until)
        if self.replica.exists(key):
            self.replica.retain(key, until)
        return lock

    def hold(self, key: str) -> Lock:
        """See ``ObjectStore.hold``: in both stores."""
        lock = self._first.hold(key)
        if self.replica.exists(key):
            self.replica.hold(key)
        return lock

    def release(self, key: str) -> Lock:
        """See ``ObjectStore.release``: in both stores."""
        lock = self._first.release(key)
        if self.replica.exists(key):
            self.replica.release(key)
        return lock

    def lock_of(self, key: str) -> Lock:
        """See ``ObjectStore.lock_of``."""
        return self._first.lock_of(key)

    def destroy(self, key: str) -> None:
        """See ``ObjectStore.destroy``: the first store decides; the copy goes too, also after a kill in between."""
        try:
            self._first.destroy(key)
        except ObjectMissingError:
            if not self.replica.exists(key):
                raise
        if self.replica.exists(key):
            self.replica.destroy(key)

    def copy(self, key: str, media_type: str) -> int:
        """Bring the copy of an object and its lock in line with the first store; return the bytes that were copied.

        Raises:
            ObjectMissingError, ObjectDamagedError: the first store no longer has it as it was; nothing was copied.
        """
        found = self._first.digests(key)
        if found.sha256 != key_digest(key):
            raise damaged(key, "SHA-256", key_digest(key), found.sha256)
        copied = 0
        if not self.replica.exists(key):
            with self._first.open(key) as stream:
                copied = self.replica.put(stream, media_type).size
        copy_lock(self._first.lock_of(key), self.replica, key)
        return copied

    def mend_from_replica(self, key: str) -> bool:
        """Put the replica's bytes where the first store's are missing or damaged; return whether it had good ones."""
        try:
            with self.replica.open(key) as good:
                self._first.mend(key, good)
        except ObjectMissingError:
            return False
        copy_lock(self.replica.lock_of(key), self._first, key)
        return True


def copy_lock(lock: Lock, store: ObjectStore, key: str) -> None:
    """Lock an object of ``store`` as ``lock`` says; nothing is shortened and no hold is taken off."""
    if lock.retain_until is not None:
        store.retain(key, lock.retain_until)
    if lock.hold:
        store.hold(key)
