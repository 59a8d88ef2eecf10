"""The table of the audit log. Its rows are facts; triggers refuse every change."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text

from storage.tables import UtcDateTime, digest_check, metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("address", String),
    Column("operation", String, nullable=False),
    # No foreign keys: the log outlives what it tells about, and tells about cases that do not exist.
    Column("case_id", String),
    Column("case_number", String),
    Column("subject", String),
    Column("reason", String),
    Column("result", String, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
    digest_check("previous"),
    digest_check("hash"),
    CheckConstraint("number >= 1", name="ck_audit_number"),
    CheckConstraint("result IN ('allowed', 'refused')", name="ck_audit_result"),
    Index("ix_audit_entries_person", "actor", "case_id", "at"),
    Index("ix_audit_entries_case", "case_id", "number"),
    Index("ix_audit_entries_at", "at"),
)
