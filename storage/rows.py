"""Values that the repositories hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.case import Case
from domain.documents import Failure, ObjectRef, SourceFile
from domain.review import ReviewItem
from domain.vocabulary import CaseStatus, Channel, DispositionValue


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of a case.

    Attributes:
        source: name as it came in, and its bytes.
        batch_id: the batch that brought it.
        duplicate_of: id of the case that had the same bytes first (the same case when one file came under two
            names), ``None`` for the first of its kind.
    """

    source: SourceFile
    batch_id: str
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """An accepted case: its papers are safe and it has its number; it may not have been read yet.

    Attributes:
        id: stable identifier.
        number: for people, for example ``EXM-2026-000001``.
        revision: current revision, ``None`` before the first ``save_case``.
        files: every file, in the order of arrival.
        added: what the call that returned this row added (empty when everything was known).
        created: True when that call made the case.
    """

    id: str
    number: str
    policy: str
    channel: Channel
    received_at: datetime
    revision: int | None
    files: tuple[CaseFile, ...]
    added: tuple[SourceFile, ...] = ()
    created: bool = False

    @property
    def originals(self) -> tuple[SourceFile, ...]:
        """Files with different bytes, in the order of arrival: what is to be read."""
        first: dict[str, SourceFile] = {}
        for file in self.files:
            first.setdefault(file.source.object.key, file.source)
        return tuple(first.values())


@dataclass(frozen=True, slots=True)
class FailedItem:
    """A file that could not be accepted or read, visible until a person deals with it.

    Attributes:
        id: for ``resolve``.
        object: its bytes, when they could be kept.
        state: ``open`` or ``resolved``.
    """

    id: int
    batch_id: str
    failure: Failure
    object: ObjectRef | None
    state: Literal["open", "resolved"]
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_by: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class PageText:
    """Text of one page of a document (page from 1), for rules and search; lines are joined by newlines."""

    document_id: str
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A revision to be saved; the attributes are the arguments of ``CaseRepository.save_case``."""

    case: Case
    cause: str
    expected_revision: int | None
    items: tuple[ReviewItem, ...] | None = None
    texts: tuple[PageText, ...] | None = None


@dataclass(frozen=True, slots=True)
class OpenRescanRow:
    """A page that a person wants scanned again: ``page`` inside its document, ``source_page`` inside ``file``."""

    case_id: str
    case_number: str
    revision: int
    document_id: str
    page: int
    file: str
    source_page: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases; ``None`` means any. Bounds are inclusive, days of Chinese local time."""

    policy: str | None = None
    status: CaseStatus | None = None
    level: str | None = None
    channel: Channel | None = None
    finished: bool | None = None
    received_from: date | None = None
    received_to: date | None = None


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of a list of cases. ``None`` where the case has not come that far."""

    id: str
    number: str
    policy: str
    channel: Channel
    received_at: datetime
    accepted_at: datetime
    revision: int | None
    saved_at: datetime | None
    status: CaseStatus | None
    level: str | None
    category: str | None
    disposition: DispositionValue | None
    complainant_name: str | None
    materials_complete: bool | None
    pages: int
    finished: bool
    review_items: int


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of a case's history. ``sha256`` is that of the canonical JSON."""

    number: int
    cause: str
    sha256: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in the archive.

    Attributes:
        code: ``object_missing``, ``object_damaged``, ``object_row`` (its row disagrees), ``manifest``, ``revision``,
            ``decision``, ``filing_row``, ``case_file``, ``leaf``, ``root``, ``node``, ``inclusion``.
        subject: the object key, ``leaf 12``, ``filing 12``, ``revision 3``, ``decision 0``.
        expected: what the archive vouches for; ``got``: what was found.
        message: the fact for a person, with case and file name where there is one (Chinese).
        case_id: the case concerned, ``None`` when the whole log is.
        file: name of the file for people, if it is about one.
    """

    code: str
    subject: str
    expected: str
    got: str
    message: str
    case_id: str | None = None
    case_number: str | None = None
    file: str | None = None
