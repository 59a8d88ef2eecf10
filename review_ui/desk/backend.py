"""What these pages need from the rest: wiring implements ``DeskBackend``. Methods may be called from any thread."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from domain.amendments import Amendment
from domain.base import BBox, Model, UtcTime
from domain.case import Case
from domain.copies import HandedOut
from domain.dashboard import Dashboard, Period
from domain.disposal import Hold
from domain.history import ValueChange
from domain.records import CheckRecord, FilingRecord, Held, ObjectCheck, SentNotice, StageCount, StuckCase
from domain.retention import Retention
from domain.review import Pause
from domain.vocabulary import CaseStatus, Channel, DocumentKind
from review_ui.backend import Choices, FailedInput, OriginalFile, PolicyName, SearchHit, StoredFile


class NoticeOffer(Model):
    """A notice that can be made of a case, or why it cannot.

    Attributes:
        kind: ``receipt``, ``deficiency``, ``referral`` or ``package``.
        refused: fact and next step, ``None`` when it can be made.
        warning: what a person should look at before it goes out, "" for nothing.
    """

    kind: str
    title: str
    refused: str | None = None
    warning: str = ""


class CaseFile(Model):
    """Everything about a case.

    Attributes:
        case: the newest revision.
        changes: every change of every statement, oldest first.
        pauses: when persons stopped the clock.
        last_check: the newest fixity check of this case, ``None`` before the first.
        amended: what happened after the case was delivered, ``None`` for nothing.
        holds: every legal hold it ever had, oldest first.
        retention: how long it stays by the rules of today, ``None`` before the first filing.
        taken: who took what of it when, newest first; the newest few hundred.
    """

    case: Case
    choices: Choices
    changes: tuple[ValueChange, ...]
    pauses: tuple[Pause, ...]
    filings: tuple[FilingRecord, ...]
    notices: tuple[SentNotice, ...]
    offers: tuple[NoticeOffer, ...]
    last_check: CheckRecord | None
    amended: Amendment | None = None
    holds: tuple[Hold, ...] = ()
    retention: Retention | None = None
    taken: tuple[HandedOut, ...] = ()


class ArchiveQuery(Model):
    """What the archive desk is asked for; ``None`` and "" mean any. Days are inclusive, Chinese local time."""

    words: str = ""
    kind: DocumentKind | None = None
    policy: str | None = None
    channel: Channel | None = None
    level: str | None = None
    status: CaseStatus | None = None
    received_from: date | None = None
    received_to: date | None = None


class FoundCase(Model):
    """A case that was found and where in it the words stand (nowhere when no words were asked for).

    Attributes:
        hits: best first.
    """

    case_id: str
    number: str
    policy: str
    channel: Channel
    received_at: UtcTime
    status: CaseStatus | None
    level: str | None
    category: str | None
    complainant: str | None
    pages: int
    hits: tuple[SearchHit, ...] = ()


class ArchiveAnswer(Model):
    """What was found.

    Attributes:
        total: matching cases when no words were asked for, else the cases shown.
        more: there are more than are shown.
        levels: labels to filter by, of the chosen pack or of all.
    """

    cases: tuple[FoundCase, ...]
    total: int
    more: bool
    levels: tuple[str, ...]


class PagePlaces(Model):
    """A page and where words stand on it.

    Attributes:
        width, height: pixels of the upright page image.
        boxes: places of the words, pixels of the upright page image.
    """

    case_number: str
    label: str
    width: int
    height: int
    boxes: tuple[BBox, ...]


class Check(Model):
    """One line of "is this machine fit to run?".

    Attributes:
        problem: what is wrong and the next step, "" when nothing is.
    """

    name: str
    found: str = ""
    problem: str = ""


class CutShort(Model):
    """A case whose last change was interrupted, or is being made at this moment.

    Attributes:
        number: ``None`` when no such case is known.
        held: a living process has it now.
    """

    case_id: str
    number: str | None
    since: UtcTime
    held: bool


class Health(Model):
    """The state of the installation.

    Attributes:
        stuck_minutes: minutes after which an unread case counts as stuck.
        stuck_total: how many there are; ``stuck`` are the oldest.
        last_check: newest check of the whole archive, ``None`` before the first.
        free_bytes: room left where the state lies; ``state_bytes``: the room of that disk.
        versions: name and version of what runs.
    """

    checks: tuple[Check, ...]
    stages: tuple[StageCount, ...]
    failures: tuple[FailedInput, ...]
    stuck_minutes: int
    stuck_total: int
    stuck: tuple[StuckCase, ...]
    cut_short: tuple[CutShort, ...]
    last_check: CheckRecord | None
    held: Held
    free_bytes: int
    state_bytes: int
    versions: tuple[tuple[str, str], ...]


class DeskBackend(Protocol):
    """Everything these pages ask for."""

    def case_file(self, key: str) -> CaseFile:
        """Return everything about a case. Raises UnknownCaseError."""
        ...

    def make_notice(self, case_id: str, kind: str, actor: str) -> SentNotice:
        """Make a notice of the newest revision and record it.

        Raises:
            UnknownCaseError: no such case.
            UnknownObjectError: no such kind of notice.
            NoticeRefusedError, NoticeTemplateError: the case gives no ground for it, or the template cannot be used.
            StorageError: it could not be kept; nothing was recorded.
        """
        ...

    def notice_file(self, case_id: str, position: int, form: str) -> OriginalFile:
        """Return a recorded notice as ``docx`` or ``pdf``, hash verified. Raises UnknownObjectError, StorageError."""
        ...

    def search(self, wanted: ArchiveQuery, limit: int, offset: int) -> ArchiveAnswer:
        """Return the cases that match, best or newest first. Raises SearchQueryError."""
        ...

    def places(self, case_id: str, document_id: str, page: int, words: str) -> PagePlaces:
        """Return where ``words`` stand on a page (from 1). Raises UnknownCaseError, UnknownObjectError."""
        ...

    def check_object(self, sha256: str) -> ObjectCheck:
        """Hash an object again and prove its filing. Raises UnknownObjectError."""
        ...

    def object_file(self, sha256: str) -> StoredFile:
        """Return an object; its pieces are verified on their way. Raises UnknownObjectError."""
        ...

    def certificate(self, case_id: str, form: str) -> OriginalFile:
        """Return the certificate of the last filing of a case as ``pdf`` or ``json``.

        Raises:
            UnknownCaseError: no such case.
            NotFiledError: nothing of it is filed.
            StorageError: the archive does not prove it; no certificate is given out.
        """
        ...

    def verify_case(self, case_id: str, actor: str) -> CheckRecord:
        """Check everything that is filed of a case and record the check. Raises UnknownCaseError."""
        ...

    def policies(self) -> tuple[PolicyName, ...]:
        """Return the packs, those with the most cases first."""
        ...

    def dashboard(self, period: Period, now: datetime) -> Dashboard:
        """Return every figure of ``period``. Raises UnknownPolicyError."""
        ...

    def health(self) -> Health:
        """Return the state of the installation."""
        ...
