"""New scans in the place of poor ones: what the mailroom said, and what arrived after a person had asked for it."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.case import Case
from domain.paper_trail import PaperTrail, ReplacedPage
from domain.replaced import with_replaced
from domain.rescans import arrivals, settled_rescans
from flows.stages import ReadPapers
from flows.wiring import Services


def told_by_mailroom(services: Services, case_id: str, trail: PaperTrail) -> PaperTrail:
    """Return ``trail`` with the pages in whose place the mailroom put new scans."""
    said = (
        ReplacedPage(
            sha256=r.old_sha256,
            source_page=r.old_page,
            new_sha256=r.new_sha256,
            new_page=r.new_page,
            by=r.actor,
            at=r.at,
        )
        for r in services.storage.mail_pages.replacements(case_id)
    )
    return with_replaced(trail, said)


def with_arrivals(before: Case, trail: PaperTrail, papers: ReadPapers) -> PaperTrail:
    """Return ``trail`` with the requests for rescans that new papers settled, and the pages these replaced.

    Args:
        before: the case without the new papers.
        trail: what is known of its papers by now.
        papers: all papers, as they lie.
    """
    case = before.model_copy(update={"documents": papers.documents, "papers": trail})
    rescans = settled_rescans(case, before, papers.texts, datetime.now(UTC))
    return with_replaced(trail.model_copy(update={"rescans": rescans}), arrivals(rescans))
