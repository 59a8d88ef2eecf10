"""Thumbprints: ovals of fine ridges, 9 to 26 mm, in red or blue ink; they sign where a name does.

Reported as signatures with the anchor 手印 and no name.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal, Signature
from extractors.marks.card_print import card_boxes
from extractors.marks.hand_network import hand_logit
from extractors.marks.ink import Image, Inks
from extractors.marks.ink_groups import overlap

ANCHOR = "手印"
SIDES_MM = (7.0, 27.0)
INK_AT = 28
JOIN_MM = 1.0
NEAR_MM, FAR_MM = 45.0, 90.0
MOST_HAND = 0.5
"""Log odds of a hand from which an oval is a dense character."""
LEAST_OVAL, LEAST_FILL, MOST_LONG = 0.62, 0.25, 2.3
NEAR_CHANCE, FAR_CHANCE, DARK_CHANCE = 0.9, 0.6, 0.7
DARK_AT, DARK_OPEN_MM, DARK_OVAL, DARK_FILL = 60, 4.5, 0.84, (0.3, 0.93)
"""Dark prints hang together with names: what is narrower than this is cut off, the rest must be an oval of ridges."""
TEXTURE = (0.12, 0.3)
"""Least roughness of a print near a signature or label, and anywhere else (a flat red disc has about 0.05)."""


def find_thumbprints(
    image: Image, page: ReadPage, seals: Sequence[Seal], inks: Inks, anchors: Sequence[BBox]
) -> list[Signature]:
    """Return the thumbprints of a page.

    Args:
        image: upright page, BGR or grey.
        page: what was read on it.
        seals: impressions found on the page, never thumbs.
        inks: the page's inks.
        anchors: boxes of signatures and of labels that ask for one; a thumb near them is more likely.
    """
    found = []
    taken = [s.bbox for s in seals] + card_boxes(page, inks)
    for strength in (inks.red, inks.blue):
        for box in _ovals(strength, inks):
            up = (box[0] / inks.scale, box[1] / inks.scale, box[2] / inks.scale, box[3] / inks.scale)
            if any(overlap(up, other) > 0.3 for other in taken) or _is_print(up, page):
                continue
            near = any(_distance(up, a) < inks.pixels(NEAR_MM) / inks.scale for a in anchors)
            # letters in blue pen close up to blots too: blue counts only where a thumb is asked for
            if (strength is inks.blue and not near) or _roughness(strength, box) < TEXTURE[0 if near else 1]:
                continue
            chance = NEAR_CHANCE if near else FAR_CHANCE
            found.append(Signature(name=None, anchor=ANCHOR, page=page.page.number, bbox=up, probability=chance))
    return found


def find_dark_thumbprints(
    image: Image, page: ReadPage, seals: Sequence[Seal], inks: Inks, anchors: Sequence[BBox]
) -> list[Signature]:
    """Return the thumbprints of copies and faxes, which are as dark as the names beside them.

    Args:
        image: upright page, BGR or grey.
        page: what was read on it.
        seals: impressions found on the page, never thumbs.
        inks: the page's inks.
        anchors: boxes of labels that ask for a signature; dark prints are looked for near them only.
    """
    found: list[Signature] = []
    if not anchors:
        return found
    taken = [s.bbox for s in seals] + card_boxes(page, inks)
    reach = inks.pixels(FAR_MM)
    low = max(int(min(a[1] for a in anchors) * inks.scale - reach / 2), 0)
    strip = inks.dark[low : int(max(a[3] for a in anchors) * inks.scale + reach)]
    for x0, y0, x1, y1 in _ovals(strip, inks, dark=True):
        up = (x0 / inks.scale, (y0 + low) / inks.scale, x1 / inks.scale, (y1 + low) / inks.scale)
        if any(overlap(up, other) > 0.3 for other in taken) or _is_print(up, page):
            continue
        left, top, right, bottom = (round(v) for v in up)
        rough = _roughness(strip, (x0, y0, x1, y1)) >= TEXTURE[0]
        if rough and hand_logit(image[top:bottom, left:right]) < MOST_HAND:
            found.append(Signature(name=None, anchor=ANCHOR, page=page.page.number, bbox=up, probability=DARK_CHANCE))
    return found


def _ovals(strength: Image, inks: Inks, *, dark: bool = False) -> list[BBox]:
    """Return boxes (reduced pixels) of oval blobs of one ink."""
    inked = (strength > (DARK_AT if dark else INK_AT)).astype(np.uint8)
    reach = max(round(inks.pixels(JOIN_MM)), 1) | 1
    joined = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    size = round(inks.pixels(DARK_OPEN_MM)) if dark else reach * 2 + 1
    shape = cv2.MORPH_ELLIPSE if dark else cv2.MORPH_RECT
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, cv2.getStructuringElement(shape, (size, size)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    low, high = (inks.pixels(v) for v in SIDES_MM)
    boxes = []
    for label in range(1, count):
        x, y, width, height, _ = stats[label].tolist()
        short, long = min(width, height), max(width, height)
        if short < low or long > high or long > MOST_LONG * short or long < inks.pixels(9.0):
            continue
        part = labels[y : y + height, x : x + width] == label
        oval = np.zeros(part.shape, np.uint8)
        cv2.ellipse(oval, (width // 2, height // 2), (width // 2, height // 2), 0, 0, 360, 1, -1)
        shared = (part & (oval > 0)).sum() / max((part | (oval > 0)).sum(), 1)
        fill = inked[y : y + height, x : x + width][part].mean()
        least, low_fill, high_fill = (DARK_OVAL, *DARK_FILL) if dark else (LEAST_OVAL, LEAST_FILL, 1.0)
        if shared > least and low_fill < fill <= high_fill:
            boxes.append((float(x), float(y), float(x + width), float(y + height)))
    return boxes


def _is_print(box: BBox, page: ReadPage) -> bool:
    """Tell a large coloured character of a heading: a line of text runs through it."""
    for line in page.text.lines:
        x0, _, x1, _ = line.bbox
        if line.score > 0.8 and len(line.text) > 2 and overlap(line.bbox, box) > 0.5:
            tall = line.bbox[3] - line.bbox[1] > 0.7 * (box[3] - box[1])
            if tall and x1 - x0 > 1.5 * (box[2] - box[0]):
                return True
    return False


def _roughness(strength: Image, box: BBox) -> float:
    """Return how much ink strength changes from ridge to ridge, against its mean."""
    x0, y0, x1, y1 = (round(v) for v in box)
    patch = strength[y0:y1, x0:x1].astype(np.float32)
    fine = patch - cv2.GaussianBlur(patch, (0, 0), 2.5)
    height, width = patch.shape
    middle = np.s_[height // 5 : height - height // 5, width // 5 : width - width // 5]
    return float(fine[middle].std() / max(float(patch[middle].mean()), 1.0))


def _distance(one: BBox, other: BBox) -> float:
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    along = max(one[1] - other[3], other[1] - one[3], 0.0)
    return float(np.hypot(across, along))
