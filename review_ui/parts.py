"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass

from review_ui.backend import ReviewBackend
from review_ui.mailroom.backend import MailroomBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        mailroom: batches and uploads, ``None`` where nothing is taken in.
    """

    review: ReviewBackend
    mailroom: MailroomBackend | None = None
