"""What the review pages ask for, over storage and stages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from classifiers.route import case_status
from domain.archive import ArchiveRecord
from domain.case import Case, Decision
from domain.documents import Document, Page, key_of, source_of
from domain.errors import DecisionError, StaleRevisionError, UnknownCaseError, UnknownObjectError
from domain.four_eyes import check_keying
from domain.papers import PAPER_ACTIONS
from domain.policy import PolicyPack
from domain.review import apply_decision
from domain.statistics import MonthlyStatistics
from extractors.reading.page_image import encode_page
from extractors.reading.reader import render_upright
from flows.claims import claimed
from flows.delivering import stored_file
from flows.figures import month_figures
from flows.filing import FINISHED, file_cut_short, file_revision, read_papers, searchable_copies, stored_readings
from flows.papers import at_the_next_run, awaits_reading, made_anew
from flows.queue_service import counts_of, entry_of, stored
from flows.settling import judged, review_items
from flows.stages import FileReading
from flows.wiring import Services
from flows.writing import today
from review_ui.backend import (
    EVERYTHING,
    CaseEntry,
    Choices,
    FailedInput,
    PageImage,
    PolicyName,
    QueueCounts,
    QueueFilter,
    SearchHit,
    StoredFile,
)
from storage import CaseFilter

_log = logging.getLogger(__name__)


class ReviewService:
    """Implements ``review_ui.backend.ReviewBackend``. Safe to use from several threads.

    Args:
        services: the parts.
        wake: called when there may be something to read: a page that was turned.
    """

    def __init__(self, services: Services, wake: Callable[[], None] = at_the_next_run) -> None:
        self._services = services
        self._wake = wake

    def queue(self, wanted: QueueFilter, limit: int | None = None, after: str | None = None) -> tuple[CaseEntry, ...]:
        """Return unfinished cases with open reasons, most urgent first."""
        return tuple(entry_of(line) for line in self._services.storage.lists.waiting(stored(wanted), limit, after))

    def counts(self, wanted: QueueFilter = EVERYTHING) -> QueueCounts:
        """Return the figures above the queue."""
        storage = self._services.storage
        figures = storage.lists.figures(stored(wanted))
        return counts_of(figures, cases=self.number_of_cases(), failed=storage.failures.count_open())

    def number_of_cases(self) -> int:
        """Return how many cases there are."""
        return self._services.storage.cases.count_cases()

    def cases(self, limit: int, offset: int) -> tuple[CaseEntry, ...]:
        """Return all cases, newest first."""
        return tuple(entry_of(line) for line in self._services.storage.lists.newest(limit, offset))

    def case(self, key: str) -> Case:
        """Return the newest revision.

        Raises:
            UnknownCaseError: there is none.
        """
        case = self._loaded(key)
        if case is None:
            raise UnknownCaseError(f"案件 {key} 已受理但尚未识别", "请等待识别完成")
        return case

    def decide(self, case_id: str, expected_revision: int, decision: Decision) -> Case:
        """Apply one decision, judge again, save; ``finish`` files the case and gives it back.

        The case is, or becomes, the actor's own: its lease is renewed now, and must still stand when the answer is
        written.

        Raises:
            UnknownCaseError: there is no such case.
            CaseHeldError: another person has the case.
            StaleRevisionError: the case changed since it was shown.
            DecisionError: the decision does not fit the case.
        """
        known = self.case(case_id).id
        self._services.storage.leases.hold(known, decision.actor)
        with claimed(self._services.settings.home, known) as cut_short:
            if cut_short:
                file_cut_short(self._services, case_id)
            return self._decided(case_id, expected_revision, decision)

    def _decided(self, case_id: str, expected_revision: int, decision: Decision) -> Case:
        case = self.case(case_id)
        if case.revision != expected_revision:
            raise StaleRevisionError(
                f"案件 {case.number} 已是第 {case.revision} 版，您看到的是第 {expected_revision} 版",
                "请刷新页面，在最新版本上重新操作",
            )
        if decision.action == FINISHED and case.finished and self._is_filed(case):
            raise DecisionError(f"案件 {case.number} 第 {case.revision} 版已经归档，此后没有改动", "不必再次归档")
        readings = stored_readings(self._services, case)
        if decision.action in PAPER_ACTIONS:
            change = made_anew(self._services, apply_decision(case, decision), readings, decision.action)
            self._services.storage.cases.save_change(replace(change, holder=decision.actor))
            if awaits_reading(change.case):
                self._wake()
            return self.case(case.id)
        policy = self._services.policies.adopted(case.policy)
        check_keying(case, decision, policy.four_eyes, policy.gravest_level)
        changed = self._judged_anew(apply_decision(case, decision), readings)
        self._services.storage.cases.save_case(
            changed, decision.action, case.revision, items=review_items(changed), holder=decision.actor
        )
        if decision.action == FINISHED:
            self._services.storage.leases.release(changed.id, decision.actor)
            return file_revision(self._services, changed, searchable_copies(self._services, changed, readings))
        return changed

    def _is_filed(self, case: Case) -> bool:
        return self._services.storage.filing.record(case.id, case.revision) is not None

    def _judged_anew(self, case: Case, readings: tuple[FileReading, ...]) -> Case:
        read = {(r.sha256, p.read.page.source_page) for r in readings for p in r.pages}
        pages = {key_of(d, p) for d in case.documents for p in d.pages}
        if not pages <= read:
            # read by an older version whose text is not at hand: the verdicts stand, the answer must not be refused
            _log.warning("%s: %d pages have no stored text, verdicts stay as they are", case.number, len(pages - read))
            return case.model_copy(update={"status": case_status(case)})
        texts = read_papers(self._services, case, readings).texts
        return judged(case, texts, self._services.policies.adopted(case.policy))

    def page_image(self, case_id: str, document_id: str, page: int) -> PageImage:
        """Return a page's picture.

        Raises:
            UnknownCaseError: there is no such case.
            UnknownObjectError: there is no such document or page.
        """
        document, found = self._page(case_id, document_id, page)
        source = source_of(document, found).object
        path = self._services.storage.objects.path(source.key)
        image = render_upright(path, source.media_type, found.source_page, found)
        content, media_type = encode_page(image)
        return PageImage(content=content, media_type=media_type)

    def original(self, case_id: str, document_id: str, page: int = 1) -> StoredFile:
        """Return the file that a page of a document came from; its pieces are verified on their way.

        Raises:
            UnknownCaseError: there is no such case.
            UnknownObjectError: there is no such document or page.
        """
        document = self._document(case_id, document_id)
        source = document.source if page == 1 else source_of(*self._page(case_id, document_id, page))
        return stored_file(self._services, source)

    def failures(self) -> tuple[FailedInput, ...]:
        """Return inputs that could not be read and were not dealt with, newest first."""
        items = self._services.storage.failures.list_failures()
        return tuple(FailedInput(failure=i.failure, received_at=i.first_seen_at) for i in reversed(items))

    def choices(self, policy: str) -> Choices:
        """Return the labels of a pack.

        Raises:
            UnknownPolicyError: there is no such pack.
        """
        pack = self._services.policies.adopted(policy).pack
        return Choices(
            policy_title=pack.title,
            categories=tuple(c.label for c in pack.categories),
            levels=_levels(pack),
            materials=_material_labels(pack),
        )

    def search(self, query: str, limit: int) -> tuple[SearchHit, ...]:
        """Return where the words were found, best first."""
        hits = self._services.storage.search.find(query, limit=limit)
        return tuple(
            SearchHit(
                case_id=h.case_id,
                case_number=h.case_number,
                source=h.source,
                document_id=h.document_id,
                page=h.page,
                snippet=h.snippet,
                marks=h.marks,
            )
            for h in hits
        )

    def filings(self, case_id: str) -> tuple[ArchiveRecord, ...]:
        """Return every filing of a case, oldest first."""
        revisions = self._services.storage.cases.case_history(case_id)
        records = (self._services.storage.filing.record(case_id, r.number) for r in revisions)
        return tuple(record for record in records if record is not None)

    def policies(self) -> tuple[PolicyName, ...]:
        """Return the packs, those with the most cases first."""
        count = self._services.storage.cases.count_cases
        found = (
            PolicyName(id=pack.id, title=pack.title, cases=count(CaseFilter(policy=pack.id)))
            for pack in self._services.policies.packs.values()
        )
        return tuple(sorted(found, key=lambda policy: (-policy.cases, policy.id)))

    def statistics(self, policy: str, month: str) -> MonthlyStatistics:
        """Return the figures of the cases received in ``month``.

        Raises:
            UnknownPolicyError: there is no such pack.
            ConfigurationError: ``month`` is no month.
        """
        return month_figures(self._services, policy, month, today())

    def _loaded(self, key: str) -> Case | None:
        return self._services.storage.cases.load_case(key)

    def _document(self, case_id: str, document_id: str) -> Document:
        document = self.case(case_id).document(document_id)
        if document is None:
            raise UnknownObjectError(f"案件没有文件 {document_id}", "请刷新页面")
        return document

    def _page(self, case_id: str, document_id: str, page: int) -> tuple[Document, Page]:
        document = self._document(case_id, document_id)
        found = next((p for p in document.pages if p.number == page), None)
        if found is None:
            raise UnknownObjectError(f"文件没有第 {page} 页", "请刷新页面")
        return document, found


def _levels(pack: PolicyPack) -> tuple[str, ...]:
    """Return the labels of the levels, the gravest first."""
    return tuple(level.label for level in pack.severity.levels) if pack.severity else ()


def _material_labels(pack: PolicyPack) -> dict[str, str]:
    """Return the regime's own name of every paper in its materials lists."""
    lists = pack.materials
    if lists is None:
        return {}
    # the everyday lists last: their wording wins where a paper stands in several
    found = (lists.member_coordination, lists.legal_person, lists.natural_person)
    return {item.kind.value: item.label for items in found if items for item in items}
