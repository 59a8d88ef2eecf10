"""The audit log: one append-only table in a hash chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import hexadecimal, protect

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and what refuses to change it."""
    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        hexadecimal("previous"),
        hexadecimal("hash"),
        sa.CheckConstraint("number >= 1", name="ck_audit_number"),
        sa.CheckConstraint("result IN ('allowed', 'refused')", name="ck_audit_result"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("previous"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("ix_audit_entries_person", "audit_entries", ["actor", "case_id", "at"], unique=False)
    op.create_index("ix_audit_entries_case", "audit_entries", ["case_id", "number"], unique=False)
    op.create_index("ix_audit_entries_at", "audit_entries", ["at"], unique=False)
    protect(op, "audit_entries", ("number",))
    _refuse_gaps()


def _refuse_gaps() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_entries_no_gap BEFORE INSERT ON audit_entries "
            "WHEN NEW.number <> (SELECT COALESCE(MAX(number) + 1, 1) FROM audit_entries) "
            "BEGIN SELECT RAISE(ABORT, 'audit_entries: entries are numbered without gaps'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_entries_in_order() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.number <> (SELECT COALESCE(MAX(number) + 1, 1) FROM audit_entries) THEN "
        "RAISE EXCEPTION 'audit_entries: entries are numbered without gaps' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_no_gap BEFORE INSERT ON audit_entries "
        "FOR EACH ROW EXECUTE FUNCTION audit_entries_in_order()"
    )
