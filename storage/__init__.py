"""Originals, database, search, archive log, retention.

Everything hangs on one value::

    storage = open_storage(home)                       # migrates the database when it must; no alembic otherwise

    ref = storage.objects.put(path, "image/tiff")      # 1. bytes first: durable, write-once, SHA-256 and SM3
    row = storage.intake.accept_batch(batch, "exchange-member", "EXM")   # 2. then the row: number, idempotent
    storage.failures.record_failure(batch, failure)    # what could not be accepted stays visible
    storage.intake.pending()                           # 3. after a crash: accepted cases still to be assembled

    storage.stages.get_stage(input_hash, stage, producer) -> bytes | None
    storage.stages.put_stage(input_hash, stage, producer, payload)

    storage.cases.save_case(case, "assembled", None, items, texts)       # one transaction, StaleRevisionError
    storage.cases.save_case(changed, "decision", case.revision)          # items of answered reasons go
    storage.cases.load_case("EXM-2026-000001") -> Case | None            # with its last filing in ``archive``
    storage.cases.list_cases(CaseFilter(policy=...)); .count_cases(...); .case_history(...); .case_texts(...)
    storage.queue.queue(CaseFilter(), limit); .items_of(case_id); .counts()
    storage.lists.waiting(QueueFilter(), limit, after); .newest(limit, offset); .figures(QueueFilter())
    storage.leases.take(case_id, person); .take_next(person, QueueFilter(), after); .skip(…); .hand_over(…)
    storage.gravest.keep({"exchange-member": "重大投诉"})                # which cases are grave, told by the packs

    storage.filing.file_case(case, derivatives, retain_until) -> ArchiveRecord   # idempotent per revision
    storage.filing.fetch_case(number, folder); .fetch_object(key_or_digest, folder)
    storage.fixity.verify_archive(number_or_none) -> tuple[Finding, ...]         # empty: all is well
    storage.log.prove_inclusion(seq).holds()
    storage.proof.heads.sign(); storage.proof.certificates.of_case(number)        # see storage.proof
    storage.search.find("张三 手续费", CaseFilter(), kind, limit) -> tuple[Hit, ...]
    storage.retention.holds, .lists, .dates, .destruction, .locks                # how long cases stay, and how they go
    storage.people.accounts, .sessions, .links, .attempts, .visits                # who may sign in
    storage.audit.record(event) -> AuditEntry; .verify(head) -> ChainReport      # append-only, hash-chained
    storage.desk.notices, .checks, .history, .dashboard, .figure_rows, .health     # case page, archive desk, dashboard

Every writing method is exactly one transaction and can be repeated after a kill. Several processes may work on one
home at once. Values that come back are in ``storage.rows``, ``storage.search.Hit``, ``storage.manifest.Derivative``;
errors are in ``domain.errors`` and ``storage.errors``. Importing this package does not import sqlalchemy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from storage.errors import StoreWriteError
from storage.objects import ObjectStore
from storage.proof.options import ProofOptions
from storage.rows import (
    CaseChange,
    CaseFile,
    CaseFilter,
    CaseRow,
    CaseSummary,
    FailedItem,
    Finding,
    PageText,
    QueueFilter,
    Revision,
)
from storage.stores.setup import StoreSetup, open_store

if TYPE_CHECKING:
    from storage.api_tokens import ApiTokens
    from storage.archive_log import ArchiveLog
    from storage.audit_log import AuditLog
    from storage.case_lines import GravestLevels
    from storage.case_walk import CaseWalk
    from storage.cases import CaseRepository
    from storage.database import Database
    from storage.desk import DeskRecords
    from storage.failures import FailedItems
    from storage.filing import Filing
    from storage.fixity import Fixity
    from storage.idempotency import IdempotencyKeys
    from storage.intake import Intake
    from storage.leases import Leases
    from storage.mail_batches import MailBatches
    from storage.mail_pages import MailPages
    from storage.mail_uploads import MailUploads
    from storage.people import People
    from storage.proof.opening import Proof
    from storage.queue_lists import QueueLists
    from storage.retention.records import RetentionRecords
    from storage.review_queue import ReviewQueue
    from storage.samples import SampleRepository
    from storage.saved_views import SavedViews
    from storage.search import SearchIndex
    from storage.stages import StageResults
    from storage.upkeep.upkeep import Upkeep
    from storage.uploads import Uploads
    from storage.webhooks import Webhooks

__all__ = [
    "CaseChange",
    "CaseFile",
    "CaseFilter",
    "CaseRow",
    "CaseSummary",
    "FailedItem",
    "Finding",
    "PageText",
    "ProofOptions",
    "QueueFilter",
    "Revision",
    "Storage",
    "StoreSetup",
    "open_storage",
]


@dataclass(frozen=True, slots=True)
class Storage:
    """The parts of one opened home."""

    objects: ObjectStore
    database: Database
    intake: Intake
    failures: FailedItems
    stages: StageResults
    cases: CaseRepository
    queue: ReviewQueue
    log: ArchiveLog
    filing: Filing
    fixity: Fixity
    search: SearchIndex
    lists: QueueLists
    leases: Leases
    views: SavedViews
    gravest: GravestLevels
    people: People
    audit: AuditLog
    desk: DeskRecords
    mail_batches: MailBatches
    mail_uploads: MailUploads
    mail_pages: MailPages
    samples: SampleRepository
    case_walk: CaseWalk
    api_tokens: ApiTokens
    idempotency: IdempotencyKeys
    uploads: Uploads
    webhooks: Webhooks
    retention: RetentionRecords
    upkeep: Upkeep
    proof: Proof

    def close(self) -> None:
        """Close the database connections."""
        self.database.close()


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_storage(
    home: Path,
    database_url: str | None = None,
    clock: Callable[[], datetime] = _utc_now,
    setup: StoreSetup | None = None,
    proof: ProofOptions | None = None,
    data_keys: str | None = None,
) -> Storage:
    """Open (or create) the state below ``home``: ``objects/`` and ``juanzong.sqlite``.

    Args:
        home: folder; created when absent, closed to other users of the machine (it holds identity cards).
        database_url: SQLAlchemy URL of another database.
        clock: where the moments of acceptance, saving and filing come from; aware times.
        setup: where objects lie, ``None`` for the folder below ``home``.
        proof: where signed heads go and who stamps them, ``None`` for nowhere and nobody.
        data_keys: keys that personal data in the database are encrypted with, one a line; ``None`` for those in
            ``keys/data.keys`` below ``home`` (a first one is made).

    Raises:
        DataKeyError: a key is missing that the database was written with.
        StoreWriteError, StoreFullError: ``home`` cannot be written.
        DatabaseTooNewError, DatabaseDamagedError, DatabaseUnusableError: as named.
    """
    from storage.api_tokens import ApiTokens
    from storage.archive_log import ArchiveLog
    from storage.audit_log import AuditLog
    from storage.case_lines import GravestLevels
    from storage.case_walk import CaseWalk
    from storage.cases import CaseRepository
    from storage.data_keys import DataKeySource
    from storage.database import Database
    from storage.desk import desk_records
    from storage.failures import FailedItems
    from storage.filing import Filing
    from storage.fixity import Fixity
    from storage.idempotency import IdempotencyKeys
    from storage.intake import Intake
    from storage.leases import Leases
    from storage.mail_batches import MailBatches
    from storage.mail_pages import MailPages
    from storage.mail_uploads import MailUploads
    from storage.people import open_people
    from storage.proof.opening import open_proof
    from storage.queue_lists import QueueLists
    from storage.retention.records import retention_records
    from storage.review_queue import ReviewQueue
    from storage.samples import SampleRepository
    from storage.saved_views import SavedViews
    from storage.search import SearchIndex
    from storage.stages import StageResults
    from storage.upkeep.upkeep import Upkeep
    from storage.uploads import Uploads
    from storage.webhooks import Webhooks

    _make_home(home)
    source = DataKeySource(home / "keys" / "data.keys", data_keys)
    database = Database(database_url or home / "juanzong.sqlite", clock, source)
    store = open_store(setup or StoreSetup(), home, database, clock)
    log = ArchiveLog(database)
    search = SearchIndex(database)
    proven = open_proof(database, store, log, home / "keys", proof or ProofOptions())
    fixity = Fixity(database, store, log, proven.check)
    desk = desk_records(database, store, log, fixity)
    return Storage(
        objects=store,
        database=database,
        intake=Intake(database),
        failures=FailedItems(database),
        stages=StageResults(database),
        cases=CaseRepository(database),
        queue=ReviewQueue(database),
        log=log,
        filing=Filing(database, store),
        search=search,
        lists=QueueLists(database),
        leases=Leases(database),
        views=SavedViews(database),
        gravest=GravestLevels(database),
        people=open_people(database, search),
        audit=AuditLog(database, home / "audit.key"),
        fixity=fixity,
        desk=desk,
        mail_batches=MailBatches(database),
        mail_uploads=MailUploads(database),
        mail_pages=MailPages(database),
        samples=SampleRepository(database),
        case_walk=CaseWalk(database),
        api_tokens=ApiTokens(database),
        idempotency=IdempotencyKeys(database),
        uploads=Uploads(database),
        webhooks=Webhooks(database),
        retention=retention_records(database, store),
        upkeep=Upkeep(database, store, desk.deliveries),
        proof=proven,
    )


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreWriteError(
            f"无法建立数据文件夹 {home}：{error.strerror}", "请检查 JUANZONG_HOME 的位置与权限"
        ) from error
