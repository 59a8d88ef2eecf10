"""Crops of ink from a hand and of everything else, for networks that tell them apart.

`crops(count, seed)` yields grey crops (paper about 255) with their truth. A crop is what a page gives around some ink
after scanning, copying, photographing or faxing: text of a hand or print, a scribbled signature, and as counter
examples also rules, boxes, fragments of seals, logos, codes, specks. `split` parts the faces: "train", "check".
"""

import math
from collections.abc import Iterator
from random import Random

import cv2
import numpy as np

from extractors.marks.ink_groups import PEN_AT
from training.hand_ink import DIGITS, scribble, typeset, write

SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁韦马方欧阳司徒诸葛"
GIVEN = "文华建国明志强丽娟秀英敏静伟芳磊洋勇艳杰涛超霞平刚桂兰玉萍红鹏斌宇浩凯欣怡子涵梓轩雨晨思远"
COMMON = (
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天"
)
PLACES = "北京市朝阳区建国路号楼单元室东街南省县镇村西湖新村中山大道幢层座巷"
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
MARGIN = 0.18


def text_of(rng: Random) -> str:
    """Return invented words as they stand on complaints: names, dates, numbers, places, phrases."""
    kind = rng.randrange(10)
    if kind < 4:
        return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))
    if kind == 4:
        day = (rng.randrange(2015, 2027), rng.randrange(1, 13), rng.randrange(1, 29))
        return rng.choice(("{}年{}月{}日", "{}.{}.{}", "{}-{:02d}-{:02d}", "{}/{}/{}")).format(*day)
    if kind == 5:
        return "".join(rng.choices(DIGITS, k=rng.choice((4, 6, 8, 11, 18))))
    if kind == 6:
        return "".join(rng.choices(LATIN, k=rng.randrange(3, 10)))
    if kind == 7:
        return "".join(rng.choices(PLACES, k=rng.randrange(4, 12)))
    if kind == 8:
        return f"{rng.randrange(1, 90)},{rng.randrange(100, 999)}.{rng.randrange(10, 99)}元"
    return "".join(rng.choices(COMMON, k=rng.choice((rng.randrange(3, 14), rng.randrange(12, 22)))))


def crops(count: int, seed: int, split: str = "train") -> Iterator[tuple[np.ndarray, bool]]:
    """Yield `count` grey crops (uint8, any size) with whether a hand made their ink; half of them are by hand."""
    rng = Random(seed)
    for index in range(count):
        hand = index % 2 == 0
        yield draw(rng, hand, split), hand


def draw(rng: Random, hand: bool, split: str) -> np.ndarray:
    """Draw one crop; pixels are about 200 dots per inch before degradation."""
    size = rng.choice((rng.uniform(20, 38), rng.uniform(26, 50), rng.uniform(40, 70)))
    if hand:
        lone = rng.random() < 0.22
        mask = scribble(rng, rng.randrange(2, 5), size) if lone else write(rng, text_of(rng), size, split)
        full = rng.uniform(0.7, 1.0)
    else:
        size = min(size, 70)
        mask = typeset(rng, text_of(rng), size, split) if rng.random() < 0.78 else _thing(rng, size)
        full = rng.uniform(0.6, 1.0)
    paper = 255 - (mask.astype(np.float32) * full)
    _surroundings(paper, rng, size, _extent(mask))
    page = degrade(_spread(paper, rng), rng)
    if rng.random() < 0.4:
        page = _alone(page)
    return _cropped(page, _extent(mask), rng)


def _spread(paper: np.ndarray, rng: Random) -> np.ndarray:
    """Let ink run into the paper, or thin it, as printers, pens and copiers do; most crops stay as they are."""
    kind = rng.random()
    if kind < 0.12:
        return cv2.erode(paper, np.ones((2, 2), np.uint8))
    if kind < 0.2:
        return cv2.dilate(paper, np.ones((2, 2), np.uint8))
    if kind < 0.5:  # soft, then hard again: corners become round, gaps close or open
        soft = cv2.GaussianBlur(paper, (0, 0), rng.uniform(0.6, 1.8)) / 255.0
        return 255.0 / (1.0 + np.exp(-rng.uniform(5, 16) * (soft - rng.uniform(0.4, 0.75))))
    return paper


def _alone(page: np.ndarray) -> np.ndarray:
    """Show the ink alone on white, as `extractors.marks.ink_groups.InkGroup.picture` does."""
    strength = np.maximum(float(np.percentile(page, 90)) - page.astype(np.float32), 0)
    near = cv2.dilate((strength > PEN_AT).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(near, 255 - np.minimum(strength, 255), 255).astype(np.uint8)


def _extent(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.max(axis=1) > 80), np.flatnonzero(mask.max(axis=0) > 80)
    if not len(rows):
        return 0, 0, mask.shape[1], mask.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _cropped(page: np.ndarray, box: tuple[int, int, int, int], rng: Random) -> np.ndarray:
    """Cut the ink out with the margins that finding it leaves."""
    x0, y0, x1, y1 = box
    reach = MARGIN * (y1 - y0)
    left, top, right, bottom = (rng.uniform(-0.15, 1) * reach for _ in range(4))
    area = page[
        max(round(y0 - top), 0) : max(round(y1 + bottom), round(y0) + 8),
        max(round(x0 - left), 0) : max(round(x1 + right), round(x0) + 8),
    ]
    return np.ascontiguousarray(area)


def _surroundings(paper: np.ndarray, rng: Random, size: float, box: tuple[int, int, int, int]) -> None:
    """Add what stands around ink on a form: a rule below, a cell's line, a fragment of a seal over it."""
    x0, y0, x1, y1 = box
    shade = rng.uniform(0, 120)
    if rng.random() < 0.25:
        y = round(y1 + rng.uniform(-0.12, 0.12) * size)
        cv2.line(paper, (max(x0 - 20, 0), y), (x1 + 20, y + rng.randrange(-2, 3)), shade, rng.randrange(1, 4))
    if rng.random() < 0.12:
        x = round(rng.choice((x0 - 0.1 * size, x1 + 0.1 * size)))
        cv2.line(paper, (x, 0), (x, paper.shape[0]), shade, rng.randrange(1, 4))
    if rng.random() < 0.1:
        centre = (round(rng.uniform(x0, x1)), round(rng.uniform(y0 - 60, y1 + 60)))
        fragment = np.full_like(paper, 255)
        cv2.circle(fragment, centre, rng.randrange(110, 180), rng.uniform(90, 190), rng.randrange(4, 9))
        np.minimum(paper, fragment, out=paper)


def _thing(rng: Random, size: float) -> np.ndarray:
    """Draw ink that is neither text nor a hand's."""
    canvas = np.zeros((round(size * 2.6), round(size * rng.uniform(2.5, 6))), np.uint8)
    kinds = (_boxes, _table, _star, _code, _logo, _specks, _dashes, _thumb)
    rng.choice(kinds)(canvas, rng, round(size * rng.uniform(0.4, 0.9)))
    return canvas


def _middle(canvas: np.ndarray) -> tuple[int, int]:
    return canvas.shape[1] // 2, canvas.shape[0] // 2


def _boxes(canvas: np.ndarray, rng: Random, reach: int) -> None:
    y = _middle(canvas)[1]
    for x in range(reach, canvas.shape[1] - reach, reach * 3):
        cv2.rectangle(canvas, (x, y - reach // 2), (x + reach, y + reach // 2), 255, rng.randrange(1, 5))


def _table(canvas: np.ndarray, rng: Random, reach: int) -> None:
    pen = rng.randrange(1, 5)
    for x in range(6, canvas.shape[1], max(reach * 2, 8)):
        cv2.line(canvas, (x, 0), (x, canvas.shape[0]), 255, pen)
    cv2.line(canvas, (0, _middle(canvas)[1]), (canvas.shape[1], _middle(canvas)[1]), 255, pen)


def _star(canvas: np.ndarray, rng: Random, reach: int) -> None:
    x, y = _middle(canvas)
    turns = [(reach * (1 if k % 2 else 0.4), k * math.pi / 5) for k in range(10)]
    cv2.fillPoly(canvas, [np.array([(x + r * math.sin(a), y + r * math.cos(a)) for r, a in turns], np.int32)], 255)
    cv2.circle(canvas, (x, y), round(canvas.shape[0] * 0.75), 255, rng.randrange(2, 10))


def _code(canvas: np.ndarray, rng: Random, reach: int) -> None:
    cells = np.random.default_rng(rng.randrange(2**31)).random((rng.choice((1, 12)), 24)) < 0.5
    block = cv2.resize(cells.astype(np.uint8) * 255, (reach * 2, reach * 2), interpolation=cv2.INTER_NEAREST)
    x, y = _middle(canvas)
    canvas[y - reach : y + reach, x - reach : x + reach] = block


def _logo(canvas: np.ndarray, rng: Random, reach: int) -> None:
    x, y = _middle(canvas)
    axes = (reach, round(reach * rng.uniform(0.5, 1)))
    cv2.ellipse(canvas, (x, y), axes, 0, 0, 360, 255, rng.choice((-1, rng.randrange(1, 5))))
    cv2.line(canvas, (x - reach // 2, y), (x + reach // 2, y), 0, rng.randrange(2, 10))


def _specks(canvas: np.ndarray, rng: Random, _: int) -> None:
    for _ in range(rng.randrange(8, 60)):
        at = (rng.randrange(canvas.shape[1]), rng.randrange(canvas.shape[0]))
        cv2.circle(canvas, at, rng.randrange(1, 4), 255, -1)


def _dashes(canvas: np.ndarray, rng: Random, reach: int) -> None:
    pen, y = rng.randrange(1, 5), _middle(canvas)[1]
    for x in range(0, canvas.shape[1], reach):
        cv2.line(canvas, (x, y), (x + reach // 2, y), 255, pen)


def _thumb(canvas: np.ndarray, rng: Random, _: int) -> None:
    ys, xs = np.mgrid[0 : canvas.shape[0], 0 : canvas.shape[1]] / (canvas.shape[0] / 2.6) - 1.3
    ridges = np.sin(rng.uniform(25, 45) * np.hypot(xs, ys + 0.4) + 2 * np.sin(4 * xs)) > -0.2
    canvas[ridges & ((xs / 0.7) ** 2 + (ys / 1.0) ** 2 < 1)] = 255


def degrade(paper: np.ndarray, rng: Random) -> np.ndarray:
    """Return grey paper (float, 255 is paper) as a scanner, copier, phone or fax machine gives it, whitened."""
    noise = np.random.default_rng(rng.randrange(2**31))
    height, width = paper.shape
    grade = rng.choice(("clean", "scan", "scan", "copy", "photo", "fax", "fax", "fax_standard"))
    if rng.random() < 0.7:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.gauss(0, 0.6), 1)
        paper = cv2.warpAffine(paper, turn, (width, height), borderValue=255)
    if grade == "clean":
        if rng.random() < 0.5:
            paper = cv2.GaussianBlur(paper, (0, 0), rng.uniform(0.3, 0.9))
        return np.asarray(paper.clip(0, 255), np.uint8)
    if grade.startswith("fax"):
        rows = round(height * (0.49 if grade == "fax_standard" else 0.98))
        small = cv2.resize(paper, (round(width * 1.02), max(rows, 4)), interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.3, 0.7))
        bits = (small + noise.normal(0, rng.uniform(4, 22), small.shape) > rng.uniform(125, 195)).astype(np.uint8) * 255
        bits[noise.random(bits.shape) < rng.uniform(0, 0.001)] ^= 255
        how = rng.choice((cv2.INTER_LINEAR, cv2.INTER_NEAREST, cv2.INTER_CUBIC, cv2.INTER_AREA))
        return np.asarray(cv2.resize(bits, (width, height), interpolation=how))
    small_by = rng.uniform(0.5, 1.0) if rng.random() < 0.5 else 1.0
    paper = cv2.GaussianBlur(paper, (0, 0), rng.uniform(0.4, 1.8 if grade == "photo" else 1.3))
    if rng.random() < 0.3:  # scanners sharpen
        paper = paper + rng.uniform(0.4, 1.5) * (paper - cv2.GaussianBlur(paper, (0, 0), rng.uniform(0.8, 2.0)))
    if small_by < 1:
        paper = cv2.resize(paper, None, fx=small_by, fy=small_by, interpolation=cv2.INTER_AREA)
        paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    if grade == "copy":
        paper = (paper - 150) * rng.uniform(1.2, 2.0) + 170
    if grade == "photo":
        paper = paper * np.linspace(rng.uniform(0.85, 1), 1, width)[None, :].astype(np.float32)
    paper = (paper + noise.normal(0, rng.uniform(1, 8), paper.shape)).clip(0, 255).astype(np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(50, 95)]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", paper, quality)[1], cv2.IMREAD_GRAYSCALE))
