"""Open requests for rescans as rows: a copy of what the current revision of each case says, for the list of all."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from domain.case import Case
from domain.documents import source_of
from domain.rescans import open_rescans as open_in
from storage.database import insert_all
from storage.rows import OpenRescanRow
from storage.tables import cases, open_rescans


def replace_rescans(connection: Connection, case: Case) -> None:
    """Bring the rows in line with ``case``, inside the caller's transaction."""
    connection.execute(delete(open_rescans).where(open_rescans.c.case_id == case.id))
    names = {(d.id, p.number): source_of(d, p).name for d in case.documents for p in d.pages}
    rows = [
        {
            "case_id": case.id,
            "document_id": found.document_id,
            "page": found.page,
            "file": names[found.document_id, found.page],
            "source_page": found.request.source_page,
            "reason": found.request.reason,
            "asked_by": found.request.by,
            "asked_at": found.request.at,
        }
        for found in open_in(case)
    ]
    insert_all(connection, open_rescans, rows)


def list_rescans(connection: Connection) -> tuple[OpenRescanRow, ...]:
    """Return the open requests of all cases, oldest first."""
    query = (
        select(open_rescans, cases.c.number, cases.c.current_revision)
        .join(cases, cases.c.id == open_rescans.c.case_id)
        .order_by(open_rescans.c.asked_at, cases.c.number, open_rescans.c.page)
    )
    return tuple(
        OpenRescanRow(
            case_id=row.case_id,
            case_number=row.number,
            revision=row.current_revision,
            document_id=row.document_id,
            page=row.page,
            file=row.file,
            source_page=row.source_page,
            reason=row.reason,
            by=row.asked_by,
            at=row.asked_at,
        )
        for row in connection.execute(query)
    )
