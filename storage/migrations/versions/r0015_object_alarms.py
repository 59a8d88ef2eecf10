"""Alarms: objects that were found missing or damaged while they were being handed out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import protect

revision = "r0015"
down_revision = "r0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "object_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_object_alarms_key", "object_alarms", ["object_key"], unique=False)
    op.create_index("ix_object_alarms_raised", "object_alarms", ["raised_at"], unique=False)
    protect(op, "object_alarms", ("id",))
