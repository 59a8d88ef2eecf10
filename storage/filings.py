"""Filings of a case with everything that was filed, in two queries."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from domain.records import FiledPart, FilingRecord
from storage.database import Database
from storage.intake import find_case
from storage.registry import reference
from storage.tables import archived_objects, filings, log_leaves, objects


class FilingRecords:
    """Reads filings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_case(self, case: str) -> tuple[FilingRecord, ...]:
        """Return every filing of a case (number or id), oldest first. Raises UnknownCaseError."""
        with self._database.read() as connection:
            mine = filings.c.case_id == find_case(connection, case)
            leaves = connection.execute(
                select(filings, log_leaves.c.leaf_hash, log_leaves.c.root_hash)
                .join(log_leaves, log_leaves.c.seq == filings.c.seq)
                .where(mine)
                .order_by(filings.c.seq)
            ).all()
            rows = connection.execute(
                select(archived_objects, objects)
                .join(filings, filings.c.seq == archived_objects.c.seq)
                .join(objects, objects.c.key == archived_objects.c.object_key)
                .where(mine)
                .order_by(archived_objects.c.seq, archived_objects.c.position)
            ).all()
        parts: dict[int, list[FiledPart]] = defaultdict(list)
        for row in rows:
            part = FiledPart(role=row.role, name=row.name, object=reference(row), retain_until=row.retain_until)
            parts[row.seq].append(part)
        return tuple(
            FilingRecord(
                seq=leaf.seq,
                revision=leaf.revision,
                filed_at=leaf.filed_at,
                leaf_hash=leaf.leaf_hash,
                root_hash=leaf.root_hash,
                parts=tuple(parts[leaf.seq]),
            )
            for leaf in leaves
        )
