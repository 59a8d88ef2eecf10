"""Invariants of decoding, ordering and turning that hold for any input."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from extractors.reading.ctc import DecodedCharacter, decode
from extractors.reading.deskew import straight_size, straighten_quads, straightened
from extractors.reading.lines import reading_order
from extractors.reading.ocr import RawLine
from extractors.reading.orientation import turn_points, turn_quads, turned
from extractors.reading.perspective import find_sheet
from extractors.reading.picture import Picture, square_picture, stretched
from extractors.reading.pixel_shape import stretch_of

CLASSES = ["", *"甲乙丙丁1", " "]
ANGLES = st.floats(-10, 10)


@given(arrays(np.float32, st.tuples(st.integers(1, 30), st.just(len(CLASSES))), elements=st.floats(0, 1, width=32)))
def test_decoded_characters_stand_in_order_inside_the_line(raw: np.ndarray) -> None:
    probabilities = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)
    characters = decode(probabilities.astype(np.float32), CLASSES)
    for before, after in itertools.pairwise(characters):
        assert before.end <= after.start + 1e-6
    for character in characters:
        assert 0.0 <= character.start <= character.end <= 1.0
        assert 0.0 <= character.score <= 1.0 + 1e-6
        assert character.text not in character.alternatives
        assert "" not in character.alternatives


def test_repeats_merge_and_blanks_separate() -> None:
    steps = [0, 1, 1, 0, 1, 2, 2, 0]
    probabilities = np.full((len(steps), len(CLASSES)), 0.01, np.float32)
    probabilities[np.arange(len(steps)), steps] = 0.9
    probabilities[4, 3] = 0.2
    characters = decode(probabilities, CLASSES)
    assert [c.text for c in characters] == ["甲", "甲", "乙"]
    assert characters[1].alternatives[0] == "丙"


BOX = st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(5, 200), st.integers(5, 40))


@given(st.lists(BOX, max_size=20))
def test_reading_order_names_every_line_once(boxes: list[tuple[int, int, int, int]]) -> None:
    order = reading_order([(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h in boxes])
    assert sorted(order) == list(range(len(boxes)))


def test_rows_are_read_from_the_left_even_when_they_are_uneven() -> None:
    boxes = [
        (300.0, 12.0, 400.0, 32.0),
        (10.0, 10.0, 100.0, 30.0),
        (10.0, 50.0, 100.0, 70.0),
        (150.0, 8.0, 250.0, 28.0),
    ]
    assert reading_order(boxes) == [1, 3, 0, 2]


@given(BOX, st.sampled_from([90, 180, 270]))
def test_turning_there_and_back_gives_the_same_line(box: tuple[int, int, int, int], degrees: int) -> None:
    x, y, w, h = box
    width, height = 900, 700
    quad = np.array([[[x, y], [x + w, y], [x + w, y + h], [x, y + h]]], np.float32)
    there = turn_quads(quad, degrees, width, height)
    size = (height, width) if degrees != 180 else (width, height)
    assert np.allclose(turn_quads(there, 360 - degrees, *size), quad)
    assert there[0, 0].sum() == there[0].sum(axis=1).min()


@given(ANGLES, st.integers(0, 199), st.integers(0, 149))
def test_straightened_points_move_with_their_pixels(skew: float, x: int, y: int) -> None:
    image = np.full((150, 200, 3), 255, np.uint8)
    image[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = 0
    quads = np.array([[[x, y]] * 4], np.float32)
    moved = straighten_quads(quads, skew, 200, 150)[0, 0]
    result = straightened(image, skew)
    height, width = result.shape[:2]
    assert -1 <= moved[0] <= width and -1 <= moved[1] <= height
    ys, xs = np.nonzero(result[:, :, 0] < 160)
    assert len(xs) > 0
    assert np.hypot(xs - moved[0], ys - moved[1]).min() <= 2.0


@given(st.integers(100, 600), st.integers(100, 600))
def test_pixels_become_square_and_never_finer_than_allowed(across: int, down: int) -> None:
    image = np.zeros((down * 4, across * 3, 3), np.uint8)  # a page of 3 by 4 inches
    picture = square_picture(image, (float(across), float(down)), 300)
    assert picture.dpi is not None and picture.dpi <= 300
    height, width = picture.image.shape[:2]
    assert abs(width / picture.dpi - 3) < 0.05 and abs(height / picture.dpi - 4) < 0.05
    assert picture.source_dpi == min(across, down)


def test_an_untagged_size_stays_unknown() -> None:
    image = np.zeros((3000, 2000, 3), np.uint8)
    assert square_picture(image, (30.0, 30.0), 300).dpi is None
    assert square_picture(image, None, 300).dpi is None


def test_a_ruled_frame_on_white_paper_is_no_sheet() -> None:
    image = np.full((2000, 1500, 3), 255, np.uint8)
    image[200:1800, 150:1350] = 0
    image[210:1790, 160:1340] = 255
    assert find_sheet(image) is None


@given(st.sampled_from([0, 90, 180, 270]), st.integers(0, 399), st.integers(0, 299), st.floats(-12, 12))
def test_turned_and_straightened_points_stay_on_their_ink(turn: int, x: int, y: int, skew: float) -> None:
    image = np.full((300, 400), 255, np.uint8)
    image[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = 0
    points = turn_points(np.array([[[x, y]] * 4], np.float32), turn, 400, 300)
    page = turned(image, turn)
    height, width = page.shape
    result = straightened(page, skew)
    assert result.shape[::-1] == straight_size(skew, width, height)
    ((moved_x, moved_y), *_) = straighten_quads(points, skew, width, height)[0]
    ys, xs = np.nonzero(result < 160)
    assert np.hypot(xs - moved_x, ys - moved_y).min() <= 2.5


@given(st.floats(0.78, 1.1), st.integers(0, 3), st.sampled_from([1.0, 2.0, 0.5]))
def test_the_steps_of_characters_tell_how_pixels_were_stretched(spread: float, turns: int, factor: float) -> None:
    height = 40.0
    step = spread * height
    line = RawLine(tuple(DecodedCharacter("字", k / 20, (k + 1) / 20, 0.9, ()) for k in range(20)))
    along, down = (1.0, 1.0 / factor) if turns % 2 == 0 else (1.0 / factor, 1.0)
    quad = np.array(
        [[0, 0], [20 * step * along, 0], [20 * step * along, height * down], [0, height * down]], np.float32
    )
    assert stretch_of([line], quad[None], 90 * turns) == factor


def test_a_fax_with_wrong_tags_keeps_the_width_of_a_fax() -> None:
    fax = np.where(np.arange(1145 * 1728).reshape(1145, 1728) % 17 == 0, 0, 255).astype(np.uint8)
    for tags in (None, (100.0, 100.0), (72.0, 72.0), (1.0, 1.0)):
        picture = square_picture(np.repeat(fax[:, :, None], 3, axis=2), tags, 300)
        assert picture.bilevel and picture.dpi == 204.0 and picture.source_dpi == 98.0
        assert picture.image.shape[0] / picture.image.shape[1] == pytest.approx(1145 / 98 / (1728 / 204), rel=0.01)


@given(st.sampled_from([0.5, 2.0]), st.integers(100, 400))
def test_a_stretched_picture_keeps_its_width(factor: float, height: int) -> None:
    picture = Picture(np.zeros((height, 300), np.uint8), 204.0, 98.0, bilevel=True)
    other = stretched(picture, factor)
    assert other.image.shape == (round(height * factor), 300)
    assert other.dpi == 204.0 and other.bilevel


def desk_with(corners: list[tuple[int, int]], shade: float = 1.0) -> np.ndarray:
    """Draw a sheet with lines of print on a brown desk; a shadow falls across the lower right."""
    picture = np.empty((1500, 1100, 3), np.uint8)
    picture[:] = (70, 95, 130)
    noise = np.random.default_rng(1).normal(0, 4, picture.shape)
    sheet = np.full((1414, 1000, 3), 235, np.uint8)
    for y in range(120, 1250, 40):
        sheet[y : y + 14, 110 : 890 - (y * 7) % 300 : 18] = 40
    frame = np.array([[0, 0], [1000, 0], [1000, 1414], [0, 1414]], np.float32)
    warp = cv2.getPerspectiveTransform(frame, np.array(corners, np.float32))
    mask = cv2.warpPerspective(np.full(sheet.shape, 255, np.uint8), warp, (1100, 1500)) > 0
    picture = np.where(mask, cv2.warpPerspective(sheet, warp, (1100, 1500)), picture)
    ys, xs = np.mgrid[0:1500, 0:1100]
    light = np.where(xs + 0.8 * ys > 1350, shade, 1.0)[..., None]
    return np.clip(picture * light + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("shade", [1.0, 0.75, 0.55])
def test_a_shadow_across_the_sheet_is_no_edge_of_it(shade: float) -> None:
    corners = [(150, 130), (960, 100), (1000, 1390), (120, 1360)]
    found = find_sheet(desk_with(corners, shade))
    assert found is not None
    assert np.abs(found - np.array(corners)).max() < 15


def test_a_sheet_whose_foot_is_out_of_the_picture_is_found() -> None:
    found = find_sheet(desk_with([(150, 130), (960, 150), (980, 1499), (130, 1499)]))
    assert found is not None
    assert np.abs(found - np.array([(150, 130), (960, 150), (980, 1499), (130, 1499)])).max() < 20


def test_of_two_cards_none_is_cut_out() -> None:
    picture = np.empty((1500, 1100, 3), np.uint8)
    picture[:] = (60, 70, 80)
    for top in (120, 800):
        picture[top : top + 560, 100:1000] = (225, 228, 230)
        picture[top + 100 : top + 460 : 60, 200:700] = 60
    assert find_sheet(picture) is None


def test_a_copy_with_a_dark_rim_keeps_its_text() -> None:
    picture = np.full((1500, 1100, 3), 245, np.uint8)
    picture[:, :40] = picture[:25] = 30
    picture[200:1300:40, 150:950:9] = 50
    found = find_sheet(picture)
    assert found is None or (found[:, 0].min() < 60 and found[:, 0].max() > 1050)
