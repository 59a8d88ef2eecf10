"""The errors that cost most, for a person to look at: accepted and wrong first, then by how sure the machine was."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2

from benchmarks.reading.juanzong import Understood
from benchmarks.reading.scores import Outcome
from domain.base import BBox
from domain.errors import InputFileError
from extractors.reading.file_types import describe_file
from extractors.reading.reader import render_upright

_SHOWN = 40
_MARGIN = 0.02


def worst(outcomes: Iterable[Outcome], count: int) -> list[Outcome]:
    """Return the worst errors: accepted, then given with a high probability, then missed."""
    wrong = [o for o in outcomes if not o.right]
    return sorted(wrong, key=_cost)[:count]


def _cost(outcome: Outcome) -> tuple[bool, bool, float, str, str]:
    given = outcome.given
    sure = (given.probability or 0.0) if given else 0.0
    return (not outcome.accepted, given is None, -sure, outcome.file, outcome.name)


def describe(outcome: Outcome) -> str:
    """Return one line: file, page, row, field, truth, reading, probability."""
    given = outcome.given
    truth = " or ".join(_short(t) for t in outcome.truth) or "(not stated)"
    page = given.page if given else outcome.place[0] if outcome.place else 0
    place = f"{outcome.file} p{page} [{outcome.row}, {outcome.kind}] {outcome.name}"
    if given is None:
        return f"MISSED {place}: {truth}"
    sure = f"{given.probability:.3f}" if given.probability is not None else "?"
    head = "WRONG, ACCEPTED" if outcome.accepted else "wrong"
    return f"{head} {place}: {truth} -> {_short(given.value)} ({sure})"


def _short(text: str) -> str:
    bare = text.replace("\n", "")
    return bare if len(bare) <= _SHOWN else f"{bare[: _SHOWN - 12]}…{bare[-10:]}"


def write_crops(folder: Path, outcomes: list[Outcome], files: dict[str, tuple[Path, Understood]]) -> int:
    """Write the place of every error as a PNG; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for number, outcome in enumerate(outcomes, 1):
        path, understood = files[outcome.file]
        spots = [(outcome.given.page, outcome.given.box)] if outcome.given and outcome.given.box else []
        spots += [outcome.place] if outcome.place else []
        for what, (page, box) in zip(("read", "true") if len(spots) > 1 else ("place",), spots, strict=False):
            name = f"{number:03d}_{outcome.name}_{what}.png"
            written += _write_crop(folder / name, path, understood, page, box)
    return written


def _write_crop(target: Path, path: Path, understood: Understood, page: int, box: BBox) -> bool:
    reading = understood.readings.get(page)
    if reading is None:
        return False
    try:
        image = render_upright(path, describe_file(path).media_type, page, reading.read.page)
    except InputFileError:
        return False
    height, width = image.shape[:2]
    x0, x1 = (round(width * min(max(v, 0.0), 1.0)) for v in (box[0] - _MARGIN, box[2] + _MARGIN))
    y0, y1 = (round(height * min(max(v, 0.0), 1.0)) for v in (box[1] - _MARGIN, box[3] + _MARGIN))
    return bool(x1 > x0 and y1 > y0 and cv2.imwrite(str(target), image[y0:y1, x0:x1]))
