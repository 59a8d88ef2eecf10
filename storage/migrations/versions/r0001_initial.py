"""First tables: intake, stage results, cases, review, archive log, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

_FIXED = ("log_leaves", "log_nodes", "filings", "archived_objects", "case_revisions", "decisions")
_KEYS = {
    "log_leaves": "seq = NEW.seq",
    "log_nodes": "level = NEW.level AND position = NEW.position",
    "filings": "seq = NEW.seq",
    "archived_objects": "seq = NEW.seq AND position = NEW.position",
    "case_revisions": "case_id = NEW.case_id AND revision = NEW.revision",
    "decisions": "case_id = NEW.case_id AND position = NEW.position",
}


def upgrade() -> None:
    """Create everything."""
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        _refuse_changes()
        _create_search_index()


def _hexadecimal(column: str) -> sa.CheckConstraint:
    rest = column
    for digit in "0123456789abcdef":
        rest = f"replace({rest}, '{digit}', '')"
    return sa.CheckConstraint(f"length({column}) = 64 AND {rest} = ''", name=f"ck_{column}_hex")


def _refuse_changes() -> None:
    for table in _FIXED:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
            )
        # INSERT OR REPLACE deletes the old row without asking the trigger above (recursive_triggers is off by default).
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_KEYS[table]}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: row exists'); END"
        )
    op.execute(
        "CREATE TRIGGER log_leaves_no_gap BEFORE INSERT ON log_leaves "
        "WHEN NEW.seq <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM log_leaves) "
        "BEGIN SELECT RAISE(ABORT, 'log_leaves: leaves are numbered without gaps'); END"
    )


def _create_search_index() -> None:
    op.execute('CREATE VIRTUAL TABLE search_index USING fts5(body, tails, tokenize = "unicode61 remove_diacritics 2")')


def _create_tables() -> None:

    op.create_table(
        "batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=True),
        sa.Column("expected_sheets", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("current_revision", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("disposition", sa.String(), nullable=True),
        sa.Column("complainant_name", sa.String(), nullable=True),
        sa.Column("materials_complete", sa.Boolean(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_cases_policy_received", "cases", ["policy", "received_at"], unique=False)
    op.create_index("ix_cases_status", "cases", ["status"], unique=False)
    op.create_table(
        "counters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value >= 0", name="ck_counter_value"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "log_leaves",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.Column("root_hash", sa.String(length=64), nullable=False),
        sa.Column("appended_at", sa.DateTime(timezone=True), nullable=False),
        _hexadecimal("leaf_hash"),
        _hexadecimal("root_hash"),
        sa.CheckConstraint("seq >= 0", name="ck_leaf_seq"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("leaf_hash"),
        sa.UniqueConstraint("root_hash"),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        _hexadecimal("hash"),
        sa.PrimaryKeyConstraint("level", "position"),
    )
    op.create_table(
        "objects",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        _hexadecimal("sha256"),
        _hexadecimal("sm3"),
        sa.CheckConstraint("size >= 0", name="ck_object_size"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("sha256"),
        sa.UniqueConstraint("sm3"),
    )
    op.create_table(
        "stage_results",
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("producer", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("input_hash", "stage", "producer"),
    )
    op.create_table(
        "case_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("duplicate_of", sa.String(), nullable=True),
        sa.Column("assembled_revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["object_key"],
            ["objects.key"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "object_key", "name", name="uq_case_files"),
    )
    op.create_index("ix_case_files_object", "case_files", ["object_key"], unique=False)
    op.create_table(
        "case_revisions",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        _hexadecimal("sha256"),
        sa.CheckConstraint("revision >= 1", name="ck_revision_number"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "revision"),
    )
    op.create_table(
        "failed_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("object_key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        _hexadecimal("fingerprint"),
        sa.CheckConstraint("state IN ('open', 'resolved')", name="ck_failed_state"),
        sa.ForeignKeyConstraint(
            ["object_key"],
            ["objects.key"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_table(
        "page_texts",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "document_id", "page"),
    )
    op.create_table(
        "review_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=True),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_review_items_case", "review_items", ["case_id"], unique=False)
    op.create_index("ix_review_items_order", "review_items", ["priority", "created_at"], unique=False)
    op.create_table(
        "search_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_search_entries_case", "search_entries", ["case_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        _hexadecimal("sha256"),
        sa.ForeignKeyConstraint(
            ["case_id", "revision"],
            ["case_revisions.case_id", "case_revisions.revision"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "position"),
    )
    op.create_table(
        "filings",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manifest_key", sa.String(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id", "revision"],
            ["case_revisions.case_id", "case_revisions.revision"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["manifest_key"],
            ["objects.key"],
        ),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["log_leaves.seq"],
        ),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("case_id", "revision", name="uq_filings_revision"),
    )
    op.create_table(
        "archived_objects",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["object_key"],
            ["objects.key"],
        ),
        sa.ForeignKeyConstraint(
            ["seq"],
            ["filings.seq"],
        ),
        sa.PrimaryKeyConstraint("seq", "position"),
    )
    op.create_index("ix_archived_objects_key", "archived_objects", ["object_key"], unique=False)
