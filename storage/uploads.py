"""Uploads of other systems: what came of each, so that its state can be asked for later."""

from __future__ import annotations

from sqlalchemy import select

from domain.mailroom_errors import UnknownUploadError
from storage.database import Database, insert_if_absent
from storage.system_tables import uploads
from storage.tables import case_files


class Uploads:
    """Uploads by id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, upload_id: str, owner: str, body: str) -> None:
        """Keep what an upload was answered with (JSON); the first answer stays."""
        with self._database.write() as connection:
            insert_if_absent(
                connection, uploads, id=upload_id, owner=owner, accepted_at=self._database.now(), body=body
            )

    def body(self, upload_id: str) -> str:
        """Return what an upload was answered with.

        Raises:
            UnknownUploadError: there is none.
        """
        with self._database.read() as connection:
            found = connection.execute(select(uploads.c.body).where(uploads.c.id == upload_id)).scalar()
        if found is None:
            raise UnknownUploadError(f"没有上传 {upload_id}", "请使用上传时返回的编号")
        return str(found)

    def waiting(self, case_ids: tuple[str, ...]) -> frozenset[str]:
        """Return which of the cases have files that were not read yet."""
        unread = select(case_files.c.case_id).where(
            case_files.c.case_id.in_(case_ids), case_files.c.assembled_revision.is_(None)
        )
        with self._database.read() as connection:
            return frozenset(connection.execute(unread).scalars())
