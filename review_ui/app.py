"""The application: pages and JSON interface over a ``ReviewBackend``."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from domain.errors import JuanzongError
from review_ui import assets
from review_ui.api import Health, api_routes
from review_ui.case_pages import case_routes
from review_ui.errors import AssetsError
from review_ui.lists import list_routes
from review_ui.parts import Parts
from review_ui.pictures import picture_routes
from review_ui.problems import InvalidPart, Problem, challenge, plain_problem, problem_of, problem_response
from review_ui.rendering import FOLDER, Pages
from review_ui.security import LoopbackGuard
from review_ui.statistics import statistics_routes
from review_ui.systems.openapi import allowed_methods, describe
from review_ui.systems.pages import system_routes
from review_ui.times import Clock, utc_now


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
    app = FastAPI(
        title="Juanzong",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    pages = Pages()
    backend = parts.review
    app.include_router(api_routes(parts, clock))
    app.include_router(list_routes(backend, pages, clock))
    app.include_router(case_routes(backend, pages, clock))
    app.include_router(picture_routes(backend))
    app.include_router(statistics_routes(backend, pages, clock))
    if parts.systems is not None:
        app.include_router(system_routes(parts.systems, pages, clock))
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_api_route("/healthz", _healthy, methods=["GET"], name="pages.health")
    _answer_errors(app, pages, clock)
    app.add_middleware(LoopbackGuard)
    describe(app)
    return app


def _healthy() -> Health:
    """Say that the pages answer."""
    return Health()


def _answer_errors(app: FastAPI, pages: Pages, clock: Clock) -> None:
    """Show every error as its fact and next step: JSON to programs, a page to people."""

    def answer(request: Request, problem: Problem) -> Response:
        if request.url.path.startswith("/api/"):
            return problem_response(problem)
        return pages.render(request, "error.html", {"problem": problem}, clock(), problem.status)

    async def known(request: Request, error: Exception) -> Response:
        if not isinstance(error, JuanzongError):
            raise error
        response = answer(request, problem_of(error))
        response.headers.update(challenge(error))
        return response

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        fact = "没有这个页面" if error.status_code == 404 else str(error.detail)
        response = answer(request, plain_problem(error.status_code, "HTTPException", fact, "请回到待办队列"))
        response.headers.update(error.headers or {})
        if error.status_code == 405 and request.url.path.startswith("/api/"):
            response.headers["Allow"] = allowed_methods(app.openapi(), request.url.path)
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        program = request.url.path.startswith("/api/")
        next_step = "请按 invalid 所列逐项改正" if program else "请刷新页面后再操作"
        problem = plain_problem(422, "RequestValidationError", "请求的内容不完整或不合规", next_step)
        parts = tuple(
            InvalidPart(where=".".join(str(p) for p in found["loc"]), message=found["msg"]) for found in error.errors()
        )
        return answer(request, problem.model_copy(update={"invalid": parts}))

    app.add_exception_handler(JuanzongError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
