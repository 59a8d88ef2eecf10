"""``juanzong train category`` refuses what it cannot learn from, with the next step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.conftest import juanzong


def test_too_few_decisions(home: Path, tmp_path: Path) -> None:
    done = juanzong(home, "train", "category", "--checkpoint", tmp_path, "--policy", "exchange-member")
    assert done.code == 2
    assert "由人工判定类别的案件" in done.err and "请先判定至少 20 件" in done.err


def test_a_regime_without_categories(home: Path, tmp_path: Path) -> None:
    done = juanzong(home, "train", "category", "--checkpoint", tmp_path, "--policy", "auto-insurance")
    assert done.code == 2
    assert "没有投诉类别" in done.err


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "第 1 行不是"),
        (json.dumps({"text": "a", "category": "no_such"}), "no_such"),
    ],
)
def test_a_line_of_examples_that_cannot_be_used(home: Path, tmp_path: Path, line: str, word: str) -> None:
    examples = tmp_path / "examples.jsonl"
    examples.write_text(line + "\n", "utf-8")
    done = juanzong(home, "train", "category", "--checkpoint", tmp_path, "--policy", "hotel", "--examples", examples)
    assert done.code == 2
    assert word in done.err
