"""What rules, network and n-grams are worth together: logistic weights, fitted on papers that none had learnt from.

The rules were written beside the papers of the part ``tune``; those stay out. Stacking: Wolpert 1992; weights of single
signals are drawn towards those of all, because some have few examples.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from benchmarks.judging.judged import laid
from benchmarks.judging.scores import COMPLAINTS, true_signals
from benchmarks.judging.texts import JudgedText
from classifiers.categories.terms import by_terms
from classifiers.narrative import narrative
from classifiers.signals import inputs
from classifiers.worded_disposition import worded_disposition
from classifiers.worded_signals import worded_signals
from domain.vocabulary import Nature, SignalCode

CODES, NATURES = tuple(SignalCode), tuple(Nature)
_DRAWN = 4.0
"""How strongly weights of a single signal are drawn towards those of all."""
_LEAST_CHANCE = 1e-4
_SHRINK = 12.0
"""Found or missed signals that the common threshold counts for when a signal's own is chosen."""


@dataclass(frozen=True)
class Said:
    """What network and n-grams say of a paper, logits.

    Attributes:
        signals: the greatest of the network over the sentences, shape (signals,).
        grams: of the n-grams, likewise.
        whole: of the network, shape (labels,).
        whole_grams: of the n-grams.
    """

    signals: np.ndarray
    grams: np.ndarray
    whole: np.ndarray
    whole_grams: np.ndarray


def fitted(papers: Sequence[JudgedText], said: Sequence[Said], categories: list[tuple[str, str]]) -> dict[str, object]:
    """Return the weights for ``judge.json``."""
    columns, truth = _signals(papers, said)
    every = _logistic(columns.reshape(-1, 5), truth.ravel(), np.array([0.5, 0.5, 1.0, 0.5, -1.0]), 0.01)
    weights = {c.value: _logistic(columns[:, n], truth[:, n], every, _DRAWN) for n, c in enumerate(CODES)}
    chances = np.stack([_chances(columns[:, n], weights[c.value]) for n, c in enumerate(CODES)], axis=1)
    return {
        "weights": {code: [round(float(w), 4) for w in own] for code, own in weights.items()},
        "thresholds": _thresholds(chances, truth),
        "nature": _mix(list(_natures(papers, said))),
        "category": _mix(list(_categories(papers, said, categories))),
    }


def _signals(papers: Sequence[JudgedText], said: Sequence[Said]) -> tuple[np.ndarray, np.ndarray]:
    """Return what `classifiers.signals.inputs` makes of every paper, shape (papers, signals, 5), and the truth."""
    columns = np.zeros((len(papers), len(CODES), 5))
    truth = np.zeros((len(papers), len(CODES)))
    for row, (paper, one) in enumerate(zip(papers, said, strict=True)):
        page = laid(paper)
        worded = worded_signals(page.case, narrative(page.texts), page.policy)
        there = true_signals(paper)
        for n, code in enumerate(CODES):
            columns[row, n] = inputs(float(one.signals[n]), float(one.grams[n]), worded.get(code))
            truth[row, n] = code in there
    return columns, truth


def _logistic(inputs: np.ndarray, truth: np.ndarray, prior: np.ndarray, strength: float) -> np.ndarray:
    def cost(x: np.ndarray) -> tuple[float, np.ndarray]:
        z = inputs @ x
        slope = inputs.T @ (1 / (1 + np.exp(-np.clip(z, -30, 30))) - truth) + 2 * strength * (x - prior)
        return float((np.logaddexp(0, z) - truth * z).sum() + strength * ((x - prior) ** 2).sum()), slope

    # More of a logit never speaks against a signal.
    bounds = [(0.0, None), (0.0, None), (0.0, None), (None, None), (None, None)]
    found: np.ndarray = minimize(cost, prior, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


def _chances(inputs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))


def _thresholds(chances: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Return for each signal the chance from which naming it gives the best F1, drawn towards the common one."""
    grid = np.arange(0.2, 0.81, 0.02)
    counts = np.stack([_counts(chances > t, truth) for t in grid])  # (grid, signals, right/found/there)
    common = counts.sum(1)
    f1 = 2 * common[:, 0] / (common[:, 1] + common[:, 2])
    share = common / common.sum(1, keepdims=True)
    out = {}
    for n, code in enumerate(CODES):
        own = counts[:, n] + _SHRINK * share
        best = int((2 * own[:, 0] / (own[:, 1] + own[:, 2])).argmax())
        out[code.value] = round(float(grid[best]), 2)
    print(f"signals together, one threshold: F1 {f1.max():.3f} at {grid[int(f1.argmax())]:.2f}")
    return out


def _counts(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return np.stack([(found & (truth > 0)).sum(0), found.sum(0), truth.sum(0)], axis=1).astype(float)


def _natures(papers: Sequence[JudgedText], said: Sequence[Said]):  # type: ignore[no-untyped-def]
    for paper, one in zip(papers, said, strict=True):
        page = laid(paper)
        worded = worded_disposition(page.policy, narrative(page.texts), page.texts).nature
        count = len(NATURES)
        columns = np.stack([one.whole[:count], one.whole_grams[:count], [float(n is worded) for n in NATURES]], 1)
        yield columns, NATURES.index(paper.disposition)


def _categories(papers: Sequence[JudgedText], said: Sequence[Said], categories: list[tuple[str, str]]):  # type: ignore[no-untyped-def]
    for paper, one in zip(papers, said, strict=True):
        own = [n for n, (policy, _) in enumerate(categories) if policy == paper.policy]
        if (paper.policy, paper.category) not in categories or paper.disposition not in COMPLAINTS:
            continue
        page = laid(paper)
        terms = by_terms(page.policy.pack.categories, narrative(page.texts))
        logs = [math.log(max(terms[categories[n][1]].chance, _LEAST_CHANCE)) for n in own]
        labels = len(NATURES) + np.array(own)
        columns = np.stack([one.whole[labels], one.whole_grams[labels], logs], 1)
        yield columns, own.index(categories.index((paper.policy, str(paper.category))))


def _mix(rows: list[tuple[np.ndarray, int]]) -> list[float]:
    """Return the weights of the columns whose weighted sum, through a softmax, makes the truth likeliest."""

    def cost(x: np.ndarray) -> float:
        logits = [columns @ x for columns, _ in rows]
        return float(
            sum(np.logaddexp.reduce(z) - z[right] for z, (_, right) in zip(logits, rows, strict=True))
            + 0.5 * (x**2).sum()
        )

    found = minimize(cost, np.array([0.5, 0.5, 0.5]), method="L-BFGS-B", bounds=[(0.0, None)] * 3).x
    right = np.mean([(columns @ found).argmax() == wanted for columns, wanted in rows])
    print(f"weights {np.round(found, 3)}: {right:.3f} right of {len(rows)}")
    return [round(float(x), 4) for x in found]
