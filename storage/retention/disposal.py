"""Disposal lists (销毁清册): made of cases whose retention is over, looked through, approved by two persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from domain.disposal import Capacity, DisposalList, ListedCase, Signature
from domain.retention_errors import (
    DisposalStateError,
    NothingToDisposeError,
    ReasonMissingError,
    TwoPersonsError,
    UnknownDisposalListError,
)
from storage.database import Database, insert_all, next_number
from storage.intake import CHINA, find_case
from storage.retention.acts import Act, write_act
from storage.retention.holds import same_person, signature_of
from storage.retention.tables import disposal_items, object_needs, retention_acts
from storage.tables import cases, objects

Expired = tuple[str, date, str]
"""Case id, last day of retention, and the rule that decided."""


class DisposalLists:
    """Makes, looks through and approves disposal lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, expired: tuple[Expired, ...], person: str) -> DisposalList:
        """Make a list of cases that may go; the database refuses cases that are held or destroyed.

        Raises:
            NothingToDisposeError: there is no case.
        """
        if not expired:
            raise NothingToDisposeError("没有保管期满、可以销毁的案件", "保管期限未定或被保全的案件不列入清册")
        with self._database.write(lock="log") as connection:
            now = self._database.now()
            year = now.astimezone(CHINA).year
            number = f"QC-{year}-{next_number(connection, f'disposal-{year}'):04d}"
            known = {r.id: r.number for r in connection.execute(select(cases.c.id, cases.c.number))}
            items = [
                {"case_number": known[case_id], "retain_until": until.isoformat(), "basis": basis}
                for case_id, until, basis in sorted(expired, key=lambda e: known[e[0]])
            ]
            seq = write_act(connection, self._database, Act("list", person, number=number, more={"items": items}))
            rows = [{"list_seq": seq, "case_id": c, "retain_until": until, "basis": b} for c, until, b in expired]
            insert_all(connection, disposal_items, rows)
            return load_list(connection, number)

    def load(self, number: str) -> DisposalList:
        """Return a list. Raises UnknownDisposalListError."""
        with self._database.read() as connection:
            return load_list(connection, number)

    def all(self) -> tuple[DisposalList, ...]:
        """Return all lists, newest first."""
        with self._database.read() as connection:
            query = select(retention_acts.c.number).where(retention_acts.c.act == "list")
            numbers = connection.execute(query.order_by(retention_acts.c.seq.desc())).scalars().all()
            return tuple(load_list(connection, str(number)) for number in numbers)

    def remove(self, number: str, case: str, reason: str, person: str) -> DisposalList:
        """Take a case (number or id) that is not destroyed from a list; approvals stand, as less is destroyed.

        Raises:
            UnknownDisposalListError, UnknownCaseError: as named.
            ReasonMissingError: ``reason`` is empty.
            DisposalStateError: the case is not on the list, or destroyed.
        """
        if not reason.strip():
            raise ReasonMissingError("没有写明移出的理由", "请写明该案件为何继续保管")
        with self._database.write(lock="log") as connection:
            found, case_id = load_list(connection, number), find_case(connection, case)
            if case_id not in {c.case_id for c in found.remaining if c.destroyed is None}:
                raise DisposalStateError(f"案件 {case} 不在销毁清册 {number} 上", "请刷新清册后再操作")
            act = Act("remove", person, case_id, refers_to=found.made.seq, reason=reason.strip())
            write_act(connection, self._database, act)
            return load_list(connection, number)

    def approve(self, number: str, capacity: Capacity, person: str) -> DisposalList:
        """Approve a list in one of the two capacities; the other one is another person's.

        Raises:
            UnknownDisposalListError: there is no such list.
            DisposalStateError: nothing is left on it, or it is approved in this capacity.
            TwoPersonsError: ``person`` approved it already.
        """
        with self._database.write(lock="log") as connection:
            found = load_list(connection, number)
            if not found.remaining:
                raise DisposalStateError(f"销毁清册 {number} 上已没有案件", "请重新生成清册")
            for taken, signature in found.approvals:
                if same_person(signature.person, person):
                    raise TwoPersonsError(f"{person}已批准过销毁清册 {number}", "请由另一人批准")
                if taken is capacity:
                    raise DisposalStateError(f"销毁清册 {number} 已由{signature.person}批准", "请由另一身份的人批准")
            act = Act("approve", person, refers_to=found.made.seq, capacity=capacity.value)
            write_act(connection, self._database, act)
            return load_list(connection, number)


def load_list(connection: Connection, number: str) -> DisposalList:
    """Return a list with everything that was done to it. Raises UnknownDisposalListError."""
    acts = retention_acts
    made = connection.execute(select(acts).where(acts.c.act == "list", acts.c.number == number)).one_or_none()
    if made is None:
        raise UnknownDisposalListError(f"没有销毁清册 {number}", "请用 juanzong archive dispose list 查看")
    done = connection.execute(select(acts).where(acts.c.refers_to == made.seq).order_by(acts.c.seq)).all()
    certified = next((row for row in done if row.act == "certify"), None)
    return DisposalList(
        number=number,
        made=signature_of(made),
        cases=_cases(connection, made.seq, done),
        approvals=tuple((Capacity(r.capacity), signature_of(r)) for r in done if r.act == "approve"),
        certified=signature_of(certified) if certified else None,
        certificate=certified.certificate_key.rpartition("/")[2] if certified else None,
        certificate_pdf=certified.certificate_pdf_key.rpartition("/")[2] if certified else None,
    )


def _cases(connection: Connection, seq: int, done: Sequence[Row[Any]]) -> tuple[ListedCase, ...]:
    signed: dict[str, dict[str, Signature]] = defaultdict(dict)
    for row in done:
        if row.act in ("remove", "destroy"):
            signed[row.case_id]["removed" if row.act == "remove" else "destroyed"] = signature_of(row)
    mine = select(object_needs.c.object_key, object_needs.c.case_id).distinct().subquery()
    sizes = (
        select(mine.c.case_id, func.count().label("objects"), func.sum(objects.c.size).label("size"))
        .join(objects, objects.c.key == mine.c.object_key)
        .where(mine.c.case_id.in_(select(disposal_items.c.case_id).where(disposal_items.c.list_seq == seq)))
        .group_by(mine.c.case_id)
        .subquery()
    )
    query = (
        select(disposal_items, cases.c.number, cases.c.policy, cases.c.received_at, sizes.c.objects, sizes.c.size)
        .join(cases, cases.c.id == disposal_items.c.case_id)
        .outerjoin(sizes, sizes.c.case_id == disposal_items.c.case_id)
        .where(disposal_items.c.list_seq == seq)
        .order_by(cases.c.number)
    )
    return tuple(
        ListedCase(
            case_id=row.case_id,
            number=row.number,
            policy=row.policy,
            received_at=row.received_at,
            retain_until=row.retain_until,
            basis=row.basis,
            objects=row.objects or 0,
            size=int(row.size or 0),
            **signed[row.case_id],
        )
        for row in connection.execute(query)
    )
