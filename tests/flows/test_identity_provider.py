"""Sign-in through the house's identity provider: the right way, and every wrong one."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from domain.people import Role
from flows.people_settings import ProviderSettings
from review_ui.accounts.visitor import SESSION
from review_ui.app import create_app
from review_ui.parts import Parts
from tests.domain.builders import NOW
from tests.flows.openid_provider import CLIENT_ID, SECRET, Change, OpenIdProvider
from tests.review_ui.drawn import backend
from tests.review_ui.memory_queue import MemoryQueue
from tests.review_ui.people import MemoryAccounts

HERE = "http://127.0.0.1:8765"


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    running = OpenIdProvider()
    yield running
    running.close()


def settings_of(provider: OpenIdProvider, **more: object) -> ProviderSettings:
    known = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": SecretStr(SECRET)}
    return ProviderSettings.model_validate(known | more)


@pytest.fixture
def accounts(provider: OpenIdProvider, tmp_path: Path) -> Iterator[MemoryAccounts]:
    service = MemoryAccounts(tmp_path, backend(), settings_of(provider))
    yield service
    service.database.close()


def browser(accounts: MemoryAccounts) -> TestClient:
    cases = backend()
    return TestClient(
        create_app(Parts(review=cases, queue=MemoryQueue(cases), accounts=accounts), lambda: NOW), base_url=HERE
    )


def leave(client: TestClient, target: str = "") -> str:
    """Go to the provider, agree there, and return the address that it sends the browser back to."""
    page = client.get("/sign-in/oidc", params={"target": target}, follow_redirects=False)
    assert page.status_code == 303, page.text
    agreed = httpx2.get(page.headers["location"], follow_redirects=False)
    there: str = agreed.headers["location"]
    assert there.startswith(f"{HERE}/sign-in/oidc/return?")
    return there


def come_back(client: TestClient, address: str):  # type: ignore[no-untyped-def]
    return client.get(address, follow_redirects=False)


def expect_refused(client: TestClient, address: str, why: str = "") -> None:
    reply = come_back(client, address)
    assert reply.status_code == 401
    assert why in reply.text
    assert SESSION not in client.cookies


def test_the_right_way(accounts: MemoryAccounts, provider: OpenIdProvider) -> None:
    client = browser(accounts)
    assert "使用单位的统一登录" in client.get("/sign-in").text
    reply = come_back(client, leave(client))
    assert (reply.status_code, reply.headers["location"]) == (303, "/account/password")
    (entry,) = accounts.accounts()
    assert (entry.person.login, entry.person.name, entry.person.roles) == ("zhou", "周敏", ())
    assert (entry.provider, entry.has_password) == (True, False)
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["scope"] == "openid profile email"
    assert SECRET not in str(provider.asked)


def test_somebody_new_waits_for_a_role_and_the_same_person_comes_back(accounts: MemoryAccounts) -> None:
    client = browser(accounts)
    come_back(client, leave(client))
    assert "还没有角色" in client.get("/account/password").text
    assert client.get("/").status_code == 403
    client = browser(accounts)
    come_back(client, leave(client))
    assert len(accounts.accounts()) == 1


def test_the_subject_counts_not_the_name(accounts: MemoryAccounts, provider: OpenIdProvider) -> None:
    accounts.add("zhou", Role.ADMIN, name="周敏")
    client = browser(accounts)
    come_back(client, leave(client))
    assert client.get("/admin/accounts").status_code == 403
    provider.claims["sub"] = "s-2"
    client = browser(accounts)
    come_back(client, leave(client))
    assert len(accounts.accounts()) == 3


def test_groups_become_roles_and_follow_the_provider(tmp_path: Path, provider: OpenIdProvider) -> None:
    mapped = settings_of(provider, roles_claim="groups", roles={"complaints": "reviewer", "admin": "admin"})
    accounts = MemoryAccounts(tmp_path, backend(), mapped)
    provider.claims["groups"] = ["complaints", "canteen"]
    client = browser(accounts)
    reply = come_back(client, leave(client, "/cases"))
    assert reply.headers["location"] == "/cases"
    assert accounts.accounts()[0].person.roles == (Role.REVIEWER,)
    provider.claims["groups"] = []
    come_back(client, leave(client))
    assert accounts.accounts()[0].person.roles == ()
    accounts.database.close()


def test_a_disabled_account_stays_out(accounts: MemoryAccounts) -> None:
    client = browser(accounts)
    come_back(client, leave(client))
    accounts.add("gu", Role.ADMIN)
    person = next(e.person for e in accounts.accounts() if e.provider)
    accounts._people.accounts.set_disabled(person.id, True)
    client = browser(accounts)
    expect_refused(client, leave(client), "已停用")


def spoiled(**changed: object) -> Change:
    return lambda claims: claims.update(changed)


WRONG: dict[str, Change] = {
    "nonce": spoiled(nonce="another"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "audience": spoiled(aud="another-client"),
    "several audiences without azp": spoiled(aud=[CLIENT_ID, "another"]),
    "azp": spoiled(aud=[CLIENT_ID, "another"], azp="another"),
    "issuer": spoiled(iss="http://127.0.0.1:1"),
    "expired": spoiled(exp=int(time.time()) - 120),
    "not yet": spoiled(nbf=int(time.time()) + 3600),
    "no subject": lambda claims: claims.pop("sub"),
    "no end": lambda claims: claims.pop("exp"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_statement_is_refused(accounts: MemoryAccounts, provider: OpenIdProvider, change: Change) -> None:
    provider.change = change  # type: ignore[method-assign]
    client = browser(accounts)
    expect_refused(client, leave(client), "统一登录没有成功")
    assert accounts.accounts() == ()


def test_clocks_may_differ_a_little(accounts: MemoryAccounts, provider: OpenIdProvider) -> None:
    provider.change = spoiled(exp=int(time.time()) - 20, iat=int(time.time()) + 20)  # type: ignore[method-assign]
    client = browser(accounts)
    assert come_back(client, leave(client)).status_code == 303


def test_a_signature_by_another_is_refused(accounts: MemoryAccounts, provider: OpenIdProvider) -> None:
    provider.sign_with = RSAKey.generate_key(2048, parameters={"kid": "first"})
    client = browser(accounts)
    expect_refused(client, leave(client))


def part(content: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def with_secret(_header: object, claims: dict[str, object], _key: object) -> str:
    signed = f"{part({'alg': 'HS256'})}.{part(claims)}"
    mac = hmac.digest(SECRET.encode(), signed.encode(), "sha256")
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def unsigned(_header: object, claims: dict[str, object], _key: object) -> str:
    return f"{part({'alg': 'none'})}.{part(claims)}."


@pytest.mark.parametrize("encode", [with_secret, unsigned])
def test_the_clients_secret_or_nothing_is_no_signature(
    accounts: MemoryAccounts, monkeypatch: pytest.MonkeyPatch, encode: object
) -> None:
    monkeypatch.setattr("tests.flows.openid_provider.jwt.encode", encode)
    client = browser(accounts)
    expect_refused(client, leave(client), "not allowed")


def test_a_new_key_of_the_provider_is_fetched(accounts: MemoryAccounts, provider: OpenIdProvider) -> None:
    client = browser(accounts)
    come_back(client, leave(client))
    provider.key = provider.sign_with = RSAKey.generate_key(2048, parameters={"kid": "second", "use": "sig"})
    client = browser(accounts)
    assert come_back(client, leave(client)).status_code == 303


def test_an_answer_counts_once(accounts: MemoryAccounts) -> None:
    client = browser(accounts)
    address = leave(client)
    assert come_back(client, address).status_code == 303
    client.cookies.delete(SESSION)
    expect_refused(client, address, "不是从本浏览器开始的")


def test_an_answer_for_another_browser_is_refused(accounts: MemoryAccounts) -> None:
    attacker, victim = browser(accounts), browser(accounts)
    address = leave(attacker)
    leave(victim)
    expect_refused(victim, address, "不是从本浏览器开始的")
    expect_refused(browser(accounts), address)


def test_a_code_under_another_state_is_refused(accounts: MemoryAccounts) -> None:
    client, attacker = browser(accounts), browser(accounts)
    mine, theirs = (parse_qs(urlsplit(leave(who)).query) for who in (client, attacker))
    expect_refused(client, f"/sign-in/oidc/return?code={theirs['code'][0]}&state={mine['state'][0]}")


@pytest.mark.parametrize(
    "query", ["error=access_denied&state={state}", "code=wrong&state={state}", "", "state=x&code=x"]
)
def test_no_code_no_session(accounts: MemoryAccounts, query: str) -> None:
    client = browser(accounts)
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    expect_refused(client, "/sign-in/oidc/return?" + query.format(state=state))


def test_an_answer_of_another_issuer_is_refused(accounts: MemoryAccounts) -> None:
    client = browser(accounts)
    expect_refused(client, f"{leave(client)}&iss=http://elsewhere.example", "另一个提供方")


def test_a_discovery_document_of_another_is_refused(accounts: MemoryAccounts, provider: OpenIdProvider) -> None:
    provider.told_issuer = "http://127.0.0.1:1"
    reply = browser(accounts).get("/sign-in/oidc", follow_redirects=False)
    assert (reply.status_code, "issuer" in reply.text) == (401, True)


def test_a_provider_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    gone = ProviderSettings(issuer="http://127.0.0.1:9", client_id=CLIENT_ID, client_secret=SecretStr(SECRET))
    accounts = MemoryAccounts(tmp_path, backend(), gone)
    reply = browser(accounts).get("/sign-in/oidc", follow_redirects=False)
    assert (reply.status_code, "无法连接" in reply.text) == (401, True)
    accounts.database.close()
