"""The full-text index by case: grams of two characters instead of single ones: frequent words are found fast."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.search import index_words

revision = "r0016"
down_revision = "r0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the new index from the places that the old one knew, then drop the old one."""
    op.create_table(
        "search_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE case_words USING "
            'fts5(facts, pages, tails, detail = column, tokenize = "unicode61 remove_diacritics 2")'
        )
    else:
        # rows are read in great numbers for their numbers alone: the words lie apart from them
        op.execute(
            "CREATE TABLE case_words (rowid INTEGER PRIMARY KEY, facts TSVECTOR NOT NULL, pages TSVECTOR NOT NULL, "
            "tails TSVECTOR NOT NULL) WITH (toast_tuple_target = 128)"
        )
        for column in ("facts", "pages", "tails"):
            op.execute(f"CREATE INDEX ix_case_words_{column} ON case_words USING gin ({column})")
    _fill()
    op.execute("DROP TABLE search_index")


def _fill() -> None:
    """Put every case that was indexed into the new index, oldest first."""
    connection = op.get_bind()
    cases = sa.table("cases", sa.column("id"), sa.column("accepted_at"), sa.column("number"))
    entries = sa.table("search_entries", sa.column("case_id"))
    indexed = sa.select(entries.c.case_id)
    query = sa.select(cases.c.id).where(cases.c.id.in_(indexed)).order_by(cases.c.accepted_at, cases.c.number)
    for case_id in connection.execute(query).scalars().all():
        index_words(connection, case_id)
