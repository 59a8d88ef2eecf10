"""Degradation of clean page images: scanner, fax and phone, each with the homography that moves truth boxes."""

from dataclasses import dataclass

import cv2
import numpy as np

GRADES = ("clean", "scan", "fax_fine", "fax_std", "photo", "handwriting")


@dataclass
class Shot:
    """A degraded page.

    Attributes:
        image: RGB or grey pixels, upright, in file geometry (fax rows are not square).
        matrix: clean pixels to frame pixels (3x3).
        frame: width and height of the upright page with square pixels.
        dpi: across and down, of the file.
        one_bit: a bilevel fax.
    """

    image: np.ndarray
    matrix: np.ndarray
    frame: tuple[int, int]
    dpi: tuple[int, int]
    one_bit: bool = False


def _noise(shape: tuple[int, ...], cell: int, rng: np.random.Generator) -> np.ndarray:
    small = rng.random((shape[0] // cell + 2, shape[1] // cell + 2)).astype(np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)


def _jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_UNCHANGED)


def _skewed(image: np.ndarray, degrees: float, rng: np.random.Generator, fill: int) -> tuple[np.ndarray, np.ndarray]:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, float(rng.uniform(0.985, 1.0)))
    turn[:, 2] += rng.uniform(-8, 8, 2)
    out = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(fill, fill, fill))
    return out, np.vstack([turn, [0, 0, 1]])


def clean(image: np.ndarray, dpi: int, rng: np.random.Generator) -> Shot:
    """Leave the page as it is."""
    return Shot(image, np.eye(3), (image.shape[1], image.shape[0]), (dpi, dpi))


def scan(image: np.ndarray, dpi: int, rng: np.random.Generator) -> Shot:
    """Scan on a flat bed: skew within 2 degrees, noise, JPEG, grey or colour, now and then dark borders."""
    dark = rng.random() < 0.25
    out, matrix = _skewed(image, float(np.clip(rng.normal(0, 0.9), -2, 2)), rng, 40 if dark else 246)
    if dark:
        edge = int(rng.integers(6, 40))
        side = int(rng.integers(0, 4))
        strip = [np.s_[:edge], np.s_[-edge:], np.s_[:, :edge], np.s_[:, -edge:]][side]
        out[strip] = out[strip] // 6
    if rng.random() < 0.4:
        out = cv2.cvtColor(out, cv2.COLOR_RGB2GRAY)
    out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.3, 0.9)))
    paper = float(rng.uniform(228, 252))
    gain = paper / 255 * (0.96 + 0.06 * _noise(out.shape[:2], 400, rng))
    grain = rng.standard_normal(out.shape[:2], np.float32) * np.float32(rng.uniform(1.5, 5))
    if out.ndim == 3:
        gain, grain = gain[..., None], grain[..., None]
    lift = np.float32(rng.uniform(4, 26))
    out = np.clip(out.astype(np.float32) * (gain - lift / 255).astype(np.float32) + (lift + grain), 0, 255)
    out = out.astype(np.uint8)
    for _ in range(int(rng.integers(0, 14))):
        spot = (int(rng.integers(0, out.shape[1])), int(rng.integers(0, out.shape[0])))
        cv2.circle(out, spot, int(rng.integers(1, 3)), (90, 90, 90), -1)
    return Shot(_jpeg(out, int(rng.integers(52, 90))), matrix, (image.shape[1], image.shape[0]), (dpi, dpi))


def fax(image: np.ndarray, rows: int, rng: np.random.Generator) -> Shot:
    """Send by fax: 204 dots across, `rows` (196 or 98) down, one bit, dropped and doubled lines."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    out, matrix = _skewed(grey, float(np.clip(rng.normal(0, 0.7), -1.6, 1.6)), rng, 255)
    height, width = out.shape
    down = round(height * rows / 204)
    out = cv2.resize(out, (width, down), interpolation=cv2.INTER_AREA).astype(np.float32)
    out += rng.standard_normal(out.shape, np.float32) * 14 + 16 * (_noise(out.shape, 160, rng) - 0.5)
    bits = (out > rng.uniform(158, 196)).astype(np.uint8) * 255
    salt = rng.random(bits.shape, np.float32)
    bits[salt < 0.0006] = 0
    for _ in range(int(rng.integers(0, 5))):
        row = int(rng.integers(1, down))
        bits[row] = bits[row - 1] if rng.random() < 0.6 else 255
    if rng.random() < 0.3:
        column = int(rng.integers(10, width - 10))
        bits[rng.random(down) < 0.8, column] = 0
    return Shot(bits, matrix, (width, height), (204, rows), one_bit=True)


def photo(image: np.ndarray, dpi: int, rng: np.random.Generator) -> Shot:
    """Take with a phone on a desk: perspective, uneven light, blur, JPEG."""
    height, width = image.shape[:2]
    margin_x, margin_y = int(width * rng.uniform(0.04, 0.12)), int(height * rng.uniform(0.03, 0.08))
    full = (width + 2 * margin_x, height + 2 * margin_y)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    shift = rng.uniform(-0.028, 0.028, (4, 2)).astype(np.float32) * np.float32([width, height])
    turn = np.radians(rng.normal(0, 2.0))
    centre = np.float32([full[0] / 2, full[1] / 2])
    spin = np.float32([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    target = (source + np.float32([margin_x, margin_y]) - centre) @ spin.T * 0.96 + centre + shift
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    desk = np.float32(rng.choice([[92, 70, 50], [120, 120, 124], [58, 60, 66], [176, 160, 138]]))
    grain = _noise((full[1], full[0]), 14, rng)[..., None] * 30 + _noise((full[1], full[0]), 200, rng)[..., None] * 26
    scene = np.clip(desk + grain - 24, 0, 255).astype(np.uint8)
    sheet = cv2.warpPerspective(image, matrix, full)
    inside = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, full)
    shadow = cv2.GaussianBlur(np.roll(inside, (14, 12), (0, 1)), (0, 0), 18).astype(np.float32) / 255
    scene = (scene * (1 - 0.55 * shadow[..., None])).astype(np.uint8)
    out = np.where(inside[..., None] > 127, sheet, scene).astype(np.float32)
    out *= _light((full[1], full[0]), rng)[..., None]
    out *= np.float32(rng.uniform(0.93, 1.04, 3))
    out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.6, 1.35)))
    out += (rng.standard_normal(out.shape[:2], np.float32) * np.float32(rng.uniform(2, 6)))[..., None]
    out = np.clip(out, 0, 255).astype(np.uint8)
    return Shot(_jpeg(out, int(rng.integers(55, 88))), matrix, full, (dpi, dpi))


def _light(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    height, width = shape
    ys, xs = np.mgrid[0 : 1 : complex(0, height), 0 : 1 : complex(0, width)].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = (xs - 0.5) * np.cos(angle) + (ys - 0.5) * np.sin(angle)
    light = 0.86 + rng.uniform(0.1, 0.42) * slope
    if rng.random() < 0.45:
        edge = (xs - rng.uniform(0.1, 0.9)) * np.cos(angle + 1) + (ys - rng.uniform(0.1, 0.9)) * np.sin(angle + 1)
        light *= 1 - rng.uniform(0.12, 0.34) / (1 + np.exp(-edge * 40))
    return light.astype(np.float32)


def degrade(image: np.ndarray, grade: str, dpi: int, rng: np.random.Generator) -> Shot:
    """Apply one grade to an RGB image rendered at `dpi` (204 for a fax)."""
    if grade == "clean":
        return clean(image, dpi, rng)
    if grade == "fax_fine":
        return fax(image, 196, rng)
    if grade == "fax_std":
        return fax(image, 98, rng)
    return photo(image, dpi, rng) if grade == "photo" else scan(image, dpi, rng)
