"""Webhooks: what other systems are told, how it is signed, when it is tried again. Pure: no clock, no store, no chance.

Signing follows the public Standard Webhooks convention: HMAC-SHA256 of ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from domain.base import Model, UtcTime, iso
from domain.vocabulary import CaseStatus

SECRET_PREFIX = "whsec_"
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=6)
ATTEMPTS = 12
"""Ten seconds, threefold each time, at most six hours: the last attempt comes about 27 hours after the first."""
JITTER = 0.2
"""Share of a delay by which it is made longer or shorter, so that many deliveries do not come back at one moment."""


class EventType(StrEnum):
    """What is told."""

    CASE_RECEIVED = "case.received"
    CASE_FILED = "case.filed"
    CASE_AMENDED = "case.amended"
    CASE_FAILED = "case.failed"


class WebhookEvent(Model):
    """One event. No personal data: whoever needs them asks the API with a token that may.

    Attributes:
        id: the same in every attempt, so that a receiver can drop what it has seen.
        revision: the revision filed, ``None`` for a case that has not been read.
        status: of the case at that moment, ``None`` for a case that has not been read.
    """

    id: str
    type: EventType
    occurred_at: UtcTime
    case_id: str
    case_number: str
    revision: int | None
    status: CaseStatus | None

    def body(self) -> bytes:
        """Return the bytes that are sent and signed: the same in every attempt."""
        case = {"id": self.case_id, "number": self.case_number, "revision": self.revision, "status": self.status}
        content = {"type": self.type, "event_id": self.id, "occurred_at": iso(self.occurred_at), "case": case}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


class WebhookEndpoint(Model):
    """An address that wants to be told.

    Attributes:
        secret: ``whsec_`` and base64; kept readable, because signing needs it.
        previous_secret: still signs beside ``secret`` until ``previous_until``.
        disabled_at: nothing is sent from then on, ``None`` while it is on.
        disabled_because: fact for people.
    """

    id: str
    url: str
    events: tuple[EventType, ...]
    secret: str
    previous_secret: str | None = None
    previous_until: UtcTime | None = None
    created_at: UtcTime
    created_by: str
    disabled_at: UtcTime | None = None
    disabled_because: str | None = None


class Delivery(Model):
    """One event on its way to one endpoint.

    Attributes:
        state: ``dead`` after the last attempt, or when the endpoint is gone; a person can send it again.
        attempts: made so far.
        last_status: HTTP status of the last answer, ``None`` when there was none.
        last_error: what went wrong last, for people.
    """

    endpoint_id: str
    event: WebhookEvent
    state: Literal["pending", "delivered", "dead"]
    attempts: int
    next_attempt_at: UtcTime
    last_status: int | None = None
    last_error: str | None = None


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """Return ``v1,<base64>`` over ``id.timestamp.body``.

    Args:
        secret: ``whsec_`` and base64.
        event_id: the header ``Webhook-Id``.
        timestamp: seconds since 1970, the header ``Webhook-Timestamp``.
        body: the bytes sent.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def retry_delay(attempts: int, chance: float) -> timedelta | None:
    """Return how long to wait after attempt number ``attempts`` (from 1) failed; ``None``: it was the last.

    Args:
        attempts: made so far.
        chance: 0 to 1, where in the jitter the delay falls.
    """
    if attempts >= ATTEMPTS:
        return None
    plain: timedelta = min(FIRST_DELAY * 3 ** (attempts - 1), LONGEST_DELAY)
    return plain * (1 + JITTER * (2 * chance - 1))
