"""Named filters of a person."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from storage.database import Database
from storage.rows import SavedView
from storage.tables import saved_views


class SavedViews:
    """Keeps, lists and deletes a person's named filters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, person: str, name: str, query: str) -> None:
        """Keep ``query`` under ``name``; a filter of the same name is replaced."""
        mine = (saved_views.c.person == person) & (saved_views.c.name == name)
        with self._database.write(lock="saved views") as connection:
            connection.execute(delete(saved_views).where(mine))
            connection.execute(
                insert(saved_views).values(person=person, name=name, query=query, saved_at=self._database.now())
            )

    def of_person(self, person: str) -> tuple[SavedView, ...]:
        """Return the person's filters, oldest first."""
        query = select(saved_views).where(saved_views.c.person == person).order_by(saved_views.c.id)
        with self._database.read() as connection:
            return tuple(SavedView(row.id, row.name, row.query) for row in connection.execute(query))

    def delete(self, person: str, view: int) -> None:
        """Delete one of the person's filters; one that is gone, or another person's, stays as it is."""
        with self._database.write() as connection:
            connection.execute(delete(saved_views).where(saved_views.c.id == view, saved_views.c.person == person))
