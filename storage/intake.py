"""Acceptance: from stored bytes to a numbered case, in one transaction.

Call order (design §1, principle 1): first ``ObjectStore.put`` for every file, then ``accept_batch``. When
``accept_batch`` has returned, the papers are safe; everything after it can be killed and run again.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from sqlalchemy import Connection, func, insert, or_, select

from domain.case import Case
from domain.documents import ScanBatch, SourceFile, sources_of
from domain.recusal import unknown_case
from domain.vocabulary import Channel
from domain.webhooks import EventType
from storage.database import Database, insert_if_absent, next_number
from storage.digests import sha256_of
from storage.errors import EmptyBatchError
from storage.outbox import announce
from storage.registry import reference, register
from storage.retention.state import refuse_destroyed
from storage.rows import CaseFile, CaseRow
from storage.tables import batches, case_files, cases, objects

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Local time of the mailroom: it decides the year in a case number."""


class Intake:
    """Accepts files into cases. Safe for several processes at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept_batch(
        self, batch: ScanBatch, policy: str, prefix: str, files: tuple[SourceFile, ...] | None = None
    ) -> CaseRow:
        """Put the files that make one case under a number; the same files again give the same case.

        With the set of different bytes S in ``files``, under one policy: a case that already holds S is the case,
        whatever else it holds, so that a second run adds nothing. Else a case whose files are all in S is (a paper
        was added to the folder), and gets the missing files. Otherwise a new case is made, and files that other
        cases already have are linked to those.

        Args:
            batch: how the files arrived; kept when it brings something new.
            policy: pack id.
            prefix: letters of the case number, for example ``EXM``.
            files: the files of ``batch`` that make one case; all of them when ``None``.

        Returns:
            The case with all its files; ``added`` and ``created`` say what this call did.

        Raises:
            EmptyBatchError: there is no file.
            ObjectConflictError: an object is registered with other digests.
            CaseDestroyedError: the papers are those of a destroyed case.
        """
        group = batch.files if files is None else files
        if not group:
            raise EmptyBatchError("没有可接收的文件，无法立案", "请检查输入文件夹，失败的文件见失败清单")
        with self._database.write(lock="intake") as connection:
            register(connection, (f.object for f in group), self._database.now())
            case_id = _related_case(connection, policy, frozenset((f.object.key, f.name) for f in group))
            created = case_id is None
            if case_id is None:
                case_id = self._new_case(connection, batch, policy, prefix, group)
            else:
                refuse_destroyed(connection, case_id)
            added = self._add_files(connection, case_id, batch, group)
            if created:
                announce(connection, EventType.CASE_RECEIVED, case_id, self._database.now())
            return _load(connection, case_id, added, created=created)

    def add_to_case(self, case: str, batch: ScanBatch, files: tuple[SourceFile, ...] | None = None) -> CaseRow:
        """Add files to a case that a person named (number or id). Files it already has are not added again.

        Raises:
            UnknownCaseError: there is no such case, or (CaseDestroyedError) no longer.
        """
        group = batch.files if files is None else files
        with self._database.write(lock="intake") as connection:
            case_id = find_case(connection, case)
            refuse_destroyed(connection, case_id)
            register(connection, (f.object for f in group), self._database.now())
            added = self._add_files(connection, case_id, batch, group)
            return _load(connection, case_id, added, created=False)

    def case_row(self, case: str) -> CaseRow:
        """Return the case with this number or id. Raises UnknownCaseError."""
        with self._database.read() as connection:
            return _load(connection, find_case(connection, case), (), created=False)

    def pending(self) -> tuple[CaseRow, ...]:
        """Return cases with files that no revision accounts for: what a killed run left to do, oldest first."""
        waiting = select(case_files.c.case_id).where(case_files.c.assembled_revision.is_(None))
        with self._database.read() as connection:
            found = connection.execute(
                select(cases.c.id).where(cases.c.id.in_(waiting)).order_by(cases.c.accepted_at, cases.c.number)
            ).scalars()
            return tuple(_load(connection, case_id, (), created=False) for case_id in found.all())

    def _new_case(
        self, connection: Connection, batch: ScanBatch, policy: str, prefix: str, group: tuple[SourceFile, ...]
    ) -> str:
        year = batch.received_at.astimezone(CHINA).year
        number = f"{prefix}-{year}-{next_number(connection, f'{prefix}-{year}'):06d}"
        keys = sorted({f.object.key for f in group})
        # From the papers, not from chance: a run that was killed before the commit makes the same id again.
        case_id = "case-" + sha256_of("\n".join([policy, *keys]).encode())[:20]
        connection.execute(
            insert(cases).values(
                id=case_id,
                number=number,
                policy=policy,
                channel=batch.channel.value,
                received_at=batch.received_at,
                accepted_at=next_moment(connection, self._database.now()),
            )
        )
        return case_id

    def _add_files(
        self, connection: Connection, case_id: str, batch: ScanBatch, group: tuple[SourceFile, ...]
    ) -> tuple[SourceFile, ...]:
        known = set(_names(connection, case_id))
        added: list[SourceFile] = []
        for file in group:
            if (file.object.key, file.name) in known:
                continue
            if not added:
                self._keep_batch(connection, batch)
            duplicate_of = first_holder(connection, file.object.key)
            connection.execute(
                insert(case_files).values(
                    case_id=case_id,
                    object_key=file.object.key,
                    name=file.name,
                    batch_id=batch.id,
                    duplicate_of=duplicate_of,
                    assembled_revision=_assembled(connection, case_id, file.object.key),
                )
            )
            known.add((file.object.key, file.name))
            added.append(file)
        return tuple(added)

    def _keep_batch(self, connection: Connection, batch: ScanBatch) -> None:
        insert_if_absent(
            connection,
            batches,
            id=batch.id,
            received_at=batch.received_at,
            channel=batch.channel.value,
            operator=batch.operator,
            expected_sheets=batch.expected_sheets,
            accepted_at=self._database.now(),
        )


def next_moment(connection: Connection, now: datetime) -> datetime:
    """Return ``now``, or just behind the last case: lists walk in this order, whatever the clock does."""
    last = connection.execute(select(func.max(cases.c.accepted_at))).scalar()
    return now if last is None or last < now else last + timedelta(microseconds=1)


def find_case(connection: Connection, case: str) -> str:
    """Return the id of the case with this number or id.

    Raises:
        UnknownCaseError: there is none.
    """
    wanted = or_(cases.c.id == case, cases.c.number == case.upper())
    found = connection.execute(select(cases.c.id).where(wanted)).scalar()
    if found is None:
        raise unknown_case(case)
    return str(found)


def link_files(connection: Connection, giver: str, taker: Case) -> None:
    """Make the files that ``taker`` has papers of, and that were files of ``giver`` only, files of ``taker`` too."""
    held = {file.source.object.key for file in files_of(connection, taker.id)}
    wanted = {source.object.key for d in taker.documents for source in sources_of(d)} - held
    for file in files_of(connection, giver):
        key = file.source.object.key
        if key not in wanted:
            continue
        wanted.remove(key)
        values = {"object_key": key, "name": file.source.name, "batch_id": file.batch_id}
        connection.execute(insert(case_files).values(case_id=taker.id, duplicate_of=giver, **values))


def files_of(connection: Connection, case_id: str) -> tuple[CaseFile, ...]:
    """Return all files of a case in the order of arrival."""
    rows = connection.execute(
        select(case_files, objects)
        .join(objects, objects.c.key == case_files.c.object_key)
        .where(case_files.c.case_id == case_id)
        .order_by(case_files.c.id)
    )
    return tuple(
        CaseFile(
            source=SourceFile(name=row.name, object=reference(row)),
            batch_id=row.batch_id,
            duplicate_of=row.duplicate_of,
        )
        for row in rows
    )


def _load(connection: Connection, case_id: str, added: tuple[SourceFile, ...], *, created: bool) -> CaseRow:
    row = connection.execute(select(cases).where(cases.c.id == case_id)).one()
    return CaseRow(
        id=row.id,
        number=row.number,
        policy=row.policy,
        channel=Channel(row.channel),
        received_at=row.received_at,
        revision=row.current_revision,
        files=files_of(connection, case_id),
        added=added,
        created=created,
    )


def _related_case(connection: Connection, policy: str, wanted: frozenset[tuple[str, str]]) -> str | None:
    """Return the case that holds the files (object key, name), or else is contained in them; None when there is none.

    A case that holds them all under their names comes first, then one that holds their bytes, then one to add to:
    cases only grow, so files that were accepted once find a case that needs nothing. Among equals the case with the
    fewest bytes of difference is chosen, then the oldest.
    """
    keys = {key for key, _ in wanted}
    sharing = select(case_files.c.case_id).where(case_files.c.object_key.in_(keys))
    rows = connection.execute(
        select(cases.c.id, case_files.c.object_key, case_files.c.name)
        .join(case_files, case_files.c.case_id == cases.c.id)
        .where(cases.c.policy == policy, cases.c.id.in_(sharing))
        .order_by(cases.c.accepted_at, cases.c.number)
    )
    held: dict[str, set[tuple[str, str]]] = {}
    for case_id, key, name in rows:
        held.setdefault(case_id, set()).add((key, name))
    distance: dict[str, tuple[bool, bool, int]] = {}
    for case_id, files in held.items():
        bytes_held = {key for key, _ in files}
        if bytes_held <= keys or bytes_held >= keys:
            distance[case_id] = (not wanted <= files, not keys <= bytes_held, len(bytes_held ^ keys))
    return min(distance, key=lambda case_id: distance[case_id], default=None)


def _names(connection: Connection, case_id: str) -> list[tuple[str, str]]:
    rows = connection.execute(select(case_files.c.object_key, case_files.c.name).where(case_files.c.case_id == case_id))
    return [(row.object_key, row.name) for row in rows]


def first_holder(connection: Connection, key: str) -> str | None:
    """Return the id of the case that had the bytes first, ``None`` when nobody has them yet."""
    return connection.execute(
        select(case_files.c.case_id).where(case_files.c.object_key == key).order_by(case_files.c.id).limit(1)
    ).scalar()


def _assembled(connection: Connection, case_id: str, key: str) -> int | None:
    """Return the revision that already accounts for the same bytes under another name."""
    return connection.execute(
        select(case_files.c.assembled_revision)
        .where(case_files.c.case_id == case_id, case_files.c.object_key == key)
        .where(case_files.c.assembled_revision.is_not(None))
        .limit(1)
    ).scalar()
