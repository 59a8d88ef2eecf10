"""Errors of papers that leave the house."""

from __future__ import annotations

from domain.errors import ConfigurationError


class NoticeRefusedError(ConfigurationError):
    """The case gives no ground for this notice or package; nothing was written."""


class NoticeTemplateError(ConfigurationError):
    """A notice template is missing, is no DOCX file, or names something that a notice does not know."""


class CopyRefusedError(ConfigurationError):
    """A copy cannot be made as asked for; nothing was handed out."""
