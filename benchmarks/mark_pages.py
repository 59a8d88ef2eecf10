"""Pages with seals, signatures and their look-alikes, drawn apart from the generator in `training/`.

Nothing is shared with the generator but the handwriting faces: other seal artwork, other hands, other degradations, so
that `benchmarks/marks.py` also measures what the generator does not show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from benchmarks.mark_art import SealArt, face_at, scribble, seal_mask, written

Box = tuple[float, float, float, float]
DPI = 200
MM = DPI / 25.4
SIZE = (1654, 2339)
FONTS = "/usr/share/fonts"
PRINT = {
    "song": (f"{FONTS}/opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    "hei": (f"{FONTS}/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    "kai": (f"{FONTS}/truetype/arphic/ukai.ttc", 0),
    "ming": (f"{FONTS}/truetype/arphic/uming.ttc", 0),
    "zen": (f"{FONTS}/truetype/wqy/wqy-zenhei.ttc", 0),
}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "文华建国明志强丽娟秀英敏静伟芳磊洋勇艳杰涛超霞平刚桂兰玉萍红鹏斌宇浩凯欣怡子涵梓轩雨晨思远"
CITIES = ("青岩", "云泽", "海宁湾", "北辰", "南屏", "东湖口", "长河", "金沙洲")
TRADES = ("石油化工", "商品交易", "能源科技", "贸易", "投资咨询", "信息技术", "物流")
BODY = (
    "本人于二〇二五年三月在贵公司开户，交易期间客户经理多次保证收益，诱导本人频繁交易。",
    "四月十二日系统无法登录，致使持仓未能及时平仓，造成损失人民币八万六千元。",
    "本人多次致电客服热线，均未得到明确答复，接线人员态度敷衍，拒绝提供工号。",
    "现请求贵公司查明事实，赔偿损失，并对相关责任人员依规处理，书面答复本人。",
    "随信附上身份证复印件、交易明细及聊天记录截图，请予核实。",
)
GRADES = ("clean", "scan", "grey", "photo", "fax_fine", "fax_standard")


@dataclass(frozen=True)
class SealMark:
    """A seal that was pressed."""

    box: Box
    text: str
    colour: str
    shape: str


@dataclass(frozen=True)
class SignMark:
    """Ink of a hand that counts as a signature."""

    box: Box
    name: str
    anchor: str | None


@dataclass
class DrawnPage:
    """A page being drawn at 200 dpi with its truth; lines are (text, box)."""

    rng: Random
    grade: str
    picture: Image.Image = field(default_factory=lambda: Image.new("RGB", SIZE, (255, 255, 255)))
    lines: list[tuple[str, Box]] = field(default_factory=list)
    seals: list[SealMark] = field(default_factory=list)
    signatures: list[SignMark] = field(default_factory=list)
    empty_anchors: list[Box] = field(default_factory=list)
    traps: list[tuple[str, Box]] = field(default_factory=list)


def font(role: str, size: float) -> ImageFont.FreeTypeFont:
    """Return a printed face at `size` pixels."""
    path, index = PRINT[role]
    return face_at(path, size, index)


def person(rng: Random) -> str:
    """Return an invented name."""
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))


def firm(rng: Random) -> str:
    """Return an invented firm."""
    return (
        rng.choice(CITIES)
        + "".join(rng.sample("瑞鑫恒通嘉禾盛泰源丰达信", 2))
        + rng.choice(TRADES)
        + rng.choice(("有限公司", "股份有限公司", "有限责任公司"))
    )


def put(  # noqa: PLR0913
    page: DrawnPage, x: float, y: float, text: str, face: str, size: float, fill: tuple[int, int, int] = (25, 25, 25)
) -> Box:
    """Print a line with its top left at x, y."""
    pencil = ImageDraw.Draw(page.picture)
    pencil.text((x, y), text, font=font(face, size), fill=fill)
    box = tuple(float(v) for v in pencil.textbbox((x, y), text, font=font(face, size)))
    page.lines.append((text, box))  # type: ignore[arg-type]
    return box  # type: ignore[return-value]


def press(page: DrawnPage, mask: Image.Image, centre: tuple[float, float], colour: tuple[int, int, int]) -> Box:
    """Lay ink (mask, 255 is full) over the page like a transparent colour; return the box of visible ink."""
    x, y = round(centre[0] - mask.width / 2), round(centre[1] - mask.height / 2)
    layer = Image.new("L", page.picture.size, 0)
    layer.paste(mask, (x, y))
    ink = Image.composite(
        Image.new("RGB", page.picture.size, colour), Image.new("RGB", page.picture.size, (255, 255, 255)), layer
    )
    page.picture = ImageChops.multiply(page.picture, ink)
    box = layer.point(lambda v: 255 if v > 60 else 0).getbbox() or (0, 0, 0, 0)
    return tuple(float(v) for v in box)  # type: ignore[return-value]


INK = {
    "red": ((200, 20, 30), (225, 60, 50), (180, 25, 60)),
    "blue": ((40, 60, 170), (70, 60, 160)),
    "black": ((50, 50, 50), (80, 80, 80)),
}


def stamp(page: DrawnPage, art: SealArt, centre: tuple[float, float], colour: str) -> None:
    """Press a seal."""
    box = press(page, seal_mask(art, page.rng, MM), centre, page.rng.choice(INK[colour]))
    shown = "black" if page.grade in ("grey", "fax_fine", "fax_standard") else colour
    page.seals.append(SealMark(box, art.ring + art.below, shown, art.shape))


def sign(page: DrawnPage, x: float, middle: float, name: str, anchor: str | None, trained: bool = False) -> None:
    """Sign by hand from x on around the height `middle`."""
    rng = page.rng
    height = rng.uniform(6, 13) * MM
    mask = scribble(rng, len(name), height) if rng.random() < 0.3 else written(rng, name, height, trained)
    colour = rng.choice(((30, 30, 35), (15, 15, 20), (25, 40, 130), (35, 50, 160)))
    box = press(page, mask, (x + mask.width / 2, middle + rng.uniform(-2, 2) * MM), colour)
    page.signatures.append(SignMark(box, name, anchor))


def draw_letter(rng: Random, grade: str, trained: bool = False) -> DrawnPage:
    """Draw a printed letter: signed or not, sealed or not, with look-alikes."""
    page = DrawnPage(rng, grade)
    face, size = rng.choice(tuple(PRINT)), rng.uniform(11, 15) * DPI / 72
    y = _heading(page, face) + 20
    for _ in range(rng.randint(3, 7)):
        text = rng.choice(BODY) + rng.choice(BODY)
        width = int((SIZE[0] - 360) / size)
        for start in range(0, len(text), width):
            put(page, 180, y, text[start : start + width], face, size)
            y += size * 1.7
    y += size * 2
    rng.choice((_closing_signed, _closing_signed, _closing_printed, _closing_firm, _closing_empty))(
        page, face, size, y, trained
    )
    return page


def _heading(page: DrawnPage, face: str) -> float:
    rng = page.rng
    kind = rng.random()
    if kind < 0.35:  # red letterhead with a line
        put(page, 300, 150, firm(rng), "song", 76, (210, 20, 25))
        ImageDraw.Draw(page.picture).line((150, 270, SIZE[0] - 150, 270), fill=(210, 20, 25), width=rng.randint(3, 8))
        page.traps.append(("letterhead", (150, 150, SIZE[0] - 150, 275)))
    elif kind < 0.6:  # round red logo, filled or ringed, with a short name
        centre, reach = (260, 200), rng.uniform(7, 12) * MM
        pencil = ImageDraw.Draw(page.picture)
        box = (centre[0] - reach, centre[1] - reach, centre[0] + reach, centre[1] + reach)
        if rng.random() < 0.5:
            pencil.ellipse(box, fill=(205, 25, 35))
            pencil.text(centre, rng.choice("鑫恒泰"), font=font("hei", reach), fill=(255, 255, 255), anchor="mm")
        else:
            pencil.ellipse(box, outline=(205, 25, 35), width=9)
            pencil.polygon(
                [
                    (centre[0], box[1] + 15),
                    (box[2] - 30, centre[1]),
                    (centre[0], box[3] - 15),
                    (box[0] + 30, centre[1]),
                ],
                fill=(205, 25, 35),
            )
        page.traps.append(("logo", box))
        put(page, 420, 170, firm(rng), "hei", 54)
    put(page, 640, 310, rng.choice(("投诉书", "投诉信", "关于要求赔偿的函")), rng.choice(("song", "hei")), 62)
    return 430.0


def _date(page: DrawnPage, face: str, size: float, x: float, y: float) -> None:
    rng = page.rng
    text = f"{rng.randint(2023, 2026)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    if rng.random() < 0.25:
        mask = written(rng, text, 6.5 * MM, False)
        box = press(page, mask, (x + mask.width / 2, y + size / 2), (25, 25, 40))
        page.lines.append((text, box))
        page.traps.append(("written_date", box))
    else:
        put(page, x, y, text, face, size)


def _closing_signed(page: DrawnPage, face: str, size: float, y: float, trained: bool) -> None:
    rng = page.rng
    name, label = (
        person(rng),
        rng.choice(
            ("投诉人：", "投诉人（签名）：", "签字：", "投诉人签字：", "委托代理人（签名）：", "本人签名：", "")
        ),
    )
    x = rng.uniform(750, 950)
    if label:
        x = put(page, x, y, label, face, size)[2] + 14
    if rng.random() < 0.3:
        ImageDraw.Draw(page.picture).line((x, y + size * 1.15, x + 330, y + size * 1.15), fill=(30, 30, 30), width=2)
    sign(page, x, y + size / 2, name, label or None, trained)
    if rng.random() < 0.15:
        thumb = _thumb(rng)
        page.traps.append(("thumb", press(page, thumb, (x + 260, y + size / 2), (205, 45, 50))))
    _date(page, face, size, rng.uniform(850, 1000), y + size * 3)


def _closing_printed(page: DrawnPage, face: str, size: float, y: float, trained: bool) -> None:
    rng = page.rng
    x = rng.uniform(800, 950)
    label = put(page, x, y, rng.choice(("投诉人：", "投诉人（签名）：", "此致 敬礼")), face, size)
    box = put(
        page,
        label[2] + 12,
        y + rng.uniform(-3, 3),
        person(rng),
        rng.choice((face, "kai", "kai")),
        size * rng.uniform(0.95, 1.25),
    )
    page.traps.append(("printed_name", box))
    page.empty_anchors.append(label)
    _date(page, face, size, x + 60, y + size * 2.5)


def _closing_firm(page: DrawnPage, face: str, size: float, y: float, trained: bool) -> None:
    rng = page.rng
    name = firm(rng)
    y = min(y, SIZE[1] - 560)
    box = put(page, 800, y, name, face, size)
    below = rng.choice(("", "", "合同专用章", "财务专用章", "业务专用章"))
    shape = rng.choice(("round", "round", "round", "oval"))
    art = SealArt(
        name,
        below,
        shape,
        rng.uniform(38, 46),
        rng.choice((0.0, rng.uniform(-30, 30), rng.uniform(-180, 180))),
        rng.uniform(0, 0.5),
    )
    stamp(
        page,
        art,
        (box[0] + rng.uniform(150, 400), y + rng.uniform(20, 120)),
        rng.choice(("red", "red", "red", "blue", "black")),
    )
    boss = person(rng)
    label = put(page, 250, y + size * 4, "法定代表人（签字）：", face, size)
    if rng.random() < 0.75:
        sign(page, label[2] + 15, y + size * 4.5, boss, "法定代表人（签字）：", trained)
    else:
        page.empty_anchors.append(label)
    if rng.random() < 0.35:
        square = SealArt(
            boss + ("印" if len(boss) == 3 else "之印"),
            "",
            "square",
            rng.uniform(14, 20),
            rng.uniform(-10, 10),
            rng.uniform(0, 0.4),
            rng.random() < 0.3,
        )
        stamp(page, square, (label[2] + 420, y + size * 4.5), "red")
    _date(page, face, size, 850, y + size * 3)


def _closing_empty(page: DrawnPage, face: str, size: float, y: float, trained: bool) -> None:
    label = put(page, 250, y, "投诉人（签字）：" + "_" * page.rng.choice((0, 12)), face, size)
    page.empty_anchors.append(label)
    if "_" not in page.lines[-1][0]:
        ImageDraw.Draw(page.picture).line(
            (label[2] + 5, y + size * 1.2, label[2] + 400, y + size * 1.2), fill=(40, 40, 40), width=2
        )
    put(page, 1050, y, "日期：    年    月    日", face, size)
    circle = page.rng.random()
    if circle < 0.4:  # a circle drawn round a word with a red pen
        box = (400, 560, 760 + page.rng.uniform(-60, 60), 760)
        ImageDraw.Draw(page.picture).ellipse(box, outline=(215, 30, 40), width=5)
        page.traps.append(("pen_circle", box))
    elif circle < 0.7:
        ImageDraw.Draw(page.picture).line((200, 640, 900, 652), fill=(215, 30, 40), width=5)


def _thumb(rng: Random) -> Image.Image:
    side = round(22 * MM)
    ys, xs = np.mgrid[0:side, 0:side] / side * 2 - 1
    arches = np.sin(38 * np.hypot(xs * 1.1, ys + 0.3) + 2 * np.sin(4 * xs)) > -0.3
    inside = (xs / 0.62) ** 2 + (ys / 0.85) ** 2 < 1
    grain = np.random.default_rng(rng.randrange(2**31)).random((side, side)) > 0.2
    return Image.fromarray(cv2.GaussianBlur((arches & inside & grain).astype(np.uint8) * 220, (3, 3), 0))
