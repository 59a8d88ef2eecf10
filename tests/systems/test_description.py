"""The description of the interface is complete, current, and its examples are true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from domain.access import SCOPES
from flows.schema import api_description
from review_ui.problems import PROBLEM_TYPE

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = {o["operationId"]: o for path in DOCUMENT["paths"].values() for o in path.values()}


def test_published_description_is_current() -> None:
    assert json.loads(json.dumps(api_description())) == DOCUMENT, "run: python -m flows.schema"


@pytest.mark.parametrize("name", sorted(SCOPES))
def test_operation_is_described(name: str) -> None:
    operation = OPERATIONS[name]
    assert f"Scope: `{SCOPES[name].value}`." in operation["description"]
    assert operation["summary"] and operation["tags"]
    assert operation["security"] == [{"token": []}, {}]
    assert {"401", "403", "422"} <= set(operation["responses"])
    for status, answer in operation["responses"].items():
        assert answer["description"]
        if int(status) >= 400:
            assert list(answer["content"]) == [PROBLEM_TYPE]


def test_examples_are_true() -> None:
    checked = 0
    for operation in OPERATIONS.values():
        for answer in operation["responses"].values():
            for content in answer.get("content", {}).values():
                if "example" in content:
                    schema = content["schema"] | {"components": DOCUMENT["components"]}
                    jsonschema.Draft202012Validator(schema).validate(content["example"])
                    checked += 1
    assert checked > len(SCOPES)


def test_every_json_answer_has_an_example() -> None:
    for name in SCOPES:
        for status, answer in OPERATIONS[name]["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if kind == "application/json":
                    assert "example" in content, (name, status)
