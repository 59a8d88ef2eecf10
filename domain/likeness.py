"""Is this the same sheet of paper, scanned twice? A plain measure over the text of two pages.

Pages are compared by the runs of four characters that they share (Jaccard). Runs that stand on pages of several other
cases are the print of a form or the phrases of a trade and tell nothing; what is left decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from domain.case import Case

RUN = 4
"""Characters of one run."""

ENOUGH_RUNS = 30
"""A page with fewer telling runs says too little to be compared."""

ALIKE = 0.5
"""Share of common runs from which a person is asked: two readings of one sheet differ by what the recogniser misses."""

COMMON = 3
"""A run on pages of so many cases is print, not writing."""

IDENTITY = (
    "complainant_name",
    "complainant_id_no",
    "uscc",
    "complaint_date",
    "complainant_mobile",
    "amount_involved",
)
"""Fields of which two scans of one sheet cannot have different values."""


def runs_of(text: str) -> frozenset[str]:
    """Return the runs of letters, digits and Chinese characters in ``text``, marks and white left out."""
    written = "".join(character for character in text if character.isalnum())
    return frozenset(written[at : at + RUN] for at in range(len(written) - RUN + 1))


def print_of_forms(cases: Iterable[Iterable[frozenset[str]]]) -> frozenset[str]:
    """Return the runs that stand in at least ``COMMON`` cases.

    Args:
        cases: for every case the runs of its pages.
    """
    counts = Counter(run for pages in cases for run in frozenset[str]().union(*pages))
    return frozenset(run for run, count in counts.items() if count >= COMMON)


def likeness(one: frozenset[str], other: frozenset[str], known: frozenset[str] = frozenset()) -> float | None:
    """Return the share of common runs, 0 to 1, or ``None`` when the pages say too little.

    Args:
        one: runs of a page.
        other: runs of another page.
        known: runs that tell nothing.
    """
    mine, theirs = one - known, other - known
    if min(len(mine), len(theirs)) < ENOUGH_RUNS:
        return None
    return len(mine & theirs) / len(mine | theirs)


def contradict(one: Case, other: Case) -> bool:
    """Return True when two cases disagree in a field that two scans of one paper share: a new complaint, no copy."""
    pairs: Mapping[str, tuple[str | None, str | None]] = {
        name: (one.field_value(name), other.field_value(name)) for name in IDENTITY
    }
    return any(mine and theirs and mine != theirs for mine, theirs in pairs.values())
