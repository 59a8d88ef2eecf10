"""The look of one paper: which pens write labels, values and headings, with which separators and margins."""

from dataclasses import dataclass
from random import Random

from training import fonts, ink
from training.sheet import BLACK, Pen


@dataclass(frozen=True)
class Look:
    """Pens and habits of one paper."""

    title: Pen
    label: Pen
    value: Pen
    notice: Pen
    separator: str
    margin: float
    handwritten: bool


def make_look(rng: Random, *, hand: bool | None = None, size: float | None = None) -> Look:
    """Choose a look; `hand` forces values to be handwritten or printed."""
    base = size or rng.choice((10.5, 10.5, 11, 12))
    written = rng.random() < 0.4 if hand is None else hand
    label = Pen(fonts.choose(rng, "song", "song", "hei", "kai"), base)
    return Look(
        title=Pen(fonts.choose(rng, "bold", "bold", "song", "kai"), rng.choice((18, 20, 22))),
        label=label,
        value=hand_pen(rng, base + 2) if written else Pen(fonts.choose(rng, "song", "kai", "hei"), base),
        notice=label.sized(base - 1.5),
        separator=rng.choice(("：", "：", ":", "： ", " ")),
        margin=rng.uniform(52, 84),
        handwritten=written,
    )


def hand_pen(rng: Random, size: float) -> Pen:
    """Return a pen in somebody's hand."""
    face = fonts.choose_hand(rng)
    # the brush faces draw small in their em box
    factor = 1.12 if face.name in ("ma-shan-zheng", "long-cang", "zhi-mang-xing") else 1.0
    colour = rng.choice(ink.INKS) if rng.random() < 0.9 else BLACK
    return Pen(face, size * factor, colour, rng.uniform(0.5, 1.1), rng.randrange(1, 2**20), rng.uniform(0, 0.12))
