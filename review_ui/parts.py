"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass

from review_ui.backend import ReviewBackend
from review_ui.papers_backend import PapersBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        papers: moves between cases, taking back, rescans; without it the station shows papers as they lie.
    """

    review: ReviewBackend
    papers: PapersBackend | None = None
