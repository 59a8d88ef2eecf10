"""Ink for `training/hand_crops.py`: what a hand writes and what a machine prints, as masks (255 is ink).

Every writing of a hand gets its own slant, spacing, drift of the line and a soft warp, so that no two characters of one
face look alike; print gets none of these.
"""

import functools
import math
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from training.fetch_fonts import FONT_FOLDER
from training.fonts import BUILTIN, DEBIAN, Face

DIGITS = "0123456789"
DRAWN_AT = (24, 32, 44, 60, 84, 112)
"""Sizes that faces are opened at; opening a face anew for each size is what takes most time."""


def _fetched(name: str) -> Face:
    return Face(name, FONT_FOLDER / f"{name}.ttf")


# held back: AR PL SungtiL and KaitiM, WenQuanYi Micro Hei, zhi-mang-xing, liu-jian-mao-cao, caveat, reenie-beanie,
# gochi-hand and patrick-hand are for measuring only and stand in no list here
HAND = {
    "train": tuple(
        _fetched(n)
        for n in ("long-cang", "ma-shan-zheng", "lxgw-wenkai", "klee-one", "zen-kurenaido", "yusei-magic", "yuji-boku")
    ),
    "check": tuple(_fetched(n) for n in ("yomogi", "slackside-one", "hachi-maru-pop")),
}
HAND_LATIN = {
    "train": tuple(
        _fetched(n)
        for n in (
            "kalam",
            "indie-flower",
            "shadows-into-light",
            "homemade-apple",
            "nanum-pen-script",
            "la-belle-aurore",
            "nothing-you-could-do",
            "architects-daughter",
        )
    ),
    "check": tuple(_fetched(n) for n in ("cedarville-cursive", "rock-salt")),
}
PRINT = {
    "train": (
        Face("noto-serif", DEBIAN / "opentype/noto/NotoSerifCJK-Regular.ttc", 2),
        Face("noto-serif-bold", DEBIAN / "opentype/noto/NotoSerifCJK-Bold.ttc", 2),
        Face("noto-sans", DEBIAN / "opentype/noto/NotoSansCJK-Regular.ttc", 2),
        Face("noto-sans-bold", DEBIAN / "opentype/noto/NotoSansCJK-Bold.ttc", 2),
        Face("uming", DEBIAN / "truetype/arphic/uming.ttc", 0),
        Face("ukai", DEBIAN / "truetype/arphic/ukai.ttc", 0),
        Face("ukai", DEBIAN / "truetype/arphic/ukai.ttc", 0),
        _fetched("lxgw-wenkai"),
        _fetched("zcool-xiaowei"),
        BUILTIN,
    ),
    "check": (
        Face("zenhei", DEBIAN / "truetype/wqy/wqy-zenhei.ttc", 0),
        _fetched("shippori-mincho"),
        Face("ukai", DEBIAN / "truetype/arphic/ukai.ttc", 0),
    ),
}
PRINT_LATIN = {
    "train": tuple(
        Face(n, DEBIAN / f"truetype/dejavu/{n}.ttf") for n in ("DejaVuSans", "DejaVuSerif", "DejaVuSans-Oblique")
    ),
    "check": tuple(Face(n, DEBIAN / f"truetype/dejavu/{n}.ttf") for n in ("DejaVuSansMono", "DejaVuSerif-Bold")),
}


@dataclass(frozen=True)
class Manner:
    """How one hand writes: all spreads are shares of the character's height, angles in degrees."""

    size: float
    drop: float
    turn: float
    step: float
    step_spread: float
    slant: float
    climb: float
    warp: float

    @classmethod
    def of(cls, rng: Random) -> "Manner":
        """Choose a manner, from tidy to wild."""
        wild = rng.choice((rng.uniform(0.35, 0.8), rng.uniform(0.6, 1.6)))
        return cls(
            size=0.07 * wild,
            drop=0.045 * wild,
            turn=3.2 * wild,
            step=rng.uniform(0.75, 1.12),
            step_spread=0.08 * wild,
            slant=rng.uniform(-0.12, 0.3),
            climb=rng.gauss(0, 0.03) * wild,
            warp=rng.uniform(0.3, 1.0) * wild,
        )


def existing(faces: tuple[Face, ...]) -> tuple[Face, ...]:
    """Return the faces that are installed."""
    return tuple(f for f in faces if f.path is None or f.path.exists())


def chosen_face(rng: Random, text: str, faces: tuple[Face, ...], latin: tuple[Face, ...]) -> Face | None:
    """Choose a face that has all of the text's characters; `None` when there is none."""
    plain = all(ord(c) < 0x80 for c in text)
    able = [f for f in existing(faces + latin if plain else faces) if _covers(f, text)]
    return rng.choice(able) if able else None


@functools.lru_cache(maxsize=200_000)
def _covers(face: Face, text: str) -> bool:
    return all(c == " " or face.covers(c) for c in text)


def write(rng: Random, text: str, size: float, split: str) -> np.ndarray:
    """Write `text` by hand, characters about `size` pixels high; drawn strokes when no face can write it."""
    face = chosen_face(rng, text, HAND[split], HAND_LATIN[split])
    if face is None:
        return scribble(rng, max(len(text) // 2, 2), size)
    manner = Manner.of(rng)
    height, side = round(size * 2.6), round(size * 2.2)
    mask = np.zeros((height, round(size * (len(text) * 1.4 + 3))), np.uint8)
    em = min((e for e in DRAWN_AT if e >= size), default=DRAWN_AT[-1])
    font = face.pil(em)
    x, drift = size * 0.6, 0.0
    for character in text:
        scale = size / em * (1 + rng.gauss(0, manner.size))
        drift = 0.7 * drift + rng.gauss(0, manner.drop) * size
        drawn = Image.new("L", (em * 2, em * 2), 0)
        tone = rng.randrange(215, 256)
        ImageDraw.Draw(drawn).text((em * 0.4, em * 1.4), character, font=font, fill=tone, anchor="ls")
        turn = cv2.getRotationMatrix2D((em * 0.9, em * 1.0), rng.gauss(0, manner.turn), scale)
        turn[:, 2] += (size * 0.95 - em * 0.9, size * 1.3 + drift - em)
        cell = cv2.warpAffine(np.asarray(drawn), turn, (side, height), flags=cv2.INTER_AREA)
        left = max(round(x - size * 0.5), 0)
        part = mask[:, left : left + side]
        np.maximum(part, cell[:, : part.shape[1]], out=part)
        x += face.width(character) * size * manner.step * (1 + rng.gauss(0, manner.step_spread))
    return _by_hand(rng, mask[:, : round(x + size)], size, manner)


def _by_hand(rng: Random, mask: np.ndarray, size: float, manner: Manner) -> np.ndarray:
    """Slant, lift, warp and press the ink unevenly."""
    height, width = mask.shape
    noise = np.random.default_rng(rng.randrange(2**31))
    cells = (max(height // round(size * 0.6), 3), max(width // round(size * 0.6), 3))
    shift = [
        cv2.resize(
            (noise.normal(0, 0.035 * size * manner.warp, cells)).astype(np.float32),
            (width, height),
            interpolation=cv2.INTER_CUBIC,
        )
        for _ in range(2)
    ]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    from_x = xs + manner.slant * (ys - height / 2) + shift[0]
    from_y = ys + manner.climb * (xs - width / 2) + shift[1]
    ink = cv2.remap(mask, from_x, from_y.astype(np.float32), cv2.INTER_LINEAR)
    pen = rng.random()
    if pen < 0.25 and size > 26:
        ink = cv2.erode(ink, np.ones((2, 2), np.uint8))
    elif pen < 0.5:
        ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
    pressure = cv2.resize(
        noise.uniform(0.72, 1.0, (3, max(width // round(size), 2))).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    return (ink * pressure.clip(0.5, 1)).astype(np.uint8)


def scribble(rng: Random, clusters: int, size: float) -> np.ndarray:
    """Draw an illegible signature: running strokes of changing width, most of them joined."""
    canvas = np.zeros((round(size * 2.8), round(size * (clusters * 1.0 + 2))), np.uint8)
    step, loose = rng.uniform(0.45, 1.0), rng.uniform(0.25, 0.8)
    width = min(max(rng.uniform(0.02, 0.06) * size, 0.9), 3.2)  # half a pen of at most 0.8 mm
    at = np.array([size * 0.7, size * 1.4])
    speed = np.array([rng.uniform(-1, 1), rng.uniform(-1, 1)]) * size
    for index in range(clusters):
        left = size * (0.6 + index * step)
        for _ in range(rng.randrange(2, 6)):
            to = np.array([left + rng.uniform(0, 0.9) * size, size * rng.uniform(0.9, 1.9)])
            bend = np.array([rng.uniform(-loose, loose), rng.uniform(-loose, loose)]) * size
            knots = np.stack([at, at + speed * 0.3, to + bend, to])
            if rng.random() < 0.85:
                _stroke(canvas, knots, width, rng.uniform(0.3, 1.3))
            speed = (to - knots[2]) * rng.uniform(0.4, 1.2)
            at = to if rng.random() < 0.7 else np.array([left + rng.uniform(0, size), size * rng.uniform(0.9, 1.9)])
    if rng.random() < 0.3:  # a flourish below
        ends = np.array([[size * 0.4, size * 2.1], [canvas.shape[1] - size * 0.7, size * rng.uniform(1.7, 2.3)]])
        _stroke(canvas, np.stack([ends[0], ends[0] * 0.7 + ends[1] * 0.3 + 6, ends[1] - 9, ends[1]]), width, 0.6)
    return canvas


def _stroke(canvas: np.ndarray, knots: np.ndarray, width: float, swell: float) -> None:
    length = float(np.linalg.norm(np.diff(knots, axis=0), axis=1).sum())
    t = np.linspace(0, 1, max(int(length / max(width, 1)), 8))[:, None]
    curve = (1 - t) ** 3 * knots[0] + 3 * (1 - t) ** 2 * t * knots[1]
    curve = curve + 3 * (1 - t) * t**2 * knots[2] + t**3 * knots[3]
    for (x, y), u in zip(curve, t[:, 0], strict=True):
        radius = max(width * (1 + swell * (math.sin(math.pi * u) - 0.5)), 0.7)
        cv2.circle(canvas, (round(x * 8), round(y * 8)), round(radius * 8), 255, -1, cv2.LINE_AA, 3)


def typeset(rng: Random, text: str, size: float, split: str) -> np.ndarray:
    """Print `text`, characters about `size` pixels high."""
    face = chosen_face(rng, text, PRINT[split], PRINT_LATIN[split]) or BUILTIN
    size = float(min(DRAWN_AT, key=lambda e: abs(e - size)))
    font = face.pil(round(size))
    spread = rng.choice((0.0, 0.0, 0.0, rng.uniform(0, 0.5))) * size
    mask = Image.new("L", (round(font.getlength(text) + spread * len(text) + 2 * size), round(size * 2.6)), 0)
    pencil = ImageDraw.Draw(mask)
    x = size * 0.6
    bold = rng.choice((0, 0, 0, 1))
    for part in text if spread else (text,):
        pencil.text((x, size * 1.7), part, font=font, fill=255, anchor="ls", stroke_width=bold)
        x += font.getlength(part) + spread
    ink = np.asarray(mask)
    if rng.random() < 0.06:  # a needle printer
        dots = np.zeros_like(ink)
        dots[::2, ::2] = 255
        ink = cv2.dilate(cv2.min(ink, dots), np.ones((2, 2), np.uint8))
    if rng.random() < 0.06:  # set in italics by slanting
        matrix = np.array([[1, 0.2, -0.2 * ink.shape[0] / 2], [0, 1, 0]], np.float32)
        ink = cv2.warpAffine(ink, matrix, ink.shape[::-1])
    return ink
