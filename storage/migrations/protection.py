"""For the steps: checks of digests, and triggers that keep rows as they are, on SQLite and on PostgreSQL."""

from __future__ import annotations

from types import ModuleType

import sqlalchemy as sa


def protect(op: ModuleType, table: str, key: tuple[str, ...]) -> None:
    """Refuse every change and every deletion of a row of ``table``.

    Args:
        op: alembic's operations of the running step.
        table: the table.
        key: columns of its primary key.
    """
    if op.get_bind().dialect.name == "sqlite":
        _protect_sqlite(op, table, key)
    else:
        _protect_postgresql(op, table)


def _protect_sqlite(op: ModuleType, table: str, key: tuple[str, ...]) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        )
    # INSERT OR REPLACE deletes the old row without asking the trigger above (recursive_triggers is off by default).
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: row exists'); END"
    )


def _protect_postgresql(op: ModuleType, table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def hexadecimal(column: str) -> sa.CheckConstraint:
    """Return the constraint that ``column`` holds 64 lower-case hexadecimal digits."""
    rest = column
    for digit in "0123456789abcdef":
        rest = f"replace({rest}, '{digit}', '')"
    return sa.CheckConstraint(f"length({column}) = 64 AND {rest} = ''", name=f"ck_{column}_hex")
