"""Tables of the upkeep; imported at the end of ``storage.tables``.

``object_care`` is the present state and changes; runs and repairs are facts.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables import UtcDateTime, metadata

object_care = Table(
    "object_care",
    metadata,
    Column("object_key", ForeignKey("objects.key"), primary_key=True),
    # When its bytes were last read and hashed, and whether they were right; NULL: not yet.
    Column("checked_at", UtcDateTime),
    Column("sound", Boolean),
    # When the replica had it as the store has it; NULL: not yet.
    Column("copied_at", UtcDateTime),
    Index("ix_object_care_checked", "checked_at"),
    Index("ix_object_care_copied", "copied_at"),
)

upkeep_runs = Table(
    "upkeep_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("work", String, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("objects", Integer, nullable=False),
    # Bytes that were hashed, or copied.
    Column("size", Integer, nullable=False),
    Column("damaged", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
    # Objects that are still due.
    Column("remaining", Integer, nullable=False),
    CheckConstraint("work IN ('check', 'copy')", name="ck_upkeep_work"),
    Index("ix_upkeep_runs_work", "work", "id"),
)

object_repairs = Table(
    "object_repairs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("object_key", ForeignKey("objects.key"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("found", Text, nullable=False),
    Column("made_by", String, nullable=False),
    Index("ix_object_repairs_key", "object_key"),
)
