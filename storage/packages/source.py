"""Collecting a case for a package: the index, and where the bytes of every file come from.

One snapshot of the database is read; facts never change, so the bytes may be read later, one file at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from domain.documents import ObjectRef
from domain.errors import ObjectDamagedError
from domain.records import CheckRecord
from storage.archive_log import ArchiveLog
from storage.canonical import canonical_json
from storage.checks import records_of
from storage.database import Database, stored_bytes
from storage.desk_tables import fixity_checks, notices
from storage.digests import DigestPair, Digests, chunks
from storage.intake import find_case
from storage.objects import ObjectStore, object_key
from storage.packages.bag import safe_name
from storage.packages.errors import CaseNotFiledError
from storage.packages.index import (
    DECISIONS,
    TEXTS,
    PackageIndex,
    PackedAct,
    PackedBatch,
    PackedCase,
    PackedDecision,
    PackedFile,
    PackedFiling,
    PackedLog,
    PackedNotice,
    PackedObject,
    PackedPart,
    PackedRevision,
)
from storage.packages.origin import origin_key_of
from storage.packages.proofs import packed_proof
from storage.registry import find
from storage.revisions import get_revision
from storage.search_tables import page_texts
from storage.tables import archived_objects, batches, case_files, case_revisions, cases, decisions, filings, log_leaves

Pieces = Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Collected:
    """A case ready to be packed.

    Attributes:
        index: without derivatives, which the caller makes.
        contents: path inside the bag and bytes of every file but the index; reading an object verifies it.
        checks: fixity checks of the case, and of the whole archive since it was first filed.
    """

    index: PackageIndex
    contents: dict[str, Pieces]
    checks: tuple[CheckRecord, ...]


class PackageSource:
    """Collects cases."""

    def __init__(self, database: Database, store: ObjectStore, log: ArchiveLog) -> None:
        self._database = database
        self._store = store
        self._log = log

    def collect(self, case: str, instance: str | None) -> Collected:
        """Return a case (number or id) ready to be packed.

        Raises:
            UnknownCaseError: there is no such case.
            CaseNotFiledError: it has no filing.
        """
        size = self._log.size()
        with self._database.read() as connection:
            return _Collector(connection, self, size).collect(find_case(connection, case), instance)

    def revision_body(self, case_id: str, number: int) -> bytes:
        """Return the canonical JSON of a revision, verified. Raises DatabaseDamagedError."""
        with self._database.read() as connection:
            stored = get_revision(connection, case_id, number)
        if stored is None:
            raise LookupError(f"revision {number} of {case_id} is gone")
        return stored.body

    @property
    def store(self) -> ObjectStore:
        """Where the objects are."""
        return self._store

    @property
    def log(self) -> ArchiveLog:
        """The log that vouches for the filings."""
        return self._log


@dataclass
class _Collector:
    """One collection over one snapshot; ``objects`` and ``contents`` grow as parts of the case name them."""

    connection: Connection
    source: PackageSource
    size: int
    objects: dict[str, PackedObject] = field(default_factory=dict)
    contents: dict[str, Pieces] = field(default_factory=dict)

    def collect(self, case_id: str, instance: str | None) -> Collected:
        case = self.connection.execute(select(cases).where(cases.c.id == case_id)).one()
        filed = self.connection.execute(
            select(filings, log_leaves.c.leaf, log_leaves.c.leaf_hash, log_leaves.c.root_hash)
            .join(log_leaves, log_leaves.c.seq == filings.c.seq)
            .where(filings.c.case_id == case_id, filings.c.seq < self.size)
            .order_by(filings.c.seq)
        ).all()
        if not filed:
            raise CaseNotFiledError(
                f"案件 {case.number} 尚未归档，没有可移交的内容", "请先完成识别与审核，归档后再打包"
            )
        files = self._files(case_id)
        revisions = self._revisions(case_id, case.current_revision)
        index = PackageIndex(
            instance=instance,
            log=self._log(),
            case=PackedCase(**_columns(PackedCase, case), revision=case.current_revision),
            batches=self._batches(case_id),
            files=files,
            revisions=revisions,
            decisions=self._decisions(case_id, case.current_revision),
            filings=tuple(self._filing(row) for row in filed),
            acts=tuple(self._acts(case_id)),
            notices=self._notices(case_id),
            objects=tuple(self.objects.values()),
        )
        self._texts(case_id)
        return Collected(index, self.contents, self._checks(case_id, filed[0].filed_at))

    def _log(self) -> PackedLog:
        log = self.source.log
        return PackedLog(id=log.leaf(0).leaf_hash, size=self.size, root=log.leaf(self.size - 1).root_hash)

    def _files(self, case_id: str) -> tuple[PackedFile, ...]:
        rows = self.connection.execute(
            select(case_files).where(case_files.c.case_id == case_id).order_by(case_files.c.id)
        ).all()
        for number, row in enumerate(rows, start=1):
            self._object(row.object_key, f"data/originals/{number:04d}-{safe_name(row.name)}")
        return tuple(PackedFile(key=row.object_key, **_columns(PackedFile, row, but={"key"})) for row in rows)

    def _batches(self, case_id: str) -> tuple[PackedBatch, ...]:
        mine = select(case_files.c.batch_id).where(case_files.c.case_id == case_id)
        rows = self.connection.execute(
            select(batches).where(batches.c.id.in_(mine)).order_by(batches.c.accepted_at, batches.c.id)
        )
        return tuple(PackedBatch(**_columns(PackedBatch, row)) for row in rows)

    def _revisions(self, case_id: str, current: int) -> tuple[PackedRevision, ...]:
        rows = self.connection.execute(
            select(
                case_revisions.c.revision, case_revisions.c.cause, case_revisions.c.sha256, case_revisions.c.saved_at
            )
            .where(case_revisions.c.case_id == case_id, case_revisions.c.revision <= current)
            .order_by(case_revisions.c.revision)
        ).all()
        for row in rows:
            path = _revision_path(row.revision)
            self.contents[path] = self._body(case_id, row.revision)
            if find(self.connection, object_key(row.sha256)) is not None:  # a filed revision is an object too
                self._object(object_key(row.sha256), path)
        return tuple(
            PackedRevision(
                number=row.revision,
                cause=row.cause,
                sha256=row.sha256,
                saved_at=row.saved_at,
                path=_revision_path(row.revision),
            )
            for row in rows
        )

    def _body(self, case_id: str, number: int) -> Pieces:
        return lambda: [self.source.revision_body(case_id, number)]

    def _decisions(self, case_id: str, current: int) -> tuple[PackedDecision, ...]:
        rows = self.connection.execute(
            select(decisions)
            .where(decisions.c.case_id == case_id, decisions.c.revision <= current)
            .order_by(decisions.c.position)
        ).all()
        lines = b"".join(row.body.encode() + b"\n" for row in rows)
        self.contents[DECISIONS] = lambda: [lines]
        return tuple(PackedDecision(**_columns(PackedDecision, row)) for row in rows)

    def _filing(self, row: Row[Any]) -> PackedFiling:
        folder, leaf = f"data/filings/{row.seq:08d}", stored_bytes(row.leaf)
        parts = self.connection.execute(
            select(archived_objects).where(archived_objects.c.seq == row.seq).order_by(archived_objects.c.position)
        ).all()
        for part in parts:
            self._object(part.object_key, f"{folder}/{part.position:04d}-{safe_name(part.name)}")
        leaf_path, proof_path = self._leaf(folder, row.seq, leaf)
        origin = origin_key_of(leaf)
        if origin is not None:
            self._object(origin, f"{folder}/origin.json")
        return PackedFiling(
            **_columns(PackedFiling, row, but={"leaf_path", "proof_path", "parts", "origin_key"}),
            leaf_path=leaf_path,
            proof_path=proof_path,
            parts=tuple(PackedPart(key=p.object_key, **_columns(PackedPart, p, but={"key"})) for p in parts),
            origin_key=origin,
        )

    def _acts(self, case_id: str) -> Iterator[PackedAct]:
        """Yield the leaves that name the case and are no filings of it."""
        rows = self.connection.execute(
            select(log_leaves)
            .where(log_leaves.c.seq < self.size, log_leaves.c.seq.not_in(select(filings.c.seq)))
            .order_by(log_leaves.c.seq)
        )
        for row in rows:
            leaf = stored_bytes(row.leaf)
            if json.loads(leaf).get("case_id") == case_id:
                leaf_path, proof_path = self._leaf(f"data/acts/{row.seq:08d}", row.seq, leaf)
                yield PackedAct(seq=row.seq, leaf_hash=row.leaf_hash, leaf_path=leaf_path, proof_path=proof_path)

    def _leaf(self, folder: str, seq: int, leaf: bytes) -> tuple[str, str]:
        """Note a leaf and its proof; return where they lie."""
        proof = packed_proof(self.source.log.prove_inclusion(seq, self.size))
        self.contents[f"{folder}/leaf.json"] = lambda: [leaf]
        self.contents[f"{folder}/proof.json"] = lambda: [canonical_json(proof.model_dump(by_alias=True))]
        return f"{folder}/leaf.json", f"{folder}/proof.json"

    def _notices(self, case_id: str) -> tuple[PackedNotice, ...]:
        rows = self.connection.execute(
            select(notices).where(notices.c.case_id == case_id).order_by(notices.c.position)
        ).all()
        for row in rows:
            for key, ending in ((row.docx_key, "docx"), (row.pdf_key, "pdf")):
                if key is not None:
                    self._object(key, f"data/notices/{row.position + 1:04d}-{safe_name(row.title)}.{ending}")
        return tuple(PackedNotice(**_columns(PackedNotice, row)) for row in rows)

    def _texts(self, case_id: str) -> None:
        rows = self.connection.execute(
            select(page_texts)
            .where(page_texts.c.case_id == case_id)
            .order_by(page_texts.c.document_id, page_texts.c.page)
        )
        texts = [{"document_id": r.document_id, "page": r.page, "text": r.text} for r in rows]
        self.contents[TEXTS] = lambda: [canonical_json(texts)]

    def _checks(self, case_id: str, since: Any) -> tuple[CheckRecord, ...]:
        whole = fixity_checks.c.case_id.is_(None) & (fixity_checks.c.finished_at >= since)
        return tuple(reversed(records_of(self.connection, (fixity_checks.c.case_id == case_id) | whole, None)))

    def _object(self, key: str, path: str) -> None:
        """Note an object under the first path that somebody gives it."""
        if key in self.objects:
            return
        ref = find(self.connection, key)
        if ref is None:
            raise ObjectDamagedError(f"对象 {key} 没有登记", "请运行 archive verify 查明哪一处被改动")
        self.objects[key] = PackedObject(**ref.model_dump(), path=path)
        # a revision that is an object too is taken from the store, where it can be verified
        self.contents[path] = lambda: verified_pieces(self.source.store, ref)


def verified_pieces(store: ObjectStore, ref: ObjectRef) -> Iterator[bytes]:
    """Yield the bytes of an object; the end is reached only when they are what was registered.

    Raises:
        ObjectMissingError, ObjectDamagedError: as named; what was yielded before must not be used.
    """
    pair = DigestPair()
    with store.open(ref.key) as stream:
        pieces = chunks(stream)
        while True:
            try:
                piece = next(pieces, b"")
            except OSError as error:
                raise _damaged(ref, "可读取", f"读取失败（{error.strerror}）") from error
            if not piece:
                break
            pair.update(piece)
            yield piece
    check_digests(ref, pair.finish())


def check_digests(ref: ObjectRef, got: Digests) -> None:
    """Raise ObjectDamagedError unless the bytes with the digests ``got`` are those of ``ref``."""
    for expected, found in ((ref.sha256, got.sha256), (ref.sm3, got.sm3), (str(ref.size), str(got.size))):
        if expected != found:
            raise _damaged(ref, expected, found)


def _damaged(ref: ObjectRef, expected: str, got: str) -> ObjectDamagedError:
    return ObjectDamagedError(
        f"对象 {ref.key} 已损坏：应为 {expected}，实为 {got}", "请从备份恢复该文件，运行 archive verify 后重试"
    )


def _revision_path(number: int) -> str:
    return f"data/case/revisions/{number:05d}.json"


def _columns(model: type[Any], row: Row[Any], but: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """Return the columns of ``row`` that ``model`` has fields for."""
    wanted = set(model.model_fields) - set(but)
    return {name: value for name, value in row._asdict().items() if name in wanted}
