"""Reading one page: pixels, upright, straight, text, quality."""

from __future__ import annotations

from pathlib import Path

import cv2

from domain.documents import Page, ReadPage
from domain.ocr import OcrPage
from extractors.deskew import find_skew, straighten_quads, straightened
from extractors.lines import build_lines
from extractors.ocr import LineOcr, Quads, RawLine
from extractors.orientation import OrientationGuesser, find_turn, opposite_is_better, turn_quads, turned
from extractors.picture import Image, Picture
from extractors.quality import cut_edges, judge, measure
from extractors.red_ink import without_seals
from extractors.reading_settings import ReadingSettings
from extractors.render import load_picture

_BADLY_READ = 0.8


class PageReader:
    """Reads pages; loads the networks once.

    Args:
        settings: how to read.

    Raises:
        ModelFileError: a model file is missing or wrong.
    """

    def __init__(self, settings: ReadingSettings | None = None) -> None:
        self.settings = settings or ReadingSettings()
        cv2.setNumThreads(self.settings.threads)
        self._ocr = LineOcr(self.settings)
        self._guesser = OrientationGuesser(self.settings)
        self.producer = self._ocr.producer

    def read(self, path: Path, media_type: str, source_page: int) -> tuple[ReadPage, Image]:
        """Read page ``source_page`` (from 1) of ``path``.

        Returns:
            What was read, and the upright page image (blue, green, red) that all coordinates refer to.

        Raises:
            InputFileError: the page cannot be decoded.
        """
        picture = load_picture(path, media_type, source_page, self.settings)
        turn, quads = find_turn(without_seals(picture.image), self._guesser, self._ocr)
        image, quads, skew = _straight(turned(picture.image, turn), quads)
        raw = self._ocr.recognise(without_seals(image), quads)
        if _reads_badly(raw) and opposite_is_better(image, quads, self._ocr):
            turn = (turn + 180) % 360
            height, width = image.shape[:2]
            image, quads = turned(image, 180), turn_quads(quads, 180, width, height)
            raw = self._ocr.recognise(image, quads)
        height, width = image.shape[:2]
        text = OcrPage(
            number=source_page,
            width=width,
            height=height,
            lines=build_lines(raw, quads, (width, height)),
            producer=self.producer,
        )
        page = _page(picture, image, source_page, turn, skew)
        return ReadPage(page=_judged(page, image, quads, text, picture), text=text), image

    def recognise_line(self, image: Image) -> tuple[str, float]:
        """Return the text on ``image``, one line cut out of a page, and its score (0 to 1, raw)."""
        line = self._ocr.recognise_crop(image)
        return line.text, line.score


def render_upright(
    path: Path, media_type: str, source_page: int, page: Page, settings: ReadingSettings | None = None
) -> Image:
    """Return the upright image that the coordinates of ``page`` refer to, without reading it again.

    Raises:
        InputFileError: the page cannot be decoded.
    """
    picture = load_picture(path, media_type, source_page, settings or ReadingSettings())
    return straightened(turned(picture.image, page.turned), page.skew)


def _straight(image: Image, quads: Quads) -> tuple[Image, Quads, float]:
    skew = find_skew(image, quads)
    height, width = image.shape[:2]
    return straightened(image, skew), straighten_quads(quads, skew, width, height), skew


def _reads_badly(raw: list[RawLine]) -> bool:
    count = sum(len(line.characters) for line in raw)
    return count > 0 and sum(c.score for line in raw for c in line.characters) / count < _BADLY_READ


def _page(picture: Picture, image: Image, source_page: int, turn: int, skew: float) -> Page:
    height, width = image.shape[:2]
    return Page(
        number=source_page,
        source_page=source_page,
        width=width,
        height=height,
        dpi=picture.dpi,
        turned=turn,
        skew=skew,
    )


def _judged(page: Page, image: Image, quads: Quads, text: OcrPage, picture: Picture) -> Page:
    measured = measure(image, quads, picture.source_dpi)
    edges = cut_edges(quads, page.width, page.height)
    quality = judge(measured, text.lines, page.skew, edges)
    return page.model_copy(update={"quality": quality, "blank": not text.lines})
