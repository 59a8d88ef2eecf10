"""A real backend without a disk: cases in a dictionary, decisions through ``domain.review``."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from threading import Lock

from classifiers.deadlines import local_day
from domain.archive import ArchiveRecord
from domain.case import ArchivedObject, ArchiveState, Case, Decision
from domain.documents import ObjectRef, source_of
from domain.errors import StaleRevisionError, UnknownObjectError, UnknownPolicyError
from domain.evidence import FieldValue
from domain.policy import AdoptedPolicy, PolicyPack
from domain.queue import document_kinds, is_grave, next_due, place_of, waits
from domain.recusal import unknown_case
from domain.review import apply_decision
from domain.statistics import MonthlyStatistics
from domain.vocabulary import CaseStatus
from outgoing.statistics import MonthCases, count_month, month_bounds
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


class MemoryBackend:
    """``ReviewBackend`` over dictionaries; ``filed`` keeps what was filed."""

    def __init__(
        self,
        cases: Iterable[Case],
        pictures: dict[tuple[str, int], PageImage],
        choices: dict[str, Choices],
        failures: tuple[FailedInput, ...] = (),
    ) -> None:
        self._cases = {c.id: c for c in cases}
        self._pictures = pictures
        self._choices = choices
        self._failures = failures
        self._filed: list[ArchiveRecord] = []
        self._lock = Lock()

    def queue(self, wanted: QueueFilter, limit: int | None = None, after: str | None = None) -> tuple[CaseEntry, ...]:
        entries = [
            e for e in self._entries() if e.place is not None and _fits(e, wanted) and e.id not in wanted.without
        ]
        found = sorted((e for e in entries if e.place > (after or "")), key=lambda e: e.place)
        return tuple(found[:limit])

    def counts(self, wanted: QueueFilter = EVERYTHING) -> QueueCounts:
        waiting = list(self.queue(EVERYTHING.model_copy(update={"without": wanted.without})))
        kinds = {k for e in waiting for k in document_kinds(self._cases[e.id])}
        return QueueCounts(
            waiting=len(waiting),
            grave=sum(e.grave for e in waiting),
            fitting=len(self.queue(wanted)),
            cases=len(self._cases),
            failed=len(self._failures),
            by_reason=dict(Counter(code for e in waiting for code in {r.code for r in e.reasons})),
            by_policy=dict(Counter(e.policy for e in waiting)),
            by_status=dict(Counter(e.status for e in waiting)),
            by_channel=dict(Counter(e.channel for e in waiting)),
            by_kind={k: sum(k in document_kinds(self._cases[e.id]) for e in waiting) for k in kinds},
            by_level=dict(Counter(e.level for e in waiting if e.level)),
            by_holder={},
            nobody=len(waiting),
            for_expert=0,
            for_reviewer=len(waiting),
        )

    def number_of_cases(self) -> int:
        return len(self._cases)

    def cases(self, limit: int, offset: int) -> tuple[CaseEntry, ...]:
        newest = sorted(self._entries(), key=lambda e: e.received_at, reverse=True)
        return tuple(newest[offset : offset + limit])

    def case(self, key: str) -> Case:
        for case in self._cases.values():
            if key in (case.id, case.number):
                return case
        raise unknown_case(key)

    def decide(self, case_id: str, expected_revision: int, decision: Decision) -> Case:
        with self._lock:
            case = self.case(case_id)
            if case.revision != expected_revision:
                raise StaleRevisionError(f"案件已是第 {case.revision} 版", "请核对最新内容后再操作")
            case = apply_decision(case, decision)
            if decision.action == "finish":
                case = self._file(case, decision)
            self._cases[case.id] = case
            return case

    def page_image(self, case_id: str, document_id: str, page: int) -> PageImage:
        self._document(case_id, document_id)
        if (document_id, page) not in self._pictures:
            raise UnknownObjectError(f"文件 {document_id} 没有第 {page} 页", "请核对页码")
        return self._pictures[document_id, page]

    def original(self, case_id: str, document_id: str, page: int = 1) -> StoredFile:
        document = self._document(case_id, document_id)
        picture = self.page_image(case_id, document_id, page)
        source = source_of(document, document.pages[page - 1])
        content = picture.content
        sha256 = hashlib.sha256(content).hexdigest()
        return StoredFile(source.name, picture.media_type, len(content), sha256, iter((content,)))

    def failures(self) -> tuple[FailedInput, ...]:
        return self._failures

    def choices(self, policy: str) -> Choices:
        if policy not in self._choices:
            raise UnknownPolicyError(f"没有制度 {policy}", "请核对规则包")
        return self._choices[policy]

    def search(self, query: str, limit: int) -> tuple[SearchHit, ...]:
        hits = []
        for case in self._cases.values():
            if query in case.number:
                hits.append(_hit(case, "number", case.number, query))
            for name, found in case.fields.items():
                if isinstance(found, FieldValue) and query in found.value:
                    hits.append(_hit(case, f"field:{name}", found.value, query))
        return tuple(hits[:limit])

    def filings(self, case_id: str) -> tuple[ArchiveRecord, ...]:
        return tuple(r for r in self._filed if r.case_id == case_id)

    def policies(self) -> tuple[PolicyName, ...]:
        return tuple(PolicyName(id=p, title=c.policy_title, cases=len(self._cases)) for p, c in self._choices.items())

    def statistics(self, policy: str, month: str) -> MonthlyStatistics:
        pack = PolicyPack.model_validate(
            {
                "id": policy,
                "code": "EXM",
                "source": "",
                "language": "zh-Hans",
                "title": self.choices(policy).policy_title,
                "copy_state": {"complete": True},
            }
        )
        first, last = month_bounds(month)
        found = [c for c in self._cases.values() if first <= local_day(c.received_at) <= last]
        return count_month(AdoptedPolicy(pack=pack), month, MonthCases(found), last)

    def _entries(self) -> list[CaseEntry]:
        return [_entry(c, self._choices[c.policy].levels[0]) for c in self._cases.values()]

    def _document(self, case_id: str, document_id: str):  # type: ignore[no-untyped-def]
        document = self.case(case_id).document(document_id)
        if document is None:
            raise UnknownObjectError(f"案件没有文件 {document_id}", "请刷新页面")
        return document

    def _file(self, case: Case, decision: Decision) -> Case:
        body = case.model_dump_json().encode()
        sha256 = hashlib.sha256(body).hexdigest()
        manifest = ObjectRef(
            key=f"m/{sha256}", sha256=sha256, sm3=sha256, size=len(body), media_type="application/json"
        )
        record = ArchiveRecord(
            seq=len(self._filed),
            case_id=case.id,
            revision=case.revision,
            filed_at=decision.at,
            manifest=manifest,
            leaf_hash=sha256,
            root_hash=hashlib.sha256(sha256.encode()).hexdigest(),
        )
        self._filed.append(record)
        objects = tuple(
            ArchivedObject(key=o.key, sha256=o.sha256, sm3=o.sm3, retain_until=None)
            for o in (*(d.source.object for d in case.documents), manifest)
        )
        archive = ArchiveState(objects=objects, log_index=record.seq, root=record.root_hash)
        return case.model_copy(update={"archive": archive, "status": CaseStatus.FILED})


def _entry(case: Case, gravest: str) -> CaseEntry:
    grave, due_at = is_grave(case, gravest), next_due(case)
    return CaseEntry(
        id=case.id,
        number=case.number,
        revision=case.revision,
        policy=case.policy,
        channel=case.channel,
        status=case.status,
        received_at=case.received_at,
        complainant=case.field_value("complainant_name"),
        level=case.judgement.severity.level if case.judgement else None,
        grave=grave,
        due_at=due_at,
        reasons=case.review,
        pages=sum(len(d.pages) for d in case.documents),
        finished=case.finished,
        answered=bool(case.decisions),
        place=place_of(case.id, grave, due_at, case.received_at) if waits(case) else None,
    )


def _fits(entry: CaseEntry, wanted: QueueFilter) -> bool:
    return (
        (wanted.reason is None or any(r.code == wanted.reason for r in entry.reasons))
        and (wanted.policy is None or entry.policy == wanted.policy)
        and (wanted.status is None or entry.status == wanted.status)
    )


def _hit(case: Case, source: str, text: str, query: str) -> SearchHit:
    start = text.index(query)
    return SearchHit(
        case_id=case.id,
        case_number=case.number,
        source=source,
        document_id=None,
        page=None,
        snippet=text,
        marks=((start, start + len(query)),),
    )
