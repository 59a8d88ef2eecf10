"""Alembic migrations of the database, run by ``storage.database`` when it opens an older one."""
