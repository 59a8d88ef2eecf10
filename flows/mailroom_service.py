"""What the mailroom's pages and the upload interface ask for, over the real intake."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable

from domain.errors import StorageError, UnknownCaseError, UnknownObjectError
from domain.mailroom import (
    MAX_FILE_BYTES,
    MAX_PIECE_BYTES,
    UPLOAD_LIFE,
    BatchOrder,
    FilesAre,
    IntakeGuard,
    MailBatch,
    SamePaper,
    Upload,
    UploadOrder,
    UploadState,
    admit_everybody,
    sheets_of,
)
from domain.mailroom_errors import (
    BatchClosedError,
    BatchOrderError,
    BatchUnsettledError,
    FileTooLargeError,
    RescanError,
    UploadChecksumError,
    UploadOffsetError,
    UploadRequestError,
)
from domain.sheets import SheetCode, SheetKind, write_code
from flows.mail_acceptance import accept_upload, add_elsewhere, mail_lock
from flows.mail_pages import PageReadings
from flows.mail_view import batch_view
from flows.review_service import ReviewService
from flows.stages import page_count
from flows.upload_parts import UploadParts, locked
from flows.wiring import Services
from outgoing.sheets import sheet_pdf
from review_ui.backend import PageImage, PolicyName
from review_ui.mailroom.backend import BatchView, HandedIn, Receipt
from storage.mail_rows import DuplicateAnswer, MailNote, NoteKind

_log = logging.getLogger(__name__)


class MailroomService:
    """Implements ``review_ui.mailroom.backend.MailroomBackend``. Safe to use from several threads.

    Args:
        services: the parts.
        wake: called when there may be something to read.
        guard: asked before papers are taken in.
    """

    def __init__(self, services: Services, wake: Callable[[], None], guard: IntakeGuard = admit_everybody) -> None:
        self._services = services
        self._wake = wake
        self._guard = guard
        self._parts = UploadParts(services.settings.home)
        self._readings = PageReadings(services)

    def resume(self) -> None:
        """Finish what a killed process left: complete uploads are accepted, old ones given up, reading goes on."""
        storage = self._services.storage
        self._parts.discard_others(frozenset(u.id for u in storage.mail_uploads.open_uploads()))
        for upload in storage.mail_uploads.open_uploads():
            try:
                if upload.complete:
                    self._finish(upload.id)
                elif upload.expires_at < storage.database.now():
                    self.give_up(upload.id)
            except StorageError as error:
                _log.warning("%s stays unfinished: %s", upload.order.name, error)
        if storage.intake.pending() or storage.mail_pages.to_compare():
            self._wake()

    def policies(self) -> tuple[PolicyName, ...]:
        """Return the packs, adopted ones first, then those with the most cases."""
        adoption = self._services.policies.adoption
        adopted = frozenset(pack.id for pack in adoption.policies) if adoption else frozenset[str]()
        return tuple(sorted(ReviewService(self._services).policies(), key=lambda policy: policy.id not in adopted))

    def open_batch(self, order: BatchOrder, actor: str) -> MailBatch:
        """Open a batch."""
        self._admit(actor, order.policy)
        self._services.policies.adopted(order.policy)
        if order.received_at > self._services.storage.database.now():
            raise BatchOrderError("收件时间在将来", "请核对收件日期和时间")
        order = order.model_copy(update={"target_case": self._target(order)})
        storage = self._services.storage
        batch = MailBatch(
            id=f"mail-{secrets.token_hex(8)}", order=order, operator=actor, opened_at=storage.database.now()
        )
        storage.mail_batches.add(batch)
        # loading the models takes longer than choosing files
        self._wake()
        return batch

    def batches(self, limit: int, offset: int) -> tuple[BatchView, ...]:
        """Return batches, newest first."""
        found = self._services.storage.mail_batches.newest(limit, offset)
        return tuple(batch_view(self._services, self._readings, batch) for batch in found)

    def batch(self, batch_id: str) -> BatchView:
        """Return a batch as it is now."""
        return batch_view(self._services, self._readings, self._services.storage.mail_batches.get(batch_id))

    def count(self, batch_id: str, sheets: int, actor: str) -> None:
        """Say how many sheets were counted by hand."""
        self._open(batch_id)
        self._note(batch_id, "counted", actor, sheets)

    def explain(self, batch_id: str, reason: str, actor: str) -> None:
        """Give the reason of the present difference."""
        self._open(batch_id)
        difference = self.batch(batch_id).sheets.difference
        if not difference:
            raise BatchUnsettledError("张数没有差异，无需说明", "请刷新批次页面")
        if not reason.strip():
            raise BatchUnsettledError("没有写明差异的原因", "请写明原因后再保存")
        self._note(batch_id, "explained", actor, difference, reason.strip())

    def close_batch(self, batch_id: str, actor: str) -> None:
        """Close a batch that nothing keeps open."""
        with locked(mail_lock(self._services.settings.home)):
            self._open(batch_id)
            view = self.batch(batch_id)
            if view.obstacles:
                raise BatchUnsettledError(f"批次还不能关闭：{'；'.join(view.obstacles)}", "请处理后再关闭")
            self._note(batch_id, "closed", actor, view.sheets.received)

    def create_upload(self, order: UploadOrder, actor: str) -> Upload:
        """Begin to take a file in, or go on with the same one."""
        if order.size > MAX_FILE_BYTES:
            raise FileTooLargeError(
                f"{order.name} 有 {order.size / 2**20:.0f} MB，超过上限 {MAX_FILE_BYTES // 2**20} MB",
                "请分成几个文件，或以 300 dpi 以内的分辨率重新扫描",
            )
        storage = self._services.storage
        now = storage.database.now()
        with locked(mail_lock(self._services.settings.home)):
            batch = self._open(order.batch_id)
            self._admit(actor, batch.order.policy)
            self._check_replaced(order)
            upload = Upload(
                id=f"up-{secrets.token_hex(12)}",
                order=order,
                received=0,
                state=UploadState.OPEN,
                created_at=now,
                expires_at=now + UPLOAD_LIFE,
            )
            upload = storage.mail_uploads.create(upload, actor)
        return self._finish(upload.id) if upload.complete else upload

    def upload(self, upload_id: str) -> Upload:
        """Return an upload as it is now."""
        return self._services.storage.mail_uploads.get(upload_id)

    def append(self, upload_id: str, offset: int, piece: bytes, sha256: str | None = None) -> Upload:
        """Add a piece; the last one accepts or refuses the file."""
        _check_piece(piece, sha256)
        storage = self._services.storage
        with self._parts.held(upload_id):
            upload = storage.mail_uploads.get(upload_id)
            if upload.state is not UploadState.OPEN or offset != upload.received:
                raise UploadOffsetError(
                    f"{upload.order.name} 已收到 {upload.received} 字节，这一段却从 {offset} 开始", "请从已收到处继续"
                )
            if offset + len(piece) > upload.order.size:
                raise UploadRequestError(
                    f"{upload.order.name} 登记为 {upload.order.size} 字节，收到的更多", "请重新选择该文件上传"
                )
            if piece:
                self._parts.write(upload_id, offset, piece)
                expires = storage.database.now() + UPLOAD_LIFE
                upload = storage.mail_uploads.advance(upload, offset + len(piece), expires)
            return self._accept(upload) if upload.complete else upload

    def give_up(self, upload_id: str) -> None:
        """End an unfinished upload and forget its bytes."""
        with self._parts.held(upload_id):
            self._services.storage.mail_uploads.get(upload_id)
            self._services.storage.mail_uploads.settle(upload_id, UploadState.GIVEN_UP)
            self._parts.discard(upload_id)

    def page_picture(self, upload_id: str, page: int) -> PageImage:
        """Return a page of an accepted file."""
        upload = self.upload(upload_id)
        if not 1 <= page <= (upload.pages or 0):
            raise UnknownObjectError(f"{upload.order.name} 没有第 {page} 页", "请刷新页面")
        content, media_type = self._readings.picture(upload, page)
        return PageImage(content=content, media_type=media_type)

    def answer(self, subject: str, answer: SamePaper, case_number: str | None, actor: str) -> None:
        """Keep a person's answer about two papers; the same bytes for another case are added to it."""
        storage = self._services.storage
        scope, _, name = subject.partition(":")
        if answer is SamePaper.OTHER_CASE:
            case_number = storage.intake.case_row(case_number or "").number
        said = DuplicateAnswer(
            answer, actor, storage.database.now(), case_number if answer is SamePaper.OTHER_CASE else None
        )
        if scope == "pair" and name.isascii() and name.isdigit():
            storage.mail_pages.answer((None, storage.mail_pages.look_alike(int(name)).id), said)
            return
        upload = self.upload(name)
        if said.case_number is not None:
            add_elsewhere(self._services, upload, storage.mail_batches.get(upload.order.batch_id), said.case_number)
            self._wake()
        storage.mail_pages.answer((upload.id, None), said)

    def read_again(self, case_id: str) -> None:
        """Put a case whose reading failed back into the queue."""
        self._services.storage.mail_pages.end_reading(self._services.storage.intake.case_row(case_id).id, None)
        self._wake()

    def receipt(self, case: str) -> Receipt:
        """Return the receipt of a case; a scan that took the place of a page is not handed in twice."""
        storage, policies = self._services.storage, self._services.policies
        row = storage.intake.case_row(case)
        again = {r.new_sha256 for r in storage.mail_pages.replacements(row.id)}
        sides = {
            u.order.sha256: storage.mail_batches.get(u.order.batch_id).order.sides
            for u in storage.mail_uploads.of_case(row.id)
        }
        files = []
        for source in row.originals:
            if source.object.sha256 in again:
                continue
            pages, how = page_count(self._services, source), sides.get(source.object.sha256)
            sheets = None if how is None else sheets_of(pages, how)
            files.append(HandedIn(name=source.name, pages=pages, sheets=sheets))
        receipt = Receipt(
            case_number=row.number,
            policy_title=policies.adopted(row.policy).pack.title,
            firm=policies.adoption.adopter if policies.adoption else None,
            channel=row.channel,
            received_at=row.received_at,
            files=tuple(files),
            operators=storage.mail_batches.operators(row.id),
            code="",
        )
        code = SheetCode(sheet=SheetKind.RECEIPT, case_number=row.number, sheets=receipt.sheets)
        return receipt.model_copy(update={"code": write_code(code)})

    def sheet_pdf(self, code: SheetCode) -> bytes:
        """Return a cover or separator sheet as an A4 PDF."""
        if code.case_number is not None:
            self._services.storage.intake.case_row(code.case_number)
        return sheet_pdf(code)

    def _finish(self, upload_id: str) -> Upload:
        """Accept a complete upload whose last request did not come to its end."""
        with self._parts.held(upload_id):
            upload = self.upload(upload_id)
            return self._accept(upload) if upload.state is UploadState.OPEN and upload.complete else upload

    def _accept(self, upload: Upload) -> Upload:
        batch = self._services.storage.mail_batches.get(upload.order.batch_id)
        done = accept_upload(self._services, self._parts, upload, batch)
        if done.state is UploadState.ACCEPTED:
            self._wake()
        return done

    def _admit(self, actor: str, policy: str) -> None:
        refusal = self._guard(actor, policy)
        if refusal is not None:
            raise refusal

    def _target(self, order: BatchOrder) -> str | None:
        if order.files_are is not FilesAre.EXISTING:
            return None
        row = self._services.storage.intake.case_row((order.target_case or "").strip())
        if row.policy != order.policy:
            raise UnknownCaseError(f"案件 {row.number} 属于制度 {row.policy}，不是 {order.policy}", "请改选该案的制度")
        return row.number

    def _open(self, batch_id: str) -> MailBatch:
        """Return a batch that is still open."""
        batch = self._services.storage.mail_batches.get(batch_id)
        closed = next((n for n in self._services.storage.mail_batches.notes(batch_id) if n.kind == "closed"), None)
        if closed is not None:
            raise BatchClosedError(f"批次已由 {closed.actor} 关闭", "请新开一个批次，文件可加入已有案件")
        return batch

    def _note(self, batch_id: str, kind: NoteKind, actor: str, sheets: int, text: str | None = None) -> None:
        now = self._services.storage.database.now()
        self._services.storage.mail_batches.note(batch_id, MailNote(kind, actor, now, sheets, text))

    def _check_replaced(self, order: UploadOrder) -> None:
        old = order.replaces
        if old is None:
            return
        row = self._services.storage.intake.case_row(old.case_id)
        source = next((f.source for f in row.files if f.source.object.sha256 == old.sha256), None)
        if source is None or old.page > page_count(self._services, source):
            raise RescanError(f"案件 {row.number} 没有要替换的第 {old.page} 页", "请刷新批次页面后重试")
        if old.sha256 == order.sha256:
            raise RescanError("新扫描与原来的文件完全相同", "请把这一页重新放入扫描仪扫描")


def _check_piece(piece: bytes, sha256: str | None) -> None:
    if len(piece) > MAX_PIECE_BYTES:
        raise UploadRequestError(f"一段有 {len(piece)} 字节，超过上限 {MAX_PIECE_BYTES}", "请分成更小的段上传")
    got = hashlib.sha256(piece).hexdigest()
    if sha256 is not None and got != sha256:
        raise UploadChecksumError(f"这一段的 SHA-256 应为 {sha256}，实为 {got}", "该段未保存，请重传这一段")
