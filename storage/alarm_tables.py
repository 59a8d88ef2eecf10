"""The table of alarms; imported at the end of ``storage.tables``. Its rows are facts."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from storage.tables import UtcDateTime, metadata

object_alarms = Table(
    "object_alarms",
    metadata,
    Column("id", Integer, primary_key=True),
    # No foreign key: whatever is found damaged must be told, whether it is registered or not.
    Column("object_key", String, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    # What was found, for people.
    Column("found", Text, nullable=False),
    Index("ix_object_alarms_key", "object_key"),
    # Asked for each time the health page is opened.
    Index("ix_object_alarms_raised", "raised_at"),
)
