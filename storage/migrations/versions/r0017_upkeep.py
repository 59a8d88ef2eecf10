"""Upkeep of the object store: when each object was checked and copied, runs, repairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import protect

revision = "r0017"
down_revision = "r0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "object_care",
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sound", sa.Boolean(), nullable=True),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["object_key"], ["objects.key"]),
        sa.PrimaryKeyConstraint("object_key"),
    )
    op.create_index("ix_object_care_checked", "object_care", ["checked_at"], unique=False)
    op.create_index("ix_object_care_copied", "object_care", ["copied_at"], unique=False)
    op.create_table(
        "upkeep_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("objects", "size", "damaged", "repaired", "remaining")
        ),
        sa.CheckConstraint("work IN ('check', 'copy')", name="ck_upkeep_work"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_upkeep_runs_work", "upkeep_runs", ["work", "id"], unique=False)
    op.create_table(
        "object_repairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["object_key"], ["objects.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_object_repairs_key", "object_repairs", ["object_key"], unique=False)
    protect(op, "upkeep_runs", ("id",))
    protect(op, "object_repairs", ("id",))
