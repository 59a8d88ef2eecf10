"""Seals, signatures, thumbprints and printed logos drawn as images with transparency."""

import base64
import io
import math
import random
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.held_out.fonts import hand_face, print_face

INKS = {"red": (196, 26, 34), "blue": (32, 58, 150), "black": (40, 40, 44), "purple": (96, 40, 130)}
PENS = ((22, 24, 38), (18, 34, 96), (30, 30, 30), (10, 44, 120))
MM = 14  # pixels per millimetre of the drawings


def data_uri(image: Image.Image) -> str:
    """Return the image as a PNG data URI."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _smooth_noise(shape: tuple[int, int], cell: int, rng: np.random.Generator) -> np.ndarray:
    small = rng.random((max(shape[0] // cell, 2), max(shape[1] // cell, 2))).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _inked(mask: Image.Image, colour: tuple[int, int, int], rng: np.random.Generator, even: float) -> Image.Image:
    """Return the mask in one colour with uneven ink; `even` 1 is a perfect impression."""
    alpha = np.asarray(mask, np.float32) / 255
    patches = np.clip(_smooth_noise(alpha.shape, 70, rng) * 1.3 + even - 0.3, 0.15, 1)
    speckle = (_smooth_noise(alpha.shape, 4, rng) > 0.22 - 0.2 * even).astype(np.float32)
    alpha = cv2.GaussianBlur(alpha * patches * (0.35 + 0.65 * speckle), (0, 0), 0.9)
    out = np.zeros((*alpha.shape, 4), np.uint8)
    out[..., :3] = colour
    out[..., 3] = np.clip(alpha * 235, 0, 255)
    return Image.fromarray(out)


def _letter(c: str, face: ImageFont.FreeTypeFont, squeeze: float) -> Image.Image:
    size = int(face.size * 1.3)
    tile = Image.new("L", (size, size), 0)
    ImageDraw.Draw(tile).text((size / 2, size / 2), c, 255, face, anchor="mm", stroke_width=max(1, face.size // 28))
    return tile.resize((max(1, int(size * squeeze)), size))


def _ring_text(mask: Image.Image, text: str, radii: tuple[float, float], size: int, arc: float) -> None:
    """Write `text` along an ellipse, centred at the top, over `arc` degrees."""
    face = ImageFont.truetype(str(print_face("song")), size)
    step = arc / max(len(text) - 1, 1)
    cx, cy = mask.width / 2, mask.height / 2
    squeeze = min(1.0, math.radians(step) * min(radii) / (size * 0.98)) if len(text) > 1 else 1.0
    for i, c in enumerate(text):
        angle = math.radians(-90 - arc / 2 + step * i)
        x, y = cx + radii[0] * math.cos(angle), cy + radii[1] * math.sin(angle)
        turn = -math.degrees(math.atan2(math.cos(angle) / radii[0], -math.sin(angle) / radii[1]))
        tile = _letter(c, face, squeeze).rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
        mask.paste(255, (int(x - tile.width / 2), int(y - tile.height / 2)), tile)


def _star(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float) -> None:
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * 0.382
        a = math.radians(-90 + 36 * i)
        points.append((x + r * math.cos(a), y + r * math.sin(a)))
    draw.polygon(points, fill=255)


def _round(text: str, below: str, rng: random.Random) -> Image.Image:
    side = rng.choice((38, 40, 42)) * MM
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((4, 4, side - 5, side - 5), outline=255, width=rng.choice((13, 16)))
    _star(draw, side / 2, side / 2, side * 0.15)
    size = int(side * (0.125 if len(text) <= 14 else 0.105))
    _ring_text(mask, text, (side * 0.385, side * 0.385), size, min(280, 17.5 * len(text) + 20))
    if below:
        face = ImageFont.truetype(str(print_face("song")), int(side * 0.09))
        draw.text((side / 2, side * 0.77), below, 255, face, anchor="mm", stroke_width=2)
    return mask


def _oval(text: str, below: str, rng: random.Random) -> Image.Image:
    width, height = rng.choice(((45, 30), (40, 28))) if rng else (45, 30)
    mask = Image.new("L", (width * MM, height * MM), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((4, 4, mask.width - 5, mask.height - 5), outline=255, width=12)
    draw.ellipse((24, 24, mask.width - 25, mask.height - 25), outline=255, width=4)
    _ring_text(mask, text, (mask.width * 0.37, mask.height * 0.345), int(mask.height * 0.15), min(250, 15 * len(text)))
    face = ImageFont.truetype(str(print_face("song")), int(mask.height * 0.14))
    draw.text((mask.width / 2, mask.height * 0.56), below or "★", 255, face, anchor="mm", stroke_width=2)
    return mask


def _square(text: str, rng: random.Random) -> Image.Image:
    side = rng.choice((17, 19, 22)) * MM
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    draw.rectangle((5, 5, side - 6, side - 6), outline=255, width=12)
    words = text if len(text) != 3 else text + "印"
    columns = [words[i : i + 2] for i in range(0, len(words), 2)]
    face = ImageFont.truetype(str(print_face(rng.choice(("kai", "song")))), int(side * 0.4 * 2 / max(2, len(columns))))
    for i, column in enumerate(columns):
        x = side - (i + 0.5) * side * 0.84 / len(columns) - side * 0.08
        for j, c in enumerate(column):
            draw.text((x, side * (0.29 + 0.42 * j)), c, 255, face, anchor="mm", stroke_width=3)
    return mask


def _rectangle(text: str, rng: random.Random) -> Image.Image:
    face = ImageFont.truetype(str(print_face(rng.choice(("hei", "song")))), 6 * MM)
    lines = text.split("/")
    width = int(max(face.getlength(line) for line in lines)) + 6 * MM
    mask = Image.new("L", (width, int(8.5 * MM * len(lines)) + 4 * MM), 0)
    draw = ImageDraw.Draw(mask)
    draw.rectangle((4, 4, mask.width - 5, mask.height - 5), outline=255, width=10)
    for i, line in enumerate(lines):
        draw.text((mask.width / 2, (i + 0.5) * 8.5 * MM + 2 * MM), line, 255, face, anchor="mm", stroke_width=1)
    return mask


def seal(mark: dict[str, Any], seed: str) -> tuple[Image.Image, float]:
    """Return a seal's image and its width in millimetres."""
    rng = random.Random(seed)
    noise = np.random.default_rng(rng.randrange(2**32))
    form, text = mark["form"], mark["text"]
    if form == "round":
        mask = _round(text, mark["below"], rng)
    elif form == "oval":
        mask = _oval(text, mark["below"], rng)
    elif form == "square":
        mask = _square(text, rng)
    else:
        mask = _rectangle(text, rng)
    mask = mask.rotate(rng.gauss(0, 7 if form != "rectangle" else 2.5), expand=True, resample=Image.Resampling.BICUBIC)
    if not mark["complete"]:
        mask = _faded_side(mask, rng)
    mask = mask.crop(mask.getbbox())
    image = _inked(mask, INKS[mark["colour"]], noise, rng.uniform(0.45, 0.95))
    return image, image.width / MM


def _faded_side(mask: Image.Image, rng: random.Random) -> Image.Image:
    """Lose a third of an impression, as when the stamp was held askew or ran over the edge."""
    pixels = np.asarray(mask, np.float32).copy()
    height, width = pixels.shape
    ramp = np.clip((np.linspace(0, 1, width) - 0.34) / 0.12, 0, 1)[None, :]
    if rng.random() < 0.5:
        ramp = ramp[:, ::-1]
    if rng.random() < 0.3:
        ramp = np.clip((np.linspace(1, 0, height) - 0.34) / 0.1, 0, 1)[:, None]
    return Image.fromarray((pixels * ramp).astype(np.uint8))


def _warp(mask: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    height, width = mask.shape
    dx = (_smooth_noise(mask.shape, 90, rng) - 0.5) * strength
    dy = (_smooth_noise(mask.shape, 70, rng) - 0.5) * strength
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return cv2.remap(mask, xs + dx, ys + dy, cv2.INTER_LINEAR)


def signature(name: str, seed: str) -> tuple[Image.Image, float]:
    """Return a name written fast with a pen and its width in millimetres."""
    rng = random.Random(seed)
    noise = np.random.default_rng(rng.randrange(2**32))
    face = ImageFont.truetype(str(hand_face(rng.choice(("zhi-mang-xing", "liu-jian-mao-cao")))), 190)
    letters = name.replace("·", "")
    mask = Image.new("L", (int(150 * len(letters)) + 140, 330), 0)
    x = 60.0
    for c in letters:
        tile = Image.new("L", (280, 280), 0)
        ImageDraw.Draw(tile).text((140, 140), c, 255, face, anchor="mm", stroke_width=rng.choice((0, 1, 2)))
        tile = tile.rotate(rng.gauss(0, 5), resample=Image.Resampling.BICUBIC)
        scale = rng.uniform(0.85, 1.15)
        tile = tile.resize((int(280 * scale), int(280 * scale)))
        y = int(165 - tile.height / 2 + rng.gauss(0, 10))
        mask.paste(255, (int(x + 75 - tile.width / 2), y), tile)
        x += rng.uniform(112, 150)
    pixels = _warp(np.asarray(mask), noise, 46)
    return _pen_image(pixels, rng, 0.056)


def _pen_image(pixels: np.ndarray, rng: random.Random, scale: float) -> tuple[Image.Image, float]:
    slant = rng.uniform(0.0, 0.28)
    height, width = pixels.shape
    matrix = np.array([[1, -slant, slant * height], [rng.uniform(-0.06, 0.03), 1, 8]], np.float32)
    pixels = cv2.warpAffine(pixels, matrix, (int(width + slant * height), height + 30))
    ys, xs = np.nonzero(pixels > 60)
    pixels = pixels[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    out = np.zeros((*pixels.shape, 4), np.uint8)
    out[..., :3] = rng.choice(PENS)
    out[..., 3] = (pixels * 0.92).astype(np.uint8)
    return Image.fromarray(out), out.shape[1] * scale * rng.uniform(0.9, 1.25)


def stroke_signature(seed: str) -> tuple[Image.Image, float]:
    """Return an unreadable flourish drawn from curves and its width in millimetres."""
    rng = random.Random(seed)
    mask = np.zeros((320, 760), np.uint8)
    points = [(60.0, 180.0)]
    for i in range(rng.randint(13, 20)):
        x = 60 + i * rng.uniform(26, 38)
        points.append((x + rng.uniform(-45, 45), 165 + rng.uniform(-110, 110) * (1.1 - i / 26)))
    points.append((points[-1][0] + 140, 200 + rng.uniform(-20, 40)))
    knots = np.array(points)
    for i in range(1, len(knots) - 2):
        p0, p1, p2, p3 = knots[i - 1], knots[i], knots[i + 1], knots[i + 2]
        last = None
        for t in np.linspace(0, 1, 30):
            spot = 0.5 * (
                2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
            )
            here = (int(spot[0]), int(spot[1]))
            if last is not None:
                cv2.line(mask, last, here, 255, int(3 + 3 * abs(math.sin(i + t * 2))), cv2.LINE_AA)
            last = here
    return _pen_image(mask, rng, 0.062)


def thumbprint(seed: str) -> tuple[Image.Image, float]:
    """Return a red thumbprint and its width in millimetres."""
    rng = random.Random(seed)
    noise = np.random.default_rng(rng.randrange(2**32))
    height, width = 330, 240
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = (xs - width / 2) / (width / 2), (ys - height / 2) / (height / 2)
    swirl = np.hypot(u * 1.15, (v - 0.15) * 0.9) * 13 + 1.6 * _smooth_noise((height, width), 60, noise)
    ridges = 0.5 + 0.5 * np.sin(swirl * 6.0)
    inside = np.clip((1 - np.hypot(u, v)) * 6, 0, 1)
    mask = Image.fromarray((np.clip(ridges * 1.5 - 0.2, 0, 1) * inside * 255).astype(np.uint8))
    mask = mask.rotate(rng.uniform(-35, 35), expand=True)
    return _inked(mask, INKS["red"], noise, 0.6), 15.0


def logo(text: str, seed: str) -> tuple[Image.Image, float]:
    """Return a printed round emblem with words (no seal) and its width in millimetres."""
    rng = random.Random(seed)
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    colour = rng.choice(((0, 110, 84), (0, 70, 150), (190, 30, 36), (214, 120, 0)))
    draw.ellipse((10, 10, 390, 390), fill=colour)
    draw.ellipse((36, 36, 364, 364), outline=(255, 255, 255), width=9)
    face = ImageFont.truetype(str(print_face("hei")), 150 if len(text) <= 1 else 110)
    draw.text((200, 200), text[:2] or "安", (255, 255, 255), face, anchor="mm")
    return image, 17.0


def drawn(mark: dict[str, Any], seed: str) -> tuple[Image.Image, float]:
    """Return the image of any mark and its width in millimetres."""
    kind = mark["mark"]
    if kind == "seal":
        return seal(mark, seed)
    if kind == "sign":
        return signature(mark["name"], seed)
    if kind == "stroke":
        return stroke_signature(seed)
    return thumbprint(seed) if kind == "thumb" else logo(mark["text"], seed)
