"""Fit the boundaries between documents on generated stacks: `python -m training.train_cuts --folds DIR`.

Stacks of the fit and of the test share no template, and each is seen by weights that did not learn its wordings.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, fields
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np

from extractors.kinds.boundaries import WEIGHTS, Signs, signs_between
from extractors.kinds.page_view import CARDS, view_page
from extractors.kinds.rules import FormBook
from extractors.kinds.stack import read_stack
from extractors.kinds.text_model import KindWeights, load_weights
from training.kind_letters import letter_templates
from training.kind_stacks import Stack, make_stack
from training.kind_templates import read_templates
from training.train_kinds import fold_of

PRIOR = 0.02
EXPECTED = {
    "bias": 1.0, "titled": 2.5, "heading": 1.0, "opens": 2.0, "first_mark": 2.5, "later_mark": -2.5, "counts_on": -2.5,
    "counts_back": 1.5, "last_mark": 1.5, "closed": 1.5, "runs_on": -1.5, "mid_sentence": -1.5, "same_kind": -2.0,
    "single": 1.0, "strange_person": 2.0, "same_person": -1.5, "other_name": 2.0, "same_print": -1.5,
    "other_paper": 1.5, "same_table": -0.5, "chats": -4.0, "counts_up": -4.0, "tail": -2.0, "own_letter": 2.0,
}  # fmt: skip
"""What the signs are expected to weigh; the fit is held near."""


def stacks_of(fold: int, count: int, seed: str) -> list[Stack]:
    """Return stacks made of the templates of one fold."""
    rng = Random(seed)
    own = [template for template in (*read_templates(), *letter_templates()) if fold_of(template) == fold]
    return [make_stack(rng, own) for _ in range(count)]


def examples(stacks: Sequence[Stack], weights: KindWeights) -> tuple[np.ndarray, np.ndarray]:
    """Return the signs between neighbouring pages and whether a document begins there."""
    rows, labels, book = [], [], FormBook()
    for stack in stacks:
        begins = {first for _, first, _ in stack.documents}
        seen = [(n, page, view_page(page, book, weights)) for n, page in enumerate(stack.pages, 1)]
        seen = [one for one in seen if not one[2].look.blank]
        for (_, page_a, a), (number, page_b, b) in pairwise(seen):
            if not all(max(view.shares, key=lambda kind: view.shares[kind]) in CARDS for view in (a, b)):
                rows.append((1.0, *astuple(signs_between((page_a, a), (page_b, b)))))
                labels.append(number in begins)
    return np.array(rows), np.array(labels, float)


def fit(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the constants by Newton's method with a Gaussian prior around the expected ones."""
    prior = np.array([EXPECTED["bias"], *(EXPECTED[one.name] for one in fields(Signs))])
    pull = PRIOR * len(labels) * np.r_[0.1, np.full(len(prior) - 1, 1.0)]
    found = prior.copy()
    for _ in range(25):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (chance - labels) + pull * (found - prior)
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(pull)
        found = found - np.linalg.solve(curve, slope)
    return found


def measure(stacks: Sequence[Stack], weights: KindWeights) -> None:
    """Print how many documents are cut exactly, the F1 of beginnings, and how doubtful the wrong ones were."""
    book, tally = FormBook(), Counter[str]()
    for stack in stacks:
        views = [view_page(page, book, weights) for page in stack.pages]
        read = read_stack(stack.pages, views)
        starts = [place + 1 for place, chance in zip(read.places, read.begins, strict=True) if chance >= 0.5]
        true = {first for _, first, _ in stack.documents}
        spans = {(a, b - 1) for a, b in pairwise([*starts, len(stack.pages) + 1])}
        tally["documents"] += len(stack.documents)
        tally["exact"] += sum((first, last) in spans for _, first, last in stack.documents)
        tally["hit"] += len(true & set(starts))
        tally["said"] += len(starts)
        tally["true"] += len(true)
        sure = {
            place + 1: max(chance, 1 - chance) >= 0.9 for place, chance in zip(read.places, read.begins, strict=True)
        }
        tally["wrong"] += len(true ^ set(starts))
        tally["wrong and sure"] += sum(sure.get(page, False) for page in true ^ set(starts))
        tally["merged letters"] += _merged(stack, set(starts))
        tally["doubtful"] += sum(not one for one in sure.values())
    f1 = 2 * tally["hit"] / (tally["said"] + tally["true"])
    print(f"documents cut exactly {tally['exact'] / tally['documents']:.3f}, F1 of beginnings {f1:.3f}; {dict(tally)}")


def _merged(stack: Stack, starts: set[int]) -> int:
    """Count letters that were joined to the letter before them."""
    pairs = pairwise(stack.documents)
    return sum(a[0] == b[0] == "complaint_letter" and b[1] not in starts for a, b in pairs)


def main() -> int:
    """Fit on one fold's stacks, print the error on another's, write the constants."""
    parser = argparse.ArgumentParser(prog="python -m training.train_cuts", description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--stacks", type=int, default=110)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--measure", action="store_true", help="fit nothing, measure the constants in use")
    options = parser.parse_args()
    if options.measure:
        measure(stacks_of(1, options.stacks, "cuts-test"), load_weights(options.folds / "fold1.npz"))
        return 0
    rows, labels = examples(stacks_of(0, options.stacks, "cuts-fit"), load_weights(options.folds / "fold0.npz"))
    found = fit(rows, labels)
    names = ["bias", *(one.name for one in fields(Signs))]
    options.out.write_text(
        json.dumps({n: round(float(v), 3) for n, v in zip(names, found, strict=True)}, indent=1) + "\n"
    )
    wrong = np.mean((rows @ found > 0) != (labels > 0.5))
    print(f"{len(labels)} pairs of pages, {labels.mean():.2f} begin a document, {wrong:.3f} wrong after the fit")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
