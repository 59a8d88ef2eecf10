"""What the pages ask for about papers, over storage and stages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import datetime

from domain.case import Case, Decision
from domain.errors import DecisionError, StaleRevisionError, UnknownCaseError
from domain.paper_moves import send_papers
from domain.undo import last_answer, undo
from flows.claims import claimed
from flows.filing import file_cut_short, stored_readings
from flows.papers import at_the_next_run, awaits_reading, made_anew, restored
from flows.wiring import Services
from review_ui.papers_backend import RescanEntry
from storage.rows import CaseChange


class PapersService:
    """Implements ``review_ui.papers_backend.PapersBackend``. Safe to use from several threads.

    Args:
        services: the parts.
        wake: called when there may be something to read: a page that was turned.
    """

    def __init__(self, services: Services, wake: Callable[[], None] = at_the_next_run) -> None:
        self._services = services
        self._wake = wake

    def send(self, case_id: str, expected_revision: int, decision: Decision) -> tuple[Case, Case]:
        """Move a paper to the case whose number is ``decision.value``; return both cases, the giver first.

        Raises:
            UnknownCaseError: there is no such case.
            StaleRevisionError: the case changed since it was shown.
            DecisionError: the paper cannot go there.
            CaseHeldError: another person has one of the two.
        """
        ids = self._case(case_id).id, self._taker(decision).id
        with ExitStack() as held:
            # always in the same order: two moves in opposite directions must not wait for each other
            for key in sorted(set(ids)):
                self._hold(held, key)
            giver, taker = self._at(ids[0], expected_revision), self._case(ids[1])
            decision = decision.model_copy(update={"value": taker.number})
            given, taken = send_papers(giver, taker, decision)
            readings = stored_readings(self._services, giver)
            both = stored_readings(self._services, taken)
            changes = (
                made_anew(self._services, given, readings, "send"),
                made_anew(self._services, taken, both, "receive"),
            )
            # neither case may be in another person's hands
            self._services.storage.cases.save_move(*(replace(c, holder=decision.actor) for c in changes))
            self._wake_for(changes)
            return self._case(giver.id), self._case(taker.id)

    def undo(self, case_id: str, expected_revision: int, actor: str, at: datetime) -> Case:
        """Take back the last answer of ``actor``; return the new revision.

        Raises:
            UnknownCaseError: there is no such case.
            StaleRevisionError: the case changed since it was shown.
            DecisionError: there is nothing that can be taken back.
        """
        with ExitStack() as held:
            self._hold(held, self._case(case_id).id)
            case = self._at(case_id, expected_revision)
            state = undo(case, self._before(case, last_answer(case, actor)), actor, at)
            change = restored(self._services, state, stored_readings(self._services, state), "undo")
            self._services.storage.cases.save_change(replace(change, holder=actor))
            self._wake_for((change,))
            return self._case(case.id)

    def rescans(self) -> tuple[RescanEntry, ...]:
        """Return the open requests of all cases, oldest first."""
        found = self._services.storage.cases.open_rescans()
        return tuple(RescanEntry.model_validate(asdict(row)) for row in found)

    def _wake_for(self, changes: tuple[CaseChange, ...]) -> None:
        if any(awaits_reading(change.case) for change in changes):
            self._wake()

    def _hold(self, held: ExitStack, case_id: str) -> None:
        if held.enter_context(claimed(self._services.settings.home, case_id)):
            file_cut_short(self._services, case_id)

    def _taker(self, decision: Decision) -> Case:
        number = (decision.value or "").strip()
        if not number:
            raise DecisionError("没有填写另一案件的编号", "请填写要移入的案件编号")
        return self._case(number)

    def _case(self, key: str) -> Case:
        case = self._services.storage.cases.load_case(key)
        if case is None:
            raise UnknownCaseError(f"案件 {key} 已受理但尚未识别", "请等待识别完成")
        return case

    def _at(self, case_id: str, expected_revision: int) -> Case:
        case = self._case(case_id)
        if case.revision != expected_revision:
            raise StaleRevisionError(
                f"案件 {case.number} 已是第 {case.revision} 版，您看到的是第 {expected_revision} 版",
                "请刷新页面，在最新版本上重新操作",
            )
        return case

    def _before(self, case: Case, index: int) -> Case:
        """Return the revision on which decision ``index`` (0-based) was given."""
        for number in range(case.revision - 1, 0, -1):
            found = self._services.storage.cases.load_case(case.id, number)
            if found is not None and len(found.decisions) <= index:
                return found
        raise DecisionError("没有该操作之前的版本，不能撤销", "请直接改正")
