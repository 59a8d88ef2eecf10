"""Errors of the mailroom (base classes: ``domain.errors``)."""

from __future__ import annotations

from domain.errors import DecisionError, InputFileError, JuanzongError, UnknownObjectError


class UploadError(JuanzongError):
    """A piece or an upload was not taken; what was taken before stays."""

    exit_code = 2


class UnknownUploadError(UploadError):
    """There is no such upload, or it was given up."""


class UploadOffsetError(UploadError):
    """A piece does not start where the bytes on disk end."""


class UploadChecksumError(UploadError):
    """The bytes that arrived do not have the checksum that was announced."""


class UploadRequestError(UploadError):
    """A request of the upload protocol is incomplete or contradicts itself."""


class FileTooLargeError(InputFileError):
    """The file has more bytes than the limit."""


class UnknownBatchError(UnknownObjectError):
    """No batch has this id."""


class BatchOrderError(DecisionError):
    """A batch cannot be opened as described."""


class BatchClosedError(DecisionError):
    """The batch is closed; nothing can be added to it."""


class BatchUnsettledError(DecisionError):
    """The batch cannot be closed: something in it waits for the machine or for a person."""


class RescanError(DecisionError):
    """A new scan cannot take the place of the page."""


class SheetCodeError(UnknownObjectError):
    """A code is none of ours, or its checksum does not fit."""
