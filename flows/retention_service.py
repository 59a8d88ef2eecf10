"""Retention, legal holds and disposal: rules of the packs over what the storage records. Used by pages and commands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from typing import TypeVar

from classifiers.deadlines import local_day
from classifiers.retention import retention_periods
from domain.base import iso
from domain.disposal import Capacity, DisposalList, Hold, KeptCase, ListState
from domain.errors import JuanzongError, UnknownPolicyError
from domain.retention import Period, extended, is_over, retention_of
from domain.retention_errors import DisposalStateError
from flows.signing import sign_filed
from flows.wiring import Services
from outgoing.disposal import CERTIFICATE_TITLE, LIST_TITLE, Certificate, certificate_pdf, disposal_book
from review_ui.backend import OriginalFile
from review_ui.retention.backend import DestructionReport, Undestroyed
from storage.canonical import canonical_json

CERTIFICATE_SCHEMA = "juanzong.destruction/1"
RECORDED = "已登记的保管期限"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_log = logging.getLogger(__name__)

_Done = TypeVar("_Done")


class RetentionService:
    """Implements ``review_ui.retention.backend.RetentionDesk``. Safe to use from several threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._records = services.storage.retention

    def open_holds(self) -> tuple[Hold, ...]:
        """Return the open holds of all cases, oldest first."""
        return self._records.holds.open()

    def holds_of(self, case: str) -> tuple[Hold, ...]:
        """Return every hold a case ever had, oldest first. Raises UnknownCaseError."""
        return self._records.holds.of_case(case)

    def place_hold(self, case: str, reason: str, person: str) -> Hold:
        """Put a hold on a case. Raises UnknownCaseError, CaseDestroyedError, ReasonMissingError."""
        return self._signed(self._records.holds.place(case, reason, person))

    def ask_release(self, hold: int, reason: str, person: str) -> Hold:
        """Ask for the release of a hold. Raises UnknownHoldError, TwoPersonsError, ReasonMissingError."""
        return self._signed(self._records.holds.ask_release(hold, reason, person))

    def release(self, hold: int, person: str) -> Hold:
        """Confirm what another person asked for. Raises UnknownHoldError, TwoPersonsError."""
        return self._signed(self._records.holds.release(hold, person))

    def lists(self) -> tuple[DisposalList, ...]:
        """Return all disposal lists, newest first."""
        return self._records.lists.all()

    def load(self, number: str) -> DisposalList:
        """Return a list. Raises UnknownDisposalListError."""
        return self._records.lists.load(number)

    def make_list(self, person: str) -> DisposalList:
        """Look at the retention of every filed case again, record what changed, and list the cases that may go.

        Raises:
            NothingToDisposeError: there is none.
        """
        return self._signed(self._records.lists.make(tuple(self._expired(person)), person))

    def remove(self, number: str, case: str, reason: str, person: str) -> DisposalList:
        """Take a case from a list. Raises UnknownDisposalListError, DisposalStateError, ReasonMissingError."""
        return self._signed(self._records.lists.remove(number, case, reason, person))

    def approve(self, number: str, capacity: Capacity, person: str) -> DisposalList:
        """Approve a list. Raises UnknownDisposalListError, DisposalStateError, TwoPersonsError."""
        return self._signed(self._records.lists.approve(number, capacity, person))

    def destroy(self, number: str, person: str) -> DestructionReport:
        """Destroy what an approved list holds, or go on with it, and write the certificate when all is gone.

        Raises:
            UnknownDisposalListError: there is no such list.
            DisposalStateError: two persons did not approve it, or it is done.
        """
        found = self._records.lists.load(number)
        if found.state not in (ListState.APPROVED, ListState.DESTROYING):
            raise DisposalStateError(
                f"销毁清册 {number} 未处于可销毁的状态", "须由档案员与监销人分别批准，且未销毁完毕"
            )
        kept = []
        for case in found.remaining:
            try:
                self._records.destruction.destroy(number, case.case_id, person)
            except JuanzongError as error:
                kept.append(Undestroyed(number=case.number, fact=error.fact, next_step=error.next_step))
        found = self._records.lists.load(number)
        if not kept and found.state is ListState.DESTROYING:
            found = self._certify(found, person)
        return self._signed(DestructionReport(disposal=found, kept=tuple(kept)))

    def book(self, number: str) -> OriginalFile:
        """Return a list as a workbook. Raises UnknownDisposalListError."""
        titles = {pack.id: pack.title for pack in self._services.policies.packs.values()}
        content = disposal_book(self._records.lists.load(number), titles)
        return OriginalFile(content=content, media_type=_WORKBOOK, name=f"{LIST_TITLE}-{number}.xlsx")

    def certificate(self, number: str, form: str) -> OriginalFile:
        """Return the certificate as ``json`` or ``pdf``. Raises UnknownDisposalListError, DisposalStateError."""
        found = self._records.lists.load(number)
        sha256 = {"json": found.certificate, "pdf": found.certificate_pdf}.get(form)
        if sha256 is None:
            raise DisposalStateError(f"销毁清册 {number} 还没有销毁证明", "全部销毁后自动出具")
        ref = self._services.storage.desk.checks.registered(sha256).object
        content = self._services.storage.objects.read(ref.key)
        return OriginalFile(content=content, media_type=ref.media_type, name=f"{CERTIFICATE_TITLE}-{number}.{form}")

    def _signed(self, done: _Done) -> _Done:
        """Sign the log, in which the act is a leaf; return what the act gave."""
        sign_filed(self._services.storage)
        return done

    def _expired(self, person: str) -> Iterator[tuple[str, date, str]]:
        today = local_day(self._services.storage.database.now())
        rules: dict[str, tuple[Period, ...] | None] = {}
        for case in self._records.dates.kept():
            if case.policy not in rules:
                rules[case.policy] = self._periods(case.policy)
            periods = rules[case.policy]
            if periods is None:
                continue
            until, basis = self._reassessed(case, periods, person)
            if case.settled and not case.held and not case.listed and until is not None and is_over(until, today):
                yield case.case_id, until, basis

    def _periods(self, policy: str) -> tuple[Period, ...] | None:
        """Return the rules of a pack; ``None`` for one that is gone: nobody can say how long, so its cases stay."""
        try:
            return retention_periods(self._services.policies.adopted(policy))
        except UnknownPolicyError as error:
            _log.warning("cases of pack %s are kept: %s", policy, error)
            return None

    def _reassessed(self, case: KeptCase, periods: tuple[Period, ...], person: str) -> tuple[date | None, str]:
        """Return the last day by the rules of today, never before a recorded one; record it when it changed."""
        found = retention_of(periods, local_day(case.received_at), local_day(case.filed_at))
        until = extended(case.longest, found.until)
        if until != case.until:
            self._records.dates.extend(case.case_id, until, person)
        return until, found.basis if until == found.until else RECORDED

    def _certify(self, found: DisposalList, person: str) -> DisposalList:
        storage, adoption = self._services.storage, self._services.policies.adoption
        certificate = Certificate(
            adopter=adoption.adopter if adoption else "",
            disposal=found,
            cases=self._records.destruction.facts(found.number),
            log_size=storage.log.size(),
            log_root=storage.log.root(),
            certified_by=person,
            certified_on=iso(storage.database.now()),
        )
        said = canonical_json({"schema": CERTIFICATE_SCHEMA, **certificate.model_dump(mode="json")})
        refs = (
            storage.objects.put(said, "application/json"),
            storage.objects.put(certificate_pdf(certificate), "application/pdf"),
        )
        return self._records.destruction.certify(found.number, refs, person)
