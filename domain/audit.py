"""The audit log's vocabulary: who did what to which case, why, and whether it was allowed. Pure: no clock, no store.

An entry never holds a personal value: it names the field, document or page, not what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from domain.base import Model, Sha256, UtcTime

REVEAL_LASTS = timedelta(minutes=30)
"""How long a revealed value stays readable for the person who revealed it."""

SHOWN_LASTS = timedelta(minutes=1)
"""How long an open page goes on showing what was revealed; showing it again needs no new reason, and is logged."""

VIEW_LASTS = timedelta(minutes=10)
"""Repeated looks of one person at one thing within this time are one entry."""

NO_HASH = "0" * 64
"""What the first entry of a chain calls its predecessor's hash."""

_MOST_DETAILS = 12
_LONGEST_DETAIL = 200


class Operation(StrEnum):
    """What a person did."""

    VIEW_CASE = "view_case"
    VIEW_PAGE = "view_page"
    REVEAL_FIELD = "reveal_field"
    REVEAL_PAGE = "reveal_page"
    REVEAL_DOCUMENT = "reveal_document"
    REVEAL_CASE = "reveal_case"
    CHANGE = "change"
    DOWNLOAD_ORIGINAL = "download_original"
    DOWNLOAD_COPY = "download_copy"
    HAND_OUT = "hand_out"
    DAMAGE_FOUND = "damage_found"
    UPLOAD = "upload"
    SEARCH = "search"
    EXPORT = "export"
    PRINT = "print"
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    ACCOUNT_CHANGED = "account_changed"
    TOKEN_CHANGED = "token_changed"
    WEBHOOK_CHANGED = "webhook_changed"
    HOLD_CHANGED = "hold_changed"
    DISPOSAL_CHANGED = "disposal_changed"
    AUDIT_READ = "audit_read"
    AUDIT_VERIFIED = "audit_verified"


REVEALS = frozenset({Operation.REVEAL_FIELD, Operation.REVEAL_PAGE, Operation.REVEAL_DOCUMENT, Operation.REVEAL_CASE})
"""Operations after which a person may read what is otherwise masked."""


class RevealReason(StrEnum):
    """Why personal data are shown; the short list that a person chooses from."""

    REVIEW = "review"
    IDENTITY = "identity"
    CONTACT = "contact"
    INQUIRY = "inquiry"
    HANDOVER = "handover"
    AUDIT = "audit"


class Result(StrEnum):
    """Whether it was done."""

    ALLOWED = "allowed"
    REFUSED = "refused"


Detail = str | int | bool | None


def _small(details: dict[str, Detail]) -> dict[str, Detail]:
    if len(details) > _MOST_DETAILS:
        raise ValueError(f"too many details: expected at most {_MOST_DETAILS}, got {len(details)}")
    for name, value in details.items():
        if isinstance(value, str) and len(value) > _LONGEST_DETAIL:
            raise ValueError(f"detail {name} is too long: expected at most {_LONGEST_DETAIL}, got {len(value)}")
    return details


Details = Annotated[dict[str, Detail], AfterValidator(_small)]


class AuditEvent(Model):
    """Something a person did, before it has its place in the chain.

    Attributes:
        at: when, microseconds precision.
        actor: who.
        address: network address of the person's machine, ``None`` on the command line.
        subject: ``case``, ``field:NAME``, ``document:ID``, ``page:DOCUMENT:NUMBER``, a decision's subject; ``None``
            when the whole operation says it.
        reason: why, a code of ``RevealReason``, the scope of a token, or free words of the person; ``None`` when
            nobody was asked.
        details: small facts without personal values.
    """

    at: UtcTime
    actor: str = Field(min_length=1, max_length=200)
    address: str | None = None
    operation: Operation
    case_id: str | None = None
    case_number: str | None = None
    subject: str | None = None
    reason: str | None = None
    result: Result = Result.ALLOWED
    details: Details = Field(default_factory=dict)


class AuditEntry(Model):
    """An event in the chain.

    Attributes:
        number: 1, 2, 3, … without gaps.
        previous: hash of the entry before, ``NO_HASH`` for the first.
        hash: SHA-256 over the canonical JSON of number, event and ``previous``.
    """

    number: int = Field(ge=1)
    event: AuditEvent
    previous: Sha256
    hash: Sha256

    @property
    def head(self) -> str:
        """Return what an auditor writes down: number and hash."""
        return f"{self.number}:{self.hash}"


class AuditFilter(Model):
    """Which entries are wanted; ``None`` means all.

    Attributes:
        actor: exact name of a person.
        case: id or number of a case.
        since: first moment, inclusive.
        until: last moment, exclusive.
        query_digest: keyed digest of searched words.
    """

    actor: str | None = None
    case: str | None = None
    operation: Operation | None = None
    since: UtcTime | None = None
    until: UtcTime | None = None
    refused_only: bool = False
    query_digest: str | None = None


class ChainFault(Model):
    """The first entry of the chain that is not as it was written.

    Attributes:
        number: its number.
        kind: ``missing`` (a number is skipped), ``content`` (hash and content disagree), ``link`` (it does not follow
            the entry before), ``cut`` (the written-down head is beyond the end), ``head`` (the written-down head has
            another hash).
        expected: what the chain or the written-down head says.
        got: what was found.
    """

    number: int = Field(ge=1)
    kind: str
    expected: str
    got: str


class ChainReport(Model):
    """What re-computing the chain gave.

    Attributes:
        entries: how many entries are in order, up to the fault if there is one.
        head: number and hash of the last of them, ``None`` without entries.
        fault: the first wrong entry, ``None`` when all is well.
    """

    entries: int = Field(ge=0)
    first_at: UtcTime | None
    last_at: UtcTime | None
    head: str | None
    fault: ChainFault | None


CASE_SUBJECT = "case"
"""Subject of a case as a whole."""


class Revealed(Model):
    """What one person may read of one case at one moment; subjects as in ``AuditEvent.subject``."""

    subjects: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """The whole case was revealed."""
        return CASE_SUBJECT in self.subjects

    def field(self, name: str) -> bool:
        """Return whether field ``name`` may be read."""
        return self.everything or field_subject(name) in self.subjects

    def page(self, document_id: str, page: int) -> bool:
        """Return whether the picture of a page (from 1) may be seen whole."""
        wanted = {document_subject(document_id), page_subject(document_id, page)}
        return self.everything or bool(wanted & self.subjects)

    def document(self, document_id: str, pages: Iterable[int]) -> bool:
        """Return whether every one of a document's ``pages`` may be seen whole."""
        return self.everything or document_subject(document_id) in self.subjects or self._all(document_id, pages)

    def only(self, subjects: Iterable[str]) -> Revealed:
        """Return what of ``subjects`` may be read: a page asks for less than it could have, never for more."""
        return Revealed(subjects=frozenset(s for s in subjects if self._covers(s)))

    def _covers(self, subject: str) -> bool:
        scope, _, name = subject.partition(":")
        whole = document_subject(name.rpartition(":")[0]) if scope == "page" else subject
        return self.everything or subject in self.subjects or whole in self.subjects

    def _all(self, document_id: str, pages: Iterable[int]) -> bool:
        wanted = {page_subject(document_id, p) for p in pages}
        return bool(wanted) and wanted <= self.subjects


EVERYTHING = Revealed(subjects=frozenset({CASE_SUBJECT}))
"""Nothing is masked."""


def field_subject(name: str) -> str:
    """Return the subject of a field."""
    return f"field:{name}"


def document_subject(document_id: str) -> str:
    """Return the subject of a document."""
    return f"document:{document_id}"


def page_subject(document_id: str, page: int) -> str:
    """Return the subject of a page (from 1)."""
    return f"page:{document_id}:{page}"
