"""Errors that only the store and the database can raise (base classes: ``domain.errors``)."""

from __future__ import annotations

from domain.errors import ConfigurationError, StorageError


class Sm3UnavailableError(ConfigurationError):
    """The OpenSSL of this Python has no SM3 (GM/T 0004); originals cannot be registered without it."""


class StoreWriteError(StorageError):
    """The operating system refused to write into the store (not for lack of room)."""


class ObjectLockedError(StorageError):
    """A retention date in the future or a legal hold keeps the object from being destroyed."""


class LockUnreadableError(StorageError):
    """The lock facts of an object cannot be read; it counts as locked."""


class LockNotKeptError(StorageError):
    """A store did not keep the retention or hold that it was given; the object does not count as kept."""


class ChecksumNotKeptError(StorageError):
    """A store did not keep the checksum or the bytes that it was given; the object does not count as kept."""


class EncryptionNotKeptError(StorageError):
    """A store did not encrypt an object as it was told; the object does not count as kept."""


class StoreUnavailableError(StorageError):
    """The store gives no usable answer, after bounded retries."""


class StoreDeniedError(ConfigurationError):
    """The store refuses the keys that are configured, or has no such bucket."""


class BucketUnfitError(ConfigurationError):
    """An S3 server does not enforce its locks, versions or checksums; it cannot hold an archive."""


class MasterKeyError(ConfigurationError):
    """A master key is missing or wrong, or the command that keeps it fails; nothing was encrypted or decrypted."""


class DataKeyError(ConfigurationError):
    """A key that the database was written with is missing or unusable; nothing was read or written."""


class UpkeepBehindError(StorageError):
    """Objects were not read again within the period, or wait for their copy in the replica for too long."""


class ObjectConflictError(StorageError):
    """One SHA-256 was registered with another SM3 or size than the bytes at hand have."""


class DatabaseBusyError(StorageError):
    """Another process kept the database locked for longer than the busy timeout."""


class DatabaseDamagedError(StorageError):
    """The database file cannot be read, or a row no longer has its digest."""


class DatabaseTooNewError(ConfigurationError):
    """The database was written by a newer version of Juanzong."""


class DatabaseUnusableError(ConfigurationError):
    """The database cannot be opened with the given location."""


class EmptyBatchError(StorageError):
    """A case was asked for without a single file."""


class DecisionsRewrittenError(StorageError):
    """A case revision drops or changes decisions that were already recorded."""


class OutputExistsError(ConfigurationError):
    """The file to be written exists with other content; nothing was overwritten."""


class SearchQueryError(ConfigurationError):
    """The query holds nothing that can be searched for, or too many terms."""


class AuditHeadError(ConfigurationError):
    """The written-down head of the audit log has not the form ``NUMBER:HASH``."""
