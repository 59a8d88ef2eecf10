"""Train the handwriting model of `extractors/marks/handwriting.py`: `python -m training.train_signatures`.

Every example is a strip of paper with a printed label and, beside it, writing: a name in a hand (positive) or a
printed name (negative). Strips are degraded like scans, grey copies, photos and faxes, and measured by the very code
that measures pages. Two handwriting faces are kept out of training (`HELD_OUT`), for measuring.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, fields
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from domain.documents import Page, ReadPage
from domain.ocr import OcrLine, OcrPage
from extractors.marks.handwriting import WEIGHTS, InkMeasures, measure
from extractors.marks.ink_groups import find_groups
from extractors.marks.signature_places import SignaturePlace
from training import fonts
from training.fonts import Face

HELD_OUT = ("zhi-mang-xing", "liu-jian-mao-cao")
STRIP = (1150, 300)
LABELS = ("投诉人：", "签名：", "投诉人（签字）：", "法定代表人（签字）：", "签字盖章：")
SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁韦马方"
GIVEN = "文华建国明志强丽娟秀英敏静伟芳磊洋勇艳杰涛超霞平刚桂兰玉萍红鹏斌宇浩凯欣怡子涵梓轩雨晨思远"
INKS = ((20, 20, 25), (35, 35, 40), (60, 60, 65), (25, 45, 130), (40, 55, 170))


def name_of(rng: Random) -> str:
    """Return an invented name of two or three characters."""
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2))))


def hand_mask(rng: Random, text: str, size: float) -> Image.Image:
    """Write `text` by hand, or scribble it; 255 is ink."""
    faces = [f for f in fonts.faces("hand") if f.name not in HELD_OUT]
    if not faces or rng.random() < 0.25:
        return _turned(_scribble(rng, len(text), size), rng)
    face = rng.choice(faces)
    loose = 1.6 if face.name == "wenkai-hand" else 1.0  # a tidy face needs an untidy hand
    mask = Image.new("L", (round(size * (len(text) * 1.2 + 2)), round(size * 3)), 0)
    x = size * 0.6
    for character in text:
        em = size * (1 + rng.gauss(0, 0.08 * loose))
        cell = Image.new("L", (round(size * 2.2), mask.height), 0)
        drop = rng.gauss(0, 0.05 * loose) * size
        ImageDraw.Draw(cell).text(
            (size * 0.4, size * 1.9 + drop), character, font=face.pil(max(round(em), 8)), fill=255, anchor="ls"
        )
        cell = cell.rotate(rng.gauss(0, 3.5 * loose), Image.Resampling.BICUBIC)
        mask.paste(255, (round(x - size * 0.4), 0), cell)
        x += face.width(character) * em * rng.uniform(0.72, 1.02)
    return _turned(mask, rng)


def _scribble(rng: Random, characters: int, size: float) -> Image.Image:
    canvas = np.zeros((round(size * 3), round(size * (characters + 2))), np.uint8)
    for index in range(characters):
        for _ in range(rng.randrange(3, 7)):
            knots = np.array(
                [[size * (0.6 + index * 0.9 + rng.random()), size * rng.uniform(0.9, 2.0)] for _ in range(4)]
            )
            t = np.linspace(0, 1, 30)[:, None]
            curve = (
                (1 - t) ** 3 * knots[0]
                + 3 * (1 - t) ** 2 * t * knots[1]
                + 3 * (1 - t) * t**2 * knots[2]
                + t**3 * knots[3]
            )
            cv2.polylines(
                canvas,
                [np.round(curve * 8).astype(np.int32)],
                False,
                255,
                max(round(size * rng.uniform(0.025, 0.07)), 1),
                cv2.LINE_AA,
                3,
            )
    return Image.fromarray(canvas)


def _turned(mask: Image.Image, rng: Random) -> Image.Image:
    shear, lift = rng.uniform(-0.15, 0.3), rng.uniform(-0.1, 0.06)
    matrix = np.array([[1, -shear, shear * mask.height / 2], [lift, 1, -lift * mask.width / 2]], np.float32)
    ink = Image.fromarray(cv2.warpAffine(np.asarray(mask), matrix, mask.size))
    return ink.crop(ink.getbbox() or (0, 0, *ink.size))


def draw_strip(rng: Random, hand: bool) -> tuple[np.ndarray, tuple[float, float, float, float], str]:
    """Draw a strip; return BGR pixels, the box of the label and the label."""
    paper = Image.new("RGB", STRIP, (255, 255, 255))
    pencil = ImageDraw.Draw(paper)
    size = rng.uniform(24, 48)
    face = fonts.choose(rng, "song", "hei", "bold", "kai")
    label, y = rng.choice(LABELS), 150
    pencil.text((40, y), label, font=face.pil(round(size)), fill=(25, 25, 25), anchor="lm")
    box = pencil.textbbox((40, y), label, font=face.pil(round(size)), anchor="lm")
    x = box[2] + rng.uniform(5, 70)
    if hand:
        mask = hand_mask(rng, name_of(rng), rng.choice((rng.uniform(45, 105), size * rng.uniform(1.0, 1.5))))
        full = rng.uniform(0.75, 1.0)
        mask = mask.point([round(v * full) for v in range(256)])
        paper.paste(
            Image.new("RGB", mask.size, rng.choice(INKS)),
            (round(x), round(y - mask.height / 2 + rng.uniform(-12, 12))),
            mask,
        )
    else:
        other: Face = rng.choice((face, fonts.choose(rng, "kai"), fonts.choose(rng, "song", "hei", "bold", "kai")))
        colour = rng.choice(((25, 25, 25), (25, 25, 25), (30, 40, 140)))
        text = rng.choice((name_of(rng), name_of(rng), " ".join(name_of(rng)), name_of(rng) + "（代）"))
        pencil.text(
            (x, y + rng.uniform(-4, 4)),
            text,
            font=other.pil(round(size * rng.uniform(0.8, 1.5))),
            fill=colour,
            anchor="lm",
        )
    if rng.random() < 0.3:
        pencil.line(
            (box[2], y + size, box[2] + rng.uniform(200, 420), y + size), fill=(30, 30, 30), width=rng.randrange(1, 4)
        )
    return degraded(rng, cv2.cvtColor(np.asarray(paper), cv2.COLOR_RGB2BGR)), box, label


def degraded(rng: Random, image: np.ndarray) -> np.ndarray:
    """Return the strip as a scanner, a copier, a phone or a fax machine gives it."""
    grade = rng.choice(("clean", "scan", "scan", "copy", "photo", "fax_fine", "fax_standard"))
    noise = np.random.default_rng(rng.randrange(2**31))
    if grade == "clean":
        return image
    matrix = cv2.getRotationMatrix2D((575, 150), rng.uniform(-0.6, 0.6), 1)
    image = cv2.warpAffine(image, matrix, STRIP, borderValue=(255, 255, 255))
    if grade.startswith("fax"):
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        small = cv2.resize(grey, (1173, 294 if grade == "fax_fine" else 147), interpolation=cv2.INTER_AREA)
        bits = ((small + noise.normal(0, 15, small.shape) > rng.uniform(130, 190)) * 255).astype(np.uint8)
        how = rng.choice((cv2.INTER_LINEAR, cv2.INTER_NEAREST, cv2.INTER_CUBIC))
        return cv2.cvtColor(cv2.resize(bits, STRIP, interpolation=how), cv2.COLOR_GRAY2BGR)
    blurred = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5 if grade == "photo" else 0.9)).astype(np.float32)
    light = (
        np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1), STRIP[0])[None, :, None]
        if grade == "photo"
        else rng.uniform(0.88, 1.0)
    )
    blurred = (blurred * light + noise.normal(0, rng.uniform(1, 7), image.shape)).clip(0, 255).astype(np.uint8)
    if grade == "copy":
        blurred = cv2.cvtColor(cv2.cvtColor(blurred, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    done: np.ndarray = cv2.imdecode(
        cv2.imencode(".jpg", blurred, [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(55, 95)])[1], cv2.IMREAD_COLOR
    )
    return done


def examples(count: int, seed: int) -> Iterator[tuple[InkMeasures, bool]]:
    """Yield measures of `count` strips with their truth."""
    rng = Random(seed)
    for index in range(count):
        hand = index % 2 == 0
        image, box, label = draw_strip(rng, hand)
        x0, y0, x1, y1 = box
        line = OcrLine(text=label, polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)), score=0.99)
        place = SignaturePlace((x1, 0, STRIP[0], STRIP[1]), label, (x0 - 2, y0 - 6, x1, y1 + 6), None, line, x1)
        read = ReadPage(
            page=Page(number=1, source_page=1, width=STRIP[0], height=STRIP[1], dpi=200.0),
            text=OcrPage(number=1, width=STRIP[0], height=STRIP[1], lines=(line,), producer="drawn"),
        )
        for group in find_groups(image, read, place, ()):
            yield measure(group.ink, group.printed), hand


def fit(x: np.ndarray, y: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Return logistic weights (bias last) by Newton's method with a ridge penalty."""
    design = np.column_stack([x, np.ones(len(x))])
    weights = np.zeros(design.shape[1])
    penalty = np.diag([ridge] * x.shape[1] + [0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (y - p) - penalty @ weights
        weights += np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design + penalty, gradient)
    return weights


def main() -> None:
    """Train, print the figures of a fresh set of strips, write the weights."""
    names = [f.name for f in fields(InkMeasures)]

    def table(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        rows = list(examples(count, seed))
        return np.array([[asdict(m)[n] for n in names] for m, _ in rows]), np.array([float(h) for _, h in rows])

    x, y = table(2600, 11)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    weights = fit((x - mean) / spread, y, ridge=4.0)
    tx, ty = table(500, 12)
    p = 1 / (1 + np.exp(-(((tx - mean) / spread) @ weights[:-1] + weights[-1])))
    loss = -np.mean(np.log(np.where(ty == 1, p, 1 - p) + 1e-9))
    print(f"strips {len(y)}, tried on {len(ty)}: right {((p > 0.5) == ty).mean():.4f}, mean log loss {loss:.4f}")
    print(f"hands found {(p[ty == 1] > 0.5).mean():.4f}, print taken for a hand {(p[ty == 0] > 0.5).mean():.4f}")
    for n, w in sorted(zip(names, weights, strict=False), key=lambda v: -abs(v[1])):
        print(f"  {n:14} {w:+.2f}")
    model = {
        "bias": {"value": round(float(weights[-1]), 4)},
        "mean": {n: round(float(v), 4) for n, v in zip(names, mean, strict=True)},
        "spread": {n: round(float(v), 4) for n, v in zip(names, spread, strict=True)},
        "weight": {n: round(float(v), 4) for n, v in zip(names, weights, strict=False)},
    }
    if not math.isfinite(float(weights.sum())):
        raise SystemExit("weights are not finite: nothing was written, look at the measures")
    WEIGHTS.write_text(json.dumps(model, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
