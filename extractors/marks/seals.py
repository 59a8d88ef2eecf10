"""Seal impressions: round, oval and square, in red, blue or (copied, faxed) black ink.

Company seals measure 38 to 58 mm, oval ones about 45 × 30 mm, personal name seals 10 to 25 mm (GB/T 33481-2016 and the
State Council's rules on seals, Guofa [1999] 25). What is only red (headings, lines, emblems, photo backgrounds) has no
ring or frame with letters inside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from domain.base import BBox
from domain.documents import ReadPage
from domain.evidence import Seal
from domain.vocabulary import SealColour, SealShape
from extractors.marks.frames import FrameEvidence, find_frames, judge_frame
from extractors.marks.ink import Image, Inks
from extractors.marks.joined_seals import around, frame_corners, joined_areas, tilted_ovals
from extractors.marks.rings import Ellipse, RingEvidence, coverage, hull_ellipses, judge, moved, refine, vote_circles
from extractors.marks.seal_names import check_frame, check_ring, is_print, parted
from extractors.marks.seal_text import read_frame, read_ring
from extractors.marks.tilted_frames import find_tilted_frames

RecogniseLine = Callable[[Image], tuple[str, float]]

REPORT_AT = 0.5
LEAST_NAME = 2
INK_AT = 40
BLACK_AT = 80
FRAME_INK_AT = 50
ROUND_FROM, SQUARE_TO = 0.87, 1.35
COLOURED_RADII_MM = (8.5, 31.0)
BLACK_RADII_MM = (13.5, 30.0)
LEAST_INK_MM2 = 12.0
ACROSS_AT = 0.8
"""Chance from which a frame over a ring is a name seal of its own."""
PARTIAL_GAP = (0.15, 0.52)
"""Share of the outline that is missing in one piece where a seal was pressed on two sheets."""
WHOLE, HALF = 0.93, 0.3
"""Share of the outline on the page from which a ring is whole; chance that the text of less is right."""
LEAST_COVERAGE = (0.34, 0.47)
"""With less of its outline inked no coloured, no black ring can reach `REPORT_AT`, not even as a part of one."""


@dataclass(frozen=True)
class Impression:
    """A seal found by its shape, in pixels of the reduced page."""

    probability: float
    colour: SealColour
    shape: SealShape
    box: BBox
    ring: RingEvidence | None = None
    frame: FrameEvidence | None = None


def find_seals(image: Image, page: ReadPage, inks: Inks, recognise_line: RecogniseLine) -> tuple[Seal, ...]:
    """Find and read the seals of a page.

    Args:
        image: upright page, BGR.
        page: what was read on it; its number goes into the findings.
        inks: the page's inks (`extractors.marks.ink.separate`).
        recognise_line: reads one line of text from a BGR image, returns text and score (0 to 1).
    """
    seals = (_as_seal(image, page, inks, found, recognise_line) for found in find_impressions(inks, page))
    return tuple(seal for seal in seals if not is_print(seal.words) and not _is_framed_print(seal))


def find_impressions(inks: Inks, page: ReadPage) -> list[Impression]:
    """Return the impressions of a page without reading them, most certain first."""
    cards = card_areas(page, inks)
    found: list[Impression] = []
    for colour, strength in ((SealColour.RED, inks.red), (SealColour.BLUE, inks.blue)):
        found += _coloured(inks, strength, colour)
    black = cv2.subtract(inks.dark, cv2.multiply(cv2.max(inks.red, inks.blue), 3))
    dark = (
        _rings(inks, black, SealColour.BLACK)
        + _frames(inks, black, SealColour.BLACK)
        + _tilted(inks, black, SealColour.BLACK, BLACK_AT)
    )
    found += dark + (
        _joined(inks, black, SealColour.BLACK, dark) if any(f.probability > REPORT_AT for f in dark) else []
    )
    lines = _line_boxes(page, inks)
    likely = [
        f
        for f in found
        if f.probability >= REPORT_AT and not _is_card_print(f, cards, inks) and not _is_character(f, lines)
    ]
    return _distinct(likely)


def _coloured(inks: Inks, strength: Image, colour: SealColour) -> list[Impression]:
    inked = strength > INK_AT
    if np.count_nonzero(inked) * (25.4 / inks.dpi) ** 2 < LEAST_INK_MM2:
        return []
    level = max(float(np.percentile(strength[inked], 75)), 60.0)
    clear = cv2.convertScaleAbs(strength, alpha=200.0 / level)
    # a tinted table cell is flat and faint: a frame needs the strength of stamp ink
    firm = cv2.threshold(strength, FRAME_INK_AT, 255, cv2.THRESH_TOZERO)[1]
    framed = cv2.convertScaleAbs(firm, alpha=200.0 / level)
    found = _rings(inks, clear, colour) + _frames(inks, framed, colour) + _tilted(inks, framed, colour, INK_AT)
    return found + _joined(inks, clear, colour, found)


def _joined(inks: Inks, strength: Image, colour: SealColour, found: list[Impression]) -> list[Impression]:
    """Search the ink that hangs together and is not explained by what was found; black ink only around rings."""
    black = colour is SealColour.BLACK
    ink_at = BLACK_AT if black else INK_AT
    likely = [f for f in found if f.probability >= REPORT_AT]
    if black and not likely:
        return []
    low, high = (inks.pixels(mm) for mm in (BLACK_RADII_MM if black else COLOURED_RADII_MM))
    areas = joined_areas(strength, inks, ink_at, [f.box for f in likely])
    if black:
        areas = [a for a in areas if any(f.ring and _shared(f.box, a) > 0.8 for f in likely)]
    more: list[Impression] = []
    for left, top, right, bottom in areas + [around(f.box, inks) for f in likely if f.ring]:
        offset = np.array([left, top], np.float32)
        for corners in frame_corners(strength[top:bottom, left:right], inks, ink_at):
            frame = judge_frame(strength, corners + offset, ink_at)
            chance = frame_probability(frame, inks, colour)
            more.append(Impression(chance, colour, SealShape.SQUARE, frame.box, frame=frame))
    for left, top, right, bottom in areas:
        ovals = tilted_ovals(strength[top:bottom, left:right], (max(low, inks.pixels(12.0)), high))
        more += _judged(inks, strength, [replace(o, x=o.x + left, y=o.y + top) for o in ovals], colour)
    return more


def _frames(inks: Inks, strength: Image, colour: SealColour) -> list[Impression]:
    ink_at = BLACK_AT if colour is SealColour.BLACK else INK_AT
    found = []
    for frame in find_frames(strength, inks, ink_at, joined=colour is not SealColour.BLACK):
        shape = SealShape.SQUARE if frame.ratio < SQUARE_TO else SealShape.UNKNOWN
        found.append(Impression(frame_probability(frame, inks, colour), colour, shape, frame.box, frame=frame))
    return found


def _tilted(inks: Inks, strength: Image, colour: SealColour, ink_at: float) -> list[Impression]:
    """Search framed stamps that stand askew to the rules or the ring they were pressed on."""
    found = []
    for frame in find_tilted_frames(strength, inks, ink_at):
        shape = SealShape.SQUARE if frame.ratio < SQUARE_TO else SealShape.UNKNOWN
        found.append(Impression(tilted_probability(frame), colour, shape, frame.box, frame=frame))
    return found


def _rings(inks: Inks, strength: Image, colour: SealColour) -> list[Impression]:
    """Search on half the resolution, refine and judge on the whole."""
    radii = BLACK_RADII_MM if colour is SealColour.BLACK else COLOURED_RADII_MM
    ink_at = BLACK_AT if colour is SealColour.BLACK else INK_AT
    half = cv2.resize(strength, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    low, high = (inks.pixels(mm) for mm in radii)
    candidates = [c.scaled(2) for c in vote_circles(half, (low / 2, high / 2))]
    return _judged(inks, strength, candidates + hull_ellipses(strength, ink_at, (low * 1.6, high * 2)), colour)


def _judged(inks: Inks, strength: Image, candidates: Iterable[Ellipse], colour: SealColour) -> list[Impression]:
    """Refine candidates and keep those with enough of an outline."""
    ink_at = BLACK_AT if colour is SealColour.BLACK else INK_AT
    found = []
    for candidate in candidates:
        ellipse = refine(strength, candidate)
        if coverage(strength, ellipse, ink_at) < LEAST_COVERAGE[colour is SealColour.BLACK]:
            continue
        ring = judge(strength, ellipse, ink_at)
        if PARTIAL_GAP[0] < ring.longest_gap < PARTIAL_GAP[1] and ring_probability(ring, inks, colour) < REPORT_AT:
            ring = judge(strength, ellipse, ink_at, whole=False)
        flat = min(ring.ellipse.a, ring.ellipse.b) / max(ring.ellipse.a, ring.ellipse.b)
        shape = SealShape.ROUND if flat > ROUND_FROM else SealShape.OVAL
        found.append(Impression(ring_probability(ring, inks, colour), colour, shape, ring.ellipse.box(), ring=ring))
    return found


def ring_probability(ring: RingEvidence, inks: Inks, colour: SealColour) -> float:
    """Return the chance that a ring is a seal: a whole, even outline of usual size with letters inside."""
    diameter = 2 * inks.millimetres(ring.ellipse.radius)
    black = colour is SealColour.BLACK
    logit = -9.5 if black else -7.0
    logit += 10.0 * ring.coverage + 5.0 * min(max(ring.contrast, 0.0), 0.7)
    logit += 170.0 * max(0.012 - ring.roughness, 0.0) if black else 0.0  # no print is that round
    logit -= 60.0 * max(ring.roughness - 0.02, 0.0) + 6.0 * max(ring.longest_gap - 0.12, 0.0)
    logit -= 4.0 if ring.band < 0.05 else 0.0
    logit -= 8.0 * max(ring.band - 0.55, 0.0) + 8.0 * max(ring.core - 0.6, 0.0)
    logit -= 5.0 * ring.outside if not black else 2.0 * ring.outside
    logit -= (
        12.0 * max(0.0, 0.12 - ring.bumps) + 0.45 * max(0.0, 13.0 - ring.strokes) + 9.0 * max(0.0, 0.45 - ring.occupied)
    )
    logit -= 0.35 * max(26.0 - diameter, 0.0) + 0.5 * max(diameter - 58.0, 0.0)
    logit -= 6.0 * max(0.55 - ring.visible, 0.0)
    return 1 / (1 + math.exp(-logit))


def frame_probability(frame: FrameEvidence, inks: Inks, colour: SealColour) -> float:
    """Return the chance that a frame is a square seal: four inked sides, letters inside, size of a seal."""
    longest = inks.millimetres(max(frame.width, frame.height))
    logit = -9.0 + 9.0 * frame.weakest_side + 5.0 * frame.coverage
    logit -= 25.0 * max(0.11 - frame.inside, 0.0) + 120.0 * max(frame.inside - 0.82, 0.0)
    logit -= 20.0 * max(0.16 - frame.bumps, 0.0) + 50.0 * max(0.12 - frame.bumps, 0.0)  # a square code is even
    logit -= 0.5 * max(longest - 45.0, 0.0) + 2.0 * max(frame.ratio - 3.2, 0.0)
    if colour is SealColour.BLACK:  # frames of print are black too: only name seals of usual size
        logit -= 2.5 + 0.6 * max(longest - 24.0, 0.0) + 8.0 * max(frame.ratio - 1.25, 0.0)
    return 1 / (1 + math.exp(-logit))


def tilted_probability(frame: FrameEvidence) -> float:
    """Return the chance that a frame askew to the page is a stamp: its outline inked, letters inside."""
    logit = -4.0 + 8.0 * frame.coverage - 30.0 * max(0.11 - frame.inside, 0.0) - 20.0 * max(0.16 - frame.bumps, 0.0)
    return 1 / (1 + math.exp(-logit))


def _is_framed_print(seal: Seal) -> bool:
    """Tell a framed picture or single character in black print from a name seal, which has letters."""
    lone = seal.text is not None and len(seal.text) < LEAST_NAME
    return lone and seal.colour is SealColour.BLACK and seal.shape is SealShape.SQUARE


def _line_boxes(page: ReadPage, inks: Inks) -> list[tuple[BBox, int]]:
    scaled = [(line.bbox, len(line.text)) for line in page.text.lines if len(line.text) > 2]
    return [((b[0] * inks.scale, b[1] * inks.scale, b[2] * inks.scale, b[3] * inks.scale), n) for b, n in scaled]


def _is_character(found: Impression, lines: list[tuple[BBox, int]]) -> bool:
    """Tell a framed character (国, 回) of a large coloured heading from a seal."""
    if found.frame is None:
        return False
    x0, y0, x1, y1 = found.box
    for (left, top, right, bottom), _ in lines:
        inside = left - 3 < (x0 + x1) / 2 < right + 3 and top < (y0 + y1) / 2 < bottom
        if inside and y1 - y0 < 1.15 * (bottom - top) and right - left > 2.5 * (x1 - x0):
            return True
    return False


def card_areas(page: ReadPage, inks: Inks) -> tuple[BBox, ...]:
    """Return the neighbourhood of identity card headings, where red print (the emblem) is no seal."""
    areas = []
    for line in page.text.lines:
        if any(words in line.text for words in ("居民身份证", "签发机关", "有效期限", "公民身份号码")):
            x0, y0, x1, y1 = (v * inks.scale for v in line.bbox)
            reach = inks.pixels(60)
            areas.append((x0 - reach, y0 - reach, x1 + reach, y1 + reach))
    return tuple(areas)


def _is_card_print(found: Impression, cards: Iterable[BBox], inks: Inks) -> bool:
    x0, y0, x1, y1 = found.box
    if inks.millimetres(max(x1 - x0, y1 - y0)) > 34:
        return False
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return any(c[0] < x < c[2] and c[1] < y < c[3] for c in cards)


def _distinct(found: list[Impression]) -> list[Impression]:
    """Keep the most certain of impressions that are the same ink seen twice."""
    kept: list[Impression] = []
    for candidate in sorted(found, key=lambda f: -_rank(f)):
        if not any(_same(candidate, other) for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda f: -f.probability)


def _same(candidate: Impression, other: Impression) -> bool:
    """Say whether a candidate repeats a better one; a name seal pressed over a company seal is a seal of its own."""
    shared = _shared(candidate.box, other.box)
    if candidate.colour is not other.colour:
        return shared > 0.8 and _area(candidate.box) > 0.5 * _area(other.box)
    if candidate.frame and other.ring and candidate.probability > ACROSS_AT:
        return _is_core(candidate.box, other.box)
    return shared > 0.5


def _is_core(box: BBox, around: BBox) -> bool:
    middle = ((box[0] + box[2]) / 2 - (around[0] + around[2]) / 2, (box[1] + box[3]) / 2 - (around[1] + around[3]) / 2)
    return math.hypot(*middle) < 0.3 * (around[2] - around[0]) or _area(box) > 0.5 * _area(around)


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _rank(found: Impression) -> float:
    """Prefer certain, then large: the inner ring or the star of a seal must not win over its outline."""
    return round(found.probability, 1) + min(_area(found.box), 40_000) / 100_000


def _shared(one: BBox, other: BBox) -> float:
    """Return the shared area as a share of the smaller box."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0) / max(min(_area(one), _area(other)), 1)


def _as_seal(image: Image, page: ReadPage, inks: Inks, found: Impression, recognise_line: RecogniseLine) -> Seal:
    up = 1 / inks.scale
    height, width = image.shape[:2]
    x0, y0, x1, y1 = (v * up for v in found.box)
    box = (max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height)))
    text, chance, below = None, None, ""
    if found.ring is not None:
        text, chance = read_ring(image, moved(found.ring, up), found.colour, recognise_line)
        if text is not None and chance is not None:
            cut_off = found.ring.visible < WHOLE
            text, chance = check_ring(text, min(chance, HALF) if cut_off else chance, page.text.lines, box)
        text, below = parted(text) if text is not None else (None, "")
    elif found.frame is not None:
        text, chance = check_frame(*read_frame(image, found.frame.corners * up, found.colour, recognise_line))
    return Seal(
        text=text,
        page=page.page.number,
        bbox=box,
        probability=round(found.probability, 4),
        colour=found.colour,
        shape=found.shape,
        text_probability=chance,
        inscription=below or None,
    )
