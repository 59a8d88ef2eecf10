"""Case revisions and decisions as rows: packed, hashed, never changed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from domain.case import ArchiveState, Case, Decision
from storage.canonical import canonical_json
from storage.database import Database, insert_all, stored_bytes
from storage.digests import sha256_of
from storage.errors import DatabaseDamagedError, DecisionsRewrittenError
from storage.retention.state import refuse_destroyed
from storage.tables import case_revisions, decisions


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A revision as it lies in the database; ``body`` is the canonical JSON with the SHA-256 ``sha256``."""

    number: int
    body: bytes
    sha256: str

    def holds(self, case: Case) -> bool:
        """Tell whether this is ``case``; a version that knew fewer facts may have written it."""
        canonical = canonical_case(case)
        return self.body == canonical or canonical_case(Case.model_validate_json(self.body)) == canonical


def canonical_case(case: Case) -> bytes:
    """Return the canonical JSON of ``case`` without its filing, which is kept beside the revision, not in it."""
    return canonical_json(case.model_copy(update={"archive": ArchiveState()}).model_dump(mode="json"))


def add_revision(connection: Connection, case: Case, cause: str, database: Database) -> None:
    """Write the revision and the decisions that are new in it.

    Raises:
        DecisionsRewrittenError: the case drops or changes a recorded decision.
    """
    body = canonical_case(case)
    connection.execute(
        insert(case_revisions).values(
            case_id=case.id,
            revision=case.revision,
            cause=cause,
            body=zlib.compress(body),
            sha256=sha256_of(body),
            saved_at=database.now(),
        )
    )
    recorded = recorded_decisions(connection, case.id)
    bodies = [canonical_json(d.model_dump(mode="json")) for d in case.decisions]
    if [sha256_of(b) for b in bodies[: len(recorded)]] != recorded:
        raise DecisionsRewrittenError(
            f"案件 {case.number} 的新版本缺少或改动了已登记的人工决定（已登记 {len(recorded)} 条）",
            "请在最新版本上重新操作，人工决定只能追加",
        )
    rows = [
        _decision_row(case, position, decision, body)
        for position, (decision, body) in enumerate(zip(case.decisions, bodies, strict=True))
    ]
    insert_all(connection, decisions, rows[len(recorded) :])


def recorded_decisions(connection: Connection, case_id: str) -> list[str]:
    """Return the digests of the recorded decisions of a case, oldest first."""
    query = select(decisions.c.sha256).where(decisions.c.case_id == case_id).order_by(decisions.c.position)
    return [str(digest) for digest in connection.execute(query).scalars()]


def get_revision(connection: Connection, case_id: str, number: int) -> StoredRevision | None:
    """Return one revision, verified against its digest, ``None`` when there is none.

    Raises:
        CaseDestroyedError: the case was destroyed; the digest is all that is left.
        DatabaseDamagedError: the row no longer has its digest.
    """
    mine = (case_revisions.c.case_id == case_id) & (case_revisions.c.revision == number)
    row = connection.execute(select(case_revisions).where(mine)).one_or_none()
    if row is None:
        return None
    if not row.body:
        refuse_destroyed(connection, case_id)
    try:
        body = _unpack(stored_bytes(row.body))
    except zlib.error as error:
        raise _damaged(case_id, number, f"无法解压（{error}）") from error
    if sha256_of(body) != row.sha256:
        raise _damaged(case_id, number, f"SHA-256 应为 {row.sha256}，实为 {sha256_of(body)}")
    return StoredRevision(number, body, row.sha256)


def _unpack(packed: bytes) -> bytes:
    """Decompress; bytes behind the end of the stream are an error too, every byte of the row counts."""
    stream = zlib.decompressobj()
    body = stream.decompress(packed)
    if not stream.eof or stream.unused_data:
        raise zlib.error("unexpected length")
    return body


def _damaged(case_id: str, number: int, what: str) -> DatabaseDamagedError:
    return DatabaseDamagedError(
        f"案件 {case_id} 第 {number} 版的数据库记录已损坏：{what}", "请运行 archive verify，并从备份恢复数据库"
    )


def _decision_row(case: Case, position: int, decision: Decision, body: bytes) -> dict[str, object]:
    return {
        "case_id": case.id,
        "position": position,
        "revision": case.revision,
        "actor": decision.actor,
        "at": decision.at,
        "action": decision.action,
        "subject": decision.subject,
        "body": body.decode("utf-8"),
        "sha256": sha256_of(body),
    }
