"""The JSON interface: the contract, decisions, and any request a schema-driven tester can think of."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from review_ui.app import create_app
from review_ui.parts import Parts
from tests.domain.builders import NOW
from tests.review_ui.drawn import RIGHT_ID, WRONG_ID, backend
from tests.review_ui.memory_queue import MemoryQueue

CONTRACT = json.loads((Path(__file__).parents[2] / "docs" / "case.schema.json").read_text(encoding="utf-8"))
NEW = {"expected_revision": 1, "actor": "周敏", "action": "accept", "subject": "field:complainant_mobile"}


@pytest.mark.parametrize("key", ["case-1", "EXM-2026-000001"])
def test_a_case_is_the_contract(client: TestClient, key: str) -> None:
    reply = client.get(f"/api/v1/cases/{key}")
    jsonschema.validate(reply.json(), CONTRACT)
    assert reply.headers["etag"] == '"1"'
    assert reply.json()["cases"][0]["case_number"] == "EXM-2026-000001"


def test_a_decision_gives_the_next_revision(client: TestClient) -> None:
    reply = client.post("/api/v1/cases/EXM-2026-000001/decisions", json=NEW)
    assert reply.status_code == 200
    assert reply.headers["etag"] == '"2"'
    jsonschema.validate(reply.json(), CONTRACT)
    assert reply.json()["cases"][0]["fields"]["complainant_mobile"]["accepted"]


def test_a_stale_decision_is_a_conflict(client: TestClient) -> None:
    client.post("/api/v1/cases/case-1/decisions", json=NEW)
    reply = client.post("/api/v1/cases/case-1/decisions", json=NEW)
    assert reply.status_code == 409
    assert reply.json()["error"] == "StaleRevisionError"
    assert reply.json()["next_step"]


def test_what_does_not_fit_is_refused_with_a_next_step(client: TestClient) -> None:
    reply = client.post("/api/v1/cases/case-1/decisions", json={**NEW, "subject": "signal:vip", "action": "confirm"})
    assert reply.status_code == 400
    assert {"error", "fact", "next_step"} < set(reply.json())
    assert client.get("/api/v1/cases/none").status_code == 404


def test_lists(client: TestClient) -> None:
    queue = client.get("/api/v1/queue").json()
    assert [c["number"] for c in queue["cases"]] == ["EXM-2026-000001", "EXM-2026-000002"]
    assert queue["counts"]["grave"] == 1


@pytest.mark.parametrize(
    ("field", "written", "value", "passed"),
    [
        ("complainant_id_no", RIGHT_ID, RIGHT_ID, True),
        ("complainant_id_no", WRONG_ID, WRONG_ID, False),
        ("complainant_mobile", "138 0013 8000", "13800138000", True),
        ("amount_involved", "人民币483,200元整", "483200", True),
        ("complaint_date", "2026年2月30日", None, False),
        ("id_valid_until", "长期", "长期", True),
        ("complainant_type", "法人", "legal_person", True),
    ],
)
def test_checks_while_typing(client: TestClient, field: str, written: str, value: str | None, passed: bool) -> None:
    found = client.post("/api/v1/check", json={"field": field, "value": written}).json()
    assert found["value"] == value
    assert all(c["passed"] is not False for c in found["checks"]) is passed


LOOPBACK = {"Host": "127.0.0.1"}
cases = backend()
schema = schemathesis.openapi.from_asgi(
    "/api/v1/openapi.json",
    create_app(Parts(review=cases, queue=MemoryQueue(cases)), clock=lambda: NOW),
    headers=LOOPBACK,
)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request_gets_a_documented_answer(case: Case) -> None:
    case.call_and_validate(
        headers=LOOPBACK,
        checks=(not_a_server_error, status_code_conformance, response_schema_conformance),
    )
