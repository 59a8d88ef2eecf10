"""The mailroom: batches of paper, uploads in pieces, counted sheets, rescans, papers that look alike.

Pure values and rules; the clock and the store are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from domain.base import Model, PageNumber, Sha256, UtcTime
from domain.errors import JuanzongError
from domain.vocabulary import Channel

MAX_FILE_BYTES = 256 * 2**20
"""Largest file that is taken; the browser hashes a file in memory before it sends it."""

MAX_PIECE_BYTES = 8 * 2**20
"""Largest piece of one request; a piece is held in memory until its checksum is verified."""

UPLOAD_LIFE = timedelta(days=3)
"""An unfinished upload that nobody touched for so long is given up: a long weekend fits in."""

IntakeGuard = Callable[[str, str], JuanzongError | None]
"""Asked with (actor, policy) before papers are taken in; the error it returns is raised, ``None`` lets pass."""


def admit_everybody(_actor: str, _policy: str) -> JuanzongError | None:
    """Refuse nobody: the guard of an installation without rules about who may take papers in."""
    return None


class FilesAre(StrEnum):
    """How the files of a batch become cases."""

    ONE_CASE = "one_case"
    CASE_EACH = "case_each"
    EXISTING = "existing"


class Sides(StrEnum):
    """How the sheets were scanned."""

    ONE = "one"
    BOTH = "both"


class UploadState(StrEnum):
    """Where an upload stands.

    ``open``: bytes are missing. ``accepted``: bytes stored, row committed, case numbered. ``duplicate``: the same bytes
    were accepted before, nothing was added. ``refused``: it cannot be a paper. ``given_up``: abandoned or expired.
    """

    OPEN = "open"
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class SamePaper(StrEnum):
    """A person's answer about two papers that look alike."""

    SAME = "same"
    DIFFERENT = "different"
    OTHER_CASE = "other_case"


class BatchOrder(Model):
    """What the mailroom says about a batch before scanning.

    Attributes:
        target_case: number of the case the files are added to, with ``FilesAre.EXISTING`` only.
        expected_sheets: counted by hand; ``None`` when not counted yet.
    """

    policy: str
    channel: Channel
    received_at: UtcTime
    files_are: FilesAre = FilesAre.ONE_CASE
    target_case: str | None = None
    sides: Sides = Sides.ONE
    expected_sheets: int | None = Field(default=None, ge=0, le=100_000)


class MailBatch(Model):
    """A batch as opened.

    Attributes:
        operator: who opened it.
    """

    id: str
    order: BatchOrder
    operator: str
    opened_at: UtcTime


class PageRef(Model):
    """One page of one file of a case.

    Attributes:
        page: page number inside the file, from 1.
    """

    case_id: str
    sha256: Sha256
    page: PageNumber


class UploadOrder(Model):
    """A file that is about to be sent.

    Attributes:
        size: bytes.
        sha256: of the whole file, computed by the sender.
        replaces: the page that this new scan takes the place of.
    """

    batch_id: str
    name: str = Field(min_length=1, max_length=300)
    size: int = Field(ge=0)
    sha256: Sha256
    replaces: PageRef | None = None


class Upload(Model):
    """An upload and how far it has come.

    Attributes:
        received: bytes that are on disk; the next piece starts there.
        expires_at: when it is given up unless touched.
        media_type: by content, once accepted.
        pages: pages of the file, once accepted.
        case_id: the case it belongs to; of a duplicate, the case that has the same bytes.
        case_number: for people.
        error, fact, next_step: why it was refused.
    """

    id: str
    order: UploadOrder
    received: int = Field(ge=0)
    state: UploadState
    created_at: UtcTime
    expires_at: UtcTime
    media_type: str | None = None
    pages: int | None = None
    case_id: str | None = None
    case_number: str | None = None
    error: str | None = None
    fact: str | None = None
    next_step: str | None = None

    @property
    def complete(self) -> bool:
        """All bytes are on disk."""
        return self.received == self.order.size


class PageSeen(Model):
    """What the sheet count and the person at the scanner need of a page that was read.

    Attributes:
        problems: reasons in Chinese to scan it again.
        usable: False when it should be scanned again.
    """

    number: PageNumber
    blank: bool = False
    usable: bool = True
    problems: tuple[str, ...] = ()


class SheetCount(Model):
    """Sheets on the table against sheets in the machine.

    Attributes:
        expected: counted by hand, ``None`` when not counted.
        received: sheets with something on them, or not read yet.
        blank_sheets: sheets with nothing on any side: perhaps fed the wrong way round.
        blank_backs: empty backs of sheets that were scanned on both sides.
        unread: pages not read yet; they count as written on.
    """

    expected: int | None
    received: int
    blank_sheets: int
    blank_backs: int
    unread: int

    @property
    def difference(self) -> int | None:
        """Received less expected: negative when sheets are missing."""
        return None if self.expected is None else self.received - self.expected


def sheets_of(pages: int, sides: Sides) -> int:
    """Return the number of sheets that ``pages`` pages of one file lie on."""
    return pages if sides is Sides.ONE else (pages + 1) // 2


def count_sheets(expected: int | None, sides: Sides, files: Iterable[tuple[int, dict[int, PageSeen]]]) -> SheetCount:
    """Count the sheets of a batch.

    A file that was scanned on both sides holds front and back in turn, an odd last page has no back.

    Args:
        expected: counted by hand.
        sides: how the sheets were scanned.
        files: for every file (its pages, those read by page number from 1), without scans that replace a page.
    """
    step = 1 if sides is Sides.ONE else 2
    received = blank_sheets = blank_backs = unread = 0
    for pages, seen in files:
        unread += pages - len(seen)
        for first in range(1, pages + 1, step):
            sheet = range(first, min(first + step, pages + 1))
            empty = [number in seen and seen[number].blank for number in sheet]
            if all(empty):
                blank_sheets += 1
            else:
                received += 1
                blank_backs += sum(empty)
    return SheetCount(
        expected=expected, received=received, blank_sheets=blank_sheets, blank_backs=blank_backs, unread=unread
    )
