"""Retention: acts with their leaves, disposal lists, destroyed objects, and what the database refuses about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import hexadecimal, protect
from storage.migrations.retention_rules import create_rules

revision = "r0012"
down_revision = "r0011"
branch_labels = None
depends_on = None

_ACTS = "'hold', 'ask_release', 'release', 'retain', 'list', 'remove', 'approve', 'destroy', 'certify'"
_OF_A_CASE = "'hold', 'ask_release', 'release', 'retain', 'remove', 'destroy'"
_OF_ANOTHER_ACT = "'ask_release', 'release', 'remove', 'approve', 'destroy', 'certify'"
_WITH_A_REASON = "'hold', 'ask_release', 'remove'"
_KEYS = {
    "retention_acts": ("seq",),
    "disposal_items": ("list_seq", "case_id"),
    "destroyed_objects": ("act_seq", "object_key"),
}


def upgrade() -> None:
    """Create the tables, keep their rows as they are, and create the rules."""
    _create_acts()
    _create_lists()
    for table, key in _KEYS.items():
        protect(op, table, key)
    create_rules(op)


def _create_acts() -> None:
    op.create_table(
        "retention_acts",
        sa.Column("seq", sa.Integer(), sa.ForeignKey("log_leaves.seq"), nullable=False, autoincrement=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), sa.ForeignKey("cases.id")),
        sa.Column("refers_to", sa.Integer(), sa.ForeignKey("retention_acts.seq")),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("retain_until", sa.Date()),
        sa.Column("capacity", sa.String()),
        sa.Column("number", sa.String(), unique=True),
        sa.Column("certificate_key", sa.String(), sa.ForeignKey("objects.key")),
        sa.Column("certificate_pdf_key", sa.String(), sa.ForeignKey("objects.key")),
        sa.PrimaryKeyConstraint("seq"),
        sa.CheckConstraint(f"act IN ({_ACTS})", name="ck_act"),
        sa.CheckConstraint(f"(case_id IS NOT NULL) = (act IN ({_OF_A_CASE}))", name="ck_act_case"),
        sa.CheckConstraint(f"(refers_to IS NOT NULL) = (act IN ({_OF_ANOTHER_ACT}))", name="ck_act_refers"),
        sa.CheckConstraint(
            f"act NOT IN ({_WITH_A_REASON}) OR length(trim(coalesce(reason, ''))) > 0", name="ck_act_reason"
        ),
        sa.CheckConstraint("length(trim(person)) > 0", name="ck_act_person"),
        sa.CheckConstraint("(capacity IS NOT NULL) = (act = 'approve')", name="ck_act_capacity"),
        sa.CheckConstraint("capacity IS NULL OR capacity IN ('archivist', 'auditor')", name="ck_act_capacities"),
        sa.CheckConstraint("(number IS NOT NULL) = (act = 'list')", name="ck_act_number"),
        sa.CheckConstraint("(certificate_key IS NOT NULL) = (act = 'certify')", name="ck_act_certificate"),
        sa.CheckConstraint("(certificate_pdf_key IS NOT NULL) = (act = 'certify')", name="ck_act_certificate_pdf"),
    )
    op.create_index("ix_retention_acts_case", "retention_acts", ["case_id", "act"])
    op.create_index("ix_retention_acts_refers", "retention_acts", ["refers_to", "act"])


def _create_lists() -> None:
    op.create_table(
        "disposal_items",
        sa.Column("list_seq", sa.Integer(), sa.ForeignKey("retention_acts.seq"), nullable=False),
        sa.Column("case_id", sa.String(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list_seq", "case_id"),
    )
    op.create_index("ix_disposal_items_case", "disposal_items", ["case_id"])
    op.create_table(
        "destroyed_objects",
        sa.Column("act_seq", sa.Integer(), sa.ForeignKey("retention_acts.seq"), nullable=False),
        sa.Column("object_key", sa.String(), sa.ForeignKey("objects.key"), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sm3", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        hexadecimal("sha256"),
        hexadecimal("sm3"),
        sa.PrimaryKeyConstraint("act_seq", "object_key"),
    )
    op.create_index("ix_destroyed_objects_key", "destroyed_objects", ["object_key"])
