"""What the pages of copies need from the rest; wiring implements ``CopiesBackend``. Called from any thread."""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from domain.base import Model, PageNumber
from domain.copies import CopyOrder
from domain.redaction import HiddenBox, Place
from review_ui.backend import OriginalFile


class CopiedPage(Model):
    """A page of a document that may be blackened in places.

    Attributes:
        number: from 1.
        width: pixels of the upright page image.
        height: pixels of the upright page image.
        unread: nothing that was read on it is kept, so that a person must find personal data.
        places: what is blackened unless a person unticks it.
    """

    number: PageNumber
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    unread: bool
    places: tuple[Place, ...]


class CopiesBackend(Protocol):
    """Makes copies of papers; every one is a new PDF and none is kept here."""

    def reading_copy(self, case_id: str, document_id: str, order: CopyOrder) -> OriginalFile:
        """Return a document under a watermark.

        Raises:
            UnknownCaseError, UnknownObjectError: no such case or document.
            StorageError: an original is missing or damaged.
            CopyRefusedError: the document has no page.
            InputFileError: a page cannot be decoded.
        """
        ...

    def file_copy(self, case_id: str, sha256: str, order: CopyOrder) -> OriginalFile:
        """Return every page of an original of the case under a watermark; errors as for ``reading_copy``."""
        ...

    def pages(self, case_id: str, document_id: str) -> tuple[CopiedPage, ...]:
        """Return the pages of a document with their personal places. Raises UnknownCaseError, UnknownObjectError."""
        ...

    def redacted_copy(
        self, case_id: str, document_id: str, order: CopyOrder, boxes: tuple[HiddenBox, ...]
    ) -> OriginalFile:
        """Return a document with ``boxes`` blackened; errors as for ``reading_copy``.

        Raises:
            CopyRefusedError: also when a box lies on no page, or a page waits to be read as it lies now.
        """
        ...
