"""Doubtful characters of values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.doubts import DoubtfulCharacter, characters_inside, doubts_of
from domain.fields import FieldType
from domain.ocr import OcrCharacter, OcrLine

RIGHT_ID = "110105199003071239"


def line(text: str, doubts: dict[int, tuple[str, ...]], second: dict[int, float] | None = None) -> OcrLine:
    """Return a line of 20 pixels a character at the top left; the characters of ``doubts`` score 0.5."""
    characters = tuple(
        OcrCharacter(
            text=c,
            bbox=(20.0 * i, 0.0, 20.0 * i + 18, 30.0),
            score=0.5 if i in doubts else 0.999,
            alternatives=doubts.get(i, ()),
            margin=0.1 if doubts.get(i) else None,
            second=(second or {}).get(i),
        )
        for i, c in enumerate(text)
    )
    right = 20.0 * len(text)
    polygon = ((0.0, 0.0), (right, 0.0), (right, 30.0), (0.0, 30.0))
    return OcrLine(text=text, polygon=polygon, score=0.9, characters=characters)


def doubts(value: str, kind: FieldType, read: OcrLine) -> tuple[DoubtfulCharacter, ...]:
    return doubts_of(value, kind, [(c, "doc-1", 1) for c in read.characters if c.text.strip()])


def test_normal_forms_keep_the_doubts_of_their_words() -> None:
    found = doubts("2026-11-18", FieldType.DATE, line("2026年11月18日", {3: ("5", "年"), 9: ("3",)}))
    assert [(d.at, d.text, [a.text for a in d.alternatives]) for d in found] == [(3, "6", ["5"]), (9, "8", ["3"])]
    assert found[1].bbox == (180.0, 0.0, 198.0, 30.0)


def test_spaces_and_widths_do_not_shift_the_offsets() -> None:
    found = doubts("13800138000", FieldType.PHONE, line("１３８ 0013 8000", {9: ("6",)}))
    assert [(d.at, d.text) for d in found] == [(7, "8")]


def test_the_alternative_that_passes_the_check_comes_first() -> None:
    wrong = RIGHT_ID[:17] + "3"
    (found,) = doubts(wrong, FieldType.CN_ID, line(wrong, {17: ("8", "9", "口")}))
    assert [(a.text, a.fits) for a in found.alternatives] == [("9", True), ("8", False)]


def test_a_value_that_passes_needs_no_advice() -> None:
    (found,) = doubts(RIGHT_ID, FieldType.CN_ID, line(RIGHT_ID, {17: ("8",)}))
    assert [a.fits for a in found.alternatives] == [None]


def test_the_second_reader_raises_a_doubt() -> None:
    found = doubts("8800", FieldType.ACCOUNT_NO, line("8800", {}, {2: 0.1, 3: 0.9}))
    assert [d.at for d in found] == [2]


def test_the_same_sign_in_another_width_is_no_doubt() -> None:
    read = line("甲，乙", {})
    near = read.characters[1].model_copy(update={"score": 0.95, "alternatives": (",",), "margin": 0.5})
    read = read.model_copy(update={"characters": (read.characters[0], near, read.characters[2])})
    assert doubts("甲，乙", FieldType.LONGTEXT, read) == ()


def test_a_box_holds_the_characters_whose_centres_lie_in_it() -> None:
    found = characters_inside((line("甲乙 丙丁", {}),), (15.0, 0.0, 75.0, 30.0))
    assert "".join(c.text for c in found) == "乙丙"


@given(st.text(alphabet="0123456789年月日甲乙Xx，", max_size=20), st.text(alphabet="0123456789甲乙X", max_size=20))
def test_every_doubt_points_at_its_character(value: str, words: str) -> None:
    found = doubts(value, FieldType.TEXT, line(words, {i: ("丙",) for i in range(0, len(words), 2)}))
    offsets = [d.at for d in found]
    assert offsets == sorted(set(offsets))
    assert all(value[d.at] == d.text for d in found)
    assert all(a.text != d.text for d in found for a in d.alternatives)
