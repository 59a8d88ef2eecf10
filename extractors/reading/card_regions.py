"""Cards that lie sideways or upside down on an upright page: their lines are found again and read as they lie.

Lines of a turned card keep coordinates of the upright page; the first corner of their polygon is where their text
begins, so that the direction of writing can be told from polygon and characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from domain.base import BBox, union_box
from domain.checks import id_number_checks
from domain.documents import ReadPage
from domain.ocr import OcrLine
from extractors.reading.lines import reading_order
from extractors.reading.orientation import turned

if TYPE_CHECKING:
    from extractors.reading.picture import Image
    from extractors.reading.reader import PageReader

# Upside down, Chinese reads with a mean score of 0.5 to 0.8; so do a smudge and a hand, but those do not read turned.
_UNSURE = 0.88
_LEAST_LINES, _MOST_LINES = 2, 60
_TESTED = 3
_BENEFIT = 1.25
_TALL = 1.5
# Lines of one card stand at most so many line heights apart (the number stands clear of the address).
_APART = 3.6
_WRITTEN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True)
class _Region:
    """Lines that lie together: turning the page clockwise by one of ``turns`` degrees may make them upright."""

    lines: tuple[OcrLine, ...]
    turns: tuple[int, ...]


def read_turned_cards(image: Image, read: ReadPage, reader: PageReader) -> ReadPage:
    """Return the page, the lines of turned cards read anew; an ``Addition`` of the reader."""
    lines = read.text.lines
    if len(lines) > _MOST_LINES:
        return read
    for region in _regions(lines):
        lines = _with_region(image, lines, region, reader)
    if lines is read.text.lines:
        return read
    ordered = tuple(lines[i] for i in reading_order([line.bbox for line in lines]))
    return read.model_copy(update={"text": read.text.model_copy(update={"lines": ordered})})


def _regions(lines: Sequence[OcrLine]) -> list[_Region]:
    """Return groups of lines that may be turned: tall ones, and lying ones that read badly."""
    tall = [line for line in lines if _is_tall(line)]
    bad = [line for line in lines if not _is_tall(line) and line.score < _UNSURE and _WRITTEN.search(line.text)]
    groups = [_Region(group, (90, 270)) for group in _clusters(tall)]
    groups += [_Region(group, (180,)) for group in _clusters(bad)]
    return [group for group in groups if len(group.lines) >= _LEAST_LINES]


def _is_tall(line: OcrLine) -> bool:
    x0, y0, x1, y1 = line.bbox
    return y1 - y0 > _TALL * (x1 - x0) and len(line.text) >= 2


def _clusters(lines: Iterable[OcrLine]) -> list[tuple[OcrLine, ...]]:
    """Join lines that stand near each other."""
    groups: list[tuple[OcrLine, ...]] = []
    for line in lines:
        near = [group for group in groups if any(_near(line.bbox, other.bbox) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append((line, *(other for group in near for other in group)))
    return groups


def _near(a: BBox, b: BBox) -> bool:
    reach = _APART * max(_thickness(a), _thickness(b))
    across = max(a[0], b[0]) - min(a[2], b[2])
    down = max(a[1], b[1]) - min(a[3], b[3])
    return across < reach and down < reach


def _thickness(box: BBox) -> float:
    return min(box[2] - box[0], box[3] - box[1])


def _with_region(image: Image, lines: tuple[OcrLine, ...], region: _Region, reader: PageReader) -> tuple[OcrLine, ...]:
    """Return the lines of the page with a region read turned, when that says more than before."""
    if region.turns == (180,) and not _better_turned_over(image, region.lines, reader):
        return lines
    box = _widened(lines, region, (float(image.shape[1]), float(image.shape[0])))
    again = max((reader.read_part(image, box, turn) for turn in region.turns), key=_weight)
    before = [line for line in lines if _inside(line.bbox, box)]
    if _weight(again) <= _BENEFIT * _weight(before):
        return lines
    return (*(line for line in lines if line not in before), *again)


def _better_turned_over(image: Image, lines: Sequence[OcrLine], reader: PageReader) -> bool:
    """Tell whether the longest lines read better upside down."""
    longest = sorted(lines, key=lambda line: line.bbox[0] - line.bbox[2])[:_TESTED]
    found = 0.0
    for line in longest:
        crop = _cut(image, line.bbox)
        text, score = reader.recognise_line(np.ascontiguousarray(turned(crop, 180)))
        found += sum(_sure(sign, score) for sign in text)
    return found > _BENEFIT * sum(_sure(sign, line.score) for line in longest for sign in line.text)


def _weight(lines: Sequence[OcrLine]) -> float:
    return sum(_sure(c.text, c.score) for line in lines for c in line.characters)


def _sure(text: str, score: float) -> float:
    """Return what a character says for its way up: digits and dots read either way, doubtful signs say little."""
    return score**4 if _WRITTEN.match(text) else 0.0


def _widened(lines: Sequence[OcrLine], region: _Region, size: tuple[float, float]) -> BBox:
    """Return the region with its margin and the numbers beside it, which read well either way up."""
    box = union_box(tuple(line.bbox for line in region.lines))
    margin = 0.9 * median(_thickness(line.bbox) for line in region.lines)
    sideways = region.turns != (180,)
    for line in lines:
        bare = re.sub(r"\s", "", line.text)
        neutral = len(bare) >= 2 and _WRITTEN.search(bare) is None and not _is_whole_number(bare)
        if neutral and _is_tall(line) is sideways and _near(line.bbox, box):
            box = union_box((box, line.bbox))
    x0, y0, x1, y1 = box
    return (max(0.0, x0 - margin), max(0.0, y0 - margin), min(size[0], x1 + margin), min(size[1], y1 + margin))


def _is_whole_number(text: str) -> bool:
    """Tell whether a number reads as it should where it lies: it then belongs to a card that is not turned."""
    return len(text) == 18 and all(check.passed for check in id_number_checks(text.upper()))


def _cut(image: Image, box: BBox) -> Image:
    x0, y0, x1, y1 = (max(0, round(v)) for v in box)
    return image[y0 : max(y1, y0 + 2), x0 : max(x1, x0 + 2)]


def _inside(box: BBox, outer: BBox) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]
