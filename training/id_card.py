"""Copies of resident ID cards: front, back, both on one page, in colour or as a photocopy."""

import datetime as dt
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training import fonts
from training.personas import Person
from training.sheet import Box, Colour, Pen, Sheet, union, wrap

# ID-1 card: 85.6 mm by 54 mm, in points
CARD = (242.6, 153.0)
LABEL: Colour = (60, 100, 160)
INK: Colour = (25, 25, 25)


def id_copy(
    rng: Random, person: Person, sides: tuple[str, ...] = ("front", "back"), *, kind: str = "id_card_copy"
) -> Sheet:
    """Copy the given sides (front, back) of a person's ID card on one page."""
    sheet = Sheet(kind, id_sides=sides)
    colour = rng.random() < 0.5
    scale = rng.choice((1.0, 1.0, 1.25, 1.5))
    width, height = CARD[0] * scale, CARD[1] * scale
    side_by_side = len(sides) == 2 and scale == 1.0 and rng.random() < 0.3
    x, y = (sheet.width - width) / 2 + rng.uniform(-30, 30), rng.uniform(90, 180)
    if side_by_side:
        x = (sheet.width - 2 * width - 14) / 2
    order = sides[::-1] if len(sides) == 2 and rng.random() < 0.2 else sides
    for index, side in enumerate(order):
        left = x + index * (width + 14) if side_by_side else x + rng.uniform(-12, 12) * bool(index)
        top = y if side_by_side else y + index * (height + rng.uniform(20, 60))
        draw = _front if side == "front" else _back
        draw(sheet, rng, person, (left, top, left + width, top + height), colour)
    if rng.random() < 0.5:
        _remark(sheet, rng, person)
    return sheet


def card_only(rng: Random, person: Person, side: str, *, kind: str = "id_card_copy") -> Sheet:
    """Show one side filling the picture, as a phone photo of the card does."""
    scale, edge = 2.0, rng.uniform(6, 26)
    sheet = Sheet(kind, CARD[0] * scale + 2 * edge, CARD[1] * scale + 2 * edge, (215, 212, 205), (side,))
    box = (edge, edge, edge + CARD[0] * scale, edge + CARD[1] * scale)
    (_front if side == "front" else _back)(sheet, rng, person, box, True)
    return sheet


def draw_side(sheet: Sheet, rng: Random, person: Person, side: str, box: Box, colour: bool) -> None:
    """Draw the front or the back of a person's card in a box."""
    (_front if side == "front" else _back)(sheet, rng, person, box, colour)


def _ground(sheet: Sheet, rng: Random, box: Box, colour: bool) -> None:
    """Lay the card's tinted ground with fine waves."""
    width, height = 600, 378
    ys, xs = np.mgrid[0:height, 0:width]
    waves = np.sin(xs / 9 + 5 * np.sin(ys / 40)) + np.sin(ys / 7 + 4 * np.sin(xs / 60))
    tint = np.array((224, 236, 244) if colour else (235, 235, 235), np.float32)
    pixels = np.clip(tint + 5 * waves[..., None], 0, 255).astype(np.uint8)
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), 22, fill=255)
    picture = Image.fromarray(pixels).convert("RGBA")
    picture.putalpha(mask)
    sheet.picture(box, picture)
    if rng.random() < 0.5:
        sheet.frame(box, 0.4, (150, 150, 150))


def _front(sheet: Sheet, rng: Random, person: Person, box: Box, colour: bool) -> None:
    _ground(sheet, rng, box, colour)
    x0, y0, x1, _ = box
    unit = (x1 - x0) / CARD[0]
    label = Pen(fonts.faces("hei")[0], 8 * unit, LABEL if colour else (95, 95, 95))
    value = Pen(fonts.faces("hei")[0], 10 * unit, INK)
    left, mid = x0 + 18 * unit, x0 + 47 * unit

    def put(dx: float, dy: float, text: str, field: tuple[str, str] | None = None) -> Box:
        got = sheet.text(mid + dx * unit, y0 + dy * unit, text, value, note=True)
        if field:
            sheet.field(field[0], field[1], text, got)
        return got

    for dy, text in ((27, "姓名"), (47, "性别"), (66, "出生"), (86, "住址"), (135, "公民身份号码")):
        sheet.text(left, y0 + dy * unit, text, label)
    put(0, 27, person.name, ("complainant_name", person.name))
    put(0, 47, person.gender, ("complainant_gender", person.gender))
    sheet.text(mid + 32 * unit, y0 + 47 * unit, "民族", label)
    put(58, 47, person.nation, ("complainant_ethnicity", person.nation))
    _birth(sheet, (mid, y0 + 66 * unit), person.birth, value, label)
    boxes = [put(0, 86 + 13.5 * i, line) for i, line in enumerate(wrap(person.id_address, value, 112 * unit))]
    sheet.field("complainant_address", person.id_address, person.id_address, union(boxes))
    number = Pen(value.face, 11 * unit, INK)
    got = sheet.text(x0 + 82 * unit, y0 + 135 * unit, person.id_no, number)
    sheet.field("complainant_id_no", person.id_no, person.id_no, got)
    sheet.picture((x0 + 165 * unit, y0 + 22 * unit, x0 + 228 * unit, y0 + 104 * unit), _portrait(rng, colour))


def _birth(sheet: Sheet, place: tuple[float, float], birth: dt.date, value: Pen, label: Pen) -> None:
    x, y = place
    boxes = []
    for number, sign in ((birth.year, "年"), (birth.month, "月"), (birth.day, "日")):
        boxes.append(sheet.text(x, y, str(number), value))
        boxes.append(sheet.text(boxes[-1][2] + 2, y, sign, label))
        x = boxes[-1][2] + 4
    written = f"{birth.year}年{birth.month}月{birth.day}日"
    sheet.field("complainant_birth_date", birth.isoformat(), written, union(boxes))


def _back(sheet: Sheet, rng: Random, person: Person, box: Box, colour: bool) -> None:
    _ground(sheet, rng, box, colour)
    x0, y0, x1, _ = box
    unit = (x1 - x0) / CARD[0]
    title = Pen(fonts.faces("bold")[0], 17 * unit, INK)
    for dy, text, size in ((34, "中华人民共和国", 13.0), (60, "居民身份证", 19.0)):
        pen = title.sized(size * unit)
        sheet.text(x0 + 76 * unit, y0 + dy * unit, text, pen)
    sheet.picture((x0 + 18 * unit, y0 + 14 * unit, x0 + 62 * unit, y0 + 60 * unit), _emblem(colour))
    label = Pen(fonts.faces("hei")[0], 8 * unit, INK)
    value = Pen(fonts.faces("hei")[0], 9 * unit, INK)
    sheet.text(x0 + 54 * unit, y0 + 113 * unit, "签发机关", label)
    got = sheet.text(x0 + 96 * unit, y0 + 113 * unit, person.id_authority, value)
    sheet.field("id_authority", person.id_authority, person.id_authority, got)
    sheet.text(x0 + 54 * unit, y0 + 134 * unit, "有效期限", label)
    start, end = person.id_valid_from.strftime("%Y.%m.%d"), person.id_valid_until
    raw = end if end == "长期" else end.replace("-", ".")
    left = x0 + 96 * unit
    whole = sheet.text(left, y0 + 134 * unit, f"{start}-{raw}", value)
    split = left + value.width(start + "-")
    sheet.field("id_valid_from", person.id_valid_from.isoformat(), start, (left, whole[1], split, whole[3]))
    sheet.field("id_valid_until", end, raw, (split, whole[1], whole[2], whole[3]))


def _portrait(rng: Random, colour: bool) -> Image.Image:
    """Draw a faceless bust in place of a photograph."""
    picture = Image.new("RGB", (252, 328), (222, 230, 238))
    pencil = ImageDraw.Draw(picture)
    skin, hair, coat = (206, 176, 152), (40, 34, 32), rng.choice(((50, 60, 80), (70, 70, 70), (110, 40, 50)))
    pencil.ellipse((20, 232, 232, 460), fill=coat)
    pencil.rectangle((104, 190, 148, 250), fill=skin)
    pencil.ellipse((70, 60, 182, 214), fill=skin)
    pencil.chord((62, 44, 190, 190), 180 + rng.uniform(-8, 0), 360 + rng.uniform(0, 8), fill=hair)
    picture = picture.filter(ImageFilter.GaussianBlur(4))
    return picture if colour else picture.convert("L").convert("RGB")


def _emblem(colour: bool) -> Image.Image:
    """Draw a plain red disc with a ring in place of the national emblem."""
    red = (205, 50, 45, 230) if colour else (90, 90, 90, 230)
    picture = Image.new("RGBA", (220, 230), (0, 0, 0, 0))
    pencil = ImageDraw.Draw(picture)
    pencil.ellipse((10, 5, 210, 205), outline=red, width=22)
    pencil.ellipse((58, 48, 162, 152), fill=red)
    pencil.rectangle((60, 190, 160, 225), fill=red)
    return picture


def _remark(sheet: Sheet, rng: Random, person: Person) -> None:
    """Write the usual remark of purpose below the card."""
    pen = Pen(fonts.choose(rng, "song", "hei"), 12)
    y = sheet.height - rng.uniform(120, 220)
    text = rng.choice(
        ("此复印件仅用于办理投诉事宜，再次复印无效。", "与原件核对无误。", "身份证复印件", "仅供投诉使用")
    )
    if sheet.kind == "legal_rep_id_copy" and rng.random() < 0.7:
        text = "法定代表人身份证复印件"
    sheet.centred(y, text, pen)
