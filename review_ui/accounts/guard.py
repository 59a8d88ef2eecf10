"""The one place where permission is asked for: before every route, by its name, for the person who signed in.

1. a route outside the table is for nobody, 2. who did not sign in is sent to the sign-in page, 3. the roles must
permit the operation, 4. a changing request must carry the token of our own page, 5. a case that names the person
does not exist for that person.
"""

from __future__ import annotations

import hmac

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from domain.errors import ForbiddenError, RequestForgedError, SignInRequiredError
from domain.people import OWN, PERMITTED, PUBLIC
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
            SignInRequiredError, ForbiddenError, RequestForgedError, UnknownCaseError: as named above.
        """
        sender = visitor()
        if sender.local:
            return
        operation = getattr(request.scope.get("route"), "name", "")
        # 1. to 3.
        if operation not in PUBLIC:
            _permit(sender, operation)
        # 4.
        if request.method not in SAFE_METHODS:
            await _expect_token(request, sender)
        # 5.
        for name in CASE_PARAMETERS:
            key = request.path_params.get(name)
            if key is not None:
                await run_in_threadpool(self._recusal.refuse, str(key))


def _permit(sender: Visitor, operation: str) -> None:
    if sender.person is None:
        raise SignInRequiredError("您还没有登录，或登录已经结束", "请先登录")
    if operation not in OWN and operation not in PERMITTED:
        raise ForbiddenError("这个页面没有规定谁可以使用", "请告知管理员")
    if not sender.may(operation):
        raise ForbiddenError("您的角色不能使用这个页面", "如工作需要，请让管理员调整您的角色")


async def _expect_token(request: Request, sender: Visitor) -> None:
    given = request.headers.get(TOKEN_HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(_FORMS):
        given = str((await request.form()).get(TOKEN_FIELD, ""))
    if not sender.token or not hmac.compare_digest(given.encode(), sender.token.encode()):
        raise RequestForgedError("页面已经过期，操作没有执行", "请刷新页面后再试")
