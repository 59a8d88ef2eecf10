"""Which delivered cases were amended, read from filings and revisions; nothing is kept beside them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from domain.amendments import SETTLED, Amendment, amendment
from domain.case import Case
from storage.database import Database
from storage.errors import DatabaseDamagedError
from storage.revisions import get_revision
from storage.tables import case_revisions, cases, filings

FINISH = "finish"
_BATCH = 500
"""Cases asked for in one query: databases limit the number of parameters."""


@dataclass(frozen=True, slots=True)
class _Filed:
    """A filing of a case: its revision, when, why that revision was saved, and the case's newest revision."""

    revision: int
    filed_at: datetime
    cause: str
    newest: int


class Amendments:
    """Reads what happened to cases after their delivery."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_cases(self, case_ids: Sequence[str]) -> dict[str, Amendment]:
        """Return the amendments of those cases that were amended, by case id.

        Raises:
            DatabaseDamagedError: a revision cannot be read.
        """
        found: dict[str, Amendment] = {}
        with self._database.read() as connection:
            for start in range(0, len(case_ids), _BATCH):
                for case_id, rows in _filed(connection, case_ids[start : start + _BATCH]).items():
                    amended = _amended(connection, case_id, rows)
                    if amended is not None:
                        found[case_id] = amended
        return found

    def saved_since(self, case_ids: Sequence[str], moment: datetime) -> frozenset[str]:
        """Return the cases whose newest revision was saved, or filed, at ``moment`` or later."""
        late: set[str] = set()
        with self._database.read() as connection:
            for start in range(0, len(case_ids), _BATCH):
                asked = case_ids[start : start + _BATCH]
                saved = select(cases.c.id).where(cases.c.id.in_(asked), cases.c.saved_at >= moment)
                filed = select(filings.c.case_id).where(filings.c.case_id.in_(asked), filings.c.filed_at >= moment)
                late.update(connection.execute(saved).scalars(), connection.execute(filed).scalars())
        return frozenset(late)


def _filed(connection: Connection, case_ids: Sequence[str]) -> dict[str, list[_Filed]]:
    """Return the filings of each case, oldest first."""
    same = and_(case_revisions.c.case_id == filings.c.case_id, case_revisions.c.revision == filings.c.revision)
    query = (
        select(
            filings.c.case_id, filings.c.revision, filings.c.filed_at, case_revisions.c.cause, cases.c.current_revision
        )
        .join(case_revisions, same)
        .join(cases, cases.c.id == filings.c.case_id)
        .where(filings.c.case_id.in_(case_ids))
        .order_by(filings.c.seq)
    )
    found: dict[str, list[_Filed]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.case_id].append(_Filed(row.revision, row.filed_at, row.cause, row.current_revision))
    return found


def _amended(connection: Connection, case_id: str, rows: list[_Filed]) -> Amendment | None:
    newest = rows[-1].newest
    earlier = [row for row in rows if row.revision < newest]
    first = next((r.revision for r in earlier if r.cause == FINISH or _settled(connection, case_id, r.revision)), None)
    if first is None:
        return None
    delivered, last = _case(connection, case_id, first), rows[-1]
    filed = _case(connection, case_id, last.revision)
    if last.revision < newest:
        now = _case(connection, case_id, newest)
        if amendment(filed, now, None) is not None:
            return amendment(delivered, now, None)
    # what came after the last filing, if anything, were words alone: that filing stands
    return amendment(delivered, filed, last.filed_at)


def _settled(connection: Connection, case_id: str, revision: int) -> bool:
    """Tell whether nobody was asked any more at ``revision``; the whole case is not built for that."""
    stored = get_revision(connection, case_id, revision)
    return stored is not None and json.loads(stored.body)["status"] in SETTLED


def _case(connection: Connection, case_id: str, revision: int) -> Case:
    stored = get_revision(connection, case_id, revision)
    if stored is None:
        raise DatabaseDamagedError(
            f"案件 {case_id} 已归档的第 {revision} 版不在数据库中", "请运行 archive verify，并从备份恢复数据库"
        )
    return Case.model_validate_json(stored.body)
