"""Figures of the health page: stages and their producers, cases that do not move, what the database holds."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, text

from domain.records import Held, StageCount, StuckCase
from storage.database import Database
from storage.tables import cases, log_leaves, objects, stage_results


class HealthFigures:
    """Counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stages(self) -> tuple[StageCount, ...]:
        """Return the results kept of every stage, by producer, the newest producer of a stage first."""
        columns = stage_results.c
        query = select(
            columns.stage, columns.producer, func.count().label("total"), func.max(columns.created_at).label("last")
        ).group_by(columns.stage, columns.producer)
        with self._database.read() as connection:
            found = [
                StageCount(stage=r.stage, producer=r.producer, results=r.total, last_at=r.last)
                for r in connection.execute(query)
            ]
        return tuple(sorted(found, key=lambda s: (s.stage, -s.last_at.timestamp())))

    def stuck(self, longer_than: timedelta, limit: int) -> tuple[int, tuple[StuckCase, ...]]:
        """Return how many cases were accepted longer ago than that and never read, and the oldest of them."""
        waiting = (cases.c.current_revision.is_(None), cases.c.accepted_at < self._database.now() - longer_than)
        query = select(cases.c.id, cases.c.number, cases.c.accepted_at).where(*waiting)
        with self._database.read() as connection:
            count = connection.execute(select(func.count()).select_from(cases).where(*waiting)).scalar_one()
            rows = connection.execute(query.order_by(cases.c.accepted_at).limit(limit))
            return int(count), tuple(StuckCase(case_id=r.id, number=r.number, accepted_at=r.accepted_at) for r in rows)

    def numbers_of(self, case_ids: tuple[str, ...]) -> dict[str, str]:
        """Return the number of every case of ``case_ids`` that exists."""
        query = select(cases.c.id, cases.c.number).where(cases.c.id.in_(case_ids))
        with self._database.read() as connection:
            return {row.id: row.number for row in connection.execute(query)}

    def held(self) -> Held:
        """Return what store and database hold."""
        with self._database.read() as connection:
            stored = connection.execute(select(func.count(), func.coalesce(func.sum(objects.c.size), 0))).one()
            counted = {
                name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for name, table in (("cases", cases), ("leaves", log_leaves))
            }
            size = (
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
                if self._database.is_sqlite
                else "SELECT pg_database_size(current_database())"
            )
            database_bytes = int(connection.execute(text(size)).scalar_one())
            dialect = connection.dialect.name
        return Held(
            objects=stored[0],
            object_bytes=int(stored[1]),
            database_bytes=database_bytes,
            dialect=dialect,
            revision=self._database.revision(),
            **counted,
        )
