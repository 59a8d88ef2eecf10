"""What the pages show."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from domain.fields import FIELDS
from domain.vocabulary import (
    CaseStatus,
    Channel,
    ComplainantType,
    DispositionValue,
    DocumentKind,
    MaterialStatus,
    MissingReason,
    SignalCode,
)
from review_ui import texts
from review_ui.backend import QueueFilter
from tests.review_ui.drawn import HEIGHT, WIDTH, sheets
from tests.review_ui.memory_backend import MemoryBackend


def order(text: str, *parts: str) -> bool:
    places = [text.index(p) for p in parts]
    return places == sorted(places)


def test_the_queue_puts_possible_major_first_and_names_failures(client: TestClient) -> None:
    text = client.get("/").text
    assert order(text, "EXM-2026-000001", "EXM-2026-000002", "扫描0007.pdf", "请取得密码后重新导入")
    assert "可能重大" in text
    assert "剩9天" in text
    assert texts.LOOPBACK_BANNER in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("reason=mismatch", {"EXM-2026-000001"}), ("reason=page_quality", {"EXM-2026-000002"}), ("status=filed", set())],
)
def test_the_queue_filters(client: TestClient, query: str, shown: set[str]) -> None:
    text = client.get(f"/?{query}").text
    assert set(re.findall(r'data-number="([^"]+)"', text)) == shown


def test_a_case_answered_in_part_stays_in_the_queue(client: TestClient, cases: MemoryBackend) -> None:
    subject = cases.case("case-2").review[0].subject
    data = {"subject": subject, "action": "accept", "expected_revision": "1"}
    assert client.post("/cases/case-2/decisions", data=data).status_code == 200
    assert "EXM-2026-000002" in {e.number for e in cases.queue(QueueFilter())}
    assert "无疑问，可办结" in client.get("/").text


def test_doubtful_fields_come_first_with_their_reasons(client: TestClient) -> None:
    text = unescape(client.get("/cases/EXM-2026-000001").text)
    assert order(
        text,
        'data-field="complainant_name"',
        'data-field="complainant_id_no"',
        'id="verdicts"',
        'data-field="complaint_date"',
    )
    assert "身份证校验码应为9，读到3" in text
    assert "欧阳朋月" in text
    assert "投诉书第1页" in text
    assert "78%" in text


def test_every_field_can_be_filled(client: TestClient) -> None:
    shown = re.findall(r'data-field="([^"]+)"', client.get("/cases/case-1").text)
    assert sorted(shown) == sorted(FIELDS)


def test_every_question_can_be_answered(client: TestClient, cases: MemoryBackend) -> None:
    for case_id in ("case-1", "case-2"):
        text = client.get(f"/cases/{case_id}").text
        for reason in cases.case(case_id).review:
            assert f'data-subject="{reason.subject}"' in text, reason.subject


def test_hostile_words_stay_words(client: TestClient, cases: MemoryBackend) -> None:
    hostile = "<script>alert(1)</script>\"'"
    data = {"subject": "field:complaint_facts", "action": "accept", "value": hostile, "expected_revision": "1"}
    text = client.post("/cases/case-1/decisions", data=data).text
    assert "<script>alert" not in text
    assert hostile in unescape(text)


def test_nothing_comes_from_elsewhere_and_no_script_stands_in_the_page(client: TestClient) -> None:
    for url in ("/", "/cases", "/cases/case-1", "/cases/none"):
        text = client.get(url).text
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"\son\w+=|\sstyle=|<style", text)


def test_ids_are_unique(client: TestClient) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get("/cases/case-1").text)
    assert len(ids) == len(set(ids))


def test_every_label_and_reference_points_to_something(client: TestClient) -> None:
    text = client.get("/cases/case-1").text
    ids = set(re.findall(r'\sid="([^"]+)"', text))
    wanted = re.findall(r'\s(?:for|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"', text)
    assert {w for w in wanted if w not in ids} == set()


def test_pages_and_thumbnails(client: TestClient) -> None:
    form = sheets()[0]
    url = f"/cases/case-1/documents/{form.id}/pages/1"
    page = client.get(url)
    assert Image.open(BytesIO(page.content)).size == (WIDTH, HEIGHT)
    assert client.get(url, headers={"If-None-Match": page.headers["etag"]}).status_code == 304
    assert Image.open(BytesIO(client.get(f"{url}?width=120").content)).width == 120
    assert client.get(f"/cases/case-1/documents/{form.id}/pages/9").status_code == 404
    assert client.get("/cases/case-1/documents/none/pages/1").status_code == 404


def test_the_original_is_a_download_with_its_name(client: TestClient) -> None:
    form = sheets()[0]
    reply = client.get(f"/cases/case-1/documents/{form.id}/original")
    assert reply.content == form.picture.content
    assert reply.headers["content-disposition"].startswith("attachment; filename*=UTF-8''01_%E7%99%BB")
    assert "sandbox" in reply.headers["content-security-policy"]


def test_errors_are_pages_with_a_next_step(client: TestClient) -> None:
    reply = client.get("/cases/none")
    assert reply.status_code == 404
    assert "没有案件 none" in reply.text
    assert "请核对编号" in reply.text
    assert client.get("/no-such-page").status_code == 404


def test_every_word_of_the_vocabulary_has_a_chinese_name() -> None:
    pairs = (
        (CaseStatus, texts.CASE_STATUS),
        (Channel, texts.CHANNEL),
        (DispositionValue, texts.DISPOSITION),
        (MaterialStatus, texts.MATERIAL_STATUS),
        (ComplainantType, texts.COMPLAINANT_TYPE),
        (MissingReason, texts.MISSING_REASON),
        (SignalCode, texts.SIGNAL),
        (DocumentKind, texts.DOCUMENT_KIND),
    )
    for kinds, names in pairs:
        assert set(names) == set(kinds)
