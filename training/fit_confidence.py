"""Fit the constants of ``extractors/values/confidence.json`` on generated pages with known truth; write the model card.

Usage: python -m training.fit_confidence --pages FOLDER [--pages FOLDER] --cache FOLDER [--held-out FOLDER]

Each folder holds cases as ``training.pages`` writes them. Pages are read once and kept in the cache. The fit is a
logistic regression with a Gaussian prior around the constants set by hand: few pages move them little.
"""

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import extractors.letters.letter
import extractors.values.results
from domain.evidence import Candidate, FieldValue
from domain.fields import FIELDS
from domain.forms import FormDescription
from domain.marks import PageReading
from domain.normal import normal_form
from domain.vocabulary import DocumentKind
from extractors.extract import extract_document, values_of
from extractors.page_worker import PageJob, examine_page
from extractors.reading.file_types import describe_file
from extractors.values import confidence
from extractors.values.confidence import Constants, Reading, Source, features

CONSTANTS = Path("extractors/values/confidence.json")
CARD = Path("docs/models/confidence.md")
BY_HAND = Constants(
    bias={
        Source.CELL: 1.2,
        Source.ZONE: 1.2,
        Source.LINE: 0.8,
        Source.CLOSING: 0.4,
        Source.SENTENCE: 0.0,
        Source.SECTION: 0.0,
    },
    rule=1.0,
    log_product=1.6,
    log_minimum=0.8,
    check_digit=4.0,
    format_passed=0.6,
    doubt=-1.6,
    unusable=-1.5,
    fitted_on="set by hand",
)
WEIGHTS = ("rule", "log_product", "log_minimum", "check_digit", "format_passed", "doubt", "unusable")
# Stories are compared by likeness elsewhere; an exact match says nothing about them here.
LEFT_OUT = frozenset({"complaint_facts", "complaint_request"})
KINDS = frozenset(
    {
        DocumentKind.COMPLAINT_LETTER,
        DocumentKind.APPLICATION_FORM,
        DocumentKind.COMPLAINT_REPORT_FORM,
        DocumentKind.ID_CARD_COPY,
        DocumentKind.LEGAL_REP_ID_COPY,
    }
)
# Widths of the Gaussian prior. Rule and doubt hardly move: an ambiguous sentence and a mended digit are rare on
# generated pages, so that these pages cannot show how much they matter.
BIAS_WIDTH = 0.3
WIDTHS = {
    "rule": 0.05,
    "log_product": 0.8,
    "log_minimum": 0.8,
    "check_digit": 0.8,
    "format_passed": 0.4,
    "doubt": 0.2,
    "unusable": 0.8,
}
TAG = 1e-9

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """One reading and whether its value was right."""

    reading: Reading
    right: bool


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

    def reading_of(self, candidate: Candidate) -> Reading | None:
        """Return the reading behind a candidate, ``None`` when its probability was changed since."""
        return self._readings.get(candidate.probability)


def samples_of(folders: Iterable[Path], cache: Path, forms: tuple[FormDescription, ...]) -> list[Sample]:
    """Read every document of the wanted kinds and compare its readings with the truth of its pages."""
    original = confidence.field_probability
    recorder = Recorder(original)
    extractors.letters.letter.field_probability = recorder  # type: ignore[attr-defined]
    extractors.values.results.field_probability = recorder  # type: ignore[attr-defined]
    try:
        return [s for folder in folders for s in _folder_samples(folder, cache, forms, recorder)]
    finally:
        extractors.letters.letter.field_probability = original  # type: ignore[attr-defined]
        extractors.values.results.field_probability = original  # type: ignore[attr-defined]


def _folder_samples(folder: Path, cache: Path, forms: tuple[FormDescription, ...], recorder: Recorder) -> list[Sample]:
    samples = []
    for path in sorted(folder.glob("*/*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        for document in truth.get("documents", ()):
            kind = DocumentKind(document["kind"])
            if kind in KINDS:
                pages = tuple(_reading(path, number, cache) for number in document["pages"])
                values = values_of(extract_document("d", kind, pages, forms))
                samples += _compared(values, _truth_values(truth, document["pages"]), recorder)
    return samples


def _reading(truth: Path, number: int, cache: Path) -> PageReading:
    source = truth.with_name(truth.name.removesuffix(".truth.json"))
    kept = cache / f"{source.parent.parent.name}_{source.parent.name}_{source.name}_{number}.json"
    if not kept.exists():
        job = PageJob(str(source), describe_file(source).media_type, number)
        kept.write_text(examine_page(job).model_dump_json(), encoding="utf-8")
    return PageReading.model_validate_json(kept.read_text(encoding="utf-8"))


def _truth_values(truth: dict[str, Any], pages: list[int]) -> dict[str, str]:
    fields = (f for page in truth["pages"] if page["number"] in pages for f in page.get("fields", ()))
    return {f["name"]: f["value"] for f in fields}


def _compared(values: tuple[FieldValue, ...], truth: dict[str, str], recorder: Recorder) -> list[Sample]:
    samples = []
    for value in values:
        if value.name in LEFT_OUT or not truth.get(value.name):
            continue
        expected = normal_form(FIELDS[value.name].type, truth[value.name]).value
        chosen = next((c for c in value.candidates if c.value == value.value), value.as_candidate())
        reading = recorder.reading_of(chosen)
        if reading is not None and not value.vetoed:
            samples.append(Sample(reading, chosen.value == expected))
    return samples


def matrix(samples: list[Sample]) -> tuple[Vector, Vector]:
    """Return one row per sample (bias columns by source, then ``WEIGHTS``) and the outcomes."""
    rows = []
    for sample in samples:
        found = features(sample.reading)
        rows.append([float(sample.reading.source is s) for s in Source] + [found[w] for w in WEIGHTS])
    return np.array(rows), np.array([float(s.right) for s in samples])


def fit(x: Vector, y: Vector, start: Vector) -> Vector:
    """Return the weights of highest posterior (Newton's method)."""
    weights = start.copy()
    widths = np.array([BIAS_WIDTH] * len(Source) + [WIDTHS[w] for w in WEIGHTS])
    precision = 1 / widths**2
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (y - chance) - precision * (weights - start)
        curve = (x.T * (chance * (1 - chance))) @ x + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights


def as_vector(constants: Constants) -> Vector:
    """Return constants in the order of the columns."""
    return np.array([constants.bias[s] for s in Source] + [getattr(constants, w) for w in WEIGHTS])


def as_constants(weights: Vector, fitted_on: str) -> Constants:
    """Return a row of weights as constants; a score or a doubt never counts the wrong way round."""
    bias = {s: round(float(w), 3) for s, w in zip(Source, weights, strict=False)}
    rest = {name: round(float(w), 3) for name, w in zip(WEIGHTS, weights[len(Source) :], strict=True)}
    for name in ("rule", "log_product", "log_minimum", "check_digit", "format_passed"):
        rest[name] = max(rest[name], 0.0)
    for name in ("doubt", "unusable"):
        rest[name] = min(rest[name], 0.0)
    return Constants(bias=bias, fitted_on=fitted_on, **rest)


def reliability(x: Vector, y: Vector, weights: Vector) -> tuple[list[tuple[str, int, float, float]], float]:
    """Return (bin, readings, mean probability, share right) per bin, and the expected calibration error."""
    chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
    edges = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0001)
    table, error = [], 0.0
    for low, high in pairwise(edges):
        inside = (chance >= low) & (chance < high)
        if inside.any():
            mean, share = float(chance[inside].mean()), float(y[inside].mean())
            table.append((f"{low:g} to {min(high, 1):g}", int(inside.sum()), mean, share))
            error += abs(mean - share) * float(inside.sum()) / len(y)
    return table, error


def card(constants: Constants, fitted: list[Sample], held_out: list[Sample]) -> str:
    """Return the model card."""
    lines = [
        "# Probability of a reading",
        "",
        "A logistic regression over what is known of one reading (`extractors.values.confidence`): where it was found,",
        "how good the rule is, the recogniser's character scores, checks passed or doubtful, page quality. A failed",
        "structure test keeps the probability at 0.05 or below whatever the scores say.",
        "",
        f"Fitted on: {constants.fitted_on}. Gaussian prior around the constants set by hand;",
        "the weights of rule and doubt are held near theirs: generated pages are less ambiguous than real letters.",
        "",
        "| constant | value |",
        "|---|---|",
        *(f"| bias: {s.value} | {constants.bias[s]:g} |" for s in Source),
        *(f"| {name} | {getattr(constants, name):g} |" for name in WEIGHTS),
    ]
    for title, samples in (("Pages of the fit", fitted), ("Pages not used in the fit", held_out)):
        if samples:
            x, y = matrix(samples)
            table, error = reliability(x, y, as_vector(constants))
            lines += [
                "",
                f"## {title}",
                "",
                f"{len(samples)} readings, {int(len(y) - y.sum())} wrong, ECE {error:.3f}.",
                "",
            ]
            lines += ["| probability | readings | mean | right |", "|---|---|---|---|"]
            lines += [f"| {label} | {count} | {mean:.3f} | {share:.3f} |" for label, count, mean, share in table]
    lines += [
        "",
        "## Limits",
        "",
        "Generated pages only: real handwriting and real letters are harder, and the rules' own priors were set by",
        "people. The probability speaks of single readings; agreement and contradiction between papers are reckoned",
        "in `extractors.values.combine` and `extractors.cases`. Misreadings that the recogniser is sure of (a lost",
        "character in a firm's name) cannot be seen from its scores. Long texts are left out of the fit.",
        "",
        "Made by `python -m training.fit_confidence`.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Fit, write constants and card, print the card."""
    parser = argparse.ArgumentParser(prog="python -m training.fit_confidence", description=__doc__)
    parser.add_argument("--pages", type=Path, action="append", required=True, help="folder of cases to fit on")
    parser.add_argument("--held-out", type=Path, action="append", default=[], help="folder of cases to judge the fit")
    parser.add_argument("--cache", type=Path, required=True, help="where read pages are kept")
    parser.add_argument("--policy", default="exchange-member", help="pack whose forms are read")
    given = parser.parse_args()
    given.cache.mkdir(parents=True, exist_ok=True)
    forms = _forms(given.policy)
    fitted = samples_of(given.pages, given.cache, forms)
    held_out = samples_of(given.held_out, given.cache, forms)
    x, y = matrix(fitted)
    note = f"{len(y)} readings of generated letters, forms and identity cards, {int(len(y) - y.sum())} of them wrong"
    constants = as_constants(fit(x, y, as_vector(BY_HAND)), note)
    CONSTANTS.write_text(json.dumps(constants.model_dump(mode="json"), indent=2) + "\n", encoding="utf-8")
    CARD.parent.mkdir(parents=True, exist_ok=True)
    CARD.write_text(card(constants, fitted, held_out), encoding="utf-8")
    print(CARD.read_text(encoding="utf-8"))
    return 0


def _forms(policy: str) -> tuple[FormDescription, ...]:
    from classifiers.packs import load_pack

    return load_pack(Path("policies") / f"{policy}.yaml").forms


if __name__ == "__main__":
    raise SystemExit(main())
