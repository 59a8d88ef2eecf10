"""Draw a sheet as pixels."""

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from training.sheet import FillMark, Mark, PictureMark, RuleMark, Sheet, TextMark


def draw(sheet: Sheet, dpi: int) -> Image.Image:
    """Return the sheet as an RGB image at `dpi` dots per inch."""
    scale = dpi / 72
    page = Image.new("RGB", (round(sheet.width * scale), round(sheet.height * scale)), sheet.paper)
    for mark in sheet.marks:
        _draw_mark(page, mark, scale)
    return page


def _draw_mark(page: Image.Image, mark: Mark, scale: float) -> None:
    pencil = ImageDraw.Draw(page)
    match mark:
        case TextMark() if mark.jitter:
            _draw_hand(page, mark, scale)
        case TextMark():
            font = mark.face.pil(max(round(mark.size * scale), 1))
            pencil.text((mark.x * scale, mark.y * scale), mark.text, font=font, fill=mark.colour, anchor="ls")
        case RuleMark():
            width = max(round(mark.width * scale), 1)
            ends = [tuple(v * scale for v in mark.start), tuple(v * scale for v in mark.end)]
            pencil.line(ends, fill=mark.colour, width=width)
        case FillMark():
            pencil.rectangle(tuple(v * scale for v in mark.box), fill=mark.colour)
        case PictureMark():
            _lay_over(page, mark, scale)


def _draw_hand(page: Image.Image, mark: TextMark, scale: float) -> None:
    """Write character by character, each a little off its place, size and angle."""
    noise = np.random.default_rng(mark.seed)
    cursor = mark.x * scale
    drift = 0.0
    for character in mark.text:
        size = mark.size * scale * (1 + mark.jitter * noise.normal(0, 0.05))
        font = mark.face.pil(max(round(size), 4))
        drift = 0.8 * drift + mark.jitter * noise.normal(0, 0.02) * size
        side = int(size * 1.7)
        ink = Image.new("L", (side, side), 0)
        ImageDraw.Draw(ink).text(
            (size * 0.3, size * 1.15), character, font=font, fill=int(noise.integers(205, 256)), anchor="ls"
        )
        ink = ink.rotate(mark.jitter * noise.normal(0, 2.2), Image.Resampling.BICUBIC)
        place = (round(cursor - size * 0.3), round(mark.y * scale - size * 1.15 + drift))
        page.paste(Image.new("RGB", ink.size, mark.colour), place, ink)
        cursor += (mark.face.width(character) + mark.tracking) * mark.size * scale


def _lay_over(page: Image.Image, mark: PictureMark, scale: float) -> None:
    x0, y0, x1, y1 = (round(v * scale) for v in mark.box)
    picture = mark.image.convert("RGBA").resize((max(x1 - x0, 1), max(y1 - y0, 1)), Image.Resampling.LANCZOS)
    under = page.crop((x0, y0, x1, y1))
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(picture, (0, 0), picture)
    page.paste(ImageChops.multiply(under, white), (x0, y0))
