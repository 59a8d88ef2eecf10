"""Tokens of other systems: made, verified, revoked. Only a hash of the secret is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import Row, insert, select, update

from domain.access import TOKEN_PREFIX, ApiToken, Scope, split_token
from domain.system_errors import TokenRefusedError, UnknownTokenError
from storage.database import Database
from storage.system_tables import api_tokens

_NO_SECRET = hashlib.sha256(b"").hexdigest()
"""Compared with when no token has the id, so that the answer takes as long as for a wrong secret."""


class ApiTokens:
    """The tokens of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, scopes: tuple[Scope, ...], days: int, actor: str) -> tuple[ApiToken, str]:
        """Make a token; return it and the text that is shown this once.

        Args:
            name: the system that will hold it.
            scopes: what it may do.
            days: how long it is good.
            actor: who makes it.
        """
        now = self._database.now()
        secret = secrets.token_urlsafe(32)
        token = ApiToken(
            id=secrets.token_hex(6),
            name=name,
            scopes=tuple(sorted(set(scopes))),
            created_at=now,
            created_by=actor,
            expires_at=now + timedelta(days=days),
        )
        row = token.model_dump(exclude={"scopes"}) | {"scopes": " ".join(token.scopes), "secret_sha256": _hash(secret)}
        with self._database.write() as connection:
            connection.execute(insert(api_tokens).values(**row))
        return token, f"{TOKEN_PREFIX}_{token.id}_{secret}"

    def tokens(self) -> tuple[ApiToken, ...]:
        """Return all tokens, the newest first; revoked ones stay in the list."""
        query = select(api_tokens).order_by(api_tokens.c.created_at.desc(), api_tokens.c.id)
        with self._database.read() as connection:
            return tuple(_token(row) for row in connection.execute(query))

    def verify(self, text: str) -> ApiToken:
        """Return the token that ``text`` is, and note the day of its use.

        Raises:
            TokenRefusedError: it is unknown, wrong, expired or revoked.
        """
        token_id, secret = split_token(text) or ("", "")
        with self._database.read() as connection:
            row = connection.execute(select(api_tokens).where(api_tokens.c.id == token_id)).one_or_none()
        same = hmac.compare_digest(_hash(secret), _NO_SECRET if row is None else row.secret_sha256)
        if row is None or not same:
            raise TokenRefusedError("令牌无效", "请核对令牌，或用 juanzong token create 新建")
        token, now = _token(row), self._database.now()
        if token.state(now) != "valid":
            fact = "令牌已吊销" if token.state(now) == "revoked" else "令牌已过期"
            raise TokenRefusedError(fact, "请用 juanzong token create 新建令牌")
        if token.last_used_on != now.date():
            used = update(api_tokens).where(api_tokens.c.id == token.id).values(last_used_on=now.date())
            with self._database.write() as connection:
                connection.execute(used)
        return token

    def revoke(self, token_id: str, actor: str) -> None:
        """Make a token useless from now on; revoking it again changes nothing.

        Raises:
            UnknownTokenError: there is none.
        """
        mine = api_tokens.c.id == token_id
        with self._database.write() as connection:
            if connection.execute(select(api_tokens.c.id).where(mine)).one_or_none() is None:
                raise UnknownTokenError(f"没有令牌 {token_id}", "请用 juanzong token list 查看编号")
            connection.execute(
                update(api_tokens)
                .where(mine, api_tokens.c.revoked_at.is_(None))
                .values(revoked_at=self._database.now(), revoked_by=actor)
            )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        scopes=tuple(Scope(word) for word in row.scopes.split()),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
        revoked_at=row.revoked_at,
    )
