"""Table of encrypted objects, imported at the end of ``storage.tables``: whose body lies where, under which key."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from storage.tables import UtcDateTime, metadata

object_envelopes = Table(
    "object_envelopes",
    metadata,
    # Rows are facts: a key wrapped anew, or a body written anew, is a row with the next generation.
    Column("key", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("body_key", String, nullable=False),
    Column("master", String, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("key", "generation"),
    Index("ix_object_envelopes_master", "master"),
)
