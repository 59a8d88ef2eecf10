"""Papers of a new case that were probably scanned before: pages compared with those of recent and related cases.

A plain comparison, bounded in number; a person answers, nothing is decided here. A repeat complaint is no duplicate:
its date, amount or words differ (``domain.likeness``).
"""

from __future__ import annotations

from domain.case import Case
from domain.likeness import ALIKE, contradict, likeness, print_of_forms, runs_of
from flows.wiring import Services
from storage import CaseFilter
from storage.mail_rows import LookAlike

LOOKED_AT = 200
"""Newest cases of the same rule pack that a new case is compared with, beside the related ones."""

MOST = 20
"""Pairs kept for one case, the most alike first: a person will not look at more."""

Pages = dict[tuple[str, int], frozenset[str]]
"""Runs of the pages of one case by document and page."""


def compare_due(services: Services) -> None:
    """Compare the cases that the mailroom took in and that were read since they were last compared."""
    for case_id in services.storage.mail_pages.to_compare():
        case = services.storage.cases.load_case(case_id)
        if case is not None:
            services.storage.mail_pages.compared(case_id, case.revision, look_alikes(services, case))


def look_alikes(services: Services, case: Case) -> tuple[LookAlike, ...]:
    """Return the pages of other cases that look like pages of ``case``; on each page the most alike one of a case."""
    others = _others(services, case)
    pages = {other: _pages(services, other) for other in (case.id, *others)}
    known = print_of_forms(tuple(p.values()) for p in pages.values())
    found = []
    for other in others:
        if pages[other] and not _contradicted(services, case, other):
            found.extend(_pairs(case.id, pages[case.id], other, pages[other], known))
    return tuple(sorted(found, key=lambda pair: -pair.score)[:MOST])


def _others(services: Services, case: Case) -> tuple[str, ...]:
    recent = services.storage.cases.list_cases(CaseFilter(policy=case.policy), limit=LOOKED_AT)
    ids = (*(related.case_id for related in case.related), *(row.id for row in recent))
    return tuple(i for i in dict.fromkeys(ids) if i != case.id)


def _contradicted(services: Services, case: Case, other: str) -> bool:
    loaded = services.storage.cases.load_case(other)
    return loaded is None or loaded.received_at > case.received_at or contradict(case, loaded)


def _pages(services: Services, case_id: str) -> Pages:
    return {(t.document_id, t.page): runs_of(t.text) for t in services.storage.cases.case_texts(case_id)}


def _pairs(case_id: str, mine: Pages, other: str, theirs: Pages, known: frozenset[str]) -> list[LookAlike]:
    found = []
    for (document, page), runs in mine.items():
        scored = [(likeness(runs, others, known), place) for place, others in theirs.items() if place[0] != document]
        score, place = max(((s, p) for s, p in scored if s is not None), default=(0.0, ("", 1)))
        if score >= ALIKE:
            found.append(LookAlike(case_id, document, page, other, *place, round(score, 3)))
    return found
