"""No page, picture or answer tells a protected value before somebody said why it is needed; and all of it is logged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image, ImageChops, ImageStat

from domain.audit import REVEAL_LASTS, VIEW_LASTS, AuditFilter
from domain.case import MismatchValue
from domain.evidence import FieldValue
from domain.people import Role
from review_ui.app import create_app
from review_ui.parts import Parts
from storage.audit_log import AuditLog
from tests.domain.builders import NOW
from tests.review_ui.audited import FullAudit, acts, audit_in
from tests.review_ui.drawn import CHOICES, POLICY, RIGHT_ID, WRONG_ID, backend, doubtful_case, sheets
from tests.review_ui.memory_backend import MemoryBackend
from tests.review_ui.memory_desk import MemoryDesk
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.memory_typing import MemoryTyping, drawn_line
from tests.review_ui.people import MemoryAccounts, signed_in

MOBILE, ADDRESS, ACCOUNT = "13800138000", "云州市青林区柏树街12号", "880012345678"
SECRETS = (WRONG_ID, RIGHT_ID, MOBILE, ADDRESS, ACCOUNT, "柏树街")


class Now:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.moment


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[AuditLog]:
    yield audit_in(tmp_path)


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def guarded(cases: MemoryBackend, audit: AuditLog, now: Now) -> Iterator[TestClient]:
    app = create_app(Parts(review=cases, queue=MemoryQueue(cases), audit=audit, desk=MemoryDesk(cases)), clock=now)
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


def decide(client: TestClient, subject: str, action: str, revision: int, **more: str):  # type: ignore[no-untyped-def]
    data = {"subject": subject, "action": action, "expected_revision": str(revision), **more}
    return client.post("/cases/case-1/decisions", data=data, headers={"HX-Request": "true"})


def reveal(client: TestClient, subject: str, case: str = "case-1"):  # type: ignore[no-untyped-def]
    data = {"subject": subject, "reason": "review"}
    return client.post(f"/cases/{case}/reveals", data=data, headers={"X-Part": "row"})


def leaks(text: str) -> list[str]:
    plain = unescape(text)
    return [s for s in SECRETS if s in plain]


PAGES = (
    "/",
    "/cases",
    "/cases/case-1",
    "/cases/case-2",
    "/archive?q=欧阳",
    "/archive?q=8000",
    "/archive?q=110105",
    "/archive?q=8800",
    "/audit",
    "/audit/export.csv",
    "/cases/case-1/reveal?subject=case",
    "/api/v1/queue",
    "/api/v1/cases/case-1/documents",
    "/api/v1/search?q=8000",
    "/api/v1/cases/case-1",
)


@pytest.mark.parametrize("url", PAGES)
def test_no_page_tells(guarded: TestClient, url: str) -> None:
    reply = guarded.get(url)
    assert reply.status_code == 200
    assert leaks(reply.text) == []


def test_the_pages_without_a_mask_would_tell(client: TestClient) -> None:
    assert set(leaks(client.get("/cases/case-1").text)) == set(SECRETS)


def test_answers_do_not_tell(guarded: TestClient, cases: MemoryBackend) -> None:
    assert leaks(decide(guarded, "field:complainant_name", "accept", 1, value="欧阳明月").text) == []
    assert leaks(decide(guarded, "field:complainant_name", "accept", 1, value="别人").text) == []
    text = decide(guarded, "field:complainant_mobile", "accept", 2, value="13900139000").text
    assert "13900139000" not in text and leaks(text) == []
    facts = f"电话 {MOBILE}，证件 {RIGHT_ID}，住{ADDRESS}。"
    assert leaks(decide(guarded, "field:complaint_facts", "accept", 3, value=facts).text) == []
    assert leaks(decide(guarded, "case", "comment", 4, comment=f"已拨打{MOBILE}，住 {ADDRESS}").text) == []
    new = {"expected_revision": 5, "actor": "周敏", "action": "accept", "subject": "field:complainant_address"}
    assert leaks(guarded.post("/api/v1/cases/case-1/decisions", json=new).text) == []
    assert cases.case("case-1").revision == 6
    for url in PAGES:
        assert leaks(guarded.get(url).text) == []


def test_contradicting_and_candidate_values_are_masked(guarded: TestClient, cases: MemoryBackend) -> None:
    case = cases.case("case-1")
    form, letter, _ = sheets()
    values = (
        MismatchValue(value=MOBILE, document_id=form.id, page=1),
        MismatchValue(value="13900139111", document_id=letter.id, page=1),
    )
    mismatch = case.mismatches[0].model_copy(update={"field": "complainant_mobile", "values": values})
    message = f"手机号码在不同材料中不一致：{MOBILE}、13900139111。"
    asked = case.review[0].model_copy(update={"subject": "field:complainant_mobile", "message": message})
    short = case.review[2].model_copy(
        update={"subject": "field:complainant_address", "message": "联系地址“云州市青林区柏树街…”的把握不足"}
    )
    changed = case.model_copy(update={"mismatches": (mismatch,), "review": (asked, short)})
    cases._cases[case.id] = changed
    for url in PAGES:
        text = guarded.get(url).text
        assert leaks(text) == []
        assert "13900139111" not in text


def test_a_revealed_field_is_shown_to_this_person_in_this_case_for_a_while(
    guarded: TestClient, audit: AuditLog, now: Now
) -> None:
    row = reveal(guarded, "field:complainant_mobile")
    assert row.status_code == 200
    assert f'data-saved="{MOBILE}"' in row.text and "data-masked" not in row.text
    assert leaks(guarded.get("/cases/case-1").text) == [MOBILE]
    assert leaks(guarded.get("/cases/case-2").text) == []
    assert leaks(guarded.get("/").text) == leaks(guarded.get("/archive?q=8000").text) == []
    now.moment = NOW + REVEAL_LASTS - timedelta(seconds=1)
    assert leaks(guarded.get("/cases/case-1").text) == [MOBILE]
    now.moment = NOW + REVEAL_LASTS
    assert leaks(guarded.get("/cases/case-1").text) == []
    entry = next(e.event for e in audit.entries(AuditFilter()) if e.event.operation == "reveal_field")
    assert (entry.subject, entry.reason, entry.case_number) == ("field:complainant_mobile", "review", "EXM-2026-000001")


def test_what_one_person_revealed_stays_masked_for_another(people_app: FastAPI, accounts: MemoryAccounts) -> None:
    with (
        TestClient(people_app, base_url="http://127.0.0.1:8765") as first,
        TestClient(people_app, base_url="http://127.0.0.1:8765") as second,
    ):
        for client in (first, second):
            signed_in(client, accounts, Role.REVIEWER)
        token = re.search(r'name="csrf-token" content="([^"]+)"', first.get("/cases/case-1").text)
        assert token
        data = {"subject": "field:complainant_mobile", "reason": "review", "csrf": token[1]}
        assert first.post("/cases/case-1/reveals", data=data, headers={"X-Part": "row"}).status_code == 200
        assert leaks(first.get("/cases/case-1").text) == [MOBILE]
        assert leaks(second.get("/cases/case-1").text) == []


def test_each_time_an_open_page_shows_it_is_an_entry_and_without_a_script_it_is_one(
    guarded: TestClient, audit: AuditLog
) -> None:
    data = {"subject": "field:complainant_mobile", "reason": "contact"}
    for _ in range(2):
        guarded.post("/cases/case-1/reveals", data=data, follow_redirects=False)
    assert acts(audit) == [("reveal_field", "field:complainant_mobile")]
    for _ in range(2):
        assert reveal(guarded, "field:complainant_mobile").status_code == 200
    assert acts(audit) == [("reveal_field", "field:complainant_mobile")] * 3


def test_a_page_is_told_no_more_than_it_still_shows_and_never_more_than_was_revealed(guarded: TestClient) -> None:
    assert reveal(guarded, "field:complainant_mobile").status_code == 200
    row = "/cases/case-1/rows/{}"
    shown = {"X-Shown": "field:complainant_mobile,field:complainant_address,case"}
    assert MOBILE in guarded.get(row.format("complainant_mobile")).text
    assert MOBILE in guarded.get(row.format("complainant_mobile"), headers=shown).text
    assert MOBILE not in guarded.get(row.format("complainant_mobile"), headers={"X-Shown": ""}).text
    assert ADDRESS not in guarded.get(row.format("complainant_address"), headers=shown).text
    assert guarded.get(row.format("none")).status_code == 404


@pytest.mark.parametrize("subject", ["field:none", "page:none:1", "document:none", "case:1", "rule:x"])
def test_what_the_case_has_not_cannot_be_revealed(guarded: TestClient, audit: AuditLog, subject: str) -> None:
    assert reveal(guarded, subject).status_code == 404
    assert acts(audit) == []


def test_a_reason_must_be_given(guarded: TestClient) -> None:
    for data in ({"subject": "field:complainant_mobile"}, {"subject": "field:complainant_mobile", "reason": "为何"}):
        assert guarded.post("/cases/case-1/reveals", data=data).status_code == 422


def test_without_a_script_the_button_leads_back_to_the_case(guarded: TestClient) -> None:
    data = {"subject": "field:complainant_mobile", "reason": "contact"}
    reply = guarded.post("/cases/case-1/reveals", data=data, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/cases/case-1")
    data["back"] = "//example.org/"
    reply = guarded.post("/cases/case-1/reveals", data=data, follow_redirects=False)
    assert reply.headers["location"] == "/cases/case-1"


def test_what_was_only_seen_masked_cannot_be_saved(guarded: TestClient, cases: MemoryBackend) -> None:
    masked = "*******8000"
    assert f'data-saved="{masked}"' in guarded.get("/cases/case-1").text
    reply = decide(guarded, "field:complainant_mobile", "accept", 1, value=masked)
    assert reply.status_code == 422
    assert "Alt+U" in reply.text
    assert decide(guarded, "field:complainant_id_no", "accept", 1, candidate="**************1239").status_code == 422
    assert cases.case("case-1").revision == 1
    reveal(guarded, "field:complainant_mobile")
    assert decide(guarded, "field:complainant_mobile", "accept", 1, value=MOBILE).status_code == 200
    found = cases.case("case-1").fields["complainant_mobile"]
    assert isinstance(found, FieldValue)
    assert (found.value, found.accepted, found.producer) == (MOBILE, True, "form/1")


def picture(client: TestClient, number: int, query: str = "") -> Image.Image:
    reply = client.get(f"/cases/case-1/documents/{sheets()[number].id}/pages/1{query}")
    assert reply.headers["cache-control"] == "no-store"
    return Image.open(BytesIO(reply.content)).convert("L")


def contrast(image: Image.Image, box: tuple[float, ...]) -> float:
    return ImageStat.Stat(image.crop(tuple(int(v) for v in box))).stddev[0]  # type: ignore[arg-type]


def test_places_of_protected_values_are_one_flat_tone(guarded: TestClient) -> None:
    form = sheets()[0]
    page = picture(guarded, 0)
    for name in ("complainant_mobile", "complainant_id_no", "complainant_address", "trading_account_no"):
        assert contrast(page, form.boxes[name]) < 3, name
    assert contrast(page, form.boxes["complainant_name"]) > 30
    reveal(guarded, "field:complainant_mobile")
    page = picture(guarded, 0)
    assert contrast(page, form.boxes["complainant_mobile"]) > 30
    assert contrast(page, form.boxes["complainant_id_no"]) < 3


def test_a_number_that_no_field_holds_is_hidden_where_it_was_read(audit: AuditLog) -> None:
    form, *others = sheets()
    case = doubtful_case(form, *others)
    unread = {name: value for name, value in case.fields.items() if name != "complainant_mobile"}
    pictures = {(s.id, 1): s.picture for s in (form, *others)}
    cases = MemoryBackend((case.model_copy(update={"fields": unread}),), pictures, {POLICY: CHOICES})
    typing = MemoryTyping(cases, {form.id: (drawn_line(form, "complainant_mobile"),)})
    parts = Parts(review=cases, queue=MemoryQueue(cases), audit=audit, typing=typing)
    with TestClient(create_app(parts, clock=Now()), base_url="http://127.0.0.1:8765") as client:
        left, top, right, bottom = form.boxes["complainant_mobile"]
        last_four = (left + (right - left) * 7.5 / 11, top, right, bottom)
        page = picture(client, 0)
        assert contrast(page, (left, top, left + (right - left) * 6.5 / 11, bottom)) < 3
        assert contrast(page, last_four) > 30
        reveal(client, f"page:{form.id}:1")
        assert contrast(picture(client, 0), form.boxes["complainant_mobile"]) > 30


def test_an_identity_card_is_unreadable_as_a_whole_until_its_page_is_revealed(
    guarded: TestClient, audit: AuditLog
) -> None:
    card = sheets()[2]
    page = picture(guarded, 2)
    edges = ImageChops.difference(page, page.transform(page.size, Image.Transform.AFFINE, (1, 0, 1, 0, 1, 0)))
    strong = sum(edges.point(lambda v: 255 if v > 40 else 0).histogram()[255:])
    assert strong < page.width * 4  # nothing but the edges of hidden values
    assert contrast(page, card.boxes["complainant_name"]) < 12
    reveal(guarded, "field:complainant_id_no")
    page = picture(guarded, 2)
    assert contrast(page, card.boxes["complainant_id_no"]) > 30
    assert contrast(page, card.boxes["complainant_name"]) < 12
    assert reveal(guarded, f"page:{card.id}:1").status_code == 204
    assert contrast(picture(guarded, 2), card.boxes["complainant_name"]) > 30
    assert ("reveal_page", f"page:{card.id}:1") in acts(audit)


def test_small_pictures_are_hidden_too(guarded: TestClient) -> None:
    card = sheets()[2]
    small = picture(guarded, 2, "?width=320")
    box = tuple(v * small.width / 1240 for v in card.boxes["complainant_name"])
    assert contrast(small, box) < 12


def test_an_original_with_personal_data_asks_for_a_reason_first(guarded: TestClient, audit: AuditLog) -> None:
    form, letter, card = sheets()
    url = f"/cases/case-1/documents/{card.id}/original"
    asked = guarded.get(url)
    assert "请选择理由" in asked.text
    assert not any(act == "download_original" for act, _ in acts(audit))
    data = {"subject": f"document:{card.id}", "reason": "handover", "back": url}
    reply = guarded.post("/cases/case-1/reveals", data=data)
    assert reply.content == card.picture.content
    assert acts(audit)[-2:] == [
        ("reveal_document", f"document:{card.id}"),
        ("download_original", f"document:{card.id}"),
    ]
    assert guarded.get(f"/cases/case-1/documents/{letter.id}/original").content == letter.picture.content
    assert form.id not in str(acts(audit))


def test_programs_get_masked_values_unless_they_say_why(guarded: TestClient, audit: AuditLog) -> None:
    assert leaks(guarded.get("/api/v1/cases/case-1").text) == []
    revealed = guarded.get("/api/v1/cases/case-1?reveal=inquiry")
    assert revealed.json()["cases"][0]["fields"]["complainant_mobile"]["value"] == MOBILE
    assert guarded.get("/api/v1/cases/case-1?reveal=why").status_code == 422
    last = audit.find(AuditFilter(), 1)[0].event
    assert (last.operation.value, last.reason) == ("reveal_case", "inquiry")
    assert leaks(guarded.get("/api/v1/cases/case-1").text) == []


def test_search_shows_what_was_typed_and_no_more(guarded: TestClient) -> None:
    text = guarded.get("/search", params={"q": "柏树街"}).text
    assert "<mark>柏树街</mark>" in text
    assert ADDRESS not in text and "12号" not in text


def test_everything_a_person_does_is_written(guarded: TestClient, audit: AuditLog, now: Now) -> None:
    form = sheets()[0]
    guarded.get("/cases/case-1")
    for _ in range(3):
        guarded.get(f"/cases/case-1/documents/{form.id}/pages/1")
    guarded.get(f"/cases/case-1/documents/{form.id}/pages/1?width=120")
    decide(guarded, "field:complainant_name", "accept", 1, value="欧阳明月")
    guarded.get("/search", params={"q": "欧阳明月"})
    guarded.get("/audit")
    guarded.get("/audit/export.csv")
    guarded.post("/audit/verify")
    now.moment = NOW + VIEW_LASTS
    guarded.get(f"/cases/case-1/documents/{form.id}/pages/1")
    page = ("view_page", f"page:{form.id}:1")
    assert acts(audit) == [
        ("view_case", None),
        page,
        ("change", "field:complainant_name"),
        ("search", None),
        ("audit_read", None),
        ("export", "audit"),
        ("audit_verified", None),
        page,
    ]
    assert all(e.event.address == "testclient" for e in audit.entries(AuditFilter()))


def test_searched_words_are_not_in_the_log(guarded: TestClient, audit: AuditLog) -> None:
    guarded.get("/search", params={"q": f"欧阳明月 {MOBILE}"})
    event = audit.find(AuditFilter(), 1)[0].event
    assert "欧阳" not in event.model_dump_json() and MOBILE not in event.model_dump_json()
    assert event.details["query_length"] == 16 and event.details["query_terms"] == 2
    assert event.details["query_digest"] == audit.digest(f"欧阳明月 {MOBILE}")


def test_the_log_holds_no_value(guarded: TestClient, audit: AuditLog) -> None:
    decide(guarded, "field:complainant_mobile", "accept", 1, value="13900139000", comment="改号")
    reveal(guarded, "field:complainant_id_no")
    dump = "".join(e.model_dump_json() for e in audit.entries(AuditFilter()))
    assert "13900139000" not in dump and leaks(dump) == []


def test_a_lost_race_is_written_as_refused(
    guarded: TestClient, audit: AuditLog, cases: MemoryBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.errors import StaleRevisionError

    def late(*_: object) -> None:
        raise StaleRevisionError("案件已改", "请刷新")

    monkeypatch.setattr(cases, "decide", late)
    assert decide(guarded, "field:complainant_name", "accept", 1, value="欧阳明月").status_code == 409
    results = [(e.event.operation.value, e.event.result.value) for e in audit.entries(AuditFilter())]
    assert results == [("change", "allowed"), ("change", "refused")]


def test_when_the_log_cannot_be_written_nothing_is_shown_or_done(tmp_path: Path) -> None:
    log = audit_in(tmp_path)
    full = FullAudit(log._database, tmp_path / "audit.key")
    cases = backend()
    form, letter, _ = sheets()
    with TestClient(
        create_app(
            Parts(review=cases, queue=MemoryQueue(cases), audit=full, desk=MemoryDesk(cases)), clock=lambda: NOW
        ),
        base_url="http://127.0.0.1:8765",
    ) as client:
        replies = [
            client.get("/cases/case-1"),
            client.get(f"/cases/case-1/documents/{form.id}/pages/1"),
            client.get(f"/cases/case-1/documents/{form.id}/pages/1?width=120"),
            client.get(f"/cases/case-1/documents/{letter.id}/original"),
            client.get("/archive?q=欧阳"),
            client.get("/audit"),
            client.get("/audit/export.csv"),
            client.get("/api/v1/cases/case-1"),
            client.get("/api/v1/cases/case-1?reveal=review"),
            reveal(client, "field:complainant_mobile"),
            decide(client, "field:complainant_name", "accept", 1, value="欧阳明月"),
        ]
    for reply in replies:
        assert reply.status_code == 500, reply.url
        assert "审计日志无法写入" in reply.text and leaks(reply.text) == []
        assert "data-field=" not in reply.text
    assert cases.case("case-1").revision == 1
