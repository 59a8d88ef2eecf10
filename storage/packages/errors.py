"""Errors of packages."""

from __future__ import annotations

from domain.errors import ConfigurationError, StorageError


class PackageRefusedError(StorageError):
    """A package is not, byte for byte, what was packed, or contradicts itself; nothing was taken in."""


class PackageConflictError(ConfigurationError):
    """The case of a package cannot live here beside what is here already; nothing was taken in."""


class CaseNotFiledError(ConfigurationError):
    """A case without a filing has nothing that the log vouches for, so no package is made of it."""


class ArchiveUnsoundError(StorageError):
    """What is to be handed over is not what the archive vouches for; no package was made."""
