"""Searchable copies: the words are found where they stand on the picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pymupdf
import pytest

from domain.documents import Page, PageQuality
from domain.ocr import OcrLine, OcrPage
from extractors.reading.deskew import straighten_quads, straightened
from extractors.reading.orientation import turn_quads, turned
from extractors.reading.searchable_pdf import TextLayer, searchable_pdf

WIDTH, HEIGHT = 800, 1100
BOX = (200, 300, 520, 340)
WORDS = "投诉人张三Tel"


def scan(tilt: float, turn: int) -> tuple[np.ndarray, TextLayer]:
    """A source picture that is upright after ``turn`` clockwise and ``tilt`` removed, and what was read on it."""
    source = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    x0, y0, x1, y1 = BOX
    cv2.rectangle(source, (x0, y0), (x1, y1), (0, 0, 0), -1)
    quads = np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]], np.float32)
    upright = turned(source, turn)
    quads = turn_quads(quads, turn, WIDTH, HEIGHT)
    height, width = upright.shape[:2]
    quads = straighten_quads(quads, tilt, width, height)
    upright = straightened(upright, tilt)
    page = Page(
        number=1,
        source_page=1,
        width=upright.shape[1],
        height=upright.shape[0],
        dpi=100.0,
        turned=turn,
        skew=tilt,
        quality=PageQuality(sharpness=1.0, contrast=1.0, dpi=100.0),
    )
    polygon = tuple((float(x), float(y)) for x, y in ordered(quads[0]))
    line = OcrLine(text=WORDS, polygon=polygon, score=0.9)  # type: ignore[arg-type]
    text = OcrPage(number=1, width=page.width, height=page.height, lines=(line,), producer="test")
    return source, TextLayer(page, text, Path("scan.png"), "image/png")


def ordered(quad: np.ndarray) -> np.ndarray:
    """Corners clockwise from top left."""
    by_height = quad[np.argsort(quad[:, 1])]
    top, bottom = by_height[:2], by_height[2:]
    top, bottom = top[np.argsort(top[:, 0])], bottom[np.argsort(bottom[:, 0])]
    return np.array([top[0], top[1], bottom[1], bottom[0]])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
@pytest.mark.parametrize(("turn", "tilt"), [(0, 0.0), (90, 0.0), (180, 0.0), (270, 0.0), (0, 2.0), (90, -1.5)])
def test_words_lie_over_their_ink(tmp_path: Path, suffix: str, turn: int, tilt: float) -> None:
    source, layer = scan(tilt, turn)
    path = tmp_path / f"scan{suffix}"
    cv2.imwrite(str(path), source)
    media_type = {".png": "image/png", ".jpg": "image/jpeg", ".tif": "image/tiff"}[suffix]
    layer = replace(layer, path=path, media_type=media_type)
    with pymupdf.open(stream=searchable_pdf((layer,)), filetype="pdf") as copy:
        sheet = copy[0]
        assert WORDS in sheet.get_text().replace("\n", "")
        found = [place * sheet.rotation_matrix for place in sheet.search_for("投诉人张三")]
        assert found
        picture = sheet.get_pixmap()
        dark = np.frombuffer(picture.samples, np.uint8).reshape(picture.height, picture.width, picture.n)[:, :, 0] < 128
        ys, xs = np.nonzero(dark)
        middle = (found[0].x0 + found[0].x1) / 2, (found[0].y0 + found[0].y1) / 2
        assert xs.min() - 8 <= middle[0] <= xs.max() + 8
        assert ys.min() - 8 <= middle[1] <= ys.max() + 8


def test_the_same_reading_gives_the_same_bytes(tmp_path: Path) -> None:
    source, layer = scan(1.0, 0)
    path = tmp_path / "scan.png"
    cv2.imwrite(str(path), source)
    layer = replace(layer, path=path)
    assert searchable_pdf((layer,)) == searchable_pdf((layer,))


def test_pages_of_several_files_make_one_copy(tmp_path: Path) -> None:
    (first, layer), (second, turned) = scan(0.0, 0), scan(0.0, 90)
    cv2.imwrite(str(tmp_path / "first.png"), first)
    cv2.imwrite(str(tmp_path / "second.jpg"), second)
    layers = (
        replace(layer, path=tmp_path / "first.png"),
        replace(turned, path=tmp_path / "second.jpg", media_type="image/jpeg"),
    )
    with pymupdf.open(stream=searchable_pdf(layers), filetype="pdf") as copy:
        assert [sheet.rotation for sheet in copy] == [0, 90]
        assert all(WORDS in sheet.get_text().replace("\n", "") for sheet in copy)


def test_pdf_pages_are_carried_over(tmp_path: Path) -> None:
    source, layer = scan(0.0, 0)
    with pymupdf.open() as pdf:
        for _ in range(2):
            sheet = pdf.new_page(width=WIDTH * 0.72, height=HEIGHT * 0.72)
            sheet.insert_image(sheet.rect, stream=cv2.imencode(".jpg", source)[1].tobytes())
        pdf.save(tmp_path / "scan.pdf")
    page = layer.page.model_copy(update={"source_page": 2})
    second = TextLayer(page, layer.text, tmp_path / "scan.pdf", "application/pdf")
    with pymupdf.open(stream=searchable_pdf((second,)), filetype="pdf") as copy:
        assert copy.page_count == 1
        (place,) = copy[0].search_for(WORDS[:5])
        assert abs(place.x0 - BOX[0] * 0.72) < 6 and abs(place.y1 - BOX[3] * 0.72) < 12


def test_a_page_of_unknown_resolution_is_shown_as_it_was_read(tmp_path: Path) -> None:
    source, layer = scan(2.0, 0)
    cv2.imwrite(str(tmp_path / "photo.jpg"), source)
    assert layer.page.quality is not None
    page = layer.page.model_copy(update={"quality": layer.page.quality.model_copy(update={"dpi": None})})
    content = searchable_pdf((TextLayer(page, layer.text, tmp_path / "photo.jpg", "image/jpeg"),))
    with pymupdf.open(stream=content, filetype="pdf") as copy:
        assert copy[0].rotation == 0
        (place,) = copy[0].search_for(WORDS[:5])
        assert abs(place.y1 - layer.text.lines[0].bbox[3] * 0.72) < 12
