"""Every route stands in the table, and every route asks it."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from domain.access import SCOPES, Scope
from domain.people import OWN, PERMITTED, PUBLIC, Role
from review_ui.problems import PROBLEM_TYPE
from storage.api_tokens import ApiTokens
from tests.review_ui.people import MemoryAccounts, signed_in

ADDRESS = "http://127.0.0.1:8765"
FILLED = {"page": "1", "webhook_id": "wh_0123456789ab", "event_id": f"evt_{'0' * 32}", "upload_id": f"up_{'0' * 32}"}


def routes(app: FastAPI) -> list[tuple[str, str, str]]:
    """Return method, path and operation of every route."""
    found = []
    for context in iter_route_contexts(app.routes):
        methods = set(context.methods or {"GET"})
        for method in sorted(methods - {"HEAD", "OPTIONS"} or methods):
            found.append((method, str(context.path), str(context.name)))
    return found


def test_every_route_is_in_the_table_and_the_table_holds_nothing_else(people_app: FastAPI) -> None:
    operations = {operation for _, _, operation in routes(people_app)}
    assert operations == PUBLIC | OWN | PERMITTED.keys()


def path_of(path: str) -> str:
    return re.sub(r"{(\w+)(:\w+)?}", lambda m: FILLED.get(m[1], "x"), path)


def test_nobody_gets_anywhere_without_signing_in(people_app: FastAPI, visitors: TestClient) -> None:
    for method, path, operation in routes(people_app):
        if operation in PUBLIC:
            continue
        reply = visitors.request(method, path_of(path), follow_redirects=False)
        if path.startswith("/api/"):
            assert (reply.status_code, reply.json()["error"]) == (401, "SignInRequiredError"), path
            assert reply.headers["content-type"] == PROBLEM_TYPE
            assert reply.headers["www-authenticate"] == 'Bearer realm="juanzong"'
        else:
            assert reply.status_code == 303, path
            assert reply.headers["location"].startswith("/sign-in"), path


@pytest.mark.parametrize("role", [*Role, None])
def test_a_role_opens_its_operations_and_no_others(
    people_app: FastAPI, visitors: TestClient, accounts: MemoryAccounts, role: Role | None
) -> None:
    signed_in(visitors, accounts, *((role,) if role else ()))
    for method, path, operation in routes(people_app):
        if operation in PUBLIC | OWN or operation == "accounts.create":
            continue
        reply = visitors.request(method, path_of(path), follow_redirects=False)
        assert (reply.status_code == 403) is (role not in PERMITTED[operation]), (operation, reply.status_code)


def test_a_scope_opens_its_operations_and_no_others(people_app: FastAPI, accounts: MemoryAccounts) -> None:
    tokens = ApiTokens(accounts.database)
    assert set(SCOPES) == {name for _, path, name in routes(people_app) if path.startswith("/api/")} - PUBLIC
    for scope in Scope:
        _, text = tokens.create("CRM", (scope,), 1, "管理员")
        client = TestClient(people_app, base_url=ADDRESS, headers={"Authorization": f"Bearer {text}"})
        for method, path, operation in routes(people_app):
            if operation not in SCOPES:
                continue
            reply = client.request(method, path_of(path), follow_redirects=False)
            refused = (reply.status_code, reply.headers.get("www-authenticate", "")[:6]) == (403, "Bearer")
            assert refused is (SCOPES[operation] is not scope), (operation, reply.status_code)


def test_a_token_opens_no_page_and_no_session_helps_a_bad_one(
    people_app: FastAPI, visitors: TestClient, accounts: MemoryAccounts
) -> None:
    _, text = ApiTokens(accounts.database).create("CRM", tuple(Scope), 1, "管理员")
    stranger = TestClient(people_app, base_url=ADDRESS, headers={"Authorization": f"Bearer {text}"})
    for method, path, operation in routes(people_app):
        if operation not in PUBLIC | SCOPES.keys():
            reply = stranger.request(method, path_of(path), follow_redirects=False)
            assert reply.status_code == 303, operation
    signed_in(visitors, accounts, *Role)
    bad = visitors.get("/api/v1/queue", headers={"Authorization": f"Bearer {text}x"})
    assert (bad.status_code, bad.json()["error"]) == (401, "TokenRefusedError")


def test_a_token_needs_no_token_of_a_page_and_a_session_does(
    people_app: FastAPI, visitors: TestClient, accounts: MemoryAccounts
) -> None:
    _, text = ApiTokens(accounts.database).create("CRM", (Scope.DECISIONS_WRITE,), 1, "管理员")
    typed = {"field": "amount_involved", "value": "12"}
    system = TestClient(people_app, base_url=ADDRESS, headers={"Authorization": f"Bearer {text}"})
    assert system.post("/api/v1/check", json=typed).status_code == 200
    signed_in(visitors, accounts, Role.REVIEWER)
    assert visitors.post("/api/v1/check", json=typed).status_code == 200
    del visitors.headers["X-CSRF-Token"]
    assert visitors.post("/api/v1/check", json=typed).json()["error"] == "RequestForgedError"


def test_a_refusal_says_what_to_do(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, Role.ARCHIVIST)
    reply = visitors.get("/admin/accounts")
    assert reply.status_code == 403
    assert "您的角色不能使用这个页面" in reply.text
    assert "请让管理员" in reply.text


def test_the_links_on_top_are_those_that_work(visitors: TestClient, accounts: MemoryAccounts) -> None:
    signed_in(visitors, accounts, Role.ADMIN)
    text = visitors.get("/admin/accounts").text
    assert 'href="/admin/accounts"' in text
    assert 'href="/statistics"' not in text
    assert 'role="search"' not in text
