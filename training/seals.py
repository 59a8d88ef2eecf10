"""Seal impressions: round with ring text and star, oval, square, rectangular; worn, turned, partly printed."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training import fonts
from training.fonts import Face
from training.sheet import Box, Colour, SealTruth, Sheet

RED: Colour = (205, 30, 35)
COLOURS: dict[str, Colour] = {"red": RED, "blue": (35, 60, 165), "black": (45, 45, 45)}
SIDE = 520


@dataclass(frozen=True)
class SealDesign:
    """What a seal says and how it is printed. `partial` cuts off part of the impression."""

    ring: str
    below: str = ""
    form: str = "round"
    colour: str = "red"
    size: float = 118.0
    turn: float = 0.0
    wear: float = 0.25
    partial: bool = False

    @property
    def text(self) -> str:
        """The ring text followed by the line below."""
        return self.ring + self.below


def company_seal(rng: Random, firm: str, *, colour: str = "red", below: str | None = None) -> SealDesign:
    """Design the official seal of a firm as it comes out on a given day."""
    line = below if below is not None else rng.choice(("", "", "", "合同专用章", "业务专用章"))
    form = "oval" if rng.random() < 0.07 else "round"
    return SealDesign(
        firm,
        line,
        form,
        colour,
        rng.uniform(108, 125),
        rng.uniform(-25, 25),
        rng.uniform(0.05, 0.5),
        rng.random() < 0.08,
    )


def stamp(sheet: Sheet, rng: Random, design: SealDesign, centre: tuple[float, float]) -> Box:
    """Press a seal on the page around `centre`; note the exact ink box."""
    mask = _worn(_mask(design).rotate(design.turn, Image.Resampling.BICUBIC, expand=True), rng, design.wear)
    if design.partial:
        edge = rng.choice(("left", "right", "bottom"))
        keep = {"left": (0.35, 0, 1, 1), "right": (0, 0, 0.65, 1), "bottom": (0, 0, 1, 0.68)}[edge]
        cut = Image.new("L", mask.size, 0)
        x0, y0 = int(keep[0] * mask.width), int(keep[1] * mask.height)
        x1, y1 = int(keep[2] * mask.width), int(keep[3] * mask.height)
        cut.paste(mask.crop((x0, y0, x1, y1)), (x0, y0))
        mask = cut
    ink = mask.point(lambda v: 255 if v > 50 else 0).getbbox() or (0, 0, *mask.size)
    mask = mask.crop(ink)
    scale = design.size / SIDE
    width, height = mask.width * scale, mask.height * scale
    box = (centre[0] - width / 2, centre[1] - height / 2, centre[0] + width / 2, centre[1] + height / 2)
    picture = Image.new("RGBA", mask.size, (*COLOURS[design.colour], 0))
    picture.putalpha(mask)
    sheet.picture(box, picture)
    sheet.seals.append(SealTruth(design.text, box, design.colour, design.form, not design.partial))
    return box


def _mask(design: SealDesign) -> Image.Image:
    if design.form in ("round", "oval"):
        return _ring(design)
    return _panel(design)


def _ring(design: SealDesign) -> Image.Image:
    mask = Image.new("L", (SIDE, SIDE), 0)
    pencil = ImageDraw.Draw(mask)
    pencil.ellipse((6, 6, SIDE - 6, SIDE - 6), outline=235, width=15)
    face = fonts.faces("song")[0]
    _arc_text(mask, design.ring, face)
    middle = SIDE / 2
    if design.form == "round":
        pencil.polygon(_star(middle, middle * 0.96, 80), fill=235)
    if design.below:
        font = face.pil(52 if len(design.below) < 6 else 44)
        pencil.text(
            (middle, SIDE * (0.77 if design.form == "round" else 0.55)),
            design.below,
            font=font,
            fill=235,
            anchor="mm",
            stroke_width=1,
        )
    return mask.resize((SIDE, int(SIDE * 0.72)), Image.Resampling.LANCZOS) if design.form == "oval" else mask


def _arc_text(mask: Image.Image, text: str, face: Face) -> None:
    """Write `text` clockwise along the ring, glyph feet towards the centre."""
    size = 62 if len(text) <= 14 else max(40, int(62 * 14 / len(text)))
    span = min(290, len(text) * 21)
    step = span / max(len(text) - 1, 1)
    radius = SIDE / 2 - 30 - size / 2
    for index, character in enumerate(text):
        angle = math.radians(-90 - span / 2 + index * step)
        chosen, _ = next(fonts.runs(face, character))
        cell = Image.new("L", (110, 110), 0)
        ImageDraw.Draw(cell).text((55, 55), character, font=chosen.pil(size), fill=240, anchor="mm", stroke_width=1)
        cell = cell.resize((88, 110), Image.Resampling.LANCZOS).rotate(
            -math.degrees(angle) - 90, Image.Resampling.BICUBIC, expand=True
        )
        x, y = SIDE / 2 + radius * math.cos(angle), SIDE / 2 + radius * math.sin(angle)
        mask.paste(240, (int(x - cell.width / 2), int(y - cell.height / 2)), cell)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.382
        angle = math.radians(-90 + 36 * index)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


def _panel(design: SealDesign) -> Image.Image:
    """Draw a square name seal (text in two columns) or a rectangular stamp (lines one below the other)."""
    face = fonts.faces("kai" if design.form == "square" else "hei")[0]
    if design.form == "square":
        text = design.text
        half = math.ceil(len(text) / 2)
        rows = ["".join(pair) for pair in zip(text[:half][::1], text[half:].ljust(half), strict=True)]
        # read in columns from right to left, so the first half stands on the right
        rows = [row[1] + row[0] for row in rows]
        mask, size = Image.new("L", (SIDE, SIDE), 0), int(SIDE * 0.8 / max(half, 2))
    else:
        rows = [design.ring, design.below] if design.below else [design.ring]
        mask, size = Image.new("L", (SIDE, int(SIDE * 0.42)), 0), int(SIDE * 0.8 / max(len(r) for r in rows))
        size = min(size, 90)
    pencil = ImageDraw.Draw(mask)
    pencil.rectangle((8, 8, mask.width - 8, mask.height - 8), outline=235, width=13)
    for index, row in enumerate(rows):
        y = mask.height * (index + 1) / (len(rows) + 1) if len(rows) < 3 else mask.height * (index + 0.5) / len(rows)
        pencil.text((mask.width / 2, y), row, font=face.pil(size), fill=235, anchor="mm", stroke_width=1)
    return mask


def _worn(mask: Image.Image, rng: Random, wear: float) -> Image.Image:
    """Take ink away in large soft patches and small specks."""
    noise = np.random.default_rng(rng.randrange(2**31))
    patches = Image.fromarray(noise.integers(0, 256, (7, 7), dtype=np.uint8)).resize(
        mask.size, Image.Resampling.BICUBIC
    )
    density = 1 - wear * 0.75 * np.asarray(patches, np.float32) / 255
    specks = noise.random((mask.height, mask.width)) > wear * 0.22
    inked = np.asarray(mask, np.float32) * density * np.asarray(specks, np.float32)
    return Image.fromarray(inked.astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.9))
