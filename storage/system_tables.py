"""Tables of the interface to other systems: tokens, idempotency keys, uploads, webhooks and their outbox."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from storage.data_cipher import SealedText
from storage.tables import UtcDateTime, digest_check, metadata

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    # Words with a blank between them.
    Column("scopes", Text, nullable=False),
    # The secret has 256 bits of chance: a plain hash cannot be searched backwards, and verifying it costs nothing.
    Column("secret_sha256", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("last_used_on", Date),
    Column("revoked_at", UtcDateTime),
    Column("revoked_by", String),
    digest_check("secret_sha256"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", String, nullable=False),
    Column("key", String, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    # Empty while the request is worked on.
    Column("answer", SealedText("idempotency_keys.answer")),
    PrimaryKeyConstraint("owner", "key"),
    digest_check("fingerprint"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("body", SealedText("uploads.body"), nullable=False),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("secret", String, nullable=False),
    Column("previous_secret", String),
    Column("previous_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("disabled_because", Text),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("type", String, nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("revision", Integer),
    Column("status", String),
    Column("occurred_at", UtcDateTime, nullable=False),
    Index("ix_webhook_events_case", "case_id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("endpoint_id", ForeignKey("webhook_endpoints.id"), nullable=False),
    Column("event_seq", ForeignKey("webhook_events.seq"), nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    # A worker has it until then; one that was killed loses it.
    Column("claimed_until", UtcDateTime),
    Column("last_status", Integer),
    Column("last_error", Text),
    PrimaryKeyConstraint("endpoint_id", "event_seq"),
    CheckConstraint("state IN ('pending', 'delivered', 'dead')", name="ck_delivery_state"),
    Index("ix_webhook_deliveries_due", "endpoint_id", "state", "next_attempt_at"),
)
