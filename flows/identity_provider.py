"""The house's OpenID provider: authorization code with PKCE, state and nonce; the only module that knows authlib."""

from __future__ import annotations

from threading import Lock
from typing import cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from httpx2 import HTTPError, Response
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import decode

from domain.errors import IdentityProviderError
from domain.people import Role
from flows.people_settings import ProviderSettings
from storage.provider_visits import Visit

RETURN_PATH = "/sign-in/oidc/return"
ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures that are taken: never ``none``, never one made with the client's own secret."""

CLOCK_SKEW_S = 60
_TIMEOUT_S = 10.0
_AGAIN = "请回到登录页重新登录；仍不行请告知管理员"


class IdentityProvider:
    """Speaks with one provider. Safe to use from several threads."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._metadata: dict[str, str] = {}
        self._keys: KeySet | None = None
        self._lock = Lock()

    def page(self, visit: Visit, address: str) -> str:
        """Return the provider's page for ``visit``; people come back to ``address`` (ours, without path).

        Raises:
            IdentityProviderError: the provider cannot be reached, or is another than its address says.
        """
        with self._client(address) as client:
            url, _ = client.create_authorization_url(
                self._discovered("authorization_endpoint"),
                state=visit.state,
                nonce=visit.nonce,
                code_verifier=visit.verifier,
            )
        return str(url)

    def claims(self, visit: Visit, answer: dict[str, str], address: str) -> dict[str, object]:
        """Return what the provider says about the person who came back, every statement checked.

        1. the answer is no error and comes from this issuer, 2. the code is exchanged with our secret and the
        verifier, 3. the signature is the provider's, 4. issuer, audience, times and nonce are right.

        Raises:
            IdentityProviderError: one of these does not hold.
        """
        # 1.
        if "code" not in answer:
            raise _refused(answer.get("error", "没有授权码"))
        if answer.get("iss", self.settings.issuer) != self.settings.issuer:
            raise _refused("回复来自另一个提供方")
        # 2.
        statement, access = self._exchanged(answer["code"], visit, address)
        try:
            # 3.
            token = decode(statement, self._key_set(statement), algorithms=ALGORITHMS)
            # 4.
            expected = {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
            }
            params = {"nonce": visit.nonce, "client_id": self.settings.client_id, "access_token": access}
            claims = CodeIDToken(token.claims, token.header, expected, params)
            claims.validate(leeway=CLOCK_SKEW_S)
        except (JoseError, AuthlibBaseError, ValueError) as error:
            raise _refused(str(error)) from error
        return dict(claims)

    def _exchanged(self, code: str, visit: Visit, address: str) -> tuple[str, str | None]:
        try:
            with self._client(address) as client:
                tokens = client.fetch_token(
                    self._discovered("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=visit.verifier,
                )
        except (HTTPError, AuthlibBaseError, ValueError) as error:
            raise _refused(str(error)) from error
        if not isinstance(tokens.get("id_token"), str):
            raise _refused("没有 id_token")
        return tokens["id_token"], tokens.get("access_token")

    def _client(self, address: str) -> OAuth2Client:
        return OAuth2Client(
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret.get_secret_value(),
            scope="openid profile email",
            redirect_uri=f"{address}{RETURN_PATH}",
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )

    def _discovered(self, name: str) -> str:
        """Return an entry of the discovery document, fetched once."""
        with self._lock:
            if not self._metadata:
                found = self._get(get_well_known_url(self.settings.issuer, external=True))
                if found.get("issuer") != self.settings.issuer:
                    raise _refused(f"发现文档的 issuer 为 {found.get('issuer')}，应为 {self.settings.issuer}")
                self._metadata = cast("dict[str, str]", found)
        if name not in self._metadata:
            raise _refused(f"发现文档没有 {name}")
        return self._metadata[name]

    def _key_set(self, statement: str) -> KeySet:
        """Return the provider's keys, fetched again when none of them has the number that the statement names."""
        from joserfc.jws import extract_compact

        wanted = extract_compact(statement.encode()).headers().get("kid")
        if self._keys is None or (wanted and wanted not in {key.kid for key in self._keys.keys}):
            self._keys = KeySet.import_key_set(self._get(self._discovered("jwks_uri")))  # type: ignore[arg-type]
        return self._keys

    def _get(self, url: str) -> dict[str, object]:
        try:
            with OAuth2Client(timeout=_TIMEOUT_S) as client:
                answer: Response = client.request("GET", url, withhold_token=True)
                answer.raise_for_status()
                found = answer.json()
        except (HTTPError, ValueError) as error:
            raise IdentityProviderError(f"无法连接单位的统一登录：{error}", "请稍后再试，或用密码登录") from error
        return cast("dict[str, object]", found)


def roles_of(claims: dict[str, object], settings: ProviderSettings) -> tuple[Role, ...] | None:
    """Return the roles that the provider's groups stand for, ``None`` when roles are given here."""
    if settings.roles_claim is None:
        return None
    said = claims.get(settings.roles_claim)
    groups = said if isinstance(said, list) else [said]
    return tuple(dict.fromkeys(settings.roles[g] for g in groups if isinstance(g, str) and g in settings.roles))


def _refused(why: str) -> IdentityProviderError:
    return IdentityProviderError(f"统一登录没有成功：{why}", _AGAIN)
