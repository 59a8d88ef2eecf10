"""The upload protocol and the mailroom's pages over HTTP."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from domain.audit import AuditFilter
from domain.mailroom import MAX_FILE_BYTES, MAX_PIECE_BYTES, MailBatch
from flows.look_alikes import compare_due
from flows.mailroom_service import MailroomService
from flows.queue_service import QueueService
from flows.review_service import ReviewService
from flows.wiring import Services
from review_ui.app import create_app
from review_ui.parts import Parts
from storage.rows import PageText
from tests.flows.mailroom import batch_in, open_home, picture, send, service_over
from tests.review_ui.mailroom_site import mailroom_app
from tests.storage.conftest import case_of

PIECE = {"Content-Type": "application/offset+octet-stream", "Tus-Resumable": "1.0.0"}


@pytest.fixture
def mailroom(tmp_path: Path) -> Iterator[tuple[TestClient, MailroomService]]:
    app, services, service = mailroom_app(tmp_path / "home")
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client, service
    services.close()


def metadata(**said: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def creation(batch: str, content: bytes, **more: str) -> dict[str, str]:
    said = {"filename": "来信.png", "batch": batch, "sha256": hashlib.sha256(content).hexdigest(), **more}
    return {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content)), "Upload-Metadata": metadata(**said)}


def test_tus_from_creation_to_receipt(mailroom: tuple[TestClient, MailroomService]) -> None:
    client, service = mailroom
    content = picture()
    told = client.options("/mailroom/uploads")
    assert told.headers["tus-extension"] == "creation,checksum,expiration,termination"
    assert int(told.headers["tus-max-size"]) == MAX_FILE_BYTES
    begun = client.post("/mailroom/uploads", headers=creation(batch_in(service).id, content))
    assert (begun.status_code, begun.headers["tus-resumable"]) == (201, "1.0.0")
    url = begun.headers["location"]
    digest = base64.b64encode(hashlib.sha256(content[:50]).digest()).decode()
    first = client.patch(
        url, content=content[:50], headers={**PIECE, "Upload-Offset": "0", "Upload-Checksum": f"sha256 {digest}"}
    )
    assert (first.status_code, first.headers["upload-offset"]) == (204, "50")
    asked = client.head(url)
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("50", str(len(content)))
    assert asked.headers["cache-control"] == "no-store" and asked.headers["upload-expires"].endswith("GMT")
    last = client.patch(url, content=content[50:], headers={**PIECE, "Upload-Offset": "50"})
    assert last.status_code == 204
    assert (first.headers["upload-state"], "upload-case" in first.headers) == ("open", False)
    assert (last.headers["upload-state"], last.headers["upload-case"]) == ("accepted", "EXM-2026-000001")
    upload = client.get(url).json()
    assert (upload["state"], upload["case_number"]) == ("accepted", "EXM-2026-000001")
    receipt = client.get(f"/mailroom/receipts/{upload['case_number']}")
    assert "JZ1.R.EXM-2026-000001.1." in receipt.text and "<svg" in receipt.text and "style=" not in receipt.text


@pytest.mark.parametrize(
    ("headers", "content", "status", "error"),
    [
        ({"Upload-Offset": "7"}, b"x", 409, "UploadOffsetError"),
        ({"Upload-Offset": "0", "Upload-Checksum": "sha256 " + "A" * 43 + "="}, b"x", 460, "UploadChecksumError"),
        ({"Upload-Offset": "0", "Upload-Checksum": "md5 AAAA"}, b"x", 400, "UploadRequestError"),
        ({"Upload-Offset": "zero"}, b"x", 400, "UploadRequestError"),
        ({"Upload-Offset": "0", "Content-Type": "text/plain"}, b"x", 400, "UploadRequestError"),
        ({"Upload-Offset": "0"}, b"x" * (MAX_PIECE_BYTES + 1), 400, "UploadRequestError"),
    ],
)
def test_a_wrong_piece_is_refused_with_reason(
    mailroom: tuple[TestClient, MailroomService], headers: dict[str, str], content: bytes, status: int, error: str
) -> None:
    client, service = mailroom
    url = client.post("/mailroom/uploads", headers=creation(batch_in(service).id, picture())).headers["location"]
    answer = client.patch(url, content=content, headers={**PIECE, **headers})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["fact"] and answer.json()["next_step"]
    assert client.head(url).headers["upload-offset"] == "0"


def test_wrong_creations_are_refused_with_reason(mailroom: tuple[TestClient, MailroomService]) -> None:
    client, service = mailroom
    batch = batch_in(service).id
    good = creation(batch, b"x")
    for change, status in (
        ({"Upload-Length": "much"}, 400),
        ({"Upload-Length": str(MAX_FILE_BYTES + 1)}, 413),
        ({"Upload-Metadata": "filename ???"}, 400),
        ({"Upload-Metadata": metadata(filename="a.pdf", batch=batch)}, 400),
        ({"Upload-Metadata": creation(batch, b"x", replaces="case-1 zz 0")["Upload-Metadata"]}, 400),
        ({"Upload-Metadata": creation("mail-none", b"x")["Upload-Metadata"]}, 404),
    ):
        answer = client.post("/mailroom/uploads", headers={**good, **change})
        assert answer.status_code == status, answer.text
        assert answer.json()["next_step"]


def test_a_name_is_no_path(mailroom: tuple[TestClient, MailroomService]) -> None:
    client, service = mailroom
    content = picture()
    headers = creation(batch_in(service).id, content, filename="..\\..\\etc/../信.png")
    url = client.post("/mailroom/uploads", headers=headers).headers["location"]
    assert client.get(url).json()["order"]["name"] == "信.png"


def test_giving_up_forgets_the_bytes(mailroom: tuple[TestClient, MailroomService]) -> None:
    client, service = mailroom
    batch = batch_in(service)
    url = client.post("/mailroom/uploads", headers=creation(batch.id, picture())).headers["location"]
    assert client.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 204
    assert service.batch(batch.id).files == ()
    assert client.get("/mailroom/uploads/up-none").status_code == 404


def test_a_batch_from_the_form_to_its_close(mailroom: tuple[TestClient, MailroomService]) -> None:
    client, _ = mailroom
    form = {"policy": "exchange-member", "channel": "fax", "received": "2026-11-20T09:30", "sheets": "0"}
    opened = client.post("/mailroom/batches", data=form, follow_redirects=False)
    url = opened.headers["location"]
    assert opened.status_code == 303 and "2026-11-20 09:30" in client.get(url).text
    closed = client.post(f"{url}/close")
    assert closed.status_code == 200 and "批次已由" in closed.text
    assert client.post(f"{url}/count", data={"sheets": "1"}).status_code == 400
    assert "已关闭" in client.get("/mailroom").text
    for wrong in ({"sheets": "三"}, {"received": "2099-01-01T00:00"}):
        assert client.post("/mailroom/batches", data={**form, **wrong}).status_code == 400


def test_names_are_escaped(mailroom: tuple[TestClient, MailroomService]) -> None:
    client, service = mailroom
    batch = batch_in(service)
    send(service, batch, picture(), "<img src=x>.png")
    page = client.get(f"/mailroom/batches/{batch.id}").text
    assert "<img src=x>" not in page and "&lt;img src=x&gt;" in page


def test_sheets_are_printed_as_page_and_pdf(mailroom: tuple[TestClient, MailroomService]) -> None:
    client, service = mailroom
    number = send(service, batch_in(service), picture()).case_number
    for path in (f"cover?case={number}&kind=complaint_letter&sheets=3", "document?kind=", "case?prefix=exm"):
        page = client.get(f"/mailroom/sheets/{path}")
        assert page.status_code == 200 and page.text.count("<svg") == 2 and "style=" not in page.text
        pdf = client.get("/mailroom/sheets/" + path.replace("?", ".pdf?"))
        assert pdf.headers["content-type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    for wrong in (f"cover?case={quote('案')}", "cover?case=EXM-1&sheets=x", "case?prefix=A-B", "cover"):
        assert client.get(f"/mailroom/sheets/{wrong}").status_code == 404, wrong
    assert client.get("/mailroom/sheets/cover.pdf?case=EXM-2026-000099").status_code == 404
    assert client.get("/mailroom/receipts/EXM-2026-000099").status_code == 404


def test_papers_that_look_alike_are_seen_by_who_takes_papers_in(tmp_path: Path) -> None:
    services = open_home(tmp_path / "home")
    service = service_over(services)
    batches = [look_alike_in(services, service) for _ in range(2)]
    (pair,) = service.batch(batches[1].id).duplicates
    review = ReviewService(services)
    parts = Parts(review=review, queue=QueueService(services), audit=services.storage.audit, mailroom=service)
    with TestClient(create_app(parts), base_url="http://127.0.0.1:8765") as client:
        text = client.get(f"/mailroom/batches/{batches[1].id}/state").text
        urls = re.findall(r'<img src="(/mailroom/batches/[^"]+/pairs/[^"]+)"', text)
        assert [url.rpartition("/")[2] for url in urls] == ["mine", "other"]
        assert [client.get(url).headers["content-type"] for url in urls] == ["image/jpeg", "image/jpeg"]
        assert client.get(urls[1].replace(batches[1].id, batches[0].id)).status_code == 404
        assert client.get(f"/mailroom/batches/{batches[1].id}/pairs/pair:99/other").status_code == 404
    assert pair.other.case_id in {e.event.case_id for e in services.storage.audit.entries(AuditFilter())}
    services.close()


def look_alike_in(services: Services, service: MailroomService) -> MailBatch:
    """Take in a letter whose words are those of the one before."""
    batch = batch_in(service)
    upload = send(service, batch, picture())
    row = services.storage.intake.case_row(upload.case_id or "")
    case = case_of(row)
    words = (
        "本人于今年九月在贵公司开户，业务员承诺保本保息，随后多次代客操作，"
        "账户至十月底亏损四十八万余元，客服电话无人接听，要求查清责任并书面答复。"
    )
    texts = tuple(PageText(d.id, 1, words) for d in case.documents)
    services.storage.cases.save_case(case, "assembled", None, (), texts)
    compare_due(services)
    return batch
