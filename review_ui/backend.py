"""What the pages need from the rest: wiring implements ``ReviewBackend`` over storage and flows.

Every method may be called from several threads at once. Errors are those of ``domain.errors``; the pages show
their fact and next step. Cases are named by id or by number wherever a ``key`` is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pydantic import Field

from domain.archive import ArchiveRecord
from domain.base import BBox, Model, PageNumber, Sha256, UtcTime
from domain.case import Case, Decision, ReviewReason
from domain.documents import Failure
from domain.queue import Lease
from domain.statistics import MonthlyStatistics
from domain.vocabulary import CaseStatus, Channel, DocumentKind


class QueueChoice(Model):
    """Which cases somebody wants; ``None`` means all.

    Attributes:
        reason: code of a review reason that the case must have.
        policy: pack id.
        status: state on the paper side.
        channel: how the papers came in.
        kind: a paper of this kind is in the case.
        level: the pack's label.
        holder: in this person's hands.
        held: in anybody's hands, or in nobody's.
        for_expert: handed to an expert, or not.
    """

    reason: str | None = None
    policy: str | None = None
    status: CaseStatus | None = None
    channel: Channel | None = None
    kind: DocumentKind | None = None
    level: str | None = None
    holder: str | None = None
    held: bool | None = None
    for_expert: bool | None = None


class QueueFilter(QueueChoice):
    """Which cases are shown.

    Attributes:
        without: ids of cases that do not exist for the person who asks.
    """

    without: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """It leaves cases out that the person may see."""
        return self != QueueFilter(without=self.without)


EVERYTHING = QueueFilter()
"""Every waiting case."""


class Remark(Model):
    """What a person said when leaving a case or taking it over.

    Attributes:
        act: ``skip``, ``to_expert``, ``from_expert`` or ``take_over``.
    """

    person: str
    at: UtcTime
    act: str
    reason: str


class CaseEntry(Model):
    """One line of the queue or of the list of cases.

    Attributes:
        complainant: name as far as known, ``None`` while unknown.
        level: the pack's label, ``None`` while undecided.
        grave: the level is the gravest of its pack, or may be: stays on top of the queue.
        due_at: the next duty's due time, ``None`` when no duty has one.
        reasons: what a person is asked.
        pages: number of pages.
        finished: a person has finished the case.
        answered: a person has given at least one answer.
        asked_since: when the oldest open reason came up, ``None`` when nothing is asked.
        place: sorts the queue; ``None`` when the case waits for nobody.
        lease: whose hands the case is in, ``None`` for nobody's.
        for_expert: handed to an expert.
        remarks: what persons said when they left the case, oldest first.
    """

    id: str
    number: str
    revision: int = Field(ge=1)
    policy: str
    channel: Channel
    status: CaseStatus
    received_at: UtcTime
    complainant: str | None
    level: str | None
    grave: bool
    due_at: UtcTime | None
    reasons: tuple[ReviewReason, ...]
    pages: int = Field(ge=0)
    finished: bool
    answered: bool = False
    asked_since: UtcTime | None = None
    place: str | None = None
    lease: Lease | None = None
    for_expert: bool = False
    remarks: tuple[Remark, ...] = ()


class QueueCounts(Model):
    """Figures above the queue. Each table leaves its own filter out of account: it shows what a choice would bring.

    Attributes:
        waiting: cases that wait for a person.
        grave: those of them that are, or may be, of the gravest level.
        fitting: waiting cases that fit the filter.
        cases: all cases.
        failed: inputs that could not be read.
        by_reason: waiting cases by reason code.
        by_policy: waiting cases by pack id.
        by_status: waiting cases by status.
        by_kind: waiting cases by the kinds of their papers.
        by_holder: waiting cases in somebody's hands, by holder.
        nobody: waiting cases in nobody's hands.
        for_expert: waiting cases handed to an expert; ``for_reviewer`` counts the others.
    """

    waiting: int
    grave: int
    fitting: int
    cases: int
    failed: int
    by_reason: dict[str, int]
    by_policy: dict[str, int]
    by_status: dict[CaseStatus, int]
    by_channel: dict[Channel, int]
    by_kind: dict[str, int]
    by_level: dict[str, int]
    by_holder: dict[str, int]
    nobody: int
    for_expert: int
    for_reviewer: int


class FailedInput(Model):
    """An input that could not be read, visible until a person deals with it.

    Attributes:
        failure: file, cause, next step.
        received_at: when it came in, ``None`` when unknown.
        case_number: the case it belongs to, ``None`` when no case came of it.
    """

    failure: Failure
    received_at: UtcTime | None = None
    case_number: str | None = None


class SearchHit(Model):
    """One place where a query was found.

    Attributes:
        source: ``number``, ``file``, ``field:NAME`` or ``page``.
        document_id: ``None`` for numbers and file names.
        page: page inside the document, from 1.
        snippet: words around the match.
        marks: matches inside ``snippet`` as (start, end), 0-based, end exclusive.
        bbox: place on the page when known, pixels of the upright page image.
    """

    case_id: str
    case_number: str
    source: str
    document_id: str | None
    page: PageNumber | None
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
    bbox: BBox | None = None


class Choices(Model):
    """What the pack of a case allows, in its own Chinese labels.

    Attributes:
        policy_title: name of the regulation.
        categories: labels in the pack's order.
        levels: labels from the gravest to the lightest.
        materials: kind name to the regime's own name of the paper.
    """

    policy_title: str
    categories: tuple[str, ...]
    levels: tuple[str, ...]
    materials: dict[str, str] = Field(default_factory=dict)


class PolicyName(Model):
    """A pack to choose.

    Attributes:
        title: name of the regulation.
        cases: number of its cases.
    """

    id: str
    title: str
    cases: int = Field(ge=0)


class PageImage(Model):
    """The upright page as a picture of exactly ``Page.width`` x ``Page.height`` pixels.

    Attributes:
        content: bytes.
        media_type: ``image/jpeg``, ``image/png`` or ``image/webp``.
    """

    content: bytes
    media_type: str


class OriginalFile(Model):
    """A file that was made here, small enough to be held as a whole.

    Attributes:
        name: file name for people.
    """

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class StoredFile:
    """A file of the store on its way out, as it was handed in.

    Attributes:
        name: file name for people.
        size: bytes.
        sha256: what ``pieces`` together have.
        pieces: the bytes, hashed as they are read; the last piece is not given when the hash is another
            (StorageError). Read once.
    """

    name: str
    media_type: str
    size: int
    sha256: Sha256
    pieces: Iterator[bytes]


class ReviewBackend(Protocol):
    """Everything the pages ask for."""

    def queue(self, wanted: QueueFilter, limit: int | None = None, after: str | None = None) -> tuple[CaseEntry, ...]:
        """Return the cases that wait, in the order of ``CaseEntry.place``.

        Args:
            wanted: which.
            limit: number of entries, ``None`` for all.
            after: ``place`` of the last entry of the page before.
        """
        ...

    def counts(self, wanted: QueueFilter = EVERYTHING) -> QueueCounts:
        """Return the figures above the queue."""
        ...

    def number_of_cases(self) -> int:
        """Return how many cases there are."""
        ...

    def cases(self, limit: int, offset: int) -> tuple[CaseEntry, ...]:
        """Return all cases, newest first."""
        ...

    def case(self, key: str) -> Case:
        """Return the newest revision.

        Raises:
            UnknownCaseError: no such case.
        """
        ...

    def decide(self, case_id: str, expected_revision: int, decision: Decision) -> Case:
        """Apply one decision, store it, and return the new revision; ``finish`` files the case again first.

        Raises:
            UnknownCaseError: no such case.
            StaleRevisionError: the case is no longer at ``expected_revision``; nothing was changed.
            DecisionError: the decision does not fit the case; nothing was changed.
        """
        ...

    def page_image(self, case_id: str, document_id: str, page: int) -> PageImage:
        """Return a page's picture.

        Raises:
            UnknownCaseError: no such case.
            UnknownObjectError: no such document or page.
        """
        ...

    def original(self, case_id: str, document_id: str, page: int = 1) -> StoredFile:
        """Return the file that a page (from 1) of the document came from; its pieces are verified on their way.

        Raises:
            UnknownCaseError: no such case.
            UnknownObjectError: no such document or page.
        """
        ...

    def failures(self) -> tuple[FailedInput, ...]:
        """Return the inputs that could not be read and were not dealt with, newest first."""
        ...

    def choices(self, policy: str) -> Choices:
        """Return the labels of a pack.

        Raises:
            UnknownPolicyError: no such pack.
        """
        ...

    def search(self, query: str, limit: int) -> tuple[SearchHit, ...]:
        """Return where the words were found, best first; empty when nothing was found."""
        ...

    def filings(self, case_id: str) -> tuple[ArchiveRecord, ...]:
        """Return every filing of a case, oldest first."""
        ...

    def policies(self) -> tuple[PolicyName, ...]:
        """Return the packs, those with the most cases first."""
        ...

    def statistics(self, policy: str, month: str) -> MonthlyStatistics:
        """Return the figures of the cases received in ``month`` (``YYYY-MM``).

        Raises:
            UnknownPolicyError: no such pack.
            ConfigurationError: ``month`` is no month.
        """
        ...
