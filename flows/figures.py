"""Ledger and monthly statistics over the stored cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from classifiers.deadlines import local_day
from domain.case import Case
from domain.errors import ConfigurationError
from domain.numbering import NumberedCase, ledger_numbers
from domain.policy import AdoptedPolicy
from domain.statistics import MonthlyStatistics
from flows.settings import load_settings
from flows.wiring import Services, open_services
from flows.writing import check_name, today, write_new
from outgoing.ledger import LedgerPeriod, LedgerRows, ledger_book
from outgoing.statistics import MonthCases, count_month, month_bounds, statistics_book
from storage import CaseFilter, CaseSummary


def export_ledger(policy: str, period: LedgerPeriod, out: Path, *, masked: bool, adoption: Path | None) -> None:
    """Write the ledger of ``policy`` to ``out``.

    Raises:
        ConfigurationError: the period is upside down, or the name is no XLSX file's.
        UnknownPolicyError, LedgerNumbersUsedUpError, OutputExistsError: as named.
    """
    if period.start and period.end and period.start > period.end:
        raise ConfigurationError(f"起始日期 {period.start} 晚于截止日期 {period.end}", "请改正 --from 与 --to")
    check_name(out, ".xlsx")
    services = open_services(load_settings(adoption))
    try:
        adopted = services.policies.adopted(policy)
        numbers = numbers_of(services, adopted)
        wanted = CaseFilter(policy=policy, received_from=period.start, received_to=period.end)
        # the moment before reading: what changes meanwhile belongs to the next export as well
        period = period.model_copy(update={"made_at": services.storage.database.now()})
        rows = sorted(services.storage.cases.list_cases(wanted), key=_acceptance)
        if period.changed_since is not None:
            late = services.storage.desk.amendments.saved_since([r.id for r in rows], period.changed_since)
            rows = [row for row in rows if row.id in late]
        amended = services.storage.desk.amendments.of_cases([row.id for row in rows])
        found = LedgerRows(cases=tuple(_read(services, rows)), numbers=numbers, amended=amended)
    finally:
        services.close()
    write_new(out, ledger_book(adopted, found, period, masked=masked))


def export_statistics(policy: str, month: str, out: Path, adoption: Path | None) -> None:
    """Write the figures of ``month`` with charts to ``out``.

    Raises:
        ConfigurationError: ``month`` is no month, or the name is no XLSX file's.
        UnknownPolicyError, OutputExistsError: as named.
    """
    check_name(out, ".xlsx")
    services = open_services(load_settings(adoption))
    try:
        day = today()
        figures = month_figures(services, policy, month, day)
        adopter = services.policies.adoption.adopter if services.policies.adoption else None
    finally:
        services.close()
    write_new(out, statistics_book(figures, adopter, day))


def month_figures(services: Services, policy: str, month: str, day: date) -> MonthlyStatistics:
    """Return the figures of the cases received in ``month`` under ``policy``; ``day`` decides what is overdue.

    Raises:
        ConfigurationError: ``month`` is no month.
        UnknownPolicyError: there is no such pack.
    """
    adopted = services.policies.adopted(policy)
    first, last = month_bounds(month)
    wanted = CaseFilter(policy=policy, received_from=first, received_to=last)
    rows = services.storage.cases.list_cases(wanted)
    cases = tuple(_read(services, rows))
    amended = services.storage.desk.amendments.of_cases([row.id for row in rows])
    return count_month(adopted, month, MonthCases(cases, len(rows) - len(cases), amended), day)


def numbers_of(services: Services, policy: AdoptedPolicy) -> dict[str, str]:
    """Return the ledger number of every case of ``policy``, whatever the period, by case id."""
    rule = policy.pack.ledger.numbering if policy.pack.ledger else None
    if rule is None:
        return {}
    rows = sorted(services.storage.cases.list_cases(CaseFilter(policy=policy.pack.id)), key=_acceptance)
    sources = {}
    if rule.prefix_field is not None:
        sources = {case.id: case.field_value(rule.prefix_field) for case in _read(services, rows)}
    return ledger_numbers(
        rule,
        (NumberedCase(id=r.id, received_on=local_day(r.received_at), source=sources.get(r.id)) for r in rows),
    )


def _acceptance(row: CaseSummary) -> tuple[object, ...]:
    return row.accepted_at, row.number


def _read(services: Services, rows: tuple[CaseSummary, ...] | list[CaseSummary]) -> Iterator[Case]:
    """Yield the cases that have been read, in the order of ``rows``."""
    found = (services.storage.cases.load_case(row.id) for row in rows)
    return (case for case in found if case is not None)
