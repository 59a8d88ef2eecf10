"""Batches of the mailroom and what people said about them."""

from __future__ import annotations

from sqlalchemy import Row, insert, select

from domain.mailroom import BatchOrder, FilesAre, MailBatch, Sides
from domain.mailroom_errors import UnknownBatchError
from domain.vocabulary import Channel
from storage.database import Database
from storage.mail_rows import Holder, MailNote
from storage.mail_tables import mail_batches, mail_notes
from storage.tables import batches, case_files, cases


class MailBatches:
    """Batches, oldest notes first; rows are facts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, batch: MailBatch) -> None:
        """Keep a new batch."""
        order = batch.order
        with self._database.write() as connection:
            connection.execute(
                insert(mail_batches).values(
                    id=batch.id,
                    policy=order.policy,
                    channel=order.channel.value,
                    received_at=order.received_at,
                    files_are=order.files_are.value,
                    target_case=order.target_case,
                    sides=order.sides.value,
                    expected_sheets=order.expected_sheets,
                    operator=batch.operator,
                    opened_at=batch.opened_at,
                )
            )

    def get(self, batch_id: str) -> MailBatch:
        """Return a batch. Raises UnknownBatchError."""
        with self._database.read() as connection:
            row = connection.execute(select(mail_batches).where(mail_batches.c.id == batch_id)).first()
        if row is None:
            raise UnknownBatchError(f"没有批次 {batch_id}", "请回到收件批次列表重新选择")
        return _batch(row)

    def newest(self, limit: int, offset: int) -> tuple[MailBatch, ...]:
        """Return batches, newest first."""
        query = select(mail_batches).order_by(mail_batches.c.opened_at.desc(), mail_batches.c.id.desc())
        with self._database.read() as connection:
            return tuple(_batch(row) for row in connection.execute(query.limit(limit).offset(offset)))

    def note(self, batch_id: str, note: MailNote) -> None:
        """Keep what a person said about a batch."""
        with self._database.write() as connection:
            connection.execute(
                insert(mail_notes).values(
                    batch_id=batch_id, kind=note.kind, sheets=note.sheets, text=note.text, actor=note.actor, at=note.at
                )
            )

    def notes(self, batch_id: str) -> tuple[MailNote, ...]:
        """Return what was said about a batch, oldest first."""
        query = select(mail_notes).where(mail_notes.c.batch_id == batch_id).order_by(mail_notes.c.id)
        with self._database.read() as connection:
            return tuple(
                MailNote(kind=row.kind, actor=row.actor, at=row.at, sheets=row.sheets, text=row.text)
                for row in connection.execute(query)
            )

    def holders(self, object_key: str, policy: str) -> tuple[Holder, ...]:
        """Return the files of cases under ``policy`` that have these bytes, oldest first."""
        query = (
            select(case_files.c.case_id, cases.c.number, case_files.c.name, case_files.c.batch_id)
            .join(cases, cases.c.id == case_files.c.case_id)
            .where(case_files.c.object_key == object_key, cases.c.policy == policy)
            .order_by(case_files.c.id)
        )
        with self._database.read() as connection:
            return tuple(Holder(r.case_id, r.number, r.name, r.batch_id) for r in connection.execute(query))

    def operators(self, case_id: str) -> tuple[str, ...]:
        """Return who took in the files of a case, in the order of arrival."""
        query = (
            select(batches.c.operator)
            .join(case_files, case_files.c.batch_id == batches.c.id)
            .where(case_files.c.case_id == case_id, batches.c.operator.is_not(None))
            .order_by(case_files.c.id)
        )
        with self._database.read() as connection:
            return tuple(dict.fromkeys(str(name) for name in connection.execute(query).scalars()))


def _batch(row: Row[tuple[object, ...]]) -> MailBatch:
    order = BatchOrder(
        policy=row.policy,
        channel=Channel(row.channel),
        received_at=row.received_at,
        files_are=FilesAre(row.files_are),
        target_case=row.target_case,
        sides=Sides(row.sides),
        expected_sheets=row.expected_sheets,
    )
    return MailBatch(id=row.id, order=order, operator=row.operator, opened_at=row.opened_at)
