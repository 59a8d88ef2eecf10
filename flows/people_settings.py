"""Settings of sign-in: the public address, what a password hash costs, the house's identity provider."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from domain.base import Model
from domain.errors import ConfigurationError
from domain.people import Role

_CORRECT = "请改正环境变量后重试"


class ProviderSettings(Model):
    """The house's OpenID provider.

    Attributes:
        issuer: as it stands in its discovery document (``JUANZONG_OIDC_ISSUER``).
        client_id: ``JUANZONG_OIDC_CLIENT_ID``.
        client_secret: ``JUANZONG_OIDC_CLIENT_SECRET``, or the content of ``JUANZONG_OIDC_CLIENT_SECRET_FILE``.
        roles_claim: claim that lists groups, ``None``: roles are given here (``JUANZONG_OIDC_ROLES_CLAIM``).
        roles: group to role (``JUANZONG_OIDC_ROLES``, ``group=role,group=role``); a group named like a role is that.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr
    roles_claim: str | None = None
    roles: dict[str, Role] = Field(default_factory=dict)


class PeopleSettings(Model):
    """Settings of sign-in.

    Attributes:
        public_url: address under which people reach the pages through a proxy, ``None``: this machine only
            (``JUANZONG_PUBLIC_URL``).
        trusted_proxy: address of the proxy that may say where a request came from (``JUANZONG_TRUSTED_PROXY``).
        hash_memory: KiB for one password hash (``JUANZONG_ARGON2_MEMORY_KIB``).
        hash_passes: passes over it (``JUANZONG_ARGON2_PASSES``).
        provider: ``None`` without OpenID Connect.
    """

    public_url: str | None = None
    trusted_proxy: str = "127.0.0.1"
    hash_memory: int = Field(default=65_536, ge=8, le=4_194_304)
    hash_passes: int = Field(default=3, ge=1, le=100)
    provider: ProviderSettings | None = None


def load_people_settings(env: Mapping[str, str] = os.environ) -> PeopleSettings:
    """Read the settings from the environment.

    Raises:
        ConfigurationError: a value cannot be used.
    """
    return PeopleSettings(
        public_url=_public_url(env.get("JUANZONG_PUBLIC_URL")),
        trusted_proxy=env.get("JUANZONG_TRUSTED_PROXY", "127.0.0.1"),
        hash_memory=_number(env, "JUANZONG_ARGON2_MEMORY_KIB", 65_536, (8, 4_194_304)),
        hash_passes=_number(env, "JUANZONG_ARGON2_PASSES", 3, (1, 100)),
        provider=_provider(env),
    )


def _public_url(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ConfigurationError(
            f"JUANZONG_PUBLIC_URL 应为 https://主机名[:端口]，实际为 {value}", "请改为反向代理对外的 https 地址"
        )
    return f"https://{parts.netloc}"


def _number(env: Mapping[str, str], name: str, default: int, bounds: tuple[int, int]) -> int:
    value = env.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or not bounds[0] <= int(value) <= bounds[1]:
        raise ConfigurationError(f"{name} 应为 {bounds[0]} 到 {bounds[1]} 的整数，实际为 {value}", _CORRECT)
    return int(value)


def _provider(env: Mapping[str, str]) -> ProviderSettings | None:
    issuer = env.get("JUANZONG_OIDC_ISSUER")
    if not issuer:
        return None
    client_id = env.get("JUANZONG_OIDC_CLIENT_ID")
    secret = env.get("JUANZONG_OIDC_CLIENT_SECRET") or file_content(env.get("JUANZONG_OIDC_CLIENT_SECRET_FILE"))
    if not client_id or not secret:
        raise ConfigurationError(
            "设置了 JUANZONG_OIDC_ISSUER，但没有 JUANZONG_OIDC_CLIENT_ID 或密钥",
            "请同时设置 JUANZONG_OIDC_CLIENT_ID 和 JUANZONG_OIDC_CLIENT_SECRET（或 _CLIENT_SECRET_FILE）",
        )
    return ProviderSettings(
        issuer=issuer,
        client_id=client_id,
        client_secret=SecretStr(secret),
        roles_claim=env.get("JUANZONG_OIDC_ROLES_CLAIM"),
        roles=_roles(env.get("JUANZONG_OIDC_ROLES", "")),
    )


def file_content(file: str | None) -> str:
    """Return the text of a secret's file without white space around it, "" without a file.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(f"无法读取密钥文件 {file}：{error.strerror}", "请检查路径与权限") from error


def _roles(text: str) -> dict[str, Role]:
    found = {role.value: role for role in Role}
    for pair in filter(None, text.split(",")):
        group, _, role = pair.partition("=")
        if role not in set(Role):
            known = "、".join(Role)
            raise ConfigurationError(f"JUANZONG_OIDC_ROLES 中的角色应为 {known} 之一，实际为 {pair}", _CORRECT)
        found[group] = Role(role)
    return found
