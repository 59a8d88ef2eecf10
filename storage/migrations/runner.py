"""Runs the migrations on an open connection, inside its transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def configuration() -> Config:
    """Return Alembic's settings; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(connection: Connection) -> None:
    """Bring the database behind ``connection`` to the newest revision."""
    if connection.dialect.name == "sqlite":
        # What a step takes away or writes otherwise must not stay readable in pages that the file no longer uses.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newest_revision() -> str | None:
    """Return the newest revision that exists as a module."""
    return ScriptDirectory.from_config(configuration()).get_current_head()
