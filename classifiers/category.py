"""Category of a complaint: the pack's terms and the network together, or the house's own model instead."""

from __future__ import annotations

import math
from pathlib import Path

from classifiers.categories.checkpoint import by_checkpoint
from classifiers.categories.terms import LEAST_SCORE, ByTerms, by_terms
from classifiers.narrative import Sentence
from classifiers.network.hearing import Heard, clause, labels
from classifiers.producers import CATEGORY
from domain.evidence import Evidence
from domain.policy import AdoptedPolicy
from domain.verdicts import CategoryVerdict

_LEAST_CHANCE = 1e-4
_SHOWN = 4


def decide_category(policy: AdoptedPolicy, spoken: tuple[Sentence, ...], heard: Heard) -> CategoryVerdict:
    """Return the most likely category with its alternatives; ``value`` is ``None`` when the words are unclear.

    Args:
        policy: its categories; the house's own model of them, if any.
        spoken: what the complainant says.
        heard: the same, as the network hears it.

    Raises:
        ConfigurationError: the house's own model cannot be used.
    """
    pack = policy.pack
    terms = by_terms(pack.categories, spoken)
    shares = chances(policy, spoken, heard, terms)
    order = sorted(shares, key=lambda name: -shares[name])
    known = bool(heard.categories(pack.id)) or policy.category_model is not None
    if not order or (terms[order[0]].score < LEAST_SCORE and not known):
        return CategoryVerdict(value=None, probability=0.0, producer=CATEGORY)
    label = {c.id: c.label for c in pack.categories}
    best = order[0]
    probability = round(shares[best], 4)
    return CategoryVerdict(
        value=label[best],
        probability=probability,
        producer=CATEGORY,
        evidence=_evidence(policy, best, terms[best], spoken, heard),
        accepted=round(1 - probability, 6) <= policy.error_budget("category"),
        alternatives=tuple((label[name], round(shares[name], 4)) for name in order[1:4]),
    )


def chances(
    policy: AdoptedPolicy, spoken: tuple[Sentence, ...], heard: Heard, terms: dict[str, ByTerms]
) -> dict[str, float]:
    """Return the chance of each category, by id; empty when nothing is said or the pack has none."""
    if not terms or not spoken:
        return {}
    if policy.category_model is not None:
        own = by_checkpoint(Path(policy.category_model), "\n".join(s.text for s in spoken))
        return {name: own.get(name, 0.0) for name in terms}
    network = heard.categories(policy.pack.id)
    if set(network) != set(terms):
        # A house's own pack, or categories that the network never saw: few words are weak ground however clear.
        trust = 1 - math.exp(-max(t.score for t in terms.values()) / 1.6)
        return {name: t.chance * trust for name, t in terms.items()}
    return together({name: t.chance for name, t in terms.items()}, network, labels().category)


def together(
    terms: dict[str, float], network: dict[str, tuple[float, float]], weights: tuple[float, float, float]
) -> dict[str, float]:
    """Return the chances that follow from all three: the weighted sum of logits (a product of experts, Hinton 2002).

    Args:
        terms: chance of each category by the pack's terms.
        network: logits of network and n-grams.
        weights: of network, n-grams and terms.
    """
    logits = {
        name: weights[0] * network[name][0]
        + weights[1] * network[name][1]
        + weights[2] * math.log(max(terms[name], _LEAST_CHANCE))
        for name in terms
    }
    top = max(logits.values())
    powers = {name: math.exp(logit - top) for name, logit in logits.items()}
    return {name: power / sum(powers.values()) for name, power in powers.items()}


def _evidence(
    policy: AdoptedPolicy, category: str, terms: ByTerms, spoken: tuple[Sentence, ...], heard: Heard
) -> tuple[Evidence, ...]:
    """Return the boxes of the deciding words; of the place that the network looks at when no term is there."""
    if terms.words:
        return tuple(e for s, start, end in terms.words[:_SHOWN] for e in s.evidence(start, end))
    if category in heard.categories(policy.pack.id):
        number, sign = heard.spot(labels().column(policy.pack.id, category))
        return spoken[number].evidence(*clause(spoken[number].text, sign))
    return spoken[0].evidence(0, len(spoken[0].text))
