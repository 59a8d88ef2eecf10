"""Audit samples: fields of filed cases that nobody looked at, and what auditors found in those that were drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from domain.calibration import class_of
from domain.errors import DecisionError
from domain.sampling import AcceptedField, Drawn, ErrorRate, Outcome, Sample, alike, error_rate, is_drawn
from storage.database import Database, insert_if_absent
from storage.sample_tables import accepted_fields, audit_samples
from storage.tables import cases

MOST_SIMILAR = 50
"""Fields that one mistake draws at most, the latest first."""


class SampleRepository:
    """Draws samples, keeps the answers, counts the errors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note_filed(self, fields: Iterable[AcceptedField], share: float) -> None:
        """Note what nobody looked at in a filed case and draw from it; noting the same field again changes nothing."""
        with self._database.write(lock="samples") as connection:
            for field in fields:
                if insert_if_absent(connection, accepted_fields, **field.model_dump()) and is_drawn(field, share):
                    self._draw(connection, field, Drawn.BY_CHANCE, None)

    def waiting(self, limit: int | None = None) -> tuple[Sample, ...]:
        """Return the samples without an answer, the oldest first; those drawn by a mistake come before the others."""
        query = _samples().where(audit_samples.c.outcome == Outcome.OPEN.value)
        # "similar" stands behind "chance" in the alphabet
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(audit_samples.c.drawn.desc(), audit_samples.c.id).limit(limit))
            return tuple(_sample(row) for row in rows)

    def sample(self, number: int) -> Sample | None:
        """Return one sample, ``None`` when there is no such."""
        with self._database.read() as connection:
            return _found(connection, number)

    def answer(self, number: int, outcome: Outcome, auditor: str) -> int:
        """Record what the auditor found; a mistake draws the fields alike.

        Returns:
            How many fields were drawn because of it.

        Raises:
            DecisionError: no such sample, or somebody answered it before.
        """
        with self._database.write(lock="samples") as connection:
            sample = _found(connection, number)
            if sample is None or sample.outcome is not Outcome.OPEN:
                raise DecisionError(f"抽检 {number} 不存在或已有人答复", "请刷新页面，继续下一项")
            connection.execute(
                update(audit_samples)
                .where(audit_samples.c.id == number)
                .values(outcome=outcome.value, auditor=auditor, answered_at=self._database.now())
            )
            if outcome is not Outcome.WRONG:
                return 0
            similar = [field for field in _unseen(connection, sample) if alike(sample, field)][:MOST_SIMILAR]
            for field in similar:
                self._draw(connection, field, Drawn.SIMILAR, number)
            return len(similar)

    def answered(self) -> tuple[Sample, ...]:
        """Return every answered sample, the oldest first."""
        query = _samples().where(audit_samples.c.outcome != Outcome.OPEN.value).order_by(audit_samples.c.id)
        with self._database.read() as connection:
            return tuple(_sample(row) for row in connection.execute(query))

    def error_rates(self) -> tuple[ErrorRate, ...]:
        """Return the error rate of every field class and of all together; only samples drawn by chance count."""
        accepted: dict[str, int] = defaultdict(int)
        seen: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        with self._database.read() as connection:
            for name, count in connection.execute(_by_name()):
                accepted[class_of(name).value] += count
            for name, outcome, count in connection.execute(_by_outcome()):
                if outcome in (Outcome.RIGHT.value, Outcome.WRONG.value):
                    figures = seen[class_of(name).value]
                    figures[0] += count
                    figures[1] += count if outcome == Outcome.WRONG.value else 0
        rows = [error_rate(kind, accepted[kind], *seen[kind]) for kind in sorted(accepted)]
        total = [sum(figures[i] for figures in seen.values()) for i in (0, 1)]
        return (*rows, error_rate("all", sum(accepted.values()), *total))

    def _draw(self, connection: Connection, field: AcceptedField, drawn: Drawn, cause: int | None) -> None:
        connection.execute(
            insert(audit_samples).values(
                case_id=field.case_id,
                name=field.name,
                drawn=drawn.value,
                cause=cause,
                outcome=Outcome.OPEN.value,
                drawn_at=self._database.now(),
            )
        )


_SAME = and_(accepted_fields.c.case_id == audit_samples.c.case_id, accepted_fields.c.name == audit_samples.c.name)


def _samples() -> Select[Any]:
    field = accepted_fields.c
    values = (field.revision, field.producer, field.probability, field.filed_at, cases.c.number.label("case_number"))
    return (
        select(audit_samples, *values).join(accepted_fields, _SAME).join(cases, cases.c.id == audit_samples.c.case_id)
    )


def _by_name() -> Select[Any]:
    return select(accepted_fields.c.name, func.count()).group_by(accepted_fields.c.name)


def _by_outcome() -> Select[Any]:
    columns = audit_samples.c
    query = select(columns.name, columns.outcome, func.count()).where(columns.drawn == Drawn.BY_CHANCE.value)
    return query.group_by(columns.name, columns.outcome)


def _found(connection: Connection, number: int) -> Sample | None:
    row = connection.execute(_samples().where(audit_samples.c.id == number)).first()
    return None if row is None else _sample(row)


def _unseen(connection: Connection, sample: Sample) -> list[AcceptedField]:
    """Return fields of the same name and producer that nobody drew, the latest first."""
    columns = accepted_fields.c
    rows = connection.execute(
        select(accepted_fields)
        .outerjoin(audit_samples, _SAME)
        .where(columns.name == sample.name, columns.producer == sample.producer, audit_samples.c.id.is_(None))
        .order_by(columns.filed_at.desc())
        .limit(20 * MOST_SIMILAR)
    )
    return [AcceptedField.model_validate(row._asdict()) for row in rows]


def _sample(row: Row[tuple[object, ...]]) -> Sample:
    values = {name: getattr(row, name) for name in Sample.model_fields}
    return Sample.model_validate(values)
