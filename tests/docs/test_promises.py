"""Every test that docs/promises.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TEXT = (TESTS.parent / "docs" / "promises.md").read_text("utf-8")
ROWS = re.findall(r"^\| (?!promise|---)(.+?) \| (.+?) \|$", TEXT, flags=re.MULTILINE)


@pytest.mark.parametrize("tests", [row[1] for row in ROWS], ids=[row[0][:60] for row in ROWS])
def test_the_tests_of_a_promise_are_there(tests: str) -> None:
    file = None
    for named in re.findall(r"`([^`]+)`", tests):
        path, _, name = named.partition("::")
        if path:
            file = TESTS / path.replace("P ", "storage/")
            assert file.is_file(), named
        assert file is not None
        assert f"def {name.rstrip('…')}" in file.read_text("utf-8"), named
