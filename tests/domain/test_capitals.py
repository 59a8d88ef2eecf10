"""Sums in capital numerals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.amounts import normal_amount
from domain.capitals import to_capitals


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("483200", "肆拾捌万叁仟贰佰元整"),
        ("10050", "壹万零伍拾元整"),
        ("101000000", "壹亿零壹佰万元整"),
        ("100010000", "壹亿零壹万元整"),
        ("20.05", "贰拾元零伍分"),
        ("69084.99", "陆万玖仟零捌拾肆元玖角玖分"),
        ("0.5", "伍角整"),
        ("0", "零元整"),
    ],
)
def test_as_bills_are_filled_in(yuan: str, words: str) -> None:
    assert to_capitals(yuan) == words


@pytest.mark.parametrize("text", ["", "一万", "-1", "NaN", "1e13", "0.001"])
def test_what_is_no_sum_has_no_words(text: str) -> None:
    assert to_capitals(text) is None


@given(st.integers(min_value=1, max_value=10**12 - 1), st.integers(min_value=0, max_value=99))
def test_words_are_read_back_as_the_sum(yuan: int, cents: int) -> None:
    amount = Decimal(yuan) + Decimal(cents) / 100
    words = to_capitals(str(amount))
    assert words is not None
    value, _ = normal_amount(words)
    assert value is not None
    assert Decimal(value) == amount
