"""Alembic's entry point: run the steps on the connection that ``runner.upgrade`` hands over."""

from __future__ import annotations

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller owns the transaction: all steps or none.
    transactional_ddl=False,
)
context.run_migrations()
