"""Case page, archive desk and dashboard: notices out, fixity checks, figures; indexes that the figures read."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import protect

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None

_FIXED = {"notices": ("case_id", "position"), "fixity_checks": ("id",)}


def upgrade() -> None:
    """Create the tables; their rows of cases that are already there are made when the dashboard is first opened."""
    _create_facts()
    _create_figures()
    op.create_index("ix_stage_results_made", "stage_results", ["stage", "created_at"], unique=False)
    op.create_index("ix_cases_arrivals", "cases", ["received_at", "policy", "channel"], unique=False)
    for table, key in _FIXED.items():
        protect(op, table, key)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_facts() -> None:
    op.create_table(
        "notices",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        _moment("made_at"),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("docx_key", sa.String(), nullable=True),
        sa.Column("pdf_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.ForeignKeyConstraint(["docx_key"], ["objects.key"]),
        sa.ForeignKeyConstraint(["pdf_key"], ["objects.key"]),
        sa.ForeignKeyConstraint(["case_id", "revision"], ["case_revisions.case_id", "case_revisions.revision"]),
        sa.PrimaryKeyConstraint("case_id", "position"),
    )
    op.create_table(
        "fixity_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        _moment("started_at"),
        _moment("finished_at"),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint("objects >= 0 AND findings >= 0", name="ck_fixity_counts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_fixity_checks_case", "fixity_checks", ["case_id"], unique=False)


def _create_figures() -> None:
    op.create_table(
        "case_figures",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("received_day", sa.Date(), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("fields", sa.Integer(), nullable=False),
        sa.Column("fields_alone", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("next_duty", sa.String(), nullable=True),
        _moment("next_due_at", nullable=True),
        sa.Column("finished_day", sa.Date(), nullable=True),
        sa.Column("handling_s", sa.Integer(), nullable=True),
        sa.Column("work_s", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    counted = ["received_day", "policy", "fields", "fields_alone", "alone"]
    op.create_index("ix_case_figures_received", "case_figures", counted, unique=False)
    handled = ["finished_day", "policy", "level", "handling_s", "work_s"]
    op.create_index("ix_case_figures_finished", "case_figures", handled, unique=False)
    op.create_index("ix_case_figures_due", "case_figures", ["next_due_at"], unique=False)
    op.create_table(
        "field_answers",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('right', 'wrong', 'added', 'absent')", name="ck_answer_outcome"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id", "field"),
    )
    answered = ["day", "policy", "field", "reason", "outcome"]
    op.create_index("ix_field_answers_day", "field_answers", answered, unique=False)
