"""The application: pages and JSON interface over a ``ReviewBackend``."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from domain.errors import JuanzongError
from review_ui import assets
from review_ui.accounts.admin import admin_routes
from review_ui.accounts.answers import answer_access
from review_ui.accounts.guard import Guard
from review_ui.accounts.sign_in import own_routes, sign_in_routes
from review_ui.accounts.visitor import Recognition
from review_ui.api import Health, api_routes
from review_ui.appearance import Appearance, appearance_routes
from review_ui.audit.pages import audit_routes
from review_ui.audit.reveals import reveal_routes
from review_ui.audit.trail import Trail
from review_ui.case_pages import case_routes
from review_ui.desk.copies import copy_routes
from review_ui.desk.routes import desk_routes
from review_ui.errors import AssetsError
from review_ui.four_eyes.pages import four_eyes_routes
from review_ui.lists import list_routes
from review_ui.mailroom.routes import mailroom_routes
from review_ui.papers import paper_routes
from review_ui.parts import Parts
from review_ui.pictures import picture_routes
from review_ui.problems import InvalidPart, Problem, challenge, plain_problem, problem_of, problem_response
from review_ui.queue.pages import queue_routes
from review_ui.recusal import Recusal, RecusedBackend
from review_ui.rendering import FOLDER, Pages
from review_ui.retention.pages import retention_routes
from review_ui.security import HostGuard
from review_ui.statistics import statistics_routes
from review_ui.systems.openapi import allowed_methods, describe
from review_ui.systems.pages import system_routes
from review_ui.times import Clock, utc_now
from review_ui.typing.routes import typing_routes


def create_app(parts: Parts, clock: Clock = utc_now, public_url: str | None = None) -> FastAPI:
    """Return the ASGI application; without ``parts.accounts`` serve it on loopback only.

    Args:
        parts: the interfaces behind the pages.
        clock: gives the present moment, for due times and decisions.
        public_url: https address under which a proxy offers the pages, ``None`` for this machine only.

    Raises:
        AssetsError: the browser parts were not built.
    """
    if not assets.are_ready():
        raise AssetsError("网页组件尚未安装或已过期", "请运行 make setup，或 python -m review_ui.assets")
    recusal = Recusal(parts.accounts)
    app = FastAPI(
        title="Juanzong",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        dependencies=[Depends(Guard(recusal))],
    )
    pages = Pages()
    backend = RecusedBackend(parts.review, recusal)
    parts = replace(parts, review=backend)
    app.state.trail = Trail(parts.audit, clock, parts.typing.lines)
    app.include_router(api_routes(parts, clock, recusal))
    app.include_router(list_routes(backend, pages, clock))
    app.include_router(queue_routes(parts, pages, clock, recusal))
    app.include_router(case_routes(parts, pages, clock))
    app.include_router(picture_routes(backend))
    if parts.audit is not None:
        app.include_router(reveal_routes(backend, pages, clock))
        app.include_router(audit_routes(parts.audit, pages, clock))
    app.include_router(statistics_routes(backend, pages, clock))
    app.include_router(typing_routes(parts.typing, backend))
    _add_desks(app, parts, pages, clock, recusal)
    app.include_router(appearance_routes())
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_api_route("/healthz", _healthy, methods=["GET"], name="healthz")
    public_host = urlsplit(public_url).hostname if public_url else None
    if parts.accounts is not None:
        app.include_router(sign_in_routes(parts.accounts, pages, clock, public_url))
        app.include_router(own_routes(parts.accounts, pages, clock))
        app.include_router(admin_routes(parts.accounts, pages, clock, public_url))
    tokens = None if parts.systems is None else parts.systems.tokens
    app.add_middleware(Recognition, accounts=parts.accounts, tokens=tokens, public_host=public_host)
    _answer_errors(app, pages, clock)
    app.add_middleware(Appearance)
    app.add_middleware(HostGuard, public_host=public_host)
    describe(app)
    return app


def _add_desks(app: FastAPI, parts: Parts, pages: Pages, clock: Clock, recusal: Recusal) -> None:
    """Add the routes of the desks that this installation has."""
    app.state.papers = parts.papers is not None
    if parts.papers is not None:
        app.include_router(paper_routes(parts, parts.papers, pages, clock, recusal))
    if parts.desk is not None:
        app.include_router(desk_routes(parts.desk, parts.review, recusal, pages, clock))
    app.state.copies = parts.copies is not None
    if parts.copies is not None:
        app.include_router(copy_routes(parts.copies, parts.review, pages, clock))
    if parts.mailroom is not None:
        app.include_router(mailroom_routes(parts.mailroom, parts.review, pages, clock))
    if parts.four_eyes is not None:
        app.include_router(four_eyes_routes(parts.four_eyes, pages, clock, recusal))
    if parts.retention is not None:
        app.include_router(retention_routes(parts.retention, parts.review, recusal, pages, clock))
    if parts.systems is not None:
        app.include_router(system_routes(parts.systems, pages, clock))


def _healthy() -> Health:
    """Say that the pages answer."""
    return Health()


def _asks_for_json(request: Request) -> bool:
    """Tell programs and scripts from people: scripts of the pages say what they accept."""
    return request.url.path.startswith("/api/") or request.headers.get("accept") == "application/json"


def _allowed(app: FastAPI, request: Request, error: HTTPException) -> dict[str, str]:
    """Return the header that names the methods of a path of the JSON interface."""
    if error.status_code != 405 or not request.url.path.startswith("/api/"):
        return {}
    return {"Allow": allowed_methods(app.openapi(), request.url.path)}


def _invalid_parts(error: RequestValidationError, *, program: bool) -> Problem:
    """Return what is told of a request that is not as described."""
    next_step = "请按 invalid 所列逐项改正" if program else "请刷新页面后再操作"
    problem = plain_problem(422, "RequestValidationError", "请求的内容不完整或不合规", next_step)
    parts = (InvalidPart(where=".".join(str(p) for p in e["loc"]), message=e["msg"]) for e in error.errors())
    return problem.model_copy(update={"invalid": tuple(parts)})


def _answer_errors(app: FastAPI, pages: Pages, clock: Clock) -> None:
    """Show every error as its fact and next step: JSON to programs, a page to people."""

    def answer(request: Request, problem: Problem) -> Response:
        if _asks_for_json(request):
            return problem_response(problem)
        return pages.render(request, "error.html", {"problem": problem}, clock(), problem.status)

    async def known(request: Request, error: Exception) -> Response:
        if not isinstance(error, JuanzongError):
            raise error
        response = answer_access(request, error) or answer(request, problem_of(error))
        if _asks_for_json(request):
            response.headers.update(challenge(error))
        return response

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        fact = "没有这个页面" if error.status_code == 404 else str(error.detail)
        response = answer(request, plain_problem(error.status_code, "HTTPException", fact, "请回到待办队列"))
        response.headers.update(error.headers or {})
        response.headers.update(_allowed(app, request, error))
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return answer(request, _invalid_parts(error, program=_asks_for_json(request)))

    app.add_exception_handler(JuanzongError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
