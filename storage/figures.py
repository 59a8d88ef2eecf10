"""The figures behind the dashboard: rows kept with every revision, and the aggregates over them.

``note_figures`` runs inside the transaction that saves a revision. The aggregates are portable SQL over indexed rows;
what is counted is defined in ``domain.dashboard``.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from domain.case import Case
from domain.dashboard import FieldAnswer, field_answers, first_reading, next_duty, outcome_of
from storage.database import Database
from storage.desk_tables import case_figures
from storage.desk_tables import field_answers as answer_rows
from storage.intake import CHINA
from storage.revisions import get_revision
from storage.tables import case_revisions, cases, decisions

FINISH = "finish"
_BATCH = 200
"""Cases that are counted again in one transaction."""


def note_figures(connection: Connection, case: Case) -> None:
    """Bring the figures of ``case`` in line with the revision that was just written."""
    _note_answers(connection, case)
    values = _changing(case)
    mine = case_figures.c.case_id == case.id
    if connection.execute(update(case_figures).where(mine).values(**values)).rowcount:
        return
    first = case if case.revision == 1 else _revision(connection, case.id, 1) or case
    reading = first_reading(first)
    connection.execute(
        insert(case_figures).values(
            case_id=case.id,
            policy=case.policy,
            received_day=case.received_at.astimezone(CHINA).date(),
            **reading.model_dump(),
            **values,
        )
    )


def _changing(case: Case) -> dict[str, object]:
    """Return the columns that follow the newest revision."""
    duty = next_duty(case)
    finish = next((d.at for d in case.decisions if d.action == FINISH), None)
    first = next((d.at for d in case.decisions if d.action not in (FINISH, "comment")), finish)
    return {
        "revision": case.revision,
        "level": case.judgement.severity.level if case.judgement else None,
        "next_duty": duty.duty if duty else None,
        "next_due_at": duty.due_at if duty else None,
        "finished_day": finish.astimezone(CHINA).date() if finish else None,
        "handling_s": int((finish - case.received_at).total_seconds()) if finish else None,
        "work_s": int((finish - first).total_seconds()) if finish and first else None,
    }


def _note_answers(connection: Connection, case: Case) -> None:
    """Write what the decisions that are new in this revision say about the machine's values."""
    mine = (decisions.c.case_id == case.id) & (decisions.c.revision < case.revision)
    known = int(connection.execute(select(func.count()).where(mine)).scalar_one())
    if case.revision == 1 or len(case.decisions) == known:
        return
    before = _revision(connection, case.id, case.revision - 1)
    if before is None:
        return
    for answer in field_answers(before, case):
        _note_answer(connection, case, answer)


def _note_answer(connection: Connection, case: Case, answer: FieldAnswer) -> None:
    """Write the first answer about a field; a later one changes its outcome, never what the machine had said."""
    mine = (answer_rows.c.case_id == case.id) & (answer_rows.c.field == answer.field)
    known = connection.execute(select(answer_rows.c.machine).where(mine)).one_or_none()
    if known is not None:
        outcome = outcome_of(known.machine, answer.person)
        connection.execute(update(answer_rows).where(mine).values(day=answer.day, outcome=outcome))
    elif not answer.by_person:
        values = {**answer.model_dump(include={"field", "day", "reason", "machine"}), "case_id": case.id}
        outcome = outcome_of(answer.machine, answer.person)
        connection.execute(insert(answer_rows).values(policy=case.policy, outcome=outcome, **values))


def _revision(connection: Connection, case_id: str, number: int) -> Case | None:
    stored = get_revision(connection, case_id, number)
    return None if stored is None else Case.model_validate_json(stored.body)


class FigureRows:
    """Makes the rows of cases that were saved before there were figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def catch_up(self) -> int:
        """Count every case whose figures are missing or behind; return how many there were. Can be killed and repeated.

        Raises:
            DatabaseDamagedError: a revision cannot be read.
        """
        done = 0
        while batch := self._behind():
            for case_id, revision in batch:
                with self._database.write(lock="cases") as connection:
                    _count_anew(connection, case_id, revision)
            done += len(batch)
        return done

    def _behind(self) -> list[tuple[str, int]]:
        query = (
            select(cases.c.id, cases.c.current_revision)
            .outerjoin(case_figures, case_figures.c.case_id == cases.c.id)
            .where(cases.c.current_revision.is_not(None))
            .where(or_(case_figures.c.case_id.is_(None), case_figures.c.revision < cases.c.current_revision))
            .limit(_BATCH)
        )
        with self._database.read() as connection:
            return [(row.id, row.current_revision) for row in connection.execute(query)]


def _count_anew(connection: Connection, case_id: str, newest: int) -> None:
    connection.execute(delete(answer_rows).where(answer_rows.c.case_id == case_id))
    connection.execute(delete(case_figures).where(case_figures.c.case_id == case_id))
    numbers = select(case_revisions.c.revision).where(case_revisions.c.case_id == case_id)
    for number in connection.execute(numbers.order_by(case_revisions.c.revision)).scalars().all():
        case = _revision(connection, case_id, number)
        if case is not None and number <= newest:
            note_figures(connection, case)
