"""Which way up a page is: 0, 90, 180 or 270 degrees.

PP-LCNet (PaddleClas ``doc_ori``) guesses from a thumbnail; it is wrong often enough to turn upright pages over
(PaddleOCR issue 16626), so every guess but a sure "upright" is put to the test of reading lines both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading.inference import load_network
from extractors.reading.model_pins import ORIENTATION
from extractors.reading.models import models_folder, network_path
from extractors.reading.ocr import LineOcr, Quads, RawLine, from_top_left
from extractors.reading.picture import Image, as_bgr, thinned
from extractors.reading.settings import ReadingSettings

_SHORT_SIDE, _SIDE = 256, 224
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)
_CLOCKWISE = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
# The classifier was trained with smoothed labels: even a clear page stays near 0.9.
_SURE_UPRIGHT = 0.8
_TEST_LINES = 6
# A page is turned only for a clear gain: most pages come upright.
_BENEFIT = 1.15
_LONGEST_TESTED = 12.0
# About eight characters read for sure, and twice what the other way up gives: further lines would not change that.
_LINES_A_TIME, _ENOUGH, _FAR_AHEAD = 2, 8.0, 2.0


# So many sure characters that read as nothing upside down settle the question.
_TELLING_ENOUGH, _WELL_READ = 6, 0.85
_SAME_UPSIDE_DOWN = frozenset("一二三十口日田中王回目工土申丰人八入")
_CLEARLY = 1.1
# Less than about three characters read for sure is no text.
_CONVINCING = 2.5


class OrientationGuesser:
    """The thumbnail classifier."""

    def __init__(self, settings: ReadingSettings) -> None:
        path = network_path(ORIENTATION, models_folder(settings.models_folder))
        self._network = load_network(path, settings.engine, settings.threads)

    def guess(self, image: Image) -> NDArray[np.float32]:
        """Return the probability that ``image`` must be turned clockwise by 0, 90, 180, 270 degrees to be upright."""
        image = thinned(image, 3 * _SHORT_SIDE)
        height, width = image.shape[:2]
        scale = _SHORT_SIDE / min(height, width)
        size = (max(_SIDE, round(width * scale)), max(_SIDE, round(height * scale)))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = as_bgr(np.asarray(cv2.resize(image, size, interpolation=method), np.uint8))
        top, left = (size[1] - _SIDE) // 2, (size[0] - _SIDE) // 2
        square = small[top : top + _SIDE, left : left + _SIDE, ::-1]
        batch = ((square.astype(np.float32) / 255.0 - _MEAN) / _STD).transpose(2, 0, 1)[None]
        seen_as = np.array(self._network(np.ascontiguousarray(batch))[0], np.float32)
        # Class k means "was turned clockwise by k * 90 degrees": the way back is the other way round.
        return seen_as[[0, 3, 2, 1]]


def turned(image: Image, degrees: int) -> Image:
    """Return ``image`` turned clockwise by 0, 90, 180 or 270 degrees."""
    return image if degrees == 0 else np.asarray(cv2.rotate(image, _CLOCKWISE[degrees]), np.uint8)


def find_turn(image: Image, guesser: OrientationGuesser, ocr: LineOcr) -> tuple[int, Quads]:
    """Return the clockwise turn that makes ``image`` upright, and the lines found on the turned image."""
    chances = guesser.guess(image)
    quads = ocr.detect(image)
    lying = _share_lying(quads)
    if (chances[0] >= _SURE_UPRIGHT and lying >= 0.5) or (chances.argmax() == 0 and lying >= 0.7):
        # When this is wrong the page reads badly, and the reader asks `opposite_is_better`.
        return 0, quads
    candidates = _candidates(chances, quads)
    legibility = _legibilities(image, candidates, quads, ocr)
    best = max(candidates, key=lambda degrees: legibility[degrees])
    if legibility[best] < _CONVINCING:
        # seals, a photograph, scribbles: what was read is no text, and the look of the page tells more
        best = 90 * int(chances.argmax())
    elif legibility.get(0, 0.0) * _BENEFIT >= legibility[best]:
        return 0, quads
    if best == 0:
        return 0, quads
    if best in (0, 180):
        return best, turn_quads(quads, best, image.shape[1], image.shape[0])
    # The detector was trained on lines that lie: it finds them better once they do.
    return best, ocr.detect(turned(image, best))


@dataclass(frozen=True)
class WayUp:
    """Whether a page stands on its head.

    Attributes:
        over: it reads better turned over.
        sure: one way reads clearly better than the other, or there is nothing to read.
    """

    over: bool
    sure: bool


def way_up(image: Image, quads: Quads, ocr: LineOcr) -> WayUp:
    """Tell which way up the lines of ``image`` read better (asked when a page reads badly or says little)."""
    legibility = _legibilities(image, (0, 180), quads, ocr)
    over = legibility[180] > legibility[0]
    worse, better = sorted(legibility.values())
    if better < _CONVINCING:
        return WayUp(over=False, sure=not len(quads))
    return WayUp(over, sure=better > _CLEARLY * worse)


def says_little(raw: list[RawLine]) -> bool:
    """Tell whether too few characters were read that look wrong upside down, as on a page of numbers."""
    telling = sum(_is_telling(c.text) and c.score >= _WELL_READ for line in raw for c in line.characters)
    return telling < _TELLING_ENOUGH


def _is_telling(character: str) -> bool:
    return "一" <= character <= "鿿" and character not in _SAME_UPSIDE_DOWN


def turn_quads(quads: Quads, degrees: int, width: int, height: int) -> Quads:
    """Return ``quads`` of an image of ``width`` x ``height`` as they are after turning it clockwise."""
    return from_top_left(turn_points(quads, degrees, width, height))


def turn_points(points: Quads, degrees: int, width: int, height: int) -> Quads:
    """Return ``points`` as ``turn_quads`` does, each corner in its place: the first stays where the text begins."""
    x, y = points[..., 0], points[..., 1]
    moved = {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[degrees]
    return np.stack(moved, axis=-1)


def _share_lying(quads: Quads) -> float:
    """Return the share of text length that lies across the page (1 when there is no text)."""
    sides = np.stack((quads[:, 1] - quads[:, 0], quads[:, 3] - quads[:, 0]), axis=1)
    lengths = np.linalg.norm(sides, axis=2)
    longer = lengths.max(axis=1)
    clear = longer > 1.5 * lengths.min(axis=1)
    total = float(longer[clear].sum())
    along = np.take_along_axis(sides, lengths.argmax(axis=1)[:, None, None], axis=1)[:, 0]
    lying = np.abs(along[:, 0]) > np.abs(along[:, 1])
    return float(longer[clear & lying].sum()) / total if total else 1.0


def _candidates(chances: NDArray[np.float32], quads: Quads) -> tuple[int, ...]:
    lying = _share_lying(quads)
    if lying >= 0.7:
        return (0, 180)
    if lying <= 0.3:
        return (90, 270)
    likely = [90 * k for k in range(4) if chances[k] > 0.05]
    return tuple(dict.fromkeys((0, *likely, 180)))


def _legibilities(image: Image, turns: tuple[int, ...], quads: Quads, ocr: LineOcr) -> dict[int, float]:
    """Return how much is read for sure on the longest lines when the page is turned by each of ``turns``.

    Lines are read two by two, and no more of them once one way up is far ahead.
    """
    height, width = image.shape[:2]
    tests = {turn: (turned(image, turn), _longest(turn_quads(quads, turn, width, height))) for turn in turns}
    found = dict.fromkeys(turns, 0.0)
    for start in range(0, _TEST_LINES, _LINES_A_TIME):
        for turn, (page, lines) in tests.items():
            found[turn] += sum(_evidence(line) for line in ocr.recognise(page, lines[start : start + _LINES_A_TIME]))
        *_, second, best = (0.0, *sorted(found.values()))
        if best >= _ENOUGH and best >= _FAR_AHEAD * second:
            break
    return found


def _evidence(line: RawLine) -> float:
    """Return the sum of squared scores: what is upside down reads as fewer and less sure characters.

    Signs that are signs either way up (digits, Latin letters, dots) count half.
    """
    return sum(c.score**2 * (1.0 if "一" < c.text <= "鿿" else 0.5) for c in line.characters if c.text != " ")


def _longest(quads: Quads) -> Quads:
    """Return the longest lines, cut to ``_LONGEST_TESTED`` times their height."""
    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.maximum(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1), 1.0)
    shape = across / down
    order = np.argsort(-np.minimum(shape, _LONGEST_TESTED), kind="stable")[:_TEST_LINES]
    kept = np.minimum(1.0, _LONGEST_TESTED / np.maximum(shape[order], 1e-6))[:, None]
    cut = quads[order].copy()
    cut[:, 1] = cut[:, 0] + (cut[:, 1] - cut[:, 0]) * kept
    cut[:, 2] = cut[:, 3] + (cut[:, 2] - cut[:, 3]) * kept
    return cut
