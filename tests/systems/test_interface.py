"""What programs get: cases with tags, files with digests, lists, masked personal data."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import jsonschema
import pytest

from domain.access import Scope
from domain.audit import AuditFilter
from review_ui.problems import PROBLEM_TYPE
from tests.review_ui.drawn import FACTS, HEIGHT, RIGHT_ID, WIDTH, WRONG_ID, sheets
from tests.systems.conftest import House

CONTRACT = json.loads((Path(__file__).parents[2] / "docs" / "case.schema.json").read_text(encoding="utf-8"))
CASE = "/api/v1/cases/EXM-2026-000001"
NEW = {"actor": "周敏", "action": "accept", "subject": "field:complainant_mobile"}
PERSONAL = ("13800138000", WRONG_ID, RIGHT_ID, "柏树街", "880012345678")


def test_a_case_seen_before_is_not_sent_again(house: House) -> None:
    client = house.client(Scope.CASES_READ, Scope.DECISIONS_WRITE)
    first = client.get(CASE)
    tag = first.headers["etag"]
    assert tag == '"1"'
    for header in (tag, f"W/{tag}", f'"0", {tag}', "*"):
        again = client.get(CASE, headers={"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(CASE, headers={"If-None-Match": '"2"'}).status_code == 200
    assert client.post(f"{CASE}/decisions", json=NEW, headers={"If-Match": tag}).headers["etag"] == '"2"'
    assert client.get(CASE, headers={"If-None-Match": tag}).status_code == 200


def test_a_filing_changes_the_tag_although_the_revision_stays(house: House) -> None:
    client = house.client(Scope.CASES_READ)
    before = client.get(CASE).headers["etag"]
    house.storage.filing.file_case(house.cases[0])
    after = client.get(CASE, headers={"If-None-Match": before})
    assert after.status_code == 200 and after.headers["etag"] == '"1-0"'
    assert after.json()["cases"][0]["archive"]["log_index"] == 0


def test_a_decision_says_which_revision_it_is_for(house: House) -> None:
    client = house.client(Scope.DECISIONS_WRITE)
    address = f"{CASE}/decisions"
    assert client.post(address, json=NEW).status_code == 428
    assert client.post(address, json=NEW, headers={"If-Match": '"7"'}).status_code == 412
    assert client.post(address, json=NEW, headers={"If-Match": 'W/"1"'}).status_code == 412
    assert client.post(address, json=NEW, headers={"If-Match": "*"}).status_code == 412
    both = client.post(address, json=NEW | {"expected_revision": 2}, headers={"If-Match": '"1"'})
    assert both.status_code == 412
    assert client.post(address, json=NEW | {"expected_revision": 7}).status_code == 409
    done = client.post(address, json=NEW | {"expected_revision": 1}, headers={"If-Match": '"1-0"'})
    assert done.status_code == 200
    assert house.storage.cases.load_case("EXM-2026-000001").decisions[0].actor == "周敏@CRM"  # type: ignore[union-attr]


def test_errors_are_problems(house: House) -> None:
    client = house.client(*Scope)
    gone = client.get("/api/v1/cases/EXM-2026-999999")
    assert gone.headers["content-type"] == PROBLEM_TYPE
    assert gone.json()["type"] == "urn:juanzong:problem:UnknownCaseError"
    assert gone.json()["status"] == gone.status_code == 404
    assert gone.json()["title"] == "No case has this number or id."
    bad = client.get("/api/v1/cases", params={"limit": 0})
    assert (bad.status_code, bad.headers["content-type"]) == (422, PROBLEM_TYPE)
    assert bad.json()["invalid"][0]["where"] == "query.limit"
    assert client.get("/api/v1/nothing").headers["content-type"] == PROBLEM_TYPE
    assert client.get("/api/v1/cases", params={"cursor": "bm9uc2Vuc2U"}).json()["error"] == "CursorError"
    assert client.get("/api/v1/search", params={"q": "。。"}).json()["error"] == "SearchQueryError"


def test_personal_data_are_masked_without_the_scope(house: House) -> None:
    masked = house.client(*(s for s in Scope if s is not Scope.CASES_REVEAL))
    plain = house.client(*Scope)
    case = masked.get(CASE)
    jsonschema.validate(case.json(), CONTRACT)
    decided = masked.post(f"{CASE}/decisions", json=NEW, headers={"If-Match": '"1"'})
    answers = [case, decided, *(masked.get(f"/api/v1/{p}") for p in ("queue", "cases", "search?q=保本保息"))]
    for answer in answers:
        assert answer.status_code == 200
        assert [word for word in PERSONAL if word in answer.text] == []
    assert case.json()["cases"][0]["fields"]["complainant_mobile"]["value"] == "*******8000"
    assert case.json()["cases"][0]["fields"]["amount_involved"]["value"] == "483200"
    shown = plain.get(CASE)
    assert all(word in shown.text for word in PERSONAL) and FACTS in shown.text


def test_what_a_program_sees_and_changes_is_logged(house: House) -> None:
    number = house.cases[0].number
    masked, plain = house.client(Scope.CASES_READ, Scope.DECISIONS_WRITE), house.client(*Scope)
    masked.get(CASE)
    masked.post(f"{CASE}/decisions", json=NEW, headers={"If-Match": '"7"'})
    masked.post(f"{CASE}/decisions", json=NEW, headers={"If-Match": '"1"'})
    plain.get(CASE)
    plain.get("/api/v1/search", params={"q": "保本保息"})
    entries = [e.event for e in house.storage.audit.entries(AuditFilter())]
    assert [(e.operation.value, e.result.value, e.reason) for e in entries] == [
        ("view_case", "allowed", None),
        ("change", "allowed", None),
        ("change", "refused", None),
        ("change", "allowed", None),
        ("view_case", "allowed", None),
        ("reveal_case", "allowed", "cases:reveal"),
        ("search", "allowed", None),
    ]
    tokens = {t.id: t for t in house.storage.api_tokens.tokens()}
    assert [e.details["token"] in tokens for e in entries] == [True] * len(entries)
    assert entries[1].actor == "周敏@CRM" and entries[0].actor.startswith("CRM（令牌 ")
    assert {e.case_number for e in entries[:-1]} == {number}


def test_only_the_scope_reveals(house: House) -> None:
    masked = house.client(*(s for s in Scope if s is not Scope.CASES_REVEAL))
    refused = masked.get(CASE, params={"reveal": "review"})
    assert (refused.status_code, refused.json()["error"]) == (403, "ScopeMissingError")
    person = house.client()
    assert WRONG_ID not in person.get(CASE).text
    assert WRONG_ID in person.get(CASE, params={"reveal": "review"}).text


def test_a_program_keeps_nobody_waiting(house: House) -> None:
    client = house.client(Scope.DECISIONS_WRITE)
    client.post(f"{CASE}/decisions", json=NEW, headers={"If-Match": '"1"'})
    assert house.storage.leases.take(house.cases[0].id, "余审核").holder == "余审核"
    held = client.post(f"{CASE}/decisions", json=NEW, headers={"If-Match": '"2"'})
    assert (held.status_code, held.json()["error"]) == (409, "CaseHeldError")


def test_pictures_and_originals_are_hidden_without_the_scope(house: House) -> None:
    masked, plain = house.client(Scope.FILES_READ), house.client(Scope.FILES_READ, Scope.CASES_REVEAL)
    card = f"{CASE}/documents/{house.cases[0].documents[2].id}"
    hidden, shown = masked.get(f"{card}/pages/1"), plain.get(f"{card}/pages/1")
    assert hidden.status_code == shown.status_code == 200
    assert hidden.content != shown.content
    assert hidden.headers["cache-control"] == "no-store"
    refused = masked.get(f"{card}/original")
    assert (refused.status_code, refused.json()["error"]) == (403, "ScopeMissingError")
    assert plain.get(f"{card}/original").status_code == 200
    person = house.client().get(f"{card}/original")
    assert (person.status_code, person.json()["error"]) == (403, "ForbiddenError")
    told = [(e.event.operation.value, e.event.result.value) for e in house.storage.audit.entries(AuditFilter())]
    assert ("reveal_page", "allowed") in told and ("reveal_document", "allowed") in told
    assert told.count(("download_original", "refused")) == 2 and ("download_original", "allowed") in told


def test_files_come_with_their_digests(house: House) -> None:
    client = house.client(Scope.FILES_READ, Scope.CASES_READ, Scope.CASES_REVEAL)
    papers = client.get(f"{CASE}/documents").json()["documents"]
    form = sheets()[0]
    assert [p["pages"] for p in papers] == [1, 1, 1]
    assert papers[0]["sha256"] == hashlib.sha256(form.picture.content).hexdigest()
    original = client.get(f"{CASE}/documents/{papers[0]['document_id']}/original")
    assert original.content == form.picture.content
    digest = base64.b64encode(hashlib.sha256(original.content).digest()).decode()
    assert original.headers["repr-digest"] == original.headers["content-digest"] == f"sha-256=:{digest}:"
    assert original.headers["content-disposition"].startswith("attachment")
    picture = client.get(f"{CASE}/documents/{papers[0]['document_id']}/pages/1")
    assert picture.headers["content-type"] == "image/jpeg"
    again = {"If-None-Match": picture.headers["etag"]}
    assert client.get(f"{CASE}/documents/{papers[0]['document_id']}/pages/1", headers=again).status_code == 304
    assert client.get(f"{CASE}/documents/{papers[0]['document_id']}/pages/2").status_code == 404
    small = client.get(f"{CASE}/documents/{papers[0]['document_id']}/pages/1", params={"width": 80})
    assert len(small.content) < len(picture.content)
    assert (WIDTH, HEIGHT) == (1240, 1754)


def test_lists_and_packs(house: House) -> None:
    client = house.client(*Scope)
    first = client.get("/api/v1/cases", params={"limit": 1}).json()
    assert first["total"] == 2 and [c["number"] for c in first["cases"]] == ["EXM-2026-000002"]
    second = client.get("/api/v1/cases", params={"limit": 1, "cursor": first["next"]}).json()
    assert [c["number"] for c in second["cases"]] == ["EXM-2026-000001"] and second["next"] is None
    oldest = client.get("/api/v1/cases", params={"limit": 1, "order": "oldest"}).json()
    assert [c["number"] for c in oldest["cases"]] == ["EXM-2026-000001"]
    for wanted, count in (({"channel": "fax"}, 0), ({"level": "重大投诉"}, 2), ({"received_from": "0001-01-01"}, 2)):
        assert client.get("/api/v1/cases", params=wanted).json()["total"] == count
    assert client.get("/api/v1/cases", params={"offset": 1}).status_code == 422
    assert client.get("/api/v1/policies").json()["policies"][0] == {
        "id": "exchange-member",
        "title": "公司客户投诉处理制度",
        "cases": 2,
    }
    assert "重大投诉" in client.get("/api/v1/policies/exchange-member").json()["levels"]
    assert client.get("/api/v1/policies/none").status_code == 404
    assert client.get("/api/v1/failures").json() == {"failures": []}
    hits = client.get("/api/v1/search", params={"q": "保本保息"}).json()["hits"]
    assert {h["case_number"] for h in hits} == {"EXM-2026-000001", "EXM-2026-000002"}


@pytest.mark.parametrize("name", ["queue", "cases", "failures", "policies", "webhooks"])
def test_answers_are_not_kept_by_anybody(house: House, name: str) -> None:
    assert house.client().get(f"/api/v1/{name}").headers["cache-control"] == "no-store"
