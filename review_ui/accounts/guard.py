"""The one place where permission is asked for: before every route, by its name, for the person or system that asks.

1. a token that is not good is refused, 2. a route outside the tables is for nobody, 3. who did not sign in is sent to
the sign-in page, 4. the roles of a person, or the scopes of a token, must permit the operation, 5. a person's changing
request must carry the token of our own page (a browser never adds the token of a system by itself), 6. a case that
names the person does not exist for that person.
"""

from __future__ import annotations

import hmac

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from domain.access import SCOPES, ApiToken
from domain.errors import ForbiddenError, RequestForgedError, SignInRequiredError
from domain.people import OWN, PERMITTED, PUBLIC
from domain.system_errors import ScopeMissingError
from review_ui.accounts.visitor import Visitor, visitor
from review_ui.recusal import Recusal
from review_ui.security import SAFE_METHODS

TOKEN_HEADER = "x-csrf-token"
TOKEN_FIELD = "csrf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
CASE_PARAMETERS = ("case_id", "key", "number", "case")
"""Path parameters that name a case, by id or number."""


class Guard:
    """Dependency of every route."""

    def __init__(self, recusal: Recusal) -> None:
        self._recusal = recusal

    async def __call__(self, request: Request) -> None:
        """Let a request through or refuse it.

        Raises:
            TokenRefusedError, SignInRequiredError, ForbiddenError, ScopeMissingError, RequestForgedError,
            UnknownCaseError: as named above.
        """
        sender = visitor()
        if sender.local:
            return
        # 1.
        if sender.refused is not None:
            raise sender.refused
        operation = getattr(request.scope.get("route"), "name", "")
        # 2. to 4.
        if operation not in PUBLIC:
            _permit(sender, operation)
        # 5.
        if request.method not in SAFE_METHODS and sender.system is None:
            await _expect_token(request, sender)
        # 6.
        for name in CASE_PARAMETERS:
            key = request.path_params.get(name)
            if key is not None:
                await run_in_threadpool(self._recusal.refuse, str(key))


def _permit(sender: Visitor, operation: str) -> None:
    if sender.system is not None:
        _permit_system(sender.system, operation)
        return
    if sender.person is None:
        raise SignInRequiredError("您还没有登录，或登录已经结束", "请先登录")
    if operation not in OWN and operation not in PERMITTED:
        raise ForbiddenError("这个页面没有规定谁可以使用", "请告知管理员")
    if not sender.may(operation):
        raise ForbiddenError("您的角色不能使用这个页面", "如工作需要，请让管理员调整您的角色")


def _permit_system(token: ApiToken, operation: str) -> None:
    needed = SCOPES.get(operation)
    if needed is None:
        raise ForbiddenError("令牌不能用于这个地址", "可用的操作见 docs/api.md")
    if not token.may(operation):
        raise ScopeMissingError(f"令牌缺少权限 {needed}", f"请新建包含 {needed} 的令牌", needed)


async def _expect_token(request: Request, sender: Visitor) -> None:
    given = request.headers.get(TOKEN_HEADER, "")
    if not given and not _streams(request) and request.headers.get("content-type", "").startswith(_FORMS):
        given = str((await request.form()).get(TOKEN_FIELD, ""))
    if not sender.token or not hmac.compare_digest(given.encode(), sender.token.encode()):
        raise RequestForgedError("页面已经过期，操作没有执行", "请刷新页面后再试")


def _streams(request: Request) -> bool:
    """Return whether the route reads the body itself: at the JSON interface the token stands in the header only."""
    return request.url.path.startswith("/api/")
