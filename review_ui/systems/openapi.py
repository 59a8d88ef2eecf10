"""The description of the interface: what FastAPI knows, completed by scopes, problems, and examples."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI

from domain.access import SCOPES
from review_ui.problems import PROBLEM_TYPE, Problem
from review_ui.systems.examples import ANSWERS, PROBLEMS
from review_ui.systems.texts import SCOPE

_TEXT = """\
Paper complaints, read, checked, graded and filed: for CRM, core systems and document management.

Every request carries `Authorization: Bearer jz_…`; each operation names the scope it asks for. A request without a
token is that of the person who signed in at the pages: the person's roles decide, and a changing request carries the
page's token in `X-CSRF-Token`. Errors are RFC 9457 problems with the fact and the next step (docs/errors.md). Personal
data are masked unless the token has `cases:reveal`; what is read and changed is logged. Guide: docs/api.md.
"""
_TAGS = (
    ("cases", "Cases, decisions, search"),
    ("files", "Papers: pictures and originals"),
    ("uploads", "Handing papers in"),
    ("policies", "Policy packs"),
    ("webhooks", "Being told what happens"),
)
_UNUSED = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Make ``app`` serve the completed description."""
    build = app.openapi

    def openapi() -> dict[str, Any]:
        """Return the description; it is built once."""
        if app.openapi_schema is None:
            app.openapi_schema = complete(build())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def allowed_methods(document: dict[str, Any], path: str) -> str:
    """Return the methods of a path for the header ``Allow``; the framework names those of one route only."""
    fitting = (
        methods
        for template, methods in document["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    )
    return ", ".join(sorted({method.upper() for methods in fitting for method in methods}))


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Return the description with what FastAPI does not know."""
    document["info"] |= {
        "description": _TEXT,
        "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    }
    document["tags"] = [{"name": name, "description": text} for name, text in _TAGS]
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _UNUSED:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    scopes = "; ".join(f"`{scope.value}` {text}" for scope, text in SCOPE.items())
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "jz_<id>_<secret>", "description": scopes}
    }
    for path in document["paths"].values():
        for operation in path.values():
            _complete_operation(operation)
    return document


def _complete_operation(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    scope = SCOPES.get(name)
    operation["summary"] = operation.get("description", operation["summary"]).split("\n", 1)[0].rstrip(".")
    if scope is not None:
        operation["security"] = [{"token": []}, {}]
        operation["x-scope"] = scope.value
        operation["description"] = f"{operation['description']}\n\nScope: `{scope.value}`."
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            answer["content"] = {PROBLEM_TYPE: _problem(int(status))}
        elif name in ANSWERS and "application/json" in answer.get("content", {}):
            answer["content"]["application/json"]["example"] = ANSWERS[name]
    if name in ("api.page", "api.original"):
        # FastAPI adds the type of its own default response
        operation["responses"]["200"]["content"].pop("application/json", None)


def _problem(status: int) -> dict[str, Any]:
    return {"schema": {"$ref": "#/components/schemas/Problem"}, "example": PROBLEMS[status]}
