"""Who sent a request: read from cookies or token once, then known to pages, backends and rules."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, replace

from fastapi import Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.access import ApiToken
from domain.access import Scope as TokenScope
from domain.people import PUBLIC, Operation, Person, may
from domain.system_errors import TokenRefusedError
from review_ui.accounts.backend import AccountsBackend, Client, SignedIn
from review_ui.security import SAFE_METHODS, host_name
from review_ui.systems.backend import TokenDesk

SESSION, VISIT = "juanzong-session", "juanzong-visit"
"""Cookies: of somebody signed in, and of a browser before that."""

_PROGRAMS = "/api/"
_OPEN_PATHS = ("/sign-in", "/one-time/", "/appearance")
_OPEN_BODY = 65_536
"""Bytes that are read from somebody who did not sign in, and only where one signs in or chooses how pages look."""

VISIT_AGE_S = 24 * 3600


@dataclass(frozen=True)
class Visitor:
    """The sender of a request.

    Attributes:
        person: ``None`` while not signed in.
        secret: of the session, or of the browser's visit; "" for a browser without a cookie.
        secure: reached over https, so that cookies are for https only.
        local: nobody signs in here, everything is allowed (pages alone, in tests).
        system: token of another system; then there is no person and no cookie.
        refused: what is wrong with the credentials of a program.
    """

    person: Person | None = None
    secret: str = ""
    secure: bool = False
    local: bool = False
    system: ApiToken | None = None
    refused: TokenRefusedError | None = None

    @property
    def token(self) -> str:
        """The token that every changing request carries: proves a page of ours, worth nothing elsewhere."""
        if not self.secret:
            return ""
        return hmac.new(self.secret.encode(), b"changing request", hashlib.sha256).hexdigest()

    def may(self, operation: Operation) -> bool:
        """Return True when the sender may do ``operation``: scopes decide about a token, roles about a person."""
        if self.system is not None:
            return operation in PUBLIC or self.system.may(operation)
        return self.local or (self.person is not None and may(self.person, operation))

    @property
    def reads_all(self) -> bool:
        """The sender is a program that may read personal data without asking each time."""
        return self.system is not None and TokenScope.CASES_REVEAL in self.system.scopes

    @property
    def known(self) -> bool:
        """The sender is a person who signed in, a program with a good token, or whoever sits at a local machine."""
        return self.local or self.person is not None or self.system is not None


LOCAL = Visitor(local=True)


@dataclass
class Presence:
    """One request being answered.

    Attributes:
        hidden: id to number of the cases that name the person, ``None`` until somebody asks.
    """

    visitor: Visitor
    hidden: dict[str, str] | None = None


presence: ContextVar[Presence | None] = ContextVar("presence", default=None)
"""The request being answered; ``None`` where nobody signs in."""


def visitor() -> Visitor:
    """Return the sender of the request being answered."""
    found = presence.get()
    return LOCAL if found is None else found.visitor


def client_of(request: Request) -> Client:
    """Return where ``request`` came from."""
    address = request.client.host if request.client else ""
    return Client(address=address, browser=request.headers.get("user-agent", ""))


class Recognition:
    """ASGI middleware: finds the system behind a token, the person behind the session cookie.

    Args:
        app: what follows.
        accounts: who may sign in, ``None`` where nobody does.
        tokens: of other systems, ``None`` where there are none.
        public_host: name under which a proxy offers the pages over https.
    """

    def __init__(
        self, app: ASGIApp, accounts: AccountsBackend | None, tokens: TokenDesk | None, public_host: str | None
    ) -> None:
        self._app = app
        self._accounts = accounts
        self._tokens = tokens
        self._public_host = public_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the visitor and pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        sender = await self._visitor(request)
        heard = receive if sender.known or _may_be_heard(request) else _without_body(receive)
        mark = presence.set(Presence(sender))
        try:
            await self._app(scope, heard, send)
        finally:
            presence.reset(mark)

    async def _visitor(self, request: HTTPConnection) -> Visitor:
        """Decide whose request this is, here and nowhere else.

        Credentials of a program count at the JSON interface only, and then alone: a cookie beside them says nothing.
        """
        credentials = request.headers.get("authorization")
        if credentials is not None and request.url.path.startswith(_PROGRAMS):
            return await run_in_threadpool(self._system, credentials)
        if self._accounts is None:
            return LOCAL
        return await self._person(request, self._accounts)

    def _system(self, credentials: str) -> Visitor:
        scheme, _, text = credentials.partition(" ")
        if scheme.lower() != "bearer" or self._tokens is None:
            return Visitor(refused=TokenRefusedError("请求没有可用的令牌", "请使用请求头 Authorization: Bearer 令牌"))
        try:
            return Visitor(system=self._tokens.verify(text.strip()))
        except TokenRefusedError as error:
            return Visitor(refused=error)

    async def _person(self, request: HTTPConnection, accounts: AccountsBackend) -> Visitor:
        secure = self._public_host is not None and host_name(request.headers.get("host", "")) == self._public_host
        session = request.cookies.get(cookie_name(SESSION, secure), "")
        if session and not request.url.path.startswith("/static/"):
            person = await run_in_threadpool(accounts.person_of, session)
            if person is not None:
                return Visitor(person=person, secret=session, secure=secure)
        return Visitor(secret=request.cookies.get(cookie_name(VISIT, secure), ""), secure=secure)


def own_address(request: Request, public_url: str | None) -> str:
    """Return our address as the sender knows it, without path."""
    if visitor().secure and public_url is not None:
        return public_url
    return f"{request.url.scheme}://{request.url.netloc}"


def cookie_name(name: str, secure: bool) -> str:
    """Return a cookie's name: the prefix makes browsers refuse one set by another host or without https."""
    return f"__Host-{name}" if secure else name


def _may_be_heard(request: HTTPConnection) -> bool:
    """Return True when the body of a stranger's request is read: forms are, gigabytes are not."""
    if request.scope["method"] in SAFE_METHODS:
        return True
    length = request.headers.get("content-length", "")
    return request.url.path.startswith(_OPEN_PATHS) and length.isdecimal() and int(length) <= _OPEN_BODY


def _without_body(receive: Receive) -> Receive:
    """Return what tells of an empty body first, then of whatever else happens to the request."""
    told = False

    async def heard() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return heard


def begin_visit() -> bool:
    """Give the sender a secret for the time before sign-in; return False when there is one already."""
    found = presence.get()
    if found is None or found.visitor.secret:
        return False
    found.visitor = replace(found.visitor, secret=secrets.token_urlsafe(32))
    return True


def set_visit(answer: Response) -> None:
    """Tell the browser the secret of its visit."""
    _set(answer, VISIT, visitor().secret, visitor().secure, VISIT_AGE_S)


def set_session(answer: Response, signed_in: SignedIn) -> None:
    """Give the browser the secret of a session; it forgets it when it is closed. The visit's secret goes."""
    _set(answer, SESSION, signed_in.token, visitor().secure, None)
    forget(answer, VISIT)


def forget(answer: Response, name: str) -> None:
    """Take a cookie away."""
    secure = visitor().secure
    answer.delete_cookie(cookie_name(name, secure), path="/", secure=secure, httponly=True, samesite="lax")


def _set(answer: Response, name: str, value: str, secure: bool, age: int | None) -> None:
    answer.set_cookie(
        cookie_name(name, secure), value, max_age=age, path="/", secure=secure, httponly=True, samesite="lax"
    )
