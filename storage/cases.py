"""Cases and their revisions: a revision, its line in lists, review items and search entries are one write."""

from __future__ import annotations

from sqlalchemy import Connection, Row, delete, func, select, update

from domain.case import Case
from domain.errors import StaleRevisionError
from domain.review import ReviewItem
from domain.vocabulary import CaseStatus, Channel, DispositionValue
from domain.webhooks import EventType
from storage.case_lists import conditions
from storage.database import Database, insert_all
from storage.digests import sha256_of
from storage.filed import archive_state
from storage.intake import files_of, find_case
from storage.outbox import announce
from storage.review_queue import replace_items
from storage.revisions import add_revision, canonical_case, get_revision
from storage.rows import CaseFilter, CaseSummary, PageText, Revision
from storage.search import index_case
from storage.tables import case_files, case_revisions, cases, page_texts, review_items


class CaseRepository:
    """Saves, loads and lists cases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_case(
        self,
        case: Case,
        cause: str,
        expected_revision: int | None,
        items: tuple[ReviewItem, ...] | None = None,
        texts: tuple[PageText, ...] | None = None,
    ) -> None:
        """Write ``case`` as the revision after ``expected_revision``; saving the same revision twice is one.

        ``case.archive`` is not written: the filing lives in the archive tables and comes back with ``load_case``.

        Args:
            case: a case that ``Intake`` accepted; ``case.revision`` is ``expected_revision + 1`` (1 at first).
            cause: why there is a new revision, for example ``assembled`` or ``decision``.
            expected_revision: the revision the change started from, ``None`` for the first.
            items: the review items of this revision; ``None`` keeps priority and proposal of those that
                ``case.review`` still asks for.
            texts: text of every page; ``None`` leaves the text as it is.

        Raises:
            UnknownCaseError: the case was never accepted.
            StaleRevisionError: somebody else saved a revision in between; nothing was written.
            DecisionsRewrittenError: the case drops or changes a recorded decision.
        """
        with self._database.write(lock="cases") as connection:
            case_id = find_case(connection, case.id)
            if _already_saved(connection, case):
                return
            _check_revision(connection, case, expected_revision)
            add_revision(connection, case, cause, self._database)
            self._announce_failure(connection, case)
            self._update_summary(connection, case)
            _mark_assembled(connection, case)
            replace_items(connection, case, items, self._database.now())
            if texts is not None:
                _replace_texts(connection, case_id, texts)
            index_case(connection, case, [f.source.name for f in files_of(connection, case_id)], texts)

    def load_case(self, case: str, revision: int | None = None) -> Case | None:
        """Return the case with this number or id at ``revision`` (the current one when ``None``), with its last filing.

        Returns:
            The case, ``None`` when it is accepted but has no revision yet (or not that one).

        Raises:
            UnknownCaseError: there is no such case.
            DatabaseDamagedError: the row no longer has its digest.
        """
        with self._database.read() as connection:
            case_id = find_case(connection, case)
            number = revision if revision is not None else _current(connection, case_id)
            stored = None if number is None else get_revision(connection, case_id, number)
            if stored is None:
                return None
            state = archive_state(connection, case_id)
            return Case.model_validate_json(stored.body).model_copy(update={"archive": state})

    def list_cases(
        self, wanted: CaseFilter | None = None, limit: int | None = None, offset: int = 0
    ) -> tuple[CaseSummary, ...]:
        """Return the matching cases, newest receipt first."""
        waiting = (
            select(func.count()).where(review_items.c.case_id == cases.c.id).scalar_subquery().label("review_items")
        )
        query = (
            select(cases, waiting)
            .where(*conditions(wanted or CaseFilter()))
            .order_by(cases.c.received_at.desc(), cases.c.number.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as connection:
            return tuple(summary_of(row) for row in connection.execute(query))

    def count_cases(self, wanted: CaseFilter | None = None) -> int:
        """Return the number of matching cases."""
        query = select(func.count()).select_from(cases).where(*conditions(wanted or CaseFilter()))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def case_history(self, case: str) -> tuple[Revision, ...]:
        """Return the revisions of a case, oldest first. Raises UnknownCaseError."""
        with self._database.read() as connection:
            columns = case_revisions.c
            rows = connection.execute(
                select(columns.revision, columns.cause, columns.sha256, columns.saved_at)
                .where(columns.case_id == find_case(connection, case))
                .order_by(columns.revision)
            )
            return tuple(Revision(row.revision, row.cause, row.sha256, row.saved_at) for row in rows)

    def case_texts(self, case: str) -> tuple[PageText, ...]:
        """Return the text of every page of a case, by document and page. Raises UnknownCaseError."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(page_texts)
                .where(page_texts.c.case_id == find_case(connection, case))
                .order_by(page_texts.c.document_id, page_texts.c.page)
            )
            return tuple(PageText(row.document_id, row.page, row.text) for row in rows)

    def _announce_failure(self, connection: Connection, case: Case) -> None:
        """Tell other systems that a case has just become one that nobody could read."""
        before = connection.execute(select(cases.c.status).where(cases.c.id == case.id)).scalar()
        if case.status is CaseStatus.FAILED and before != CaseStatus.FAILED:
            now = self._database.now()
            announce(connection, EventType.CASE_FAILED, case.id, now, revision=case.revision, status=case.status)

    def _update_summary(self, connection: Connection, case: Case) -> None:
        judgement = case.judgement
        disposition = judgement.disposition.value if judgement else None
        connection.execute(
            update(cases)
            .where(cases.c.id == case.id)
            .values(
                current_revision=case.revision,
                saved_at=self._database.now(),
                status=case.status.value,
                level=judgement.severity.level if judgement else None,
                category=judgement.category.value if judgement else None,
                disposition=disposition.value if disposition else None,
                complainant_name=case.field_value("complainant_name"),
                materials_complete=judgement.materials.complete if judgement else None,
                pages=sum(len(d.pages) for d in case.documents),
                finished=case.finished,
            )
        )


def summary_of(row: Row[tuple[object, ...]]) -> CaseSummary:
    """Return the line of a case from its row with the column ``review_items``."""
    values = {**row._asdict(), "revision": row.current_revision}
    shown = {name: values[name] for name in CaseSummary.__dataclass_fields__}
    shown["channel"] = Channel(row.channel)
    shown["status"] = None if row.status is None else CaseStatus(row.status)
    shown["disposition"] = None if row.disposition is None else DispositionValue(row.disposition)
    return CaseSummary(**shown)


def _current(connection: Connection, case_id: str) -> int | None:
    return connection.execute(select(cases.c.current_revision).where(cases.c.id == case_id)).scalar()


def _already_saved(connection: Connection, case: Case) -> bool:
    """True when the current revision is this very one: a killed run that saves again has nothing to do."""
    if _current(connection, case.id) != case.revision:
        return False
    mine = (case_revisions.c.case_id == case.id) & (case_revisions.c.revision == case.revision)
    saved = connection.execute(select(case_revisions.c.sha256).where(mine)).scalar()
    return saved == sha256_of(canonical_case(case))


def _check_revision(connection: Connection, case: Case, expected: int | None) -> None:
    current = _current(connection, case.id)
    if current != expected:
        raise StaleRevisionError(
            f"案件 {case.number} 已被他人修改：应为第 {expected or 0} 版，现为第 {current or 0} 版",
            "请刷新后在最新版本上重新操作",
        )
    if case.revision != (expected or 0) + 1:
        raise StaleRevisionError(
            f"案件 {case.number} 的版本号不连续：应为第 {(expected or 0) + 1} 版，实为第 {case.revision} 版",
            "请在最新版本上重新操作",
        )


def _mark_assembled(connection: Connection, case: Case) -> None:
    """Note which files this revision accounts for, by a document or by a failure of that name."""
    keys = {d.source.object.key for d in case.documents}
    names = {failure.file for failure in case.failures}
    connection.execute(
        update(case_files)
        .where(case_files.c.case_id == case.id, case_files.c.assembled_revision.is_(None))
        .where(case_files.c.object_key.in_(keys) | case_files.c.name.in_(names))
        .values(assembled_revision=case.revision)
    )


def _replace_texts(connection: Connection, case_id: str, texts: tuple[PageText, ...]) -> None:
    connection.execute(delete(page_texts).where(page_texts.c.case_id == case_id))
    rows = [{"case_id": case_id, "document_id": t.document_id, "page": t.page, "text": t.text} for t in texts]
    insert_all(connection, page_texts, rows)
