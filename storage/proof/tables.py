"""Tables of signed heads and their time stamps; imported at the end of ``storage.tables``."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from storage.tables import UtcDateTime, digest_check, metadata

tree_heads = Table(
    "tree_heads",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root_hash", String(64), nullable=False),
    Column("signed_at", UtcDateTime, nullable=False),
    # The signed bytes; the columns before repeat what they say.
    Column("text", Text, nullable=False),
    Column("signature", String(128), nullable=False),
    digest_check("root_hash"),
    CheckConstraint("position >= 0 AND size >= 1", name="ck_head_numbers"),
)

time_stamps = Table(
    "time_stamps",
    metadata,
    Column("head", ForeignKey("tree_heads.position"), primary_key=True, autoincrement=False),
    Column("stamped_at", UtcDateTime, nullable=False),
    Column("authority", String, nullable=False),
    Column("response", LargeBinary, nullable=False),
)
