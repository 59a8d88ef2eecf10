"""Groups of ink in a place of the page, at 200 dpi: what is neither known print, nor a rule, nor a seal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal
from domain.ocr import OcrLine
from domain.vocabulary import SealColour
from extractors.marks.handwriting import InkPatch
from extractors.marks.ink import Image, ink_strengths, page_dpi, whiten
from extractors.marks.signature_labels import CLOSING, DATE, LONG_LINE, OTHER_LABEL
from extractors.marks.signature_places import SignaturePlace

WORK_DPI = 200.0
PEN_AT = 70
RED_AT = 30
LEAST_MM, MOST_MM = (6.0, 2.6), (95.0, 34.0)
SURE_PRINT, SURE_LETTERS = 0.6, 0.93
LETTERS = re.compile(r"[A-Za-z]{1,3}[A-Za-z0-9]?")
"""A scribble is often read as a few letters, with a score between print and nonsense."""
NAMES_IN_A_ROW, BY_HAND = 0.85, 0.9
POLITE = re.compile(r"[\u3400-\u9fff·]{2,5}\s*(?P<words>敬上|谨启|敬启|谨上|敬呈|拜上)")
BLUE_SEAL_AT = 22
LEAST_SHARE = 0.2
MOST_PEN, SOLID_SHARE = 19, 0.08
"""Widest pen, pixels at 200 dpi (2.4 mm), and the share of ink deep inside of wider strokes that a picture has."""
DARKER = 45


@dataclass(frozen=True)
class InkGroup:
    """Strokes that belong together; `box` in pixels of the upright page, the patches at 200 dpi."""

    box: BBox
    ink: InkPatch
    printed: InkPatch

    def picture(self) -> Image:
        """Return the group alone as dark ink on white paper, with a narrow margin."""
        near = cv2.dilate(self.ink.mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        grey = np.where(near, 255 - np.minimum(self.ink.strength, 255), 255).astype(np.uint8)
        pad = max(grey.shape[0] // 16, 2)
        return np.asarray(cv2.copyMakeBorder(grey, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=255))


def find_groups(image: Image, page: ReadPage, place: SignaturePlace, seals: Sequence[Seal]) -> list[InkGroup]:
    """Return the groups of ink in a place that are neither print known as such, nor rules, nor seals."""
    dpi = page_dpi(image, page.page.dpi)
    factor = min(WORK_DPI / dpi, 1.0)
    patch = inks_of(image, clipped(place.region, image), dpi)
    printed = inks_of(image, clipped(place.printed, image), dpi)
    if patch is None or printed is None or not printed.mask.any():
        return []
    origin = (int(max(place.region[0], 0)), int(max(place.region[1], 0)))
    pen = patch.mask.astype(np.uint8)
    erase(pen, [*known_print(page, place), *place.rules], origin, factor)
    for seal in seals:
        if seal.colour is SealColour.BLACK:
            _erase_paler(pen, patch.strength, _seal_darkness(image, seal, dpi), (seal.bbox, origin, factor))
    # a blue seal's ink goes by its colour, so that print and pen below it stay
    coloured = (patch.blue > BLUE_SEAL_AT).astype(np.uint8)
    unsealed = coloured.copy()
    erase(unsealed, [s.bbox for s in seals if s.colour is SealColour.BLUE], origin, factor)
    pen[(coloured > 0) & (unsealed == 0)] = 0
    mm = dpi * factor / 25.4
    pen = without_rules(pen, mm)
    whole = InkPatch(pen > 0, patch.strength, patch.blue, patch.top)
    return [_group(b, whole, printed, origin, factor) for b in group_boxes(pen, mm)]


def _seal_darkness(image: Image, seal: Seal, dpi: float) -> float:
    """Return the strength up to which ink in a black seal may be the seal's: that of its outline, and some."""
    patch = inks_of(image, clipped(seal.bbox, image), dpi)
    if patch is None:
        return 255.0
    height, width = patch.mask.shape
    ys, xs = np.mgrid[0:height, 0:width]
    rho = np.hypot((xs + 0.5) / width * 2 - 1, (ys + 0.5) / height * 2 - 1)
    outline = patch.strength[patch.mask & (rho > 0.9) & (rho < 1.02)]
    return float(np.median(outline)) + DARKER if outline.size else 255.0


def _erase_paler(pen: Image, strength: Image, darkness: float, where: tuple[BBox, tuple[int, int], float]) -> None:
    """Erase a seal's ink; a pen clearly darker than a grey copy's seal stays."""
    inside = np.ones_like(pen)
    box, origin, factor = where
    erase(inside, [box], origin, factor)
    pen[(inside == 0) & (strength < darkness)] = 0


def inks_of(image: Image, box: BBox, dpi: float) -> InkPatch | None:
    """Cut a box out of the page at 200 dpi; `None` when next to nothing of it is on the page."""
    x0, y0, x1, y1 = (int(v) for v in box)
    if x1 - x0 < 8 or y1 - y0 < 8:
        return None
    factor = min(WORK_DPI / dpi, 1.0)
    patch = image[y0:y1, x0:x1]
    if factor < 1:
        patch = np.asarray(cv2.resize(patch, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    red, blue, dark = ink_strengths(whiten(patch, dpi * factor))
    return InkPatch((dark > PEN_AT) & (red < RED_AT), dark, blue, y0 * factor)


def clipped(region: BBox, image: Image) -> BBox:
    """Return the part of a box that lies on the page."""
    height, width = image.shape[:2]
    return (max(region[0], 0), max(region[1], 0), min(region[2], width), min(region[3], height))


def known_print(page: ReadPage, place: SignaturePlace) -> list[BBox]:
    """Return the boxes of text that is no signature: labels, dates, long lines, closing phrases."""
    boxes: list[BBox] = []
    for line in page.text.lines:
        x0, y0, _, y1 = line.bbox
        if line is place.line and place.label is not None:
            boxes.append((x0, y0, place.label_end, y1))
        elif is_plain_text(line):
            boxes.append(print_box(line))
    return boxes


def print_box(line: OcrLine) -> BBox:
    """Return the box of what is print on a line of plain text: behind a name its 敬上 alone."""
    polite = POLITE.fullmatch(line.text)
    return line.span_box(polite.start("words"), len(line.text)) if polite else line.bbox


def is_plain_text(line: OcrLine) -> bool:
    """Tell text that is no signature (long, a date, a label, a closing phrase) by what it says."""
    text = line.text
    if line.score < SURE_PRINT and len(text) < LONG_LINE:  # a hand's strokes read as letters
        return False
    if line.score < SURE_LETTERS and LETTERS.fullmatch(text):
        return False
    if line.score < NAMES_IN_A_ROW and _is_written(line):  # several names read as one line
        return False
    return len(text) >= LONG_LINE or bool(
        DATE.search(text)
        or OTHER_LABEL.search(text)
        or CLOSING.search(text)
        or re.search(r"[签簽][字名章署]|[蓋盖]章|[0-9A-Za-z]{3}", text)
    )


def _is_written(line: OcrLine) -> bool:
    chances = [sign.hand for sign in line.characters if sign.hand is not None]
    return bool(chances) and sum(chances) > BY_HAND * len(chances)


def is_solid(group: InkGroup) -> bool:
    """Tell a picture, a bar or a shaded area from strokes of a pen, which are at most some millimetres wide."""
    core = cv2.erode(group.ink.mask.astype(np.uint8), np.ones((MOST_PEN, MOST_PEN), np.uint8), borderValue=0)
    return bool(core.sum() > SOLID_SHARE * max(group.ink.mask.sum(), 1))


def erase(pen: Image, boxes: Sequence[BBox], origin: tuple[int, int], factor: float) -> None:
    """Clear boxes of the page in a mask that was cut at `origin` and scaled by `factor`."""
    for x0, y0, x1, y1 in boxes:
        left, top = max(int((x0 - origin[0]) * factor) - 1, 0), max(int((y0 - origin[1]) * factor) - 1, 0)
        right, bottom = int((x1 - origin[0]) * factor) + 1, int((y1 - origin[1]) * factor) + 1
        if right > 0 and bottom > 0:
            pen[top:bottom, left:right] = 0


def without_rules(pen: Image, mm: float) -> Image:
    """Take out straight lines longer than 11 mm, and specks."""
    length = max(round(11 * mm), 9)
    solid = cv2.morphologyEx(pen, cv2.MORPH_CLOSE, np.ones((1, max(round(0.5 * mm), 1)), np.uint8))
    rules = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    rules |= cv2.morphologyEx(pen, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    pen = cv2.subtract(pen, cv2.dilate(rules, np.ones((3, 3), np.uint8)))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pen)
    keep = stats[:, cv2.CC_STAT_AREA] >= max(0.12 * mm * mm, 3)
    keep[0] = False
    return np.asarray(keep[labels], np.uint8)


def group_boxes(pen: Image, mm: float, share: float = 1.0) -> list[tuple[int, int, int, int]]:
    """Return boxes (x, y, width, height) of ink that lies within 4 mm beside and 1.5 mm above each other."""
    reach = (round(4.0 * mm * share) | 1, round(1.5 * mm * share) | 1)
    joined = cv2.dilate(pen, np.ones(reach[::-1], np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = []
    for label in range(1, count):
        left, top, width, height, _ = stats[label].tolist()
        if width < LEAST_MM[0] * mm or height < LEAST_MM[1] * mm:  # what is joined is larger than its ink
            continue
        area = np.s_[top : top + height, left : left + width]
        ys, xs = np.nonzero((labels[area] == label) & (pen[area] > 0))
        box = (left + int(xs.min()), top + int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1)
        if box[2] > MOST_MM[0] * mm or box[3] > MOST_MM[1] * mm:
            if share > LEAST_SHARE:  # names written into each other: part them by less reach
                boxes += [
                    (left + x, top + y, wide, high)
                    for x, y, wide, high in group_boxes(
                        np.where(labels[area] == label, pen[area], 0).astype(np.uint8), mm, share / 2
                    )
                ]
        elif LEAST_MM[0] * mm <= box[2] and LEAST_MM[1] * mm <= box[3]:
            boxes.append(box)
    return boxes


def _group(
    box: tuple[int, int, int, int], whole: InkPatch, printed: InkPatch, origin: tuple[int, int], factor: float
) -> InkGroup:
    x, y, width, height = box
    rows, columns = slice(y, y + height), slice(x, x + width)
    left, top = origin[0] + x / factor, origin[1] + y / factor
    ink = InkPatch(whole.mask[rows, columns], whole.strength[rows, columns], whole.blue[rows, columns], whole.top + y)
    return InkGroup((left, top, left + width / factor, top + height / factor), ink, printed)


def overlap(one: BBox, other: BBox) -> float:
    """Return the shared area as a share of the smaller box."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return max(width, 0.0) * max(height, 0.0) / max(smaller, 1.0)
