"""Tables of retention, holds and disposal; imported at the end of ``storage.tables``. Every row is a fact.

What may follow what (two persons for a release, nothing destroyed under a hold or before its day) is refused by
triggers of the database itself: ``storage.migrations.retention_rules``.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    column,
    table,
)

from storage.tables import UtcDateTime, digest_check, metadata

RETENTION_FACTS = ("retention_acts", "disposal_items", "destroyed_objects")
"""Rows that are never changed or deleted; triggers refuse it."""

ACTS = ("hold", "ask_release", "release", "retain", "list", "remove", "approve", "destroy", "certify")
OF_A_CASE = "'hold', 'ask_release', 'release', 'retain', 'remove', 'destroy'"
OF_ANOTHER_ACT = "'ask_release', 'release', 'remove', 'approve', 'destroy', 'certify'"
WITH_A_REASON = "'hold', 'ask_release', 'remove'"

retention_acts = Table(
    "retention_acts",
    metadata,
    # The leaf of the archive log that says the same.
    Column("seq", ForeignKey("log_leaves.seq"), primary_key=True, autoincrement=False),
    Column("act", String, nullable=False),
    Column("case_id", ForeignKey("cases.id")),
    # ask_release and release: the hold. remove, approve, destroy and certify: the list.
    Column("refers_to", ForeignKey("retention_acts.seq")),
    Column("person", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text),
    # retain: last day from now on, NULL keeps for ever. destroy: the day that was over.
    Column("retain_until", Date),
    # As what somebody approves a list.
    Column("capacity", String),
    # What people call a list.
    Column("number", String, unique=True),
    Column("certificate_key", ForeignKey("objects.key")),
    Column("certificate_pdf_key", ForeignKey("objects.key")),
    CheckConstraint(f"act IN ({', '.join(repr(act) for act in ACTS)})", name="ck_act"),
    CheckConstraint(f"(case_id IS NOT NULL) = (act IN ({OF_A_CASE}))", name="ck_act_case"),
    CheckConstraint(f"(refers_to IS NOT NULL) = (act IN ({OF_ANOTHER_ACT}))", name="ck_act_refers"),
    CheckConstraint(f"act NOT IN ({WITH_A_REASON}) OR length(trim(coalesce(reason, ''))) > 0", name="ck_act_reason"),
    CheckConstraint("length(trim(person)) > 0", name="ck_act_person"),
    CheckConstraint("(capacity IS NOT NULL) = (act = 'approve')", name="ck_act_capacity"),
    CheckConstraint("capacity IS NULL OR capacity IN ('archivist', 'auditor')", name="ck_act_capacities"),
    CheckConstraint("(number IS NOT NULL) = (act = 'list')", name="ck_act_number"),
    CheckConstraint("(certificate_key IS NOT NULL) = (act = 'certify')", name="ck_act_certificate"),
    CheckConstraint("(certificate_pdf_key IS NOT NULL) = (act = 'certify')", name="ck_act_certificate_pdf"),
    Index("ix_retention_acts_case", "case_id", "act"),
    Index("ix_retention_acts_refers", "refers_to", "act"),
)

disposal_items = Table(
    "disposal_items",
    metadata,
    Column("list_seq", ForeignKey("retention_acts.seq"), nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    # As it stood when the list was made; what counts is looked at again when the case is destroyed.
    Column("retain_until", Date, nullable=False),
    Column("basis", Text, nullable=False),
    PrimaryKeyConstraint("list_seq", "case_id"),
    Index("ix_disposal_items_case", "case_id"),
)

destroyed_objects = Table(
    "destroyed_objects",
    metadata,
    # The destruction of the case that the object went with.
    Column("act_seq", ForeignKey("retention_acts.seq"), nullable=False),
    Column("object_key", ForeignKey("objects.key"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sm3", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("role", String, nullable=False),
    digest_check("sha256"),
    digest_check("sm3"),
    PrimaryKeyConstraint("act_seq", "object_key"),
    Index("ix_destroyed_objects_key", "object_key"),
)

object_needs = table("object_needs", column("object_key"), column("case_id"), column("role"))
"""View: which case needs which object; manifests and certificates are not in it, they stay for ever."""
