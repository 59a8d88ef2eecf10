"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass

from review_ui.audit.backend import AuditBackend
from review_ui.backend import ReviewBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        audit: the audit log; ``None`` for pages without one, where nothing is logged and nothing is masked.
    """

    review: ReviewBackend
    audit: AuditBackend | None = None
