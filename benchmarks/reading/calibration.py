"""Is a probability honest? Reliability, expected calibration error, Brier score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Values of about the same probability."""

    count: int
    mean_probability: float
    share_right: float


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """Return bins of equal mass of (probability, right), least probable first; equal probabilities may be split."""
    ordered = sorted(pairs)
    found = []
    for k in range(bins):
        part = ordered[k * len(ordered) // bins : (k + 1) * len(ordered) // bins]
        if part:
            mean = sum(p for p, _ in part) / len(part)
            found.append(Bin(len(part), mean, sum(right for _, right in part) / len(part)))
    return found


def expected_calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> float | None:
    """Return the mean gap between probability and share of right values over bins of equal mass (Guo et al. 2017)."""
    if not pairs:
        return None
    return sum(b.count * abs(b.mean_probability - b.share_right) for b in reliability(pairs, bins)) / len(pairs)


def brier(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Return the mean squared gap between probability and outcome (Brier 1950)."""
    return sum((p - right) ** 2 for p, right in pairs) / len(pairs) if pairs else None
