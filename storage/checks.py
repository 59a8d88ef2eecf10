"""Checks of the archive: their record, and one object held against everything that vouches for it.

``Fixity`` says what is wrong; here it is kept when it was looked at, how much was read and what was found, because
"the last check was clean" must be provable too.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, insert, select

from domain.documents import ObjectRef, SourceFile
from domain.errors import JuanzongError, UnknownObjectError
from domain.records import CheckRecord, Comparison, ObjectCheck
from storage.archive_log import ArchiveLog, leaf_hasher
from storage.database import Database, stored_bytes
from storage.desk_tables import fixity_checks
from storage.digests import sha256_of
from storage.fixity import Fixity
from storage.intake import find_case
from storage.objects import ObjectStore
from storage.registry import reference
from storage.retention.state import refuse_gone
from storage.rows import Finding
from storage.tables import archived_objects, case_files, cases, filings, log_leaves, objects

_KEPT_FINDINGS = 50


class Checks:
    """Makes checks and keeps their record (append-only)."""

    def __init__(self, database: Database, store: ObjectStore, log: ArchiveLog, fixity: Fixity) -> None:
        self._database = database
        self._store = store
        self._log = log
        self._fixity = fixity

    def verify_recorded(self, case: str | None, made_by: str) -> tuple[CheckRecord, tuple[Finding, ...]]:
        """Run ``Fixity.verify_archive`` and record when, by whom, and with what result. Raises UnknownCaseError."""
        started = self._database.now()
        read: set[str] = set()
        findings = self._fixity.verify_archive(case, read.add)
        with self._database.write() as connection:
            row = connection.execute(
                insert(fixity_checks)
                .values(
                    case_id=None if case is None else find_case(connection, case),
                    started_at=started,
                    finished_at=self._database.now(),
                    made_by=made_by,
                    objects=len(read),
                    findings=len(findings),
                    detail=json.dumps([f.message for f in findings[:_KEPT_FINDINGS]], ensure_ascii=False),
                )
                .returning(fixity_checks.c.id)
            )
            record = records_of(connection, fixity_checks.c.id == row.scalar_one(), 1)[0]
        return record, findings

    def last(self, case: str | None = None) -> CheckRecord | None:
        """Return the newest check of a case, or of the whole archive (``None``). Raises UnknownCaseError."""
        with self._database.read() as connection:
            about = None if case is None else find_case(connection, case)
            wanted = fixity_checks.c.case_id == about if about else fixity_checks.c.case_id.is_(None)
            return next(iter(records_of(connection, wanted, 1)), None)

    def check_object(self, sha256: str) -> ObjectCheck:
        """Hash an object of the store again and prove the filing that it is in.

        Args:
            sha256: lower-case hexadecimal digest under which it is registered.

        Raises:
            UnknownObjectError: the archive holds no such object.
        """
        with self._database.read() as connection:
            ref = _registered(connection, sha256)
            refuse_gone(connection, ref.key)
            filed = _filed(connection, ref.key)
            name, case_id, number = _names(connection, ref, filed)
        checked = ObjectCheck(
            ref=ref,
            name=name,
            case_id=case_id,
            case_number=number,
            checked_at=self._database.now(),
            comparisons=self._bytes_now(ref),
        )
        if filed is None:
            return checked
        proof = self._log.prove_inclusion(filed.seq)
        inclusion = _compared("inclusion", proof.root_hash, proof.root_hash if proof.holds() else "不成立")
        log = {"role": filed.role, "seq": filed.seq, "size": proof.size, "root": proof.root_hash}
        vouched = (*checked.comparisons, *self._vouched(ref, filed), inclusion)
        return checked.model_copy(update={**log, "comparisons": vouched})

    def registered(self, sha256: str) -> SourceFile:
        """Return name and reference of an object; its bytes are not looked at. Raises UnknownObjectError."""
        with self._database.read() as connection:
            ref = _registered(connection, sha256)
            refuse_gone(connection, ref.key)
            name, _, _ = _names(connection, ref, _filed(connection, ref.key))
        return SourceFile(name=name, object=ref)

    def _bytes_now(self, ref: ObjectRef) -> tuple[Comparison, ...]:
        try:
            now = self._store.digests(ref.key)
        except JuanzongError as error:
            return tuple(_compared(name, getattr(ref, name), error.fact) for name in ("sha256", "sm3"))
        return (
            _compared("sha256", ref.sha256, now.sha256),
            _compared("sm3", ref.sm3, now.sm3),
            _compared("size", str(ref.size), str(now.size)),
        )

    def _vouched(self, ref: ObjectRef, filed: Any) -> tuple[Comparison, ...]:
        """Hold the object against the manifest, the manifest against the leaf, the leaf against its hash."""
        leaf = stored_bytes(filed.leaf)
        said = json.loads(leaf)
        leaf_hash = leaf_hasher().hash_leaf(leaf).hex()
        try:
            manifest = self._store.read(filed.manifest_key)
        except JuanzongError as error:
            return (_compared("manifest", said["manifest_sha256"], error.fact),)
        listed = json.loads(manifest)
        parts = (listed["case"], *listed["originals"], *listed["derivatives"])
        named = next((p["sm3"] for p in parts if p["sha256"] == ref.sha256), "清单中没有")
        mine = [] if filed.role == "manifest" else [_compared("listed", ref.sm3, named)]
        return (
            *mine,
            _compared("manifest", said["manifest_sha256"], sha256_of(manifest)),
            _compared("leaf", filed.leaf_hash, leaf_hash),
        )


def _compared(name: str, expected: str, found: str) -> Comparison:
    return Comparison(name=name, expected=expected, found=found)


def _registered(connection: Connection, sha256: str) -> ObjectRef:
    row = connection.execute(select(objects).where(objects.c.sha256 == sha256)).one_or_none()
    if row is None:
        raise UnknownObjectError(f"归档中没有对象 {sha256}", "请在归档检索中查到正确的对象")
    return reference(row)


def _filed(connection: Connection, key: str) -> Any | None:
    """Return the newest filing that holds the object, with its leaf."""
    query = (
        select(
            filings.c.seq,
            filings.c.case_id,
            filings.c.manifest_key,
            archived_objects.c.role,
            archived_objects.c.name,
            log_leaves.c.leaf,
            log_leaves.c.leaf_hash,
        )
        .join(filings, filings.c.seq == archived_objects.c.seq)
        .join(log_leaves, log_leaves.c.seq == filings.c.seq)
        .where(archived_objects.c.object_key == key)
        .order_by(filings.c.seq.desc())
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def _names(connection: Connection, ref: ObjectRef, filed: Any | None) -> tuple[str, str | None, str | None]:
    """Return file name, case id and case number."""
    held = connection.execute(
        select(case_files.c.name, case_files.c.case_id)
        .where(case_files.c.object_key == ref.key)
        .order_by(case_files.c.id)
        .limit(1)
    ).one_or_none()
    found = held or filed
    if found is None:
        return ref.sha256, None, None
    number = connection.execute(select(cases.c.number).where(cases.c.id == found.case_id)).scalar()
    return found.name, found.case_id, number


def records_of(connection: Connection, wanted: Any, limit: int | None) -> tuple[CheckRecord, ...]:
    """Return the checks that fulfil ``wanted``, newest first, all when ``limit`` is ``None``."""
    query = (
        select(fixity_checks, cases.c.number)
        .outerjoin(cases, cases.c.id == fixity_checks.c.case_id)
        .where(wanted)
        .order_by(fixity_checks.c.id.desc())
        .limit(limit)
    )
    return tuple(
        CheckRecord(
            id=r.id,
            case_id=r.case_id,
            case_number=r.number,
            started_at=r.started_at,
            finished_at=r.finished_at,
            made_by=r.made_by,
            objects=r.objects,
            findings=r.findings,
            messages=tuple(json.loads(r.detail)),
        )
        for r in connection.execute(query)
    )
