"""From detected quadrilaterals and recognised characters to lines of the domain, in reading order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from domain.base import BBox
from domain.ocr import OcrCharacter, OcrLine
from extractors.reading.ocr import Quads, RawLine

# Two boxes stand in one row when they share this part of the lower one's height.
_SAME_ROW = 0.5
_SHOWN = 3


def build_lines(raw: list[RawLine], quads: Quads, size: tuple[int, int]) -> tuple[OcrLine, ...]:
    """Return the lines of a page in reading order; crops in which nothing was recognised are left out.

    Args:
        raw: one entry per quadrilateral.
        quads: corners on the upright image, pixels.
        size: width and height of the upright image, pixels.
    """
    lines = lines_in_order(raw, quads, size)
    return tuple(lines[i] for i in reading_order([line.bbox for line in lines]))


def lines_in_order(raw: list[RawLine], quads: Quads, size: tuple[int, int]) -> tuple[OcrLine, ...]:
    """Return the lines as ``build_lines`` does, in the order of ``quads``."""
    limit = np.array(size, np.float32)
    read = [(line, np.clip(quad, 0, limit)) for line, quad in zip(raw, quads, strict=True) if line.text.strip()]
    return tuple(_line(line, quad) for line, quad in read)


def reading_order(boxes: list[BBox]) -> list[int]:
    """Return the indices of ``boxes`` row by row from the top, each row from the left."""
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda i: (boxes[i][1] + boxes[i][3]) / 2):
        if rows and _in_row(boxes[index], [boxes[i] for i in rows[-1]]):
            rows[-1].append(index)
        else:
            rows.append([index])
    return [index for row in rows for index in sorted(row, key=lambda i: boxes[i][0])]


def _in_row(box: BBox, row: list[BBox]) -> bool:
    last = row[-1]
    shared = min(box[3], last[3]) - max(box[1], last[1])
    return shared >= _SAME_ROW * min(box[3] - box[1], last[3] - last[1])


def _line(raw: RawLine, quad: NDArray[np.float32]) -> OcrLine:
    first, last = _trim(raw)
    kept = raw.characters[first:last]
    boxes = _places(quad, np.array([(c.start, c.end) for c in kept]), raw.downwards)
    characters = tuple(
        OcrCharacter(
            text=c.text,
            bbox=box,
            score=min(1.0, max(0.0, c.score)),
            alternatives=c.alternatives[:_SHOWN],
            margin=c.margin,
            hand=c.hand,
            second=c.second,
        )
        for c, box in zip(kept, boxes, strict=True)
    )
    points = tuple((x, y) for x, y in quad.tolist())
    return OcrLine(
        text="".join(c.text for c in characters),
        polygon=(points[0], points[1], points[2], points[3]),
        score=sum(c.score for c in characters) / len(characters),
        characters=characters,
    )


def _trim(raw: RawLine) -> tuple[int, int]:
    text = raw.text
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _places(quad: NDArray[np.float32], shares: NDArray[np.float64], downwards: bool) -> list[BBox]:
    """Return the upright boxes around the parts of ``quad`` between shares (start, end; n x 2) of its length."""
    a, b, c, d = quad.astype(np.float64)
    if downwards:
        a, b, c, d = b, c, d, a
    upper = a + (b - a) * shares[:, :, None]
    lower = d + (c - d) * shares[:, :, None]
    corners = np.concatenate((upper, lower), axis=1)
    boxes = np.concatenate((corners.min(axis=1), corners.max(axis=1)), axis=1).tolist()
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes]
