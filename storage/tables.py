"""The database: one definition of every table, used by the repositories; ``migrations/`` builds it step by step.

Digests are lower-case hexadecimal, checked by the database itself. Rows of the tables of ``APPEND_ONLY`` are never
changed or deleted; triggers refuse it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from storage.data_cipher import SealedBytes, SealedText

HEAD = "r0018"
"""Newest migration; known here so that opening an up-to-date database needs no alembic (0.3 s)."""

APPEND_ONLY = (
    "log_leaves",
    "log_nodes",
    "filings",
    "archived_objects",
    "case_revisions",
    "decisions",
    "queue_acts",
    "audit_entries",
    "notices",
    "fixity_checks",
    "object_alarms",
    "webhook_events",
    "tree_heads",
    "time_stamps",
    "upkeep_runs",
    "object_repairs",
)
"""Tables whose rows are facts: never updated, never deleted."""


class UtcDateTime(TypeDecorator[datetime]):
    """Moment, kept in UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into UTC (SQLite keeps no zone)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: got {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def digest_check(column: str) -> CheckConstraint:
    """Return the constraint that ``column`` holds 64 lower-case hexadecimal digits."""
    # Portable: what is left after taking away every hexadecimal digit must be nothing.
    rest = column
    for digit in "0123456789abcdef":
        rest = f"replace({rest}, '{digit}', '')"
    return CheckConstraint(f"length({column}) = 64 AND {rest} = ''", name=f"ck_{column}_hex")


metadata = MetaData()

data_keys = Table(
    "data_keys",
    metadata,
    # Names the key that sealed columns were written with; tells nothing about it.
    Column("id", String(8), primary_key=True),
    Column("first_used_at", UtcDateTime, nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
    CheckConstraint("value >= 0", name="ck_counter_value"),
)

objects = Table(
    "objects",
    metadata,
    Column("key", String, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("sm3", String(64), nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("media_type", String, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    digest_check("sha256"),
    digest_check("sm3"),
    CheckConstraint("size >= 0", name="ck_object_size"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("channel", String, nullable=False),
    Column("operator", String),
    Column("expected_sheets", Integer),
    Column("accepted_at", UtcDateTime, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("policy", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    # What lists show, copied from the current revision; empty until the first one.
    Column("current_revision", Integer),
    Column("saved_at", UtcDateTime),
    Column("status", String),
    Column("level", String),
    Column("category", String),
    Column("disposition", String),
    Column("complainant_name", String),
    Column("materials_complete", Boolean),
    Column("pages", Integer, nullable=False, default=0),
    Column("finished", Boolean, nullable=False, default=False),
    Column("answered", Boolean, nullable=False, default=False),
    Column("grave", Boolean, nullable=False, default=False),
    Column("due_at", UtcDateTime),
    Column("asked_since", UtcDateTime),
    # Reason codes and document kinds, each once, sorted, with commas around: ",category,materials,".
    Column("reasons", Text, nullable=False, default=","),
    Column("kinds", Text, nullable=False, default=","),
    Column("for_expert", Boolean, nullable=False, default=False),
    # Where the case stands in the queue (domain.queue.place_of); NULL when it waits for nobody.
    Column("place", String),
    Index("ix_cases_policy_received", "policy", "received_at"),
    Index("ix_cases_status", "status"),
    Index("ix_cases_received", "received_at", "number"),
    Index("ix_cases_accepted", "accepted_at", "number"),
    Index("ix_cases_arrivals", "received_at", "policy", "channel"),
    Index("ix_cases_backlog", "finished", "policy", "status", "level", "received_at"),
)

# What order, filters and counts of the queue look at: they walk one of these and never touch the rows themselves.
_FILTERED = ("policy", "channel", "status", "level", "grave", "for_expert", "reasons", "kinds", "id")
for _name, _columns in (("ix_cases_queue", ("place", *_FILTERED)), ("ix_cases_counts", _FILTERED)):
    _waits = cases.c.place.is_not(None)
    Index(_name, *(cases.c[c] for c in _columns), sqlite_where=_waits, postgresql_where=_waits)

gravest_levels = Table(
    "gravest_levels",
    metadata,
    Column("policy", String, primary_key=True),
    Column("level", String, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("holder", String, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index("ix_leases_until", "until"),
)

queue_acts = Table(
    "queue_acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("person", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("act", String, nullable=False),
    Column("reason", SealedText("queue_acts.reason")),
    # Until when a passed or skipped case is not offered to the person.
    Column("until", UtcDateTime),
    Index("ix_queue_acts_case", "case_id", "person"),
    CheckConstraint("act IN ('pass', 'skip', 'to_expert', 'from_expert', 'take_over')", name="ck_queue_act"),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String, nullable=False),
    Column("name", String, nullable=False),
    Column("query", SealedText("saved_views.query"), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    UniqueConstraint("person", "name", name="uq_saved_views"),
)

case_files = Table(
    "case_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("object_key", ForeignKey("objects.key"), nullable=False),
    Column("name", String, nullable=False),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    # The case that had these bytes first; the same case when the file came twice under two names.
    Column("duplicate_of", ForeignKey("cases.id")),
    # First revision that accounts for the file, by a document or by a failure.
    Column("assembled_revision", Integer),
    UniqueConstraint("case_id", "object_key", "name", name="uq_case_files"),
    Index("ix_case_files_object", "object_key"),
)

failed_items = Table(
    "failed_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("batch_id", String, nullable=False),
    Column("file", String, nullable=False),
    Column("error", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("page", Integer),
    Column("object_key", ForeignKey("objects.key")),
    Column("state", String, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", String),
    Column("comment", Text),
    digest_check("fingerprint"),
    CheckConstraint("state IN ('open', 'resolved')", name="ck_failed_state"),
)

stage_results = Table(
    "stage_results",
    metadata,
    Column("input_hash", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("producer", String, nullable=False),
    Column("payload", SealedBytes("stage_results.payload", digested=True), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("input_hash", "stage", "producer"),
    # Payloads are large: counting pages read must not walk over them.
    Index("ix_stage_results_made", "stage", "created_at"),
)

case_revisions = Table(
    "case_revisions",
    metadata,
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("cause", String, nullable=False),
    Column("body", SealedBytes("case_revisions.body", digested=True), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("case_id", "revision"),
    digest_check("sha256"),
    CheckConstraint("revision >= 1", name="ck_revision_number"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", SealedText("decisions.body", digested=True), nullable=False),
    Column("sha256", String(64), nullable=False),
    PrimaryKeyConstraint("case_id", "position"),
    ForeignKeyConstraint(["case_id", "revision"], ["case_revisions.case_id", "case_revisions.revision"]),
    digest_check("sha256"),
)

review_items = Table(
    "review_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("message", SealedText("review_items.message"), nullable=False),
    Column("proposed", SealedText("review_items.proposed")),
    Column("priority", Float, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_review_items_case", "case_id"),
    Index("ix_review_items_order", "priority", "created_at"),
)

# What the current revisions ask for; the requests themselves are part of the cases.
open_rescans = Table(
    "open_rescans",
    metadata,
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("document_id", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("file", String, nullable=False),
    Column("source_page", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("case_id", "document_id", "page"),
    Index("ix_open_rescans_asked", "asked_at"),
)

log_leaves = Table(
    "log_leaves",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_hash", String(64), nullable=False, unique=True),
    Column("root_hash", String(64), nullable=False, unique=True),
    Column("appended_at", UtcDateTime, nullable=False),
    digest_check("leaf_hash"),
    digest_check("root_hash"),
    CheckConstraint("seq >= 0", name="ck_leaf_seq"),
)

log_nodes = Table(
    "log_nodes",
    metadata,
    # Hash over the leaves position * 2**level .. (position + 1) * 2**level - 1.
    Column("level", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("level", "position"),
    digest_check("hash"),
)

filings = Table(
    "filings",
    metadata,
    Column("seq", ForeignKey("log_leaves.seq"), primary_key=True, autoincrement=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("manifest_key", ForeignKey("objects.key"), nullable=False),
    Column("retain_until", Date),
    UniqueConstraint("case_id", "revision", name="uq_filings_revision"),
    ForeignKeyConstraint(["case_id", "revision"], ["case_revisions.case_id", "case_revisions.revision"]),
)

archived_objects = Table(
    "archived_objects",
    metadata,
    Column("seq", ForeignKey("filings.seq"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("name", String, nullable=False),
    Column("object_key", ForeignKey("objects.key"), nullable=False),
    Column("retain_until", Date),
    PrimaryKeyConstraint("seq", "position"),
    Index("ix_archived_objects_key", "object_key"),
)

# At the end: tables of their own modules belong to the same metadata and are defined with the names above.
import storage.account_tables  # noqa: E402
import storage.alarm_tables  # noqa: E402
import storage.audit_tables  # noqa: E402
import storage.desk_tables  # noqa: E402
import storage.mail_tables  # noqa: E402
import storage.package_tables  # noqa: E402
import storage.proof.tables  # noqa: E402
import storage.retention.tables  # noqa: E402
import storage.sample_tables  # noqa: E402
import storage.search_tables  # noqa: E402
import storage.stores.envelope_tables  # noqa: E402
import storage.system_tables  # noqa: E402
import storage.upkeep.tables  # noqa: E402, F401
