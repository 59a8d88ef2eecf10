"""Which rules of retention a pack and its adoption put on a case."""

from __future__ import annotations

from collections.abc import Iterator

from domain.policy import AdoptedPolicy
from domain.retention import Period, StartEvent

_NO_START = "制度未载明起算日，采用单位尚未设定 retention_start"


def retention_periods(policy: AdoptedPolicy) -> tuple[Period, ...]:
    """Return every rule that applies: the regulation's own, the adopter's longer one, and other laws.

    A rule of the regulation whose years are lost stays undecided whatever else is set: what is not known cannot be
    said to be shorter.
    """
    return tuple(_periods(policy))


def _periods(policy: AdoptedPolicy) -> Iterator[Period]:
    rule, entry = policy.pack.retention, policy.adopted
    start = _start(policy)
    if rule is not None:
        years = policy.parameter(rule.parameter)
        missing = policy.parameter_source(rule.parameter) if years is None else "" if start else _NO_START
        yield Period(basis=rule.article, years=years, start=start, missing=missing)
    if entry is None:
        return
    adopter = policy.adoption.adopter if policy.adoption else ""
    if entry.retention_years is not None:
        missing = "" if start else _NO_START
        yield Period(basis=f"{adopter}的规定", years=entry.retention_years, start=start, missing=missing)
    for other in entry.other_retention:
        yield Period(basis=other.label, years=other.years, start=other.start)


def _start(policy: AdoptedPolicy) -> StartEvent | None:
    """Return what the regulation says, else what the adopter answers for."""
    rule, entry = policy.pack.retention, policy.adopted
    if rule is not None and rule.start is not None:
        return rule.start
    return entry.retention_start.value if entry and entry.retention_start else None
