"""Uploads in pieces: rows say how many bytes are on disk, the caller keeps the bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from domain.mailroom import PageRef, Upload, UploadOrder, UploadState
from domain.mailroom_errors import UnknownUploadError, UploadOffsetError
from storage.database import Database
from storage.mail_tables import mail_uploads
from storage.tables import cases


class MailUploads:
    """The uploads of all batches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, upload: Upload, actor: str) -> Upload:
        """Keep a new upload, or return the open one of the same batch, name and content (two tabs, a reload)."""
        order = upload.order
        replaces = order.replaces
        with self._database.write(lock="mail-uploads") as connection:
            known = connection.execute(
                _uploads()
                .where(mail_uploads.c.batch_id == order.batch_id, mail_uploads.c.sha256 == order.sha256)
                .where(mail_uploads.c.name == order.name, mail_uploads.c.size == order.size)
                .where(mail_uploads.c.state == UploadState.OPEN.value)
            ).first()
            if known is not None and _upload(known).order == order:
                return _upload(known)
            connection.execute(
                insert(mail_uploads).values(
                    id=upload.id,
                    batch_id=order.batch_id,
                    name=order.name,
                    size=order.size,
                    sha256=order.sha256,
                    replaces_case=replaces.case_id if replaces else None,
                    replaces_sha256=replaces.sha256 if replaces else None,
                    replaces_page=replaces.page if replaces else None,
                    actor=actor,
                    received=upload.received,
                    state=upload.state.value,
                    created_at=upload.created_at,
                    expires_at=upload.expires_at,
                )
            )
        return upload

    def get(self, upload_id: str) -> Upload:
        """Return an upload. Raises UnknownUploadError."""
        with self._database.read() as connection:
            row = connection.execute(_uploads().where(mail_uploads.c.id == upload_id)).first()
        if row is None:
            raise UnknownUploadError(f"没有上传 {upload_id}", "请重新选择文件上传")
        return _upload(row)

    def advance(self, upload: Upload, received: int, expires_at: datetime) -> Upload:
        """Note that ``received`` bytes are on disk.

        Raises:
            UploadOffsetError: another request was faster.
        """
        with self._database.write() as connection:
            done = connection.execute(
                update(mail_uploads)
                .where(mail_uploads.c.id == upload.id, mail_uploads.c.received == upload.received)
                .where(mail_uploads.c.state == UploadState.OPEN.value)
                .values(received=received, expires_at=expires_at)
            )
            if done.rowcount == 0:
                raise UploadOffsetError(f"{upload.order.name} 已由另一个请求续传", "请查询当前位置后继续")
        return upload.model_copy(update={"received": received, "expires_at": expires_at})

    def settle(self, upload_id: str, state: UploadState, **values: Any) -> Upload:
        """Say how an open upload ended; one that has ended keeps its end."""
        with self._database.write() as connection:
            connection.execute(
                update(mail_uploads)
                .where(mail_uploads.c.id == upload_id, mail_uploads.c.state == UploadState.OPEN.value)
                .values(state=state.value, **values)
            )
        return self.get(upload_id)

    def of_batch(self, batch_id: str) -> tuple[Upload, ...]:
        """Return the uploads of a batch in the order of their beginning, without those given up."""
        return self._list(
            _uploads()
            .where(mail_uploads.c.batch_id == batch_id, mail_uploads.c.state != UploadState.GIVEN_UP.value)
            .order_by(mail_uploads.c.created_at, mail_uploads.c.id)
        )

    def of_case(self, case_id: str) -> tuple[Upload, ...]:
        """Return the accepted uploads of a case."""
        return self._list(
            _uploads()
            .where(mail_uploads.c.case_id == case_id, mail_uploads.c.state == UploadState.ACCEPTED.value)
            .order_by(mail_uploads.c.created_at, mail_uploads.c.id)
        )

    def open_uploads(self) -> tuple[Upload, ...]:
        """Return every upload that has not ended."""
        return self._list(_uploads().where(mail_uploads.c.state == UploadState.OPEN.value))

    def _list(self, query: Select[tuple[object, ...]]) -> tuple[Upload, ...]:
        with self._database.read() as connection:
            return tuple(_upload(row) for row in connection.execute(query))


def _uploads() -> Select[tuple[object, ...]]:
    return select(mail_uploads, cases.c.number.label("case_number")).outerjoin(
        cases, cases.c.id == mail_uploads.c.case_id
    )


def _upload(row: Row[tuple[object, ...]]) -> Upload:
    replaces = None
    if row.replaces_case is not None:
        replaces = PageRef(case_id=row.replaces_case, sha256=row.replaces_sha256, page=row.replaces_page)
    return Upload(
        id=row.id,
        order=UploadOrder(batch_id=row.batch_id, name=row.name, size=row.size, sha256=row.sha256, replaces=replaces),
        received=row.received,
        state=UploadState(row.state),
        created_at=row.created_at,
        expires_at=row.expires_at,
        media_type=row.media_type,
        pages=row.pages,
        case_id=row.case_id,
        case_number=row.case_number,
        error=row.error,
        fact=row.fact,
        next_step=row.next_step,
    )
