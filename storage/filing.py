"""Filing a case and getting originals back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, insert, or_, select

from domain.archive import ArchiveRecord
from domain.case import Case
from domain.documents import ObjectRef, SourceFile
from domain.errors import StaleRevisionError, UnknownCaseError, UnknownObjectError
from domain.webhooks import EventType
from storage.archive_log import Leaf, append_leaf
from storage.database import Database, insert_all
from storage.digests import chunks, digest_of
from storage.errors import OutputExistsError, StoreWriteError
from storage.intake import files_of, find_case
from storage.manifest import CASE_TYPE, MANIFEST_TYPE, Derivative, Part, write_leaf, write_manifest
from storage.objects import ObjectStore, place
from storage.outbox import announce
from storage.registry import reference, register
from storage.retention.locks import Locks, keep
from storage.retention.state import is_held, refuse_destroyed, refuse_gone
from storage.revisions import get_revision
from storage.tables import archived_objects, case_files, filings, log_leaves, objects


class Filing:
    """Files cases into the archive and fetches their originals."""

    def __init__(self, database: Database, store: ObjectStore) -> None:
        self._database = database
        self._store = store
        self._locks = Locks(database, store)

    def file_case(
        self, case: Case, derivatives: tuple[Derivative, ...] = (), retain_until: date | None = None
    ) -> ArchiveRecord:
        """File a saved revision: every object is re-hashed, manifest and case JSON are stored, the log gets a leaf.

        Filing the same revision again returns the first record. Killed at any point, it can be called again: an
        object that no row names yet is found again by its hash.

        Args:
            case: the revision as saved by ``save_case``.
            derivatives: what hangs beside the originals, already in the store.
            retain_until: last day of retention, ``None`` while the policy leaves it open.

        Raises:
            StaleRevisionError: this revision is not saved, or was saved with other content.
            ObjectMissingError, ObjectDamagedError: an original or derivative is not what it was; nothing was filed.
        """
        known = self.record(case.id, case.revision)
        if known is not None:
            return known
        originals, previous, body = self._prepare(case)
        refs = (*(o.object for o in originals), *(d.object for d in derivatives))
        for ref in dict.fromkeys(refs):
            self._store.verify(ref)
        case_object = self._store.put(body, CASE_TYPE)
        data = write_manifest(case, case_object, originals, derivatives, retain_until, previous)
        manifest = self._store.put(data, MANIFEST_TYPE)
        parts = (
            *(Part("original", o.name, o.object) for o in originals),
            *(Part(d.role, d.name, d.object) for d in derivatives),
            Part("case", f"{case.number}.json", case_object),
            Part("manifest", f"{case.number}.manifest.json", manifest),
        )
        keep(self._store, (p.object.key for p in parts), retain_until, self._database.now())
        record = self._commit(case, manifest, parts, retain_until)
        self._settle_locks(case.id, is_first=previous is None)
        return record

    def record(self, case: str, revision: int | None = None) -> ArchiveRecord | None:
        """Return the filing of a revision (the last filing when ``None``), ``None`` when there is none."""
        with self._database.read() as connection:
            return _record(connection, find_case(connection, case), revision)

    def fetch_case(self, case: str, out: Path) -> tuple[Path, ...]:
        """Write all originals of a case into the folder ``out``, verified, under their original names.

        Raises:
            UnknownCaseError: there is no such case, or (CaseDestroyedError) no longer.
            ObjectMissingError, ObjectDamagedError: an original is not what it was.
            OutputExistsError: a file of that name with other content is there; it is left alone.
        """
        with self._database.read() as connection:
            case_id = find_case(connection, case)
            refuse_destroyed(connection, case_id)
            files = files_of(connection, case_id)
        return self._write_all([f.source for f in files], out)

    def fetch_object(self, key_or_digest: str, out: Path) -> Path:
        """Write one object (store key, SHA-256 or SM3) into the folder ``out``, verified, under its original name.

        Raises:
            UnknownObjectError: the archive holds no such object.
            ObjectMissingError, ObjectDamagedError, OutputExistsError: as for ``fetch_case``.
        """
        return self._write_all([self.find_object(key_or_digest)], out)[0]

    def find_object(self, key_or_digest: str) -> SourceFile:
        """Return the object with this store key, SHA-256 or SM3; its bytes are not read. Raises UnknownObjectError."""
        with self._database.read() as connection:
            found = _named_object(connection, key_or_digest.strip().lower())
            refuse_gone(connection, found.object.key)
        return found

    def _settle_locks(self, case_id: str, *, is_first: bool) -> None:
        """Hold what came to a held case, and let go what was only held because an earlier filing was undecided."""
        with self._database.read() as connection:
            held = is_held(connection, case_id)
        if held or not is_first:
            self._locks.settle(case_id)

    def _prepare(self, case: Case) -> tuple[tuple[SourceFile, ...], str | None, bytes]:
        """Check that the revision is saved; return its originals, the previous manifest and the revision as saved."""
        with self._database.read() as connection:
            stored = get_revision(connection, find_case(connection, case.id), case.revision)
            if stored is None or not stored.holds(case):
                raise StaleRevisionError(
                    f"案件 {case.number} 第 {case.revision} 版尚未保存或内容不同，不能归档", "请先保存案件，再归档"
                )
            previous = _record(connection, case.id, None)
            originals = tuple(f.source for f in files_of(connection, case.id))
        return originals, previous.manifest.key if previous else None, stored.body

    def _commit(
        self, case: Case, manifest: ObjectRef, parts: tuple[Part, ...], retain_until: date | None
    ) -> ArchiveRecord:
        with self._database.write(lock="log") as connection:
            known = _record(connection, case.id, case.revision)
            if known is not None:  # another process was faster
                return known
            now = self._database.now()
            first = _record(connection, case.id, None) is None
            register(connection, (p.object for p in parts), now)
            leaf = append_leaf(connection, write_leaf(case, manifest, now), self._database)
            _insert_filing(connection, case, leaf, manifest, retain_until, now)
            insert_all(connection, archived_objects, [_row(leaf.seq, i, p, retain_until) for i, p in enumerate(parts)])
            kind = EventType.CASE_FILED if first else EventType.CASE_AMENDED
            announce(connection, kind, case.id, now, revision=case.revision, status=case.status)
            record = _record(connection, case.id, case.revision)
        if record is None:
            raise UnknownCaseError(f"案件 {case.number} 的归档记录未找到", "请运行 archive verify")
        return record

    def _write_all(self, sources: Iterable[SourceFile], out: Path) -> tuple[Path, ...]:
        try:
            out.mkdir(parents=True, exist_ok=True)
            taken: dict[str, str] = {}
            return tuple(self._write_out(source, out / _free_name(source, taken)) for source in sources)
        except OSError as error:
            raise StoreWriteError(f"无法写入 {out}：{error.strerror}", "请检查目标文件夹的权限与空间后重试") from error

    def _write_out(self, source: SourceFile, target: Path) -> Path:
        """Copy and verify in one pass; the name appears only when the bytes are right."""
        if target.exists():
            with target.open("rb") as present:
                if digest_of(chunks(present)).sha256 == source.object.sha256:
                    return target
            raise _taken(target)
        self._store.verify(source.object)
        piece = target.with_name(f".{uuid.uuid4().hex}.part")
        try:
            with self._store.open(source.object.key) as stream, piece.open("xb") as copy:
                for chunk in chunks(stream):
                    copy.write(chunk)
            _check_copy(piece, source.object)
            if not place(piece, target):
                raise _taken(target)
        finally:
            piece.unlink(missing_ok=True)
        return target


def _taken(target: Path) -> OutputExistsError:
    return OutputExistsError(f"{target} 已存在且内容不同，未覆盖", "请换一个输出文件夹，或移走该文件后重试")


def _check_copy(piece: Path, ref: ObjectRef) -> None:
    with piece.open("rb") as copy:
        got = digest_of(chunks(copy)).sha256
    if got != ref.sha256:
        raise StoreWriteError(f"写出的副本有误：SHA-256 应为 {ref.sha256}，实为 {got}", "请检查目标磁盘后重试")


def _free_name(source: SourceFile, taken: dict[str, str]) -> str:
    """Return the original name without folders; the second of two different files of one name gets a number."""
    name = PurePosixPath(source.name.replace("\\", "/")).name
    name = name if name not in ("", ".", "..") else source.object.sha256
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
    candidate, count = name, 1
    while taken.setdefault(candidate, source.object.key) != source.object.key:
        count += 1
        candidate = f"{stem} ({count}){suffix}"
    return candidate


def _insert_filing(
    connection: Connection, case: Case, leaf: Leaf, manifest: ObjectRef, retain_until: date | None, filed_at: datetime
) -> None:
    connection.execute(
        insert(filings).values(
            seq=leaf.seq,
            case_id=case.id,
            revision=case.revision,
            filed_at=filed_at,
            manifest_key=manifest.key,
            retain_until=retain_until,
        )
    )


def _row(seq: int, position: int, part: Part, retain_until: date | None) -> dict[str, object]:
    return {
        "seq": seq,
        "position": position,
        "role": part.role,
        "name": part.name,
        "object_key": part.object.key,
        "retain_until": retain_until,
    }


def _record(connection: Connection, case_id: str, revision: int | None) -> ArchiveRecord | None:
    query = (
        select(filings, log_leaves.c.leaf_hash, log_leaves.c.root_hash, objects)
        .join(log_leaves, log_leaves.c.seq == filings.c.seq)
        .join(objects, objects.c.key == filings.c.manifest_key)
        .where(filings.c.case_id == case_id)
        .order_by(filings.c.seq.desc())
        .limit(1)
    )
    if revision is not None:
        query = query.where(filings.c.revision == revision)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return ArchiveRecord(
        seq=row.seq,
        case_id=row.case_id,
        revision=row.revision,
        filed_at=row.filed_at,
        manifest=reference(row),
        leaf_hash=row.leaf_hash,
        root_hash=row.root_hash,
    )


def _named_object(connection: Connection, key_or_digest: str) -> SourceFile:
    wanted = or_(objects.c.key == key_or_digest, objects.c.sha256 == key_or_digest, objects.c.sm3 == key_or_digest)
    row = connection.execute(select(objects).where(wanted)).one_or_none()
    if row is None:
        raise UnknownObjectError(f"归档中没有对象 {key_or_digest}", "请用 archive find 查到对象的存储键或摘要")
    names = (
        select(case_files.c.name).where(case_files.c.object_key == row.key).order_by(case_files.c.id),
        select(archived_objects.c.name).where(archived_objects.c.object_key == row.key),
    )
    found = (connection.execute(query.limit(1)).scalar() for query in names)
    return SourceFile(name=next((n for n in found if n), row.sha256), object=reference(row))
