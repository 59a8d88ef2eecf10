"""The mailroom's service over a home of its own, small files with known bytes, and a reader that need not read."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from domain.documents import Page, PageQuality, ReadPage
from domain.mailroom import (
    BatchOrder,
    FilesAre,
    IntakeGuard,
    MailBatch,
    PageRef,
    Sides,
    Upload,
    UploadOrder,
    admit_everybody,
)
from domain.marks import PageMarks, PageReading
from domain.ocr import OcrPage
from domain.vocabulary import Channel
from flows.mailroom_service import MailroomService
from flows.settings import load_settings
from flows.stages import read_producer
from flows.wiring import Services, open_services
from tests.flows.conftest import ADOPTION, POLICY

RECEIVED = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_serial = itertools.count(1)


def open_home(home: Path) -> Services:
    return open_services(load_settings(ADOPTION).model_copy(update={"home": home}))


def service_over(services: Services, guard: IntakeGuard = admit_everybody) -> MailroomService:
    return MailroomService(services, lambda: None, guard)


def picture(pages: int = 1) -> bytes:
    """A small picture file that no other call has made."""
    sheets = []
    for _ in range(pages):
        serial = next(_serial)
        sheet = Image.new("RGB", (60, 80), "white")
        sheet.putpixel((serial % 60, serial // 60 % 80), (serial % 256, 0, 0))
        sheets.append(sheet)
    out = io.BytesIO()
    if pages == 1:
        sheets[0].save(out, "PNG")
    else:
        sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def batch_in(
    service: MailroomService,
    files_are: FilesAre = FilesAre.ONE_CASE,
    target: str | None = None,
    sides: Sides = Sides.ONE,
    sheets: int | None = None,
) -> MailBatch:
    order = BatchOrder(
        policy=POLICY,
        channel=Channel.LETTER,
        received_at=RECEIVED,
        files_are=files_are,
        target_case=target,
        sides=sides,
        expected_sheets=sheets,
    )
    return service.open_batch(order, "收发员")


def begin(
    service: MailroomService, batch: MailBatch, content: bytes, name: str = "来信.png", replaces: PageRef | None = None
) -> Upload:
    order = UploadOrder(
        batch_id=batch.id,
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        replaces=replaces,
    )
    return service.create_upload(order, "收发员")


def send(
    service: MailroomService, batch: MailBatch, content: bytes, name: str = "来信.png", replaces: PageRef | None = None
) -> Upload:
    upload = begin(service, batch, content, name, replaces)
    return service.append(upload.id, 0, content) if content else upload


def say_read(
    services: Services, upload: Upload, number: int, *problems: str, usable: bool = True, blank: bool = False
) -> None:
    """Keep a reading of a page, as the reading process would."""
    page = Page(
        number=number,
        source_page=number,
        width=60,
        height=80,
        blank=blank,
        quality=PageQuality(sharpness=0.5, contrast=0.5, usable=usable, problems=problems),
    )
    text = OcrPage(number=number, width=60, height=80, lines=(), producer="test/1")
    reading = PageReading(read=ReadPage(page=page, text=text), marks=PageMarks(producer="test/1"))
    payload = b'{"reading":' + reading.model_dump_json().encode() + b"}"
    services.storage.stages.put_stage(f"{upload.order.sha256}#{number}", "read", read_producer(services), payload)


def say_failed(services: Services, upload: Upload, number: int) -> None:
    told = {"error": "DamagedImageError", "reason": "图像数据不完整", "next_step": "请重新扫描"}
    payload = json.dumps({"failure": told}, ensure_ascii=False).encode()
    services.storage.stages.put_stage(f"{upload.order.sha256}#{number}", "read", read_producer(services), payload)
