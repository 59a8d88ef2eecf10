"""Audit samples: fields of filed cases that nobody looked at, and what auditors found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0008"
down_revision = "r0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "accepted_fields",
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("producer", sa.String, nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name"),
    )
    op.create_index("ix_accepted_fields_alike", "accepted_fields", ["name", "producer", "filed_at"])
    op.create_table(
        "audit_samples",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("drawn", sa.String, nullable=False),
        sa.Column("cause", sa.Integer, sa.ForeignKey("audit_samples.id")),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("auditor", sa.String),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("case_id", "name", name="uq_audit_samples"),
        sa.ForeignKeyConstraint(["case_id", "name"], ["accepted_fields.case_id", "accepted_fields.name"]),
    )
    op.create_index("ix_audit_samples_outcome", "audit_samples", ["outcome"])
