from __future__ import annotations

import numpy as np
import pytest

from domain.checks import id_check_character
from domain.documents import Page, ReadPage
from domain.ocr import OcrLine, OcrPage
from extractors.reading.number_reread import reread_numbers
from extractors.reading.reader import PageReader
from extractors.values.confidence import HIGHEST
from tests.extractors.form_pages import line
from training import fonts, raster
from training.sheet import Pen, Sheet

FIRST17 = "44030519900312004"
NUMBER = FIRST17 + id_check_character(FIRST17)
MISREAD = NUMBER[:8] + "8" + NUMBER[9:]
BOX = (200.0, 400.0, 640.0, 452.0)


@pytest.fixture(scope="module")
def reader() -> PageReader:
    return PageReader()


def drawn(number: str, upside_down: bool = False) -> np.ndarray:
    """A page whose only ink is a number inside ``BOX``, at 144 dots per inch."""
    sheet = Sheet("card", 500, 400)
    pen = Pen(fonts.faces("hei")[0], 20)
    sheet.text(104, 220, number, pen)
    image = np.asarray(raster.draw(sheet, 144).convert("L")).copy()
    x0, y0, x1, y1 = (int(v) for v in BOX)
    if upside_down:
        image[y0:y1, x0:x1] = image[y0:y1, x0:x1][::-1, ::-1]
    return image


def page_with(number: str) -> ReadPage:
    labels = [line("公民身份号码", 40, 410), line("出生1990年3月12日", 200, 150)]
    x0, y0, x1, y1 = BOX
    own = line(number, x0, y0).model_copy(update={"polygon": ((x0, y0), (x1, y0), (x1, y1), (x0, y1))})
    text = OcrPage(number=1, width=1000, height=800, lines=(*labels, own), producer="test/1")
    return ReadPage(page=Page(number=1, source_page=1, width=1000, height=800), text=text)


def number_line(read: ReadPage) -> OcrLine:
    return read.text.lines[-1]


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_misread_number_is_read_again(reader: PageReader, upside_down: bool):
    found = number_line(reread_numbers(drawn(NUMBER, upside_down), page_with(MISREAD), reader))
    assert found.text == NUMBER
    assert len(found.characters) == len(NUMBER)
    assert BOX[0] <= found.characters[0].bbox[0] < found.characters[-1].bbox[2] <= BOX[2]
    assert all(c.score <= HIGHEST + 0.001 for c in found.characters)


def test_a_number_that_is_wrong_on_paper_stays_as_it_was_read(reader: PageReader):
    read = page_with(MISREAD)
    assert reread_numbers(drawn(MISREAD), read, reader) is read


def test_a_number_of_another_birth_date_is_not_taken(reader: PageReader):
    other17 = "11010819751102331"
    read = page_with(MISREAD)
    assert reread_numbers(drawn(other17 + id_check_character(other17)), read, reader) is read


def test_a_page_without_a_card_is_not_looked_at_again(reader: PageReader):
    read = page_with(MISREAD)
    letter = read.model_copy(update={"text": read.text.model_copy(update={"lines": read.text.lines[-1:]})})
    assert reread_numbers(drawn(NUMBER), letter, reader) is letter
