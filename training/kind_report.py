"""Compare rules, model and both on pages whose wordings were not trained on; fit how the experts are weighed.

`python -m training.kind_report --folds DIR` (folds from `training.train_kinds --folds DIR`).
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from scipy.optimize import minimize

from domain.vocabulary import DocumentKind
from extractors.kinds.page_look import page_shape
from extractors.kinds.page_view import BLEND, Blend, blend, model_logs
from extractors.kinds.rules import FormBook, Look, look_at
from extractors.kinds.text_model import load_weights
from training.kind_pages import make_page
from training.kind_templates import read_templates
from training.train_kinds import fold_of

CORE = frozenset(
    {"complaint_letter", "application_form", "complaint_report_form", "coordination_application", "id_card_copy"}
)
Shares = dict[DocumentKind, float]


@dataclass(frozen=True)
class Judged:
    """A page, what the rules saw, and the shares by a model that did not see its wording."""

    kind: DocumentKind
    look: Look
    words: dict[DocumentKind, float]


def judged_pages(folds: Path, rounds: int, seed: int) -> list[Judged]:
    """Return fresh pages of every template with the weights of the fold that left it out."""
    rng, book = Random(f"kind-report-{seed}"), FormBook()
    loaded = [load_weights(path) for path in sorted(folds.glob("fold*.npz"))]
    found = []
    for template in read_templates():
        for _ in range(rounds):
            page = make_page(template, rng)
            look = look_at(page, book)
            if not look.blank:
                words = model_logs(page_shape(page, look.rows), loaded[fold_of(template)])
                found.append(Judged(DocumentKind(template.kind), look, words))
    return found


def fit(pages: Sequence[Judged]) -> Blend:
    """Return the factors under which the true kinds are likeliest, with a mild pull towards 1."""

    def cost(factors: np.ndarray) -> float:
        by = Blend(*np.exp(factors))
        shares = [blend(one.look, one.words, by)[one.kind] for one in pages]
        return float(-np.log(np.maximum(shares, 1e-9)).mean() + 0.002 * np.square(factors).sum())

    best = minimize(
        cost,
        np.log([BLEND.title, BLEND.rule, BLEND.model, BLEND.strange]),
        method="Nelder-Mead",
        options={"maxfev": 110},
    )
    return Blend(*(round(float(one), 2) for one in np.exp(best.x)))


def rules_only(one: Judged) -> Shares:
    """Share by the strongest rule, as before there was a model."""
    scores = {kind: strength for kind, (strength, _) in one.look.scores.items()}
    return scores if max(scores.values(), default=0.0) >= 0.5 else {DocumentKind.OTHER: 0.5}


def model_only(one: Judged) -> Shares:
    """Share by the model of words."""
    return {kind: float(np.exp(log)) for kind, log in one.words.items()}


def table(pages: Sequence[Judged], experts: dict[str, Callable[[Judged], Shares]]) -> None:
    """Print the share of right kinds per kind and expert, and what is taken for what."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    n: Counter[str] = Counter()
    mistakes: Counter[tuple[str, str]] = Counter()
    for one in pages:
        groups = (one.kind.value, "all", "core" if one.kind.value in CORE else "rest")
        n.update(groups)
        for name, expert in experts.items():
            shares = expert(one)
            best = max(shares, key=lambda kind: shares[kind])
            best = DocumentKind.ID_CARD_COPY if "id" in best.value.split("_") else best
            right[name].update(groups if best is one.kind else ())
            if name == "both" and best is not one.kind:
                mistakes[one.kind.value, best.value] += 1
    print(f"{'kind':28}{'n':>6}" + "".join(f"{name:>9}" for name in experts))
    for kind in sorted(n):
        print(f"{kind:28}{n[kind]:6}" + "".join(f"{right[name][kind] / n[kind]:9.3f}" for name in experts))
    print("\nmost frequent mistakes of both:")
    for (true, said), count in mistakes.most_common(25):
        print(f"  {true} -> {said}: {count}")


def calibration(pages: Sequence[Judged], by: Blend) -> None:
    """Print the reliability of the first answer."""
    rows = []
    for one in pages:
        shares = blend(one.look, one.words, by)
        best = max(shares, key=lambda kind: shares[kind])
        same = best is one.kind or ("id" in best.value.split("_") and one.kind is DocumentKind.ID_CARD_COPY)
        rows.append((min(shares[best], 0.99), same))
    error = 0.0
    print("\nprobability      n    mean   right")
    for low, high in ((0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 1.01)):
        own = [row for row in rows if low <= row[0] < high]
        if own:
            mean, good = sum(r[0] for r in own) / len(own), sum(r[1] for r in own) / len(own)
            error += abs(mean - good) * len(own) / len(rows)
            print(f"{low:4} to {high:4} {len(own):6} {mean:7.3f} {good:7.3f}")
    print(f"ECE {error:.3f}")


def main() -> int:
    """Print the comparison; with --fit the factors that fit best."""
    parser = argparse.ArgumentParser(prog="python -m training.kind_report", description=__doc__)
    parser.add_argument("--folds", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=4, help="pages per template")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    by = BLEND
    if options.fit:
        by = fit(judged_pages(options.folds, 2, options.seed + 1))
        print(by)
    pages = judged_pages(options.folds, options.rounds, options.seed)
    both = {"rules": rules_only, "model": model_only, "both": lambda one: blend(one.look, one.words, by)}
    table(pages, both)
    calibration(pages, by)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
