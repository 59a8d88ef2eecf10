"""Copies of ID cards as people really lay them on the glass: turned, two persons' on one page, stamped over, framed.

Every card is drawn on a small sheet of its own and laid on the page as a picture, so that it can lie at any angle.
"""

from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from training import fonts, raster
from training.id_card import CARD, draw_side
from training.personas import Person
from training.sheet import Box, Colour, FieldTruth, LineTruth, Sheet

DRAWN_DPI = 300
REMARKS = (
    "仅供投诉使用再次复印无效",
    "仅供办理投诉事宜使用，他用无效",
    "此件仅用于投诉，复印无效",
    "仅限本次业务办理",
    "专供核实身份之用",
    "再复印无效",
    "仅用于向交易所投诉，不得他用",
    "本复印件与原件一致",
    "只用于开户",
)
NEAT_ANGLES = (0, 0, 0, 90, 180, 270)


@dataclass(frozen=True)
class CardPlan:
    """One side of one person's card: turned clockwise by `angle` degrees, `scale` times its true size."""

    person: Person
    side: str
    angle: int = 0
    scale: float = 1.0


@dataclass(frozen=True)
class Look:
    """How the copy looks: colour, a black border around every card, a remark written over it."""

    colour: bool = True
    bordered: bool = False
    remark: str = ""
    pale: bool = False


def lay_cards(rng: Random, plans: list[CardPlan], look: Look, *, kind: str = "id_card_copy") -> Sheet:
    """Lay cards on one page, in one column or in two."""
    sheet = Sheet(kind, id_sides=tuple(dict.fromkeys(p.side for p in plans)))
    columns = 2 if len(plans) > 2 or (len(plans) == 2 and rng.random() < 0.25) else 1
    widest = (sheet.width - 50 - 14 * (columns - 1)) / columns
    y = rng.uniform(60, 140)
    for start in range(0, len(plans), columns):
        row = plans[start : start + columns]
        pictures = [_picture(rng, plan, look, widest) for plan in row]
        widths, heights = zip(*(size for _, size, _ in pictures), strict=True)
        x = (sheet.width - sum(widths) - 14 * (len(row) - 1)) / 2
        for image, (width, height), truth in pictures:
            place = (x, y, x + width, y + height)
            _lay(sheet, place, image, truth)
            if look.remark:
                _write_over(sheet, rng, place, look.remark)
            x += width + 14
        y += max(heights) + rng.uniform(14, 46)
    return sheet


Picture = tuple[Image.Image, tuple[float, float], Sheet]


def _picture(rng: Random, plan: CardPlan, look: Look, widest: float) -> Picture:
    """Draw one card; return its pixels, its size on the page in points, and its marks turned as it lies."""
    edge = rng.uniform(3, 9) if look.bordered else 0.0
    width, height = CARD[0] + 2 * edge, CARD[1] + 2 * edge
    own = Sheet("card", width, height, (28, 28, 28) if look.bordered else (255, 255, 255))
    own.fill((edge, edge, width - edge, height - edge), (255, 255, 255))
    draw_side(own, rng, plan.person, plan.side, (edge, edge, width - edge, height - edge), look.colour)
    image = raster.draw(own, DRAWN_DPI)
    if look.pale:
        image = Image.blend(image, Image.new("RGB", image.size, (236, 236, 236)), rng.uniform(0.4, 0.65))
    image = image.rotate(-plan.angle, expand=True)
    across = (height, width) if plan.angle in (90, 270) else (width, height)
    scale = min(plan.scale, widest / across[0])
    turned = Sheet("card", *across)
    turned.fields = [FieldTruth(f.name, f.value, f.raw, _turned(f.box, plan.angle, own)) for f in own.fields]
    turned.lines = [LineTruth(ln.text, _turned(ln.box, plan.angle, own)) for ln in own.lines]
    return image, (across[0] * scale, across[1] * scale), turned


def _turned(box: Box, angle: int, sheet: Sheet) -> Box:
    """Return a box after its sheet was turned clockwise."""
    x0, y0, x1, y1 = box
    if angle == 90:
        return (sheet.height - y1, x0, sheet.height - y0, x1)
    if angle == 180:
        return (sheet.width - x1, sheet.height - y1, sheet.width - x0, sheet.height - y0)
    return (y0, sheet.width - x1, y1, sheet.width - x0) if angle == 270 else box


def _lay(sheet: Sheet, place: Box, image: Image.Image, truth: Sheet) -> None:
    sheet.picture(place, image)
    scale = (place[2] - place[0]) / truth.width

    def moved(box: Box) -> Box:
        x0, y0, x1, y1 = (v * scale for v in box)
        return (place[0] + x0, place[1] + y0, place[0] + x1, place[1] + y1)

    sheet.fields += [FieldTruth(f.name, f.value, f.raw, moved(f.box)) for f in truth.fields]
    sheet.lines += [LineTruth(ln.text, moved(ln.box)) for ln in truth.lines]


def _write_over(sheet: Sheet, rng: Random, place: Box, remark: str) -> None:
    """Write a remark over a card, mostly aslant, as stamps, pens and watermark apps do."""
    colour: Colour = rng.choice(((200, 30, 30), (40, 60, 170), (120, 120, 120), (60, 60, 60)))
    strength = rng.randrange(70, 190) if rng.random() < 0.7 else 235
    face = fonts.choose(rng, "hei", "song", "kai") if rng.random() < 0.7 else fonts.choose_hand(rng)
    width, height = place[2] - place[0], place[3] - place[1]
    size = 1.02 * width / max(len(remark), 8) * rng.uniform(0.7, 1.1)
    font = face.pil(round(size * 4))
    text = Image.new("RGBA", (round(font.getlength(remark)) + 20, round(size * 6)), (0, 0, 0, 0))
    ImageDraw.Draw(text).text((10, text.height / 2), remark, font=font, fill=(*colour, strength), anchor="lm")
    angle = rng.choice((0, rng.uniform(8, 38), rng.uniform(8, 38), -rng.uniform(8, 30)))
    text = text.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    across, down = text.width / 4, text.height / 4
    shrink = min(1.0, 1.1 * width / across)
    across, down = across * shrink, down * shrink
    for _ in range(rng.choice((1, 1, 2))):
        x = place[0] + (width - across) / 2 + rng.uniform(-0.1, 0.1) * width
        y = place[1] + rng.uniform(0, max(height - down, 1))
        sheet.picture((x, y, x + across, y + down), text)


def varied_plan(rng: Random, people: list[Person]) -> tuple[list[CardPlan], Look]:
    """Choose what lies on a page: both sides of one or two persons, some turned, some stamped over or pale."""
    count = 2 if len(people) > 1 and rng.random() < 0.3 else 1
    sides = rng.choice((("front", "back"), ("front", "back"), ("front", "back"), ("back", "front"), ("front",)))
    scale = rng.choice((1.0, 1.0, 1.25, 1.6))
    habit = rng.random()
    page_angle = rng.choice(NEAT_ANGLES)
    plans = []
    for person in people[:count]:
        for side in sides:
            angle = page_angle if habit < 0.6 else rng.choice(NEAT_ANGLES)
            plans.append(CardPlan(person, side, angle, scale))
    look = Look(
        colour=rng.random() < 0.5,
        bordered=rng.random() < 0.25,
        remark=rng.choice(REMARKS) if rng.random() < 0.45 else "",
        pale=rng.random() < 0.15,
    )
    return plans, look
