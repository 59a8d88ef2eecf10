"""Every error is documented and says fact and next step."""

import importlib
import pkgutil
from pathlib import Path

import pytest

from domain.errors import JuanzongError

PACKAGES = ("domain", "extractors", "classifiers", "storage", "outgoing", "review_ui", "flows")
DOC = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")


def all_errors() -> list[type[JuanzongError]]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if "errors" in module.name or module.name == "flows.engine":
                importlib.import_module(module.name)
    found: list[type[JuanzongError]] = [JuanzongError]
    for error in found:
        found.extend(sub for sub in error.__subclasses__() if sub not in found)
    return found


@pytest.mark.parametrize("error", all_errors(), ids=lambda e: e.__name__)
def test_error_is_documented(error: type[JuanzongError]) -> None:
    assert f"`{error.__name__}`" in DOC


def test_message_is_fact_and_next_step() -> None:
    error = JuanzongError("文件为空", "请重新扫描")
    assert str(error) == "文件为空。请重新扫描。"
    assert (error.fact, error.next_step) == ("文件为空", "请重新扫描")
