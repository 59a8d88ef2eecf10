"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from review_ui.backend import ReviewBackend
from review_ui.typing.backend import NoReadings, TypingBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        typing: readings by character; by default there are none: nothing is marked and no box can be read.
    """

    review: ReviewBackend
    typing: TypingBackend = field(default_factory=NoReadings)
