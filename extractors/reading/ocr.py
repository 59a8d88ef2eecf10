"""Finding and recognising lines of text with PP-OCRv6 small: the only module that imports PaddleX.

PaddleX's own pre- and post-processing is used object by object; the pipeline around them and its predictors are
left out, because lines come with characters, alternatives and places, which the pipeline throws away.
"""

from __future__ import annotations

import itertools
import logging
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading import language
from extractors.reading.ctc import DecodedCharacter, decode
from extractors.reading.inference import engine_label, load_network
from extractors.reading.model_pins import DETECTION, RECOGNITION, paddlex_config
from extractors.reading.models import model_config, models_folder, network_path
from extractors.reading.picture import Image, as_bgr
from extractors.reading.settings import ReadingSettings
from extractors.reading.witness import LineWitness

Quads = NDArray[np.float32]
"""Corners of lines, shape (lines, 4, 2), clockwise from top left, pixels."""

_LINE_HEIGHT = 48
# Every new input shape costs OpenVINO a compilation and memory: widths are rounded up to multiples of this.
_WIDTH_STEP = 32
_LEAST_WIDTH = 64
_MOST_WIDTH = 3200
# Lines of one rounded width are read together, which gives the same numbers and saves the engine's work per call;
# more or wider ones gain nothing more and cost memory.
_MOST_TOGETHER, _MOST_WIDTH_TOGETHER = 4, 1536
# A crop this much taller than wide is a line written downwards; PaddleX lays it on its side.
_DOWNWARDS = 1.5
# Fewer lines than this on paper that has ink, or lines lower than this on the reduced page (pixels), are looked for
# again, when the image has enough more pixels to offer.
_FEW_LINES, _INKED, _TINY, _FINER_BY = 4, 60, 11.0, 1.2
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class RawLine:
    """What the recogniser said about one crop.

    Attributes:
        characters: with places as shares of the crop's length.
        downwards: the crop was laid on its side, places run from top to bottom.
    """

    characters: tuple[DecodedCharacter, ...]
    downwards: bool = False

    @property
    def text(self) -> str:
        """The characters in a row."""
        return "".join(c.text for c in self.characters)

    @property
    def score(self) -> float:
        """Mean score of the characters, 0 when there are none."""
        return sum(c.score for c in self.characters) / len(self.characters) if self.characters else 0.0


class LineOcr:
    """Detection and recognition of text lines.

    Args:
        settings: engine, threads, sizes.

    Raises:
        ModelFileError: a model file is missing or wrong.
    """

    def __init__(self, settings: ReadingSettings) -> None:
        folder = models_folder(settings.models_folder)
        paths = [network_path(pin, folder) for pin in (DETECTION, RECOGNITION)]
        self._detector, self._recogniser = (load_network(p, settings.engine, settings.threads) for p in paths)
        self._find_boxes = _box_finder(paddlex_config(DETECTION, [])["PostProcess"])
        self._classes = _class_names(model_config(RECOGNITION, folder)["PostProcess"])
        self._side, self._finer_side = settings.detection_side, settings.finer_detection_side
        self._squeeze = settings.line_squeeze
        self._second_look = settings.second_look
        self._witness = LineWitness(settings.threads)
        self._normal = _normalising_table()
        self.producer = f"ppocrv6-small/{engine_label(settings.engine)}"

    def detect(self, image: Image) -> Quads:
        """Return the lines found on ``image``, in no particular order.

        Where hardly any line is found, or lines are tiny, the image is searched once more in finer resolution: thin
        digits among specks on an empty page are lost in a thumbnail.
        """
        quads = self._detect(image, self._side)
        if max(image.shape[:2]) <= _FINER_BY * self._side or not _may_hold_more(image, quads, self._side):
            return quads
        finer = self._detect(image, self._finer_side)
        return finer if _text_length(finer) > _text_length(quads) else quads

    def _detect(self, image: Image, side: int) -> Quads:
        height, width = image.shape[:2]
        small = _reduced(image, side)
        normal = cv2.LUT(as_bgr(small), self._normal)[:, :, ::-1]
        probability = self._detector(np.ascontiguousarray(normal.transpose(2, 0, 1))[None])
        boxes, _ = self._find_boxes(probability[None], [np.array([height, width, 1.0, 1.0])])
        return from_top_left(np.asarray(boxes[0], np.float32).reshape(-1, 4, 2))

    def recognise(self, image: Image, quads: Quads) -> list[RawLine]:
        """Return what is written in each of ``quads`` on ``image`` (colour, or grey with shape (height, width)).

        Lines are read narrowed; those that are not sure are read at full width too and the better reading counts.
        """
        crops = [_crop(image, quad) for quad in quads]
        strips = [_strip(crop, self._squeeze) for crop in crops]
        lines = self._read(strips)
        if self._squeeze < 1.0:
            unsure = [i for i, line in enumerate(lines) if line.score < self._second_look]
            for i, again in zip(unsure, self._read([_strip(crops[i], 1.0) for i in unsure]), strict=True):
                if again.score > lines[i].score:
                    lines[i] = again
        return [
            replace(line, characters=self._witnessed(line.characters, strip)) if line.characters else line
            for line, strip in zip(lines, strips, strict=True)
        ]

    def _witnessed(self, characters: tuple[DecodedCharacter, ...], strip: _Strip) -> tuple[DecodedCharacter, ...]:
        seen = self._witness.look(characters, strip.grey())
        return language.reread(seen, language.bundled()) if language.is_by_hand(seen) else seen

    def recognise_crop(self, crop: Image) -> RawLine:
        """Return what is written on ``crop``, one line of text of any height, read at full width."""
        return self._read([_strip(crop, 1.0)])[0]

    def _read(self, strips: list[_Strip]) -> list[RawLine]:
        """Return one reading per strip; calls go from narrow to wide, because a change of shape costs time too."""
        read: dict[int, RawLine] = {}
        for together in _groups([strip.outer for strip in strips]):
            batch = np.stack([strips[i].tensor() for i in together])
            for i, probabilities in zip(together, self._recogniser(batch), strict=True):
                strip = strips[i]
                characters = decode(probabilities, self._classes, strip.outer / strip.inner)
                read[i] = RawLine(characters, strip.downwards)
        return [read[i] for i in range(len(strips))]


@dataclass(frozen=True)
class _Strip:
    """One line as the recogniser takes it.

    Attributes:
        pixels: 48 pixels high, ``inner`` wide; colour or grey.
        outer: width that it is padded to.
        downwards: the crop was laid on its side.
    """

    pixels: Image
    outer: int
    downwards: bool

    @property
    def inner(self) -> int:
        """Width without padding."""
        return int(self.pixels.shape[1])

    def grey(self) -> Image:
        """Return the pixels without colour, shape (48, inner)."""
        return self.pixels if self.pixels.ndim == 2 else np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_BGR2GRAY))

    def tensor(self) -> NDArray[np.float32]:
        """Return the normalised, padded planes, shape (3, 48, outer)."""
        planes = np.zeros((3, _LINE_HEIGHT, self.outer), np.float32)
        values = self.pixels if self.pixels.ndim == 2 else self.pixels.transpose(2, 0, 1)
        inner = planes[:, :, : self.inner]
        np.multiply(values, np.float32(1 / 127.5), out=inner)
        inner -= 1.0
        return planes


def _strip(crop: Image, squeeze: float) -> _Strip:
    """Return ``crop`` (blue, green, red or grey; any height) narrowed to ``squeeze`` of its width."""
    height, width = crop.shape[:2]
    downwards = height >= _DOWNWARDS * width
    if downwards:
        crop = np.ascontiguousarray(np.rot90(crop))
        height, width = width, height
    inner = min(_MOST_WIDTH, max(1, math.ceil(_LINE_HEIGHT * width / height * squeeze)))
    outer = max(_LEAST_WIDTH, -(-inner // _WIDTH_STEP) * _WIDTH_STEP)
    return _Strip(np.asarray(cv2.resize(crop, (inner, _LINE_HEIGHT)), np.uint8), outer, downwards)


def _groups(widths: list[int]) -> Iterator[list[int]]:
    """Yield the indices that are read together: 1, 2 or 4 of one width, so that few shapes occur."""
    for width, same in itertools.groupby(sorted(range(len(widths)), key=widths.__getitem__), widths.__getitem__):
        waiting = list(same)
        while waiting:
            most = min(_MOST_TOGETHER, _MOST_WIDTH_TOGETHER // width, len(waiting))
            count = 1 << (max(most, 1).bit_length() - 1)
            yield waiting[:count]
            waiting = waiting[count:]


def from_top_left(quads: Quads) -> Quads:
    """Return clockwise ``quads`` so that each starts with the side that runs most nearly to the right.

    PaddleX orders corners by x, which starts slanted tall boxes at another corner than straight ones.
    """
    if not len(quads):
        return quads
    sides = np.roll(quads, -1, axis=1) - quads
    angles = np.abs(np.arctan2(sides[..., 1], sides[..., 0]))
    first = angles.argmin(axis=1)
    order = (first[:, None] + np.arange(4)) % 4
    return np.asarray(np.take_along_axis(quads, order[:, :, None], axis=1), np.float32)


def _may_hold_more(image: Image, quads: Quads, side: int) -> bool:
    """Tell whether lines may have been too small to be found on ``image`` reduced to ``side``."""
    if len(quads) < _FEW_LINES:
        grey = image[::4, ::4] if image.ndim == 2 else image[::4, ::4, 1]
        return int(grey.max()) - int(grey.min()) >= _INKED
    sides = np.linalg.norm(np.roll(quads, -1, axis=1) - quads, axis=2)
    return bool(np.median(sides.min(axis=1)) * side / max(image.shape[:2]) < _TINY)


def _text_length(quads: Quads) -> float:
    return float(np.linalg.norm(np.roll(quads, -1, axis=1) - quads, axis=2).max(axis=1).sum()) if len(quads) else 0.0


def _reduced(image: Image, side: int) -> Image:
    height, width = image.shape[:2]
    ratio = min(1.0, side / max(height, width))
    size = (max(32, round(width * ratio / 32) * 32), max(32, round(height * ratio / 32) * 32))
    if size == (width, height):
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if ratio < 0.9 else cv2.INTER_LINEAR))


def _crop(image: Image, quad: NDArray[np.float32]) -> Image:
    width = max(1, int(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))))
    height = max(1, int(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))))
    low = np.maximum(np.floor(quad.min(axis=0)).astype(int) - 2, 0)
    high = np.ceil(quad.max(axis=0)).astype(int) + 3
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    transform = cv2.getPerspectiveTransform((quad - low).astype(np.float32), target)
    part = image[low[1] : high[1], low[0] : high[0]]
    if part.size == 0:
        return np.full((height, width, *image.shape[2:]), 255, np.uint8)
    return np.asarray(
        cv2.warpPerspective(part, transform, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    )


def _normalising_table() -> NDArray[np.float32]:
    """Return what each of the 256 values of blue, green and red becomes, shape (1, 256, 3)."""
    values = np.arange(256, dtype=np.float32) / 255.0
    planes = [(values - mean) / std for mean, std in zip(_MEAN[::-1], _STD[::-1], strict=True)]
    return np.stack(planes, axis=-1)[None].astype(np.float32)


_POST_PROCESSING = "paddlex.inference.models.text_detection.processors"


def _box_finder(config: dict[str, Any]) -> Any:
    finder = _paddlex_module(_POST_PROCESSING).DBPostProcess
    return finder(**{key: value for key, value in config.items() if key != "name"})


def _paddlex_module(name: str) -> ModuleType:
    """Import one module of PaddleX without running the packages above it.

    They register every model and pipeline, look for a reachable model host and log: most of a second, for one class.
    """
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    logging.getLogger("paddlex").setLevel(logging.ERROR)
    if "paddlex" in sys.modules:
        return import_module(name)
    (folder,) = _package_folders("paddlex")
    parts = name.split(".")[:-1]
    for depth in range(1, len(parts) + 1):
        package = ModuleType(".".join(parts[:depth]))
        package.__path__ = [str(Path(folder).joinpath(*parts[1:depth]))]
        sys.modules[package.__name__] = package
    try:
        return import_module(name)
    finally:
        # whoever imports PaddleX itself gets all of it
        for key in [key for key in sys.modules if key.partition(".")[0] == "paddlex"]:
            del sys.modules[key]


def _package_folders(name: str) -> list[str]:
    found = find_spec(name)
    if found is None or found.submodule_search_locations is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return list(found.submodule_search_locations)


def _class_names(config: dict[str, Any]) -> list[str]:
    """Return what the recogniser's classes mean: the blank, the dictionary, the space."""
    return ["", *config["character_dict"], " "]
