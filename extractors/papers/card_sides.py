"""Which sides of identity cards lie on a page, where, and which way up each lies.

Printed words of the resident identity card (GA 448-2013): name, gender and ethnicity, birth date, address and number
from top to bottom on the front; issuing authority and period of validity at the foot of the back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from domain.base import BBox, union_box
from domain.evidence import IdSideSeen
from domain.marks import PageReading
from domain.ocr import OcrLine
from domain.vocabulary import IdSide
from extractors.layout.blocks import Block, Piece, make_block
from extractors.papers.card_views import View, views
from extractors.papers.id_card_words import NOT_ON_CARD, simplified

NUMBER = re.compile(r"(?<!\d)(?:\d\s?){14,17}[\dXx×](?!\d)")
_NUMBER_LABEL = re.compile(r"公民身[份分]?号?码?|身份号码|民身份号")
_LABELS = ("姓名", "性别", "民族", "出生", "住址", "公民身份号码")
# The number's box on the card: starts at a third of the width, ends near the right edge, at the foot.
_NUMBER_WIDTH, _NUMBER_RIGHT = 0.57, 0.93
_CARD_RATIO = 0.63
_SLANTED = 0.09
_FEW_LINES = 30


@dataclass(frozen=True)
class Side:
    """One side of a card on a page.

    Attributes:
        side: front or back.
        page: 0-based index of the page in the document.
        bbox: where the card lies on the upright page, pixels, estimated from its lines.
        block: its words, placed as if the card lay upright.
        anchors: how many of the side's printed words were seen.
        view: the page turned so that the card lies upright.
        remarks: lines of the view written over or beside the copy.
    """

    side: IdSide
    page: int
    bbox: BBox
    block: Block
    anchors: int
    view: View
    remarks: tuple[OcrLine, ...] = ()


def find_sides(pages: Sequence[PageReading]) -> tuple[Side, ...]:
    """Return the sides of identity cards on pages, fronts before backs on each page."""
    found: list[Side] = []
    for index, page in enumerate(pages):
        sides = [side for view in views(page) for side in (*_fronts(index, view), *_backs(index, view))]
        found.extend(sorted(sides, key=lambda side: side.side is not IdSide.FRONT))
    return tuple(found)


def sides_seen(sides: Sequence[Side]) -> tuple[IdSideSeen, ...]:
    """Return the sides in the vocabulary's form; pages count from 1."""
    return tuple(
        IdSideSeen(side=side.side, page=side.page + 1, bbox=side.bbox, probability=min(0.99, 0.6 + 0.13 * side.anchors))
        for side in sides
    )


def bare(text: str) -> str:
    """Return words without white space, in simplified characters."""
    return simplified(re.sub(r"\s", "", text))


def _fronts(index: int, view: View) -> list[Side]:
    found: list[Side] = []
    for box in _front_boxes(view.lines):
        side = _front(index, view, box)
        if side is not None and not any(_same_place(side.bbox, other.bbox) for other in found):
            found.append(side)
    return found


def _front(index: int, view: View, box: BBox) -> Side | None:
    pieces, remarks = _pieces(view, index, box)
    block = make_block(pieces, box, index)
    words = simplified(block.text)
    anchors = sum(word in words for word in _LABELS)
    has_number = any(len(re.sub(r"\s", "", m.group())) >= 17 for m in NUMBER.finditer(block.text))
    if anchors + 2 * has_number < 3 or not anchors:
        return None
    return Side(IdSide.FRONT, index, view.on_page(box), block, anchors + has_number, view, remarks)


def _pieces(view: View, index: int, box: BBox) -> tuple[list[Piece], tuple[OcrLine, ...]]:
    """Return the card's own words in a box, and the remarks over them."""
    usual = median([line.bbox[3] - line.bbox[1] for line in view.lines]) if view.lines else 0.0
    tilt = median([_slope(line) for line in view.lines]) if view.lines else 0.0
    pieces, remarks = [], []
    for line in view.lines:
        x0, y0, x1, y1 = line.bbox
        if not (box[0] <= (x0 + x1) / 2 <= box[2] and box[1] <= (y0 + y1) / 2 <= box[3]):
            continue
        # the portrait and the emblem are read as a sign or two, tall and unsure
        if len(line.text) <= 3 and (line.score < 0.6 or y1 - y0 > 1.9 * usual) and y1 - y0 > 1.2 * usual:
            continue
        remark = NOT_ON_CARD.search(line.text)
        slanted = len(line.text) > 3 and abs(_slope(line) - tilt) > _SLANTED
        if remark or slanted:
            remarks.append(line)
        if not slanted and (remark is None or _after_label(line.text, remark.start())):
            pieces.append(Piece(index, line, 0, remark.start() if remark else len(line.text)))
    return pieces, tuple(remarks)


def _after_label(text: str, end: int) -> bool:
    """Tell whether a row of the card stands before a remark that was read into the same line."""
    return end >= 4 and _front_label(text[:end])


def _slope(line: OcrLine) -> float:
    (x0, y0), (x1, y1) = line.polygon[0], line.polygon[1]
    return (y1 - y0) / max(x1 - x0, 1.0)


def _front_boxes(lines: Sequence[OcrLine]) -> list[BBox]:
    """Estimate fronts from the numbers at their feet, else from their labels."""
    labelled = [line.bbox for line in lines if _front_label(line.text)]
    numbers = [line.span_box(*match.span()) for line in lines if (match := NUMBER.search(line.text)) is not None]
    below = [(number, [label for label in labelled if _above(number, label)]) for number in numbers]
    chosen = [(number, own) for number, own in below if len(own) >= 2]
    if not chosen and below and (labelled or len(lines) <= _FEW_LINES):
        chosen = [max(below, key=lambda pair: len(pair[1]))]
    boxes = [_box_of_number(number, own) for number, own in chosen]
    rest = [label for label in labelled if not any(_holds(box, label) for box in boxes)]
    return boxes + [_box_of_labels(group) for group in _columns(rest) if len(group) >= 3]


def _box_of_number(number: BBox, labels: Sequence[BBox]) -> BBox:
    x0, _, x1, y1 = number
    width = (x1 - x0) / _NUMBER_WIDTH
    right = x1 + (1 - _NUMBER_RIGHT) * width
    height = _CARD_RATIO * width
    top = min([y1 - 1.04 * height, *(b[1] - 0.02 * width for b in labels if y1 - 1.3 * height < b[1])])
    return (right - 1.04 * width, top, right + 0.02 * width, y1 + 0.07 * height)


def _box_of_labels(labels: Sequence[BBox]) -> BBox:
    x0, y0, _, y1 = union_box(tuple(labels))
    reach = 5 * (y1 - y0)
    return (x0 - 0.1 * reach, y0 - 0.3 * (y1 - y0), x0 + min(reach, 30 * _usual_height(labels)), y1 + 0.6 * (y1 - y0))


def _usual_height(boxes: Sequence[BBox]) -> float:
    return median(box[3] - box[1] for box in boxes)


def _columns(labels: Sequence[BBox]) -> list[list[BBox]]:
    """Group labels that stand below each other like those of one card."""
    groups: list[list[BBox]] = []
    for label in sorted(labels, key=lambda box: box[1]):
        height = label[3] - label[1]
        home = next(
            (g for g in groups if label[1] - g[-1][3] < 6 * height and abs(label[0] - g[0][0]) < 9 * height), None
        )
        if home is None:
            groups.append([label])
        else:
            home.append(label)
    return groups


def _front_label(text: str) -> bool:
    words = bare(text)
    return bool(re.match(r"姓名|性别|出生|住址", words)) or bool(_NUMBER_LABEL.match(words)) or "民族" in words[:6]


def _above(number: BBox, label: BBox) -> bool:
    width = number[2] - number[0]
    return number[1] - 1.2 * width < label[1] <= number[3] and number[0] - width < label[0] < number[2]


def _holds(box: BBox, inner: BBox) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _same_place(a: BBox, b: BBox) -> bool:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return width > 0 and height > 0 and width * height > 0.3 * smaller


_BACK_ANCHOR = re.compile(r"签发机关|有效期限|居民身份证|发机关|效期限")
_DATED = re.compile(r"\d{4}[.．·]\d{2}[.．·]\d{2}\s*[-—–~至一]")


def _backs(index: int, view: View) -> list[Side]:
    anchors = [line for line in view.lines if _is_back_anchor(line)]
    dated = [line for line in view.lines if _DATED.search(line.text) and line not in anchors]
    country = [line for line in view.lines if bare(line.text) == "中华人民共和国"]
    groups = [part for group in _near_groups([*anchors, *dated, *country]) for part in _one_each(group)]
    found = [_back(index, view, [x for x in group if x not in country], group) for group in groups]
    return [side for side in found if side is not None]


def _is_back_anchor(line: OcrLine) -> bool:
    words = bare(line.text)
    return bool(_BACK_ANCHOR.search(words)) and "复印" not in words and len(words) < 32


def _near_groups(lines: Sequence[OcrLine]) -> list[list[OcrLine]]:
    """Group lines that stand near each other: the words of one card."""
    groups: list[list[OcrLine]] = []
    for line in lines:
        near = [group for group in groups if any(_together(line.bbox, other.bbox) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([line, *(other for group in near for other in group)])
    return groups


def _one_each(group: list[OcrLine]) -> list[list[OcrLine]]:
    """Split a group that holds several periods of validity: the last row of every card gathers what stands above."""
    feet = [line for line in group if _DATED.search(line.text)]
    if len(feet) < 2:
        return [group]
    parts: dict[int, list[OcrLine]] = {}
    for line in group:
        parts.setdefault(min(range(len(feet)), key=lambda i: _below(feet[i].bbox, line.bbox)), []).append(line)
    return list(parts.values())


def _below(foot: BBox, box: BBox) -> float:
    """Return how far a box stands above or beside a card's last row; what stands below it belongs elsewhere."""
    down, across = foot[3] - box[3], max(foot[0] - box[2], box[0] - foot[2], 0.0)
    return (down if down > -0.6 * (foot[3] - foot[1]) else 1e6) + across


def _together(a: BBox, b: BBox) -> bool:
    height = max(a[3] - a[1], b[3] - b[1])
    across, down = max(a[0], b[0]) - min(a[2], b[2]), max(a[1], b[1]) - min(a[3], b[3])
    return across < 3 * height and down < 2.4 * height


def _back(index: int, view: View, own: Sequence[OcrLine], group: Sequence[OcrLine]) -> Side | None:
    dated = [line for line in own if _DATED.search(line.text)]
    anchors = [line for line in own if _is_back_anchor(line)]
    if len(anchors) + len(dated) < 2 or not (dated or any("机关" in bare(line.text) for line in anchors)):
        return None
    x0, y0, x1, y1 = union_box(tuple(line.bbox for line in group))
    pad = 0.12 * (x1 - x0)
    lowest = [line.bbox for line in own if "身份证" not in line.text] or [own[0].bbox]
    foot = union_box(tuple(lowest))
    box = (x0 - pad, y0 - pad, x1 + 2 * pad, y1 + pad)
    inner = (box[0], foot[1] - pad / 2, box[2] + 2 * pad, box[3])
    pieces, remarks = _pieces(view, index, inner)
    seen = len(anchors) + len([line for line in dated if line not in anchors])
    return Side(IdSide.BACK, index, view.on_page(box), make_block(pieces, box, index), seen, view, remarks)
