"""Artwork of the drawn pages: seal impressions and hands."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pymupdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HANDS = Path(__file__).resolve().parent.parent / "training" / "fonts"
HELD_OUT = ("zhi-mang-xing", "liu-jian-mao-cao")
TRAINED = ("long-cang", "ma-shan-zheng", "lxgw-wenkai")
RING_FACES = (
    ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc", 2),
)
SUPER = 3


class Faces:
    """Where typefaces come from; tests draw with PyMuPDF's own CJK face alone, so that they are alike everywhere."""

    built_in_only = False


def face_at(path: str | Path, size: float, index: int = 0) -> ImageFont.FreeTypeFont:
    """Return the installed face at `path`, or PyMuPDF's CJK face when it is not installed."""
    size = max(round(size), 6)
    if _installed(path):
        return ImageFont.truetype(str(path), size, index=index)
    return ImageFont.truetype(io.BytesIO(_built_in()), size)


def _installed(path: str | Path) -> bool:
    return not Faces.built_in_only and Path(path).exists()


@cache
def _built_in() -> bytes:
    return bytes(pymupdf.Font("china-s").buffer)


@dataclass(frozen=True)
class SealArt:
    """A seal: size is its largest measure in mm, turn in degrees, wear 0 to 1; `reversed_out` leaves letters white."""

    ring: str
    below: str
    shape: str
    size: float
    turn: float = 0.0
    wear: float = 0.2
    reversed_out: bool = False


def seal_mask(art: SealArt, rng: Random, mm: float) -> Image.Image:
    """Return the impression, `mm` pixels a millimetre."""
    side = round(art.size * mm * SUPER)
    mask = _square(art, side, rng) if art.shape == "square" else _round(art, side, rng)
    mask = mask.rotate(art.turn, Image.Resampling.BICUBIC, expand=True)
    mask = mask.resize((mask.width // SUPER, mask.height // SUPER), Image.Resampling.LANCZOS)
    return wear_out(mask, rng, art.wear)


def _round(art: SealArt, side: int, rng: Random) -> Image.Image:
    mask = Image.new("L", (side, side), 0)
    pencil = ImageDraw.Draw(mask)
    pen = max(side // 36, 3)
    pencil.ellipse((2, 2, side - 2, side - 2), outline=255, width=pen)
    if rng.random() < 0.4:  # a thin second ring
        pencil.ellipse(
            (2 + pen * 2, 2 + pen * 2, side - 2 - pen * 2, side - 2 - pen * 2), outline=255, width=max(pen // 3, 1)
        )
    _around(mask, art.ring, side, pen, rng)
    if art.shape == "round":
        points = []
        for k in range(10):
            reach = side * 0.14 * (1 if k % 2 == 0 else 0.4)
            points.append((side / 2 + reach * math.sin(math.pi * k / 5), side / 2 - reach * math.cos(math.pi * k / 5)))
        pencil.polygon(points, fill=255)
    if art.below:
        face = _font(rng, side * 0.1)
        pencil.text(
            (side / 2, side * (0.74 if art.shape == "round" else 0.56)), art.below, font=face, fill=255, anchor="mm"
        )
    return mask.resize((side, round(side * 0.7)), Image.Resampling.LANCZOS) if art.shape == "oval" else mask


def _face(rng: Random) -> tuple[str, int]:
    return rng.choice(RING_FACES)


def _font(rng: Random, size: float) -> ImageFont.FreeTypeFont:
    path, index = _face(rng)
    return face_at(path, size, index)


def _around(mask: Image.Image, text: str, side: int, pen: int, rng: Random) -> None:
    size = side * min(0.135, 0.135 * 15 / max(len(text), 1))
    face = _font(rng, size)
    span = math.radians(min(280, 24 * len(text)))
    radius = side / 2 - pen * 2.6 - size * 0.55
    for k, character in enumerate(text):
        angle = -span / 2 + span * k / max(len(text) - 1, 1)
        cell = Image.new("L", (round(size * 2), round(size * 2)), 0)
        ImageDraw.Draw(cell).text(
            (size, size), character, font=face, fill=255, anchor="mm", stroke_width=max(side // 400, 0)
        )
        cell = cell.resize((round(cell.width * 0.85), round(cell.height * 1.1))).rotate(
            -math.degrees(angle), Image.Resampling.BICUBIC, expand=True
        )
        x, y = side / 2 + radius * math.sin(angle), side / 2 - radius * math.cos(angle)
        mask.paste(255, (round(x - cell.width / 2), round(y - cell.height / 2)), cell)


def _square(art: SealArt, side: int, rng: Random) -> Image.Image:
    mask = Image.new("L", (side, side), 0)
    pencil = ImageDraw.Draw(mask)
    pen = max(side // 16, 2)
    ground, ink = (255, 0) if art.reversed_out else (0, 255)
    pencil.rounded_rectangle((1, 1, side - 2, side - 2), side // 14, fill=ground, outline=255, width=pen)
    text = art.ring.ljust(4)[:4]
    face = _font(rng, side * 0.4)
    for k, (column, row) in enumerate(((1, 0), (1, 1), (0, 0), (0, 1))):
        pencil.text(
            (side * (0.29 + 0.42 * column), side * (0.29 + 0.42 * row)),
            text[k],
            font=face,
            fill=ink,
            anchor="mm",
            stroke_width=side // 120,
        )
    return mask


def wear_out(mask: Image.Image, rng: Random, wear: float) -> Image.Image:
    """Take ink away in clouds, one weak side and grains."""
    noise = np.random.default_rng(rng.randrange(2**31))
    height, width = mask.height, mask.width
    clouds = cv2.resize(noise.random((9, 9)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    slope = np.linspace(0, 1, width)[None, :] if rng.random() < 0.5 else np.linspace(1, 0, height)[:, None]
    keep = np.clip(1 - wear * (0.55 * clouds + 0.45 * slope), 0.1, 1)
    grains = cv2.GaussianBlur((noise.random((height, width)) > wear * 0.3).astype(np.float32), (3, 3), 0)
    return Image.fromarray((np.asarray(mask, np.float32) * keep * grains).clip(0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(0.6)
    )


def written(rng: Random, text: str, height: float, trained: bool, hand: str | None = None) -> Image.Image:
    """Write with a handwriting face (scribble when none is there), uneven and slanted; `height` of one in pixels."""
    name = HANDS / f"{hand or rng.choice(TRAINED if trained else HELD_OUT)}.ttf"
    if not _installed(name):
        return scribble(rng, len(text), height)
    em = round(height * 1.05)
    mask = Image.new("L", (round(em * (len(text) + 2)), em * 3), 0)
    x = em * 0.5
    for character in text:
        face = face_at(name, em * rng.uniform(0.8, 1.2))
        cell = Image.new("L", (em * 2, em * 3), 0)
        ImageDraw.Draw(cell).text(
            (em * 0.3, em * 1.9 + rng.uniform(-0.1, 0.1) * em), character, font=face, fill=255, anchor="ls"
        )
        cell = cell.rotate(rng.uniform(-8, 8), Image.Resampling.BICUBIC)
        mask.paste(255, (round(x - em * 0.3), 0), cell)
        x += face.getlength(character) * rng.uniform(0.7, 1.0)
    shear, lift = rng.uniform(-0.15, 0.3), rng.uniform(-0.12, 0.06)
    matrix = np.float32([[1, -shear, shear * em * 1.5], [lift, 1, -lift * mask.width / 2]])
    ink = cv2.warpAffine(np.asarray(mask), matrix, mask.size, flags=cv2.INTER_AREA)
    if rng.random() < 0.4:
        ink = cv2.erode(ink, np.ones((2, 2), np.uint8))
    return _cropped(Image.fromarray(ink))


def scribble(rng: Random, characters: int, height: float) -> Image.Image:
    """Draw a running hand: a few pen strokes per character with changing pressure, most of them joined."""
    em = round(height)
    canvas = np.zeros((em * 3, round(em * (characters * 1.1 + 2))), np.uint8)
    at = np.array([em * 0.8, em * 1.5])
    for index in range(characters):
        left = em * (0.6 + index * rng.uniform(0.85, 1.05))
        for _ in range(rng.randint(3, 6)):
            to = np.array([left + rng.uniform(0, em), em * rng.uniform(1.0, 2.0)])
            bend = (at + to) / 2 + np.array([rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5)]) * em
            if rng.random() < 0.8:
                _stroke(canvas, at, bend, to, rng.uniform(0.02, 0.05) * em)
            at = to if rng.random() < 0.7 else np.array([left + rng.uniform(0, em), em * rng.uniform(1.0, 2.0)])
    return _cropped(Image.fromarray(cv2.GaussianBlur(canvas, (3, 3), 0)))


def _stroke(canvas: np.ndarray, start: np.ndarray, bend: np.ndarray, end: np.ndarray, width: float) -> None:
    for t in np.linspace(0, 1, 60):
        point = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
        radius = max(width * (0.5 + math.sin(math.pi * min(t + 0.15, 1.0))), 0.8)
        cv2.circle(canvas, (round(point[0] * 8), round(point[1] * 8)), round(radius * 8), 255, -1, cv2.LINE_AA, 3)


def _cropped(mask: Image.Image) -> Image.Image:
    return mask.crop(mask.point(lambda v: 255 if v > 60 else 0).getbbox() or (0, 0, *mask.size))


def degrade(picture: Image.Image, grade: str, rng: Random) -> tuple[np.ndarray, np.ndarray]:
    """Return the BGR page as a reader gets it, and the 3 × 3 matrix from drawn to degraded pixels."""
    noise = np.random.default_rng(rng.randrange(2**31))
    image = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR)
    still = np.eye(3)
    if grade == "clean":
        return image, still
    if grade == "photo":
        return _photo(image, rng, noise)
    if grade.startswith("fax"):
        return _fax(image, grade, rng, noise), still
    angle = rng.uniform(-0.3, 0.3)
    matrix = cv2.getRotationMatrix2D((image.shape[1] / 2, image.shape[0] / 2), angle, 1)
    image = cv2.warpAffine(image, matrix, image.shape[1::-1], borderValue=(255, 255, 255))
    image = cv2.GaussianBlur(image, (3, 3), rng.uniform(0.3, 0.9)).astype(np.float32)
    image = image * rng.uniform(0.9, 1.0) + noise.normal(0, rng.uniform(2, 7), image.shape[:2])[:, :, None]
    image = image.clip(0, 255).astype(np.uint8)
    if grade == "grey":
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
        grey = ((grey - 128) * rng.uniform(1.0, 1.8) + 128 + rng.uniform(0, 15)).clip(0, 255).astype(np.uint8)
        image = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    return _jpeg(image, rng.randint(60, 92)), np.vstack([matrix, [0, 0, 1]])


def _jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def _fax(image: np.ndarray, grade: str, rng: Random, noise: np.random.Generator) -> np.ndarray:
    height = round(image.shape[0] * (196 if grade == "fax_fine" else 98) / 200)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(grey, (1728, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    bits = ((small + noise.normal(0, 14, small.shape) > rng.uniform(135, 185)) * 255).astype(np.uint8)
    flips = noise.random(bits.shape) < 0.0006
    bits[flips] = 255 - bits[flips]
    back = cv2.resize(bits, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.cvtColor(back, cv2.COLOR_GRAY2BGR)


def _photo(image: np.ndarray, rng: Random, noise: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    height, width = image.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    moved = corners + np.float32([[rng.uniform(-20, 20), rng.uniform(-20, 20)] for _ in range(4)])
    matrix = cv2.getPerspectiveTransform(corners, moved)
    image = cv2.warpPerspective(image, matrix, (width, height), borderValue=(120, 130, 140)).astype(np.float32)
    light = cv2.resize(
        noise.uniform(0.55, 1.0, (3, 3)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    cast = np.float32([rng.uniform(0.75, 0.95), rng.uniform(0.88, 0.96), 0.97])
    if rng.random() < 0.3:
        cast = cast[::-1]
    image = cv2.GaussianBlur(image * light[:, :, None] * cast, (0, 0), rng.uniform(0.6, 1.3))
    image += noise.normal(0, 4, image.shape)
    return _jpeg(image.clip(0, 255).astype(np.uint8), rng.randint(55, 85)), matrix
