"""Destroying the cases of an approved list, and what the certificate (销毁证明) says about it.

In this order, so that a kill at any point leaves a state from which ``destroy`` goes on: the locks of the store are
looked at; one transaction writes the act, the list of its objects and empties the words; then the objects go from the
store. The certificate is written when nothing of the list is left.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, exists, select

from domain.disposal import DestroyedCase, DestroyedObject, DisposalList, ListedCase, ListState, SharedObject
from domain.documents import ObjectRef
from domain.errors import ObjectMissingError
from domain.retention import is_over
from domain.retention_errors import DisposalStateError, NotDisposableError
from storage.database import Database, insert_all
from storage.intake import CHINA
from storage.registry import reference, register
from storage.retention.acts import Act, write_act
from storage.retention.disposal import load_list
from storage.retention.locks import Locks
from storage.retention.purge import purge
from storage.retention.state import dates_in_force, destruction_of, is_held
from storage.retention.tables import destroyed_objects, object_needs, retention_acts
from storage.stores.contract import ObjectStore
from storage.stores.locks import locked_error
from storage.tables import cases, filings, log_leaves, objects


class Destruction:
    """Destroys what two persons approved."""

    def __init__(self, database: Database, store: ObjectStore, locks: Locks) -> None:
        self._database = database
        self._store = store
        self._locks = locks

    def destroy(self, number: str, case_id: str, person: str) -> None:
        """Destroy one case of an approved list, or go on with it.

        Raises:
            UnknownDisposalListError: there is no such list.
            DisposalStateError: the list is not approved by two persons, or the case is not on it.
            NotDisposableError: a hold is on the case, or its retention has not ended or is undecided.
            ObjectLockedError, LockUnreadableError: the store itself keeps an object; nothing was destroyed.
        """
        with self._database.read() as connection:
            listed = _listed(load_list(connection, number), case_id)
            if listed.destroyed is None:
                self._check(connection, listed)
                keys = [ref.key for ref, _ in _own_objects(connection, case_id)]
        if listed.destroyed is None:
            self._locks.settle(case_id)
            self._check_locks(keys)
            self._mark(number, case_id, person)
        self._remove_objects(case_id)

    def facts(self, number: str) -> tuple[DestroyedCase, ...]:
        """Return what was destroyed under a list, by case number. Raises UnknownDisposalListError."""
        with self._database.read() as connection:
            found = load_list(connection, number)
            return tuple(_facts(connection, case) for case in found.remaining if case.destroyed)

    def left(self, number: str) -> tuple[str, ...]:
        """Return the keys of destroyed objects that the store still has. Raises UnknownDisposalListError."""
        with self._database.read() as connection:
            cases_of_list = [c.case_id for c in load_list(connection, number).remaining if c.destroyed]
            keys = [key for case_id in cases_of_list for key in _destroyed_keys(connection, case_id)]
        return tuple(key for key in keys if self._store.exists(key))

    def certify(self, number: str, certificate: tuple[ObjectRef, ObjectRef], person: str) -> DisposalList:
        """End a list with its certificate (JSON and PDF, both in the store already).

        Raises:
            UnknownDisposalListError: there is no such list.
            DisposalStateError: something of it is not destroyed yet, or it has its certificate.
        """
        left = self.left(number)
        with self._database.write(lock="log") as connection:
            found = load_list(connection, number)
            if left or found.state is not ListState.DESTROYING or any(c.destroyed is None for c in found.remaining):
                raise DisposalStateError(f"销毁清册 {number} 尚未全部销毁，不能出具证明", "请先完成销毁")
            register(connection, certificate, self._database.now())
            write_act(
                connection,
                self._database,
                Act("certify", person, refers_to=found.made.seq, certificate=certificate),
            )
            return load_list(connection, number)

    def _check(self, connection: Connection, listed: ListedCase) -> None:
        """Say in words what the database would refuse."""
        today = self._database.now().astimezone(CHINA).date()
        if is_held(connection, listed.case_id):
            raise NotDisposableError(f"案件 {listed.number} 已被保全，不能销毁", "请先由两人解除保全，或将其移出清册")
        until, longest = dates_in_force(connection, listed.case_id).get(listed.case_id, (None, None))
        if until is None:
            raise NotDisposableError(f"案件 {listed.number} 的保管期限未定，永久保存", "请将其移出清册")
        if not is_over(longest, today):
            raise NotDisposableError(f"案件 {listed.number} 应保管至 {longest}，尚未期满", "请将其移出清册")

    def _check_locks(self, keys: list[str]) -> None:
        for key in keys:
            try:
                lock = self._store.lock_of(key)
            except ObjectMissingError:
                continue  # lost before: the certificate must not wait for it, and fixity has told of it
            if lock.forbids(self._database.now()):
                raise locked_error(key, lock)

    def _mark(self, number: str, case_id: str, person: str) -> None:
        with self._database.write(lock="log") as connection:
            found = load_list(connection, number)
            listed = _listed(found, case_id)
            if listed.destroyed is not None:  # another process was faster
                return
            self._check(connection, listed)
            gone = _own_objects(connection, case_id)
            until: date | None = dates_in_force(connection, case_id)[case_id][0]
            told = [{"sha256": r.sha256, "sm3": r.sm3, "size": r.size, "role": role} for r, role in gone]
            act = Act("destroy", person, case_id, refers_to=found.made.seq, retain_until=until, more={"objects": told})
            seq = write_act(connection, self._database, act)
            rows = [
                {
                    "act_seq": seq,
                    "object_key": ref.key,
                    "sha256": ref.sha256,
                    "sm3": ref.sm3,
                    "size": ref.size,
                    "role": role,
                }
                for ref, role in gone
            ]
            insert_all(connection, destroyed_objects, rows)
            purge(connection, case_id, tuple(ref.sha256 for ref, role in gone if role == "original"))

    def _remove_objects(self, case_id: str) -> None:
        """Remove what the act named and nobody needs again since: the same bytes may have come back with new papers.

        Acceptance waits meanwhile, so that no case is made of an object between the look and its end.
        """
        with self._database.read() as connection:
            keys = _destroyed_keys(connection, case_id)
        for key in keys:
            with self._database.write(lock="intake") as connection:
                if _needed(connection, key):
                    continue
                try:
                    self._store.destroy(key)
                except ObjectMissingError:
                    continue  # gone already: an earlier call was cut short


def _listed(found: DisposalList, case_id: str) -> ListedCase:
    if len(found.approvals) < 2:
        raise DisposalStateError(f"销毁清册 {found.number} 尚未由两人批准", "请由档案员与监销人分别批准")
    for case in found.remaining:
        if case.case_id == case_id:
            return case
    raise DisposalStateError(f"案件 {case_id} 不在销毁清册 {found.number} 上", "请刷新清册后再操作")


def _needed(connection: Connection, key: str) -> bool:
    """Return whether a case that was not destroyed needs the object."""
    alive = ~destruction_of(object_needs.c.case_id).exists()
    query = select(exists().where(object_needs.c.object_key == key, alive))
    return bool(connection.execute(query).scalar())


def _own_objects(connection: Connection, case_id: str) -> list[tuple[ObjectRef, str]]:
    """Return the objects of a case that no other case needs, each once with its role, by key."""
    rows = connection.execute(
        select(objects, object_needs.c.role)
        .join(object_needs, object_needs.c.object_key == objects.c.key)
        .where(object_needs.c.case_id == case_id)
        .order_by(objects.c.key, object_needs.c.role)
    )
    found = {row.key: (reference(row), str(row.role)) for row in rows}
    return [pair for key, pair in found.items() if not _needed_by(connection, key, case_id)]


def _needed_by(connection: Connection, key: str, but: str) -> tuple[str, ...]:
    """Return the numbers of the cases that need an object, one left out."""
    query = (
        select(cases.c.number)
        .where(cases.c.id.in_(select(object_needs.c.case_id).where(object_needs.c.object_key == key)))
        .where(cases.c.id != but, ~destruction_of(cases.c.id).exists())
        .order_by(cases.c.number)
    )
    return tuple(connection.execute(query).scalars())


def _destroyed_keys(connection: Connection, case_id: str) -> list[str]:
    query = (
        select(destroyed_objects.c.object_key)
        .join(retention_acts, retention_acts.c.seq == destroyed_objects.c.act_seq)
        .where(retention_acts.c.case_id == case_id)
        .order_by(destroyed_objects.c.object_key)
    )
    return list(connection.execute(query).scalars())


def _facts(connection: Connection, case: ListedCase) -> DestroyedCase:
    act = case.destroyed.seq if case.destroyed else -1
    gone = connection.execute(
        select(destroyed_objects)
        .where(destroyed_objects.c.act_seq == act)
        .order_by(destroyed_objects.c.role, destroyed_objects.c.sha256)
    ).all()
    went = {row.object_key for row in gone}
    mine = select(object_needs.c.object_key).where(object_needs.c.case_id == case.case_id).distinct()
    kept = [key for key in connection.execute(mine).scalars() if key not in went]
    leaves = select(filings.c.seq).where(filings.c.case_id == case.case_id).order_by(filings.c.seq)
    return DestroyedCase(
        case=case,
        leaf_hash=connection.execute(select(log_leaves.c.leaf_hash).where(log_leaves.c.seq == act)).scalar_one(),
        filings=tuple(connection.execute(leaves).scalars()),
        objects=tuple(DestroyedObject(sha256=r.sha256, sm3=r.sm3, size=r.size, role=r.role) for r in gone),
        shared=tuple(
            SharedObject(sha256=key.rpartition("/")[2], needed_by=_needed_by(connection, key, case.case_id))
            for key in sorted(kept)
        ),
    )
