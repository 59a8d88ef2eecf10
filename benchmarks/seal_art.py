"""Seal impressions of more kinds than `benchmarks.mark_art` draws: codes, inscriptions, several rings, date stamps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.mark_art import face_at, wear_out

FONTS = "/usr/share/fonts"
FACES = (
    (f"{FONTS}/truetype/arphic/uming.ttc", 0),
    (f"{FONTS}/opentype/noto/NotoSerifCJK-Bold.ttc", 2),
    (f"{FONTS}/opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    (f"{FONTS}/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    (f"{FONTS}/truetype/wqy/wqy-zenhei.ttc", 0),
    (f"{FONTS}/truetype/arphic/ukai.ttc", 0),
)
UNSEEN_FACES = (
    (f"{FONTS}/truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0),
    (f"{FONTS}/truetype/arphic-gkai00mp/gkai00mp.ttf", 0),
    (f"{FONTS}/truetype/wqy/wqy-microhei.ttc", 0),
)
SUPER = 3


@dataclass(frozen=True)
class Impression:
    """A seal: width and height in mm, `ring` along the upper arc, `lines` below the star, `code` along the lower arc.

    Attributes:
        shape: round, oval, square (name seal), rectangle (lines in a frame).
        star: reach of the star as a share of the width, 0 for none.
        span: degrees of the arc that the ring text takes.
        rings: outlines, the second one thin.
        fade: which half is faint: "", "left", "right", "top", "bottom".
    """

    ring: str
    lines: tuple[str, ...] = ()
    code: str = ""
    shape: str = "round"
    width: float = 42.0
    height: float = 42.0
    star: float = 0.15
    span: float = 250.0
    rings: int = 1
    turn: float = 0.0
    wear: float = 0.2
    fade: str = ""

    @property
    def text(self) -> str:
        """What a reader should tell: the ring, then the lines."""
        return self.ring + "".join(self.lines)


def impression(art: Impression, rng: Random, mm: float, unseen: bool = False) -> Image.Image:
    """Return the ink of a seal (255 is ink), `mm` pixels a millimetre."""
    scale = mm * SUPER
    size = (round(art.width * scale), round(art.height * scale))
    path, index = rng.choice(UNSEEN_FACES if unseen else FACES)
    mask = Image.new("L", size, 0)
    if art.shape in ("round", "oval"):
        _round(mask, art, rng, (path, index))
    else:
        _framed(mask, art, (path, index))
    mask = mask.rotate(art.turn, Image.Resampling.BICUBIC, expand=True)
    mask = mask.resize((mask.width // SUPER, mask.height // SUPER), Image.Resampling.LANCZOS)
    worn = wear_out(mask, rng, art.wear)
    return _faded(worn, art.fade, rng) if art.fade else worn


def _faded(mask: Image.Image, side: str, rng: Random) -> Image.Image:
    ramp = np.clip(
        np.linspace(rng.uniform(0.1, 0.25), 1.6, mask.width if side in ("left", "right") else mask.height), 0, 1
    )
    ramp = ramp[::-1] if side in ("right", "bottom") else ramp
    weight = ramp[None, :] if side in ("left", "right") else ramp[:, None]
    return Image.fromarray((np.asarray(mask, np.float32) * weight).astype(np.uint8))


def _font(face: tuple[str, int], size: float) -> ImageFont.FreeTypeFont:
    return face_at(face[0], size, face[1])


def _round(mask: Image.Image, art: Impression, rng: Random, face: tuple[str, int]) -> None:
    width, height = mask.size
    pencil = ImageDraw.Draw(mask)
    pen = max(round(width * rng.uniform(0.02, 0.034)), 3)
    pencil.ellipse((2, 2, width - 3, height - 3), outline=255, width=pen)
    inset = pen
    if art.rings > 1:
        gap = round(pen * rng.uniform(1.5, 2.4))
        inset = gap + max(pen // 3, 2)
        pencil.ellipse((gap, gap, width - gap, height - gap), outline=255, width=max(pen // 3, 2))
    count = max(len(art.ring), 1)
    size = min(width * 0.14, 0.85 * math.radians(art.span) * width * 0.36 / count)
    high = size * rng.uniform(1.15, 1.5)
    half = (width / 2 - inset - width * 0.018 - high / 2, height / 2 - inset - width * 0.018 - high / 2)
    _along(mask, art.ring, (face, size, high), half, (-90.0, art.span))
    if art.code:
        small = width * 0.05
        _along(
            mask,
            art.code,
            (FACES[3], small, small * 1.1),
            (width / 2 - inset - small, height / 2 - inset - small),
            (90.0, -len(art.code) * 7.0),
        )
    if art.star:
        points = []
        for k in range(10):
            reach = width * art.star * (1 if k % 2 == 0 else 0.39)
            angle = math.pi * k / 5
            points.append((width / 2 + reach * math.sin(angle), height / 2 - reach * math.cos(angle)))
        pencil.polygon(points, fill=255)
    _below(pencil, art, mask.size, face)


def _below(pencil: ImageDraw.ImageDraw, art: Impression, size: tuple[int, int], face: tuple[str, int]) -> None:
    width, height = size
    top = 0.72 if art.star else 0.5 - 0.06 * (len(art.lines) - 1)
    for index, line in enumerate(art.lines):
        em = min(width * 0.105, width * (0.56 if art.star else 0.66) / max(len(line) * 0.9, 1))
        at = (width / 2, height * (top + 0.12 * index))
        pencil.text(at, line, font=_font(face, em), fill=255, anchor="mm", stroke_width=width // 500)


def _along(
    mask: Image.Image,
    text: str,
    type_: tuple[tuple[str, int], float, float],
    half: tuple[float, float],
    arc: tuple[float, float],
) -> None:
    """Write along an ellipse around the middle; `arc` is its middle and span, a negative span turns the feet out."""
    face, size, high = type_
    font = _font(face, size)
    middle, span = arc
    for k, character in enumerate(text):
        angle = math.radians(middle - span / 2 + span * (k + 0.5) / len(text))
        cell = Image.new("L", (round(size * 2), round(size * 2)), 0)
        ImageDraw.Draw(cell).text(
            (size, size), character, font=font, fill=255, anchor="mm", stroke_width=round(size // 45)
        )
        cell = cell.resize((cell.width, round(cell.height * high / size)), Image.Resampling.BICUBIC)
        normal = math.atan2(math.sin(angle) / half[1], math.cos(angle) / half[0])
        turn = -math.degrees(normal) - 90 if span > 0 else -math.degrees(normal) + 90
        cell = cell.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        x, y = mask.width / 2 + half[0] * math.cos(angle), mask.height / 2 + half[1] * math.sin(angle)
        mask.paste(255, (round(x - cell.width / 2), round(y - cell.height / 2)), cell)


def _framed(mask: Image.Image, art: Impression, face: tuple[str, int]) -> None:
    width, height = mask.size
    pencil = ImageDraw.Draw(mask)
    pencil.rectangle((2, 2, width - 3, height - 3), outline=255, width=max(round(height * 0.05), 3))
    if art.shape == "square":
        text = art.ring.ljust(4)[:4]
        for k, (column, row) in enumerate(((1, 0), (1, 1), (0, 0), (0, 1))):
            at = (width * (0.29 + 0.42 * column), height * (0.29 + 0.42 * row))
            pencil.text(at, text[k], font=_font(face, width * 0.4), fill=255, anchor="mm", stroke_width=width // 150)
        return
    rows = (art.ring, *art.lines)
    for index, row in enumerate(rows):
        em = min(height * 0.6 / len(rows), width * 0.84 / max(len(row), 1))
        pencil.text((width / 2, height * (index + 0.5) / len(rows)), row, font=_font(face, em), fill=255, anchor="mm")


def thumb(rng: Random, mm: float) -> Image.Image:
    """Return a thumbprint, 14 to 22 mm high: ridges around a core, unevenly pressed."""
    height = round(rng.uniform(15, 23) * mm)
    width = round(height * rng.uniform(0.62, 0.85))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (xs / width - 0.5) * 2, (ys / height - 0.5) * 2
    noise = np.random.default_rng(rng.randrange(2**31))
    bend = cv2.resize(noise.normal(0, 0.07, (5, 5)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    pitch = rng.uniform(0.45, 0.6) * mm  # ridges stand about half a millimetre apart
    phase = np.hypot(x * 0.75, y + rng.uniform(0.1, 0.4)) + bend
    ridges = 0.5 + 0.5 * np.sin(phase * height / 2 / pitch * 2 * math.pi)
    inside = 1 / (1 + np.exp(12 * (np.hypot(x, y) - 0.92)))
    press = cv2.resize(
        noise.uniform(0.35, 1.0, (4, 4)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    ink = np.clip((ridges - 0.3) * 2.2, 0, 1) * inside * press * rng.uniform(0.6, 1.0)
    return Image.fromarray((ink * 255).clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6))
