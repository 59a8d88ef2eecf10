"""Notices out: what was made, by whom, and the files themselves in the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from domain.documents import ObjectRef, SourceFile
from domain.errors import UnknownObjectError
from domain.records import SentNotice
from storage.database import Database
from storage.desk_tables import notices
from storage.intake import find_case
from storage.objects import ObjectStore
from storage.registry import find, register
from storage.tables import cases

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice that was made of a case and is to be recorded.

    Attributes:
        revision: the revision it was made from.
        kind: ``receipt``, ``deficiency``, ``referral`` or ``package``.
        title: heading of the paper.
        docx: ``None`` when there is only the PDF.
    """

    case_id: str
    revision: int
    kind: str
    title: str
    made_by: str
    docx: bytes | None
    pdf: bytes


class Notices:
    """Records notices and gives them back. The record is append-only."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store

    def record(self, new: NewNotice) -> SentNotice:
        """Keep the files, then write the record (bytes first, as for every paper).

        Raises:
            UnknownCaseError: there is no such case.
            StoreFullError: there is no room; nothing was recorded.
        """
        docx = self._store.put(new.docx, DOCX_TYPE) if new.docx is not None else None
        pdf = self._store.put(new.pdf, PDF_TYPE)
        with self._database.write(lock="notices") as connection:
            case_id = find_case(connection, new.case_id)
            now = self._database.now()
            register(connection, [ref for ref in (docx, pdf) if ref is not None], now)
            known = select(func.count()).select_from(notices).where(notices.c.case_id == case_id)
            position = int(connection.execute(known).scalar_one())
            connection.execute(
                insert(notices).values(
                    case_id=case_id,
                    position=position,
                    revision=new.revision,
                    kind=new.kind,
                    title=new.title,
                    made_at=now,
                    made_by=new.made_by,
                    docx_key=docx.key if docx else None,
                    pdf_key=pdf.key,
                )
            )
            return _of(connection, case_id, position)[0]

    def of_case(self, case: str) -> tuple[SentNotice, ...]:
        """Return the notices of a case (number or id), oldest first. Raises UnknownCaseError."""
        with self._database.read() as connection:
            return _of(connection, find_case(connection, case), None)

    def notice(self, case: str, position: int) -> SentNotice:
        """Return one notice. Raises UnknownCaseError, UnknownObjectError."""
        with self._database.read() as connection:
            found = _of(connection, find_case(connection, case), position)
        if not found:
            raise UnknownObjectError(f"案件 {case} 没有第 {position + 1} 份文书", "请刷新案件页后再操作")
        return found[0]


def _of(connection: Connection, case_id: str, position: int | None) -> tuple[SentNotice, ...]:
    query = (
        select(notices, cases.c.number)
        .join(cases, cases.c.id == notices.c.case_id)
        .where(notices.c.case_id == case_id)
        .order_by(notices.c.position)
    )
    if position is not None:
        query = query.where(notices.c.position == position)
    return tuple(_notice(connection, row) for row in connection.execute(query).all())


def _notice(connection: Connection, row: Row[Any]) -> SentNotice:
    name = f"{row.title}-{row.number}-{row.position + 1}"
    docx = None if row.docx_key is None else _file(connection, row.docx_key, f"{name}.docx")
    return SentNotice(
        case_id=row.case_id,
        position=row.position,
        revision=row.revision,
        kind=row.kind,
        title=row.title,
        made_at=row.made_at,
        made_by=row.made_by,
        docx=docx,
        pdf=_file(connection, row.pdf_key, f"{name}.pdf"),
    )


def _file(connection: Connection, key: str, name: str) -> SourceFile:
    ref: ObjectRef | None = find(connection, key)
    if ref is None:
        raise UnknownObjectError(f"归档中没有对象 {key} 的登记", "请运行 archive verify，并从备份恢复数据库")
    return SourceFile(name=name, object=ref)
