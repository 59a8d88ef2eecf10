"""Values that the repositories hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.case import Case, ReviewReason
from domain.documents import Failure, ObjectRef, SourceFile
from domain.queue import Lease
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
    holder: str | None = None


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
    """Which cases; ``None`` means any. Bounds are inclusive, days of Chinese local time.

    Attributes:
        without: ids of cases that are left out.
    """

    policy: str | None = None
    status: CaseStatus | None = None
    level: str | None = None
    channel: Channel | None = None
    finished: bool | None = None
    received_from: date | None = None
    received_to: date | None = None
    without: tuple[str, ...] = ()


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
class QueueFilter:
    """Which waiting cases; ``None`` means any.

    Attributes:
        kind: a document of this kind is in the case.
        reason: code of a reason that the case has.
        holder: whose hands it is in at this moment.
        held: whether it is in anybody's hands.
        for_expert: whether it was handed to an expert.
        without: ids of cases that are left out.
    """

    policy: str | None = None
    channel: Channel | None = None
    kind: str | None = None
    reason: str | None = None
    status: CaseStatus | None = None
    level: str | None = None
    holder: str | None = None
    held: bool | None = None
    for_expert: bool | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueAct:
    """What a person did with a waiting case instead of answering it.

    Attributes:
        act: ``pass`` (left for the next one), ``skip``, ``to_expert``, ``from_expert``, ``take_over``.
        reason: the person's words; ``None`` for ``pass`` only.
    """

    case_id: str
    person: str
    at: datetime
    act: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What lists show of a case that has a revision.

    Attributes:
        due_at: next due time.
        asked_since: when the oldest open reason came up.
        place: sorts the queue; ``None`` when the case waits for nobody.
        reasons: open reasons, gravest first.
        lease: whose hands it is in, ``None`` for nobody's.
        acts: skips, hand-overs and take-overs, oldest first.
    """

    id: str
    number: str
    policy: str
    channel: Channel
    received_at: datetime
    revision: int
    status: CaseStatus
    level: str | None
    complainant_name: str | None
    pages: int
    finished: bool
    answered: bool
    grave: bool
    due_at: datetime | None
    asked_since: datetime | None
    for_expert: bool
    place: str | None
    reasons: tuple[ReviewReason, ...]
    lease: Lease | None
    acts: tuple[QueueAct, ...]


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Waiting cases counted. Each table leaves its own filter out of account, so that it shows what a choice brings.

    Attributes:
        waiting: all waiting cases.
        grave: those of them that are, or may be, of the gravest level.
        fitting: waiting cases that fit the whole filter.
        by_holder: cases in somebody's hands by holder; ``nobody`` counts the others.
    """

    waiting: int
    grave: int
    fitting: int
    by_policy: dict[str, int]
    by_channel: dict[str, int]
    by_status: dict[str, int]
    by_level: dict[str, int]
    by_expert: dict[bool, int]
    by_reason: dict[str, int]
    by_kind: dict[str, int]
    by_holder: dict[str, int]
    nobody: int


@dataclass(frozen=True, slots=True)
class SavedView:
    """A named filter of a person; ``query`` is the query string of the queue page."""

    id: int
    name: str
    query: str


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
            ``decision``, ``filing_row``, ``case_file``, ``leaf``, ``root``, ``node``, ``inclusion``, ``act_row``,
            ``not_destroyed``.
        subject: the object key, ``leaf 12``, ``filing 12``, ``act 12``, ``revision 3``, ``decision 0``.
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
