"""Checking the archive: re-hash every object, recompute the log, compare all that the database says about filings.

Nothing is believed because it is stored: leaf hashes, roots and subtree hashes are computed again from the leaves,
objects are read again from the store, and every archive row is held against the manifest that the log vouches for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from domain.base import iso
from domain.errors import JuanzongError, ObjectDamagedError, ObjectMissingError
from storage.archive_log import ArchiveLog, leaf_hasher
from storage.database import Database, stored_bytes
from storage.digests import Digests, sha256_of
from storage.errors import DatabaseDamagedError
from storage.intake import files_of, find_case
from storage.log_check import check_log
from storage.manifest import MANIFEST_TYPE
from storage.objects import ObjectStore, key_digest, object_key
from storage.retention.check import check_acts, check_gone, destroyed_cases, gone_objects
from storage.retention.tables import retention_acts
from storage.revisions import get_revision
from storage.rows import Finding
from storage.tables import archived_objects, case_files, case_revisions, cases, decisions, filings, log_leaves, objects


class Fixity:
    """Checks objects, filings and the log."""

    def __init__(self, database: Database, store: ObjectStore, log: ArchiveLog) -> None:
        self._database = database
        self._store = store
        self._log = log

    def verify_archive(
        self, case: str | None = None, on_object: Callable[[str], None] | None = None
    ) -> tuple[Finding, ...]:
        """Check one case (number or id) or, with ``None``, every object, filing and case; empty means all is well.

        The log is always recomputed as a whole: one filing is only as good as the tree it is in.

        Args:
            case: number or id.
            on_object: called with the key of every object that has been read, for a progress bar.

        Raises:
            UnknownCaseError: there is no such case.
        """
        with self._database.read() as connection:
            case_id = None if case is None else find_case(connection, case)
            check = _Check(connection, self._store, self._log, on_object)
            return tuple(dict.fromkeys(check.findings(case_id)))


class _Check:
    """One run over one snapshot of the database; every object is read once."""

    def __init__(
        self, connection: Connection, store: ObjectStore, log: ArchiveLog, on_object: Callable[[str], None] | None
    ) -> None:
        self._connection = connection
        self._store = store
        self._log = log
        self._on_object = on_object
        self._digests: dict[str, Digests | JuanzongError] = {}
        self._gone = gone_objects(connection)
        self._destroyed = destroyed_cases(connection)

    def findings(self, case_id: str | None) -> Iterator[Finding]:
        yield from check_log(self._connection)
        yield from check_acts(self._connection, case_id)
        yield from self._check_accepted(case_id)
        for filing in self._connection.execute(_filings(case_id)).all():
            yield from self._check_filing(filing)
        yield from self._check_revisions(case_id)
        yield from self._check_decisions(case_id)
        if case_id is None:
            yield from self._check_nothing_is_gone()
            yield from check_gone(self._connection, self._store.exists)

    def _check_accepted(self, case_id: str | None) -> Iterator[Finding]:
        """Re-hash what the database lists: every file of the case, or every object there is."""
        query = (
            select(objects, case_files.c.name, case_files.c.case_id, cases.c.number)
            .outerjoin(case_files, case_files.c.object_key == objects.c.key)
            .outerjoin(cases, cases.c.id == case_files.c.case_id)
        )
        if case_id is not None:
            query = query.where(case_files.c.case_id == case_id)
        else:  # manifests and derivatives are checked with their filing, where their names are known
            filed = select(archived_objects.c.object_key)
            query = query.where(case_files.c.case_id.is_not(None) | objects.c.key.not_in(filed))
        for row in self._connection.execute(query).all():
            names = {"case_id": row.case_id, "case_number": row.number, "file": row.name}
            yield from self._check_object(row._asdict(), names)

    def _check_filing(self, filing: Row[Any]) -> Iterator[Finding]:
        names = {"case_id": filing.case_id, "case_number": filing.number}
        facts = _row_facts(filing)
        # A leaf that lost its hash is named by the check of the log; its words prove nothing.
        sound = leaf_hasher().hash_leaf(stored_bytes(filing.leaf)).hex() == filing.leaf_hash
        leaf = _parsed(filing.leaf) if sound else facts
        yield from _compare("filing_row", f"filing {filing.seq}", facts, leaf, names)
        yield from self._check_inclusion(filing, names)
        key = object_key(str(leaf["manifest_sha256"]))
        described = {"key": key, "sha256": leaf["manifest_sha256"], "sm3": leaf["manifest_sm3"]}
        names = {**names, "file": f"{filing.number}.manifest.json"}
        damage = list(self._check_object(described, names))
        yield from damage
        if not damage:
            yield from self._check_manifest(filing, _parsed(self._store.read(key)))

    def _check_manifest(self, filing: Row[Any], manifest: dict[str, Any]) -> Iterator[Finding]:
        """Hold objects and rows against a manifest whose own hash is in the log."""
        names = {"case_id": filing.case_id, "case_number": filing.number}
        facts = {
            "case_id": filing.case_id,
            "case_number": filing.number,
            "policy": filing.policy,
            "revision": filing.revision,
            "retain_until": filing.retain_until.isoformat() if filing.retain_until else None,
        }
        yield from _compare("filing_row", f"filing {filing.seq}", facts, manifest, names)
        case_json = {**manifest["case"], "name": f"{filing.number}.json", "role": "case"}
        originals = [{**o, "role": "original"} for o in manifest["originals"]]
        parts = [*originals, *manifest["derivatives"], case_json]
        for part in parts:
            yield from self._check_object(part, {**names, "file": part["name"]})
            yield from self._check_object_row(part, {**names, "file": part["name"]})
        yield from self._check_part_rows(filing, parts, names)
        yield from self._check_case_files(filing, originals, names)
        yield from self._check_filed_revision(filing, manifest["case"]["sha256"], names)

    def _check_object(self, described: dict[str, Any], names: dict[str, Any]) -> Iterator[Finding]:
        key = str(described["key"])
        if key in self._gone:
            return  # looked for by check_gone
        found = self._digest(key)
        if isinstance(found, JuanzongError):
            code = "object_missing" if isinstance(found, ObjectMissingError) else "object_damaged"
            yield _finding(code, key, described["sha256"], found.fact, f"对象 {key}", names)
            return
        # Which of the two is wrong is known from the key, which holds the SHA-256 too.
        code = "object_damaged" if found.sha256 != key_digest(key) else "object_row"
        for name, got in (("sha256", found.sha256), ("sm3", found.sm3), ("size", found.size)):
            if described.get(name, got) != got:
                yield _finding(code, key, described[name], got, f"对象 {key} 的 {name}", names)
                return

    def _check_object_row(self, part: dict[str, Any], names: dict[str, Any]) -> Iterator[Finding]:
        row = self._connection.execute(select(objects).where(objects.c.key == part["key"])).one_or_none()
        if row is None:
            yield _finding("object_row", part["key"], "已登记", "缺失", f"对象 {part['key']} 的登记", names)
            return
        facts = {name: getattr(row, name) for name in ("sha256", "sm3", "size")}
        yield from _compare("object_row", part["key"], facts, part, names)

    def _check_part_rows(
        self, filing: Row[Any], parts: list[dict[str, Any]], names: dict[str, Any]
    ) -> Iterator[Finding]:
        rows = self._connection.execute(
            select(archived_objects)
            .where(archived_objects.c.seq == filing.seq, archived_objects.c.role != "manifest")
            .order_by(archived_objects.c.position)
        )
        got = [(r.role, r.name, r.object_key, r.retain_until) for r in rows]
        expected = [(p["role"], p["name"], p["key"], filing.retain_until) for p in parts]
        if got != expected:
            wrong = next((pair for pair in zip(expected, got, strict=False) if pair[0] != pair[1]), (expected, got))
            yield _finding("filing_row", f"filing {filing.seq}", wrong[0], wrong[1], "归档对象清单", names)

    def _check_case_files(
        self, filing: Row[Any], originals: list[dict[str, Any]], names: dict[str, Any]
    ) -> Iterator[Finding]:
        """Everything filed must still be a file of the case; later files may have come."""
        present = {(f.source.name, f.source.object.key) for f in files_of(self._connection, filing.case_id)}
        for original in originals:
            if (original["name"], original["key"]) not in present:
                subject = f"filing {filing.seq}"
                yield _finding("case_file", subject, original["name"], "缺失", "案件文件清单", names)

    def _check_filed_revision(self, filing: Row[Any], expected: str, names: dict[str, Any]) -> Iterator[Finding]:
        if filing.case_id in self._destroyed:
            got = self._kept_digest(filing) or "缺失"
        else:
            try:
                stored = get_revision(self._connection, filing.case_id, filing.revision)
            except DatabaseDamagedError:
                return  # named by _check_revisions
            got = stored.sha256 if stored else "缺失"
        if got != expected:
            what = f"第 {filing.revision} 版案件记录"
            yield _finding("revision", f"revision {filing.revision}", expected, got, what, names)

    def _kept_digest(self, filing: Row[Any]) -> str | None:
        """Return the digest of a revision whose words went with its case."""
        mine = (case_revisions.c.case_id == filing.case_id) & (case_revisions.c.revision == filing.revision)
        return self._connection.execute(select(case_revisions.c.sha256).where(mine)).scalar()

    def _check_inclusion(self, filing: Row[Any], names: dict[str, Any]) -> Iterator[Finding]:
        try:
            proof = self._log.prove_inclusion(filing.seq)
        except JuanzongError as error:
            yield _finding("inclusion", f"leaf {filing.seq}", "可证明", error.fact, "日志包含证明", names)
            return
        if not proof.holds():
            subject = f"leaf {filing.seq}"
            yield _finding("inclusion", subject, proof.root_hash, proof.proof.resolve().hex(), "日志包含证明", names)

    def _check_revisions(self, case_id: str | None) -> Iterator[Finding]:
        query = select(cases.c.id, cases.c.number, cases.c.current_revision)
        query = query if case_id is None else query.where(cases.c.id == case_id)
        for case in self._connection.execute(query.where(cases.c.id.not_in(self._destroyed))).all():
            names = {"case_id": case.id, "case_number": case.number}
            for number in range(1, (case.current_revision or 0) + 1):
                try:
                    stored = get_revision(self._connection, case.id, number)
                except DatabaseDamagedError as error:
                    yield _finding(
                        "revision", f"revision {number}", "完好", error.fact, f"第 {number} 版案件记录", names
                    )
                    continue
                if stored is None:
                    yield _finding("revision", f"revision {number}", "存在", "缺失", f"第 {number} 版案件记录", names)

    def _check_decisions(self, case_id: str | None) -> Iterator[Finding]:
        query = select(decisions, cases.c.number).join(cases, cases.c.id == decisions.c.case_id)
        query = query if case_id is None else query.where(cases.c.id == case_id)
        for row in self._connection.execute(query.where(cases.c.id.not_in(self._destroyed))).all():
            names = {"case_id": row.case_id, "case_number": row.number}
            got = sha256_of(row.body.encode())
            subject = f"decision {row.position}"
            if got != row.sha256:
                yield _finding("decision", subject, row.sha256, got, f"第 {row.position} 条人工决定", names)
                continue
            facts = {"actor": row.actor, "action": row.action, "subject": row.subject}
            said = _parsed(row.body)
            yield from _compare("decision", subject, facts, said, names)
            if datetime.fromisoformat(said["at"]) != row.at:
                yield _finding("decision", subject, said["at"], iso(row.at), f"{subject} 的 at", names)

    def _check_nothing_is_gone(self) -> Iterator[Finding]:
        """A filing is a leaf, a row and a registered manifest, written together: one without the others was deleted."""
        leaves = select(log_leaves.c.seq).where(
            log_leaves.c.seq.not_in(select(filings.c.seq)), log_leaves.c.seq.not_in(select(retention_acts.c.seq))
        )
        for seq in self._connection.execute(leaves).scalars():
            yield _finding("filing_row", f"filing {seq}", "存在", "缺失", f"日志第 {seq} 项的归档记录", {})
        manifests = (
            select(objects.c.key)
            .where(objects.c.media_type == MANIFEST_TYPE)
            .where(objects.c.key.not_in(select(filings.c.manifest_key)))
        )
        for key in self._connection.execute(manifests).scalars():
            yield _finding("filing_row", key, "存在", "缺失", f"归档清单 {key} 的归档记录", {})

    def _digest(self, key: str) -> Digests | JuanzongError:
        if key not in self._digests:
            try:
                self._digests[key] = self._store.digests(key)
            except (ObjectMissingError, ObjectDamagedError) as error:
                self._digests[key] = error
            if self._on_object is not None:
                self._on_object(key)
        return self._digests[key]


def _filings(case_id: str | None) -> Any:
    query = (
        select(
            filings,
            log_leaves.c.leaf,
            cases.c.number,
            cases.c.policy,
            objects.c.sha256.label("manifest_sha256"),
            objects.c.sm3.label("manifest_sm3"),
            log_leaves.c.leaf_hash,
        )
        .join(log_leaves, log_leaves.c.seq == filings.c.seq)
        .join(cases, cases.c.id == filings.c.case_id)
        .join(objects, objects.c.key == filings.c.manifest_key)
        .order_by(filings.c.seq)
    )
    return query if case_id is None else query.where(filings.c.case_id == case_id)


def _row_facts(filing: Row[Any]) -> dict[str, object]:
    return {
        "case_id": filing.case_id,
        "revision": filing.revision,
        "filed_at": iso(filing.filed_at),
        "manifest_sha256": filing.manifest_sha256,
        "manifest_sm3": filing.manifest_sm3,
    }


def _parsed(data: bytes | str) -> dict[str, Any]:
    """Return the JSON object in ``data``; a damaged one has no facts, so every comparison with it fails."""
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _compare(
    code: str, subject: str, facts: dict[str, Any], vouched: dict[str, Any], names: dict[str, Any]
) -> Iterable[Finding]:
    for name, got in facts.items():
        expected = vouched.get(name)
        if expected != got:
            yield _finding(code, subject, expected, got, f"{subject} 的 {name}", names)


def _finding(code: str, subject: str, expected: object, got: object, what: str, names: dict[str, Any]) -> Finding:
    where = "，".join(
        text
        for text in (
            f"案件 {names['case_number']}" if names.get("case_number") else "",
            f"文件 {names['file']}" if names.get("file") else "",
        )
        if text
    )
    message = f"{where}：{what} 应为 {expected}，实为 {got}" if where else f"{what} 应为 {expected}，实为 {got}"
    return Finding(code=code, subject=subject, expected=str(expected), got=str(got), message=message, **names)
