"""Tokens, and who may do what."""

from __future__ import annotations

import hmac
import re

import pytest
from fastapi.testclient import TestClient

from domain.access import SCOPES, Scope
from domain.system_errors import TokenRefusedError, UnknownTokenError
from review_ui.problems import PROBLEM_TYPE
from storage import api_tokens
from tests.systems.conftest import ADDRESS, House

PLACES = {
    "key": "EXM-2026-000001",
    "document_id": "doc-1",
    "page": "1",
    "policy": "exchange-member",
    "upload_id": f"up_{'0' * 32}",
    "webhook_id": "wh_0123456789ab",
    "event_id": f"evt_{'0' * 32}",
}


def api_operations(house: House) -> list[tuple[str, str, str]]:
    """Name, method and address of every operation below /api/v1, as the description lists them."""
    document = house.app.openapi()
    return [
        (operation["operationId"], method.upper(), re.sub(r"\{(\w+)\}", lambda m: PLACES[m.group(1)], path))
        for path, methods in document["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in methods.items()
    ]


def test_every_operation_has_a_scope_and_every_scope_an_operation(house: House) -> None:
    names = [name for name, _, _ in api_operations(house)]
    assert sorted(names) == sorted(SCOPES)
    assert set(Scope) - set(SCOPES.values()) == {Scope.CASES_REVEAL}


def test_a_token_without_the_scope_is_refused_everywhere(house: House) -> None:
    for name, method, address in api_operations(house):
        others = tuple(s for s in Scope if s is not SCOPES[name])
        reply = house.client(*others).request(method, address)
        assert reply.status_code == 403, name
        assert reply.headers["content-type"] == PROBLEM_TYPE
        assert reply.json()["error"] == "ScopeMissingError"
        challenge = reply.headers["www-authenticate"]
        assert 'error="insufficient_scope"' in challenge and f'scope="{SCOPES[name].value}"' in challenge


def test_a_bad_token_is_refused_everywhere(house: House) -> None:
    client = TestClient(house.app, base_url=ADDRESS, headers={"Authorization": f"Bearer jz_{'0' * 12}_{'x' * 43}"})
    for name, method, address in api_operations(house):
        reply = client.request(method, address)
        assert reply.status_code == 401, name
        assert reply.headers["www-authenticate"] == 'Bearer realm="juanzong", error="invalid_token"'


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer jz_zz_yy", "Bearer 令牌".encode()])
def test_other_credentials_are_not_taken_for_nobody(house: House, header: str | bytes) -> None:
    reply = house.client().get("/api/v1/queue", headers={"Authorization": header})
    assert reply.status_code == 401
    assert set(reply.json()) == {"type", "title", "status", "error", "fact", "next_step", "invalid"}


def test_a_token_works_until_it_expires_or_is_revoked(house: House) -> None:
    tokens = house.storage.api_tokens
    token, text = tokens.create("DMS", (Scope.QUEUE_READ,), 1, "管理员")
    assert text.startswith(f"jz_{token.id}_")
    assert tokens.verify(text).last_used_on is None
    assert tokens.verify(text).last_used_on == house.clock.now.date()
    house.clock.move(days=1)
    with pytest.raises(TokenRefusedError, match="过期"):
        tokens.verify(text)
    _, other = tokens.create("DMS", (Scope.QUEUE_READ,), 1, "管理员")
    tokens.revoke(tokens.verify(other).id, "管理员")
    with pytest.raises(TokenRefusedError, match="吊销"):
        tokens.verify(other)
    with pytest.raises(UnknownTokenError):
        tokens.revoke("0" * 12, "管理员")


def test_only_a_hash_is_kept(house: House) -> None:
    token, text = house.storage.api_tokens.create("DMS", (Scope.QUEUE_READ,), 1, "管理员")
    secret = text.removeprefix(f"jz_{token.id}_")
    assert len(secret) == 43
    for file in house.services.settings.home.rglob("*.sqlite*"):
        assert secret.encode() not in file.read_bytes()


def test_secrets_are_compared_in_constant_time_also_for_unknown_tokens(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def counted(left: str, right: str) -> bool:
        compared.append((len(left), len(right)))
        return hmac.compare_digest(left, right)

    class Watched:
        compare_digest = staticmethod(counted)

    monkeypatch.setattr(api_tokens, "hmac", Watched)
    token, _ = house.storage.api_tokens.create("DMS", (Scope.QUEUE_READ,), 1, "管理员")
    for wrong in (f"jz_{token.id}_{'x' * 43}", f"jz_{'0' * 12}_{'x' * 43}", "nonsense"):
        with pytest.raises(TokenRefusedError, match="令牌无效"):
            house.storage.api_tokens.verify(wrong)
    assert compared == [(64, 64)] * 3


def test_the_person_at_this_machine_needs_no_token(house: House) -> None:
    assert house.client().get("/api/v1/queue").status_code == 200
    assert house.client().post("/api/v1/check", json={"field": "amount_involved", "value": "12"}).status_code == 200
    foreign = house.client().post("/api/v1/check", json={}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_the_page_of_tokens(house: House) -> None:
    client = house.client()
    made = client.post("/admin/tokens", data={"name": "CRM", "days": "30", "scope": ["queue:read", "search:read"]})
    text = re.search(r"jz_[0-9a-f]{12}_[\w-]{43}", made.text)
    assert made.status_code == 200 and text is not None
    secret = text.group().split("_", 2)[2]
    assert secret not in client.get("/admin/tokens").text
    token = house.storage.api_tokens.verify(text.group())
    assert token.scopes == (Scope.QUEUE_READ, Scope.SEARCH_READ)
    gone = client.post(f"/admin/tokens/{token.id}/revoke", follow_redirects=False)
    assert gone.status_code == 303 and "已吊销" in client.get("/admin/tokens").text
    empty = client.post("/admin/tokens", data={"name": " ", "days": "30"})
    assert empty.status_code == 422 and "至少选择一项权限" in empty.text
