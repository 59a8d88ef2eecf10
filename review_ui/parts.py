"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass

from review_ui.backend import ReviewBackend
from review_ui.queue.backend import QueueBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        queue: whose hands a case is in, the next case, saved filters.
    """

    review: ReviewBackend
    queue: QueueBackend
