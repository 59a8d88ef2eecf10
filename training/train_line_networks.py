"""Train the two small networks that look at single lines; needs torch (`pip install torch`, CPU is enough).

``python -m training.train_line_networks draw --out FOLDER`` draws the crops, ``… hand`` and ``… digits`` train, write
the ONNX files beside their readers in extractors/reading/ and print the figures of the model cards.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from extractors.reading.hand import STEP as HAND_STEP
from extractors.reading.second_reader import ALPHABET, OTHER
from training.line_crops import HEIGHT, Crop, line_crop
from training.line_texts import digit_line, mixed_line

WIDEST = 1024


def draw(out: Path, count: int, seed: int, kind: str, *, apart: bool) -> None:
    """Draw ``count`` crops of a kind (hand, digits) into one file."""
    rng = Random(f"{kind}-{seed}-{apart}")
    text = mixed_line if kind == "hand" else digit_line
    pixels: list[NDArray[np.uint8]] = []
    marks: list[list[tuple[str, float, float, bool]]] = []
    while len(pixels) < count:
        crop = line_crop(rng, text(rng), apart=apart)
        if 24 <= crop.pixels.shape[1] <= WIDEST and crop.characters:
            pixels.append(crop.pixels)
            marks.append(list(crop.characters))
    widths = np.array([p.shape[1] for p in pixels])
    np.savez_compressed(out, strip=np.concatenate(pixels, axis=1), widths=widths, marks=json.dumps(marks))


def load(paths: list[Path]) -> list[Crop]:
    """Return the crops of several files."""
    crops = []
    for path in paths:
        kept = np.load(path)
        edges = np.cumsum(kept["widths"])[:-1]
        pixels = np.split(kept["strip"], edges, axis=1)
        marks = json.loads(str(kept["marks"]))
        crops += [Crop(p, tuple((c, a, b, h) for c, a, b, h in m)) for p, m in zip(pixels, marks, strict=True)]
    return crops


def hand_labels(crop: Crop, width: int) -> NDArray[np.int64]:
    """Return 1 (hand), 0 (print) or -1 (nothing there) for every output of the first network."""
    labels = np.full(width // HAND_STEP, -1, np.int64)
    for _, left, right, hand in crop.characters:
        labels[int(left // HAND_STEP) : int(right // HAND_STEP) + 1] = int(hand)
    return labels


def digit_labels(crop: Crop) -> list[int]:
    """Return the classes of the signs of a crop, other signs in a row as one."""
    classes: list[int] = []
    for sign, *_ in crop.characters:
        found = ALPHABET.find(sign.upper()) + 1 or OTHER
        if found != OTHER or not classes or classes[-1] != OTHER:
            classes.append(found)
    return classes


def padded(crops: list[Crop], step: int) -> NDArray[np.float32]:
    """Return crops of one batch, shape (n, 1, 48, width), scaled to -1 (black) to 1 (white)."""
    width = -(-max(c.pixels.shape[1] for c in crops) // step) * step
    batch = np.full((len(crops), 1, HEIGHT, width), 255, np.uint8)
    for row, crop in zip(batch, crops, strict=True):
        row[0, :, : crop.pixels.shape[1]] = crop.pixels
    return batch.astype(np.float32) / 127.5 - 1.0


def main() -> int:
    """Draw or train as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.train_line_networks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("--out", type=Path, required=True)
    drawing.add_argument("--kind", choices=("hand", "digits"), required=True)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--count", type=int, default=2000)
    drawing.add_argument("--apart", action="store_true")
    for name in ("hand", "digits"):
        command = commands.add_parser(name)
        command.add_argument("--crops", type=Path, required=True, help="folder of drawn files")
        command.add_argument("--minutes", type=float, default=15)
    given = parser.parse_args()
    if given.command == "draw":
        given.out.mkdir(parents=True, exist_ok=True)
        name = f"{given.kind}-{'apart' if given.apart else 'train'}-{given.seed}.npz"
        draw(given.out / name, given.count, given.seed, given.kind, apart=given.apart)
        return 0
    from training.line_networks import train

    train(given.command, given.crops, given.minutes)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
