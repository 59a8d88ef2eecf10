"""A batch as it arrived, with every file that it brought to a case."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from domain.documents import ScanBatch, SourceFile
from domain.mailroom_errors import UnknownBatchError
from domain.vocabulary import Channel
from storage.database import Database
from storage.registry import reference
from storage.tables import batches, case_files, objects


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file of a batch and the case that has it."""

    source: SourceFile
    case_id: str


class BatchFiles:
    """Reads batches of every channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_batch(self, batch_id: str) -> tuple[ScanBatch, tuple[BatchFile, ...]]:
        """Return a batch and its files in the order of arrival. Raises UnknownBatchError."""
        query = (
            select(case_files.c.case_id, case_files.c.name, objects)
            .join(objects, objects.c.key == case_files.c.object_key)
            .where(case_files.c.batch_id == batch_id)
            .order_by(case_files.c.id)
        )
        with self._database.read() as connection:
            row = connection.execute(select(batches).where(batches.c.id == batch_id)).one_or_none()
            rows = connection.execute(query).all()
        if row is None:
            raise UnknownBatchError(f"没有批次 {batch_id}", "请用 juanzong archive images --list 查看批次编号")
        files = tuple(BatchFile(SourceFile(name=r.name, object=reference(r)), r.case_id) for r in rows)
        batch = ScanBatch(
            id=row.id,
            received_at=row.received_at,
            channel=Channel(row.channel),
            operator=row.operator,
            expected_sheets=row.expected_sheets,
            files=tuple(f.source for f in files),
        )
        return batch, files

    def newest(self, limit: int) -> tuple[ScanBatch, ...]:
        """Return batches without their files, newest first."""
        query = select(batches).order_by(batches.c.accepted_at.desc(), batches.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(
                ScanBatch(
                    id=row.id,
                    received_at=row.received_at,
                    channel=Channel(row.channel),
                    operator=row.operator,
                    expected_sheets=row.expected_sheets,
                )
                for row in connection.execute(query)
            )
