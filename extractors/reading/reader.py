"""Reading one page: pixels, upright, straight, text, quality."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from rapidfuzz import fuzz

from domain.base import BBox
from domain.documents import Page, PageQuality, ReadPage
from domain.ocr import OcrLine, OcrPage
from extractors.reading.deskew import find_skew, straight_size, straighten_quads, straightened
from extractors.reading.file_types import PDF
from extractors.reading.lines import build_lines, lines_in_order, reading_order
from extractors.reading.ocr import LineOcr, Quads, RawLine
from extractors.reading.orientation import (
    OrientationGuesser,
    find_turn,
    says_little,
    turn_points,
    turn_quads,
    turned,
    way_up,
)
from extractors.reading.picture import FAX_WIDTHS, Image, Picture, as_bgr, stretched, without_colour
from extractors.reading.pixel_shape import FACTORS, stretch_of
from extractors.reading.quality import Circumstances, ink_measures, judged
from extractors.reading.red_ink import without_seals
from extractors.reading.render import load_picture
from extractors.reading.second_look import legibility, mean_score, treated
from extractors.reading.settings import ReadingSettings

# Upside down, Chinese reads with a mean score of 0.5 to 0.8.
_BADLY_READ = 0.9
# Below this a page may gain from treatment, and a treated page is believed for a clear gain only.
_POOR, _GAIN, _WORSE = 0.93, 1.02, 0.05
_PALE = 0.13
_AS_LEGIBLE = 0.97
# A text layer is believed when its longest lines look like what is drawn there (0 to 100, rapidfuzz).
_CHECKED_LINES = 3
_LAYER_AGREES = 50.0
_POINTS_PER_INCH = 72.0
# An image in a born-digital page that is larger than a seal or a signature may hold text of its own.
_IMAGE_WITH_TEXT = 0.08


@dataclass(frozen=True)
class _Upright:
    """A page after turning and straightening, with the lines found on it."""

    image: Image
    quads: Quads
    turn: int
    skew: float


@dataclass(frozen=True)
class _Look:
    """One reading of a page.

    Attributes:
        picture: as it lies in the file, with pixels as square as they were thought.
        upright: turned and straightened.
        raw: one reading per line.
        sure_way_up: the text tells which side is up, which numbers alone may not.
    """

    picture: Picture
    upright: _Upright
    raw: list[RawLine]
    sure_way_up: bool = True


@dataclass(frozen=True)
class _Part:
    """A part of an upright page, turned as it is to be read.

    Attributes:
        turn: degrees clockwise.
        origin: left and top of the part on the page, pixels.
    """

    image: Image
    turn: int
    origin: tuple[int, int]


class Addition(Protocol):
    """Something that looks again at a page that was read from pixels, for example for a card lying on its side."""

    def __call__(self, image: Image, read: ReadPage, reader: PageReader, /) -> ReadPage:
        """Return ``read``, or what it becomes with the lines that were read anew.

        Args:
            image: the upright page, colour or grey; must not be changed.
            read: what was read so far.
            reader: reads parts of the page (``read_part``).
        """
        ...


class PageReader:
    """Reads pages; loads the networks once.

    Args:
        settings: how to read.
        additions: asked one after the other about every page that was read from pixels.

    Raises:
        ModelFileError: a model file is missing or wrong.
    """

    def __init__(self, settings: ReadingSettings | None = None, additions: Sequence[Addition] = ()) -> None:
        self.settings = settings or ReadingSettings()
        self._additions = tuple(additions)
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
        read, image = self.read_without_colour(path, media_type, source_page)
        return read, as_bgr(image)

    def read_without_colour(self, path: Path, media_type: str, source_page: int) -> tuple[ReadPage, Image]:
        """Read as ``read`` does; the image of a page without colour is grey, shape (height, width).

        Raises:
            InputFileError: the page cannot be decoded.
        """
        loaded = load_picture(path, media_type, source_page, self.settings)
        picture = replace(loaded, image=without_colour(loaded.image))
        if media_type == PDF:
            lines = self._layer_lines(path, source_page, picture)
            if lines is not None:
                return _born_digital(lines, picture, source_page), picture.image
        read, image = self._read_picture(picture, source_page)
        for addition in self._additions:
            read = addition(image, read, self)
        return read, image

    def read_as_it_lies(self, path: Path, media_type: str, page: Page) -> tuple[ReadPage, Image]:
        """Read a page in the position that a person gave it: nothing is turned or straightened any more.

        Args:
            path: the file.
            media_type: by content.
            page: how it lies; the reading is in pixels of the image that ``render_upright`` makes of it.

        Returns:
            What was read and the image, as ``read_without_colour``.

        Raises:
            InputFileError: the page cannot be decoded.
        """
        picture, image = _rendered(path, media_type, page.source_page, page, self.settings)
        image = without_colour(image)
        plain = without_seals(image)
        quads = self._ocr.detect(plain)
        upright = _Upright(image, quads, page.turned, page.skew)
        read = self._as_read(_Look(picture, upright, self._ocr.recognise(plain, quads)), page.source_page)
        for addition in self._additions:
            read = addition(image, read, self)
        return read, image

    def read_part(self, image: Image, box: BBox, turn: int = 0) -> tuple[OcrLine, ...]:
        """Return the lines inside ``box`` when that part of the page is turned clockwise by ``turn`` degrees.

        Args:
            image: an upright page, colour or grey.
            box: pixels of ``image``.
            turn: 0, 90, 180 or 270.

        Returns:
            Lines in reading order of the turned part, in pixels of ``image``; the first corner of a polygon is where
            its text begins.
        """
        part = _lying_part(image, box, turn)
        if part is None:
            return ()
        quads = self._ocr.detect(part.image)
        quads = quads[reading_order([(*quad.min(axis=0).tolist(), *quad.max(axis=0).tolist()) for quad in quads])]
        return self._part_lines(image, part, quads)

    def read_as_line(self, image: Image, box: BBox, turn: int = 0) -> tuple[OcrLine, ...]:
        """Return what stands in ``box`` as one line, without looking for lines; arguments as in ``read_part``."""
        part = _lying_part(image, box, turn)
        if part is None:
            return ()
        height, width = part.image.shape[:2]
        return self._part_lines(image, part, np.array([[(0, 0), (width, 0), (width, height), (0, height)]], np.float32))

    def _part_lines(self, image: Image, part: _Part, quads: Quads) -> tuple[OcrLine, ...]:
        height, width = part.image.shape[:2]
        raw = self._ocr.recognise(part.image, quads)
        placed = turn_points(quads, (360 - part.turn) % 360, width, height) + np.array(part.origin, np.float32)
        return lines_in_order(raw, placed, (image.shape[1], image.shape[0]))

    def recognise_line(self, image: Image) -> tuple[str, float]:
        """Return the text on ``image``, one line cut out of a page, and its score (0 to 1, raw)."""
        line = self._ocr.recognise_crop(image)
        return line.text, line.score

    def _read_picture(self, picture: Picture, source_page: int) -> tuple[ReadPage, Image]:
        look = self._look(picture)
        look = self._in_true_shape(look)
        return self._as_read(look, source_page), look.upright.image

    def _as_read(self, look: _Look, source_page: int) -> ReadPage:
        """Return what a look at a page says, after a second one where the first reads badly."""
        if look.raw and (mean_score(look.raw) < _POOR or _is_faint(look.upright)):
            look = self._look_again(look)
        height, width = look.upright.image.shape[:2]
        lines = build_lines(look.raw, look.upright.quads, (width, height))
        text = OcrPage(number=source_page, width=width, height=height, lines=lines, producer=self.producer)
        return ReadPage(page=_page(look, source_page, lines), text=text)

    def _look(self, picture: Picture) -> _Look:
        """Turn and straighten ``picture`` and read its lines."""
        turn, quads = find_turn(without_seals(picture.image), self._guesser, self._ocr)
        upright = _straight(picture.image, quads, turn)
        text_image = without_seals(upright.image)
        raw = self._ocr.recognise(text_image, upright.quads)
        if mean_score(raw) >= _BADLY_READ and not says_little(raw):
            return _Look(picture, upright, raw)
        leaning = way_up(text_image, upright.quads, self._ocr)
        if leaning.over:
            upright = _turned_over(picture.image, upright)
            raw = self._ocr.recognise(without_seals(upright.image), upright.quads)
        return _Look(picture, upright, raw, sure_way_up=leaning.sure)

    def _in_true_shape(self, look: _Look) -> _Look:
        """Look again at a fax whose characters say that its pixels are not as square as they were thought."""
        if not look.picture.bilevel or look.picture.image.shape[1] not in FAX_WIDTHS:
            return look
        factor = stretch_of(look.raw, look.upright.quads, look.upright.turn)
        if factor == 1.0:
            return look
        again = self._look(stretched(look.picture, factor))
        return again if legibility(again.raw) >= _AS_LEGIBLE * legibility(look.raw) else look

    def _look_again(self, look: _Look) -> _Look:
        """Read a badly read page once more as its harm suggests; the more legible reading counts."""
        image = treated(without_seals(look.upright.image), look.picture.bilevel)
        if image is None:
            return look
        quads = self._ocr.detect(image)
        raw = self._ocr.recognise(image, quads)
        # more contrast shows grain and the back of the sheet too: what is gained must read well
        if legibility(raw) <= _GAIN * legibility(look.raw) or mean_score(raw) < mean_score(look.raw) - _WORSE:
            return look
        return replace(look, upright=replace(look.upright, quads=quads), raw=raw)

    def _layer_lines(self, path: Path, source_page: int, picture: Picture) -> tuple[OcrLine, ...] | None:
        """Return the lines of the page's own text and of images in it, ``None`` when the page has to be read by OCR."""
        from extractors.reading.born_digital import read_layer, trusted_layer

        layer = trusted_layer(path, source_page)
        if layer is None or picture.dpi is None:
            return None
        lines = read_layer(path, source_page, picture.dpi)
        if not lines or not self._looks_like(picture.image, lines):
            return None
        scale = picture.dpi / _POINTS_PER_INCH
        page_area = picture.image.shape[0] * picture.image.shape[1]
        for box in layer.images:
            x0, y0, x1, y1 = (round(v * scale) for v in box)
            if (x1 - x0) * (y1 - y0) >= _IMAGE_WITH_TEXT * page_area:
                lines += self._lines_inside(picture.image, (x0, y0, x1, y1))
        return tuple(lines[i] for i in reading_order([line.bbox for line in lines]))

    def _looks_like(self, image: Image, lines: tuple[OcrLine, ...]) -> bool:
        """Tell whether the text layer says what is drawn: fonts may map their shapes to wrong characters."""
        longest = sorted(lines, key=lambda line: -len(line.text))[:_CHECKED_LINES]
        quads = np.array([line.polygon for line in longest], np.float32)
        pairs = zip(longest, self._ocr.recognise(image, quads), strict=True)
        return float(np.mean([fuzz.ratio(line.text, seen.text) for line, seen in pairs])) >= _LAYER_AGREES

    def _lines_inside(self, image: Image, box: tuple[int, int, int, int]) -> tuple[OcrLine, ...]:
        height, width = image.shape[:2]
        x0, y0 = max(0, box[0]), max(0, box[1])
        part = np.ascontiguousarray(image[y0 : box[3], x0 : box[2]])
        quads = self._ocr.detect(part) + np.array([x0, y0], np.float32)
        return build_lines(self._ocr.recognise(image, quads), quads, (width, height))


def render_upright(
    path: Path, media_type: str, source_page: int, page: Page, settings: ReadingSettings | None = None
) -> Image:
    """Return the upright image that the coordinates of ``page`` refer to, without reading it again.

    Raises:
        InputFileError: the page cannot be decoded.
    """
    return _rendered(path, media_type, source_page, page, settings or ReadingSettings())[1]


def _rendered(
    path: Path, media_type: str, source_page: int, page: Page, settings: ReadingSettings
) -> tuple[Picture, Image]:
    """Return the page as it lies in the file, and the upright image of it."""
    picture = load_picture(path, media_type, source_page, settings)
    if picture.bilevel:
        picture = stretched(picture, _factor_seen(picture, page))
    return picture, straightened(turned(picture.image, page.turned), page.skew)


def _factor_seen(picture: Picture, page: Page) -> float:
    """Return by how much the fax was stretched when it was read: the size of the upright page tells."""
    for factor in FACTORS:
        height, width = round(picture.image.shape[0] * factor), picture.image.shape[1]
        size = (width, height) if page.turned in (0, 180) else (height, width)
        if straight_size(page.skew, *size) == (page.width, page.height):
            return factor
    return 1.0


def _straight(image: Image, quads: Quads, turn: int) -> _Upright:
    """Turn ``image`` and remove its skew; ``quads`` are on the turned image."""
    page = turned(image, turn)
    skew = find_skew(page, quads)
    height, width = page.shape[:2]
    return _Upright(straightened(page, skew), straighten_quads(quads, skew, width, height), turn, skew)


def _turned_over(image: Image, wrong: _Upright) -> _Upright:
    height, width = wrong.image.shape[:2]
    turn = (wrong.turn + 180) % 360
    return _Upright(
        image=straightened(turned(image, turn), wrong.skew),
        quads=turn_quads(wrong.quads, 180, width, height),
        turn=turn,
        skew=wrong.skew,
    )


def _lying_part(image: Image, box: BBox, turn: int) -> _Part | None:
    """Return the part of ``image`` inside ``box`` without seals, ``None`` when hardly a pixel of it is there."""
    left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    part = np.ascontiguousarray(image[top : math.ceil(box[3]), left : math.ceil(box[2])])
    if min(part.shape[:2]) < 2:
        return None
    return _Part(without_seals(np.ascontiguousarray(turned(part, turn))), turn, (left, top))


def _is_faint(upright: _Upright) -> bool:
    """Tell whether the text is so pale that more of it may have been missed."""
    return bool(len(upright.quads)) and ink_measures(upright.image, upright.quads)[1] < _PALE


def _page(look: _Look, source_page: int, lines: tuple[OcrLine, ...]) -> Page:
    upright = look.upright
    height, width = upright.image.shape[:2]
    return Page(
        number=source_page,
        source_page=source_page,
        width=width,
        height=height,
        dpi=look.picture.dpi,
        turned=upright.turn,
        skew=upright.skew,
        blank=not lines,
        quality=judged(
            upright.image,
            upright.quads,
            lines,
            Circumstances(look.picture.source_dpi, look.picture.bilevel, upright.skew, look.sure_way_up),
        ),
    )


def _born_digital(lines: tuple[OcrLine, ...], picture: Picture, source_page: int) -> ReadPage:
    from extractors.reading.born_digital import PRODUCER

    height, width = picture.image.shape[:2]
    page = Page(
        number=source_page,
        source_page=source_page,
        width=width,
        height=height,
        dpi=picture.dpi,
        quality=PageQuality(sharpness=1.0, contrast=1.0, dpi=picture.source_dpi),
    )
    text = OcrPage(number=source_page, width=width, height=height, lines=lines, producer=PRODUCER)
    return ReadPage(page=page, text=text, born_digital=True)
