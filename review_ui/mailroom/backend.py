"""What the mailroom's pages need from the rest; wiring implements ``MailroomBackend``.

Nothing here knows of HTML or of the upload protocol: the JSON interface uses the same methods. Every method may be
called from several threads at once. Errors are those of ``domain.errors`` and ``domain.mailroom_errors``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from pydantic import Field

from domain.base import Model, PageNumber, UtcTime
from domain.mailroom import BatchOrder, MailBatch, PageSeen, SamePaper, SheetCount, Upload, UploadOrder
from domain.sheets import SheetCode
from domain.vocabulary import Channel
from review_ui.backend import PageImage, PolicyName


class ReadingState(StrEnum):
    """Where a case of a batch stands."""

    RECEIVED = "received"
    READING = "reading"
    READY = "ready"
    RESCAN = "rescan"
    FAILED = "failed"


class PageLine(Model):
    """One page of an uploaded file.

    Attributes:
        seen: what reading found, ``None`` while it waits.
        failure: why it could not be read.
        rescan: it should be scanned again, and no new scan has taken its place.
        replaced_by: name of the file that took its place.
    """

    upload_id: str
    number: PageNumber
    seen: PageSeen | None = None
    failure: str | None = None
    rescan: bool = False
    replaced_by: str | None = None


class FileLine(Model):
    """A file of a batch with its pages."""

    upload: Upload
    pages: tuple[PageLine, ...] = ()


class CaseLine(Model):
    """A case of a batch.

    Attributes:
        pages: pages of this batch in it.
        read: pages of those that were read.
        failure: why reading it failed, with the next step.
    """

    id: str
    number: str
    state: ReadingState
    pages: int = Field(ge=0)
    read: int = Field(ge=0)
    failure: str | None = None


class PaperSide(Model):
    """One of two papers that look alike: a page of an upload or of a document in a case.

    Attributes:
        name: of the file.
    """

    case_id: str
    case_number: str
    page: PageNumber
    name: str = ""
    upload_id: str | None = None
    document_id: str | None = None


class Answered(Model):
    """What a person said about two papers."""

    answer: SamePaper
    actor: str
    at: UtcTime
    case_number: str | None = None


class DuplicateLine(Model):
    """Two papers that may be one.

    Attributes:
        subject: ``upload:ID`` for the same bytes, ``pair:ID`` for pages that look alike.
        score: share of common text, 0 to 1; ``None`` for the same bytes.
    """

    subject: str
    mine: PaperSide
    other: PaperSide
    score: float | None = None
    answered: Answered | None = None


class Remark(Model):
    """What a person said about a batch."""

    kind: str
    actor: str
    at: UtcTime
    sheets: int | None = None
    text: str | None = None


class BatchView(Model):
    """Everything about one batch.

    Attributes:
        explanation: the reason given for the present difference.
        closed: who closed it, ``None`` while it is open.
        obstacles: why it cannot be closed yet, in Chinese.
    """

    batch: MailBatch
    sheets: SheetCount
    files: tuple[FileLine, ...]
    cases: tuple[CaseLine, ...]
    duplicates: tuple[DuplicateLine, ...]
    remarks: tuple[Remark, ...]
    explanation: Remark | None
    closed: Remark | None
    obstacles: tuple[str, ...]

    @property
    def rescans(self) -> tuple[tuple[FileLine, PageLine], ...]:
        """Pages that should be scanned again while the paper is at hand."""
        return tuple((file, page) for file in self.files for page in file.pages if page.rescan)

    @property
    def doubtful(self) -> tuple[tuple[FileLine, PageLine], ...]:
        """Pages that can be read and would be better scanned again."""
        return tuple(
            (file, page)
            for file in self.files
            for page in file.pages
            if page.seen and page.seen.problems and not page.rescan and page.replaced_by is None
        )

    @property
    def busy(self) -> bool:
        """Something will change without a person."""
        waits = (ReadingState.RECEIVED, ReadingState.READING)
        return any(case.state in waits for case in self.cases)


class HandedIn(Model):
    """A file on a receipt.

    Attributes:
        sheets: ``None`` when it is not known whether backs were scanned.
    """

    name: str
    pages: int
    sheets: int | None


class Receipt(Model):
    """What the person who brought papers takes home.

    Attributes:
        firm: the adopter's name, ``None`` when nobody adopted the rules.
        operators: who took the papers in.
        code: characters of the QR code (docs/sheets.md).
    """

    case_number: str
    policy_title: str
    firm: str | None
    channel: Channel
    received_at: UtcTime
    files: tuple[HandedIn, ...]
    operators: tuple[str, ...]
    code: str

    @property
    def sheets(self) -> int | None:
        """Sheets of all files, ``None`` when one is not known."""
        counts = [file.sheets for file in self.files]
        return None if None in counts else sum(c for c in counts if c is not None)


class MailroomBackend(Protocol):
    """Everything the mailroom's pages ask for."""

    def policies(self) -> tuple[PolicyName, ...]:
        """Return the packs to choose from, adopted ones first."""
        ...

    def open_batch(self, order: BatchOrder, actor: str) -> MailBatch:
        """Open a batch.

        Raises:
            UnknownPolicyError, UnknownCaseError: as named.
            JuanzongError: whatever the guard says against this person taking papers in.
        """
        ...

    def batches(self, limit: int, offset: int) -> tuple[BatchView, ...]:
        """Return batches, newest first."""
        ...

    def batch(self, batch_id: str) -> BatchView:
        """Return a batch as it is now. Raises UnknownBatchError."""
        ...

    def count(self, batch_id: str, sheets: int, actor: str) -> None:
        """Say how many sheets were counted by hand. Raises UnknownBatchError, BatchClosedError."""
        ...

    def explain(self, batch_id: str, reason: str, actor: str) -> None:
        """Give the reason of the present difference.

        Raises:
            UnknownBatchError, BatchClosedError: as named.
            BatchUnsettledError: there is no difference, or no reason.
        """
        ...

    def close_batch(self, batch_id: str, actor: str) -> None:
        """Close a batch.

        Raises:
            UnknownBatchError, BatchClosedError: as named.
            BatchUnsettledError: something in it waits.
        """
        ...

    def create_upload(self, order: UploadOrder, actor: str) -> Upload:
        """Begin to take a file in, or go on with the same one; one without bytes ends at once.

        Raises:
            UnknownBatchError, BatchClosedError, FileTooLargeError, RescanError: as named.
            JuanzongError: whatever the guard says against this person taking papers in.
        """
        ...

    def upload(self, upload_id: str) -> Upload:
        """Return an upload as it is now. Raises UnknownUploadError."""
        ...

    def append(self, upload_id: str, offset: int, piece: bytes, sha256: str | None = None) -> Upload:
        """Add a piece; the last one accepts or refuses the file.

        Args:
            upload_id: of ``create_upload``.
            offset: bytes before the piece.
            piece: may be empty, to try again what a full disk prevented.
            sha256: of the piece, lower-case hexadecimal.

        Raises:
            UnknownUploadError, UploadOffsetError, UploadChecksumError, UploadRequestError: as named.
            StorageError: no room, or the database is busy; try again.
        """
        ...

    def give_up(self, upload_id: str) -> None:
        """End an unfinished upload and forget its bytes. Raises UnknownUploadError."""
        ...

    def page_picture(self, upload_id: str, page: int) -> PageImage:
        """Return a page of an accepted file, upright once it was read.

        Raises:
            UnknownUploadError, UnknownObjectError: as named.
        """
        ...

    def answer(self, subject: str, answer: SamePaper, case_number: str | None, actor: str) -> None:
        """Keep a person's answer about two papers (``DuplicateLine.subject``).

        Raises:
            UnknownUploadError, UnknownBatchError, UnknownCaseError: as named.
        """
        ...

    def read_again(self, case_id: str) -> None:
        """Put a case whose reading failed back into the queue. Raises UnknownCaseError."""
        ...

    def receipt(self, case: str) -> Receipt:
        """Return the receipt of a case (number or id). Raises UnknownCaseError."""
        ...

    def sheet_pdf(self, code: SheetCode) -> bytes:
        """Return a cover or separator sheet as an A4 PDF.

        Raises:
            UnknownCaseError, SheetCodeError: as named.
        """
        ...
