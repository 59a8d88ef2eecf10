"""Pages in the mailroom: scans that replace others, pages that look alike, tries at reading."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from domain.mailroom import SamePaper
from domain.mailroom_errors import UnknownBatchError
from storage.database import Database, insert_if_absent
from storage.mail_rows import DuplicateAnswer, LookAlike, ReadingTry, Replacement
from storage.mail_tables import (
    case_comparisons,
    duplicate_answers,
    look_alikes,
    mail_uploads,
    page_replacements,
    reading_tries,
)
from storage.tables import case_files, cases, stage_results

_MANY = 500
"""Keys in one question: SQLite and PostgreSQL both take that many."""


class MailPages:
    """What the mailroom knows of pages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read_keys(self, keys: tuple[str, ...], producer: str) -> frozenset[str]:
        """Return those of the page keys (``sha256#page``) that ``producer`` has read."""
        found: set[str] = set()
        with self._database.read() as connection:
            for start in range(0, len(keys), _MANY):
                query = select(stage_results.c.input_hash).where(
                    stage_results.c.input_hash.in_(keys[start : start + _MANY]),
                    stage_results.c.stage == "read",
                    stage_results.c.producer == producer,
                )
                found.update(connection.execute(query).scalars())
        return frozenset(found)

    def unassembled(self, case_ids: tuple[str, ...]) -> frozenset[str]:
        """Return those of the cases that have a file which no revision accounts for."""
        query = select(case_files.c.case_id).where(
            case_files.c.case_id.in_(case_ids), case_files.c.assembled_revision.is_(None)
        )
        with self._database.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def replace(self, replacement: Replacement) -> None:
        """Keep that a new scan takes the place of a page; saying it twice is saying it once."""
        with self._database.write() as connection:
            same = (
                (page_replacements.c.case_id == replacement.case_id)
                & (page_replacements.c.old_sha256 == replacement.old_sha256)
                & (page_replacements.c.old_page == replacement.old_page)
                & (page_replacements.c.new_sha256 == replacement.new_sha256)
            )
            if connection.execute(select(page_replacements.c.id).where(same)).first() is None:
                connection.execute(insert(page_replacements).values(**_values(replacement)))

    def replacements(self, case_id: str) -> tuple[Replacement, ...]:
        """Return the replaced pages of a case, oldest first."""
        query = select(page_replacements).where(page_replacements.c.case_id == case_id).order_by(page_replacements.c.id)
        with self._database.read() as connection:
            return tuple(
                Replacement(**{name: getattr(row, name) for name in Replacement.__dataclass_fields__})
                for row in connection.execute(query)
            )

    def to_compare(self) -> tuple[str, ...]:
        """Return cases that came through the mailroom whose newest revision was not compared, oldest first."""
        mailed = select(mail_uploads.c.case_id).where(mail_uploads.c.case_id.is_not(None))
        query = (
            select(cases.c.id)
            .outerjoin(case_comparisons, case_comparisons.c.case_id == cases.c.id)
            .where(cases.c.id.in_(mailed), cases.c.current_revision.is_not(None))
            .where(case_comparisons.c.revision.is_(None) | (case_comparisons.c.revision < cases.c.current_revision))
            .order_by(cases.c.accepted_at, cases.c.number)
        )
        with self._database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def compared(self, case_id: str, revision: int, found: tuple[LookAlike, ...]) -> None:
        """Keep what looks like pages of ``case_id`` at ``revision``; a pair that is known stays as it is."""
        with self._database.write() as connection:
            for pair in found:
                values = {k: v for k, v in _values(pair).items() if k not in ("id", "case_number", "other_case_number")}
                insert_if_absent(connection, look_alikes, found_at=self._database.now(), **values)
            connection.execute(delete(case_comparisons).where(case_comparisons.c.case_id == case_id))
            connection.execute(insert(case_comparisons).values(case_id=case_id, revision=revision))

    def look_alikes(self, case_ids: tuple[str, ...]) -> tuple[LookAlike, ...]:
        """Return the pages that look like pages of these cases, most alike first."""
        other = cases.alias()
        query = (
            select(look_alikes, cases.c.number, other.c.number.label("other_number"))
            .join(cases, cases.c.id == look_alikes.c.case_id)
            .join(other, other.c.id == look_alikes.c.other_case_id)
            .where(look_alikes.c.case_id.in_(case_ids))
            .order_by(look_alikes.c.score.desc(), look_alikes.c.id)
        )
        with self._database.read() as connection:
            return tuple(_look_alike(row) for row in connection.execute(query))

    def look_alike(self, pair_id: int) -> LookAlike:
        """Return one pair.

        Raises:
            UnknownBatchError: there is none.
        """
        with self._database.read() as connection:
            case_id = connection.execute(select(look_alikes.c.case_id).where(look_alikes.c.id == pair_id)).scalar()
        pairs = self.look_alikes((str(case_id),)) if case_id is not None else ()
        found = next((pair for pair in pairs if pair.id == pair_id), None)
        if found is None:
            raise UnknownBatchError(f"没有第 {pair_id} 组相似页", "请刷新批次页面")
        return found

    def answer(self, subject: tuple[str | None, int | None], answer: DuplicateAnswer) -> None:
        """Keep a person's answer about an upload (its id) or a pair (its id); the newest counts."""
        upload_id, pair_id = subject
        with self._database.write() as connection:
            connection.execute(
                insert(duplicate_answers).values(
                    upload_id=upload_id,
                    look_alike_id=pair_id,
                    answer=answer.answer.value,
                    case_number=answer.case_number,
                    actor=answer.actor,
                    at=answer.at,
                )
            )

    def answers(self, uploads: tuple[str, ...], pairs: tuple[int, ...]) -> dict[str | int, DuplicateAnswer]:
        """Return the newest answer about each of these uploads and pairs, by id."""
        wanted = duplicate_answers.c.upload_id.in_(uploads) | duplicate_answers.c.look_alike_id.in_(pairs)
        query = select(duplicate_answers).where(wanted).order_by(duplicate_answers.c.id)
        with self._database.read() as connection:
            return {
                row.upload_id or row.look_alike_id: DuplicateAnswer(
                    SamePaper(row.answer), row.actor, row.at, row.case_number
                )
                for row in connection.execute(query)
            }

    def begin_reading(self, case_id: str) -> int:
        """Count one more try at reading a case and return the number of tries."""
        now = self._database.now()
        mine = reading_tries.c.case_id == case_id
        with self._database.write() as connection:
            if insert_if_absent(connection, reading_tries, case_id=case_id, tries=1, at=now):
                return 1
            connection.execute(update(reading_tries).where(mine).values(tries=reading_tries.c.tries + 1, at=now))
            return int(connection.execute(select(reading_tries.c.tries).where(mine)).scalar_one())

    def end_reading(self, case_id: str, failure: tuple[str, str, str] | None) -> None:
        """Note how reading ended: with (error, fact, next step), or well, which forgets the tries."""
        mine = reading_tries.c.case_id == case_id
        with self._database.write() as connection:
            if failure is None:
                connection.execute(delete(reading_tries).where(mine))
            else:
                error, fact, next_step = failure
                values = {"error": error, "fact": fact, "next_step": next_step, "at": self._database.now()}
                connection.execute(update(reading_tries).where(mine).values(**values))

    def tries(self, case_ids: tuple[str, ...]) -> dict[str, ReadingTry]:
        """Return the tries at reading of those cases that are being read or could not be read."""
        query = select(reading_tries).where(reading_tries.c.case_id.in_(case_ids))
        with self._database.read() as connection:
            return {
                row.case_id: ReadingTry(row.case_id, row.tries, row.error, row.fact, row.next_step)
                for row in connection.execute(query)
            }


def _values(row: Replacement | LookAlike) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _look_alike(row: Row[tuple[object, ...]]) -> LookAlike:
    return LookAlike(
        case_id=row.case_id,
        document_id=row.document_id,
        page=row.page,
        other_case_id=row.other_case_id,
        other_document_id=row.other_document_id,
        other_page=row.other_page,
        score=row.score,
        id=row.id,
        case_number=row.number,
        other_case_number=row.other_number,
    )
