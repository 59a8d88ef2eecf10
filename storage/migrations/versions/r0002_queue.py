"""The queue as columns; leases, skips and hand-overs, saved views; triggers and search on PostgreSQL."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations.protection import protect
from storage.tables import UtcDateTime

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None

_FIRST_FACTS = {
    "log_leaves": ("seq",),
    "log_nodes": ("level", "position"),
    "filings": ("seq",),
    "archived_objects": ("seq", "position"),
    "case_revisions": ("case_id", "revision"),
    "decisions": ("case_id", "position"),
}
_FILTERED = ("policy", "channel", "status", "level", "grave", "for_expert", "reasons", "kinds", "id")


def upgrade() -> None:
    """Add the columns and tables, and fill the columns of cases that are there."""
    _add_columns()
    _create_tables()
    protect(op, "queue_acts", ("id",))
    if op.get_bind().dialect.name == "postgresql":
        _complete_postgresql()
    _fill(op.get_bind())
    op.create_index("ix_cases_received", "cases", ["received_at", "number"])
    waits = sa.text("place IS NOT NULL")
    for name, columns in (("ix_cases_queue", ("place", *_FILTERED)), ("ix_cases_counts", _FILTERED)):
        op.create_index(name, "cases", list(columns), sqlite_where=waits, postgresql_where=waits)


def _add_columns() -> None:
    for name in ("answered", "grave", "for_expert"):
        op.add_column("cases", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("due_at", "asked_since"):
        op.add_column("cases", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("reasons", "kinds"):
        op.add_column("cases", sa.Column(name, sa.Text(), nullable=False, server_default=","))
    op.add_column("cases", sa.Column("place", sa.String(), nullable=True))


def _create_tables() -> None:
    op.create_table(
        "gravest_levels",
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("policy"),
    )
    op.create_table(
        "leases",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_leases_until", "leases", ["until"])
    op.create_table(
        "queue_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("act IN ('pass', 'skip', 'to_expert', 'from_expert', 'take_over')", name="ck_queue_act"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_queue_acts_case", "queue_acts", ["case_id", "person"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person", "name", name="uq_saved_views"),
    )


def _complete_postgresql() -> None:
    """Add what the first step made on SQLite only."""
    for table, key in _FIRST_FACTS.items():
        protect(op, table, key)
    op.execute(
        "CREATE FUNCTION log_leaves_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.seq <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM log_leaves) THEN "
        "RAISE EXCEPTION 'log_leaves: leaves are numbered without gaps' "
        "USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER log_leaves_no_gap BEFORE INSERT ON log_leaves FOR EACH ROW EXECUTE FUNCTION log_leaves_no_gap()"
    )
    op.execute("CREATE TABLE search_index (rowid INTEGER PRIMARY KEY, body TSVECTOR NOT NULL, tails TSVECTOR NOT NULL)")
    for column in ("body", "tails"):
        op.execute(f"CREATE INDEX ix_search_index_{column} ON search_index USING gin ({column})")


_cases = sa.table(
    "cases",
    *(sa.column(n) for n in ("id", "policy", "current_revision", "finished", "answered", "grave", "reasons", "kinds")),
    sa.column("place"),
    sa.column("received_at", UtcDateTime()),
    sa.column("due_at", UtcDateTime()),
    sa.column("asked_since", UtcDateTime()),
)
_revisions = sa.table("case_revisions", *(sa.column(n) for n in ("case_id", "revision", "body")))
_items = sa.table("review_items", sa.column("case_id"), sa.column("created_at", UtcDateTime()))


def _fill(connection: sa.Connection) -> None:
    """Fill the columns from the current revisions; which level is a pack's gravest is told by the packs later."""
    current = sa.and_(_revisions.c.case_id == _cases.c.id, _revisions.c.revision == _cases.c.current_revision)
    query = sa.select(_cases.c.id, _cases.c.received_at, _cases.c.finished, _revisions.c.body)
    for row in connection.execute(query.join(_revisions, current)).all():
        body = json.loads(zlib.decompress(row.body))
        oldest = sa.select(sa.func.min(_items.c.created_at)).where(_items.c.case_id == row.id).scalar_subquery()
        values = _line(row.id, row.received_at, bool(row.finished), body)
        connection.execute(sa.update(_cases).where(_cases.c.id == row.id).values(**values, asked_since=oldest))


def _line(case_id: str, received_at: datetime, finished: bool, body: dict[str, Any]) -> dict[str, Any]:
    codes = sorted({reason["code"] for reason in body["review"]})
    kinds = sorted({document["kind"]["kind"] for document in body["documents"]})
    duties = (body["judgement"] or {}).get("deadlines", ())
    due_at = min((datetime.fromisoformat(d["due_at"]) for d in duties if d["due_at"]), default=None)
    grave = "possible_major" in codes
    due = "9" * 14 if due_at is None else f"{due_at:%Y%m%d%H%M%S}"
    waits = not finished and bool(codes or body["decisions"])
    return {
        "answered": bool(body["decisions"]),
        "grave": grave,
        "due_at": due_at,
        "reasons": "".join(f",{c}" for c in codes) + ",",
        "kinds": "".join(f",{k}" for k in kinds) + ",",
        "place": f"{0 if grave else 1}{due}{received_at:%Y%m%d%H%M%S}{case_id}" if waits else None,
    }
