"""The application: pages and JSON interface over a ``ReviewBackend``."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from domain.errors import (
    ConfigurationError,
    DecisionError,
    JuanzongError,
    StaleRevisionError,
    UnknownCaseError,
    UnknownObjectError,
    UnknownPolicyError,
)
from review_ui import assets
from review_ui.api import Health, Problem, api_routes
from review_ui.case_pages import case_routes
from review_ui.errors import AssetsError
from review_ui.four_eyes.pages import four_eyes_routes
from review_ui.lists import list_routes
from review_ui.parts import Parts
from review_ui.pictures import picture_routes
from review_ui.rendering import FOLDER, Pages
from review_ui.security import LoopbackGuard
from review_ui.statistics import statistics_routes
from review_ui.times import Clock, utc_now

_STATUS: tuple[tuple[type[JuanzongError], int], ...] = (
    (UnknownCaseError, 404),
    (UnknownObjectError, 404),
    (UnknownPolicyError, 404),
    (StaleRevisionError, 409),
    (DecisionError, 400),
    (ConfigurationError, 400),
)


def create_app(parts: Parts, clock: Clock = utc_now) -> FastAPI:
    """Return the ASGI application; serve it on loopback only (nobody signs in yet).

    Args:
        parts: the interfaces behind the pages.
        clock: gives the present moment, for due times and decisions.

    Raises:
        AssetsError: the browser parts were not built.
    """
    if not assets.are_ready():
        raise AssetsError("网页组件尚未安装或已过期", "请运行 make setup，或 python -m review_ui.assets")
    app = FastAPI(title="Juanzong", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    pages = Pages()
    backend = parts.review
    app.include_router(api_routes(backend, clock))
    app.include_router(list_routes(backend, pages, clock))
    app.include_router(case_routes(backend, pages, clock))
    app.include_router(picture_routes(backend))
    app.include_router(statistics_routes(backend, pages, clock))
    if parts.four_eyes is not None:
        app.include_router(four_eyes_routes(parts.four_eyes, pages, clock))
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_api_route("/healthz", _healthy, methods=["GET"])
    _answer_errors(app, pages, clock)
    app.add_middleware(LoopbackGuard)
    return app


def _healthy() -> Health:
    """Say that the pages answer."""
    return Health()


def _answer_errors(app: FastAPI, pages: Pages, clock: Clock) -> None:
    """Show every error as its fact and next step: JSON to programs, a page to people."""

    def answer(request: Request, problem: Problem, status: int) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse(problem.model_dump(), status_code=status)
        return pages.render(request, "error.html", {"problem": problem}, clock(), status)

    async def known(request: Request, error: Exception) -> Response:
        if not isinstance(error, JuanzongError):
            raise error
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
        problem = Problem(error=type(error).__name__, fact=error.fact, next_step=error.next_step)
        return answer(request, problem, status)

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        fact = "没有这个页面" if error.status_code == 404 else str(error.detail)
        problem = Problem(error="HTTPException", fact=fact, next_step="请回到待办队列")
        response = answer(request, problem, error.status_code)
        response.headers.update(error.headers or {})
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        if request.url.path.startswith("/api/"):
            return await request_validation_exception_handler(request, error)
        problem = Problem(
            error="RequestValidationError", fact="请求的内容不完整或不合规", next_step="请刷新页面后再操作"
        )
        return answer(request, problem, 422)

    app.add_exception_handler(JuanzongError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
