"""Signatures: ink of a hand beside its label, in the form's signature cell or at the end of a letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal, Signature
from domain.marks import RuledCell
from domain.ocr import OcrLine
from domain.vocabulary import SealColour
from extractors.marks.handwriting import InkPatch, blueness, hand_probability, measure
from extractors.marks.ink import Image, ink_strengths, page_dpi, whiten
from extractors.marks.signature_places import CLOSING, DATE, LONG_LINE, OTHER_LABEL, SignaturePlace, find_places

REPORT_AT = 0.5
REPORT_FREE_AT = 0.8
WORK_DPI = 200.0
PEN_AT = 70
RED_AT = 30
UNDER_SEAL_MM, UNDER_SEAL_REACH_MM = 6.5, 40.0
LEAST_MM, MOST_MM = (6.0, 2.6), (95.0, 34.0)
NAME = re.compile(r"[\u3400-\u9fff]{1,4}(?:[·•.]?[\u3400-\u9fff]{1,8})?")
NOT_NAME = re.compile(
    r"[年月日]|签|盖|公司|投诉|代表|日期|敬礼|此致|客户|交易|明细|账号|账户|资金|申请|委托|合同|协议|通知|说明|材料|[书表单函]$"
)
SURE_PRINT = 0.6
BLUE_SEAL_AT = 22
DARKER = 45
PEN_BLUE, SAME_PEN = 0.35, 0.75


@dataclass(frozen=True)
class InkGroup:
    """Strokes that belong together; `box` in pixels of the upright page, the patches at 200 dpi."""

    box: BBox
    ink: InkPatch
    printed: InkPatch


def find_signatures(
    image: Image, page: ReadPage, cells: Sequence[RuledCell], seals: Sequence[Seal]
) -> tuple[Signature, ...]:
    """Find handwritten signatures and thumbprints.

    Args:
        image: upright page, BGR or grey.
        page: what was read on it.
        cells: ruled cells of the page.
        seals: impressions found on the page; their ink is no signature.
    """
    dpi = page_dpi(image, page.page.dpi)
    found: list[Signature] = []
    for place in find_places(page, cells, dpi / 25.4):
        groups = find_groups(image, page, place, seals)
        signature = _best_signature(groups, place, page) or _under_seal(image, page, place, seals)
        if signature is not None and not any(_overlap(signature.bbox, other.bbox) > 0.3 for other in found):
            found.append(signature)
    return tuple(found)


def _best_signature(groups: list[InkGroup], place: SignaturePlace, page: ReadPage) -> Signature | None:
    scored = [(_hand(group, place), group) for group in groups]
    if not scored:
        return None
    likely = [s for s in scored if s[0] >= (REPORT_AT if place.label else REPORT_FREE_AT)]
    if not likely:
        return None
    # beside a label the nearest ink answers it: further right stands a written date or a thumbprint
    probability, group = (
        min(likely, key=lambda s: s[1].box[0] + s[1].box[1]) if place.label else max(likely, key=lambda s: s[0])
    )
    name = place.person or _read_name(group.box, place, page)
    return Signature(
        name=name, anchor=place.label, page=page.page.number, bbox=group.box, probability=round(probability, 4)
    )


def _hand(group: InkGroup, place: SignaturePlace) -> float:
    """Return the chance that a group is by hand; in a letter all in blue pen the label is no print to compare with."""
    probability = hand_probability(measure(group.ink, group.printed, same_row=place.label is not None))
    if place.label is not None and blueness(group.printed) > PEN_BLUE and blueness(group.ink) > PEN_BLUE:
        return max(probability, SAME_PEN)
    return probability


def _under_seal(image: Image, page: ReadPage, place: SignaturePlace, seals: Sequence[Seal]) -> Signature | None:
    """Look for a signature below a black seal, where colour cannot tell them apart.

    Without outline and star the seal's own strokes are single letters; strokes clearly taller than those are a hand's.
    The probability stays low: a person should look.
    """
    dpi = page_dpi(image, page.page.dpi)
    mm = dpi / 25.4
    for seal in seals:
        near = (
            place.region[0],
            place.region[1],
            min(place.region[2], place.label_end + UNDER_SEAL_REACH_MM * mm),
            place.region[3],
        )
        region = _shared_box(_clipped(near, image), seal.bbox)
        if (
            place.label is None
            or seal.colour is not SealColour.BLACK
            or region[2] - region[0] < 8 * mm
            or region[3] - region[1] < 6 * mm
        ):
            continue
        patch = _inks(image, region, dpi)
        if patch is None:
            continue
        factor = min(WORK_DPI / dpi, 1.0)
        pen = patch.mask.astype(np.uint8)
        _erase(pen, _known_print(page, place), (int(region[0]), int(region[1])), factor)
        pen = _without_rules(_without_ring(pen, seal.bbox, (int(region[0]), int(region[1])), factor), mm * factor)
        count, _, stats, _ = cv2.connectedComponentsWithStats(pen)
        tall = [s for s in stats[1:count] if s[3] > UNDER_SEAL_MM * mm * factor]
        if tall:
            x0, y0 = region[0] + min(s[0] for s in tall) / factor, region[1] + min(s[1] for s in tall) / factor
            x1, y1 = (
                region[0] + max(s[0] + s[2] for s in tall) / factor,
                region[1] + max(s[1] + s[3] for s in tall) / factor,
            )
            probability = min(0.5 + 0.04 * (max(s[3] for s in tall) / mm / factor - UNDER_SEAL_MM), 0.7)
            name = place.person or _read_name((x0, y0, x1, y1), place, page)
            return Signature(
                name=name,
                anchor=place.label,
                page=page.page.number,
                bbox=(x0, y0, x1, y1),
                probability=round(probability, 4),
            )
    return None


def _shared_box(one: BBox, other: BBox) -> BBox:
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def _without_ring(pen: Image, seal: BBox, origin: tuple[int, int], factor: float) -> Image:
    """Erase the outline and the star of a round or oval seal."""
    ys, xs = np.mgrid[0 : pen.shape[0], 0 : pen.shape[1]]
    centre = ((seal[0] + seal[2]) / 2 - origin[0]) * factor, ((seal[1] + seal[3]) / 2 - origin[1]) * factor
    half = (seal[2] - seal[0]) / 2 * factor, (seal[3] - seal[1]) / 2 * factor
    rho = np.hypot((xs - centre[0]) / half[0], (ys - centre[1]) / half[1])
    return np.asarray(np.where((rho > 0.9) | (rho < 0.33), 0, pen), np.uint8)


def find_groups(image: Image, page: ReadPage, place: SignaturePlace, seals: Sequence[Seal]) -> list[InkGroup]:
    """Return the groups of ink in a place that are neither print known as such, nor rules, nor seals."""
    dpi = page_dpi(image, page.page.dpi)
    factor = min(WORK_DPI / dpi, 1.0)
    patch = _inks(image, _clipped(place.region, image), dpi)
    printed = _inks(image, _clipped(place.printed, image), dpi)
    if patch is None or printed is None or not printed.mask.any():
        return []
    origin = (int(max(place.region[0], 0)), int(max(place.region[1], 0)))
    pen = patch.mask.astype(np.uint8)
    _erase(pen, _known_print(page, place), origin, factor)
    for seal in seals:
        if seal.colour is SealColour.BLACK:
            _erase_paler(pen, patch.strength, _seal_darkness(image, seal, dpi), (seal.bbox, origin, factor))
    # a blue seal's ink goes by its colour, so that print and pen below it stay
    coloured = (patch.blue > BLUE_SEAL_AT).astype(np.uint8)
    unsealed = coloured.copy()
    _erase(unsealed, [s.bbox for s in seals if s.colour is SealColour.BLUE], origin, factor)
    pen[(coloured > 0) & (unsealed == 0)] = 0
    mm = dpi * factor / 25.4
    pen = _without_rules(pen, mm)
    whole = InkPatch(pen > 0, patch.strength, patch.blue, patch.top)
    return [_group(b, whole, printed, origin, factor) for b in _group_boxes(pen, mm)]


def _seal_darkness(image: Image, seal: Seal, dpi: float) -> float:
    """Return the strength up to which ink in a black seal may be the seal's: that of its outline, and some."""
    patch = _inks(image, _clipped(seal.bbox, image), dpi)
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
    _erase(inside, [box], origin, factor)
    pen[(inside == 0) & (strength < darkness)] = 0


def _inks(image: Image, box: BBox, dpi: float) -> InkPatch | None:
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


def _clipped(region: BBox, image: Image) -> BBox:
    height, width = image.shape[:2]
    return (max(region[0], 0), max(region[1], 0), min(region[2], width), min(region[3], height))


def _known_print(page: ReadPage, place: SignaturePlace) -> list[BBox]:
    """Return the boxes of text that is no signature: labels, dates, long lines, closing phrases."""
    boxes: list[BBox] = []
    for line in page.text.lines:
        x0, y0, x1, y1 = line.bbox
        if line is place.line and place.label is not None:
            boxes.append((x0, y0, place.label_end, y1))
        elif _is_plain_text(line):
            boxes.append((x0, y0, x1, y1))
    return boxes


def _is_plain_text(line: OcrLine) -> bool:
    text = line.text
    if line.score < SURE_PRINT and len(text) < LONG_LINE:  # a hand's strokes read as letters
        return False
    return len(text) >= LONG_LINE or bool(
        DATE.search(text)
        or OTHER_LABEL.search(text)
        or CLOSING.search(text)
        or re.search(r"签[字名章]|[0-9A-Za-z]{3}", text)
    )


def _erase(pen: Image, boxes: Sequence[BBox], origin: tuple[int, int], factor: float) -> None:
    for x0, y0, x1, y1 in boxes:
        left, top = max(int((x0 - origin[0]) * factor) - 1, 0), max(int((y0 - origin[1]) * factor) - 1, 0)
        right, bottom = int((x1 - origin[0]) * factor) + 1, int((y1 - origin[1]) * factor) + 1
        if right > 0 and bottom > 0:
            pen[top:bottom, left:right] = 0


def _without_rules(pen: Image, mm: float) -> Image:
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


def _group_boxes(pen: Image, mm: float) -> list[tuple[int, int, int, int]]:
    """Return boxes (x, y, width, height) of ink that lies within 4 mm beside and 1.5 mm above each other."""
    reach = (round(4.0 * mm) | 1, round(1.5 * mm) | 1)
    joined = cv2.dilate(pen, np.ones(reach[::-1], np.uint8))
    count, labels = cv2.connectedComponents(joined)
    boxes = []
    for label in range(1, count):
        ys, xs = np.nonzero((labels == label) & (pen > 0))
        box = (int(xs.min()), int(ys.min()), int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1)
        if LEAST_MM[0] * mm <= box[2] <= MOST_MM[0] * mm and LEAST_MM[1] * mm <= box[3] <= MOST_MM[1] * mm:
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


def _read_name(box: BBox, place: SignaturePlace, page: ReadPage) -> str | None:
    """Return the name that recognition read in a signature, when it looks like one."""
    for line in page.text.lines:
        text = line.text
        if line is place.line:
            text = re.sub(r".*[:：)）_]", "", text)
        elif _overlap(line.bbox, box) < 0.4:
            continue
        name = text.strip(" _，。.:：")
        if 2 <= len(name) <= 8 and NAME.fullmatch(name) and not NOT_NAME.search(name):
            return name
    return None


def _overlap(one: BBox, other: BBox) -> float:
    """Return the shared area as a share of the smaller box."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return max(width, 0.0) * max(height, 0.0) / max(smaller, 1.0)
