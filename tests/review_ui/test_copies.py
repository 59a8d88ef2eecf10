"""Copies over the pages: what is asked, what comes, and what the log and the case page say of it afterwards."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image

from domain.audit import AuditEvent, AuditFilter, Operation, Result
from domain.case import Case
from domain.copies import CopyOrder
from domain.errors import ObjectDamagedError
from domain.people import Role
from flows.copies_service import CopiesService
from flows.doctor import ALARMS, examine
from review_ui.app import create_app
from tests.domain.builders import NOW
from tests.outgoing.test_copies import assert_bare, everything, pictures
from tests.review_ui.desk_home import DeskHome, worked_home
from tests.review_ui.drawn import FORM_LINES, sheets
from tests.review_ui.people import MemoryAccounts, signed_in
from tests.storage.conftest import flip_byte, object_file

ASKED = {"requester": "某市法院 刘书记员", "reason": "民初12号调阅"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[DeskHome]:
    opened = worked_home(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def client(home: DeskHome) -> Iterator[TestClient]:
    app = create_app(replace(home.parts, audit=home.services.storage.audit), clock=home.clock)
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture
def case(home: DeskHome) -> Case:
    return home.review.case("EXM-2026-000001")


def address(case: Case, paper: int = 0) -> str:
    return f"/cases/{case.id}/documents/{case.documents[paper].id}/copies"


def offered(text: str) -> list[str]:
    return re.findall(r'name="box" value="([^"]+)" checked', text)


def handed(home: DeskHome) -> AuditEvent:
    """Return the newest entry of a copy."""
    return home.services.storage.audit.find(AuditFilter(operation=Operation.HAND_OUT), 1)[0].event


def is_copy(reply: Response, home: DeskHome) -> bool:
    """Return whether ``reply`` is a PDF to be saved whose hash stands in the log."""
    digest = hashlib.sha256(reply.content).hexdigest()
    return (
        reply.status_code == 200
        and reply.content.startswith(b"%PDF")
        and reply.headers["content-disposition"].startswith("attachment")
        and handed(home).details["sha256"] == digest
    )


def test_a_reading_copy_is_logged_and_listed_with_the_case(client: TestClient, home: DeskHome, case: Case) -> None:
    reply = client.post(f"{address(case)}/reading", data=ASKED)
    assert is_copy(reply, home)
    event = handed(home)
    assert (event.subject, event.reason) == (f"document:{case.documents[0].id}", ASKED["reason"])
    assert (event.details["copy"], event.details["requester"]) == ("reading", ASKED["requester"])
    text = client.get(f"/cases/{case.id}/file").text
    line = unescape(re.sub(r"<[^>]+>", " ", text[text.index('data-taken="reading"') :]))[:400]
    for said in (
        ASKED["requester"],
        ASKED["reason"],
        "阅览副本",
        "投诉申请登记表",
        hashlib.sha256(reply.content).hexdigest(),
    ):
        assert said in line
    with pymupdf.open("pdf", reply.content) as document:
        assert case.documents[0].source.object.sha256 in document.metadata["keywords"]


def test_every_original_can_be_had_as_a_reading_copy(client: TestClient, home: DeskHome, case: Case) -> None:
    sha256 = case.documents[1].source.object.sha256
    page = client.get(f"/archive/objects/{sha256}").text
    assert f'action="/cases/{case.id}/originals/{sha256}/copy"' in page
    assert is_copy(client.post(f"/cases/{case.id}/originals/{sha256}/copy", data=ASKED), home)
    assert handed(home).subject == f"object:{sha256}"
    manifest = next(
        o.sha256 for o in case.archive.objects if o.sha256 not in {d.source.object.sha256 for d in case.documents}
    )
    assert "copy-original" not in client.get(f"/archive/objects/{manifest}").text
    assert client.post(f"/cases/{case.id}/originals/{manifest}/copy", data=ASKED).status_code == 404


def test_a_redacted_copy_hides_what_is_ticked_and_shows_the_rest(
    client: TestClient, home: DeskHome, case: Case
) -> None:
    boxes = offered(client.get(address(case)).text)
    assert len(boxes) == 5
    drawn = "1,700,1600,900,1700"
    data = ASKED | {"revision": str(case.revision), "box": [*boxes[1:], drawn]}
    reply = client.post(f"{address(case)}/redacted", data=data)
    assert is_copy(reply, home)
    assert (handed(home).details["boxes"], handed(home).details["left_open"]) == (5, 1)
    assert_bare(reply.content, 1)
    (page,) = pictures(reply.content)
    for text in (*boxes[1:], drawn):
        _, x0, y0, x1, y1 = (round(float(v)) for v in text.split(","))
        assert page[y0 + 8 : y1 - 8, x0 + 8 : x1 - 8].max() <= 16
    with Image.open(io.BytesIO(sheets()[0].picture.content)) as image:
        original = np.asarray(image.convert("L")).astype(int)
    x0, y0, x1, y1 = (round(v) for v in sheets()[0].boxes["complaint_facts"])
    assert np.abs(page[y0:y1, x0:x1] - original[y0:y1, x0:x1]).mean() < 6, "what was not ticked is as it was"
    _, x0, y0, x1, y1 = (round(float(v)) for v in boxes[0].split(","))
    assert page[y0:y1, x0:x1].max() > 200, "what was unticked stays"
    held = everything(reply.content)
    for _, _, words in FORM_LINES:
        assert words.encode() not in held and words.encode("utf-16-be") not in held
    assert "登记表.png".encode("utf-16-be") not in held


def test_a_copy_is_refused_with_a_reason(client: TestClient, home: DeskHome, case: Case) -> None:
    url, before = address(case), len(home.services.storage.audit.find(AuditFilter(operation=Operation.HAND_OUT), 9))
    for missing in ({"reason": "调阅"}, {"requester": "法院"}, {"requester": "  ", "reason": "调阅"}):
        assert client.post(f"{url}/reading", data=missing).status_code == 422
    good = ASKED | {"revision": str(case.revision)}
    for box in ("1,nan,0,9,9", "1,0,0,9", "1,-1,0,9,9", "x"):
        assert client.post(f"{url}/redacted", data=good | {"box": [box]}).status_code == 422
    for box in ("2,0,0,9,9", "1,0,0,9999,9", "1,9,9,9,9", "1,20,20,10,30"):
        reply = client.post(f"{url}/redacted", data=good | {"box": [box]})
        assert reply.status_code == 400 and "不在第" in reply.text
    stale = client.post(f"{url}/redacted", data=ASKED | {"revision": str(case.revision - 1)})
    assert stale.status_code == 409
    assert client.post(f"/cases/{case.id}/documents/none/copies/reading", data=ASKED).status_code == 404
    assert len(home.services.storage.audit.find(AuditFilter(operation=Operation.HAND_OUT), 9)) == before


def test_no_copy_is_made_of_a_damaged_original(client: TestClient, home: DeskHome, case: Case) -> None:
    flip_byte(object_file(home.home, case.documents[0].source.object))
    reply = client.post(f"{address(case)}/reading", data=ASKED)
    assert reply.status_code == 500 and "已损坏" in reply.text
    audit = home.services.storage.audit
    assert audit.find(AuditFilter(operation=Operation.HAND_OUT), 1) == ()
    event = audit.find(AuditFilter(operation=Operation.DAMAGE_FOUND), 1)[0].event
    assert (event.result, event.details["requester"]) == (Result.REFUSED, ASKED["requester"])
    (line,) = examine(home.services.settings, (ALARMS,))
    assert case.documents[0].source.object.key in line.problem


def test_a_notice_is_listed_with_its_hash_and_a_damaged_one_raises_an_alarm(
    client: TestClient, home: DeskHome, case: Case
) -> None:
    client.post(f"/cases/{case.id}/notices", data={"kind": "receipt"})
    made = client.get(f"/cases/{case.id}/notices/0/pdf")
    text = client.get(f"/cases/{case.id}/file").text
    line = text[text.index('data-taken="copy"') :][:700]
    assert hashlib.sha256(made.content).hexdigest() in line and "文书 1" in line
    (notice,) = home.services.storage.desk.notices.of_case(case.id)
    flip_byte(object_file(home.home, notice.pdf.object))
    assert client.get(f"/cases/{case.id}/notices/0/pdf").status_code == 500
    assert len(home.services.storage.desk.deliveries.alarms()) == 1
    assert 'data-taken="broken"' in client.get(f"/cases/{case.id}/file").text


def test_the_original_stays_as_it_was(client: TestClient, home: DeskHome, case: Case) -> None:
    files = {f: f.read_bytes() for f in (home.home / "objects").rglob("*") if f.is_file()}
    boxes = offered(client.get(address(case)).text)
    client.post(f"{address(case)}/redacted", data=ASKED | {"revision": str(case.revision), "box": boxes})
    client.post(f"{address(case)}/reading", data=ASKED)
    assert {f: f.read_bytes() for f in (home.home / "objects").rglob("*") if f.is_file()} == files
    assert home.services.storage.fixity.verify_archive() == ()


def test_a_document_of_two_files_names_the_original_of_each_page(home: DeskHome, case: Case) -> None:
    first, second = case.documents[0], case.documents[1]
    more = second.pages[0].model_copy(update={"number": 2, "source": second.source})
    joined = first.model_copy(update={"pages": (*first.pages, more)})
    changed = case.model_copy(update={"documents": (joined, case.documents[2]), "revision": case.revision + 1})
    home.services.storage.cases.save_case(changed, "merge", case.revision)
    copies, order = CopiesService(home.services, home.review), CopyOrder(**ASKED, at=NOW)
    digests = [first.source.object.sha256, second.source.object.sha256]
    made = copies.reading_copy(case.id, first.id, order)
    with pymupdf.open("pdf", made.content) as document:
        assert len(document) == 2
        assert re.findall(r"sha256:(\w{64})", document.metadata["keywords"]) == digests
    assert [len(page.places) > 0 for page in copies.pages(case.id, first.id)] == [True, True]
    flip_byte(object_file(home.home, second.source.object))
    with pytest.raises(ObjectDamagedError):
        copies.redacted_copy(case.id, first.id, order, ())
    (alarm,) = home.services.storage.desk.deliveries.alarms()
    assert alarm.object_key == second.source.object.key


def test_an_original_is_copied_with_pages_that_no_document_has(home: DeskHome, case: Case) -> None:
    out = io.BytesIO()
    pages = [Image.new("L", (600, 800), tone) for tone in (255, 40, 200)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], dpi=(100, 100))
    kept = home.services.storage.objects.put(out.getvalue(), "image/tiff")
    page = case.documents[1].pages[0].model_copy(update={"source_page": 2, "width": 600, "height": 800, "dpi": 100.0})
    source = case.documents[1].source.model_copy(update={"object": kept})
    paper = case.documents[1].model_copy(update={"source": source, "pages": (page,)})
    changed = case.model_copy(update={"documents": (case.documents[0], paper), "revision": case.revision + 1})
    home.services.storage.cases.save_case(changed, "split", case.revision)
    made = CopiesService(home.services, home.review).file_copy(case.id, kept.sha256, CopyOrder(**ASKED, at=NOW))
    assert_bare(made.content, 3)
    assert [round(float(np.median(p[:800])), -1) for p in pictures(made.content)] == [260, 40, 200]


def test_pages_that_were_not_read_say_so(home: DeskHome, client: TestClient, case: Case) -> None:
    fresh = home.services.storage.objects.put(sheets()[1].picture.content + b"never read", "image/png")
    paper = case.documents[1]
    source = paper.source.model_copy(update={"object": fresh})
    documents = (case.documents[0], paper.model_copy(update={"source": source}), case.documents[2])
    changed = case.model_copy(update={"documents": documents, "revision": case.revision + 1})
    home.services.storage.cases.save_case(changed, "turn", case.revision)
    (page,) = CopiesService(home.services, home.review).pages(case.id, paper.id)
    assert page.unread
    assert "没有识读结果" in client.get(address(case, 1)).text


def test_a_case_that_names_the_person_has_no_copies(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, *Role, name="业务员")
    paths = ("documents/doc/copies/reading", "documents/doc/copies/redacted", f"originals/{'a' * 64}/copy")
    assert visitors.get("/cases/case-1/documents/doc/copies").status_code == 404
    for path in paths:
        assert visitors.post(f"/cases/case-1/{path}", data=ASKED).status_code == 404


def test_copies_need_a_token_of_the_page(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, Role.ARCHIVIST)
    del visitors.headers["X-CSRF-Token"]
    reply = visitors.post("/cases/case-2/documents/doc/copies/reading", data=ASKED)
    assert reply.status_code == 403 and "页面已经过期" in reply.text
