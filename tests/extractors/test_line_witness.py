from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from extractors.reading.hand import STEP, HandJudge, chance_between
from extractors.reading.ocr import LineOcr
from extractors.reading.second_reader import SecondReader, compared, numbers_in
from extractors.reading.settings import ReadingSettings
from extractors.values.confidence import Witness, witness_of
from training import fonts


def drawn(text: str, size: int = 44) -> np.ndarray:
    """Return a printed line, grey, 64 pixels high."""
    image = Image.new("L", (int(size * 0.62 * len(text)) + 40, 64), 245)
    ImageDraw.Draw(image).text((14, 48), text, font=fonts.BUILTIN.pil(size), fill=20, anchor="ls")
    return np.asarray(image)


@pytest.fixture(scope="module")
def ocr() -> LineOcr:
    return LineOcr(ReadingSettings())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话13800138000转", ["13800138000"]),
        ("证号11010119900307721X。", ["11010119900307721X"]),
        ("2021-8-12", ["2021-8-12"]),
        ("二〇二一年", []),
        ("第3页", ["3"]),
    ],
)
def test_numbers_are_found_in_a_line(text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in numbers_in(text)] == found


def test_agreement_is_told_per_character() -> None:
    answers = compared("13800", "13500", (0.99, 0.98, 0.97, 0.96, 0.95))
    assert [a.agrees for a in answers] == [0.99, 0.98, 0.0, 0.96, 0.95]
    assert answers[2].instead == "5"


def test_neighbours_of_the_number_do_not_count() -> None:
    answers = compared("138", "##138#", (0.5, 0.5, 0.9, 0.8, 0.7, 0.5))
    assert [a.agrees for a in answers] == [0.9, 0.8, 0.7]


def test_a_sign_that_the_recogniser_skipped_makes_its_neighbours_doubtful() -> None:
    answers = compared("1380", "13380", (0.9,) * 5)
    assert min(a.agrees for a in answers) == 0.0


@given(st.text("0123456789X-.", min_size=1, max_size=20), st.text("0123456789X-.#", max_size=24))
def test_every_character_gets_an_answer(number: str, second: str) -> None:
    answers = compared(number, second, (0.9,) * len(second))
    assert len(answers) == len(number)
    assert all(a.agrees in (0.0, 0.9) for a in answers)


@given(st.text("0123456789X", min_size=1, max_size=20))
def test_the_same_number_agrees_everywhere(number: str) -> None:
    assert all(a.agrees == 0.9 for a in compared(number, f"#{number}#", (0.9,) * (len(number) + 2)))


def test_the_second_reader_reads_print() -> None:
    reader = SecondReader(threads=1)
    grey = cv2.resize(drawn("13907124586"), None, fx=0.85 * 48 / 64, fy=48 / 64)
    signs, scores = reader.read(grey.astype(np.float32) / 127.5 - 1.0)
    assert signs.strip("#") == "13907124586"
    assert len(scores) == len(signs)


def test_print_is_not_taken_for_a_hand(ocr: LineOcr) -> None:
    image = drawn("投诉人姓名及联系电话")
    height, width = image.shape
    quad = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    characters = ocr.recognise(image, quad)[0].characters
    witness = witness_of_decoded(characters)
    assert witness.hand is not None
    assert witness.hand < 0.3


def witness_of_decoded(characters: tuple) -> Witness:
    seen = [c.hand for c in characters if c.hand is not None]
    return Witness(hand=sum(seen) / len(seen) if seen else None)


def test_the_judge_answers_for_every_eight_pixels() -> None:
    judge = HandJudge(threads=1)
    out = judge(np.ones((2, 1, 48, 160), np.float32))
    assert out.shape == (2, 160 // STEP)
    assert ((out >= 0) & (out <= 1)).all()


def test_chances_are_averaged_between_places() -> None:
    chances = np.array([0.0, 0.0, 1.0, 1.0], np.float32)
    assert chance_between(chances, 0.0, 0.5, 32) == 0.0
    assert chance_between(chances, 0.5, 1.0, 32) == 1.0
    assert chance_between(np.array([], np.float32), 0.0, 1.0, 32) == 0.0


def test_what_nobody_looked_at_is_unknown() -> None:
    assert witness_of(()) == Witness()
