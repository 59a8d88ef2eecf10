"""Names that were read from the ink of a signature: recognisers misread cursive hands, and do so confidently."""

from __future__ import annotations

from collections.abc import Iterable

from domain.base import BBox
from domain.evidence import Candidate, Evidence, Signature

PERSON_FIELDS = frozenset({"complainant_name", "legal_representative"})
INK_CEILING = 0.3
"""A name read from a signature is never surer: too little to be accepted, to contradict or to win against print."""

_INK_AT = 0.5
_COVERED = 0.5


def is_ink(evidence: Iterable[Evidence], signatures: Iterable[Signature]) -> bool:
    """Tell whether a reading lies mostly inside the ink of a hand.

    Args:
        evidence: places of the reading, pages as the signatures count them.
        signatures: of the same document; boxes in pixels of the upright page image.
    """
    sure = [s for s in signatures if s.probability >= _INK_AT]
    return any(e.page == s.page and _covered(e.bbox, s.bbox) >= _COVERED for e in evidence for s in sure)


def weakened(candidate: Candidate, ceiling: float = INK_CEILING) -> Candidate:
    """Return the candidate, no surer than ``ceiling``."""
    return candidate.model_copy(update={"probability": min(candidate.probability, ceiling)})


def _covered(words: BBox, ink: BBox) -> float:
    """Return the share of the words' box that the ink's box covers, 0 to 1."""
    wide = min(words[2], ink[2]) - max(words[0], ink[0])
    high = min(words[3], ink[3]) - max(words[1], ink[1])
    area = (words[2] - words[0]) * (words[3] - words[1])
    return max(wide, 0.0) * max(high, 0.0) / area if area > 0 else 0.0
