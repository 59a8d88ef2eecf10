"""Grades of page images: clean, scan, copy, fax_fine, fax_std, photo.

Each returns the pixels and where each point went. A fax is 1728 pixels wide; vertical resolution is 196 (fine) or
98 (standard) lines per inch (ITU-T T.4), so pixels of the latter are not square.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from training import fonts, raster
from training.sheet import Sheet

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]
FAX_WIDTH, FAX_DPI, FAX_FINE_LINES, FAX_STD_LINES = 1728, 204, 196, 98


@dataclass(frozen=True)
class PageImage:
    """A page as a file holds it.

    Attributes:
        image: the stored pixels, possibly turned and with pixels that are not square.
        matrix: 3x3, sheet points to pixels of the upright frame with square pixels.
        frame: width and height of the upright frame.
        turned: degrees (0, 90, 180, 270) by which the stored picture is turned clockwise.
        dpi: horizontal and vertical resolution of the stored picture, before turning.
    """

    image: Image.Image
    matrix: Matrix
    frame: tuple[int, int]
    turned: int
    dpi: tuple[int, int]
    grade: str


def make_page(sheet: Sheet, rng: Random, grade: str, turned: int = 0) -> PageImage:
    """Draw a sheet and put it through a grade, then turn it clockwise."""
    page = GRADES[grade](sheet, rng)
    if not turned:
        return page
    return PageImage(page.image.rotate(-turned, expand=True), page.matrix, page.frame, turned, page.dpi, grade)


def clean(sheet: Sheet, rng: Random) -> PageImage:
    """Draw at 200 or 300 dpi without any harm."""
    dpi = rng.choice((200, 200, 300))
    image = raster.draw(sheet, dpi)
    return PageImage(image, _scale(dpi), image.size, 0, (dpi, dpi), "clean")


def scan(sheet: Sheet, rng: Random) -> PageImage:
    """Scan in colour: slight skew, noise, paper tint, a shadow along one edge, sometimes dark borders."""
    dpi = rng.choice((200, 200, 200, 240, 300))
    image = raster.draw(sheet, dpi)
    pixels, moved = _skew(np.asarray(image), rng, 3.0, rng.choice(((255, 255, 255), (250, 250, 248), (60, 60, 60))))
    tint = rng.uniform(0.93, 1.0) * np.array([rng.uniform(0.985, 1.0) for _ in range(3)], np.float32)
    light = _edge_shadow(pixels.shape[:2], rng) if rng.random() < 0.6 else np.ones(pixels.shape[:2], np.float32)
    grain = _grain(rng, rng.uniform(0.8, 3.6), pixels.shape[:2])
    pixels = _clip(pixels * tint * light[..., None] + grain[..., None])
    if rng.random() < 0.5:
        pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 0.8))
    if rng.random() < 0.2:
        _dark_border(pixels, rng)
    if rng.random() < 0.15:
        _punch_holes(pixels, dpi)
    return PageImage(Image.fromarray(pixels), moved @ _scale(dpi), image.size, 0, (dpi, dpi), "scan")


def copy(sheet: Sheet, rng: Random) -> PageImage:
    """Photocopy in grey: strong contrast, toner specks, lost pale tones."""
    page = scan(sheet, rng)
    grey = np.asarray(page.image.convert("L"), np.float32)
    contrast = rng.uniform(1.3, 1.9)
    noise = np.random.default_rng(rng.randrange(2**31))
    grey = (grey - 150) * contrast + 165
    specks = noise.random(grey.shape, dtype=np.float32) < rng.uniform(0.00002, 0.0004)
    grey = np.where(cv2.dilate(specks.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0, 40, grey)
    return PageImage(Image.fromarray(_clip(grey)), page.matrix, page.frame, 0, page.dpi, "copy")


def fax_fine(sheet: Sheet, rng: Random) -> PageImage:
    """Fax at 204 by 196 dots per inch, one bit."""
    return _fax(sheet, rng, FAX_FINE_LINES, "fax_fine")


def fax_std(sheet: Sheet, rng: Random) -> PageImage:
    """Fax at 204 by 98 dots per inch, one bit."""
    return _fax(sheet, rng, FAX_STD_LINES, "fax_std")


def photo(sheet: Sheet, rng: Random) -> PageImage:
    """Photograph the paper on a table: perspective, uneven light, slight blur, noise."""
    dpi = round(
        rng.uniform(185, 220) * min(1.0, 842 / max(sheet.width, sheet.height)) * (1.0 if sheet.height > 500 else 1.3)
    )
    page = np.asarray(raster.draw(sheet, dpi))
    height, width = page.shape[:2]
    edge = int(0.08 * max(height, width))
    frame = (width + 2 * edge, height + 2 * edge)
    warp = _perspective((width, height), rng, edge)
    table = _table_top(frame, rng)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), warp, frame)
    flat = cv2.warpPerspective(page, warp, frame, flags=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(mask, (0, 0), 18)
    table = _clip(table * (1 - 0.35 * (shadow[..., None] / 255.0)))
    alpha = cv2.GaussianBlur(mask, (0, 0), 1.0)[..., None] / 255.0
    pixels = flat * alpha + table * (1 - alpha)
    pixels *= _lamp(frame, rng)[..., None] * np.array(
        [rng.uniform(0.94, 1.0), rng.uniform(0.95, 1.0), rng.uniform(0.86, 1.0)]
    )
    pixels = cv2.GaussianBlur(_clip(pixels), (0, 0), rng.uniform(0.5, 1.1))
    pixels = _clip(pixels + _grain(rng, rng.uniform(1.5, 5), pixels.shape[:2])[..., None])
    return PageImage(Image.fromarray(pixels), warp @ _scale(dpi), frame, 0, (72, 72), "photo")


GRADES: dict[str, Callable[[Sheet, Random], PageImage]] = {
    "clean": clean,
    "scan": scan,
    "copy": copy,
    "fax_fine": fax_fine,
    "fax_std": fax_std,
    "photo": photo,
}


def _fax(sheet: Sheet, rng: Random, lines: int, grade: str) -> PageImage:
    drawn = raster.draw(sheet, FAX_DPI).convert("L")
    fit = min(1.0, (FAX_WIDTH - 8) / drawn.width)
    drawn = drawn.resize((round(drawn.width * fit), round(drawn.height * fit)), Image.Resampling.LANCZOS)
    left = (FAX_WIDTH - drawn.width) // 2
    top = 36
    page = Image.new("L", (FAX_WIDTH, drawn.height + top), 255)
    page.paste(drawn, (left, top))
    pixels, moved = _skew(np.asarray(page), rng, 1.0, (255,))
    noise = np.random.default_rng(rng.randrange(2**31))
    grey = pixels + _grain(rng, rng.uniform(4, 22), pixels.shape)
    # the sender's scanner samples fewer lines; each is an average over its height
    stored_height = round(pixels.shape[0] * lines / FAX_DPI)
    grey = cv2.resize(grey.astype(np.float32), (FAX_WIDTH, stored_height), interpolation=cv2.INTER_AREA)
    ink = grey < rng.uniform(140, 190)
    flip = noise.random(ink.shape, dtype=np.float32) < rng.uniform(0, 0.0006)
    bits = np.where(ink ^ flip, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        bits[:, rng.randrange(40, FAX_WIDTH - 40)] = 0
    image = Image.fromarray(bits)
    _fax_header(image, rng, lines)
    matrix = moved @ _shift(left, top) @ _scale(FAX_DPI * fit)
    return PageImage(
        image.convert("1", dither=Image.Dither.NONE), matrix, (FAX_WIDTH, pixels.shape[0]), 0, (FAX_DPI, lines), grade
    )


def _fax_header(image: Image.Image, rng: Random, lines: int) -> None:
    """Print the sender's line on top; it is not part of the document and of no truth."""
    day = f"2026-{rng.randrange(1, 12):02d}-{rng.randrange(1, 28):02d}"
    when = f"{day}  {rng.randrange(8, 18):02d}:{rng.randrange(60):02d}"
    sender = f"{rng.choice(('+86 755', '0755', '020'))} {rng.randrange(2000000, 8999999)}"
    text = f"{when}   FROM: {sender}      P.{rng.randrange(1, 5):02d}/{rng.randrange(5, 7):02d}"
    strip = Image.new("L", (FAX_WIDTH, 34), 255)
    ImageDraw.Draw(strip).text((70, 26), text, font=fonts.BUILTIN.pil(22), fill=0, anchor="ls")
    strip = strip.resize((FAX_WIDTH, round(34 * lines / FAX_DPI)))
    image.paste(strip.point(lambda v: 0 if v < 150 else 255), (0, 0))


def _scale(dpi: float) -> Matrix:
    return np.diag([dpi / 72, dpi / 72, 1.0])


def _shift(dx: float, dy: float) -> Matrix:
    return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]], np.float64)


def _clip(pixels: NDArray[np.floating]) -> Pixels:
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _skew(pixels: Pixels, rng: Random, limit: float, border: tuple[int, ...]) -> tuple[Pixels, Matrix]:
    height, width = pixels.shape[:2]
    angle = max(-limit, min(limit, rng.gauss(0, limit / 2.5)))
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]])
    turn = _shift(rng.uniform(-8, 8), rng.uniform(-8, 8)) @ turn
    return cv2.warpPerspective(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=border), turn


def _grain(rng: Random, strength: float, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return noise of a sensor, a little softer than one pixel."""
    noise = np.random.default_rng(rng.randrange(2**31)).standard_normal(shape, dtype=np.float32)
    return np.asarray(cv2.GaussianBlur(noise, (3, 3), 0.6) * (1.6 * strength), np.float32)


def _edge_shadow(shape: tuple[int, ...], rng: Random) -> NDArray[np.float32]:
    height, width = shape[:2]
    reach, depth = rng.uniform(0.03, 0.12), rng.uniform(0.1, 0.4)
    ramp = 1 - depth * np.exp(-np.linspace(0, 1, width) / reach)
    if rng.random() < 0.5:
        ramp = ramp[::-1]
    return np.broadcast_to(ramp.astype(np.float32), (height, width))


def _dark_border(pixels: Pixels, rng: Random) -> None:
    size = rng.randrange(8, 40)
    shade = rng.randrange(15, 70)
    left, right, top, bottom = np.s_[:, :size], np.s_[:, -size:], np.s_[:size], np.s_[-size:]
    for region in rng.sample([left, right, top, bottom], 2):
        pixels[region] = shade


def _punch_holes(pixels: Pixels, dpi: int) -> None:
    """Show the lid of the scanner through two holes, 80 mm apart, 12 mm from the left edge (ISO 838)."""
    x, radius = round(12 / 25.4 * dpi), round(3 / 25.4 * dpi)
    for offset in (-40, 40):
        centre = (x, pixels.shape[0] // 2 + round(offset / 25.4 * dpi))
        cv2.circle(pixels, centre, radius, (70, 70, 70), -1, cv2.LINE_AA)


def _perspective(size: tuple[int, int], rng: Random, edge: int) -> Matrix:
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    limit = edge * 0.85
    moved = (
        corners
        + edge
        + np.array([[rng.uniform(-limit, limit), rng.uniform(-limit, limit)] for _ in range(4)], np.float32)
    )
    return np.asarray(cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), np.float64)


def _table_top(frame: tuple[int, int], rng: Random) -> NDArray[np.float64]:
    width, height = frame
    base = np.array(rng.choice(((122, 88, 60), (70, 72, 78), (150, 146, 138), (96, 62, 40), (40, 60, 70))), np.float64)
    noise = np.random.default_rng(rng.randrange(2**31))
    grain = cv2.resize(
        noise.normal(0, 1, (height // 3, 12)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return base + 9.0 * grain[..., None]


def _lamp(frame: tuple[int, int], rng: Random) -> NDArray[np.float32]:
    width, height = frame
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = rng.uniform(0, width), rng.uniform(0, height)
    far = np.hypot(xs - x, ys - y) / np.hypot(width, height)
    light = rng.uniform(0.96, 1.05) - rng.uniform(0.15, 0.45) * far
    if rng.random() < 0.4:
        edge = (xs * rng.uniform(-1, 1) + ys * rng.uniform(-1, 1)) / width + rng.uniform(-0.4, 0.4)
        light *= 1 - 0.22 / (1 + np.exp(-edge * 40))
    return np.asarray(light, np.float32)
