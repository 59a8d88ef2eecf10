from __future__ import annotations

from itertools import pairwise, product

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.marks.grid import cells_of, find_cells
from extractors.marks.grid_bands import find_bands
from extractors.marks.grid_lines import find_rules

Colour = tuple[int, int, int]
BLACK: Colour = (20, 20, 20)


def sheet(width: int = 1654, height: int = 2339) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def ruled(image: np.ndarray, xs: list[int], ys: list[int], colour: Colour = BLACK, thickness: int = 2) -> None:
    for x in xs:
        cv2.line(image, (x, ys[0]), (x, ys[-1]), colour, thickness)
    for y in ys:
        cv2.line(image, (xs[0], y), (xs[-1], y), colour, thickness)


def places(cells, table: int = 0) -> set[tuple[int, int, int, int]]:
    return {(c.row, c.column, c.row_span, c.column_span) for c in cells if c.table == table}


XS, YS = [150, 500, 1000, 1500], [300, 360, 430, 600, 900]


def whole(xs: list[int], ys: list[int]) -> set[tuple[int, int, int, int]]:
    return {(r, c, 1, 1) for r, c in product(range(len(ys) - 1), range(len(xs) - 1))}


def test_a_plain_grid_with_its_boxes():
    image = sheet()
    ruled(image, XS, YS)
    cells = find_cells(image)
    assert places(cells) == whole(XS, YS)
    first = next(c for c in cells if (c.row, c.column) == (1, 1))
    assert np.abs(np.array(first.bbox) - (500, 360, 1000, 430)).max() < 6


def test_an_empty_page_and_a_bare_frame_have_no_table():
    image = sheet()
    assert find_cells(image) == ()
    cv2.rectangle(image, (60, 60), (1590, 2270), BLACK, 3)
    assert find_cells(image) == ()


def test_merged_cells_keep_their_spans():
    image = sheet()
    ruled(image, XS, YS)
    image[364:426, 990:1010] = 255  # the rule between two columns of one row
    image[425:436, 154:496] = 255  # the rule between two rows of one column
    found = places(find_cells(image))
    assert (1, 1, 1, 2) in found
    assert (1, 0, 2, 1) in found


@pytest.mark.parametrize("colour", [(40, 40, 220), (200, 120, 30), (170, 170, 170)])
def test_coloured_and_faint_rules(colour: Colour):
    image = sheet()
    ruled(image, XS, YS, colour, 1)
    assert places(find_cells(image)) == whole(XS, YS)


@pytest.mark.parametrize("angle", [-1.2, 0.7, 1.5])
def test_slight_skew(angle: float):
    image = sheet()
    ruled(image, XS, YS)
    turn = cv2.getRotationMatrix2D((827, 1170), angle, 1)
    turned = cv2.warpAffine(image, turn, (1654, 2339), borderValue=(255, 255, 255))
    assert places(find_cells(turned)) == whole(XS, YS)


def test_keystone_and_curvature_of_a_photograph():
    image = sheet()
    ruled(image, XS, YS)
    x, y = np.meshgrid(np.arange(1654, dtype=np.float32), np.arange(2339, dtype=np.float32))
    bent = cv2.remap(
        image, x + 0.02 * (y - 1170) * (x - 827) / 827, y + 14 * np.sin(x / 1654 * np.pi), cv2.INTER_LINEAR
    )
    assert places(find_cells(bent)) == whole(XS, YS)


def test_broken_rules_and_specks_of_a_fax():
    image = sheet()
    ruled(image, XS, YS)
    noise = np.random.default_rng(4)
    for _ in range(160):
        x, y = noise.integers(150, 1500), noise.choice(YS)
        image[y - 3 : y + 4, x : x + 12] = 255
    speck = noise.random(image.shape[:2]) < 0.004
    image[speck] = 0
    bilevel = cv2.threshold(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), 128, 255, cv2.THRESH_BINARY)[1]
    assert places(find_cells(cv2.cvtColor(bilevel, cv2.COLOR_GRAY2BGR))) == whole(XS, YS)


def test_a_streak_over_the_whole_page_is_no_column():
    image = sheet()
    ruled(image, XS, YS)
    cv2.line(image, (1210, 20), (1204, 2320), BLACK, 2)
    assert places(find_cells(image)) == whole(XS, YS)


def test_writing_lines_inside_a_cell_divide_nothing():
    image = sheet()
    ruled(image, XS, YS)
    for y in (680, 760, 840):
        cv2.line(image, (530, y), (970, y), BLACK, 2)
    assert places(find_cells(image)) == whole(XS, YS)


def test_two_tables_are_numbered_from_the_top():
    image = sheet()
    ruled(image, XS, [1400, 1460, 1530])
    ruled(image, [300, 800, 1200], [300, 380, 460])
    cells = find_cells(image)
    assert {c.table for c in cells} == {0, 1}
    assert max(c.bbox[3] for c in cells if c.table == 0) < min(c.bbox[1] for c in cells if c.table == 1)


def test_a_table_without_side_rules():
    image = sheet()
    ruled(image, [500, 1000], YS)
    for y in YS:
        cv2.line(image, (150, y), (1500, y), BLACK, 2)
    assert places(find_cells(image)) == whole(XS, YS)


@given(
    st.lists(st.integers(60, 400), min_size=2, max_size=4),
    st.lists(st.integers(44, 300), min_size=2, max_size=6),
    st.sampled_from([1.0, 1.5]),
)
@settings(max_examples=20, deadline=None)
def test_every_grid_is_found_as_drawn(widths: list[int], heights: list[int], scale: float):
    xs = [100, *(100 + int(v) for v in np.cumsum(widths))]
    ys = [200, *(200 + int(v) for v in np.cumsum(heights))]
    image = sheet(1800, 2200)
    ruled(image, xs, ys)
    image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    assert places(find_cells(image)) == whole(xs, ys)


def test_rows_between_level_rules_alone_are_bands_not_cells():
    image = np.full((1600, 1200), 255, np.uint8)
    levels = [200, 280, 460, 700, 790]
    for y in levels:
        cv2.line(image, (100, y), (1100, y), 0, 2)
    cv2.line(image, (150, 1000), (420, 1000), 0, 2)  # a writing line is no row
    rules = find_rules(image)
    cells = cells_of(rules)
    bands = find_bands(rules, cells)
    assert cells == ()
    found = [y for band in bands for y in (band[1], band[3])]
    assert found == pytest.approx([y for pair in pairwise(levels) for y in pair], abs=4)
