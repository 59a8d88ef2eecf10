"""Signatures without a label: below the last sentence, lists of them, in margins, the name below a written letter.

Ink is searched at 100 dpi over the whole page, outside of tables and of all text that is no name; what remains is cut
out at 200 dpi and judged like ink beside a label.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal, Signature
from domain.marks import RuledCell
from domain.ocr import OcrLine
from domain.vocabulary import SealColour
from extractors.marks.card_print import card_boxes
from extractors.marks.group_hand import group_probability
from extractors.marks.ink import Image, Inks
from extractors.marks.ink_groups import (
    PEN_AT,
    POLITE,
    RED_AT,
    InkGroup,
    erase,
    find_groups,
    group_boxes,
    is_plain_text,
    is_solid,
    overlap,
    print_box,
    without_rules,
)
from extractors.marks.signature_labels import DATE, JOINT, LONG_LINE, NO_SIGNER, OFFICE_LABEL, OTHER_LABEL, SIGN_LABEL
from extractors.marks.signature_names import read_name
from extractors.marks.signature_places import BINDING_MM, SignaturePlace, cell_edges, in_one_row

CLOSING_AT, ELSEWHERE_AT, WRITTEN_AT, JOINT_AT, VALUE_AT = 0.8, 0.95, 0.5, 0.45, 0.97
"""Least chance below the last sentence, elsewhere, in a written letter, beside two signatures found for sure, and for
what might be a value in a printed table."""
CELL_GAP_MM = 8.0
LEAST_MANY = 4
"""Short writings for sure below a written letter that are more than its closing words and one name."""
MOST_CANDIDATES, MOST_SIGNATURES = 24, 14
LEAST_WIDTH_MM, LEAST_HEIGHT_MM = 9.0, 4.5
NEAR_LABEL_MM = 60.0
MOST_PARTS, SPECK = 60, 10
"""Parts of more than dust; longest side of a speck, pixels at 200 dpi."""
LABELLED = re.compile(r"[:：]")
PROSE_LINE = LONG_LINE + 6
LEAST_REFERENCE = 6
"""Characters of a line that ink is compared with where there is no prose."""
LONGEST_NAME, READ_WELL, SURE_LABEL, BADLY_READ = 6, 0.9, 0.88, 0.7
ROLE_ONLY = re.compile(r"\W*(?:法定代表人?|委托代理人|[投报]诉人|申请人)\W*$")
SCRIBBLE_HEIGHT, SCRIBBLE_WIDTH, NONSENSE = 1.3, 1.4, 0.8
STOP = re.compile(r"[。，；]")
NUMBERS = re.compile(r"\d.*\d")

Found = tuple[float, InkGroup, SignaturePlace]


def find_free(  # noqa: PLR0913
    image: Image,
    page: ReadPage,
    cells: Sequence[RuledCell],
    seals: Sequence[Seal],
    inks: Inks,
    *,
    prints: Sequence[BBox],
    last_only: bool,
    printed: bool,
) -> list[Signature]:
    """Return the signatures that stand free on a page.

    Args:
        image: upright page, BGR or grey.
        page: what was read on it.
        cells: ruled cells; what is written in a table is a value, but scribbles in the cells of a printed table sign.
        seals: impressions found on the page.
        inks: the page's inks.
        prints: boxes of thumbprints found, which are no strokes.
        last_only: the whole letter was written by hand: only its last name is a signature.
        printed: the page is printed: what a pen wrote beside a label there signs, unless the label asks for a day
            or a number.
    """
    long_lines = [n for n in page.text.lines if len(n.text) >= PROSE_LINE]
    lines = page.text.lines
    if not long_lines and (last_only or not any(len(n.text) >= LEAST_REFERENCE for n in lines)):
        return []
    closing = max((n.bbox[3] for n in long_lines), default=float(page.page.height)) - 2
    reference = max(long_lines or lines, key=lambda n: n.bbox[3] if long_lines else len(n.text)).bbox
    found: list[Found] = []
    joint = any(JOINT.search(n.text) and SIGN_LABEL.search(n.text) for n in lines)
    edges = cell_edges(cells, inks.pixels(1.0) / inks.scale) + tuple(prints)
    boxes = _candidates(page, cells if last_only else (), edges, seals, inks)
    for box in _joined_in_cells(boxes, cells, inks.pixels(CELL_GAP_MM) / inks.scale):
        below = (box[1] + box[3]) / 2 > closing
        in_table = _is_inside(box, cells)
        if not below and (last_only or _among_text(box, page.text.lines)):
            continue
        value = in_table and not _is_scribbled(box, lines)
        if (value and not printed) or not (long_lines or in_table or printed or _ends_row(box, None, lines)):
            continue
        if (
            _answers_label(box, lines, inks, names_ask=printed or (joint and below))
            or _says_no_name(box, lines, clear=value or not below, printed=printed)
            or _ends_paragraph(box, long_lines)
        ):
            continue
        reach = 1.0 / inks.scale * inks.pixels(1.0)
        region = (box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach)
        place = SignaturePlace(region, None, reference, rules=edges if in_table else tuple(prints))
        groups = find_groups(image, page, place, seals)
        group = max(groups, key=lambda g: _area(g.box), default=None)
        if group is not None and in_table:
            group = replace(group, box=box)
        if group is None or overlap(group.box, box) < 0.5 or _is_small(group.box, inks):
            continue
        if _is_dust(group) or is_solid(group):
            continue
        chance = group_probability(group, same_row=False)
        least = VALUE_AT if value else JOINT_AT if below and not in_table else ELSEWHERE_AT
        if chance >= least:
            found.append((chance, group, place))
    found = _last_name([f for f in found if f[0] >= WRITTEN_AT], page) if last_only else _sure(found)
    found = sorted(found, key=lambda f: -f[0])[:MOST_SIGNATURES]
    return [
        Signature(
            name=read_name(group.box, place, page),
            anchor=None,
            page=page.page.number,
            bbox=group.box,
            probability=round(chance, 4),
        )
        for chance, group, place in found
    ]


def _candidates(
    page: ReadPage, cells: Sequence[RuledCell], edges: Sequence[BBox], seals: Sequence[Seal], inks: Inks
) -> list[BBox]:
    """Return boxes of ink (pixels of the page) that may be a signature, the lowest first."""
    pen = ((inks.dark > PEN_AT) & (inks.red < RED_AT)).astype(np.uint8)
    scale = inks.scale
    erase(pen, [_print_box(n) for n in page.text.lines if _is_print(n)], (0, 0), scale)
    erase(pen, card_boxes(page, inks), (0, 0), scale)
    erase(pen, [c.bbox for c in cells], (0, 0), scale)
    erase(pen, edges, (0, 0), scale)
    erase(pen, [s.bbox for s in seals if s.colour is not SealColour.RED], (0, 0), scale)
    edge, binding = round(inks.pixels(4.0)), round(inks.pixels(BINDING_MM - 5))
    pen[:edge], pen[-edge:], pen[:, -edge:], pen[:, :binding] = 0, 0, 0, 0
    boxes = []
    for x, y, width, height in group_boxes(without_rules(pen, inks.pixels(1.0)), inks.pixels(1.0)):
        if width >= inks.pixels(LEAST_WIDTH_MM) and height >= inks.pixels(LEAST_HEIGHT_MM):
            boxes.append((x / scale, y / scale, (x + width) / scale, (y + height) / scale))
    return sorted(boxes, key=lambda b: -b[1])[:MOST_CANDIDATES]


def _is_print(line: OcrLine) -> bool:
    text = line.text.strip()
    labelled = LABELLED.search(text) and (line.score > SURE_LABEL or LABELLED.match(text[-1:]))
    return is_plain_text(line) or bool(labelled) or bool(SIGN_LABEL.fullmatch(text))


def _print_box(line: OcrLine) -> BBox:
    """Return where a line's print is: a box twice as high as its letters are wide holds a signature too."""
    x0, y0, x1, y1 = line.bbox
    if POLITE.fullmatch(line.text):
        return print_box(line)
    colon = LABELLED.search(line.text)
    wide = (x1 - x0) / max(len(line.text), 1)
    if colon is None or len(line.text) > LONG_LINE or y1 - y0 < 1.9 * wide:
        return line.bbox
    middle, half = (y0 + y1) / 2, 0.8 * min(wide, y1 - y0)
    return (x0, middle - half, line.span_box(0, colon.end())[2], middle + half)


def _joined_in_cells(boxes: Sequence[BBox], cells: Sequence[RuledCell], gap: float) -> list[BBox]:
    """Return the boxes with those in one cell and one row made one: erased rules part what crosses them."""
    joined: list[BBox] = []
    for box in sorted(boxes):
        last = joined[-1] if joined else box
        level = min(box[3], last[3]) > max(box[1], last[1])
        if joined and box[0] - last[2] < gap and level and _is_inside(box, cells) and _is_inside(last, cells):
            joined[-1] = (last[0], min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        else:
            joined.append(box)
    return joined


def _is_inside(box: BBox, cells: Sequence[RuledCell]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(c.bbox[0] < x < c.bbox[2] and c.bbox[1] < y < c.bbox[3] for c in cells)


def _is_scribbled(box: BBox, lines: Sequence[OcrLine]) -> bool:
    """Tell strokes in a cell that say nothing from a value: higher than the print, read badly or not at all."""
    read = [n for n in lines if overlap(n.bbox, box) > 0.3]
    if not read:
        return box[2] - box[0] > SCRIBBLE_WIDTH * (box[3] - box[1])
    heights = sorted(n.bbox[3] - n.bbox[1] for n in lines if n.score > READ_WELL)
    high = bool(heights) and box[3] - box[1] > SCRIBBLE_HEIGHT * heights[len(heights) // 2]
    return high and not any(n.score > NONSENSE and len(n.text) > 1 for n in read)


def _among_text(box: BBox, lines: Sequence[OcrLine]) -> bool:
    """Tell whether a box stands within a paragraph: long lines reach over it on the left and on the right."""
    rows = [n.bbox for n in lines if len(n.text) >= PROSE_LINE]
    across = [b for b in rows if b[0] < box[2] and b[2] > box[0]]
    return any(b[3] < box[3] for b in across) and any(b[1] > box[1] for b in across)


def _answers_label(box: BBox, lines: Sequence[OcrLine], inks: Inks, *, names_ask: bool) -> bool:
    """Tell a value written after a printed label (电话：) that asks for no signature; with `names_ask` others do."""
    reach = inks.pixels(NEAR_LABEL_MM) / inks.scale
    for line in lines:
        text = line.text.strip()
        if names_ask and not (OTHER_LABEL.search(text.rstrip(":：")) or NO_SIGNER.search(text)):
            continue
        colon = LABELLED.search(text[-2:]) or OTHER_LABEL.search(text)
        asks = (colon or OFFICE_LABEL.fullmatch(text)) and not SIGN_LABEL.search(text)
        if (
            asks
            and in_one_row(line.bbox, box)
            and (box[0] + box[2]) / 2 - line.bbox[0] > 0
            and box[0] - line.bbox[2] < reach
        ):
            return True
    return False


def _says_no_name(box: BBox, lines: Sequence[OcrLine], *, clear: bool, printed: bool) -> bool:
    """Tell ink read as something else than a name; with `clear` also print read without doubt (a title).

    On a printed page a line that was left out of the ink, or read badly, says nothing of what is left.
    """
    for line in lines:
        text = line.text
        if overlap(line.bbox, box) <= 0.5 or (printed and (_is_print(line) or line.score < BADLY_READ)):
            continue
        sentence = (len(text) > LONGEST_NAME and line.score > READ_WELL and "·" not in text) or STOP.search(text)
        print_read = clear and line.score > READ_WELL and len(text) > 1 and not _ends_row(box, line, lines)
        print_read = print_read or OFFICE_LABEL.fullmatch(text) is not None
        if DATE.search(text) or NUMBERS.search(text) or ROLE_ONLY.match(text) or sentence or print_read:
            return True
    return False


def _ends_row(box: BBox, own: OcrLine | None, lines: Sequence[OcrLine]) -> bool:
    """Tell ink that ends a row of print and is clearly higher than it: a title stands alone."""
    tall = box[3] - box[1]
    row = [n.bbox for n in lines if n is not own and n.bbox[2] <= box[0] + tall and in_one_row(n.bbox, box)]
    return any(box[0] - b[2] < 2 * tall and tall > 1.6 * (b[3] - b[1]) for b in row)


def _ends_paragraph(box: BBox, prose: Sequence[OcrLine]) -> bool:
    """Tell the short last line of a paragraph: flush with the prose and close below a line of it."""
    for line in prose:
        x0, y0, _, y1 = line.bbox
        em = y1 - y0
        if abs(box[0] - x0) < 1.2 * em and 0 < (box[1] + box[3]) / 2 - y1 < 1.4 * em and box[3] - box[1] < 1.4 * em:
            return True
    return False


def _is_small(box: BBox, inks: Inks) -> bool:
    width, height = (inks.millimetres((box[k + 2] - box[k]) * inks.scale) for k in (0, 1))
    return width < LEAST_WIDTH_MM or height < LEAST_HEIGHT_MM


def _is_dust(group: InkGroup) -> bool:
    """Tell the speckles of faxed grey paper from strokes."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(group.ink.mask.astype(np.uint8))
    areas, sides = stats[1:count, cv2.CC_STAT_AREA], stats[1:count, 2:4].max(axis=1)
    scattered = count > MOST_PARTS and bool(areas.max() < 0.1 * areas.sum())
    return scattered or bool(areas[sides < SPECK].sum() > 0.4 * areas.sum())


def _sure(found: list[Found]) -> list[Found]:
    """Keep what is sure; beside two sure signatures (a joint letter) less will do."""
    sure = [f for f in found if f[0] >= CLOSING_AT]
    return found if len(sure) >= 2 else sure


def _last_name(found: list[Found], page: ReadPage) -> list[Found]:
    """Return the name below a letter by hand: the short writing nearest above its date, else the lowest one."""
    short = [f for f in found if f[1].box[2] - f[1].box[0] < 6.5 * (f[1].box[3] - f[1].box[1])]
    dates = [n.bbox for n in page.text.lines if DATE.search(n.text) and len(n.text) < LONG_LINE + 4]
    if dates:
        date = max(dates, key=lambda b: b[3])
        above = [f for f in short if (f[1].box[1] + f[1].box[3]) / 2 < date[3]]
        short = above or short
    sure = [f for f in short if f[0] >= ELSEWHERE_AT]
    if len(sure) >= LEAST_MANY:  # many sign below each other
        return sure
    foot = max((f[1].box[3] for f in short), default=0.0)
    lowest = [f for f in short if (f[1].box[1] + f[1].box[3]) / 2 > foot - (f[1].box[3] - f[1].box[1])]
    return [max(lowest, key=lambda f: f[1].box[2])] if lowest else []


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
