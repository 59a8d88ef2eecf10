"""Tables of the mailroom. Rows of ``MAIL_FACTS`` are never changed or deleted; triggers refuse it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables import UtcDateTime, digest_check, metadata

MAIL_FACTS = ("mail_batches", "mail_notes", "page_replacements", "duplicate_answers")

mail_batches = Table(
    "mail_batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("policy", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("files_are", String, nullable=False),
    Column("target_case", String),
    Column("sides", String, nullable=False),
    Column("expected_sheets", Integer),
    Column("operator", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Index("ix_mail_batches_opened", "opened_at"),
)

mail_notes = Table(
    "mail_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("mail_batches.id"), nullable=False),
    Column("kind", String, nullable=False),
    # counted: sheets on the table; explained: the difference that the text explains.
    Column("sheets", Integer),
    Column("text", Text),
    Column("actor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("kind IN ('counted', 'explained', 'closed')", name="ck_mail_note_kind"),
    Index("ix_mail_notes_batch", "batch_id"),
)

mail_uploads = Table(
    "mail_uploads",
    metadata,
    Column("id", String, primary_key=True),
    Column("batch_id", ForeignKey("mail_batches.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("replaces_case", ForeignKey("cases.id")),
    Column("replaces_sha256", String(64)),
    Column("replaces_page", Integer),
    Column("actor", String, nullable=False),
    Column("received", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("media_type", String),
    Column("pages", Integer),
    Column("case_id", ForeignKey("cases.id")),
    Column("error", String),
    Column("fact", Text),
    Column("next_step", Text),
    digest_check("sha256"),
    CheckConstraint("received >= 0 AND received <= size", name="ck_mail_upload_received"),
    CheckConstraint("state IN ('open', 'accepted', 'duplicate', 'refused', 'given_up')", name="ck_mail_upload_state"),
    Index("ix_mail_uploads_batch", "batch_id"),
    Index("ix_mail_uploads_case", "case_id"),
    Index("ix_mail_uploads_state", "state"),
)

page_replacements = Table(
    "page_replacements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("old_sha256", String(64), nullable=False),
    Column("old_page", Integer, nullable=False),
    Column("new_sha256", String(64), nullable=False),
    Column("new_page", Integer, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    digest_check("old_sha256"),
    digest_check("new_sha256"),
    UniqueConstraint("case_id", "old_sha256", "old_page", "new_sha256", "new_page", name="uq_page_replacements"),
)

look_alikes = Table(
    "look_alikes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("document_id", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("other_case_id", ForeignKey("cases.id"), nullable=False),
    Column("other_document_id", String, nullable=False),
    Column("other_page", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    UniqueConstraint(
        "case_id", "document_id", "page", "other_case_id", "other_document_id", "other_page", name="uq_look_alikes"
    ),
    Index("ix_look_alikes_case", "case_id"),
)

case_comparisons = Table(
    "case_comparisons",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    # Last revision whose pages were compared with those of other cases.
    Column("revision", Integer, nullable=False),
)

duplicate_answers = Table(
    "duplicate_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("upload_id", ForeignKey("mail_uploads.id")),
    Column("look_alike_id", ForeignKey("look_alikes.id")),
    Column("answer", String, nullable=False),
    Column("case_number", String),
    Column("actor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("(upload_id IS NULL) <> (look_alike_id IS NULL)", name="ck_duplicate_answer_subject"),
    CheckConstraint("answer IN ('same', 'different', 'other_case')", name="ck_duplicate_answer"),
    Index("ix_duplicate_answers_upload", "upload_id"),
    Index("ix_duplicate_answers_look_alike", "look_alike_id"),
)

reading_tries = Table(
    "reading_tries",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("error", String),
    Column("fact", Text),
    Column("next_step", Text),
    Column("at", UtcDateTime, nullable=False),
)
