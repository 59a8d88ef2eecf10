"""What the interface to other systems needs from the rest; wiring implements it over storage and flows.

Every method may be called from several threads at once. Errors are those of ``domain.errors`` and
``domain.system_errors``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

from pydantic import Field

from domain.access import ApiToken, Scope
from domain.amendments import AmendmentCause
from domain.base import Model, UtcTime
from domain.documents import Failure
from domain.vocabulary import CaseStatus, Channel
from domain.webhooks import Delivery, EventType, WebhookEndpoint


class CaseLine(Model):
    """One accepted case in a list; ``None`` where it has not come that far.

    Attributes:
        accepted_at: when its papers were safe; lists are in this order.
        pages: number of pages.
        review_items: what a person is still asked.
        finished: a person has finished the case.
        amended_at: when the last amendment of a delivered case was filed, ``None`` when there is none.
        amended_because: why it was amended; set without ``amended_at`` while it is not filed again.
    """

    id: str
    number: str
    revision: int | None
    policy: str
    channel: Channel
    status: CaseStatus | None
    received_at: UtcTime
    accepted_at: UtcTime
    complainant: str | None
    level: str | None
    category: str | None
    pages: int = Field(ge=0)
    review_items: int = Field(ge=0)
    finished: bool
    amended_at: UtcTime | None = None
    amended_because: AmendmentCause | None = None


class CaseChoice(Model):
    """Which cases somebody wants; ``None`` means all. Days are those of China, inclusive."""

    policy: str | None = None
    status: CaseStatus | None = None
    level: str | None = None
    channel: Channel | None = None
    finished: bool | None = None
    received_from: date | None = None
    received_to: date | None = None


class CaseQuery(CaseChoice):
    """Which cases are listed.

    Attributes:
        without: ids of cases that do not exist for the person who asks.
    """

    without: tuple[str, ...] = ()


class CaseListing(Protocol):
    """Lists of cases that stay right while cases arrive."""

    def portion(
        self, wanted: CaseQuery, after: tuple[datetime, str] | None, limit: int, *, newest_first: bool
    ) -> tuple[CaseLine, ...]:
        """Return the cases behind ``after`` (moment of acceptance and number) in the order of acceptance."""
        ...

    def count(self, wanted: CaseQuery) -> int:
        """Return the number of matching cases."""
        ...


class TokenDesk(Protocol):
    """Tokens of other systems."""

    def create(self, name: str, scopes: tuple[Scope, ...], days: int, actor: str) -> tuple[ApiToken, str]:
        """Make a token; return it and the text that is shown this once."""
        ...

    def tokens(self) -> tuple[ApiToken, ...]:
        """Return all tokens, the newest first."""
        ...

    def verify(self, text: str) -> ApiToken:
        """Return the token that ``text`` is.

        Raises:
            TokenRefusedError: it is unknown, wrong, expired or revoked.
        """
        ...

    def revoke(self, token_id: str, actor: str) -> None:
        """Make a token useless from now on.

        Raises:
            UnknownTokenError: there is none.
        """
        ...


class KeptAnswers(Protocol):
    """Answers by idempotency key."""

    def begin(self, owner: str, key: str, fingerprint: str) -> str | None:
        """Take the key; return the answer that was given before, ``None`` when the caller must do the work.

        Raises:
            IdempotencyKeyReusedError: the key belongs to another request.
            IdempotencyInProgressError: another request with this key is being worked on.
        """
        ...

    def finish(self, owner: str, key: str, answer: str) -> None:
        """Keep the answer."""
        ...

    def release(self, owner: str, key: str) -> None:
        """Give the key back: the request failed."""
        ...


class UploadOrder(Model):
    """How papers were handed in.

    Attributes:
        policy: pack id.
        channel: how they arrived.
        received_at: moment of receipt; clocks start here.
        grouping: all files are one ``case``, each is a case (``cases``), or they are one ``stack`` to be split.
        owner: who handed them in.
    """

    policy: str
    channel: Channel
    received_at: UtcTime
    grouping: Literal["case", "cases", "stack"]
    owner: str


class UploadedCase(Model):
    """A case that came of an upload.

    Attributes:
        created: False when its papers were known before.
        state: ``waiting`` until every file was read.
    """

    case_id: str
    case_number: str
    created: bool
    state: Literal["waiting", "read"]


class Upload(Model):
    """What came of an upload: its papers are safe.

    Attributes:
        state: ``waiting`` until every case was read.
        failures: files that cannot be used; their bytes are kept and a person sees them.
    """

    id: str
    accepted_at: UtcTime
    state: Literal["waiting", "read"]
    cases: tuple[UploadedCase, ...]
    failures: tuple[Failure, ...]


class UploadBackend(Protocol):
    """Takes papers in."""

    def folder(self) -> Path:
        """Return where incoming bytes may be put until they are accepted."""
        ...

    def accept(self, order: UploadOrder, files: tuple[Path, ...]) -> Upload:
        """Accept files (each has its name for people); reading them is left to its own process.

        Raises:
            UnknownPolicyError: there is no such pack.
            IntakeRefusedError: the person who hands them in must not take papers in.
            StorageError: nothing can be accepted.
        """
        ...

    def upload(self, upload_id: str) -> Upload:
        """Return an upload as it is now.

        Raises:
            UnknownUploadError: there is none.
        """
        ...


class WebhookDesk(Protocol):
    """Addresses that are told what happens to cases."""

    def add(self, url: str, events: tuple[EventType, ...], actor: str) -> WebhookEndpoint:
        """Register an address.

        Raises:
            WebhookRefusedError: it must not be called.
        """
        ...

    def endpoints(self) -> tuple[WebhookEndpoint, ...]:
        """Return all addresses, the oldest first."""
        ...

    def endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        """Return one address.

        Raises:
            UnknownWebhookError: there is none.
        """
        ...

    def rotate(self, endpoint_id: str) -> WebhookEndpoint:
        """Give an address a new secret; the present one signs beside it for a day.

        Raises:
            UnknownWebhookError: there is none.
        """
        ...

    def switch(self, endpoint_id: str, actor: str, *, on: bool) -> WebhookEndpoint:
        """Send to an address, or send nothing more.

        Raises:
            UnknownWebhookError: there is none.
        """
        ...

    def deliveries(self, endpoint_id: str, state: str | None, limit: int) -> tuple[Delivery, ...]:
        """Return what was sent, the newest first; ``state`` ``None`` means all.

        Raises:
            UnknownWebhookError: there is no such address.
        """
        ...

    def send_again(self, endpoint_id: str, event_id: str) -> Delivery:
        """Send an event again, at once.

        Raises:
            UnknownWebhookError: this address was never sent this event.
        """
        ...


@dataclass(frozen=True)
class Systems:
    """The interfaces behind everything that other systems use."""

    listing: CaseListing
    tokens: TokenDesk
    uploads: UploadBackend
    answers: KeptAnswers
    webhooks: WebhookDesk
