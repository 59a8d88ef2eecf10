"""Numbers of ledger entries, counted from the cases in the order in which they were accepted.

Nothing is stored: the same cases give the same numbers, and a case accepted later comes after all others of its
counter. The number of a case changes only when the value that chooses its prefix is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.base import Model
from domain.errors import LedgerNumbersUsedUpError
from domain.register import LedgerNumbering


class NumberedCase(Model):
    """What numbering needs of a case.

    Attributes:
        received_on: Chinese calendar day of receipt; it decides the month.
        source: value of the rule's ``prefix_field``, ``None`` while unknown.
    """

    id: str
    received_on: date
    source: str | None = None


def ledger_numbers(rule: LedgerNumbering, cases: Iterable[NumberedCase]) -> dict[str, str]:
    """Return the number of every case by its id; a case whose prefix is not known has none.

    Args:
        rule: the register's rule.
        cases: every case of the pack, in the order of acceptance.

    Raises:
        LedgerNumbersUsedUpError: a counter needs more digits than the rule has.
    """
    counters: dict[str, int] = {}
    numbers: dict[str, str] = {}
    for case in cases:
        head = _head(rule, case)
        if head is None:
            continue
        counters[head] = counters.get(head, 0) + 1
        numbers[case.id] = head + _serial(rule, counters[head], head)
    return numbers


def _head(rule: LedgerNumbering, case: NumberedCase) -> str | None:
    """Return what stands before the serial, ``None`` when it cannot be known."""
    month = f"{case.received_on:%y%m}" if rule.monthly else ""
    if rule.prefix_field is None:
        return month
    prefix = rule.prefixes.get(case.source) if case.source is not None else None
    return None if prefix is None else prefix + month


def _serial(rule: LedgerNumbering, count: int, head: str) -> str:
    most = 10**rule.digits - 1
    if count > most:
        scope = f"“{head}”下" if head else ""
        raise LedgerNumbersUsedUpError(
            f"台账编号已用完：{scope}流水号为 {rule.digits} 位，最多 {most} 件，现有第 {count} 件",
            "请由制度主管部门决定如何编号，本系统不自行加位",
        )
    return f"{count:0{rule.digits}d}"
