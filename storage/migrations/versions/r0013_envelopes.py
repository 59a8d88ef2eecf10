"""Encrypted objects: whose body lies where, its key wrapped by a master key; rows stay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import protect
from storage.tables import UtcDateTime

revision = "r0013"
down_revision = "r0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of envelopes."""
    op.create_table(
        "object_envelopes",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("body_key", sa.String, nullable=False),
        sa.Column("master", sa.String, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("written_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", "generation"),
    )
    op.create_index("ix_object_envelopes_master", "object_envelopes", ["master"])
    protect(op, "object_envelopes", ("key", "generation"))
