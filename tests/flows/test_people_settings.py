"""Settings of sign-in, and where the pages may be offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.people import Role
from flows.people_settings import load_people_settings
from flows.serving import _refuse_open_address

OIDC = {"JUANZONG_OIDC_ISSUER": "https://id.example", "JUANZONG_OIDC_CLIENT_ID": "juanzong"}


def test_nothing_set_is_this_machine_only() -> None:
    settings = load_people_settings({})
    assert settings.public_url is None
    assert settings.provider is None


def test_everything_set(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("kept in a file\n")
    settings = load_people_settings(
        {
            **OIDC,
            "JUANZONG_PUBLIC_URL": "https://juanzong.example/",
            "JUANZONG_ARGON2_MEMORY_KIB": "19456",
            "JUANZONG_ARGON2_PASSES": "2",
            "JUANZONG_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
            "JUANZONG_OIDC_ROLES_CLAIM": "groups",
            "JUANZONG_OIDC_ROLES": "投诉科=reviewer,it=admin",
        }
    )
    assert settings.public_url == "https://juanzong.example"
    assert (settings.hash_memory, settings.hash_passes) == (19456, 2)
    assert settings.provider is not None
    assert settings.provider.client_secret.get_secret_value() == "kept in a file"
    assert settings.provider.roles["投诉科"] is Role.REVIEWER
    assert settings.provider.roles["auditor"] is Role.AUDITOR
    assert "kept in a file" not in repr(settings)


@pytest.mark.parametrize(
    "env",
    [
        {"JUANZONG_PUBLIC_URL": "http://juanzong.example"},
        {"JUANZONG_PUBLIC_URL": "juanzong.example"},
        {"JUANZONG_PUBLIC_URL": "https://juanzong.example/path"},
        {"JUANZONG_ARGON2_PASSES": "0"},
        {"JUANZONG_ARGON2_MEMORY_KIB": "much"},
        OIDC,
        {**OIDC, "JUANZONG_OIDC_CLIENT_SECRET_FILE": "/no/such/file"},
        {**OIDC, "JUANZONG_OIDC_CLIENT_SECRET": "x", "JUANZONG_OIDC_ROLES": "it=king"},
    ],
)
def test_what_cannot_be_used_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        load_people_settings(env)


@pytest.mark.parametrize(
    ("host", "public_url", "has_admin", "refused"),
    [
        ("127.0.0.1", None, False, False),
        ("localhost", None, False, False),
        ("0.0.0.0", None, True, True),
        ("0.0.0.0", "https://juanzong.example", False, True),
        ("0.0.0.0", "https://juanzong.example", True, False),
    ],
)
def test_the_network_needs_an_admin_and_https(
    host: str, public_url: str | None, has_admin: bool, refused: bool
) -> None:
    if not refused:
        _refuse_open_address(host, public_url, has_admin)
        return
    with pytest.raises(ConfigurationError):
        _refuse_open_address(host, public_url, has_admin)
