"""The mailroom: batches, uploads in pieces, counted sheets, rescans, papers that look alike."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import hexadecimal, protect

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None

_FACTS = ("mail_batches", "mail_notes", "page_replacements", "duplicate_answers")


def upgrade() -> None:
    """Create the tables of the mailroom."""
    _create_tables()
    for table in _FACTS:
        protect(op, table, ("id",))


def _create_tables() -> None:
    op.create_table(
        "mail_batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files_are", sa.String(), nullable=False),
        sa.Column("target_case", sa.String(), nullable=True),
        sa.Column("sides", sa.String(), nullable=False),
        sa.Column("expected_sheets", sa.Integer(), nullable=True),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mail_batches_opened", "mail_batches", ["opened_at"], unique=False)
    op.create_table(
        "case_comparisons",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "look_alikes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("other_case_id", sa.String(), nullable=False),
        sa.Column("other_document_id", sa.String(), nullable=False),
        sa.Column("other_page", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["other_case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "case_id", "document_id", "page", "other_case_id", "other_document_id", "other_page", name="uq_look_alikes"
        ),
    )
    op.create_index("ix_look_alikes_case", "look_alikes", ["case_id"], unique=False)
    op.create_table(
        "mail_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('counted', 'explained', 'closed')", name="ck_mail_note_kind"),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["mail_batches.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mail_notes_batch", "mail_notes", ["batch_id"], unique=False)
    op.create_table(
        "mail_uploads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("replaces_case", sa.String(), nullable=True),
        sa.Column("replaces_sha256", sa.String(length=64), nullable=True),
        sa.Column("replaces_page", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("fact", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        hexadecimal("sha256"),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'duplicate', 'refused', 'given_up')", name="ck_mail_upload_state"
        ),
        sa.CheckConstraint("received >= 0 AND received <= size", name="ck_mail_upload_received"),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["mail_batches.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["replaces_case"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_mail_uploads_batch", "mail_uploads", ["batch_id"], unique=False)
    op.create_index("ix_mail_uploads_case", "mail_uploads", ["case_id"], unique=False)
    op.create_index("ix_mail_uploads_state", "mail_uploads", ["state"], unique=False)
    op.create_table(
        "page_replacements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("old_sha256", sa.String(length=64), nullable=False),
        sa.Column("old_page", sa.Integer(), nullable=False),
        sa.Column("new_sha256", sa.String(length=64), nullable=False),
        sa.Column("new_page", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        hexadecimal("new_sha256"),
        hexadecimal("old_sha256"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "old_sha256", "old_page", "new_sha256", "new_page", name="uq_page_replacements"),
    )
    op.create_table(
        "reading_tries",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("fact", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "duplicate_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(), nullable=True),
        sa.Column("look_alike_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('same', 'different', 'other_case')", name="ck_duplicate_answer"),
        sa.CheckConstraint("(upload_id IS NULL) <> (look_alike_id IS NULL)", name="ck_duplicate_answer_subject"),
        sa.ForeignKeyConstraint(
            ["look_alike_id"],
            ["look_alikes.id"],
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["mail_uploads.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_duplicate_answers_look_alike", "duplicate_answers", ["look_alike_id"], unique=False)
    op.create_index("ix_duplicate_answers_upload", "duplicate_answers", ["upload_id"], unique=False)
