"""Tables of what was read and of finding it; imported at the end of ``storage.tables``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table

from storage.data_cipher import SealedText
from storage.tables import metadata

page_texts = Table(
    "page_texts",
    metadata,
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("document_id", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("text", SealedText("page_texts.text"), nullable=False),
    PrimaryKeyConstraint("case_id", "document_id", "page"),
)

search_entries = Table(
    "search_entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("document_id", String),
    Column("page", Integer),
    Column("kind", String),
    Column("source", String, nullable=False),
    Column("text", SealedText("search_entries.text"), nullable=False),
    Index("ix_search_entries_case", "case_id"),
)

search_cases = Table(
    "search_cases",
    metadata,
    # Number of a case in the index, in the order in which cases were read first.
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, unique=True),
)
