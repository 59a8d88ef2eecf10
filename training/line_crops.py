"""Line crops for networks that look at single lines: print and hand mixed, with who wrote each character.

A crop looks as the recogniser gets it: 48 pixels high, narrowed like a line of a page. Faces are split: those of
``RESERVED`` are for the held-out set and never drawn here.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training import fonts
from training.fetch_fonts import FONT_FOLDER

HEIGHT = 48
NARROWING = 0.85
"""As the reader narrows lines (`ReadingSettings.line_squeeze`)."""
RESERVED = frozenset({"zhi-mang-xing", "liu-jian-mao-cao", "caveat", "reenie-beanie", "gochi-hand", "patrick-hand"})
_LATIN_HANDS = (
    "nanum-pen-script",
    "kalam",
    "indie-flower",
    "shadows-into-light",
    "homemade-apple",
    "cedarville-cursive",
    "la-belle-aurore",
    "nothing-you-could-do",
    "architects-daughter",
    "slackside-one",
)
_CHINESE_HANDS = ("ma-shan-zheng", "long-cang", "yomogi", "zen-kurenaido", "hachi-maru-pop", "yuji-boku")
APART = ("zhi-mang-xing", "liu-jian-mao-cao", "rock-salt")
"""Hands that judge the networks."""
_EM = 64

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Crop:
    """One line.

    Attributes:
        pixels: grey, ``HEIGHT`` pixels high.
        characters: (character, left, right, by hand) in pixels of the crop, from left to right.
    """

    pixels: Pixels
    characters: tuple[tuple[str, float, float, bool], ...]


@dataclass(frozen=True)
class _Style:
    """How one run of characters is written."""

    face: fonts.Face
    hand: bool
    size: float
    step: float
    slant: float
    wobble: float
    weight: int
    ink: int


@functools.cache
def _hand_faces(
    chinese: tuple[str, ...], latin: tuple[str, ...]
) -> tuple[tuple[fonts.Face, ...], tuple[fonts.Face, ...]]:
    def found(names: tuple[str, ...]) -> tuple[fonts.Face, ...]:
        every = (fonts.Face(name, FONT_FOLDER / f"{name}.ttf", hand=True) for name in names)
        return tuple(face for face in every if face.path is not None and face.path.exists())

    return found(chinese), found((*latin, *chinese))


@functools.cache
def _print_faces() -> tuple[fonts.Face, ...]:
    every = (face for role in ("song", "hei", "bold", "kai") for face in fonts.faces(role))
    latin = (
        fonts.Face(path.stem, path)
        for folder in ("dejavu", "liberation", "liberation2")
        for path in sorted((fonts.DEBIAN / "truetype" / folder).glob("*.ttf"))
    )
    return (*(face for face in every if not face.hand and face.name != "wenkai"), *latin)


def line_crop(rng: Random, runs: list[tuple[str, bool]], *, apart: bool = False) -> Crop:
    """Write a line of runs (text, by hand) and put it through a scanner, a copier, a fax or a camera.

    Args:
        rng: chooses faces, sizes, wear.
        runs: what is written.
        apart: write by hand with the faces of ``APART`` only, which training never sees.
    """
    height, base = round(_EM * 2.2), _EM * 1.45
    canvas = Image.new("L", (int(_EM * (2 + sum(1.3 * len(text) + 1 for text, _ in runs))), height), 255)
    x, placed = _EM * rng.uniform(0.1, 0.8), []
    slope = rng.gauss(0, 0.012)
    for text, hand in runs:
        style = _style(rng, text, hand, apart=apart)
        for sign in text:
            x0, x1 = _put(canvas, rng, sign, (x, base + slope * x), style)
            if sign.strip():
                placed.append((sign, x0, x1, hand))
            x = x1 + _EM * (style.step + (rng.uniform(-0.06, 0.06) if hand else 0.0))
        x += _EM * rng.uniform(0.0, 0.5)
    return _through(canvas, placed, rng, int(x + _EM * rng.uniform(0, 0.6)))


def _style(rng: Random, text: str, hand: bool, *, apart: bool) -> _Style:
    chinese, latin = _hand_faces(APART, APART) if apart else _hand_faces(_CHINESE_HANDS, _LATIN_HANDS)
    plain = text.isascii()
    pool = (latin if plain else chinese) if hand else _print_faces()
    pool = tuple(f for f in pool if all(f.covers(c) for c in text if c.strip())) or fonts.faces("song")
    return _Style(
        face=rng.choice(pool),
        hand=hand,
        size=_EM * (rng.uniform(0.75, 1.35) if hand else rng.uniform(0.85, 1.05)),
        step=rng.uniform(-0.04, 0.16) if hand else rng.uniform(0.0, 0.06),
        slant=rng.gauss(0.05, 0.12) if hand else (0.2 if rng.random() < 0.03 else 0.0),
        wobble=rng.uniform(0.02, 0.09) if hand else 0.0,
        weight=rng.choice((-1, 0, 0, 0, 1, 1, 2)) if hand else rng.choice((0, 0, 0, 1)),
        ink=rng.randrange(10, 120) if hand else rng.randrange(0, 70),
    )


def _put(canvas: Image.Image, rng: Random, sign: str, at: tuple[float, float], style: _Style) -> tuple[float, float]:
    """Draw one character with its left end and base line at ``at``; return its left and right edge."""
    x, y = at
    if not sign.strip():
        return x, x + style.size * rng.uniform(0.25, 0.6)
    glyph = _glyph(style.face.name, str(style.face.path), style.face.index, sign)
    scale = style.size / _EM * (1 + rng.gauss(0, style.wobble))
    turn = rng.gauss(0, 60 * style.wobble)
    mask = _warped(glyph, scale, scale * (1 + rng.gauss(0, style.wobble)), turn, style.slant)
    if style.hand and rng.random() < 0.7:
        mask = _bent(mask, rng, style.wobble * _EM * 0.5)
    mask = _weighted(mask, style.weight)
    xs = np.nonzero((mask > 60).any(axis=0))[0]
    if not len(xs):
        return x, x + 4
    mask = mask[:, xs.min() : xs.max() + 1]
    top = y - 1.2 * _EM * scale + rng.gauss(0, style.wobble) * _EM
    shade = Image.new("L", (mask.shape[1], mask.shape[0]), min(style.ink + rng.randrange(0, 25), 160))
    canvas.paste(shade, (round(x), round(top)), Image.fromarray(mask))
    return x, x + mask.shape[1]


@functools.lru_cache(maxsize=40_000)
def _glyph(name: str, path: str, index: int, sign: str) -> Pixels:
    face = fonts.Face(name, None if path == "None" else fonts.Path(path), index)
    image = Image.new("L", (_EM * 2, _EM * 2), 0)
    ImageDraw.Draw(image).text((_EM * 0.5, _EM * 1.2), sign, font=face.pil(_EM), fill=255, anchor="ls")
    return np.asarray(image)


def _warped(glyph: Pixels, wide: float, high: float, turn: float, slant: float) -> Pixels:
    centre = np.array([_EM, _EM * 0.9])
    angle = np.deg2rad(turn)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.array(
        [[wide, -slant * high], [0, high]]
    )
    target = centre * np.array([wide, high])
    full = np.hstack([matrix, (target - matrix @ centre)[:, None]])
    size = (round(_EM * 2 * wide), round(_EM * 2 * high))
    return np.asarray(cv2.warpAffine(glyph, full, size, flags=cv2.INTER_AREA), np.uint8)


def _bent(mask: Pixels, rng: Random, reach: float) -> Pixels:
    """Bend strokes a little: no hand writes a character twice the same."""
    noise = np.random.default_rng(rng.randrange(2**31))
    height, width = mask.shape
    coarse = noise.normal(0, reach, (2, 4, 4)).astype(np.float32)
    dx, dy = (cv2.resize(plane, (width, height), interpolation=cv2.INTER_CUBIC) for plane in coarse)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(cv2.remap(mask, xs + dx, ys + dy, cv2.INTER_LINEAR), np.uint8)


def _weighted(mask: Pixels, weight: int) -> Pixels:
    if weight == 0:
        return mask
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(weight) + 1, abs(weight) + 1))
    return np.asarray((cv2.dilate if weight > 0 else cv2.erode)(mask, kernel), np.uint8)


def _through(canvas: Image.Image, placed: list[tuple[str, float, float, bool]], rng: Random, right: int) -> Crop:
    """Add rules, scan, cut out and bring to the recogniser's height."""
    page = np.asarray(canvas)[:, : max(right, _EM)].copy()
    ink_rows = np.nonzero((page < 200).any(axis=1))[0]
    top, bottom = (int(ink_rows[0]), int(ink_rows[-1])) if len(ink_rows) else (_EM, _EM * 2)
    _rule(page, rng, top, bottom)
    y0 = max(0, top - int(rng.uniform(0, 0.25) * _EM))
    y1 = min(page.shape[0], bottom + 1 + int(rng.uniform(0, 0.25) * _EM))
    page = page[y0:y1]
    sampled = _sampled(page, rng)
    width = max(8, round(HEIGHT * page.shape[1] / page.shape[0] * NARROWING))
    pixels = np.asarray(cv2.resize(sampled, (width, HEIGHT)), np.uint8)
    share = width / page.shape[1]
    return Crop(pixels, tuple((c, a * share, b * share, hand) for c, a, b, hand in placed))


def _rule(page: Pixels, rng: Random, top: int, bottom: int) -> None:
    """Draw what forms have beside values: writing lines, cell borders."""
    roll, shade = rng.random(), rng.randrange(40, 190)
    thick = rng.choice((1, 2, 2, 3))
    if roll < 0.25:
        y = min(page.shape[0] - 3, bottom + rng.randrange(-6, 8))
        page[y : y + thick] = np.minimum(page[y : y + thick], shade)
    elif roll < 0.35:
        for y in (max(0, top - rng.randrange(0, 12)), min(page.shape[0] - 3, bottom + rng.randrange(0, 12))):
            page[y : y + thick] = np.minimum(page[y : y + thick], shade)
    if rng.random() < 0.15:
        x = rng.choice((rng.randrange(0, 8), page.shape[1] - 1 - rng.randrange(0, 8)))
        page[:, x : x + thick] = np.minimum(page[:, x : x + thick], shade)


def _sampled(page: Pixels, rng: Random) -> Pixels:
    """Return the line as a scanner of 150 to 300 dpi, a fax or a camera delivers it."""
    noise = np.random.default_rng(rng.randrange(2**31))
    high = rng.uniform(16, 52) / page.shape[0]
    fax = rng.random()
    across = high * (1.0 if fax > 0.2 or rng.random() < 0.5 else 0.5)
    size = (max(8, round(page.shape[1] * high)), max(8, round(page.shape[0] * across)))
    grey = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    if fax < 0.2:
        grey += noise.normal(0, rng.uniform(2, 20), grey.shape).astype(np.float32)
        grey = np.where(grey < rng.uniform(130, 200), 0.0, 255.0).astype(np.float32)
    else:
        paper = rng.uniform(190, 255)
        grey = grey * (paper / 255)
        if rng.random() < 0.5:
            grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 1.3))
        grey += np.linspace(0, rng.uniform(-40, 40), grey.shape[1], dtype=np.float32)[None]
        grey += noise.normal(0, rng.uniform(0.5, 9), grey.shape).astype(np.float32)
        if rng.random() < 0.3:
            grey = (grey - 128) * rng.uniform(0.7, 1.8) + rng.uniform(110, 160)
    out = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        _, code = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(30, 92)])
        out = np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.uint8)
    return out
