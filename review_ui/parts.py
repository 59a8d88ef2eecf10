"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass

from review_ui.backend import ReviewBackend
from review_ui.desk.backend import DeskBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        desk: case page, archive desk, dashboard and health page; ``None`` serves the station alone.
    """

    review: ReviewBackend
    desk: DeskBackend | None = None
