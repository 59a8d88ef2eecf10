"""Signed tree heads and their time stamps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import hexadecimal, protect

revision = "r0011"
down_revision = "r0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables and what refuses to change them."""
    op.create_table(
        "tree_heads",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        hexadecimal("root_hash"),
        sa.CheckConstraint("position >= 0 AND size >= 1", name="ck_head_numbers"),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "time_stamps",
        sa.Column("head", sa.Integer(), sa.ForeignKey("tree_heads.position"), autoincrement=False, nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("head"),
    )
    protect(op, "tree_heads", ("position",))
    protect(op, "time_stamps", ("head",))
