"""What the pages stand on: one interface for each desk. Wiring fills them in, tests put others in their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from review_ui.accounts.backend import AccountsBackend
from review_ui.audit.backend import AuditBackend
from review_ui.backend import ReviewBackend
from review_ui.desk.backend import DeskBackend
from review_ui.desk.copies_backend import CopiesBackend
from review_ui.four_eyes.backend import FourEyesBackend
from review_ui.mailroom.backend import MailroomBackend
from review_ui.papers_backend import PapersBackend
from review_ui.queue.backend import QueueBackend
from review_ui.retention.backend import RetentionDesk
from review_ui.systems.backend import Systems
from review_ui.typing.backend import NoReadings, TypingBackend


@dataclass(frozen=True)
class Parts:
    """The interfaces behind the pages.

    Attributes:
        review: cases, pictures and decisions.
        queue: whose hands a case is in, the next case, saved filters.
        accounts: who may sign in; ``None`` for pages alone, where everything is allowed to the local actor.
        audit: the audit log; ``None`` for pages without one, where nothing is logged and nothing is masked.
        typing: readings by character; by default there are none: nothing is marked and no box can be read.
        papers: moves between cases, taking back, rescans; without it the station shows papers as they lie.
        desk: case page, archive desk, dashboard and health page; ``None`` serves the station alone.
        copies: copies of papers for those who ask, ``None`` where none are made.
        mailroom: batches and uploads, ``None`` where nothing is taken in.
        four_eyes: second keying and audit samples, ``None`` for an installation without them.
        systems: tokens, uploads and webhooks of other systems; ``None`` for pages that serve people only.
        retention: legal holds and disposal; ``None`` for pages without them.
    """

    review: ReviewBackend
    queue: QueueBackend
    accounts: AccountsBackend | None = None
    audit: AuditBackend | None = None
    typing: TypingBackend = field(default_factory=NoReadings)
    papers: PapersBackend | None = None
    desk: DeskBackend | None = None
    copies: CopiesBackend | None = None
    mailroom: MailroomBackend | None = None
    four_eyes: FourEyesBackend | None = None
    systems: Systems | None = None
    retention: RetentionDesk | None = None
