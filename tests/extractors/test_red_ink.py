"""Muting seals, on drawn pages."""

from random import Random

import cv2
import numpy as np
import pytest

from benchmarks.mark_art import SealArt, scribble, seal_mask
from benchmarks.mark_pages import DrawnPage, press, put
from extractors.reading.red_ink import without_seals
from tests.extractors.mark_samples import bgr

RED, BLUE = (200, 20, 30), (40, 60, 170)
ART = SealArt("青岩瑞通石油化工有限公司", "", "round", 42, 0, 0.1)


def darkness(image: np.ndarray, box) -> float:
    x0, y0, x1, y1 = (int(v) for v in box)
    return float(255 - cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[y0:y1, x0:x1].mean())


@pytest.mark.parametrize("colour", [RED, BLUE])
def test_a_seal_goes_and_the_print_below_it_stays(colour):
    plain = DrawnPage(Random(1), "clean")
    name = put(plain, 760, 1190, "青岩瑞通石油化工有限公司", "song", 36)
    print_alone = bgr(plain.picture)
    seal = press(plain, seal_mask(ART, Random(2), 200 / 25.4), (960, 1210), colour)
    muted = without_seals(bgr(plain.picture))
    assert darkness(muted, seal) < darkness(print_alone, seal) + 6
    assert darkness(muted, name) > 0.8 * darkness(print_alone, name)


def test_a_name_in_blue_pen_stays():
    page = DrawnPage(Random(1), "clean")
    press(page, scribble(Random(8), 3, 75), (900, 1300), BLUE)
    image = bgr(page.picture)
    assert without_seals(image) is image


def test_a_page_without_coloured_ink_is_the_same_object():
    page = DrawnPage(Random(1), "clean")
    put(page, 200, 400, "以上情况均属实，请贵公司尽快查明并书面答复本人，谢谢。", "song", 36)
    image = bgr(page.picture)
    assert without_seals(image) is image
    grey = image[:, :, 0]
    assert without_seals(grey) is grey
