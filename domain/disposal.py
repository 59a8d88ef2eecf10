"""Legal holds, disposal lists and what was destroyed. Values only: no clock, no store."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from domain.base import Model, Sha256, Sm3, UtcTime


class Signature(Model):
    """Who did something in the course of a hold or a disposal, and when.

    Attributes:
        seq: 0-based index of the act's leaf in the archive log.
        reason: what the person said, ``None`` where nothing is asked.
    """

    seq: int = Field(ge=0)
    person: str
    at: UtcTime
    reason: str | None = None


class Hold(Model):
    """A legal hold on a case: while it is open, nothing of the case is destroyed.

    Attributes:
        placed: who placed it and why; ``placed.seq`` is the number of the hold.
        asked: who asked for the release, ``None`` while nobody did.
        released: who confirmed the release, ``None`` while the hold is open.
    """

    case_id: str
    case_number: str
    placed: Signature
    asked: Signature | None = None
    released: Signature | None = None

    @property
    def is_open(self) -> bool:
        """The hold stands."""
        return self.released is None


class Capacity(StrEnum):
    """As what somebody approves a disposal list: the archivist, and the auditor who supervises (监销)."""

    ARCHIVIST = "archivist"
    AUDITOR = "auditor"


class KeptCase(Model):
    """A filed case as retention sees it.

    Attributes:
        received_at: receipt.
        filed_at: last filing: closing, or the last amendment.
        settled: nobody is asked about it any more.
        until: last day of retention in force, ``None`` keeps for ever.
        longest: latest day that was ever recorded, ``None`` when none was.
        held: a legal hold is open.
        listed: it stands on a disposal list that is not done yet.
    """

    case_id: str
    number: str
    policy: str
    received_at: UtcTime
    filed_at: UtcTime
    settled: bool
    until: date | None
    longest: date | None
    held: bool
    listed: bool


class ListedCase(Model):
    """A case on a disposal list.

    Attributes:
        retain_until: last day of retention when the list was made.
        basis: the rule that decided.
        objects: objects of the case; ``size``: their bytes together.
        removed: who took it from the list and why.
        destroyed: who had it destroyed.
    """

    case_id: str
    number: str
    policy: str
    received_at: UtcTime
    retain_until: date
    basis: str
    objects: int = Field(ge=0)
    size: int = Field(ge=0)
    removed: Signature | None = None
    destroyed: Signature | None = None


class ListState(StrEnum):
    """How far a disposal list is."""

    REVIEW = "review"
    APPROVING = "approving"
    APPROVED = "approved"
    DESTROYING = "destroying"
    DONE = "done"


class DisposalList(Model):
    """A disposal list (销毁清册).

    Attributes:
        number: what people call it, for example ``QC-2026-0001``.
        approvals: by capacity.
        certified: who ended it with the certificate; ``certificate`` and ``certificate_pdf`` are their SHA-256.
    """

    number: str
    made: Signature
    cases: tuple[ListedCase, ...]
    approvals: tuple[tuple[Capacity, Signature], ...] = ()
    certified: Signature | None = None
    certificate: Sha256 | None = None
    certificate_pdf: Sha256 | None = None

    @property
    def remaining(self) -> tuple[ListedCase, ...]:
        """The cases that nobody took from the list."""
        return tuple(c for c in self.cases if c.removed is None)

    @property
    def state(self) -> ListState:
        """How far the list is."""
        if self.certified is not None:
            return ListState.DONE
        if any(c.destroyed for c in self.cases):
            return ListState.DESTROYING
        if len(self.approvals) == len(Capacity):
            return ListState.APPROVED
        return ListState.APPROVING if self.approvals else ListState.REVIEW


class DestroyedObject(Model):
    """An object that went with a case: what it was stays known."""

    sha256: Sha256
    sm3: Sm3
    size: int = Field(ge=0)
    role: str


class SharedObject(Model):
    """An object of a destroyed case that stays, because other cases need it."""

    sha256: Sha256
    needed_by: tuple[str, ...]


class DestroyedCase(Model):
    """What a certificate says about one case.

    Attributes:
        leaf_hash: of the destruction in the archive log; ``filings``: indices of the leaves of its filings.
    """

    case: ListedCase
    leaf_hash: Sha256
    filings: tuple[int, ...]
    objects: tuple[DestroyedObject, ...]
    shared: tuple[SharedObject, ...]
