"""Train the model of page kinds on pages of `kind_pages`: `python -m training.train_kinds` (minutes on one core).

Folds part the templates: no wording of a page that is tested was seen in training. `--folds` writes the weights of each
fold for `training.kind_report`; the shipped weights are trained on all templates.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from random import Random

import numpy as np
from scipy import sparse

from domain.marks import PageReading
from domain.vocabulary import DocumentKind
from extractors.kinds.page_look import page_shape
from extractors.kinds.text_model import WEIGHTS, Features, features, strengths
from extractors.kinds.titles import TITLES
from training.kind_letters import FIRST_INDEX, letter_templates
from training.kind_pages import make_later_page, make_page
from training.kind_templates import Template, read_templates

Array = np.ndarray
FOLDS = 3
PAGES_PER_KIND = 60
LEAST_TEMPLATES, MOST_KEYS = 2, 24000
RIDGE, SHARPNESS = 1.0, 9.0
HEAVY = {"complaint_letter": 3.0, "evidence": 2.0, "other": 3.0, "application_form": 1.5, "id_card_copy": 1.2}
"""Kinds with more wordings, or whose loss costs the reader most."""
RETITLED, LETTERS_LATER, LETTER_COUNTS = 0.3, 0.3, 0.25
"""Share of papers with another title of their kind; of letters whose later part is a page of its own; weight of
a letter: there are many, and they shall not make every page a letter."""
LATER = frozenset(
    [
        "complaint_letter",
        "interview_record",
        "contract_risk_disclosure",
        "trade_statement",
        "evidence",
        "ledger",
        "authorisation",
        "member_opinion",
        "coordination_report",
        "account_opening_file",
        "application_form",
        "complaint_report_form",
        "questionnaire",
        "test_report",
    ]
)


@dataclass(frozen=True)
class Pages:
    """What the model looks at on each page, its kind's place, its template, its fold, and how much it counts."""

    examples: list[Features]
    labels: list[int]
    templates: list[int]
    folds: list[int]
    counts: list[float]

    def part(self, wanted: Callable[[int], bool]) -> "Pages":
        """Return the pages of some folds."""
        chosen = [wanted(fold) for fold in self.folds]
        lists = (self.examples, self.labels, self.templates, self.folds, self.counts)
        return Pages(*(list(compress(one, chosen)) for one in lists))


def sample_pages(rng: Random, per_kind: int) -> Iterator[tuple[Template, PageReading]]:
    """Yield pages of all templates, evenly over the kinds."""
    by_kind: dict[str, list[Template]] = {}
    for template in read_templates():
        by_kind.setdefault(template.kind, []).append(template)
    for kind, templates in by_kind.items():
        for number in range(int(per_kind * HEAVY.get(kind, 1.0))):
            template = templates[number % len(templates)]
            later = kind in LATER and len(template.rows) >= 6 and rng.random() < 0.2
            yield template, (make_later_page if later else make_page)(_retitled(template, rng), rng)
    for template in letter_templates():
        yield template, make_page(template, rng)
        if len(template.rows) >= 6 and rng.random() < LETTERS_LATER:
            yield template, make_later_page(template, rng)


def _retitled(template: Template, rng: Random) -> Template:
    """Give a paper another title of its kind now and then, so that the parts titles are made of are learned."""
    titles = TITLES.get(DocumentKind(template.kind), ())
    if not titles or rng.random() >= RETITLED or not any(mark == "#" for mark, _ in template.rows):
        return template
    return replace(template, rows=tuple((m, rng.choice(titles) if m == "#" else text) for m, text in template.rows))


def train(pages: Pages, kinds: int) -> tuple[Array, Array, Array]:
    """Return the keys that count, their weights (keys by kinds) and the bias.

    Weighted ridge regression on one column per kind (1 for its pages, else 0), solved over pages; keys that fewer than
    `LEAST_TEMPLATES` templates show are left out, so that no single wording decides.
    """
    shown: Counter[int] = Counter()
    for template in set(pages.templates):
        own = [keys for keys, _ in compress(pages.examples, (one == template for one in pages.templates))]
        shown.update(set(np.concatenate(own).tolist()))
    keys = np.array(sorted(key for key, count in shown.items() if count >= LEAST_TEMPLATES), np.uint32)
    table = matrix(pages.examples, keys)
    truth = np.zeros((len(pages.labels), kinds))
    truth[np.arange(len(pages.labels)), pages.labels] = 1
    counts = np.array(pages.counts)
    usual = np.average(truth, axis=0, weights=counts)
    alike = (table @ table.T).toarray() + RIDGE * np.diag(1 / counts)
    weights = SHARPNESS * (table.T @ np.linalg.solve(alike, truth - usual))
    kept = np.sort(np.argsort(-np.abs(weights).max(axis=1))[:MOST_KEYS])
    return keys[kept], weights[kept], SHARPNESS * usual


def matrix(examples: Sequence[Features], keys: Array) -> sparse.csr_matrix:
    """Return the values of the keys that count, one row per page."""
    columns, values, starts = [], [], [0]
    for found, zones in examples:
        places = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
        known = keys[places] == found
        columns.append(places[known])
        values.append(strengths(zones[known]))
        starts.append(starts[-1] + int(known.sum()))
    return sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), starts), shape=(len(examples), len(keys))
    )


def fold_of(template: Template) -> int:
    """Return the fold that tests a template."""
    return template.index % FOLDS


def save(path: Path, kinds: Sequence[str], trained: tuple[Array, Array, Array]) -> None:
    """Write int8 weights with one scale per kind."""
    keys, weights, bias = trained
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    small = np.rint(weights / scales).astype(np.int8)
    facts = {"scales": scales.astype(np.float32), "bias": bias.astype(np.float32)}
    np.savez_compressed(path, kinds=np.array(kinds), keys=keys, weights=small, **facts)


def make_pages(rng: Random, per_kind: int, kinds: Sequence[str]) -> Pages:
    """Write pages of all templates and keep what the model looks at."""
    pages, names = Pages([], [], [], [], []), {}
    for template, page in sample_pages(rng, per_kind):
        pages.examples.append(features(page_shape(page)))
        pages.labels.append(kinds.index(template.kind))
        pages.templates.append(names.setdefault((template.kind, template.index), len(names)))
        pages.folds.append(fold_of(template))
        pages.counts.append(LETTER_COUNTS if template.index >= FIRST_INDEX else 1.0)
    return pages


def main() -> int:
    """Train; with --folds write the weights of each fold beside the shipped ones."""
    parser = argparse.ArgumentParser(prog="python -m training.train_kinds", description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--folds", type=Path, help="folder for the weights of the folds")
    parser.add_argument("--pages", type=int, default=PAGES_PER_KIND)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kinds = sorted({template.kind for template in read_templates()})
    pages = make_pages(Random(f"kinds-{options.seed}"), options.pages, kinds)
    save(options.out, kinds, train(pages, len(kinds)))
    print(f"{len(pages.labels)} pages, {len(kinds)} kinds, {options.out.stat().st_size} bytes", flush=True)
    for fold in range(FOLDS) if options.folds else ():
        options.folds.mkdir(parents=True, exist_ok=True)
        keys, weights, bias = trained = train(pages.part(lambda own, fold=fold: own != fold), len(kinds))
        save(options.folds / f"fold{fold}.npz", kinds, trained)
        test = pages.part(lambda own, fold=fold: own == fold)
        said = (matrix(test.examples, keys) @ weights + bias).argmax(axis=1)
        print(f"fold {fold}: {np.mean(said == np.array(test.labels)):.3f} right", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
