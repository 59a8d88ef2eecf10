"""Routes of typing, drawn boxes in answers, values offered by other papers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from domain.evidence import FieldValue
from review_ui.app import create_app
from review_ui.offers import offers
from review_ui.parts import Parts
from tests.domain.builders import NOW
from tests.review_ui.drawn import RIGHT_ID, sheets, value
from tests.review_ui.memory_backend import MemoryBackend
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.memory_typing import MemoryTyping, drawn_line

MOBILE = "complainant_mobile"


@pytest.fixture
def client(cases: MemoryBackend) -> Iterator[TestClient]:
    form = sheets()[0]
    lines = {form.id: (drawn_line(form, MOBILE, {4: (0.5, ("8", "口"))}),)}
    app = create_app(
        Parts(review=cases, queue=MemoryQueue(cases), typing=MemoryTyping(cases, lines)), clock=lambda: NOW
    )
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


def box(field: str = MOBILE, **more: object) -> dict[str, object]:
    form = sheets()[0]
    return {"field": field, "document_id": form.id, "page": 1, "bbox": list(form.boxes[MOBILE]), **more}


def test_doubts_by_field(client: TestClient) -> None:
    found = client.get("/cases/case-1/doubts").json()["fields"]
    assert list(found) == [MOBILE]
    assert [(d["at"], [a["text"] for a in d["alternatives"]]) for d in found[MOBILE]] == [(4, ["8"])]
    assert client.get("/cases/none/doubts").status_code == 404


def test_a_box_is_read(client: TestClient) -> None:
    found = client.post("/cases/case-1/read-box", json=box()).json()
    assert found["reading"]["value"] == "13800138000"
    assert found["reading"]["evidence"]["quote"] == "13800138000"
    assert found["checks"][0]["passed"]


@pytest.mark.parametrize("wrong", [{"field": "no_such"}, {"bbox": [10, 10, 10, 40]}, {"document_id": "no-such"}])
def test_a_box_that_cannot_be_read_says_why(client: TestClient, wrong: dict[str, object]) -> None:
    reply = client.post("/cases/case-1/read-box", json=box(**wrong), headers={"Accept": "application/json"})
    assert reply.status_code == 400
    assert reply.json()["next_step"]


def test_characters_of_a_page(client: TestClient) -> None:
    form = sheets()[0]
    found = client.get(f"/cases/case-1/documents/{form.id}/pages/1/characters").json()["characters"]
    assert "".join(c["text"] for c in found) == "13800138000"
    assert [c["doubtful"] for c in found].index(True) == 4


def test_without_a_recogniser_nothing_is_marked_and_a_box_is_refused(cases: MemoryBackend) -> None:
    with TestClient(
        create_app(Parts(review=cases, queue=MemoryQueue(cases)), clock=lambda: NOW), base_url="http://127.0.0.1:1"
    ) as client:
        assert client.get("/cases/case-1/doubts").json() == {"fields": {}}
        assert client.post("/cases/case-1/read-box", json=box()).status_code == 400


def answer(client: TestClient, **data: str):  # type: ignore[no-untyped-def]
    sent = {"subject": f"field:{MOBILE}", "action": "accept", "expected_revision": "1", **data}
    return client.post("/cases/case-1/decisions", data=sent, headers={"HX-Request": "true"})


def test_a_drawn_box_becomes_the_evidence(client: TestClient, cases: MemoryBackend) -> None:
    place = {"document_id": sheets()[1].id, "page": 1, "bbox": [10, 20, 300, 60], "quote": "13800138000"}
    assert answer(client, value="13800138000", places=json.dumps([place])).status_code == 200
    found = cases.case("case-1").fields[MOBILE]
    assert isinstance(found, FieldValue)
    assert found.producer == "person:本机审核员"
    assert found.evidence[0].bbox == (10, 20, 300, 60)
    assert found.evidence[0].document_id == sheets()[1].id


@pytest.mark.parametrize(
    "places",
    [
        "[{]",
        '[{"document_id": "none", "page": 1, "bbox": [0, 0, 1, 1], "quote": ""}]',
        '[{"document_id": "FORM", "page": 1, "bbox": [0, 0, 9999, 1], "quote": ""}]',
        '[{"document_id": "FORM", "page": 2, "bbox": [0, 0, 9, 1], "quote": ""}]',
    ],
)
def test_boxes_outside_the_papers_are_refused(client: TestClient, cases: MemoryBackend, places: str) -> None:
    assert answer(client, value="13800138000", places=places.replace("FORM", sheets()[0].id)).status_code == 422
    assert cases.case("case-1").revision == 1


def test_a_stopped_clock_needs_reason_and_person(client: TestClient, cases: MemoryBackend) -> None:
    paused = {"subject": "clock", "action": "set:pause"}
    assert answer(client, **paused).status_code == 422
    assert answer(client, **paused, comment="等待补正").status_code == 422
    assert answer(client, **paused, comment="等待补正", notified="投诉人").status_code == 200
    assert cases.case("case-1").decisions[-1].comment == "等待补正；已告知投诉人"


def test_other_papers_are_offered_once(cases: MemoryBackend) -> None:
    form, _, card = sheets()
    case = cases.case("case-1")
    again = value("complainant_id_no", RIGHT_ID, card, 0.9)
    other = value("complainant_mobile", "13800138000", form, 0.9).model_copy(update={"value": "13900139000"})
    documents = (
        case.documents[0].model_copy(update={"fields": (other,)}),
        case.documents[1],
        case.documents[2].model_copy(update={"fields": (again,)}),
    )
    case = case.model_copy(update={"documents": documents})
    assert [c.value for c in offers(case, "complainant_id_no")] == [RIGHT_ID]
    assert [c.value for c in offers(case, MOBILE)] == ["13900139000"]
    assert offers(case, "complaint_facts") == ()


def test_checks_look_at_the_case(client: TestClient) -> None:
    asked = {"field": "complainant_gender", "value": "女", "case": "case-1"}
    found = client.post("/api/v1/check", json=asked).json()["checks"]
    assert any(c["name"] == "gender_agrees" for c in found)
    assert client.post("/api/v1/check", json={**asked, "case": "none"}).status_code == 404
    alone = client.post("/api/v1/check", json={"field": "complainant_gender", "value": "女"}).json()["checks"]
    assert not any(c["name"] == "gender_agrees" for c in alone)
