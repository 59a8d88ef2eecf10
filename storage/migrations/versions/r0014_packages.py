"""Packages that were made of cases, and the reports on the four properties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import hexadecimal, protect

revision = "r0014"
down_revision = "r0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables; their rows are facts."""
    op.create_table(
        "inspections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("occasion", sa.String, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.CheckConstraint("occasion IN ('filing', 'transfer', 'demand')", name="ck_inspection_occasion"),
    )
    op.create_index("ix_inspections_case", "inspections", ["case_id"])
    op.create_table(
        "case_packages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("sm3", sa.String(64), nullable=False),
        sa.Column("inspection_id", sa.Integer, sa.ForeignKey("inspections.id"), nullable=False),
        hexadecimal("sha256"),
        hexadecimal("sm3"),
        sa.CheckConstraint("files >= 0 AND size >= 0", name="ck_package_counts"),
    )
    op.create_index("ix_case_packages_case", "case_packages", ["case_id"])
    op.create_index("ix_case_packages_made", "case_packages", ["made_at"])
    for table in ("inspections", "case_packages"):
        protect(op, table, ("id",))
