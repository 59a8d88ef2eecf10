"""Only this machine's own browser, only from our own pages."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from review_ui.security import host_name

DATA = {"subject": "case", "action": "comment", "comment": "x", "expected_revision": "1"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:9000", "localhost:80", "LOCALHOST", "[::1]:8765"])
def test_loopback_names_pass(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.7", "", "[::1", "a@b:c"]
)
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    reply = client.get("/healthz", headers={"Host": host})
    assert reply.status_code == 421
    assert "只接受本机地址" in reply.text


def test_user_information_in_a_host_does_not_help() -> None:
    assert host_name("evil.example@127.0.0.1") in ("127.0.0.1", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
    ],
)
def test_other_origins_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    for url in ("/cases/case-1/decisions", "/actor", "/api/v1/check"):
        assert client.post(url, data=DATA, headers=headers).status_code == 403
    assert 'data-revision="1"' in client.get("/cases/case-1").text


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://127.0.0.1:8765", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_our_own_pages_may(client: TestClient, headers: dict[str, str]) -> None:
    reply = client.post("/cases/case-1/decisions", data=DATA, headers=headers, follow_redirects=False)
    assert reply.status_code == 303


@pytest.mark.parametrize("url", ["/", "/cases/case-1", "/api/v1/queue", "/static/base.css", "/cases/none", "/nothing"])
def test_every_answer_is_guarded(client: TestClient, url: str) -> None:
    headers = client.get(url).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in headers


def test_personal_data_are_not_kept_by_the_browser(client: TestClient) -> None:
    assert client.get("/cases/case-1").headers["cache-control"] == "no-store"
    assert client.get("/api/v1/cases/case-1").headers["cache-control"] == "no-store"


def test_no_interactive_documentation_from_elsewhere(client: TestClient) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
