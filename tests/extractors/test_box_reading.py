"""Boxes that a person draws, read by the real networks."""

from __future__ import annotations

import numpy as np
import pytest

from domain.base import BBox
from extractors.reading.box_reading import read_box
from extractors.reading.orientation import turned
from extractors.reading.picture import Image
from extractors.reading.reader import PageReader
from tests.extractors.test_reading import folded, letter, pixels

SCALE = 150 / 72
"""Pixels of a page drawn with 150 dots per inch for each point of it."""


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return PageReader()


@pytest.fixture(scope="module")
def page() -> Image:
    return pixels(letter())


def words(reader: PageReader, page: Image, box: BBox, turn: int = 0) -> str:
    return folded("".join(line.text for line in read_box(reader, page, box, turn)))


def line_box(number: int, first: int, last: int) -> BBox:
    """Return the box around characters ``first`` to ``last`` (exclusive, all full width) of a line of the letter."""
    base = (100 + number * 34) * SCALE
    return ((80 + 14 * first) * SCALE, base - 14 * SCALE, (80 + 14 * last) * SCALE, base + 4 * SCALE)


def test_a_box_around_a_line_reads_it(reader: PageReader, page: Image) -> None:
    assert words(reader, page, line_box(6, 0, 6)) == "并给予书面答复"[:6]


def test_a_box_through_a_line_reads_what_lies_inside(reader: PageReader, page: Image) -> None:
    found = read_box(reader, page, line_box(2, 4, 7))
    assert "".join(line.text for line in found) == "张建国"
    assert all(line_box(2, 4, 7)[0] - 20 <= c.bbox[0] <= line_box(2, 4, 7)[2] for c in found[0].characters)


def test_two_lines_are_read_from_the_top(reader: PageReader, page: Image) -> None:
    upper, lower = line_box(5, 0, 19), line_box(6, 0, 8)
    box = (upper[0], upper[1], upper[2], lower[3])
    assert words(reader, page, box) == "现请求贵公司退还手续费人民币四万八千元并给予书面答复"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_what_lies_on_its_side_is_read_as_the_person_turned_it(reader: PageReader, page: Image, turn: int) -> None:
    lying = np.ascontiguousarray(turned(page, (360 - turn) % 360))
    height, width = lying.shape[:2]
    found = read_box(reader, lying, (0, 0, width, height), turn)
    assert "客户经理张建国承诺年化收益百分之八" in [folded(line.text) for line in found]
    assert all(0 <= x <= width and 0 <= y <= height for line in found for x, y in line.polygon)


def test_bare_paper_holds_nothing(reader: PageReader, page: Image) -> None:
    assert words(reader, page, (900.0, 1500.0, 1100.0, 1600.0)) == ""
    assert read_box(reader, page, (5000.0, 5000.0, 5100.0, 5100.0)) == ()
