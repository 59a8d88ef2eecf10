"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass

from review_ui.backend import ReviewBackend
from review_ui.systems.backend import Systems


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        systems: tokens, uploads and webhooks of other systems; ``None`` for pages that serve people only.
    """

    review: ReviewBackend
    systems: Systems | None = None
