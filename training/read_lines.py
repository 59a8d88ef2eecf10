"""Read many single lines (numbers, names) as the product reads lines: evidence on how well their signs are read.

``python -m training.read_lines --out FILE --count N``. A page costs a second, a line 30 milliseconds: only so can there
be thousands of identity numbers, by hand and in print, well and badly scanned.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np

from domain.evidence import Check
from domain.fields import FieldType
from domain.normal import normal_form
from extractors.reading.lines import build_lines
from extractors.reading.ocr import LineOcr
from extractors.reading.settings import ReadingSettings
from extractors.values.confidence import Reading, Source, Witness, witness_of
from training import names, numbers
from training.line_crops import HEIGHT, NARROWING, line_crop

_CHECKED = frozenset({"id_number_check_digit", "uscc_check_digit"})
_PRIOR = 0.985
"""As a form's cell has it."""
_HAND_SHARE = 0.6


@dataclass(frozen=True)
class LineReading:
    """One line that was read.

    Attributes:
        reading: what is known of it.
        right: its value is the one that was written.
        passed: it holds a value and no structure test refused it.
        checked: its check digit was right.
    """

    reading: Reading
    right: bool
    passed: bool
    checked: bool


def _written(rng: Random, only: FieldType | None) -> tuple[FieldType, str]:
    """Return a kind of value and what is written."""
    roll = rng.random()
    if only is FieldType.CN_ID or (only is None and roll < 0.45):
        birth = dt.date(rng.randrange(1940, 2006), rng.randrange(1, 13), rng.randrange(1, 29))
        region = rng.choice(names.REGIONS)
        return FieldType.CN_ID, numbers.id_number(rng, _region_code(region), birth, rng.choice("男女"))
    if roll < 0.65:
        return FieldType.PHONE, numbers.mobile(rng)
    if roll < 0.75:
        return FieldType.ACCOUNT_NO, numbers.trading_account(rng)
    if roll < 0.85:
        amount = rng.randrange(100, 3_000_000) / rng.choice((1, 1, 100))
        return FieldType.MONEY, rng.choice((f"{amount:,.2f}元", f"{int(amount)}元", f"￥{amount:,.2f}"))
    name = rng.choice(names.SURNAMES) + rng.choice(("", rng.choice(names.MIDDLE)))
    return FieldType.PERSON, name + rng.choice((names.MALE_GIVEN, names.FEMALE_GIVEN)[rng.randrange(2)])


def _region_code(region: tuple[str, ...] | str) -> str:
    """Return the six digits of a region of ``training.names``."""
    return next(part for part in region if part.isdigit() and len(part) == 6)


def read_lines(
    count: int, seed: int, settings: ReadingSettings, only: FieldType | None = None
) -> Iterator[LineReading]:
    """Yield lines as the product reads them; of one type of value where ``only`` says so (identity numbers)."""
    rng, ocr = Random(f"lines-{seed}"), LineOcr(settings)
    for _ in range(count):
        kind, text = _written(rng, only)
        crop = line_crop(rng, [(text, rng.random() < _HAND_SHARE)])
        width = round(crop.pixels.shape[1] / NARROWING)
        image = np.asarray(cv2.resize(crop.pixels, (width, HEIGHT)), np.uint8)
        quad = np.array([[[0, 0], [width, 0], [width, HEIGHT], [0, HEIGHT]]], np.float32)
        lines = build_lines(ocr.recognise(image, quad), quad, (width, HEIGHT))
        if lines:
            yield _judged(kind, text, lines[0].text, lines[0].characters)


def _judged(kind: FieldType, truth: str, read: str, characters: tuple) -> LineReading:  # type: ignore[type-arg]
    form = normal_form(kind, read)
    reading = Reading(
        field_type=kind,
        scores=tuple(c.score for c in characters),
        checks=form.checks,
        source=Source.CELL,
        prior=_PRIOR,
        witness=witness_of(characters),
    )
    return LineReading(
        reading=reading,
        right=form.value is not None and form.value == normal_form(kind, truth).value,
        passed=form.value is not None and not any(c.passed is False for c in form.checks),
        checked=any(c.name in _CHECKED and c.passed for c in form.checks),
    )


def dump_line(line: LineReading) -> str:
    """Return one line as JSON."""
    reading = line.reading
    return json.dumps(
        {
            "field_type": reading.field_type.value,
            "scores": [round(s, 5) for s in reading.scores],
            "checks": [{"name": c.name, "passed": c.passed} for c in reading.checks],
            "witness": asdict(reading.witness),
            "right": line.right,
            "passed": line.passed,
            "checked": line.checked,
        }
    )


def load_lines(path: Path) -> list[LineReading]:
    """Return the lines of a file."""
    return [_loaded(json.loads(text)) for text in path.read_text(encoding="utf-8").splitlines()]


def _loaded(kept: dict) -> LineReading:  # type: ignore[type-arg]
    reading = Reading(
        field_type=FieldType(kept["field_type"]),
        scores=tuple(kept["scores"]),
        checks=tuple(Check(name=c["name"], passed=c["passed"], message="") for c in kept["checks"]),
        source=Source.CELL,
        prior=_PRIOR,
        witness=Witness(**kept["witness"]),
    )
    return LineReading(reading, kept["right"], kept["passed"], kept["checked"])


def main() -> int:
    """Read lines as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m training.read_lines", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--identity-numbers", action="store_true", help="nothing else")
    given = parser.parse_args()
    only = FieldType.CN_ID if given.identity_numbers else None
    with given.out.open("w", encoding="utf-8") as file:
        for line in read_lines(given.count, given.seed, ReadingSettings(), only):
            file.write(dump_line(line) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
