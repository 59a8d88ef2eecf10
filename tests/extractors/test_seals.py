from random import Random

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.mark_art import SealArt, seal_mask
from benchmarks.mark_pages import DrawnPage, press
from benchmarks.seal_art import Impression, impression
from extractors.marks.ink import separate
from extractors.marks.ring_strip import star_feet, starts, text_band, unroll
from extractors.marks.rings import Ellipse
from extractors.marks.seal_text import _from_the_begin, read_ring, text_probability
from extractors.marks.seals import find_impressions, find_seals
from tests.extractors.mark_samples import bgr, blank, overlap, read_page, sealed, unread

FIRM = "青岩瑞通石油化工有限公司"


def found_on(image, read):
    return find_seals(image, read, separate(image, read.page.dpi), unread)


@pytest.mark.parametrize(
    ("shape", "colour", "grade", "expected"),
    [
        ("round", "red", "clean", "red"),
        ("round", "red", "photo", "red"),
        ("round", "blue", "scan", "blue"),
        ("oval", "red", "scan", "red"),
        ("round", "red", "grey", "black"),
        ("round", "red", "fax_fine", "black"),
        ("square", "red", "scan", "red"),
    ],
)
def test_finds_a_seal_over_text(shape, colour, grade, expected):
    art = SealArt(
        "陈文华印" if shape == "square" else FIRM,
        "",
        shape,
        20 if shape == "square" else 42,
        20 if shape == "round" else 5,
        0.2,
    )
    image, read, page = sealed(art, (900, 1200), colour, grade)
    seals = found_on(image, read)
    assert [(s.colour, s.shape) for s in seals] == [(expected, shape)]
    assert overlap(seals[0].bbox, page.seals[0].box) > 0.75
    assert seals[0].text is None
    assert seals[0].text_probability is None


def test_finds_a_seal_cut_by_the_page_edge():
    image, read, _ = sealed(SealArt(FIRM, "", "round", 42), (1590, 1300), "red")
    seals = found_on(image, read)
    assert len(seals) == 1
    assert seals[0].bbox[2] <= image.shape[1]


@pytest.mark.parametrize("colour", ["red", "grey"])
def test_finds_the_half_of_a_seal_pressed_on_two_sheets(colour):
    page = DrawnPage(Random(4), "clean")
    whole = seal_mask(SealArt(FIRM, "", "round", 42), Random(2), 200 / 25.4)
    part = whole.crop((0, 0, round(whole.width * 0.62), whole.height))
    box = press(page, part, (1000, 1200), (200, 40, 45) if colour == "red" else (30, 30, 30))
    image = bgr(page.picture)
    seals = found_on(image, read_page(image, page.lines))
    assert len(seals) == 1
    assert overlap(seals[0].bbox, box) > 0.5


@pytest.mark.parametrize("kind", ["line", "disc", "pen_circle", "rectangle", "heading"])
def test_red_things_that_are_no_seal(kind):
    _, pencil, picture = blank()
    red = (210, 25, 30)
    match kind:
        case "line":
            pencil.line((150, 300, 1500, 300), fill=red, width=7)
        case "disc":
            pencil.ellipse((200, 200, 380, 380), fill=red)
        case "pen_circle":
            pencil.ellipse((400, 600, 760, 900), outline=red, width=6)
        case "rectangle":
            pencil.rectangle((300, 300, 520, 600), fill=red)
        case "heading":
            pencil.rectangle((300, 300, 1300, 420), outline=red, width=5)
    image = bgr(picture)
    assert found_on(image, read_page(image, [])) == ()


def test_an_empty_page_has_no_seal():
    image, _, _ = blank()
    assert find_impressions(separate(image, None), read_page(image, [], None)) == []


def test_the_ring_is_unrolled_before_it_is_read():
    image, read, _ = sealed(SealArt(FIRM, "", "round", 42, 0, 0.0), (900, 1200), "red")
    strips: list[np.ndarray] = []

    def recognise(strip: np.ndarray) -> tuple[str, float]:
        strips.append(strip)
        return FIRM, 0.97

    impression = find_impressions(separate(image, 200.0), read)[0]
    text, probability = read_ring(image, _up(impression, image, read), impression.colour, recognise)
    assert text == FIRM
    assert probability is not None
    assert 0.5 < probability <= 1
    assert strips[0].shape[1] > 6 * strips[0].shape[0]
    assert strips[0].mean() > 150  # dark letters on white: outline and black text are gone


def _up(impression, image, read):
    from extractors.marks.rings import moved

    return moved(impression.ring, 1 / separate(image, read.page.dpi).scale)


@given(st.integers(0, len(FIRM) - 1))
def test_a_ring_begun_anywhere_reads_as_the_firm(cut):
    turned = FIRM[cut:] + FIRM[:cut]
    text = _from_the_begin((turned, 0.9), from_gap=False)[0][0]
    assert text == FIRM


def test_print_below_the_seal_is_no_part_of_the_ring():
    assert _from_the_begin((FIRM + "年月日", 0.9), from_gap=True)[0][0] == FIRM


@given(st.text(min_size=1, max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_text_probability_grows_with_the_score(text, one, other):
    low, high = sorted((one, other))
    assert 0 <= text_probability(text, low) <= text_probability(text, high) <= 1


@settings(max_examples=40)
@given(st.floats(50, 200), st.floats(30, 200), st.floats(0, 179))
def test_points_of_an_ellipse_lie_in_its_box(a, b, angle):
    ellipse = Ellipse(300, 250, a, b, angle)
    x0, y0, x1, y1 = ellipse.box()
    x, y = ellipse.points(np.linspace(0, 6, 25))
    assert x.min() >= x0 - 0.02 * a - 0.02 * b
    assert x.max() <= x1 + 0.02 * a + 0.02 * b
    assert y.min() >= y0 - 0.02 * a - 0.02 * b
    assert y.max() <= y1 + 0.02 * a + 0.02 * b


@pytest.mark.parametrize("turn", [0, -40, 117])
def test_a_number_at_the_foot_is_no_text_of_the_ring(turn):
    art = Impression(FIRM, code="3101040012345", turn=turn, wear=0.0)
    ink = np.asarray(impression(art, Random(3), 300 / 25.4))
    ellipse = Ellipse(ink.shape[1] / 2, ink.shape[0] / 2, 42 / 2 * 300 / 25.4, 42 / 2 * 300 / 25.4)
    body = text_band(unroll(ink, ellipse))
    start = starts(body, star_feet(ink, ellipse))[0]
    foot = (0.25 - turn / 360) % 1.0
    assert min((start - foot) % 1.0, (foot - start) % 1.0) < 0.08


@pytest.mark.parametrize("turn", [0, 10, 30, 50, -20])
def test_the_star_tells_the_foot(turn):
    art = Impression(FIRM, turn=turn, wear=0.1)
    ink = np.asarray(impression(art, Random(3), 300 / 25.4))
    ellipse = Ellipse(ink.shape[1] / 2, ink.shape[0] / 2, 42 / 2 * 300 / 25.4, 42 / 2 * 300 / 25.4)
    foot = (0.25 - turn / 360) % 1.0
    assert min(min((f - foot) % 1.0, (foot - f) % 1.0) for f in star_feet(ink, ellipse)) < 0.02


def _stamped_table(tilt: float, *, stamp: bool = True, table_tilt: float = 0.0) -> tuple[np.ndarray, object]:
    """Draw a table in black and, pressed over its rules, a framed stamp of 46 × 19 mm in black, turned by degrees."""
    table, picture = np.full((2339, 1654), 255, np.uint8), np.full((2339, 1654), 255, np.uint8)
    for y in range(300, 900, 75):
        cv2.line(table, (150, y), (1500, y), 0, 3)
    for x in (150, 480, 930, 1500):
        cv2.line(table, (x, 300), (x, 825), 0, 3)
    if stamp:
        cv2.rectangle(picture, (800, 400), (1162, 550), 60, 5)
        for k in range(9):
            x = 822 + k * 37
            cv2.rectangle(picture, (x, 425), (x + 24, 460), 70, 4)
            cv2.line(picture, (x, 490), (x + 24, 525), 70, 6)
    table, picture = (
        cv2.warpAffine(one, cv2.getRotationMatrix2D((980, 475), turn, 1), (1654, 2339), borderValue=255)
        for one, turn in ((table, table_tilt), (picture, tilt))
    )
    image = cv2.cvtColor(np.minimum(table, picture), cv2.COLOR_GRAY2BGR)
    return image, read_page(image, [])


@pytest.mark.parametrize("tilt", [-6.0, -2.5, 3.0, 8.0])
def test_a_framed_stamp_in_black_is_found_across_the_rules_of_a_table(tilt):
    image, read = _stamped_table(tilt)
    (seal,) = found_on(image, read)
    assert (seal.colour, seal.shape) == ("black", "unknown")
    box = cv2.boxPoints(((981, 475), (362, 150), -tilt))
    assert overlap(seal.bbox, (*box.min(axis=0), *box.max(axis=0))) > 0.85


@pytest.mark.parametrize(("stamp", "table_tilt"), [(False, 0.0), (False, 2.5), (False, 6.0)])
def test_cells_of_an_askew_table_are_no_stamps(stamp, table_tilt):
    image, read = _stamped_table(0.0, stamp=stamp, table_tilt=table_tilt)
    assert found_on(image, read) == ()
