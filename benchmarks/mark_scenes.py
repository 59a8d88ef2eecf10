"""Pages for `benchmarks.marks --scenes`: many kinds of seals, signatures in many places, and what only looks like them.

Each scene is a page of its own kind, so that the table tells which kind fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.mark_art import HELD_OUT, TRAINED, scribble, written
from benchmarks.mark_pages import BODY, INK, MM, SIZE, DrawnPage, SealMark, SignMark, firm, font, person, press, put
from benchmarks.seal_art import Impression, impression, thumb

LABELS = (
    "投诉人签字：",
    "投诉人（签名）：",
    "签名：",
    "申请人：",
    "委托人（签字）：",
    "受托人签名：",
    "经办人：",
    "法定代表人（签字）：",
    "投诉人签名（盖章）：",
    "本人签字：",
    "被授权人签字：",
    "客户签名：",
)
BANKS = ("云泽银行股份有限公司", "北辰农村商业银行股份有限公司", "南屏财产保险股份有限公司", "长河证券股份有限公司")
PURPOSES = ("合同专用章", "财务专用章", "业务专用章", "发票专用章", "客户投诉专用章", "行政专用章")
ROLES = ("song", "hei", "kai", "ming", "zen")


def seal_name(rng: Random) -> str:
    """Return what a ring says."""
    if rng.random() < 0.35:
        bank = rng.choice(BANKS)
        return bank + rng.choice(("", rng.choice(("青岩分行", "海宁湾支行", "金沙洲营业部", "东湖口分公司"))))
    return firm(rng)


def random_seal(rng: Random) -> tuple[Impression, str]:
    """Return a seal of any kind and its colour."""
    colour = rng.choices(("red", "blue", "black"), (7, 2, 1))[0]
    turn = rng.choice((0.0, rng.uniform(-25, 25), rng.uniform(-180, 180)))
    wear = rng.uniform(0, 0.6)
    kind = rng.choices(("round", "oval", "square", "rectangle"), (6, 2, 1, 1))[0]
    if kind == "square":
        side = rng.uniform(12, 22)
        name = person(rng)
        text = name + ("印" if len(name) == 3 else "之印")
        return Impression(text, shape=kind, width=side, height=side, turn=rng.uniform(-15, 15), wear=wear), colour
    if kind == "rectangle":
        words = rng.choice(
            (
                ("收文专用章",),
                ("作废",),
                ("现金收讫",),
                ("投诉受理专用章", f"2026年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"),
                ("客户服务部", "已受理"),
            )
        )
        return Impression(
            words[0],
            words[1:],
            shape=kind,
            width=rng.uniform(38, 52),
            height=rng.uniform(13, 20),
            star=0,
            turn=rng.uniform(-8, 8),
            wear=wear,
        ), colour
    name = seal_name(rng)
    lines = (rng.choice(PURPOSES),) if rng.random() < 0.5 else ()
    if lines and rng.random() < 0.2:
        lines = (*lines, f"（{rng.randint(1, 9)}）")
    code = "".join(rng.choices("0123456789", k=13)) if rng.random() < 0.5 else ""
    if kind == "oval":
        width = rng.uniform(40, 48)
        return Impression(
            name,
            lines,
            code,
            "oval",
            width,
            width * rng.uniform(0.62, 0.78),
            0.0,
            rng.uniform(200, 240),
            rng.choice((1, 2)),
            turn / 4 if abs(turn) > 25 else turn,
            wear,
        ), colour
    width = rng.uniform(38, 50)
    return Impression(
        name,
        lines,
        code,
        "round",
        width,
        width,
        rng.uniform(0.12, 0.17),
        rng.uniform(215, 275),
        rng.choice((1, 1, 2)),
        turn,
        wear,
    ), colour


def stamp(page: DrawnPage, art: Impression, centre: tuple[float, float], colour: str, unseen: bool) -> None:
    """Press a seal and note it."""
    box = press(page, impression(art, page.rng, MM, unseen), centre, page.rng.choice(INK[colour]))
    shown = "black" if page.grade in ("grey", "fax_fine", "fax_standard") else colour
    shape = "unknown" if art.shape == "rectangle" else art.shape
    page.seals.append(SealMark(box, art.text, shown, shape))


def hand(
    page: DrawnPage, x: float, middle: float, name: str, unseen: bool, height: float | None = None
) -> tuple[float, float, float, float]:
    """Write by hand from x on; return the ink's box."""
    rng = page.rng
    tall = height or rng.uniform(6, 12) * MM
    mask = (
        scribble(rng, len(name), tall)
        if height is None and rng.random() < 0.3
        else written(rng, name, tall, not unseen)
    )
    colour = rng.choice(((30, 30, 35), (15, 15, 20), (25, 40, 130), (35, 50, 160)))
    return press(page, mask, (x + mask.width / 2, middle + rng.uniform(-2, 2) * MM), colour)


def body(page: DrawnPage, count: int, y: float = 330.0) -> tuple[str, float, float]:
    """Print paragraphs; return face, size and the y below."""
    rng = page.rng
    face, size = rng.choice(ROLES), rng.uniform(11, 15) * 200 / 72
    put(
        page,
        640,
        y - 110,
        rng.choice(("投诉书", "情况说明", "关于要求退费的函", "授权委托书")),
        rng.choice(("song", "hei")),
        60,
    )
    for _ in range(count):
        text = rng.choice(BODY) + rng.choice(BODY)
        width = int((SIZE[0] - 360) / size)
        for start in range(0, len(text), width):
            put(page, 180, y, text[start : start + width], face, size)
            y += size * 1.7
    return face, size, y + size


def scene_seal(page: DrawnPage, unseen: bool) -> None:
    """One seal over or beside the printed name of its firm (or of another)."""
    rng = page.rng
    face, size, y = body(page, rng.randint(3, 6))
    art, colour = random_seal(rng)
    y = min(y + rng.uniform(20, 120), SIZE[1] - 420)
    if rng.random() < 0.6:
        put(page, 760, y, art.ring, face, size)
    put(page, 900, y + size * 2, f"{rng.randint(2023, 2026)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日", face, size)
    stamp(page, art, (rng.uniform(300, 1400), y + rng.uniform(0, 130)), colour, unseen)


def scene_cut(page: DrawnPage, unseen: bool) -> None:
    """A seal cut by the page's edge, or with one half faint."""
    rng = page.rng
    _, _, y = body(page, rng.randint(3, 6))
    art, colour = random_seal(rng)
    while art.shape not in ("round", "oval"):
        art, colour = random_seal(rng)
    if rng.random() < 0.5:
        off = rng.uniform(-0.12, 0.2) * art.width * MM
        x, at = rng.choice(
            (
                (SIZE[0] - off, rng.uniform(400, 1900)),
                (off, rng.uniform(400, 1900)),
                (rng.uniform(300, 1300), SIZE[1] - abs(off)),
            )
        )
    else:
        faint = rng.choice(("left", "right", "top", "bottom"))
        art = Impression(**{**art.__dict__, "fade": faint})
        x, at = rng.uniform(300, 1300), min(y + 100, 2000)
    stamp(page, art, (x, at), colour, unseen)


def scene_overlap(page: DrawnPage, unseen: bool) -> None:
    """Two or three seals, some over each other."""
    rng = page.rng
    _, _, y = body(page, rng.randint(3, 5))
    x, at = rng.uniform(350, 700), min(y + 170, 1950)
    for _ in range(rng.choice((2, 2, 3))):
        art, colour = random_seal(rng)
        stamp(page, art, (x, at + rng.uniform(-60, 60)), colour, unseen)
        x += art.width * MM * rng.uniform(0.6, 1.1)


def scene_traps(page: DrawnPage, unseen: bool) -> None:
    """Nothing but look-alikes: red heading with a star, a round logo with letters, codes, a red table, a circle."""
    rng = page.rng
    red = (205, 25, 30)
    pencil = ImageDraw.Draw(page.picture)
    kind = rng.randrange(5)
    top = 330.0
    if kind == 0:
        put(page, 260, 110, firm(rng) + "文件", "song", 72, red)
        pencil.line((150, 250, 760, 250), fill=red, width=5)
        pencil.line((880, 250, SIZE[0] - 150, 250), fill=red, width=5)
        _star(pencil, (820, 250), 28, red)
        top = 430.0
    elif kind == 1:
        centre, reach = (230.0, 150.0), rng.uniform(8, 13) * MM
        colour = rng.choice((red, (20, 60, 160), (40, 40, 40)))
        pencil.ellipse(
            (centre[0] - reach, centre[1] - reach, centre[0] + reach, centre[1] + reach), outline=colour, width=6
        )
        for k, letter in enumerate(rng.choice(("YUNZE BANK", "CHANGHE", "BEICHEN 1988"))):
            angle = math.radians(-150 + 13 * k)
            pencil.text(
                (centre[0] + 0.76 * reach * math.cos(angle), centre[1] + 0.76 * reach * math.sin(angle)),
                letter,
                font=font("hei", reach * 0.26),
                fill=colour,
                anchor="mm",
            )
        pencil.rectangle(
            (centre[0] - reach * 0.35, centre[1] - reach * 0.3, centre[0] + reach * 0.35, centre[1] + reach * 0.45),
            fill=colour,
        )
        put(page, 420, 120, firm(rng), "hei", 50)
    elif kind == 2:
        cells = np.random.default_rng(rng.randrange(2**31)).random((29, 29)) < 0.5
        code = (
            Image.fromarray((~cells).astype(np.uint8) * 255).resize((230, 230), Image.Resampling.NEAREST).convert("RGB")
        )
        page.picture.paste(code, (1250, 60))
        for x in range(200, 700, 9):
            pencil.rectangle((x, 80, x + rng.choice((2, 4, 6)), 160), fill=(20, 20, 20))
    elif kind == 3:
        pencil.rectangle((170, 300, 1500, 520), outline=red, width=4)
        pencil.line((500, 300, 500, 520), fill=red, width=4)
        put(page, 200, 380, "受理编号", "hei", 40, red)
        top = 660.0
    else:
        pencil.ellipse((620, 160, 950, 300), outline=(210, 30, 40), width=5)
    face, size, y = body(page, rng.randint(3, 6), top)
    label = put(page, 760, y, rng.choice(LABELS), face, size)
    put(page, label[2] + 15, y, person(rng), rng.choice((face, "kai", "kai")), size * rng.uniform(1.0, 1.25))
    put(page, 850, y + size * 2.4, "2026年3月4日", face, size)


def _star(pencil: ImageDraw.ImageDraw, centre: tuple[float, float], reach: float, colour: tuple[int, int, int]) -> None:
    spokes = [(reach * (1 if k % 2 == 0 else 0.4), math.pi * k / 5) for k in range(10)]
    pencil.polygon([(centre[0] + r * math.sin(a), centre[1] - r * math.cos(a)) for r, a in spokes], fill=colour)


def scene_label(page: DrawnPage, unseen: bool) -> None:
    """Two labels, one or both signed, perhaps with thumbprints."""
    rng = page.rng
    face, size, y = body(page, rng.randint(2, 5))
    for label, x in zip(rng.sample(LABELS, 2), rng.choice(((200, 880), (240, 240))), strict=True):
        box = put(page, x, y, label, face, size)
        signed = rng.random() < 0.75
        if signed:
            name = person(rng)
            box = hand(page, box[2] + 12, y + size / 2, name, unseen)
            page.signatures.append(SignMark(box, name, label))
        if rng.random() < 0.3:
            print_ = press(
                page,
                thumb(rng, MM),
                (box[2] + rng.uniform(0.1, 1.6) * 22 * MM * (0.5 if signed else 0.8), y + size / 2),
                (200, 45, 50),
            )
            page.signatures.append(SignMark(print_, "", "手印"))
        if x == 240:
            y += size * 3.4
    put(page, 900, y + size * 3.4, "2026年5月18日", face, size)


def scene_joint(page: DrawnPage, unseen: bool) -> None:
    """A joint letter: several signatures side by side or below each other, after one label or after printed numbers."""
    rng = page.rng
    face, size, y = body(page, rng.randint(2, 3))
    put(page, 200, y, rng.choice(("投诉人（签名）：", "联名投诉人签字：", "全体投诉人签名：")), face, size)
    across = rng.choice((2, 3))
    count = rng.randint(3, 7)
    y += size * 2.2
    for index in range(count):
        x = 220 + (index % across) * 1180 / across
        if index and index % across == 0:
            y += rng.uniform(15, 18) * MM
        name = person(rng)
        box = hand(page, x, y + size, name, unseen, rng.uniform(6, 9) * MM)
        page.signatures.append(SignMark(box, name, None))
    put(page, 950, y + 16 * MM, "2026年4月9日", face, size)


def scene_free(page: DrawnPage, unseen: bool) -> None:
    """A signature with no label: below or above the printed name, in the margin, across the firm's name."""
    rng = page.rng
    face, size, y = body(page, rng.randint(3, 6))
    name = person(rng)
    where = rng.randrange(3)
    if where == 0:
        put(page, 980, y, name, face, size)
        box = hand(page, 940, y + size * 3.2, name, unseen)
        put(page, 900, y + size * 5.5, "2025年11月20日", face, size)
    elif where == 1:
        put(page, 180, y, "此致", face, size)
        put(page, 120, y + size * 1.6, "敬礼", face, size)
        box = hand(page, 980, y + size * 4, name, unseen)
        put(page, 900, y + size * 6.5, "2025年11月20日", face, size)
    else:
        put(page, 900, y, "2025年11月20日", face, size)
        box = hand(page, rng.uniform(250, 900), min(y + 42 * MM, 2180), name, unseen)
    page.signatures.append(SignMark(box, name, None))


def scene_written(page: DrawnPage, unseen: bool) -> None:
    """A letter all by hand; the name at the end in the same hand is the signature."""
    rng = page.rng
    face = rng.choice(HELD_OUT if unseen else TRAINED)
    tall = rng.uniform(5.5, 7) * MM
    colour = rng.choice(((30, 30, 35), (25, 40, 130)))
    y = 260.0
    press(page, written(rng, "投诉信", tall * 1.3, not unseen, face), (820, 180), colour)
    text = "".join(rng.choice(BODY) for _ in range(rng.randint(3, 5)))
    width = int(1250 / (tall * 1.0))
    for start in range(0, len(text), width):
        mask = written(rng, text[start : start + width], tall, not unseen, face)
        press(page, mask, (190 + mask.width / 2, y), colour)
        y += tall * 1.9
    name = person(rng)
    label = rng.choice(("", "投诉人：", "此致人："))[:4]
    x = 850.0
    if label == "投诉人：":
        mask = written(rng, label, tall, not unseen, face)
        press(page, mask, (x + mask.width / 2, y + tall * 1.5), colour)
        x += mask.width + 10
    mask = written(rng, name, tall * rng.uniform(1, 1.3), not unseen, face)
    box = press(page, mask, (x + mask.width / 2, y + tall * 1.5), colour)
    page.signatures.append(SignMark(box, name, label or None))
    mask = written(rng, f"2026年{rng.randint(1, 12)}月{rng.randint(1, 28)}日", tall, not unseen, face)
    press(page, mask, (880 + mask.width / 2, y + tall * 3.6), colour)


SCENES: dict[str, Callable[[DrawnPage, bool], None]] = {
    "seal": scene_seal,
    "cut": scene_cut,
    "overlap": scene_overlap,
    "traps": scene_traps,
    "label": scene_label,
    "joint": scene_joint,
    "free": scene_free,
    "written": scene_written,
}


def draw_scene(rng: Random, name: str, grade: str, unseen: bool) -> DrawnPage:
    """Draw a page of a scene; `unseen` takes the faces that no training and no tuning has used."""
    page = DrawnPage(rng, grade)
    SCENES[name](page, unseen)
    return page
