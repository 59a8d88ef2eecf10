"""Canonical JSON: RFC 8785 examples, and one value has one spelling."""

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.canonical import canonical_json

SAFE = st.integers(-(2**53) + 1, 2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | SAFE | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        # RFC 8785, appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(bits: str, expected: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(value) == expected.encode()


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # The emoji is two surrogates (0xD83D ...), below 0xFB33, though its code point is larger.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}
    assert list(json.loads(canonical_json(value)).values()) == [2, 4, 6, 7, 1, 5, 3]


def test_text_is_escaped_no_more_than_needed() -> None:
    assert canonical_json('€$\x0f\nA\'B"\\"/中') == '"€$\\u000f\\nA\'B\\"\\\\\\"/中"'.encode()


@given(JSON)
def test_reading_gives_the_value_back_and_writing_again_the_same_bytes(value: object) -> None:
    data = canonical_json(value)
    # RFC 8785 reads every number as a double.
    again = json.loads(data, parse_int=float)
    assert again == value
    assert canonical_json(again) == data


@given(st.dictionaries(TEXT, JSON, min_size=2), st.randoms(use_true_random=False))
def test_order_of_keys_does_not_matter(value: dict[str, object], random: object) -> None:
    keys = list(value)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53, "\ud800"])
def test_values_without_an_exact_form_are_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical_json(value)


@pytest.mark.parametrize("value", [{1: "x"}, b"bytes", object(), {1, 2}])
def test_values_without_json_form_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)
