"""Taking a package into this instance: objects first, then every row in one transaction.

What comes in stays what it was: case number, revisions, decisions, moments of filing. New are the leaves in the log of
this instance, which name the old log, leaf and root (``storage.packages.origin``), and the moment of acceptance, in
the order of which lists walk.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.documents import ObjectRef
from storage.archive_log import append_leaf
from storage.case_lines import update_line
from storage.database import Database, insert_all, insert_if_absent, take_lock
from storage.desk_tables import notices
from storage.figures import note_figures
from storage.intake import first_holder, next_moment
from storage.objects import ObjectStore, Source
from storage.packages.errors import PackageConflictError
from storage.packages.index import PackageIndex, PackedBatch
from storage.packages.origin import ORIGIN_TYPE, imported_leaf, write_origin
from storage.packages.reading import Package
from storage.packages.source import check_digests
from storage.registry import register
from storage.rescans import replace_rescans
from storage.review_queue import replace_items
from storage.revisions import get_revision, recorded_decisions
from storage.search import index_case
from storage.search_tables import page_texts
from storage.tables import archived_objects, batches, case_files, case_revisions, cases, counters, decisions, filings

_NUMBERED = re.compile(r"(?P<series>.+)-(?P<number>\d{1,9})")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import did.

    Attributes:
        new: False when everything was here already.
        leaves: 0-based index in this instance's log of every filing, in their order.
    """

    new: bool
    leaves: tuple[int, ...]


class Reception:
    """Takes packages in."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store

    def take_in(self, package: Package) -> TakenIn:
        """Bring a checked package into this instance. Killed at any point, it can be called again.

        Raises:
            PackageConflictError: number or id is taken by something else; nothing was taken in.
            StoreFullError, ObjectDamagedError: the store cannot take, or no longer has, an object.
        """
        with self._database.read() as connection:
            known = _known(connection, package)
        if known is not None:
            return TakenIn(new=False, leaves=known)
        origin = self._put_objects(package)
        with self._database.write(lock="intake") as connection:
            for lock in ("cases", "log"):
                take_lock(connection, lock)
            known = _known(connection, package)
            if known is not None:  # another process was faster
                return TakenIn(new=False, leaves=known)
            return TakenIn(new=True, leaves=self._write(connection, package, origin))

    def _put_objects(self, package: Package) -> ObjectRef:
        for packed in package.index.objects:
            self._put(package.bag.folder / packed.path, packed.as_ref())
        data = write_origin(package.index, package.bag.seal, package.leaves, package.acts)
        return self._store.put(data, ORIGIN_TYPE)

    def _put(self, source: Source, expected: ObjectRef) -> None:
        kept = self._store.put(source, expected.media_type)
        # The package was checked before, but its medium is not ours: what arrived is what counts.
        check_digests(expected, self._store.digests(kept.key))

    def _write(self, connection: Connection, package: Package, origin: ObjectRef) -> tuple[int, ...]:
        index, now = package.index, self._database.now()
        register(connection, (*(o.as_ref() for o in index.objects), origin), now)
        for batch in index.batches:
            _keep_batch(connection, batch)
        _insert_case(connection, index, next_moment(connection, now))
        _insert_files(connection, index)
        _insert_revisions(connection, package)
        leaves = self._insert_filings(connection, index, origin, now)
        rows = [{"case_id": index.case.id, **notice.model_dump()} for notice in index.notices]
        insert_all(connection, notices, rows)
        _derive(connection, package, now)
        _raise_counter(connection, index.case.number)
        return leaves

    def _insert_filings(
        self, connection: Connection, index: PackageIndex, origin: ObjectRef, now: datetime
    ) -> tuple[int, ...]:
        leaves = []
        for filing in index.filings:
            data = imported_leaf(index, filing, origin.sha256, now)
            leaf = append_leaf(connection, data, self._database)
            connection.execute(
                insert(filings).values(
                    seq=leaf.seq,
                    case_id=index.case.id,
                    revision=filing.revision,
                    filed_at=filing.filed_at,
                    manifest_key=filing.manifest_key,
                    retain_until=filing.retain_until,
                )
            )
            rows = [
                {
                    "seq": leaf.seq,
                    "position": position,
                    "role": part.role,
                    "name": part.name,
                    "object_key": part.key,
                    "retain_until": part.retain_until,
                }
                for position, part in enumerate(filing.parts)
            ]
            insert_all(connection, archived_objects, rows)
            leaves.append(leaf.seq)
        return tuple(leaves)


def _known(connection: Connection, package: Package) -> tuple[int, ...] | None:
    """Return the leaves of the filings when the case is here with all that the package holds, ``None`` when it is new.

    Raises:
        PackageConflictError: it is here, and something else.
    """
    wanted = package.index.case
    rows = connection.execute(
        select(cases.c.id, cases.c.number).where((cases.c.id == wanted.id) | (cases.c.number == wanted.number))
    ).all()
    if not rows:
        return None
    if [(row.id, row.number) for row in rows] != [(wanted.id, wanted.number)]:
        taken = rows[0]
        what = f"案件编号 {wanted.number}" if taken.number == wanted.number else f"同一批材料（案件 {taken.number}）"
        raise PackageConflictError(
            f"{what} 在本库已被另一案件使用，没有导入",
            "案件编号终身不改：请把资料包导入另一个实例（另设 JUANZONG_HOME），或请移交方核对编号",
        )
    stored = {row.manifest_key: row.seq for row in _filings(connection, wanted.id)}
    lacking = [f.seq for f in package.index.filings if f.manifest_key not in stored]
    if lacking or not _same_facts(connection, package):
        raise PackageConflictError(
            f"案件 {wanted.number} 已在本库，但与资料包的版本、人工决定或归档不同，没有导入",
            "请用 juanzong case show 核对两处的版本；本库的案件不会被资料包覆盖",
        )
    return tuple(stored[f.manifest_key] for f in package.index.filings)


def _same_facts(connection: Connection, package: Package) -> bool:
    case_id = package.index.case.id
    for revision in package.index.revisions:
        stored = get_revision(connection, case_id, revision.number)
        if stored is None or stored.sha256 != revision.sha256:
            return False
    packed = [d.sha256 for d in package.index.decisions]
    return recorded_decisions(connection, case_id)[: len(packed)] == packed


def _filings(connection: Connection, case_id: str) -> Any:
    return connection.execute(
        select(filings.c.seq, filings.c.manifest_key).where(filings.c.case_id == case_id).order_by(filings.c.seq)
    ).all()


def _keep_batch(connection: Connection, batch: PackedBatch) -> None:
    values = batch.model_dump()
    if insert_if_absent(connection, batches, **values):
        return
    known = connection.execute(select(batches).where(batches.c.id == batch.id)).one()
    if PackedBatch(**known._asdict()) != batch:
        raise PackageConflictError(
            f"收件批次 {batch.id} 在本库已有不同的登记，没有导入", "请核对两处的批次；可把资料包导入另一个实例"
        )


def _insert_case(connection: Connection, index: PackageIndex, accepted_at: datetime) -> None:
    values = index.case.model_dump(exclude={"revision", "accepted_at"})
    connection.execute(insert(cases).values(**values, accepted_at=accepted_at))


def _insert_files(connection: Connection, index: PackageIndex) -> None:
    for file in index.files:
        connection.execute(
            insert(case_files).values(
                case_id=index.case.id,
                object_key=file.key,
                name=file.name,
                batch_id=file.batch_id,
                duplicate_of=first_holder(connection, file.key),
                assembled_revision=file.assembled_revision,
            )
        )


def _insert_revisions(connection: Connection, package: Package) -> None:
    case_id = package.index.case.id
    for revision in package.index.revisions:
        connection.execute(
            insert(case_revisions).values(
                case_id=case_id,
                revision=revision.number,
                cause=revision.cause,
                body=zlib.compress(package.revision_body(revision.number)),
                sha256=revision.sha256,
                saved_at=revision.saved_at,
            )
        )
    told = zip(package.index.decisions, package.case.decisions, package.decision_bodies, strict=True)
    rows = [
        {
            "case_id": case_id,
            "position": packed.position,
            "revision": packed.revision,
            "actor": decision.actor,
            "at": decision.at,
            "action": decision.action,
            "subject": decision.subject,
            "body": body.decode(),
            "sha256": packed.sha256,
        }
        for packed, decision, body in told
    ]
    insert_all(connection, decisions, rows)


def _derive(connection: Connection, package: Package, now: datetime) -> None:
    """Write what follows from the newest revision: lines of lists, waiting items, figures, texts, search."""
    case = package.case
    replace_items(connection, case, None, now)
    replace_rescans(connection, case)
    update_line(connection, case, now)
    note_figures(connection, case)
    rows = [{"case_id": case.id, "document_id": t.document_id, "page": t.page, "text": t.text} for t in package.texts]
    insert_all(connection, page_texts, rows)
    index_case(connection, case, [file.name for file in package.index.files], package.texts)


def _raise_counter(connection: Connection, number: str) -> None:
    """Let the next case of the same series be numbered behind the imported one: numbers are never given twice."""
    match = _NUMBERED.fullmatch(number)
    if match is None:
        return
    name, value = f"number:{match['series']}", int(match["number"])
    if not insert_if_absent(connection, counters, name=name, value=value):
        connection.execute(
            update(counters).where(counters.c.name == name, counters.c.value < value).values(value=value)
        )
