"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass

from review_ui.backend import ReviewBackend
from review_ui.four_eyes.backend import FourEyesBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        four_eyes: second keying and audit samples, ``None`` for an installation without them.
    """

    review: ReviewBackend
    four_eyes: FourEyesBackend | None = None
