"""Failed items: what could not be accepted or read stays visible until a person deals with it."""

from __future__ import annotations

from sqlalchemy import Row, Select, func, insert, select, update

from domain.documents import Failure, ObjectRef, ScanBatch
from domain.errors import UnknownObjectError
from storage.canonical import canonical_json
from storage.database import Database
from storage.digests import sha256_of
from storage.registry import reference, register
from storage.rows import FailedItem
from storage.tables import failed_items, objects


class FailedItems:
    """The list of failed files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_failure(self, batch: ScanBatch, failure: Failure, object_ref: ObjectRef | None = None) -> FailedItem:
        """Keep a failure; the same file failing in the same way again is the same item.

        A resolved item stays resolved when the same bytes fail again, and is opened again when the bytes are not
        known (they may be others now).

        Args:
            batch: where the file came from.
            failure: file, error, reason and next step.
            object_ref: the bytes, when they could be stored.
        """
        now = self._database.now()
        fingerprint = _fingerprint(failure, object_ref)
        with self._database.write(lock="failures") as connection:
            if object_ref is not None:
                register(connection, [object_ref], now)
            known = connection.execute(select(failed_items.c.id).where(failed_items.c.fingerprint == fingerprint))
            item_id = known.scalar()
            if item_id is None:
                values = _values(batch, failure, object_ref)
                connection.execute(
                    insert(failed_items).values(
                        fingerprint=fingerprint, state="open", first_seen_at=now, last_seen_at=now, **values
                    )
                )
            else:
                again = {} if object_ref is not None else {"state": "open", "resolved_at": None, "resolved_by": None}
                connection.execute(
                    update(failed_items).where(failed_items.c.id == item_id).values(last_seen_at=now, **again)
                )
            row = connection.execute(_items().where(failed_items.c.fingerprint == fingerprint)).one()
            return _item(row)

    def list_failures(self, *, include_resolved: bool = False) -> tuple[FailedItem, ...]:
        """Return the open items (or all), oldest first."""
        query = _items().order_by(failed_items.c.id)
        if not include_resolved:
            query = query.where(failed_items.c.state == "open")
        with self._database.read() as connection:
            return tuple(_item(row) for row in connection.execute(query))

    def count_open(self) -> int:
        """Return the number of items that nobody dealt with."""
        query = select(func.count()).select_from(failed_items).where(failed_items.c.state == "open")
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def resolve_failure(self, item_id: int, actor: str, comment: str | None = None) -> None:
        """Note that a person dealt with the item.

        Raises:
            UnknownObjectError: there is no such item.
        """
        with self._database.write() as connection:
            done = connection.execute(
                update(failed_items)
                .where(failed_items.c.id == item_id)
                .values(state="resolved", resolved_at=self._database.now(), resolved_by=actor, comment=comment)
            )
            if done.rowcount == 0:
                raise UnknownObjectError(f"没有失败项 {item_id}", "请刷新失败清单后再操作")


def _fingerprint(failure: Failure, object_ref: ObjectRef | None) -> str:
    digest = None if object_ref is None else object_ref.sha256
    return sha256_of(canonical_json([failure.file, failure.error, failure.page, digest]))


def _values(batch: ScanBatch, failure: Failure, object_ref: ObjectRef | None) -> dict[str, object]:
    return {
        "batch_id": batch.id,
        "object_key": None if object_ref is None else object_ref.key,
        **failure.model_dump(),
    }


def _items() -> Select[tuple[object, ...]]:
    columns = (objects.c.key, objects.c.sha256, objects.c.sm3, objects.c.size, objects.c.media_type)
    return select(failed_items, *columns).outerjoin(objects, objects.c.key == failed_items.c.object_key)


def _item(row: Row[tuple[object, ...]]) -> FailedItem:
    return FailedItem(
        id=row.id,
        batch_id=row.batch_id,
        failure=Failure(file=row.file, error=row.error, reason=row.reason, next_step=row.next_step, page=row.page),
        object=None if row.key is None else reference(row),
        state=row.state,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        resolved_by=row.resolved_by,
        comment=row.comment,
    )
