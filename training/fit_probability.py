"""Fit the probability of a reading, and what may be accepted without a person; write the model card.

``python -m training.fit_probability --pages FOLDER… --lines FILE`` reads folders of files with truth beside them (as
``training.pages`` and ``benchmarks.held_out.make --part dev`` write them) through the cache of ``make bench-reading``,
and single lines that ``training.read_lines`` has read. Writes extractors/values/confidence.json (the logistic, fitted
on all of it), classifiers/acceptance.json (every reading with the probability that constants fitted on the other four
fifths of the files give it) and the card.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from benchmarks.reading.truth import TrueFile, covered, load_files
from classifiers.acceptance import BUNDLED
from classifiers.packs import load_pack
from domain.calibration import (
    BUDGETS,
    Calibration,
    ClassCalibration,
    FieldClass,
    bins_of,
    chance,
    class_of,
    log_odds,
    upper_bound,
)
from domain.evidence import FieldValue
from domain.fields import FieldType
from extractors.values import confidence
from extractors.values.confidence import HIGHEST, Constants, Reading, Source, features
from training.perfect_pages import PerfectPaper, load_papers, pointed_values
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
    "long": (0.0, 0.7),
    "amount": (0.0, 0.7),
    "organisation": (0.0, 0.7),
    "date": (0.0, 0.7),
    "mail": (0.0, 0.7),
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
FOLDS = 5
FEW_ON_PAGES = frozenset({FieldClass.NAME, FieldClass.NUMBER, FieldClass.ID_NUMBER})
"""Classes whose budget asks for more readings than whole pages give: perfectly read papers are evidence too."""
OF_THE_RULES = frozenset({FieldClass.TEXT})
"""Classes whose errors are mostly of whose value it is: what rules make of the generator's own pages says little."""
FREE = frozenset({"long", "amount", "organisation", "date", "mail"})
TAG = 1e-9
_LINE_FIELDS = {
    FieldType.CN_ID: "complainant_id_no",
    FieldType.PHONE: "complainant_mobile",
    FieldType.ACCOUNT_NO: "trading_account_no",
    FieldType.MONEY: "amount_involved",
    FieldType.PERSON: "complainant_name",
}

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """One value that the product gave, and whether it was right.

    Attributes:
        name: contract field name.
        probability: as the product gave it, with the constants that were in force.
        reading: what it knew of the chosen reading, ``None`` when other rules set the probability.
        before: the probability of that reading alone.
        right: the value is the true one.
        fold: which part of the files it belongs to; a part is judged by constants that were fitted on the others.
        line: a single line, without a page around it.
        perfect: on a page read without an error (``training.perfect_pages``).
        checked: its check digit was right.
        generated: on a page of the project's generator, which the rules know.
    """

    name: str
    probability: float
    reading: Reading | None
    before: float
    right: bool
    fold: int
    line: bool = False
    checked: bool = False
    perfect: bool = False
    generated: bool = False


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

    def reading_of(self, value: FieldValue) -> tuple[Reading | None, float]:
        """Return the reading behind a value and its probability; none when that was changed since."""
        chosen = next((c for c in value.candidates if c.value == value.value), value.as_candidate())
        return self._readings.get(chosen.probability), chosen.probability


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
    """Return every value that the product gives on the files of some folders; refused ones are left out."""
    samples = []
    with recording() as recorder:
        for folder in folders:
            files = load_files(folder)
            known = covered(files)
            pages = juanzong.read_pages(files, cache, workers, any_reader=True)
            for file in files:
                fold = int(hashlib.sha256(file.name.encode()).hexdigest(), 16) % FOLDS
                samples += _file_samples(file, pages[file.path], known, fold, recorder)
    return samples


def _file_samples(
    file: TrueFile, pages: dict[int, str], known: Mapping[str, frozenset[str]], fold: int, recorder: Recorder
) -> list[Sample]:
    understood = juanzong.understand(file, pages)
    fields = (f for d in understood.documents for f in d.fields)
    values = {(f.name, f.value, f.probability): f for f in fields if isinstance(f, FieldValue)}
    given = juanzong.given_values(understood)
    # papers of generated cases state more than their truth notes: what it leaves out proves nothing
    whole = not (file.path.parent / "case.truth.json").exists()
    samples = []
    for document in file.documents:
        for outcome in judge(file, document, given, known):
            got = outcome.given if outcome.truth or whole else None
            value = values.get((got.name, got.value, got.probability or 0.0)) if got else None
            if value is not None and not value.vetoed:
                reading, before = recorder.reading_of(value)
                one = Sample(value.name, value.probability, reading, before, outcome.right, fold, generated=not whole)
                samples.append(one)
    return samples


def line_samples(lines: list[LineReading]) -> list[Sample]:
    """Return the readings of single lines."""
    return [
        Sample(
            name=_LINE_FIELDS[line.reading.field_type],
            probability=0.5,
            reading=line.reading,
            before=0.5,
            right=line.right,
            fold=index % FOLDS,
            line=True,
            checked=line.checked,
        )
        for index, line in enumerate(lines)
        if line.passed
    ]


def pointing_samples(papers: list[PerfectPaper]) -> list[Sample]:
    """Return values of perfectly read papers: what the rules get wrong by themselves."""
    forms = load_pack(Path("policies") / "exchange-member.yaml").forms
    samples = []
    with recording() as recorder:
        for index, pointed in enumerate(pointed_values(papers, forms)):
            value = pointed.value
            if not value.vetoed:
                reading, before = recorder.reading_of(value)
                samples.append(
                    Sample(value.name, value.probability, reading, before, pointed.right, index % FOLDS, perfect=True)
                )
    return samples


def matrix(samples: list[Sample]) -> tuple[Vector, Vector]:
    """Return one row per sample (bias by source, single line or not, then the weights) and the outcomes."""
    rows = []
    for sample in samples:
        assert sample.reading is not None
        found = features(sample.reading)
        source = [float(sample.reading.source is s) for s in Source]
        rows.append([*source, float(sample.line), *(found[name] for name in PRIOR)])
    return np.array(rows), np.array([float(s.right) for s in samples])


def fit(samples: list[Sample]) -> Constants:
    """Return the weights of highest posterior (Newton's method), from papers that the rules were not written with."""
    used = [s for s in samples if s.reading is not None and not s.perfect and not s.generated]
    x, y = matrix(used)
    start = np.array([*(BIASES[s] for s in Source), 0.0, *(mean for mean, _ in PRIOR.values())])
    widths = np.array([BIAS_WIDTH] * len(Source) + [1.0] + [width for _, width in PRIOR.values()])
    weights, precision = start.copy(), 1 / widths**2
    for _ in range(60):
        chances = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (y - chances) - precision * (weights - start)
        curve = (x.T * (chances * (1 - chances))) @ x + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-8:
            break
    named = dict(zip(PRIOR, weights[len(Source) + 1 :].tolist(), strict=True))
    signed = {n: w if n in FREE else min(w, 0.0) if n in NEVER_POSITIVE else max(w, 0.0) for n, w in named.items()}
    pages = sum(not s.line for s in used)
    return Constants(
        bias={s: round(float(w), 3) for s, w in zip(Source, weights, strict=False)},
        weights={name: round(w, 3) for name, w in signed.items()},
        fitted_on=f"{pages} readings of pages and {len(used) - pages} of single lines, "
        f"{int(len(y) - y.sum())} of them wrong",
    )


def crossed(samples: list[Sample]) -> list[tuple[Sample, float]]:
    """Return every sample with the probability that constants fitted on the other folds give it."""
    found = []
    for fold in range(FOLDS):
        constants = fit([s for s in samples if s.fold != fold])
        for sample in (s for s in samples if s.fold == fold):
            found.append((sample, _again(sample, constants)))
    return found


def _again(sample: Sample, constants: Constants) -> float:
    """Return a value's probability under other constants; what other readings did to it stays as it was."""
    if sample.reading is None:
        return sample.probability
    after = confidence.field_probability(sample.reading, constants)
    if sample.line:
        return after
    shift = log_odds(after) - log_odds(sample.before)
    return min(chance(log_odds(sample.probability) + shift), HIGHEST)


def acceptance(judged: list[tuple[Sample, float]]) -> Calibration:
    """Return readings by class and probability as the evidence that acceptance rests on."""
    pairs: dict[FieldClass, list[tuple[float, bool]]] = defaultdict(list)
    pages = lines = perfect = 0
    for sample, probability in judged:
        kind = class_of(sample.name)
        if sample.line and kind is FieldClass.ID_NUMBER and not sample.checked:
            continue
        if (sample.perfect and kind not in FEW_ON_PAGES) or (sample.generated and kind in OF_THE_RULES):
            continue
        lines, perfect = lines + sample.line, perfect + sample.perfect
        pages += not (sample.line or sample.perfect)
        pairs[kind].append((probability, sample.right))
    classes = {kind: ClassCalibration(bins=bins_of(found)) for kind, found in sorted(pairs.items())}
    source = f"随附校准：留出样张与生成样张的整页读数 {pages} 项、逐字无误的整页 {perfect} 项、单行读数 {lines} 项"
    return Calibration(source=source, classes=classes)


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
        "## Reliability, every file judged by constants fitted on others",
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
        "what a house's reviewers decide. The evidence mixes whole pages with perfectly read papers (which test only",
        "whose value it is) and single lines (which test only how it is read); the bound holds for that mixture.",
        "Agreement between the papers of a case raises the probability afterwards.",
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
    parser.add_argument("--pages", type=Path, nargs="+", required=True, help="folders of files with truth")
    parser.add_argument("--lines", type=Path, nargs="*", default=[], help="files of training.read_lines")
    parser.add_argument("--perfect", type=Path, nargs="*", default=[], help="files of training.perfect_pages")
    parser.add_argument("--cache", type=Path, default=DEFAULT)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    lines = [line for path in given.lines for line in load_lines(path)]
    samples = page_samples(given.pages, Cache(given.cache), given.workers)
    samples += line_samples(lines) + pointing_samples([paper for path in given.perfect for paper in load_papers(path)])
    judged = crossed(samples)
    constants, found = fit(samples), acceptance(judged)
    CONSTANTS.write_text(json.dumps(constants.model_dump(mode="json"), indent=2) + "\n", encoding="utf-8")
    BUNDLED.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    CARD.write_text(
        card(constants, found, [(p, s.right) for s, p in judged if not s.line and not s.perfect]), encoding="utf-8"
    )
    print(CARD.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
