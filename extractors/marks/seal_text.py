"""Text of seals: the ring is unrolled to a strip, frames are straightened, the ink's colour alone is read.

The ink is taken out of the page by its chroma, so that black text under the seal turns into paper. A seal may stand
at any angle: ring text runs clockwise with its feet to the middle and leaves its largest gap at the seal's foot, which
gives the turn; when there is no clear gap, several starts are read and the best score wins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from domain.vocabulary import SealColour
from extractors.marks.frames import straighten
from extractors.marks.ink import Image, ink_strengths, whiten
from extractors.marks.ring_strip import USUAL_STARTS, apart, star_feet, starts, text_band, text_from, unroll
from extractors.marks.rings import Ellipse, RingEvidence

RecogniseLine = Callable[[Image], tuple[str, float]]
Reading = tuple[str, float]

STRETCHES = (1.0, 0.8, 1.25)
NOISE = re.compile(r"[^\u3400-\u9fff\uf900-\ufaff()（）〇A-Za-z]")
LEAST_SCORE = 0.45
OVAL_BELOW = 0.87
FIRM_END = re.compile(r"有限责?任?(?:公司|公|司)|公司")
PURPOSES = tuple(
    f"{use}专用章"
    for use in (
        "合同",
        "财务",
        "发票",
        "业务",
        "人事",
        "报关",
        "投标",
        "质检",
        "收费",
        "客服",
        "投诉处理",
        "电子回单",
        "业务办讫",
    )
)
LABEL_WORDS = re.compile(r"[盖签]章|签字")
"""Print on the page beside the seal."""
SURE = 0.95
BOLD_FROM, BOLD_SHARE = 0.7, 0.5
"""Of readings whose letters alone promised above 0.9, 0.83 were right: a lost or doubled letter lowers no score."""
CAUTION = 0.6
"""How fast the chance falls with each character; fitted on generated seals (wrong texts score up to 0.96)."""
ENDINGS = ("公司", "厂", "店", "院", "局", "所", "会", "中心", "部", "行", "社")


def read_ring(
    image: Image, ring: RingEvidence, colour: SealColour, recognise_line: RecogniseLine
) -> tuple[str | None, float | None]:
    """Read a round or oval seal: ring text, then the line below the star.

    Args:
        image: upright page, BGR.
        ring: the outline in pixels of `image`.
        colour: its ink.
        recognise_line: reads one line of text from a BGR image.

    Returns:
        The text and the chance that it is right; both `None` when nothing could be read.
    """
    best, foot, ink, ellipse = _ring_text(image, ring.ellipse, colour, recognise_line)
    if not best[0]:
        return None, None
    line = _line_below(ink, ellipse, _feet(ink, ellipse, foot), recognise_line)
    score = best[1] * (min(line[1] + 0.1, 1.0) if line[0] else 1.0)
    return best[0] + line[0], text_probability(best[0] + line[0], score)


def _ring_text(
    image: Image, ellipse: Ellipse, colour: SealColour, recognise_line: RecogniseLine
) -> tuple[Reading, float, Image, Ellipse]:
    """Return the best reading of the ring over inks and starts, its foot (share of a turn), and that ink."""
    patch, inside = _cut_out(image, ellipse)
    best, foot, chosen = ("", 0.0), 0.25, None
    for ink in _ink_variants(patch, colour):
        strip = unroll(ink, inside)
        body = text_band(strip)
        chosen = ink if chosen is None else chosen
        for start in starts(body, star_feet(ink, inside)):
            (text, score), moved_by = _from_the_begin(
                _best(text_from(body, start), recognise_line), from_gap=start not in USUAL_STARTS
            )
            if _worth((text, score)) > _worth(best):
                best, foot, chosen = (text, score), start + moved_by, ink
            if best[1] > SURE and best[0].endswith(ENDINGS):
                return best, foot, chosen, inside
    assert chosen is not None
    return best, foot, chosen, inside


def _ink_variants(patch: Image, colour: SealColour) -> Iterator[Image]:
    """Yield the seal's ink as different readings of the pixels, the usual one first."""
    ink = _chroma(patch, colour)
    if colour is SealColour.BLACK:
        yield ink
        yield _evened(ink)
    else:
        detailed = _gated(patch, ink)
        yield detailed
        yield ink
        yield _evened(detailed)


def _gated(patch: Image, chroma: Image) -> Image:
    """Return the darkness of what is coloured: pictures keep far more detail in brightness than in colour."""
    _, _, dark = ink_strengths(whiten(cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY), 200.0))
    size = max(round(min(patch.shape[:2]) / 100), 1) * 2 + 1
    colourful = cv2.GaussianBlur(chroma, (size, size), 0).astype(np.float32)
    share = colourful / np.maximum(cv2.GaussianBlur(dark, (size, size), 0).astype(np.float32), 25.0)
    usual = float(np.percentile(share[colourful > 60], 60)) if (colourful > 60).any() else 1.0
    gate = np.clip(1.6 * share / max(usual, 0.1) - 0.3, 0, 1)
    ink = dark * gate
    return np.asarray(np.clip(ink * (255.0 / max(float(np.percentile(ink, 98)), 40.0)), 0, 255), np.uint8)


def _feet(ink: Image, ellipse: Ellipse, foot: float) -> list[float]:
    """Return where the foot may be, best first: an oval stands on its short axis, a star points away from the foot."""
    if min(ellipse.a, ellipse.b) / max(ellipse.a, ellipse.b) < OVAL_BELOW:
        axis = (ellipse.angle + (90.0 if ellipse.a > ellipse.b else 0.0)) / 360.0
        return [min((axis % 1.0, (axis + 0.5) % 1.0), key=lambda f: apart(f, foot))]
    near = sorted(star_feet(ink, ellipse), key=lambda f: apart(f, foot))[:2]
    return [*near, foot] if near else [foot]


def _evened(strip: Image) -> Image:
    """Return a strip with faint parts raised to the strength of the others."""
    reach = strip.shape[0] | 1
    level = cv2.GaussianBlur(cv2.dilate(strip, np.ones((reach // 2 | 1, reach), np.uint8)), (reach, reach), 0)
    gain = 230.0 / np.maximum(level.astype(np.float32), 50.0)
    return np.asarray(np.clip(strip * np.maximum(gain, 1.0), 0, 255), np.uint8)


def _from_the_begin(reading: Reading, *, from_gap: bool) -> tuple[Reading, float]:
    """Turn a ring text that was begun in its middle so that it ends like a firm; return it and the share of a turn."""
    text, score = reading
    if not text or text.endswith(ENDINGS):
        return reading, 0.0
    ends = [m for m in FIRM_END.finditer(text + text[:3]) if m.start() < len(text)]
    if not ends:
        return reading, 0.0
    end = ends[-1].end()
    if from_gap and 0.7 * len(text) <= end < len(text) and "章" not in text[end:]:  # print below the seal follows
        return (text[:end], score), 0.0
    cut = end % len(text)
    whole = text[cut:] + text[:cut]
    if not whole.endswith("公司"):  # one of 公司 was lost where the reading began
        whole, score = whole.rstrip("公司") + "公司", score * 0.9
    return (whole, score), 0.8 * cut / len(text)


def read_frame(
    image: Image, corners: Image, colour: SealColour, recognise_line: RecogniseLine
) -> tuple[str | None, float | None]:
    """Read a square seal or framed stamp line by line; square name seals also by columns from right to left."""
    flat = straighten(_chroma(straighten(image, corners, 0.15), colour), _inner_corners(corners, 0.15))
    height, width = flat.shape
    rim = max(round(min(width, height) * 0.11), 2)
    inner = flat[rim : height - rim, rim : width - rim]
    if inner.mean() > 140:  # white letters on an inked ground
        inner = cv2.subtract(np.full_like(inner, 255), inner)
    rows = [_paper(r) for r in _lines(inner)]
    readings = [_clean(recognise_line(_enlarged(r))) for r in rows]
    text, score = "".join(r[0] for r in readings), min((r[1] for r in readings), default=0.0)
    if not text:
        return None, None
    if 0.75 < width / height < 1.33 and len(readings) == 2 and {len(r[0]) for r in readings} == {2}:
        first, second = readings[0][0], readings[1][0]
        text = first[1] + second[1] + first[0] + second[0]  # name seals are written in columns, the right one first
    return text, text_probability(text, score)


def text_probability(text: str, score: float) -> float:
    """Return the chance that the whole text is right, from the mean character score and the length."""
    per_character = min(max((score - 0.3) / 0.7, 0.0), 0.995)
    chance = float(per_character ** max(len(text) * CAUTION, 1.0))
    return round(min(chance, BOLD_FROM) + BOLD_SHARE * max(chance - BOLD_FROM, 0.0), 4)


def _worth(reading: Reading) -> float:
    """Weigh a reading: score first, length against readings that lost the end of the text, a usual ending."""
    text, score = reading
    return score * math.sqrt(min(len(text), 16)) * (1.08 if text.endswith(ENDINGS) else 1.0)


def _clean(reading: Reading) -> Reading:
    text, score = reading
    kept = NOISE.sub("", text)
    return (kept, score) if kept and score >= LEAST_SCORE else ("", 0.0)


def _chroma(patch: Image, colour: SealColour) -> Image:
    """Return the ink of one colour, stretched to 0..255 (255 is ink)."""
    red, blue, dark = ink_strengths(whiten(patch, 200.0))
    ink = {SealColour.RED: red, SealColour.BLUE: blue, SealColour.BLACK: dark}[colour]
    level = np.percentile(ink, 98.0) if ink.size else 0.0
    return np.asarray(cv2.convertScaleAbs(ink, alpha=255.0 / max(float(level), 40.0)))


def _cut_out(image: Image, ellipse: Ellipse) -> tuple[Image, Ellipse]:
    """Cut the seal out (with a margin) and return the patch and the ellipse inside of it."""
    margin = ellipse.radius * 0.25
    x0, y0, x1, y1 = ellipse.box()
    left, top = max(int(x0 - margin), 0), max(int(y0 - margin), 0)
    patch = image[top : int(y1 + margin), left : int(x1 + margin)]
    return patch, Ellipse(ellipse.x - left, ellipse.y - top, ellipse.a, ellipse.b, ellipse.angle)


def _paper(ink: Image) -> Image:
    """Return ink strength as black on white BGR with a margin, as a recogniser likes it."""
    page = cv2.cvtColor(cv2.subtract(np.full_like(ink, 255), ink), cv2.COLOR_GRAY2BGR)
    pad = max(ink.shape[0] // 8, 2)
    return np.asarray(cv2.copyMakeBorder(page, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(255, 255, 255)))


def _enlarged(line: Image) -> Image:
    factor = max(48 / line.shape[0], 1.0)
    return np.asarray(cv2.resize(line, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC))


def _best(strip: Image, recognise_line: RecogniseLine) -> Reading:
    best: Reading = ("", 0.0)
    for stretch in STRETCHES:
        line = cv2.resize(strip, None, fx=stretch, fy=1.0, interpolation=cv2.INTER_LINEAR)
        reading = _clean(recognise_line(_paper(line)))
        if _worth(reading) > _worth(best):
            best = reading
        if best[1] > SURE:
            break
    return best


def _line_below(ink: Image, ellipse: Ellipse, feet: list[float], recognise_line: RecogniseLine) -> Reading:
    """Read the straight line with each possible foot until one makes sense."""
    for foot in feet:
        line = _line_at(ink, ellipse, foot, recognise_line)
        if line[0]:
            return line
    return "", 0.0


def _line_at(ink: Image, ellipse: Ellipse, foot: float, recognise_line: RecogniseLine) -> Reading:
    """Read the straight line between the star and the foot of the seal (合同专用章), after turning the foot down."""
    turn = foot * 360.0 - 90.0
    matrix = cv2.getRotationMatrix2D((ellipse.x, ellipse.y), turn, 1.0)
    upright = cv2.warpAffine(ink, matrix, (ink.shape[1], ink.shape[0]), flags=cv2.INTER_CUBIC)
    vertical = abs(math.sin(math.radians(ellipse.angle + 90 - turn)))
    a, b = (ellipse.a, ellipse.b) if vertical > 0.7 else (ellipse.b, ellipse.a)
    top, bottom = (0.26, 0.75) if min(a, b) / max(a, b) > OVAL_BELOW else (-0.25, 0.75)
    area = upright[
        int(max(ellipse.y + top * b, 0)) : int(ellipse.y + bottom * b),
        int(max(ellipse.x - 0.66 * a, 0)) : int(ellipse.x + 0.66 * a),
    ]
    # ring text reaches beside the straight line: only the middle columns tell where the lines are
    edge = area.shape[1] // 4
    rows = [area[top:bottom] for top, bottom in _rows(area[:, edge : area.shape[1] - edge]) if bottom - top > 0.12 * b]
    rows = [_trimmed(r) for r in rows]
    readings = [_clean(recognise_line(_enlarged(_paper(r)))) for r in rows[:3]]
    good = [(_purpose(r[0]), r[1]) for r in readings if len(r[0]) >= 2 and r[1] > 0.55]
    return max((r for r in good if r[0]), key=_worth, default=("", 0.0))


def _purpose(text: str) -> str:
    """Return the usual inscription (合同专用章) that a reading of the straight line means, or nothing."""
    inside = [p for p in PURPOSES if p in text]
    if inside:
        return inside[0]
    close = [p for p in PURPOSES if len(p) == len(text) and sum(a != b for a, b in zip(p, text, strict=True)) == 1]
    if not close and len(text) >= 3:  # the ring's letters stand close to its first and last character
        close = [p for p in PURPOSES if p[:-1] == text or p[1:] == text]
    if len(close) == 1:
        return close[0]
    return text if len(text) > 2 and text.endswith("章") and not LABEL_WORDS.search(text) else ""


def _lines(ink: Image) -> list[Image]:
    """Split an upright patch of ink into its text lines, cropped to their ink."""
    return [_trimmed(ink[max(top - 2, 0) : bottom + 2]) for top, bottom in _rows(ink)]


def _rows(ink: Image) -> list[tuple[int, int]]:
    """Return the begins and ends of the inked rows that are high enough for text."""
    if ink.size == 0:
        return []
    inked = (ink > 100).mean(axis=1) > 0.03
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked, [0]]).astype(np.int8)))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(top, bottom) for top, bottom in runs if bottom - top >= max(ink.shape[0] * 0.1, 6)]


def _trimmed(line: Image) -> Image:
    columns = np.flatnonzero((line > 100).any(axis=0))
    return line[:, max(int(columns[0]) - 2, 0) : int(columns[-1]) + 3] if len(columns) else line


def _inner_corners(corners: Image, margin: float) -> Image:
    """Return where the frame's corners lie after `straighten` with `margin`."""
    width, height = float(np.linalg.norm(corners[1] - corners[0])), float(np.linalg.norm(corners[3] - corners[0]))
    dx, dy = width * margin, height * margin
    return np.array([[dx, dy], [width + dx, dy], [width + dx, height + dy], [dx, height + dy]], np.float32)
