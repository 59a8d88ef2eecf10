"""The archive desk of tests that are about something else: it searches the cases of ``MemoryBackend``, no more."""

from __future__ import annotations

from typing import Any

from domain.errors import DecisionError
from review_ui.backend import PolicyName
from review_ui.desk.backend import ArchiveAnswer, ArchiveQuery, FoundCase
from tests.review_ui.memory_backend import MemoryBackend


class MemoryDesk:
    """``DeskBackend`` whose search works; whatever else it is asked, it refuses."""

    def __init__(self, cases: MemoryBackend) -> None:
        self._cases = cases

    def search(self, wanted: ArchiveQuery, limit: int, offset: int) -> ArchiveAnswer:
        hits = self._cases.search(wanted.words, 99) if wanted.words else ()
        found = []
        for case_id in dict.fromkeys(h.case_id for h in hits):
            case = self._cases.case(case_id)
            found.append(
                FoundCase(
                    case_id=case.id,
                    number=case.number,
                    policy=case.policy,
                    channel=case.channel,
                    received_at=case.received_at,
                    status=case.status,
                    level=None,
                    category=None,
                    complainant=case.field_value("complainant_name"),
                    pages=1,
                    hits=tuple(h for h in hits if h.case_id == case_id),
                )
            )
        return ArchiveAnswer(cases=tuple(found[offset : offset + limit]), total=len(found), more=False, levels=())

    def policies(self) -> tuple[PolicyName, ...]:
        return self._cases.policies()

    def __getattr__(self, name: str) -> Any:
        def refuse(*_arguments: object, **_named: object) -> Any:
            raise DecisionError(f"这个测试没有 {name}", "请用 DeskHome")

        return refuse
