"""Cases and their revisions: a revision, its line in lists, review items and search entries are one write."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from domain.case import Case
from domain.documents import source_of, sources_of
from domain.errors import StaleRevisionError
from domain.review import ReviewItem
from domain.vocabulary import CaseStatus, Channel, DispositionValue
from domain.webhooks import EventType
from storage.case_lines import update_line, without_nul
from storage.case_lists import conditions
from storage.database import Database, insert_all
from storage.figures import note_figures
from storage.filed import archive_state
from storage.intake import files_of, find_case, link_files
from storage.leases import hold
from storage.outbox import announce
from storage.rescans import list_rescans, replace_rescans
from storage.review_queue import replace_items
from storage.revisions import add_revision, get_revision
from storage.rows import CaseChange, CaseFilter, CaseSummary, OpenRescanRow, PageText, Revision
from storage.search import index_case
from storage.search_tables import page_texts
from storage.tables import case_files, case_revisions, cases, review_items


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
        holder: str | None = None,
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
            holder: the person whose lease must still stand at the moment of writing; it is renewed. ``None`` for
                changes that no person makes.

        Raises:
            UnknownCaseError: the case was never accepted.
            CaseHeldError: another person has the case; nothing was written.
            StaleRevisionError: somebody else saved a revision in between; nothing was written.
            DecisionsRewrittenError: the case drops or changes a recorded decision.
        """
        self.save_change(CaseChange(case, cause, expected_revision, items, texts, holder))

    def save_change(self, change: CaseChange) -> None:
        """Write a revision; see ``save_case``."""
        with self._database.write(lock="cases") as connection:
            self._save(connection, change)

    def save_move(self, giver: CaseChange, taker: CaseChange) -> None:
        """Write the revisions of two cases between which papers moved: both, or neither.

        The files of the papers become files of the taker too, so that it is filed with their originals.

        Raises:
            UnknownCaseError, StaleRevisionError, DecisionsRewrittenError: as ``save_case``; nothing was written.
        """
        with self._database.write(lock="cases") as connection:
            link_files(connection, giver.case.id, taker.case)
            self._save(connection, giver)
            self._save(connection, taker)

    def open_rescans(self) -> tuple[OpenRescanRow, ...]:
        """Return the open requests for rescans of all cases, oldest first."""
        with self._database.read() as connection:
            return list_rescans(connection)

    def _save(self, connection: Connection, change: CaseChange) -> None:
        case = change.case
        case_id = find_case(connection, case.id)
        if _already_saved(connection, case):
            return
        if change.holder is not None:
            hold(connection, case_id, change.holder, self._database.now())
        _check_revision(connection, case, change.expected_revision)
        add_revision(connection, case, change.cause, self._database)
        _announce_failure(connection, case, self._database.now())
        _mark_assembled(connection, case)
        replace_items(connection, case, change.items, self._database.now())
        replace_rescans(connection, case)
        update_line(connection, case, self._database.now())
        note_figures(connection, case)
        texts = change.texts and tuple(replace(t, text=without_nul(t.text)) for t in change.texts)
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
        with self._database.read() as connection:
            return summaries_of(connection, tuple(conditions(wanted or CaseFilter())), limit, offset)

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


def summaries_of(
    connection: Connection, chosen: tuple[ColumnElement[bool], ...], limit: int | None, offset: int
) -> tuple[CaseSummary, ...]:
    """Return the lines of the cases that fulfil all conditions, newest receipt first."""
    waiting = select(func.count()).where(review_items.c.case_id == cases.c.id).scalar_subquery().label("review_items")
    query = (
        select(cases, waiting)
        .where(*chosen)
        .order_by(cases.c.received_at.desc(), cases.c.number.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(summary_of(row) for row in connection.execute(query))


def summary_of(row: Row[tuple[object, ...]]) -> CaseSummary:
    """Return the line of a case from its row with the column ``review_items``."""
    values = {**row._asdict(), "revision": row.current_revision}
    shown = {name: values[name] for name in CaseSummary.__dataclass_fields__}
    shown["channel"] = Channel(row.channel)
    shown["status"] = None if row.status is None else CaseStatus(row.status)
    shown["disposition"] = None if row.disposition is None else DispositionValue(row.disposition)
    return CaseSummary(**shown)


def _announce_failure(connection: Connection, case: Case, now: datetime) -> None:
    """Tell other systems that a case has just become one that nobody could read; its line must be the old one yet."""
    before = connection.execute(select(cases.c.status).where(cases.c.id == case.id)).scalar()
    if case.status is CaseStatus.FAILED and before != CaseStatus.FAILED:
        announce(connection, EventType.CASE_FAILED, case.id, now, revision=case.revision, status=case.status)


def _current(connection: Connection, case_id: str) -> int | None:
    return connection.execute(select(cases.c.current_revision).where(cases.c.id == case_id)).scalar()


def _already_saved(connection: Connection, case: Case) -> bool:
    """True when the current revision is this very one: a killed run that saves again has nothing to do."""
    if _current(connection, case.id) != case.revision:
        return False
    saved = get_revision(connection, case.id, case.revision)
    return saved is not None and saved.holds(case)


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
    """Note which files this revision accounts for, by a document or by a failure of that name.

    A file with a page that a person turned waits once more: the page is to be read as it lies now.
    """
    waiting = {source_of(d, p).object.key for d in case.documents for p in d.pages if p.awaits_reading}
    keys = {source.object.key for d in case.documents for source in sources_of(d)} - waiting
    names = {failure.file for failure in case.failures}
    mine = case_files.c.case_id == case.id
    if waiting:
        connection.execute(
            update(case_files).where(mine, case_files.c.object_key.in_(waiting)).values(assembled_revision=None)
        )
    connection.execute(
        update(case_files)
        .where(mine, case_files.c.assembled_revision.is_(None), case_files.c.object_key.not_in(waiting))
        .where(case_files.c.object_key.in_(keys) | case_files.c.name.in_(names))
        .values(assembled_revision=case.revision)
    )


def _replace_texts(connection: Connection, case_id: str, texts: tuple[PageText, ...]) -> None:
    connection.execute(delete(page_texts).where(page_texts.c.case_id == case_id))
    rows = [{"case_id": case_id, "document_id": t.document_id, "page": t.page, "text": t.text} for t in texts]
    insert_all(connection, page_texts, rows)
