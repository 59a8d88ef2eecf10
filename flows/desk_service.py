"""What the case page, the archive desk and the dashboard ask for, over storage and the papers that leave the house."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import PurePath

from classifiers.deadlines import local_day, working_day_after
from classifiers.retention import retention_periods
from domain.audit import AuditFilter
from domain.case import Case
from domain.copies import TAKING, HandedOut, handed_out
from domain.dashboard import Dashboard, Period
from domain.documents import SourceFile
from domain.errors import UnknownObjectError
from domain.evidence import FieldValue
from domain.history import value_changes
from domain.records import CheckRecord, ObjectCheck, SentNotice
from domain.retention import Retention, retention_of
from domain.review import pauses_of
from flows.delivering import stored_file
from flows.health import health_of
from flows.notices import PACKAGE, make_paper, record_paper, unconfirmed_warnings
from flows.page_readings import PageReadings
from flows.review_service import ReviewService
from flows.wiring import Services
from flows.writing import today
from outgoing.certificate import certificate_pdf
from outgoing.errors import NoticeRefusedError
from outgoing.notices import NoticeKind, make_notice
from outgoing.package import TITLE, package_parts
from review_ui.backend import OriginalFile, PolicyName, SearchHit, StoredFile
from review_ui.desk.backend import (
    ArchiveAnswer,
    ArchiveQuery,
    CaseFile,
    FoundCase,
    Health,
    NoticeOffer,
    PagePlaces,
)
from review_ui.words import page_label
from storage import CaseFilter, CaseSummary
from storage.proof.certificates import certificate_json
from storage.search import Hit, marks_of

SOON_WORKING_DAYS = 3
AT_RISK_NAMED = 100
"""Most cases at risk that the dashboard names; it counts all."""
NOT_YET_RECORDED = "归档时期限未定，下次归档或编制销毁清册时重新核定"
TAKEN_NAMED = 200
"""Newest entries of each kind that the case page shows."""
_HITS_PER_CASE = 3
_FORMS = {"pdf": (certificate_pdf, "application/pdf"), "json": (certificate_json, "application/json")}
KINDS = (*(kind.value for kind in NoticeKind), PACKAGE)


class DeskService:
    """Implements ``review_ui.desk.backend.DeskBackend``. Safe to use from several threads."""

    def __init__(self, services: Services, review: ReviewService) -> None:
        self._services = services
        self._review = review
        self._readings = PageReadings(services)
        self._counting = threading.Lock()
        self._counted = False

    def case_file(self, key: str) -> CaseFile:
        """Return everything about a case. Raises UnknownCaseError."""
        case = self._review.case(key)
        desk = self._services.storage.desk
        return CaseFile(
            case=case,
            choices=self._review.choices(case.policy),
            changes=value_changes(desk.history.snapshots(case.id)),
            pauses=pauses_of(case),
            filings=desk.filings.of_case(case.id),
            notices=desk.notices.of_case(case.id),
            offers=tuple(self._offer(kind, case) for kind in KINDS),
            last_check=desk.checks.last(case.id),
            amended=desk.amendments.of_cases([case.id]).get(case.id),
            holds=self._services.storage.retention.holds.of_case(case.id),
            retention=self._retention(case),
            taken=self._taken(case),
        )

    def make_notice(self, case_id: str, kind: str, actor: str) -> SentNotice:
        """Make a notice of the newest revision and record it.

        Raises:
            UnknownCaseError: no such case.
            UnknownObjectError: no such kind of notice.
            NoticeRefusedError, NoticeTemplateError: the case gives no ground for it, or the template cannot be used.
            StorageError: it could not be kept; nothing was recorded.
        """
        if kind not in KINDS:
            raise UnknownObjectError(f"没有文书 {kind}", "请刷新案件页后再操作")
        case = self._review.case(case_id)
        return record_paper(self._services, case, make_paper(self._services, kind, case), actor)

    def notice_file(self, case_id: str, position: int, form: str) -> OriginalFile:
        """Return a recorded notice as ``docx`` or ``pdf``, hash verified. Raises UnknownObjectError, StorageError."""
        notice = self._services.storage.desk.notices.notice(case_id, position)
        source = {"docx": notice.docx, "pdf": notice.pdf}.get(form)
        if source is None:
            raise UnknownObjectError(f"文书没有 {form} 文件", "请刷新案件页后再操作")
        return self._read(source)

    def search(self, wanted: ArchiveQuery, limit: int, offset: int) -> ArchiveAnswer:
        """Return the cases that match: newest first, or best first when words are asked for.

        Raises:
            SearchQueryError: the words hold nothing that can be searched for.
        """
        chosen = CaseFilter(**wanted.model_dump(exclude={"words", "kind"}))
        cases = self._services.storage.cases
        if not wanted.words and wanted.kind is None:
            total = cases.count_cases(chosen)
            found = tuple(_found(row, ()) for row in cases.list_cases(chosen, limit, offset))
            more = offset + len(found) < total
        else:
            found, more = self._with_words(wanted, chosen, limit, offset)
            total = len(found)
        return ArchiveAnswer(cases=found, total=total, more=more, levels=self._levels(wanted.policy))

    def places(self, case_id: str, document_id: str, page: int, words: str) -> PagePlaces:
        """Return where ``words`` stand on a page (from 1). Raises UnknownCaseError, UnknownObjectError."""
        case = self._review.case(case_id)
        document = case.document(document_id)
        shown = next((p for p in document.pages if p.number == page), None) if document else None
        if document is None or shown is None:
            raise UnknownObjectError(f"案件没有文件 {document_id} 的第 {page} 页", "请刷新页面")
        lines = self._readings.lines(case, document_id, page)
        boxes = [line.span_box(*span) for line in lines for span in marks_of(line.text, words)]
        if not boxes:  # found in a value that is written otherwise on the page, for example a date
            boxes = [
                e.bbox
                for f in case.fields.values()
                if isinstance(f, FieldValue) and marks_of(f"{f.value} {f.raw}", words)
                for e in f.evidence
                if (e.document_id, e.page) == (document_id, page)
            ]
        label = page_label(case, document_id, page)
        return PagePlaces(
            case_number=case.number, label=label, width=shown.width, height=shown.height, boxes=tuple(boxes)
        )

    def check_object(self, sha256: str) -> ObjectCheck:
        """Hash an object again and prove its filing; what does not hold is an alarm. Raises UnknownObjectError."""
        desk = self._services.storage.desk
        check = desk.checks.check_object(sha256)
        if not check.holds:
            wrong = "、".join(c.name for c in check.comparisons if not c.holds)
            desk.deliveries.raise_alarm(check.ref.key, f"对象 {check.ref.key} 核验不符：{wrong}")
        return check

    def object_file(self, sha256: str) -> StoredFile:
        """Return an object; its pieces are verified on their way. Raises UnknownObjectError."""
        return stored_file(self._services, self._services.storage.desk.checks.registered(sha256))

    def certificate(self, case_id: str, form: str) -> OriginalFile:
        """Return the certificate of a case as ``pdf`` or ``json``. Raises as ``Certificates.of_case``."""
        certificate = self._services.storage.proof.certificates.of_case(case_id)
        write, media_type = _FORMS[form]
        name = f"{certificate.case_number}.存证证明.{form}"
        return OriginalFile(content=write(certificate), media_type=media_type, name=name)

    def verify_case(self, case_id: str, actor: str) -> CheckRecord:
        """Check everything that is filed of a case and record the check. Raises UnknownCaseError."""
        record, _ = self._services.storage.desk.checks.verify_recorded(case_id, actor)
        return record

    def policies(self) -> tuple[PolicyName, ...]:
        """Return the packs, those with the most cases first."""
        return self._review.policies()

    def dashboard(self, period: Period, now: datetime) -> Dashboard:
        """Return every figure of ``period``. Raises UnknownPolicyError."""
        if period.policy is not None:
            self._services.policies.adopted(period.policy)
        self._count_once()
        adoption = self._services.policies.adoption
        soon = working_day_after(local_day(now), SOON_WORKING_DAYS, adoption.calendar if adoption else None)
        return self._services.storage.desk.dashboard.dashboard(period, now, soon, AT_RISK_NAMED)

    def health(self) -> Health:
        """Return the state of the installation."""
        return health_of(self._services, self._review.failures())

    def _retention(self, case: Case) -> Retention | None:
        """Return how long a filed case stays, and why that is undecided where it is."""
        if case.archive.log_index is None:
            return None
        filed = self._services.storage.filing.record(case.id)
        periods = retention_periods(self._services.policies.adopted(case.policy))
        closed = filed.filed_at if filed else case.received_at
        found = retention_of(periods, local_day(case.received_at), local_day(closed))
        recorded = case.archive.objects[0].retain_until if case.archive.objects else None
        if found.until is not None and recorded is None:
            return Retention(until=None, undecided=(NOT_YET_RECORDED,))
        return found if found.until is None else found.model_copy(update={"until": recorded})

    def _taken(self, case: Case) -> tuple[HandedOut, ...]:
        find = self._services.storage.audit.find
        wanted = (AuditFilter(case=case.id, operation=operation) for operation in TAKING)
        return handed_out(entry for one in wanted for entry in find(one, TAKEN_NAMED))

    def _count_once(self) -> None:
        """Count the cases that an older version saved, once in the life of the process."""
        with self._counting:
            if not self._counted:
                self._services.storage.desk.figure_rows.catch_up()
                self._counted = True

    def _read(self, source: SourceFile) -> OriginalFile:
        storage = self._services.storage
        with storage.desk.deliveries.watched(source.object):
            content = storage.objects.read(source.object.key)
        return OriginalFile(content=content, media_type=source.object.media_type, name=PurePath(source.name).name)

    def _offer(self, kind: str, case: Case) -> NoticeOffer:
        """Say whether a notice can be made, by making its content (no file)."""
        policy = self._services.policies.adopted(case.policy)
        try:
            if kind == PACKAGE:
                package_parts(case, policy)
                return NoticeOffer(kind=kind, title=TITLE)
            notice = make_notice(NoticeKind(kind), case, policy, today())
        except NoticeRefusedError as refused:
            title = TITLE if kind == PACKAGE else NoticeKind(kind).heading
            return NoticeOffer(kind=kind, title=title, refused=str(refused))
        deficient = kind == NoticeKind.DEFICIENCY.value
        return NoticeOffer(
            kind=kind, title=notice.title, warning="".join(unconfirmed_warnings(case)) if deficient else ""
        )

    def _with_words(
        self, wanted: ArchiveQuery, chosen: CaseFilter, limit: int, offset: int
    ) -> tuple[tuple[FoundCase, ...], bool]:
        """Return the cases in which the words were found, and whether there are more of them."""
        storage = self._services.storage
        words = wanted.words
        if not words:
            listed = storage.desk.found.with_kind(wanted.kind, chosen, limit + 1, offset)
            return tuple(_found(row, ()) for row in listed[:limit]), len(listed) > limit
        most = offset + limit + 1
        hits = storage.search.find(words, chosen, wanted.kind, limit=most * _HITS_PER_CASE, most_cases=most)
        by_case: dict[str, list[Hit]] = {}
        for hit in hits:
            by_case.setdefault(hit.case_id, []).append(hit)
        ids = list(by_case)
        rows = storage.desk.found.summaries(tuple(ids[offset : offset + limit]))
        if not ids and wanted.kind is None:
            rows = storage.desk.found.numbered(words.upper(), chosen)
        return tuple(_found(row, tuple(by_case.get(row.id, ()))) for row in rows), len(ids) > offset + limit

    def _levels(self, policy: str | None) -> tuple[str, ...]:
        packs = self._services.policies.packs
        chosen = [packs[policy]] if policy in packs else list(packs.values())
        labels = (level.label for pack in chosen if pack.severity for level in pack.severity.levels)
        return tuple(dict.fromkeys(labels))


def _found(row: CaseSummary, hits: tuple[Hit, ...]) -> FoundCase:
    return FoundCase(
        case_id=row.id,
        number=row.number,
        policy=row.policy,
        channel=row.channel,
        received_at=row.received_at,
        status=row.status,
        level=row.level,
        category=row.category,
        complainant=row.complainant_name,
        pages=row.pages,
        hits=tuple(
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
        ),
    )
