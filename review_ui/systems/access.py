"""Who asks the JSON interface, and whether they may: one table, one function."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from domain.access import ApiToken, Scope
from domain.system_errors import ScopeMissingError, TokenRefusedError
from review_ui.systems.backend import TokenDesk

SCOPES: dict[str, Scope] = {
    "api.queue": Scope.QUEUE_READ,
    "api.cases": Scope.CASES_READ,
    "api.case": Scope.CASES_READ,
    "api.documents": Scope.CASES_READ,
    "api.failures": Scope.QUEUE_READ,
    "api.decide": Scope.DECISIONS_WRITE,
    "api.check": Scope.DECISIONS_WRITE,
    "api.page": Scope.FILES_READ,
    "api.original": Scope.FILES_READ,
    "api.search": Scope.SEARCH_READ,
    "api.policies": Scope.POLICIES_READ,
    "api.policy": Scope.POLICIES_READ,
    "api.upload": Scope.UPLOADS_WRITE,
    "api.upload_state": Scope.UPLOADS_WRITE,
    "api.webhooks": Scope.WEBHOOKS_MANAGE,
    "api.webhook_add": Scope.WEBHOOKS_MANAGE,
    "api.webhook": Scope.WEBHOOKS_MANAGE,
    "api.webhook_switch": Scope.WEBHOOKS_MANAGE,
    "api.webhook_rotate": Scope.WEBHOOKS_MANAGE,
    "api.deliveries": Scope.WEBHOOKS_MANAGE,
    "api.send_again": Scope.WEBHOOKS_MANAGE,
}
"""The scope that each operation of the interface asks for, by route name."""


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        token: of another system, ``None`` for a person at our own pages.
    """

    token: ApiToken | None = None

    @property
    def owner(self) -> str:
        """Whose uploads and idempotency keys these are."""
        return "page" if self.token is None else f"token:{self.token.id}"

    def may(self, scope: Scope) -> bool:
        """Return whether this caller may do what ``scope`` allows."""
        return self.token is None or scope in self.token.scopes

    def signs(self, actor: str) -> str:
        """Return the name under which an answer of ``actor`` is kept: with the system that vouches for it."""
        return actor if self.token is None else f"{actor}@{self.token.name}"


def judge(request: Request, operation: str, tokens: TokenDesk | None) -> Caller:
    """Return who asks.

    A request with credentials is judged by its token. One without is that of the person at this machine: the
    guards in ``review_ui.security`` let only loopback names and our own pages through. Sessions of signed-in people
    belong here.

    Args:
        request: what was asked.
        operation: route name.
        tokens: the tokens of the house, ``None`` when it has none.

    Raises:
        TokenRefusedError: the token is not good.
        ScopeMissingError: the token does not allow this operation.
    """
    given = request.headers.get("authorization")
    if given is None:
        return Caller()
    scheme, _, text = given.partition(" ")
    if scheme.lower() != "bearer" or tokens is None:
        raise TokenRefusedError("请求没有可用的令牌", "请使用请求头 Authorization: Bearer 令牌")
    caller = Caller(tokens.verify(text.strip()))
    needed = SCOPES[operation]
    if not caller.may(needed):
        raise ScopeMissingError(f"令牌缺少权限 {needed}", f"请新建包含 {needed} 的令牌", needed)
    return caller


def guarded_route(tokens: TokenDesk | None) -> type[APIRoute]:
    """Return a kind of route that judges the caller before it reads the body."""

    class GuardedRoute(APIRoute):
        """Judges first, then answers."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Return the handler with the judgement in front of it."""
            answer = super().get_route_handler()

            async def judged(request: Request) -> Response:
                request.state.caller = await run_in_threadpool(judge, request, self.name, tokens)
                return await answer(request)

            return judged

    return GuardedRoute


def caller_of(request: Request) -> Caller:
    """Return who asks, as judged before."""
    caller = request.state.caller
    if not isinstance(caller, Caller):
        raise TypeError(f"a caller was expected, got {caller!r}")
    return caller
