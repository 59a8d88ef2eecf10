"""Language and colours of the pages: chosen in the top bar, kept in cookies, set once for each request."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from review_ui.accounts.targets import own_path
from review_ui.accounts.visitor import visitor
from review_ui.language import LANGUAGES, language, preferred
from review_ui.texts import SYSTEM, THEMES

LANGUAGE_COOKIE, THEME_COOKIE = "juanzong-language", "juanzong-theme"
KEPT_S = 400 * 24 * 3600
"""As long as browsers keep a cookie."""

theme: ContextVar[str] = ContextVar("theme", default=SYSTEM)
"""Colours of the request being answered: a key of ``THEMES``."""


class Appearance:
    """ASGI middleware: notes the language and the colours that the browser asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note both and pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        chosen, colours = request.cookies.get(LANGUAGE_COOKIE), request.cookies.get(THEME_COOKIE)
        spoken = chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))
        marks = language.set(spoken), theme.set(colours if colours in THEMES else SYSTEM)
        try:
            await self._app(scope, receive, send)
        finally:
            language.reset(marks[0])
            theme.reset(marks[1])


def appearance_routes() -> APIRouter:
    """Return the route of the form in the top bar; whoever sees a page may choose how it looks."""
    router = APIRouter(include_in_schema=False)

    @router.post("/appearance", name="appearance.choose")
    def choose(
        back: Annotated[str, Form(max_length=2000)] = "",
        spoken: Annotated[str, Form(alias="language", max_length=20)] = "",
        colours: Annotated[str, Form(alias="theme", max_length=20)] = "",
    ) -> Response:
        answer = RedirectResponse(own_path(back) or "/", status_code=303)
        if spoken in LANGUAGES:
            _keep(answer, LANGUAGE_COOKIE, spoken)
        if colours in THEMES:
            _keep(answer, THEME_COOKIE, colours)
        return answer

    return router


def here(request: Request) -> str:
    """Return the path to come back to: of this page, or the beginning where the page answers a form."""
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}".removesuffix("?")


def _keep(answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=KEPT_S, path="/", secure=visitor().secure, httponly=True, samesite="lax")
