"""Errors of the pages and of their build step."""

from __future__ import annotations

from domain.errors import ConfigurationError


class AssetsError(ConfigurationError):
    """The browser parts (htmx, OpenSeadragon, ECharts) are not there and could not be fetched."""
