"""Errors of proof."""

from __future__ import annotations

from domain.errors import ConfigurationError, StorageError


class SigningKeyError(StorageError):
    """The signing keys of the log cannot be read, written or trusted."""


class HeadConflictError(StorageError):
    """The log contradicts a head that was signed before; no new head is signed over it."""


class HeadFolderError(StorageError):
    """The folder outside, in which heads are kept, cannot be read or written."""


class TimeStampError(StorageError):
    """The authority gave no time stamp that can be trusted, or a kept one does not hold."""


class NoAuthorityError(ConfigurationError):
    """A time stamp is to be had or checked, and no authority is set."""


class NotFiledError(ConfigurationError):
    """A certificate is asked for a case of which nothing is filed."""
