from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.schemas import SCHEMAS, schema_text

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_is_fresh(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == schema_text(SCHEMAS[name]), (
        "run: python -m classifiers.schemas docs"
    )
