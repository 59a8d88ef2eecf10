"""Tables of audit samples: what nobody looked at, and what auditors found in those that were drawn."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables import UtcDateTime, metadata

accepted_fields = Table(
    "accepted_fields",
    metadata,
    # Fields of filed cases that no person answered, as first filed.
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("producer", String, nullable=False),
    Column("probability", Float, nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("case_id", "name"),
    Index("ix_accepted_fields_alike", "name", "producer", "filed_at"),
)

audit_samples = Table(
    "audit_samples",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("drawn", String, nullable=False),
    Column("cause", ForeignKey("audit_samples.id")),
    Column("outcome", String, nullable=False),
    Column("auditor", String),
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    UniqueConstraint("case_id", "name", name="uq_audit_samples"),
    ForeignKeyConstraint(["case_id", "name"], ["accepted_fields.case_id", "accepted_fields.name"]),
    Index("ix_audit_samples_outcome", "outcome"),
)
