"""What each of the three who judge is worth alone: rules, network, character n-grams; and the three together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.judging.judged import laid
from benchmarks.judging.scores import COMPLAINTS, Count, true_signals
from benchmarks.judging.texts import JudgedText
from classifiers.categories.terms import by_terms
from classifiers.category import together
from classifiers.disposition import nature_chances
from classifiers.narrative import narrative
from classifiers.network.hearing import Heard, hear, labels
from classifiers.signals import chance_of
from classifiers.worded_disposition import worded_disposition
from classifiers.worded_signals import worded_signals
from domain.verdicts import Signal
from domain.vocabulary import SignalCode

EXPERTS = ("rules", "network", "n-grams", "together")
_GRID = np.arange(-3.0, 3.01, 0.25)


@dataclass(frozen=True)
class Expert:
    """Figures of one who judges alone.

    Attributes:
        signals: F1; of network and n-grams with the one threshold that suits this part best.
        nature: share of papers whose nature is right.
        category: macro F1.
    """

    signals: float
    nature: float
    category: float


def experts(papers: Iterable[JudgedText]) -> dict[str, Expert]:
    """Return what each is worth alone, and all together, on the same papers."""
    truths, logits, chances = [], [], []
    rules, natures = Count(), defaultdict(list)
    categories: dict[str, dict[tuple[str, str], Count]] = {name: defaultdict(Count) for name in EXPERTS}
    for paper in papers:
        page = laid(paper)
        spoken = narrative(page.texts)
        heard, truth = hear(spoken), true_signals(paper)
        worded = worded_signals(page.case, spoken, page.policy)
        rules.add(truth, frozenset(worded))
        truths.append([code in truth for code in SignalCode])
        logits.append([heard.strongest(code) for code in SignalCode])
        chances.append([_named(code, worded, heard) for code in SignalCode])
        own = worded_disposition(page.policy, spoken, page.texts).nature
        for name, said in _natures(own, heard).items():
            natures[name].append(said is paper.disposition)
        if paper.category is None or paper.disposition not in COMPLAINTS or not page.policy.pack.categories:
            continue
        terms = {n: t.chance for n, t in by_terms(page.policy.pack.categories, spoken).items()}
        for name, best in _categories(paper.policy, terms, heard).items():
            counts = categories[name]
            counts[paper.policy, paper.category].add(frozenset({paper.category}), frozenset({best} & {paper.category}))
            if best != paper.category:
                counts[paper.policy, best].false += 1
    there, told = np.array(truths), np.array(logits)
    signals = {
        "rules": rules.f1,
        "network": _best(told[..., 0], there),
        "n-grams": _best(told[..., 1], there),
        "together": _f1(np.array(chances), there),
    }
    macro = {n: sum(c.f1 for c in counts.values()) / max(len(counts), 1) for n, counts in categories.items()}
    return {name: Expert(signals[name], float(np.mean(natures[name])), macro[name]) for name in EXPERTS}


def _named(code: SignalCode, worded: dict[SignalCode, Signal], heard: Heard) -> bool:
    return chance_of(code, worded.get(code), heard) >= labels().thresholds[code]


def _natures(worded: object, heard: Heard) -> dict[str, object]:
    known = labels().natures
    chances = nature_chances(worded, heard)  # type: ignore[arg-type]
    count = len(known)
    return {
        "rules": worded,
        "network": known[int(heard.whole[:count].argmax())],
        "n-grams": known[int(heard.whole_grams[:count].argmax())],
        "together": max(chances, key=lambda n: chances[n]),
    }


def _categories(policy: str, terms: dict[str, float], heard: Heard) -> dict[str, str]:
    network = heard.categories(policy)
    said = {"rules": terms, "network": {n: p for n, (p, _) in network.items()}}
    said |= {"n-grams": {n: p for n, (_, p) in network.items()}}
    if set(network) == set(terms):
        said["together"] = together(terms, network, labels().category)
    # A regime whose categories only its terms know.
    return {name: max(found, key=lambda n: found[n]) for name in EXPERTS for found in [said.get(name) or terms]}


def _best(logits: np.ndarray, there: np.ndarray) -> float:
    return max(_f1(logits > least, there) for least in _GRID)


def _f1(found: np.ndarray, there: np.ndarray) -> float:
    return float(2 * (found & there).sum() / max(found.sum() + there.sum(), 1))


def table(found: dict[str, Expert]) -> list[str]:
    """Return the rows of the table."""
    rows = ["who judges      signals F1   nature   category macro F1"]
    return rows + [f"{n:14} {e.signals:11.3f} {e.nature:8.3f} {e.category:19.3f}" for n, e in found.items()]
