"""Errors of the pages and of their build step."""

from __future__ import annotations

from domain.errors import ConfigurationError, DecisionError, JuanzongError


class AssetsError(ConfigurationError):
    """The browser parts (htmx, OpenSeadragon, ECharts) are not there and could not be fetched."""


class AuditWriteError(JuanzongError):
    """The audit log cannot be written; the operation was refused."""


class MaskedValueError(DecisionError):
    """An answer holds a masked value: the person has not seen what would be saved."""
