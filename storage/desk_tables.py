"""Tables of the case page, the archive desk and the dashboard; imported at the end of ``storage.tables``.

``notices`` and ``fixity_checks`` are facts. ``case_figures`` and ``field_answers`` are derived from revisions and
decisions, so that the dashboard counts rows instead of reading cases; ``storage.figures`` can make them again.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from storage.data_cipher import SealedText
from storage.tables import UtcDateTime, metadata

notices = Table(
    "notices",
    metadata,
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    # A package is a PDF only.
    Column("docx_key", ForeignKey("objects.key")),
    Column("pdf_key", ForeignKey("objects.key"), nullable=False),
    PrimaryKeyConstraint("case_id", "position"),
    ForeignKeyConstraint(["case_id", "revision"], ["case_revisions.case_id", "case_revisions.revision"]),
)

fixity_checks = Table(
    "fixity_checks",
    metadata,
    Column("id", Integer, primary_key=True),
    # The whole archive when empty.
    Column("case_id", ForeignKey("cases.id")),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("objects", Integer, nullable=False),
    Column("findings", Integer, nullable=False),
    # The first findings as JSON, for people; a new check finds the rest.
    Column("detail", Text, nullable=False),
    CheckConstraint("objects >= 0 AND findings >= 0", name="ck_fixity_counts"),
    Index("ix_fixity_checks_case", "case_id"),
)

case_figures = Table(
    "case_figures",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("policy", String, nullable=False),
    Column("received_day", Date, nullable=False),
    Column("level", String),
    Column("fields", Integer, nullable=False),
    Column("fields_alone", Integer, nullable=False),
    Column("alone", Boolean, nullable=False),
    # Of an open case; a closed one has none, so that the index on it is as short as the backlog.
    Column("next_duty", String),
    Column("next_due_at", UtcDateTime),
    Column("finished_day", Date),
    # Seconds from receipt, and from the first answer of a person, to the first finish.
    Column("handling_s", Integer),
    Column("work_s", Integer),
    Index("ix_case_figures_received", "received_day", "policy", "fields", "fields_alone", "alone"),
    Index("ix_case_figures_finished", "finished_day", "policy", "level", "handling_s", "work_s"),
    Index("ix_case_figures_due", "next_due_at", "policy"),
)

field_answers = Table(
    "field_answers",
    metadata,
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("field", String, nullable=False),
    Column("policy", String, nullable=False),
    # Of the last answer.
    Column("day", Date, nullable=False),
    # Why it was asked about at first, and the machine's value then.
    Column("reason", String, nullable=False),
    Column("machine", SealedText("field_answers.machine")),
    Column("outcome", String, nullable=False),
    PrimaryKeyConstraint("case_id", "field"),
    CheckConstraint("outcome IN ('right', 'wrong', 'added', 'absent')", name="ck_answer_outcome"),
    # In the order of what is counted: one walk, nothing to sort, however long the period.
    Index("ix_field_answers_counted", "field", "reason", "outcome", "day", "policy"),
)
