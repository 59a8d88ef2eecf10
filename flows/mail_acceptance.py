"""From a complete upload to a numbered case: verify, keep the bytes, commit the row, in that order."""

from __future__ import annotations

from pathlib import Path

from domain.documents import ScanBatch, SourceFile
from domain.errors import StorageError
from domain.mailroom import FilesAre, MailBatch, PageRef, Upload, UploadState
from domain.mailroom_errors import RescanError, UploadChecksumError
from extractors.reading.file_types import describe_file
from flows.acceptance import kept
from flows.failures import failure_from
from flows.stages import page_count
from flows.upload_parts import UploadParts, locked
from flows.wiring import Services
from storage.mail_rows import Replacement
from storage.rows import CaseRow


def mail_lock(home: Path) -> Path:
    """Return the lock under which files get their cases, one at a time, and batches are closed."""
    return home / "mailroom.lock"


def accept_upload(services: Services, parts: UploadParts, upload: Upload, batch: MailBatch) -> Upload:
    """Accept a complete upload, or refuse it visibly; doing it again after a kill gives the same end.

    Raises:
        StorageError: the store or the database cannot take it; the upload stays open and complete.
    """
    path = parts.path(upload.id)
    try:
        _verify(parts, upload)
        if not upload.order.size:
            path.touch()
        facts = describe_file(path)
        if upload.order.replaces is not None and facts.pages != 1:
            raise RescanError(  # noqa: TRY301 - told like every other refusal
                f"重扫文件有 {facts.pages} 页，应只含要替换的 1 页", "请只扫描这一页（不扫背面）后重新提交"
            )
        source = SourceFile(name=upload.order.name, object=services.storage.objects.put(path, facts.media_type))
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001 - no file, however odd, may stop the others; it becomes visible
        return _refused(services, parts, upload, batch, error)
    page_count(services, source)
    with locked(mail_lock(services.settings.home)):
        state, case_id = _placed(services, upload, batch, source)
        done = services.storage.mail_uploads.settle(
            upload.id, state, case_id=case_id, media_type=facts.media_type, pages=facts.pages
        )
    parts.discard(upload.id)
    return done


def add_elsewhere(services: Services, upload: Upload, batch: MailBatch, case: str) -> CaseRow:
    """Add the bytes of a duplicate to a case that a person named.

    Raises:
        UnknownCaseError: there is no such case.
    """
    held = services.storage.intake.case_row(upload.case_id or "")
    found = next(f.source.object for f in held.files if f.source.object.sha256 == upload.order.sha256)
    return services.storage.intake.add_to_case(
        case, scan_batch(batch, SourceFile(name=upload.order.name, object=found))
    )


def scan_batch(batch: MailBatch, *files: SourceFile) -> ScanBatch:
    """Return ``batch`` as intake knows it."""
    return ScanBatch(
        id=batch.id,
        received_at=batch.order.received_at,
        channel=batch.order.channel,
        operator=batch.operator,
        expected_sheets=batch.order.expected_sheets,
        files=files,
    )


def _verify(parts: UploadParts, upload: Upload) -> None:
    got = parts.sha256(upload.id)
    if got != upload.order.sha256:
        raise UploadChecksumError(
            f"{upload.order.name} 的 SHA-256 应为 {upload.order.sha256}，实为 {got}",
            "文件在上传途中被改动，请重新选择该文件上传",
        )


def _placed(services: Services, upload: Upload, batch: MailBatch, source: SourceFile) -> tuple[UploadState, str]:
    """Put the file under a case, unless a case already has its bytes; return how and which case."""
    holders = services.storage.mail_batches.holders(source.object.key, batch.order.policy)
    siblings = [u for u in services.storage.mail_uploads.of_batch(batch.id) if u.state is UploadState.ACCEPTED]
    taken = any((u.order.sha256, u.order.name) == (upload.order.sha256, upload.order.name) for u in siblings)
    mine = [h for h in holders if (h.batch_id, h.name) == (batch.id, source.name)]
    if mine and not taken:  # killed between the commit of the case and of the upload
        return UploadState.ACCEPTED, mine[0].case_id
    if holders:
        return UploadState.DUPLICATE, holders[0].case_id
    return UploadState.ACCEPTED, _row(services, upload, batch, source, siblings).id


def _row(services: Services, upload: Upload, batch: MailBatch, source: SourceFile, siblings: list[Upload]) -> CaseRow:
    intake, order, arrived = services.storage.intake, batch.order, scan_batch(batch, source)
    if upload.order.replaces is not None:
        # first: whoever reads the new scan must know by then what it stands for
        _keep_replacement(services, upload.order.replaces, upload, batch)
        return intake.add_to_case(upload.order.replaces.case_id, arrived)
    if order.files_are is FilesAre.EXISTING:
        return intake.add_to_case(order.target_case or "", arrived)
    first = next((u.case_id for u in siblings if u.order.replaces is None), None)
    if order.files_are is FilesAre.ONE_CASE and first is not None:
        return intake.add_to_case(first, arrived)
    return intake.accept_batch(arrived, order.policy, services.policies.adopted(order.policy).pack.code)


def _keep_replacement(services: Services, old: PageRef, upload: Upload, batch: MailBatch) -> None:
    services.storage.mail_pages.replace(
        Replacement(
            case_id=old.case_id,
            old_sha256=old.sha256,
            old_page=old.page,
            new_sha256=upload.order.sha256,
            new_page=1,
            actor=batch.operator,
            at=services.storage.database.now(),
        )
    )


def _refused(services: Services, parts: UploadParts, upload: Upload, batch: MailBatch, error: Exception) -> Upload:
    """Refuse an upload; its bytes are kept beside the failure, because it was received all the same."""
    path = parts.path(upload.id)
    failure = failure_from(upload.order.name, error)
    failure = failure.model_copy(update={"reason": failure.reason.replace(path.name, upload.order.name)})
    wrong_bytes = isinstance(error, UploadChecksumError)
    services.storage.failures.record_failure(
        scan_batch(batch), failure, None if wrong_bytes else kept(services, path, error)
    )
    done = services.storage.mail_uploads.settle(
        upload.id, UploadState.REFUSED, error=failure.error, fact=failure.reason, next_step=failure.next_step
    )
    parts.discard(upload.id)
    return done
