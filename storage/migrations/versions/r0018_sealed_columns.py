"""What people wrote and who they are lies encrypted; numbers of people enter the index as keyed digests.

Reports of inspections hold names of files, which may be names of people: they go with a destroyed case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from storage.data_cipher import SealedBytes, SealedText
from storage.migrations.retention_rules import let_go_with_case
from storage.search import index_words

revision = "r0018"
down_revision = "r0017"
branch_labels = None
depends_on = None

SEALED = {
    "case_revisions": (("case_id", "revision"), ("body",)),
    "decisions": (("case_id", "position"), ("body",)),
    "stage_results": (("input_hash", "stage", "producer"), ("payload",)),
    "review_items": (("id",), ("message", "proposed")),
    "queue_acts": (("id",), ("reason",)),
    "saved_views": (("id",), ("query",)),
    "page_texts": (("case_id", "document_id", "page"), ("text",)),
    "search_entries": (("id",), ("text",)),
    "field_answers": (("case_id", "field"), ("machine",)),
    "inspections": (("id",), ("body",)),
    "uploads": (("id",), ("body",)),
    "idempotency_keys": (("owner", "key"), ("answer",)),
}
"""Table to its key and the columns that are encrypted."""
BINARY = ("case_revisions", "stage_results")
_AT_ONCE = 500


def upgrade() -> None:
    """Encrypt what is there, and write the words of every case into the index again."""
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(8), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    connection = op.get_bind()
    for name, (key, columns) in SEALED.items():
        for column in columns:
            if _has_rows(connection, name):
                with _unprotected(connection, name):
                    _seal(connection, name, key, column)
    let_go_with_case(op, "inspections", "body", ("id", "case_id", "occasion", "made_at", "made_by", "failed"))
    for case_id in connection.execute(sa.text("SELECT case_id FROM search_cases ORDER BY id")).scalars().all():
        index_words(connection, case_id)


def _has_rows(connection: sa.Connection, name: str) -> bool:
    return connection.execute(sa.text(f"SELECT 1 FROM {name} LIMIT 1")).first() is not None


def _seal(connection: sa.Connection, name: str, key: tuple[str, ...], column: str) -> None:
    """Read every value as it lies there and write it through the type that encrypts it."""
    is_binary, named = name in BINARY, f"{name}.{column}"
    raw = sa.table(name, *(sa.column(k) for k in key), sa.column(column, sa.LargeBinary() if is_binary else sa.Text()))
    sealed = SealedBytes(named) if is_binary else SealedText(named)
    new = sa.table(name, *(sa.column(k) for k in key), sa.column(column, sealed))
    keys = connection.execute(sa.select(*(raw.c[k] for k in key)).where(raw.c[column].is_not(None))).all()
    same = sa.and_(*(new.c[k] == sa.bindparam(f"k_{k}") for k in key))
    change = sa.update(new).where(same).values({column: sa.bindparam("value", type_=new.c[column].type)})
    for start in range(0, len(keys), _AT_ONCE):
        rows = []
        for mine in keys[start : start + _AT_ONCE]:
            where = sa.and_(*(raw.c[k] == v for k, v in zip(key, mine, strict=True)))
            value = connection.execute(sa.select(raw.c[column]).where(where)).scalar_one()
            rows.append({**{f"k_{k}": v for k, v in zip(key, mine, strict=True)}, "value": value})
        connection.execute(change, rows)


@contextmanager
def _unprotected(connection: sa.Connection, name: str) -> Iterator[None]:
    """Set the triggers of a table aside: its facts stay what they are, only written otherwise."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        yield
        connection.execute(sa.text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
        return
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    triggers = connection.execute(query, {"table": name}).all()
    for trigger in triggers:
        connection.execute(sa.text(f"DROP TRIGGER {trigger.name}"))
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)
