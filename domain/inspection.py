"""The four properties 四性检测: a report of checks, each with its method, its result and what it rests on.

Structure after DA/T 70-2018 (真实性, 完整性, 可用性, 安全性, and the groups of checks below each) as far as public text
tells; the words of the checks are ours. Pure values; the checks that need no store are in ``domain.inspection_rules``.
"""

from __future__ import annotations

from enum import StrEnum

from domain.base import Model, UtcTime


class Property(StrEnum):
    """The four properties, in the order of the standard."""

    AUTHENTICITY = "authenticity"
    INTEGRITY = "integrity"
    USABILITY = "usability"
    SECURITY = "security"


class Outcome(StrEnum):
    """What a check came to. ``NOT_DONE``: this system does not do it; ``NOT_APPLICABLE``: there is nothing to check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"
    NOT_APPLICABLE = "not_applicable"


class Occasion(StrEnum):
    """When a report is made: 归档, 移交, or whenever somebody asks."""

    FILING = "filing"
    TRANSFER = "transfer"
    DEMAND = "demand"


PROPERTY_WORDS = {
    Property.AUTHENTICITY: "真实性",
    Property.INTEGRITY: "完整性",
    Property.USABILITY: "可用性",
    Property.SECURITY: "安全性",
}
OUTCOME_WORDS = {
    Outcome.PASSED: "通过",
    Outcome.FAILED: "不通过",
    Outcome.NOT_DONE: "本系统不检测",
    Outcome.NOT_APPLICABLE: "不适用",
}
OCCASION_WORDS = {Occasion.FILING: "归档检测", Occasion.TRANSFER: "移交检测", Occasion.DEMAND: "日常检测"}


class InspectionCheck(Model):
    """One check.

    Attributes:
        code: stable name, for example ``object_digests``.
        group: the standard's group, for example 内容真实性.
        name: what is checked.
        method: how.
        evidence: what was counted or found; of a failed check first of all what is wrong.
    """

    code: str
    property: Property
    group: str
    name: str
    method: str
    outcome: Outcome
    evidence: tuple[str, ...] = ()


class InspectionReport(Model):
    """All checks of one case.

    Attributes:
        revision: the revision that was checked.
        made_by: who asked.
    """

    case_id: str
    case_number: str
    revision: int
    occasion: Occasion
    made_at: UtcTime
    made_by: str
    checks: tuple[InspectionCheck, ...]

    @property
    def failed(self) -> tuple[InspectionCheck, ...]:
        """Return the checks that failed."""
        return tuple(check for check in self.checks if check.outcome is Outcome.FAILED)

    def of(self, wanted: Property) -> tuple[InspectionCheck, ...]:
        """Return the checks of one property."""
        return tuple(check for check in self.checks if check.property is wanted)

    def check(self, code: str) -> InspectionCheck:
        """Return the check ``code``. Raises KeyError."""
        return {check.code: check for check in self.checks}[code]


class ChecksOf:
    """Makes checks of one group: ``passed_unless`` something is wrong."""

    def __init__(self, wanted: Property, group: str) -> None:
        self._property = wanted
        self._group = group

    def passed_unless(
        self, code: str, words: tuple[str, str], wrong: tuple[str, ...], found: tuple[str, ...] = ()
    ) -> InspectionCheck:
        """Return a check that failed when anything is wrong.

        Args:
            code: of the check.
            words: its name and its method.
            wrong: everything that is wrong.
            found: what was counted.
        """
        outcome = Outcome.FAILED if wrong else Outcome.PASSED
        return self._check(code, words, outcome, (*wrong, *found))

    def not_done(self, code: str, words: tuple[str, str], why: str) -> InspectionCheck:
        """Return a check that this system does not do."""
        return self._check(code, words, Outcome.NOT_DONE, (why,))

    def not_applicable(self, code: str, words: tuple[str, str], why: str) -> InspectionCheck:
        """Return a check for which there is nothing to check."""
        return self._check(code, words, Outcome.NOT_APPLICABLE, (why,))

    def _check(self, code: str, words: tuple[str, str], outcome: Outcome, evidence: tuple[str, ...]) -> InspectionCheck:
        name, method = words
        return InspectionCheck(
            code=code,
            property=self._property,
            group=self._group,
            name=name,
            method=method,
            outcome=outcome,
            evidence=evidence,
        )
