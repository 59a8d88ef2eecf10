"""Pages for the tests of marks, drawn by the benchmark's own artist with the one face that is everywhere."""

from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.mark_art import Faces, SealArt, degrade
from benchmarks.mark_pages import DrawnPage, draw_letter, put, stamp
from domain.documents import Page, ReadPage
from domain.ocr import OcrLine, OcrPage

Faces.built_in_only = True


def unread(_: np.ndarray) -> tuple[str, float]:
    return "", 0.0


def read_page(
    image: np.ndarray, lines: list[tuple[str, tuple[float, float, float, float]]], dpi: float | None = 200.0
) -> ReadPage:
    found = tuple(
        OcrLine(text=t, polygon=((b[0], b[1]), (b[2], b[1]), (b[2], b[3]), (b[0], b[3])), score=0.98)
        for t, b in lines
        if t.strip()
    )
    height, width = image.shape[:2]
    return ReadPage(
        page=Page(number=1, source_page=1, width=width, height=height, dpi=dpi),
        text=OcrPage(number=1, width=width, height=height, lines=found, producer="drawn"),
    )


def letter(seed: int, grade: str = "clean") -> tuple[np.ndarray, ReadPage, DrawnPage]:
    rng = Random(seed)
    page = draw_letter(rng, grade)
    image, _ = degrade(page.picture, grade, rng)
    return image, read_page(image, page.lines), page


def sealed(
    art: SealArt, centre: tuple[float, float], colour: str, grade: str = "clean"
) -> tuple[np.ndarray, ReadPage, DrawnPage]:
    page = DrawnPage(Random(4), grade)
    for row in range(14):
        put(page, 180, 700 + row * 60, "以上情况均属实，请贵公司尽快查明并书面答复本人，谢谢。" * 2, "song", 36)
    stamp(page, art, centre, colour)
    image, _ = degrade(page.picture, grade, Random(5))
    return image, read_page(image, page.lines), page


def blank(draw: str = "") -> tuple[np.ndarray, ImageDraw.ImageDraw, Image.Image]:
    picture = Image.new("RGB", (1654, 2339), (255, 255, 255))
    return cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR), ImageDraw.Draw(picture), picture


def bgr(picture: Image.Image) -> np.ndarray:
    return cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR)


def overlap(one, other) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    union = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other)) - max(width, 0) * max(height, 0)
    return max(width, 0) * max(height, 0) / union
