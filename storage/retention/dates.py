"""Last days of retention: what filings and acts say, and what is in force."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, exists, func, or_, select

from domain.amendments import SETTLED
from domain.disposal import KeptCase
from storage.database import Database
from storage.intake import find_case
from storage.retention.acts import Act, write_act
from storage.retention.locks import Locks
from storage.retention.state import dates_in_force, destruction_of, open_holds
from storage.retention.tables import disposal_items, retention_acts
from storage.tables import cases, filings


class RetentionDates:
    """Reads and extends the last days of retention."""

    def __init__(self, database: Database, locks: Locks) -> None:
        self._database = database
        self._locks = locks

    def longest(self, case: str) -> date | None:
        """Return the latest last day that was ever recorded for a case (number or id). Raises UnknownCaseError."""
        with self._database.read() as connection:
            case_id = find_case(connection, case)
            return dates_in_force(connection, case_id).get(case_id, (None, None))[1]

    def kept(self) -> tuple[KeptCase, ...]:
        """Return every filed case that was not destroyed, by number."""
        last = select(filings.c.case_id, func.max(filings.c.filed_at).label("filed_at")).group_by(filings.c.case_id)
        filed = last.subquery()
        query = (
            select(
                cases.c.id,
                cases.c.number,
                cases.c.policy,
                cases.c.received_at,
                cases.c.status,
                cases.c.place,
                filed.c.filed_at,
                open_holds(cases.c.id).exists().label("held"),
                _on_a_list(cases.c.id).exists().label("listed"),
            )
            .join(filed, filed.c.case_id == cases.c.id)
            .where(~destruction_of(cases.c.id).exists())
            .order_by(cases.c.number)
        )
        with self._database.read() as connection:
            dates = dates_in_force(connection)
            return tuple(
                KeptCase(
                    case_id=r.id,
                    number=r.number,
                    policy=r.policy,
                    received_at=r.received_at,
                    filed_at=r.filed_at,
                    settled=r.status in {s.value for s in SETTLED} and r.place is None,
                    until=dates[r.id][0],
                    longest=dates[r.id][1],
                    held=r.held,
                    listed=r.listed,
                )
                for r in connection.execute(query)
            )

    def extend(self, case: str, until: date | None, person: str) -> int:
        """Record another last day of a case; return the index of the leaf.

        The database refuses a day before one that was recorded earlier.
        """
        with self._database.write(lock="log") as connection:
            case_id = find_case(connection, case)
            seq = write_act(connection, self._database, Act("retain", person, case_id, retain_until=until))
        self._locks.settle(case_id)
        return seq


def _on_a_list(case_id: object) -> Select[int]:
    """Select the lists that a case stands on and that did not let it go."""
    acts = retention_acts
    gone = exists().where(
        acts.c.refers_to == disposal_items.c.list_seq,
        or_(acts.c.act == "certify", (acts.c.act == "remove") & (acts.c.case_id == disposal_items.c.case_id)),
    )
    return select(disposal_items.c.list_seq).where(disposal_items.c.case_id == case_id, ~gone)
