from __future__ import annotations

import pytest

from domain.checks import confusable_characters


@pytest.mark.parametrize(
    ("text", "doubted"), [("Izp1970@163.com", True), ("LIU.W@163.com", False), ("liping@163.com", False)]
)
def test_a_capital_i_before_small_letters_may_be_a_small_l(text: str, doubted: bool) -> None:
    assert bool(confusable_characters(text)) is doubted
