"""Several readings of one field: agreement raises the probability, contradiction lowers it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.evidence import Candidate, FieldValue
from extractors.values.confidence import HIGHEST, LOWEST

# Readings of one letter share pen, paper and recogniser, and with them the blind spots (堃 read as 坐 every time).
SAME_DOCUMENT = 0.25
OTHER_DOCUMENT = 0.9


def vetoed(candidate: Candidate) -> bool:
    """Tell whether a structure test refuses the reading."""
    return any(check.passed is False for check in candidate.checks)


def agreed_probability(probabilities: Iterable[float], weight: float) -> float:
    """Return the chance that a value is right which several readings give.

    Args:
        probabilities: one per reading, at least one.
        weight: 0 to 1, how independent the further readings are.
    """
    best, *others = sorted(probabilities, reverse=True)
    wrong = 1 - best
    for other in others:
        wrong *= (1 - other) ** weight
    return min(1 - wrong, HIGHEST)


def against(probability: float, rivals: Iterable[float]) -> float:
    """Return the chance of one value when others claim the same place: one of them is right, or none."""
    own = _odds(probability)
    return own / (1 + own + sum(_odds(r) for r in rivals))


def _odds(probability: float) -> float:
    inside = min(max(probability, LOWEST), HIGHEST)
    return inside / (1 - inside)


def _spelling(value: str, candidates: list[Candidate]) -> str:
    """Return the fullest spelling among the candidates: 扎西旺堆 is 扎西·旺堆 with its small dot not read."""
    same = [c.value for c in candidates if c.value.replace("·", "") == value]
    return max(same, key=len, default=value)


def combine(name: str, candidates: list[Candidate], weight: float = SAME_DOCUMENT) -> FieldValue | None:
    """Choose the best value of a field, ``None`` without candidates; refused readings come last."""
    if not candidates:
        return None
    ordered = sorted(candidates, key=lambda c: (vetoed(c), -c.probability))
    groups: dict[str, list[Candidate]] = {}
    for candidate in ordered:
        groups.setdefault(_spelling(candidate.value, ordered), []).append(candidate)
    chances = {value: agreed_probability((c.probability for c in group), weight) for value, group in groups.items()}
    best = max(groups, key=lambda v: (not vetoed(groups[v][0]), chances[v]))
    rivals = [p for value, p in chances.items() if value != best and not vetoed(groups[value][0])]
    first = next(c for c in groups[best] if c.value == best)
    rest = [c for value in sorted(groups, key=lambda v: -chances[v]) for c in groups[value] if value != best]
    return FieldValue(
        name=name,
        value=best,
        raw=first.raw,
        probability=min(against(chances[best], rivals), 0.05) if vetoed(first) else against(chances[best], rivals),
        producer=first.producer,
        evidence=first.evidence,
        checks=first.checks,
        candidates=(*groups[best], *rest),
    )
