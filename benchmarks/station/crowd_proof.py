"""What the database says about a crowd of reviewers: nothing here asks the scripts, only rows.

Before the work ``bear_witness`` adds triggers that note every change of a lease, and for every recorded decision in
whose hands the case was at that moment. Afterwards ``proof`` counts what must not be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import Connection, func, select, text

from benchmarks.station.crowd_person import Sent
from domain.audit import AuditFilter, Operation, Result
from storage import Storage
from storage.tables import case_revisions, cases, decisions, filings

_TABLES = (
    "CREATE TABLE seen_leases (case_id TEXT, old_holder TEXT, old_until {moment}, new_holder TEXT, new_since {moment})",
    "CREATE TABLE seen_decisions (case_id TEXT, revision INTEGER, actor TEXT, holder TEXT)",
)
_LEASE = "INSERT INTO seen_leases VALUES ({case}, {old_holder}, {old_until}, {new_holder}, {new_since})"
_OLD = {"old_holder": "OLD.holder", "old_until": "OLD.until"}
_NEW = {"new_holder": "NEW.holder", "new_since": "NEW.since"}
_NO_OLD, _NO_NEW = dict.fromkeys(_OLD, "NULL"), dict.fromkeys(_NEW, "NULL")
_LEASES = {
    "INSERT": _LEASE.format(case="NEW.case_id", **_NO_OLD, **_NEW),
    "UPDATE": _LEASE.format(case="NEW.case_id", **_OLD, **_NEW),
    "DELETE": _LEASE.format(case="OLD.case_id", **_OLD, **_NO_NEW),
}
_DECISION = (
    "INSERT INTO seen_decisions VALUES (NEW.case_id, NEW.revision, NEW.actor,"
    " (SELECT holder FROM leases WHERE case_id = NEW.case_id))"
)


def bear_witness(storage: Storage) -> None:
    """Let the database note leases, and holders at every decision, from now on."""
    sqlite = storage.database.is_sqlite
    watched = [("leases", when, act) for when, act in _LEASES.items()] + [("decisions", "INSERT", _DECISION)]
    with storage.database.write() as connection:
        for table in _TABLES:
            connection.execute(text(table.format(moment="TEXT" if sqlite else "TIMESTAMPTZ")))
        for table, when, act in watched:
            _watch(connection, table, when, act, sqlite=sqlite)


def _watch(connection: Connection, table: str, when: str, act: str, *, sqlite: bool) -> None:
    name = f"see_{table}_{when.lower()}"
    head = f"CREATE TRIGGER {name} AFTER {when} ON {table}"
    if sqlite:
        connection.execute(text(f"{head} BEGIN {act}; END"))
        return
    body = f"BEGIN {act}; RETURN NULL; END"
    connection.execute(text(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
    connection.execute(text(f"{head} FOR EACH ROW EXECUTE FUNCTION {name}()"))


@dataclass(frozen=True)
class Proof:
    """What was counted; every figure but ``edits`` and ``conflicts`` must be 0.

    Attributes:
        edits: answers that were told to be taken.
        conflicts: answers refused because the revision was old or the case another's.
        lost: told to be taken, and not in the history with that person and revision.
        doubled: in the history more often than they were told to be taken.
        refused_but_there: refused, and in the history all the same.
        two_holders: a lease that changed hands before it was over or given back.
        not_held: decisions recorded while the case was in another's hands.
        gaps: cases whose revisions are not 1, 2, 3, … or whose decisions are not those of the newest revision.
        not_filed: cases that are not filed.
        filed_again: filings beyond the first of a case.
        unlogged: decisions without their entry in the audit log.
        chain: 1 when the audit log's chain is broken.
    """

    edits: int
    conflicts: int
    lost: int
    doubled: int
    refused_but_there: int
    two_holders: int
    not_held: int
    gaps: int
    not_filed: int
    filed_again: int
    unlogged: int
    chain: int

    @property
    def faults(self) -> dict[str, int]:
        """Return every figure that must be 0 and is not."""
        told = {f.name: int(getattr(self, f.name)) for f in fields(self) if f.name not in ("edits", "conflicts")}
        return {name: n for name, n in told.items() if n}


_Key = tuple[str, str, str, int]
"""Case, person, subject, revision that the answer made."""


def proof(storage: Storage, sent: Iterable[Sent]) -> Proof:
    """Hold what the browsers were told against what the database has."""
    sent = tuple(sent)
    taken = Counter(_key(s) for s in sent if s.status < 400)
    refused = Counter(_key(s) for s in sent if s.status >= 400)
    with storage.database.read() as connection:
        recorded = Counter(
            (r.case_id, r.actor, r.subject, r.revision) for r in connection.execute(select(decisions)).all()
        )
        two_holders, not_held = _hands(connection)
        times = _times_filed(connection)
    return Proof(
        edits=sum(taken.values()),
        conflicts=sum(s.status == 409 for s in sent),
        lost=sum((taken - recorded).values()),
        doubled=sum((recorded - taken).values()),
        refused_but_there=sum((refused & (recorded - taken)).values()),
        two_holders=two_holders,
        not_held=not_held,
        gaps=_gaps(storage),
        not_filed=times.count(0),
        filed_again=sum(max(0, n - 1) for n in times),
        unlogged=_unlogged(storage, recorded),
        chain=int(storage.audit.verify().fault is not None),
    )


def _key(sent: Sent) -> _Key:
    return sent.case_id, sent.person, sent.subject, sent.revision + 1


def _hands(connection: Connection) -> tuple[int, int]:
    changed = "SELECT count(*) FROM seen_leases WHERE old_holder <> new_holder AND old_until > new_since"
    other = "SELECT count(*) FROM seen_decisions WHERE holder IS NULL OR holder <> actor"
    two, not_held = (int(connection.execute(text(query)).scalar_one()) for query in (changed, other))
    return two, not_held


def _times_filed(connection: Connection) -> list[int]:
    query = select(func.count(filings.c.seq)).select_from(cases).outerjoin(filings, filings.c.case_id == cases.c.id)
    return [int(n) for n in connection.execute(query.group_by(cases.c.id)).scalars()]


def _gaps(storage: Storage) -> int:
    """Count cases with a missing or damaged revision; every revision is read and its digest computed."""
    with storage.database.read() as connection:
        query = select(case_revisions.c.case_id, case_revisions.c.revision).order_by(*case_revisions.primary_key)
        revisions: dict[str, list[int]] = {}
        for case_id, number in connection.execute(query):
            revisions.setdefault(case_id, []).append(number)
        recorded = dict(
            connection.execute(select(decisions.c.case_id, func.count()).group_by(decisions.c.case_id)).all()
        )
        current = dict(connection.execute(select(cases.c.id, cases.c.current_revision)).all())
    return sum(
        numbers != list(range(1, len(numbers) + 1))
        or current[case_id] != len(numbers)
        or not _grows(storage, case_id, numbers, recorded.get(case_id, 0))
        for case_id, numbers in revisions.items()
    )


def _grows(storage: Storage, case_id: str, numbers: list[int], recorded: int) -> bool:
    """Return whether every revision has the decisions of the one before and the newest has all."""
    said: tuple[object, ...] = ()
    for number in numbers:
        case = storage.cases.load_case(case_id, number)
        if case is None or case.decisions[: len(said)] != said:
            return False
        said = case.decisions
    return len(said) == recorded


def _unlogged(storage: Storage, recorded: Counter[_Key]) -> int:
    logged: Counter[_Key] = Counter()
    for entry in storage.audit.entries(AuditFilter(operation=Operation.CHANGE)):
        event = entry.event
        key = (str(event.case_id), event.actor, str(event.subject), int(event.details["revision"] or 0) + 1)
        logged[key] += 1 if event.result is Result.ALLOWED else -1
    return sum((recorded - logged).values()) + sum((+logged - recorded).values())
