"""Signatures, thumbprints: pictures with transparency, made of handwriting faces or drawn strokes."""

from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from training import fonts
from training.sheet import Box, Colour, Sheet, SignatureTruth

INKS: tuple[Colour, ...] = ((25, 25, 30), (20, 20, 28), (28, 44, 120), (20, 30, 150), (45, 45, 60))
EM = 160


def sign(sheet: Sheet, rng: Random, name: str, place: tuple[float, float], size: float) -> Box:
    """Sign with `name`, left end and base line at `place`, about `size` points high; note the exact ink box."""
    ink = signature(rng, name)
    width = size * ink.width / ink.height
    x, y = place
    box = (x, y - size * 0.8, x + width, y + size * 0.2)
    sheet.picture(box, ink)
    sheet.signatures.append(SignatureTruth(name, box))
    return box


def signature(rng: Random, name: str) -> Image.Image:
    """Return a signature, cropped to its ink."""
    found = fonts.faces("hand")
    mask = _written(rng, name) if found else _strokes(rng, name)
    mask = _slant(mask, rng.uniform(-0.1, 0.35), rng.uniform(-7, 4))
    mask = _uneven(mask, rng)
    box = mask.point(lambda v: 255 if v > 60 else 0).getbbox() or (0, 0, *mask.size)
    mask = mask.crop(box)
    out = Image.new("RGBA", mask.size, (*rng.choice(INKS), 0))
    out.putalpha(mask)
    return out


def thumbprint(sheet: Sheet, rng: Random, centre: tuple[float, float]) -> None:
    """Press a red thumb on the page; not a seal and not a signature."""
    side = 120
    ys, xs = np.mgrid[0:side, 0:side] / side - 0.5
    inside = (xs / 0.38) ** 2 + (ys / 0.48) ** 2 < 1
    ridges = (
        np.sin(70 * np.hypot(xs + rng.uniform(-0.1, 0.1), ys * 0.8 + rng.uniform(-0.1, 0.2)) + 4 * np.sin(5 * xs))
        > -0.2
    )
    noise = np.random.default_rng(rng.randrange(2**31)).random((side, side)) > 0.18
    alpha = Image.fromarray((inside & ridges & noise).astype(np.uint8) * 190).filter(ImageFilter.GaussianBlur(0.8))
    out = Image.new("RGBA", alpha.size, (200, 40, 45, 0))
    out.putalpha(alpha)
    x, y = centre
    sheet.picture((x - 16, y - 20, x + 16, y + 20), out)


def _written(rng: Random, name: str) -> Image.Image:
    face = rng.choice(fonts.faces("hand"))
    step = rng.uniform(0.72, 1.0)
    mask = Image.new("L", (int(EM * (len(name) * step + 1.5)), int(EM * 1.9)), 0)
    cursor = EM * 0.3
    for character in name:
        chosen, _ = next(fonts.runs(face, character))
        size = int(EM * rng.uniform(0.85, 1.12))
        cell = Image.new("L", (EM * 2, int(EM * 1.9)), 0)
        ImageDraw.Draw(cell).text(
            (EM * 0.2, EM * 1.3 + rng.uniform(-8, 8)), character, font=chosen.pil(size), fill=255, anchor="ls"
        )
        cell = cell.rotate(rng.uniform(-6, 6), Image.Resampling.BICUBIC)
        mask.paste(255, (int(cursor - EM * 0.2), 0), cell)
        cursor += chosen.width(character) * size * step
    return mask


def _strokes(rng: Random, name: str) -> Image.Image:
    """Scribble a signature of curved strokes, one cluster per character."""
    mask = Image.new("L", (int(EM * (len(name) + 1)), int(EM * 1.6)), 0)
    pencil = ImageDraw.Draw(mask)
    for index in range(len(name)):
        left = EM * (0.3 + index * 0.9)
        for _ in range(rng.randrange(4, 8)):
            knots = [(left + rng.uniform(0, EM * 0.9), EM * rng.uniform(0.3, 1.3)) for _ in range(4)]
            pencil.line(_bezier(knots), fill=255, width=rng.randrange(4, 9), joint="curve")
    return mask


def _bezier(knots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    steps = np.linspace(0, 1, 24)[:, None]
    p = np.array(knots)
    curve = (
        (1 - steps) ** 3 * p[0]
        + 3 * (1 - steps) ** 2 * steps * p[1]
        + 3 * (1 - steps) * steps**2 * p[2]
        + steps**3 * p[3]
    )
    return [(float(x), float(y)) for x, y in curve]


def _slant(mask: Image.Image, shear: float, turn: float) -> Image.Image:
    width = int(mask.width + abs(shear) * mask.height)
    shift = shear * mask.height if shear > 0 else 0.0
    slanted = mask.transform(
        (width, mask.height), Image.Transform.AFFINE, (1, shear, -shift, 0, 1, 0), Image.Resampling.BICUBIC
    )
    return slanted.rotate(turn, Image.Resampling.BICUBIC, expand=True)


def _uneven(mask: Image.Image, rng: Random) -> Image.Image:
    noise = np.random.default_rng(rng.randrange(2**31))
    coarse = Image.fromarray(noise.integers(170, 256, (6, 14), dtype=np.uint8)).resize(
        mask.size, Image.Resampling.BICUBIC
    )
    return Image.fromarray((np.asarray(mask, np.float32) * np.asarray(coarse, np.float32) / 255).astype(np.uint8))
