"""``archive fetch --copy``: copies of papers from a terminal, and the log entries of everything taken there."""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from domain.audit import AuditEvent, Detail, Operation, document_subject
from domain.case import Case
from domain.copies import CopyKind, CopyOrder
from domain.documents import Document, SourceFile
from domain.errors import ConfigurationError
from domain.redaction import HiddenBox
from flows.copies_service import CopiesService
from flows.review_service import ReviewService
from flows.settings import load_settings
from flows.wiring import Services, open_services
from flows.writing import terminal_user, write_new
from outgoing.errors import CopyRefusedError
from review_ui.backend import OriginalFile
from storage import CaseRow
from storage.errors import OutputExistsError


class Asked(NamedTuple):
    """Who takes something, and what for; "" when it was not said."""

    requester: str = ""
    reason: str = ""


def fetch_copies(number: str, wanted: str, asked: Asked, out: Path) -> None:
    """Write a copy of every paper of a case into the folder ``out``; each one is logged before it is written.

    A redacted copy has every place of personal data blackened that masking knows; boxes by hand are drawn on the pages.

    Args:
        number: of the case.
        wanted: ``reading`` or ``redacted``.
        asked: who takes it, and what for.
        out: where to.

    Raises:
        ConfigurationError: requester or reason is missing or too long.
        CopyRefusedError: a page was not read, so that its personal data are not known; nothing was written.
        UnknownCaseError, OutputExistsError, StorageError, InputFileError: as named.
    """
    kind, order = CopyKind(wanted), _order(asked)
    services = open_services(load_settings())
    try:
        review = ReviewService(services)
        copies, case = CopiesService(services, review), review.case(number)
        papers = [document for document in case.documents if document.pages]
        boxes = {d.id: _boxes(copies, case, d) for d in papers} if kind is CopyKind.REDACTED else {}
        for document in papers:
            if kind is CopyKind.REDACTED:
                made = copies.redacted_copy(case.id, document.id, order, boxes[document.id])
            else:
                made = copies.reading_copy(case.id, document.id, order)
            _hand_out(services, _event(case, document, kind, order), made, out)
        if kind is CopyKind.REDACTED:
            sys.stderr.write("没有字段记录的姓名、住址不会自动涂黑，交出前请逐页查看。\n")
    finally:
        services.close()


def note_original(services: Services, row: CaseRow | None, source: SourceFile, asked: Asked) -> None:
    """Write that an original is taken at the terminal.

    Args:
        services: the parts.
        row: its case, ``None`` when a single object was named.
        source: the original.
        asked: who takes it, as far as it was said.
    """
    details: dict[str, Detail] = {"sha256": source.object.sha256}
    if asked.requester:
        details["requester"] = asked.requester
    event = AuditEvent(
        at=datetime.now(UTC),
        actor=terminal_user(),
        operation=Operation.DOWNLOAD_ORIGINAL if row is not None else Operation.DOWNLOAD_COPY,
        case_id=row.id if row is not None else None,
        case_number=row.number if row is not None else None,
        subject=f"object:{source.object.sha256}",
        reason=asked.reason or None,
        details=details,
    )
    services.storage.audit.record(event)


def _order(asked: Asked) -> CopyOrder:
    try:
        return CopyOrder(requester=asked.requester, reason=asked.reason, at=datetime.now(UTC))
    except ValidationError as error:
        raise ConfigurationError(
            "副本须写明取件人（--for，最多 40 字）与事由（--reason，最多 80 字）", "请补上后重试"
        ) from error


def _boxes(copies: CopiesService, case: Case, document: Document) -> tuple[HiddenBox, ...]:
    pages = copies.pages(case.id, document.id)
    for page in pages:
        if page.unread:
            raise CopyRefusedError(
                f"{document.source.name} 第 {page.number} 页没有识读结果，不知道个人信息在哪里",
                "请在网页的案卷中打开“涂黑副本”，逐处涂黑",
            )
    return tuple(HiddenBox(page=place.page, bbox=place.bbox) for page in pages for place in page.places)


def _event(case: Case, document: Document, kind: CopyKind, order: CopyOrder) -> AuditEvent:
    return AuditEvent(
        at=order.at,
        actor=terminal_user(),
        operation=Operation.HAND_OUT,
        case_id=case.id,
        case_number=case.number,
        subject=document_subject(document.id),
        reason=order.reason,
        details={"copy": kind.value, "requester": order.requester},
    )


def _hand_out(services: Services, event: AuditEvent, made: OriginalFile, out: Path) -> None:
    target = out / made.name
    if target.exists():
        raise OutputExistsError(f"{target} 已存在，没有覆盖", "请换一个文件夹，或先移走旧文件")
    digest = hashlib.sha256(made.content).hexdigest()
    services.storage.audit.record(event.model_copy(update={"details": {**event.details, "sha256": digest}}))
    write_new(target, made.content)
