"""Fit the probability of a reading, and what may be accepted without a person; write the model card.

``python -m training.fit_probability --fit FOLDER… --accept FOLDER… --lines FILE`` reads folders of files with truth
beside them (as ``training.pages`` and ``benchmarks.held_out.make`` write them) through the cache of ``make
bench-reading``, and number lines that ``training.read_lines`` has read. Writes extractors/values/confidence.json (the
logistic), classifiers/acceptance.json (readings by probability, from files that the fit never saw) and the card.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import extractors.letters.letter
import extractors.values.results
from benchmarks.reading import juanzong
from benchmarks.reading.cache import DEFAULT, Cache
from benchmarks.reading.calibration import expected_calibration_error, reliability
from benchmarks.reading.scores import judge
from benchmarks.reading.truth import covered, load_files
from classifiers.acceptance import BUNDLED
from domain.calibration import BUDGETS, Calibration, ClassCalibration, FieldClass, bins_of, class_of, upper_bound
from domain.evidence import FieldValue
from extractors.values import confidence
from extractors.values.confidence import Constants, Reading, Source, features
from training.read_lines import LineReading, load_lines

CONSTANTS = Path("extractors/values/confidence.json")
CARD = Path("docs/models/confidence.md")
BIASES = {
    Source.CELL: 1.2,
    Source.ZONE: 1.2,
    Source.LINE: 0.8,
    Source.CLOSING: 0.4,
    Source.SENTENCE: 0.0,
    Source.SECTION: 0.0,
}
BIAS_WIDTH = 0.5
# Prior mean and width of every weight. Few readings move them little; a rule's own prior and a doubt hardly move,
# because an ambiguous sentence and a mended digit are rarer on generated pages than in the post.
PRIOR: dict[str, tuple[float, float]] = {
    "rule": (1.0, 0.15),
    "log_product": (1.6, 0.8),
    "log_minimum": (0.8, 0.8),
    "check_digit": (4.0, 0.8),
    "format_passed": (0.6, 0.4),
    "doubt": (-1.6, 0.3),
    "unusable": (-1.5, 0.8),
    "hand": (-0.7, 0.7),
    "hand_name": (-1.2, 0.7),
    "hand_number": (-1.5, 0.7),
    "hand_checked": (-0.2, 0.4),
    "log_margin": (0.3, 0.4),
    "seconded": (1.2, 0.7),
    "denied": (-1.5, 0.7),
    "denied_checked": (-0.3, 0.3),
}
NEVER_POSITIVE = ("doubt", "unusable", "hand", "hand_name", "hand_number", "hand_checked", "denied", "denied_checked")
LEFT_OUT = frozenset({"complaint_facts", "complaint_request"})
"""Stories are compared by likeness; an exact match says nothing about them in the fit."""
TAG = 1e-9

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """One reading, whether its value was right, and whether it comes from a single line without a page around it."""

    reading: Reading
    right: bool
    line: bool = False


class Recorder:
    """Stands in for ``field_probability`` and remembers readings; a tag in the ninth decimal finds them again."""

    def __init__(self, original: Callable[[Reading], float]) -> None:
        self._original = original
        self._readings: dict[float, Reading] = {}

    def __call__(self, reading: Reading) -> float:
        """Return the probability with its tag."""
        probability = round(self._original(reading), 6) + len(self._readings) * TAG
        self._readings[probability] = reading
        return probability

    def reading_of(self, value: FieldValue) -> Reading | None:
        """Return the reading behind a value, ``None`` when its probability was changed since."""
        chosen = next((c for c in value.candidates if c.value == value.value), value.as_candidate())
        return self._readings.get(chosen.probability)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Let every extractor's readings be remembered."""
    original = confidence.field_probability
    recorder = Recorder(original)
    modules = (extractors.letters.letter, extractors.values.results)
    for module in modules:
        module.field_probability = recorder  # type: ignore[attr-defined]
    try:
        yield recorder
    finally:
        for module in modules:
            module.field_probability = original  # type: ignore[attr-defined]


def page_samples(folders: Iterable[Path], cache: Cache, workers: int) -> list[Sample]:
    """Return the readings of whole files."""
    samples = []
    with recording() as recorder:
        for value, right in _judged(folders, cache, workers):
            reading = recorder.reading_of(value)
            if reading is not None and not value.vetoed and value.name not in LEFT_OUT:
                samples.append(Sample(reading, right))
    return samples


def _judged(folders: Iterable[Path], cache: Cache, workers: int) -> Iterator[tuple[FieldValue, bool]]:
    """Yield every value that the product gives, and whether it is right."""
    for folder in folders:
        files = load_files(folder)
        known = covered(files)
        pages = juanzong.read_pages(files, cache, workers)
        for file in files:
            understood = juanzong.understand(file, pages[file.path])
            values = {
                (f.name, f.value, f.probability): f
                for d in understood.documents
                for f in d.fields
                if isinstance(f, FieldValue)
            }
            given = juanzong.given_values(understood, juanzong.policy_of(file))
            for document in file.documents:
                for outcome in judge(file, document, given, known):
                    got = outcome.given
                    if got is not None and (got.name, got.value, got.probability) in values:
                        yield values[got.name, got.value, got.probability], outcome.right


def line_samples(lines: list[LineReading]) -> list[Sample]:
    """Return the readings of single lines."""
    return [Sample(line.reading, line.right, line=True) for line in lines if line.passed]


def matrix(samples: list[Sample]) -> tuple[Vector, Vector]:
    """Return one row per sample (bias by source, single line or not, then the weights) and the outcomes."""
    rows = []
    for sample in samples:
        found = features(sample.reading)
        source = [float(sample.reading.source is s) for s in Source]
        rows.append([*source, float(sample.line), *(found[name] for name in PRIOR)])
    return np.array(rows), np.array([float(s.right) for s in samples])


def fit(samples: list[Sample]) -> Constants:
    """Return the weights of highest posterior (Newton's method)."""
    x, y = matrix(samples)
    start = np.array([*(BIASES[s] for s in Source), 0.0, *(mean for mean, _ in PRIOR.values())])
    widths = np.array([BIAS_WIDTH] * len(Source) + [1.0] + [width for _, width in PRIOR.values()])
    weights, precision = start.copy(), 1 / widths**2
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (y - chance) - precision * (weights - start)
        curve = (x.T * (chance * (1 - chance))) @ x + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    named = dict(zip(PRIOR, weights[len(Source) + 1 :].tolist(), strict=True))
    signed = {n: min(w, 0.0) if n in NEVER_POSITIVE else max(w, 0.0) for n, w in named.items()}
    pages = sum(not s.line for s in samples)
    wrong = int(len(y) - y.sum())
    return Constants(
        bias={s: round(float(w), 3) for s, w in zip(Source, weights, strict=False)},
        weights={name: round(w, 3) for name, w in signed.items()},
        fitted_on=f"{pages} readings of pages and {len(samples) - pages} of single lines, {wrong} of them wrong",
    )


def acceptance(pairs: dict[FieldClass, list[tuple[float, bool]]], source: str) -> Calibration:
    """Return readings (probability, right) by class as the evidence that acceptance rests on."""
    classes = {kind: ClassCalibration(bins=bins_of(found)) for kind, found in sorted(pairs.items())}
    return Calibration(source=source, classes=classes)


def final_pairs(
    folders: list[Path], cache: Cache, workers: int, lines: list[LineReading]
) -> tuple[dict[FieldClass, list[tuple[float, bool]]], list[tuple[float, bool]]]:
    """Return (probability, right) by class, checked numbers of single lines among them; and of pages alone."""
    pairs: dict[FieldClass, list[tuple[float, bool]]] = defaultdict(list)
    of_pages = []
    for value, right in _judged(folders, cache, workers):
        if not value.vetoed:
            pairs[class_of(value.name)].append((value.probability, right))
            of_pages.append((value.probability, right))
    for line in lines:
        if line.passed and line.checked:
            pairs[FieldClass.ID_NUMBER].append((confidence.field_probability(line.reading), line.right))
    return pairs, of_pages


def card(constants: Constants, found: Calibration, of_pages: list[tuple[float, bool]]) -> str:
    """Return the model card."""
    error = expected_calibration_error(of_pages)
    lines = [
        "# Probability of a reading, and acceptance",
        "",
        "A logistic regression over what is known of one reading (`extractors.values.confidence`): where it was",
        "found, how good the rule is, the recogniser's scores and margins, checks passed or doubtful, page quality,",
        "whether a hand wrote it, whether a second reader agrees. A failed structure test keeps it at 0.05 or below.",
        "",
        f"Fitted on {constants.fitted_on}; Gaussian prior around constants set by hand.",
        "",
        "| constant | value |",
        "|---|---|",
        *(f"| bias: {s.value} | {constants.bias[s]:g} |" for s in Source),
        *(f"| {name} | {value:g} |" for name, value in constants.weights.items()),
        "",
        "## Reliability on files that the fit never saw",
        "",
        f"{len(of_pages)} values, expected calibration error {error or 0:.3f} (ten bins of equal mass, Guo 2017).",
        "",
        "| values | mean probability | share right |",
        "|---|---|---|",
        *(f"| {b.count} | {b.mean_probability:.3f} | {b.share_right:.3f} |" for b in reliability(of_pages)),
        "",
        "## Acceptance",
        "",
        f"{found.source}.",
        "A value is accepted without a person from the lowest probability on at which the error rate stays within the",
        "budget with 95 % confidence (exact binomial test in fixed order: Learn then Test, Angelopoulos et al. 2021;",
        "the bound is that of Clopper and Pearson 1934). No threshold means: always a person.",
        "",
        "| class | budget | threshold | accepted | wrong | bound | of |",
        "|---|---|---|---|---|---|---|",
        *(_acceptance_row(kind, found) for kind in FieldClass),
        "",
        "## Limits",
        "",
        "The pages are generated: real handwriting and real letters are harder, and `juanzong calibrate` learns from",
        "what a house's reviewers decide. Whose number it is was judged on pages only; how well its digits are read",
        "also on single lines. Agreement between the papers of a case raises the probability afterwards.",
        "",
        "Made by `python -m training.fit_probability`.",
        "",
    ]
    return "\n".join(lines)


def _acceptance_row(kind: FieldClass, found: Calibration) -> str:
    own = found.classes.get(kind, ClassCalibration())
    threshold = own.threshold(BUDGETS[kind])
    total = sum(b.count for b in own.bins)
    if threshold is None:
        return f"| {kind.value} | {BUDGETS[kind]:.1%} | none | 0 | 0 | - | {total} |"
    inside = [b for b in own.bins if b.probability >= threshold - 1e-9]
    count, wrong = sum(b.count for b in inside), sum(b.wrong for b in inside)
    bound = upper_bound(wrong, count)
    return f"| {kind.value} | {BUDGETS[kind]:.1%} | {threshold:.4f} | {count} | {wrong} | {bound:.2%} | {total} |"


def main() -> int:
    """Fit, write constants, evidence and card, print the card."""
    parser = argparse.ArgumentParser(prog="python -m training.fit_probability", description=__doc__)
    parser.add_argument("--fit", type=Path, nargs="+", required=True, help="folders of files to fit on")
    parser.add_argument("--accept", type=Path, nargs="+", required=True, help="folders of files for acceptance")
    parser.add_argument("--lines", type=Path, nargs="*", default=[], help="files of training.read_lines")
    parser.add_argument("--cache", type=Path, default=DEFAULT)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    cache = Cache(given.cache)
    lines = [line for path in given.lines for line in load_lines(path)]
    half = len(lines) // 2
    constants = fit(page_samples(given.fit, cache, given.workers) + line_samples(lines[:half]))
    CONSTANTS.write_text(json.dumps(constants.model_dump(mode="json"), indent=2) + "\n", encoding="utf-8")
    confidence.constants.cache_clear()
    pairs, of_pages = final_pairs(given.accept, cache, given.workers, lines[half:])
    source = f"{len(of_pages)} 项整页读数与 {sum(line.checked for line in lines[half:])} 行带校验码的号码读数"
    found = acceptance(pairs, source)
    BUNDLED.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    CARD.write_text(card(constants, found, of_pages), encoding="utf-8")
    print(CARD.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
